"""The specification: `access.toml`, who may do what, one line a right; all else must be refused."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any, Literal

from kitdb.catalog.model import Catalog, Relation, Routine
from kitdb.errors import KitdbError, Place
from kitdb.names import QualifiedName
from kitdb.rls.actors import BUILT_IN, Actor, merge_claims
from kitdb.rls.kinds import KINDS
from kitdb.rls.line import BadLine, ColumnList, Line, Right, Verb, column_offset, parse_line
from kitdb.rls.positions import Path, Positions, Written, positions
from kitdb.rls.predicate import EveryRow, RowClass, Rows, check_parameters, class_names
from kitdb.sql.files import read_sql

ObjectKind = Literal["table", "view", "bucket"]

_ACTOR = re.compile(r'[^\s,:"]([^,:"]*[^\s,:"])?')
_BUILT_IN = frozenset(actor.name for actor in BUILT_IN) - {"guest"}  # who may be given rights of its own
_FINDINGS = frozenset(name for kind in KINDS for name in (kind.name, kind.code))

USERS = QualifiedName("auth", "users")
OBJECTS = QualifiedName("storage", "objects")


class BadAccess(KitdbError):
    """The specification cannot be read, or speaks of what the database does not have."""


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One right: these actors may do this to these columns of these rows.

    `before` are the rows it starts from, `after` those it may leave (None for select and delete); `exact` says that
    less than this is as wrong as more. `columns` is None where every column is meant.
    """

    actors: tuple[str, ...]
    verb: Verb
    columns: ColumnList | None
    before: Rows
    after: Rows | None
    exact: bool
    text: str
    place: Place
    written: Written | None = field(default=None, compare=False, repr=False)

    def covers(self, column: str) -> bool:
        match self.columns:
            case None:
                return True
            case ColumnList(star, named, left_out):
                return column not in left_out and (star or column in named)


@dataclass(frozen=True, slots=True)
class ObjectAccess:
    """What the file says about one table, view or bucket. `relation` is None until `resolve` has found it."""

    kind: ObjectKind
    name: str
    place: Place
    classes: tuple[RowClass, ...] = ()
    rules: tuple[AccessRule, ...] = ()
    public: bool | None = None
    relation: QualifiedName | None = None

    def rules_for(self, actor: Actor, verb: Verb) -> tuple[AccessRule, ...]:
        return tuple(rule for rule in self.rules if rule.verb == verb and set(rule.actors) & set(actor.lineage))

    def subject(self) -> str:
        """How messages call it: `kits`, `private.secrets`, `storage.covers`."""
        if self.kind == "bucket":
            return f"storage.{self.name}"
        return subject_of(self.relation) if self.relation else self.name


def subject_of(name: QualifiedName) -> str:
    text = str(name)
    return text.removeprefix("public.")


@dataclass(frozen=True, slots=True)
class FunctionAccess:
    """Who may call one function; `signature` is None until `resolve` has found it."""

    name: str
    actors: tuple[str, ...]
    place: Place
    signature: str | None = None
    routine: QualifiedName | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding that somebody has looked at and lives with, until a date."""

    finding: str
    on: str
    why: str
    until: datetime.date | None
    place: Place
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """One specification, with what it extends."""

    path: str
    actors: tuple[Actor, ...] = BUILT_IN
    objects: tuple[ObjectAccess, ...] = ()
    functions: tuple[FunctionAccess, ...] = ()
    accepted: tuple[Acceptance, ...] = ()

    def actor(self, name: str) -> Actor:
        return next(actor for actor in self.actors if actor.name == name)

    def of_relation(self, name: QualifiedName) -> ObjectAccess | None:
        return next((found for found in self.objects if found.kind != "bucket" and found.relation == name), None)

    def of_bucket(self, bucket: str) -> ObjectAccess | None:
        return next((found for found in self.objects if found.kind == "bucket" and found.name == bucket), None)

    def mentions(self, actor: str) -> bool:
        """Whether any right is given to the actor by name."""
        named = (function.actors for function in self.functions)
        return any(actor in rule.actors for found in self.objects for rule in found.rules) or any(
            actor in actors for actors in named
        )


# ---------------------------------------------------------------- reading


def load_access(path: FilePath) -> Access:
    """The specification in a file, with the files it extends; raises `BadAccess` at file:line:column."""
    return _load(path, ())


def _load(path: FilePath, above: tuple[FilePath, ...]) -> Access:
    return parse_access(read_sql(path), str(path), above=(*above, path.resolve()))


def parse_access(text: str, path: str = "access.toml", *, above: tuple[FilePath, ...] = ()) -> Access:
    """The specification in a text; raises `BadAccess` at file:line:column."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(error, path) from error
    reader = _Reader(path, document, positions(text.replace("\r\n", "\n"), path))
    access = _added(reader.extended(above), reader)
    _check_actors(access)
    return access


def _not_toml(error: tomllib.TOMLDecodeError, path: str) -> BadAccess:
    message = str(error)
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if found is None:
        return BadAccess(f"not TOML: {message}", place=Place(path))
    return BadAccess(f"not TOML: {message[: found.start()]}", place=Place(path, int(found[1]), int(found[2])))


def _added(base: Access, reader: _Reader) -> Access:
    """What it extends, with what one file adds."""
    reader.known_keys((), ("actors", "tables", "views", "storage", "functions", "accept", "extends"))
    return Access(
        reader.path,
        _join_actors(base.actors, reader.actors(base.actors)),
        _join_objects((*base.objects, *reader.objects(base))),
        _join_functions((*base.functions, *reader.functions())),
        (*base.accepted, *reader.accepted()),
    )


def _join_actors(actors: Iterable[Actor], more: Iterable[Actor]) -> tuple[Actor, ...]:
    joined = {actor.name: actor for actor in actors}
    for actor in more:
        if joined.get(actor.name) in BUILT_IN:  # guests with rights of their own
            joined[actor.name] = actor
        known = joined.setdefault(actor.name, actor)
        if replace(known, place=actor.place) != actor:
            raise BadAccess(
                f"actor {actor.name} is already defined, as another, at {known.place}",
                place=actor.place,
                hint="Give it another name: rights are given by the name.",
            )
    return tuple(joined.values())


def _join_objects(objects: Iterable[ObjectAccess]) -> tuple[ObjectAccess, ...]:
    joined: dict[tuple[ObjectKind, str], ObjectAccess] = {}
    for found in objects:
        before = joined.get((found.kind, found.name))
        joined[found.kind, found.name] = _join(before, found) if before else found
    return tuple(joined.values())


def _join(before: ObjectAccess, found: ObjectAccess) -> ObjectAccess:
    taken = {row_class.name for row_class in before.classes}
    for row_class in found.classes:
        if row_class.name in taken and row_class not in before.classes:
            raise BadAccess(
                f"rows.{row_class.name} is already defined in a file this one extends", place=row_class.place
            )
    return replace(
        found,
        classes=(*before.classes, *found.classes),
        rules=(*before.rules, *found.rules),
        public=before.public if found.public is None else found.public,
    )


def _join_functions(functions: Iterable[FunctionAccess]) -> tuple[FunctionAccess, ...]:
    return tuple({function.name: function for function in functions}.values())


@dataclass(frozen=True, slots=True)
class _Reader:
    path: str
    document: Mapping[str, Any]
    positions: Positions

    def place(self, path: Path) -> Place:
        while path not in self.positions.places and path:
            path = path[:-1]
        return self.positions.places.get(path, Place(self.path))

    def written(self, path: Path) -> Written | None:
        # the one line of allow = "…" has no number
        return self.positions.strings.get(path) or self.positions.strings.get(path[:-1])

    def inside(self, path: Path, offset: int) -> Place:
        """The place of a character of a string."""
        written = self.written(path)
        return written.place_of(offset) if written else self.place(path)

    def fail(self, message: str, path: Path, hint: str = "") -> BadAccess:
        return BadAccess(message, place=self.place(path), hint=hint)

    def table(self, path: Path) -> Mapping[str, Any]:
        value: Any = self.document
        for key in path:
            value = value.get(key, {})
        if not isinstance(value, Mapping):
            raise self.fail(f"{_dotted(path)} must be a table", path)
        return value

    def known_keys(self, path: Path, known: tuple[str, ...]) -> None:
        for key in self.table(path):
            if key not in known:
                raise self.fail(
                    f"unknown key {key!r} in {_dotted(path) or 'the file'}{meant(key, known)}", (*path, key)
                )

    def strings(self, value: Any, path: Path) -> tuple[str, ...]:
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(f"{_dotted(path)} must be a list of strings", path)
        return tuple(value)

    def extended(self, above: tuple[FilePath, ...]) -> Access:
        base = Access(self.path)
        for number, name in enumerate(self.strings(self.document.get("extends", []), ("extends",))):
            found = _load(self._extended_file(name, ("extends", number), above), above)
            base = replace(
                found,
                actors=_join_actors(base.actors, found.actors),
                objects=_join_objects((*base.objects, *found.objects)),
                functions=_join_functions((*base.functions, *found.functions)),
                accepted=tuple(dict.fromkeys((*base.accepted, *found.accepted))),
            )
        return base

    def _extended_file(self, name: str, path: Path, above: tuple[FilePath, ...]) -> FilePath:
        target = FilePath(self.path).parent / name
        if target.resolve() in above:
            chain = " → ".join(file.name for file in (*above[above.index(target.resolve()) :], target))
            raise self.fail(f"{name} extends itself: {chain}", path, "Take one of them out.")
        if target.is_dir():
            raise self.fail(f"{name!r} is a folder", path, "Name the files in it.")
        if not target.exists():
            beside = [file.name for file in target.parent.glob("*.toml") if file.name != FilePath(self.path).name]
            raise self.fail(f"{target} does not exist{meant(target.name, beside)}", path)
        return target

    def actors(self, known: Iterable[Actor]) -> tuple[Actor, ...]:
        inherited = {actor.name: actor for actor in known}
        found: dict[str, Actor] = {}
        for name in self.table(("actors",)):
            self._actor(name, inherited, found, ())
        return tuple(found.values())

    def _actor(
        self, name: str, inherited: Mapping[str, Actor], found: dict[str, Actor], below: tuple[str, ...]
    ) -> Actor:
        """The actor, put into `found` after those that it is; `below` are those that are it."""
        path: Path = ("actors", name)
        given = self.table(path)
        self.known_keys(path, ("is", "role", "claims"))
        if name in _BUILT_IN:
            raise self.fail(f"actor {name} is built in", path, f'Take another name, for example with is = "{name}".')
        if not _ACTOR.fullmatch(name):
            raise self.fail(f"no line can name the actor {name!r}", path, "Take a name without , : and quotes.")
        claims = given.get("claims", {})
        if not isinstance(claims, Mapping):
            raise self.fail("claims must be a table", (*path, "claims"))
        for key in ("is", "role"):
            if key in given and (not isinstance(given[key], str) or not given[key].strip()):
                raise self.fail(f"{key} must be a name, a string", (*path, key))
        parent = given.get("is")
        if parent is None and "role" not in given:
            raise self.fail(f"actor {name} needs is or role", path, 'Write for example is = "user".')
        if parent is None:
            found[name] = Actor(name, given["role"], (name,), claims, self.place(path))
            return found[name]
        base = self._parent(name, parent, inherited, found, (*below, name))
        role = given.get("role", base.role)
        found[name] = Actor(name, role, (name, *base.lineage), merge_claims(base.claims, claims), self.place(path))
        return found[name]

    def _parent(
        self, name: str, parent: str, inherited: Mapping[str, Actor], found: dict[str, Actor], below: tuple[str, ...]
    ) -> Actor:
        own = self.table(("actors",))
        path: Path = ("actors", name, "is")
        if parent in below:
            chain = " is ".join((*below[below.index(parent) :], parent))
            raise self.fail(f"actor {parent} is itself: {chain}", path, 'Let one of them be "user", or give it a role.')
        if parent in found or parent in own:
            return found.get(parent) or self._actor(parent, inherited, found, below)
        if parent not in inherited:
            known = (*inherited, *own)
            raise self.fail(f"actor {name} is an unknown actor {parent!r}{meant(parent, known)}", path)
        return inherited[parent]

    def objects(self, base: Access) -> Iterator[ObjectAccess]:
        inherited = {(found.kind, found.name): found.classes for found in base.objects}
        for section, kind in (("tables", "table"), ("views", "view"), ("storage", "bucket")):
            for path, name in self._named((section,), nested=kind != "bucket"):
                yield self._object(kind, name, path, inherited.get((kind, name), ()))  # type: ignore[arg-type]  # one of the three above

    def _named(self, path: Path, *, nested: bool) -> Iterator[tuple[Path, str]]:
        for key, value in self.table(path).items():
            here: Path = (*path, key)
            inner = value if isinstance(value, Mapping) else {}
            # [tables.private.secrets]: a schema and its tables, not a table
            if nested and len(path) == 1 and _holds_tables(inner):
                yield from ((child, f"{key}.{name}") for child, name in self._named(here, nested=nested))
                continue
            yield here, key

    def _object(self, kind: ObjectKind, name: str, path: Path, inherited: tuple[RowClass, ...]) -> ObjectAccess:
        self.known_keys(path, ("rows", "allow", "public") if kind == "bucket" else ("rows", "allow"))
        given = self.table(path)
        public = given.get("public")
        if public is not None and not isinstance(public, bool):
            raise self.fail("public must be true or false", (*path, "public"))
        classes = tuple(self._classes(path))
        known = {row_class.name for row_class in (*inherited, *classes)}
        lines = self.strings(given.get("allow", []), (*path, "allow"))
        rules: list[AccessRule] = []
        inline: dict[str, RowClass] = {}
        said: dict[object, Place] = {}
        for number, text in enumerate(lines):
            place: Path = (*path, "allow", number)
            line = self._line(text, place)
            for label, predicate, offset in line.comparisons:
                inline[label] = RowClass(label, predicate, self.inside(place, offset))
            self._check_classes(line, known, place)
            if (first := said.setdefault(line.meaning, self.place(place))) != self.place(place):
                raise self.fail(f"{text!r} is said at {first} already", place, "Take one of the two lines out.")
            rules += self._rules(line, text, kind, place)
        every = (*classes, *inline.values())
        for row_class in every:
            check_parameters(row_class)
        return ObjectAccess(kind, name, self.place(path), every, tuple(rules), public)

    def _classes(self, path: Path) -> Iterator[RowClass]:
        for name, predicate in self.table((*path, "rows")).items():
            place: Path = (*path, "rows", name)
            if not isinstance(predicate, str) or not predicate.strip():
                raise self.fail(f"rows.{name} must be a predicate, a string of SQL", place)
            if name in ("and", "or", "not", "may"):
                raise self.fail(f"rows.{name}: {name} is a word of the grammar", place)
            yield RowClass(name, predicate, self.place(place), written=self.positions.strings.get(place))

    def _line(self, text: str, path: Path) -> Line:
        try:
            return parse_line(text)
        except BadLine as error:
            place = self.inside(path, error.offset)
            raise BadAccess(f"{error.message} in {text!r}", place=place, hint=error.hint) from error

    def _check_classes(self, line: Line, known: Collection[str], path: Path) -> None:
        inline = {comparison.label for comparison in line.comparisons}
        for name in (*class_names(line.rows), *class_names(line.after or EveryRow())):
            if name not in known and name not in inline:
                raise self.fail(
                    f"unknown row class {name!r}{meant(name, known)}",
                    path,
                    f'Define it: rows.{name} = "…".',
                )

    def _rules(self, line: Line, text: str, kind: ObjectKind, path: Path) -> Iterator[AccessRule]:
        for right in line.rights:
            if kind == "bucket" and right.columns is not None:
                raise self.fail("a bucket has objects, not columns", path)
            before, after = _before_and_after(right, line)
            yield AccessRule(
                line.actors, right.verb, right.columns, before, after, line.exact, text, self.place(path),
                self.written(path),
            )  # fmt: skip

    def functions(self) -> Iterator[FunctionAccess]:
        for name, actors in self.table(("functions",)).items():
            path: Path = ("functions", name)
            yield FunctionAccess(name, self.strings(actors, path), self.place(path))

    def accepted(self) -> Iterator[Acceptance]:
        entries = self.document.get("accept", [])
        if not isinstance(entries, list):
            raise self.fail("accept must be written as [[accept]]", ("accept",))
        for number, entry in enumerate(entries):
            path: Path = ("accept", number)
            for key in entry:
                if key not in (known := ("finding", "on", "why", "until", "actor")):
                    raise self.fail(f"unknown key {key!r} in [[accept]]{meant(key, known)}", (*path, key))
            for key in ("finding", "on", "why"):
                if not isinstance(entry.get(key), str) or not entry[key].strip():
                    raise self.fail(f"[[accept]] needs {key}, a string", path)
            if entry["finding"] not in _FINDINGS:
                told = f"unknown finding {entry['finding']!r}{meant(entry['finding'], _FINDINGS)}"
                raise self.fail(told, (*path, "finding"))
            until = entry.get("until")
            until = until.date() if isinstance(until, datetime.datetime) else until
            if until is not None and not isinstance(until, datetime.date):
                raise self.fail("until must be a date, as 2027-06-01", (*path, "until"))
            yield Acceptance(entry["finding"], entry["on"], entry["why"], until, self.place(path), entry.get("actor"))


def _holds_tables(value: Mapping[str, Any]) -> bool:
    inner = all(isinstance(item, Mapping) for item in value.values())
    return bool(value) and inner and not set(value) & {"rows", "allow", "public"}


def _before_and_after(right: Right, line: Line) -> tuple[Rows, Rows | None]:
    match right.verb:
        case "insert":
            rows = line.rows if line.after is None else line.after
            return EveryRow(), rows
        case "update":
            # like USING without WITH CHECK: what may be changed is what it must stay
            return line.rows, line.rows if line.after is None else line.after
        case _:
            return line.rows, None


def _check_actors(access: Access) -> None:
    known = [actor.name for actor in access.actors]
    named = [(rule.actors, rule.place) for found in access.objects for rule in found.rules]
    named += [(function.actors, function.place) for function in access.functions]
    named += [((entry.actor,), entry.place) for entry in access.accepted if entry.actor is not None]
    for actors, place in named:
        for name in actors:
            if name not in known:
                raise BadAccess(
                    f"unknown actor {name!r}{meant(name, known)}",
                    place=place,
                    hint=f"The actors are {', '.join(known)}; others are defined under [actors].",
                )


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def meant(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """The known word that is the most like it, as a question; empty where none is like it."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f": did you mean {close[0]!r}?" if close else ""


# ---------------------------------------------------------------- resolving


def resolve(access: Access, catalog: Catalog, *, schemas: tuple[str, ...] = ("public",)) -> Access:
    """The same specification with every name looked up; raises `BadAccess` for what the database does not have."""
    resolver = _Resolver(catalog, schemas, _routines(catalog, schemas))
    objects = tuple(resolver.object(found) for found in access.objects)
    functions = tuple(resolver.function(found) for found in access.functions)
    _check_once((found.relation, found) for found in objects if found.kind != "bucket")
    _check_once((found.signature, found) for found in functions)
    return replace(access, objects=objects, functions=functions)


def _check_once(named: Iterable[tuple[object, ObjectAccess | FunctionAccess]]) -> None:
    """One object under two names: of two sections for it, one would be passed over."""
    first: dict[object, ObjectAccess | FunctionAccess] = {}
    for what, found in named:
        if (known := first.setdefault(what, found)) is not found:
            raise BadAccess(
                f"{_called(found)} is {_called(known)}, at {known.place}",
                place=found.place,
                hint="Put all that is said of it in one place, or call it by the same name in both files.",
            )


def _called(found: ObjectAccess | FunctionAccess) -> str:
    return f"{found.kind if isinstance(found, ObjectAccess) else 'function'} {found.name}"


def _routines(catalog: Catalog, schemas: tuple[str, ...]) -> dict[str, list[Routine]]:
    """The functions by everything that they may be called in a specification."""
    found: dict[str, list[Routine]] = {}
    for routine in catalog.routines:
        names = {str(routine.name)}
        if routine.name.schema in schemas:
            names |= {subject_of(routine.name), str(routine.name).partition(".")[2], routine.name.name}
        for name in names:
            for text in (name, *(f"{name}({types})" for types in _argument_lists(routine))):
                found.setdefault(text, []).append(routine)
    return found


@dataclass(frozen=True, slots=True)
class _Resolver:
    catalog: Catalog
    schemas: tuple[str, ...]
    routines: Mapping[str, list[Routine]]

    def object(self, found: ObjectAccess) -> ObjectAccess:
        if found.kind == "bucket":
            return self._bucket(found)
        relation = self._relation(found)
        _check_columns(found, relation)
        return replace(found, relation=relation.name)

    def _bucket(self, found: ObjectAccess) -> ObjectAccess:
        known = [bucket.id for bucket in self.catalog.buckets]
        if found.name not in known:
            raise BadAccess(
                f"there is no storage bucket {found.name!r}{meant(found.name, known)}",
                place=found.place,
                hint="Insert it into storage.buckets in a migration, or remove it here.",
            )
        return replace(found, relation=OBJECTS)

    def _relation(self, found: ObjectAccess) -> Relation:
        by_name = self.catalog.by_name
        for name in self._candidates(found.name):
            if name in by_name:
                return by_name[name]
        known = [subject_of(name) for name in by_name if name.schema in self.schemas]
        known += [str(name) for name, relation in by_name.items() if not relation.managed]
        raise BadAccess(f"there is no {found.kind} {found.name!r}{meant(found.name, known)}", place=found.place)

    def _candidates(self, text: str) -> Iterator[QualifiedName]:
        yield from (QualifiedName(schema, text) for schema in self.schemas)
        parts = split_name(text)
        if len(parts) == 1:
            yield from (QualifiedName(schema, parts[0]) for schema in self.schemas)
        elif len(parts) == 2:
            yield QualifiedName(parts[0], parts[1])

    def function(self, found: FunctionAccess) -> FunctionAccess:
        matches = self.routines.get(_plain_signature(found.name), [])
        if len(matches) == 1:
            return replace(found, signature=matches[0].signature, routine=matches[0].name)
        if matches:
            choices = ", ".join(signature_of(routine) for routine in matches)
            raise BadAccess(f"{found.name!r} is more than one function: {choices}", place=found.place)
        raise BadAccess(f"there is no function {found.name!r}{self._meant_function(found.name)}", place=found.place)

    def _meant_function(self, text: str) -> str:
        """Those of the same name, or the one whose name is the most like it."""
        if same := self.routines.get(_plain_signature(text.partition("(")[0])):
            return f": did you mean {' or '.join(repr(signature_of(routine)) for routine in same)}?"
        exposed = [routine for routine in self.catalog.routines if routine.name.schema in self.schemas]
        return meant(text, (*map(signature_of, exposed), *(routine.signature for routine in exposed)))


def signature_of(routine: Routine) -> str:
    """`name(types)` as a person writes it: without the schemas that every session searches."""
    return f"{subject_of(routine.name)}({next(iter(_argument_lists(routine)))})"


def _argument_lists(routine: Routine) -> tuple[str, ...]:
    types = [a.type.text for a in routine.arguments if a.mode in ("in", "inout", "variadic")]
    full = ",".join(types)
    short = ",".join(text.removeprefix("public.").removeprefix("pg_catalog.") for text in types)
    return tuple(dict.fromkeys((short, full)))


def _plain_signature(text: str) -> str:
    return re.sub(r"\s*([(),])\s*", r"\1", text.strip())


def split_name(text: str) -> tuple[str, ...]:
    """The parts of a dotted SQL name, their quotes removed."""
    parts = re.findall(r'"((?:[^"]|"")*)"|([^."]+)', text)
    return tuple(quoted.replace('""', '"') or bare for quoted, bare in parts)


def _check_columns(found: ObjectAccess, relation: Relation) -> None:
    known = {column.name for column in relation.columns}
    for rule in found.rules:
        if rule.columns is None:
            continue
        for name in (*rule.columns.named, *rule.columns.left_out):
            if name not in known:
                place = rule.written.place_of(column_offset(rule.text, name)) if rule.written else rule.place
                raise no_column(found.name, relation, name, place)


def no_column(subject: str, relation: Relation, name: str, place: Place) -> BadAccess:
    known = [column.name for column in relation.columns]
    shown = ", ".join(known)
    return BadAccess(
        f"{subject} has no column {name!r}{meant(name, known)}", place=place, hint=f"Its columns are {shown}."
    )
