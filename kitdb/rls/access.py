"""The specification: `access.toml`, who may do what, one line a right; all else must be refused."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any, Literal

from kitdb.catalog.model import Catalog, Relation, Routine
from kitdb.errors import CannotRead, KitdbError, Place
from kitdb.names import QualifiedName
from kitdb.rls.actors import BUILT_IN, Actor, merge_claims
from kitdb.rls.line import BadLine, ColumnList, Line, Right, Verb, parse_line
from kitdb.rls.positions import Path, positions
from kitdb.rls.predicate import EveryRow, RowClass, Rows, check_parameters, class_names

ObjectKind = Literal["table", "view", "bucket"]

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
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"cannot read {path}: {error}") from error
    return parse_access(text, str(path), above=(*above, path.resolve()))


def parse_access(text: str, path: str = "access.toml", *, above: tuple[FilePath, ...] = ()) -> Access:
    """The specification in a text; raises `BadAccess` at file:line:column."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(error, path) from error
    reader = _Reader(path, document, positions(text, path))
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
    actors = {actor.name: actor for actor in base.actors}
    actors |= {actor.name: actor for actor in reader.actors(actors)}
    return Access(
        reader.path,
        tuple(actors.values()),
        _join_objects((*base.objects, *reader.objects(base))),
        _join_functions((*base.functions, *reader.functions())),
        (*base.accepted, *reader.accepted()),
    )


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
    places: Mapping[Path, Place]

    def place(self, path: Path) -> Place:
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, Place(self.path))

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
                    f"unknown key {key!r} in {_dotted(path) or 'the file'}{_meant(key, known)}", (*path, key)
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
            target = (FilePath(self.path).parent / name).resolve()
            if target in above:
                raise self.fail(f"{name} extends itself", ("extends", number))
            if not target.is_file():
                raise self.fail(f"{name} does not exist", ("extends", number))
            found = _load(target, above)
            own = tuple(actor for actor in found.actors if actor not in base.actors)
            names = {actor.name for actor in own}
            base = replace(
                found,
                actors=(*(actor for actor in base.actors if actor.name not in names), *own),
                objects=_join_objects((*base.objects, *found.objects)),
                functions=_join_functions((*base.functions, *found.functions)),
                accepted=(*base.accepted, *found.accepted),
            )
        return base

    def actors(self, known: Mapping[str, Actor]) -> Iterator[Actor]:
        known = dict(known)
        for name in self.table(("actors",)):
            path: Path = ("actors", name)
            self.known_keys(path, ("is", "role", "claims"))
            known[name] = self._actor(name, path, known)
            yield known[name]

    def _actor(self, name: str, path: Path, known: Mapping[str, Actor]) -> Actor:
        given = self.table(path)
        claims = given.get("claims", {})
        if not isinstance(claims, Mapping):
            raise self.fail("claims must be a table", (*path, "claims"))
        parent = given.get("is")
        if parent is None and "role" not in given:
            raise self.fail(f"actor {name} needs is or role", path, 'Write for example is = "user".')
        if parent is None:
            return Actor(name, str(given["role"]), (name,), claims, self.place(path))
        if parent not in known or parent == name:
            raise self.fail(f"actor {name} is an unknown actor {parent!r}{_meant(str(parent), known)}", (*path, "is"))
        base = known[parent]
        role = str(given.get("role", base.role))
        return Actor(name, role, (name, *base.lineage), merge_claims(base.claims, claims), self.place(path))

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
        lines = self.strings(given.get("allow", []), (*path, "allow"))
        rules: list[AccessRule] = []
        inline: dict[str, RowClass] = {}
        for number, text in enumerate(lines):
            place: Path = (*path, "allow", number)
            line = self._line(text, place)
            for label, predicate in line.comparisons:
                inline[label] = RowClass(label, predicate, self.place(place))
            self._check_classes(line, (*inherited, *classes), place)
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
            yield RowClass(name, predicate, self.place(place))

    def _line(self, text: str, path: Path) -> Line:
        try:
            return parse_line(text)
        except BadLine as error:
            place = self.place(path)
            column = place.column + 1 + error.offset if place.column else None
            raise BadAccess(
                f"{error.message} in {text!r}", place=replace(place, column=column), hint=error.hint
            ) from error

    def _check_classes(self, line: Line, classes: tuple[RowClass, ...], path: Path) -> None:
        known = [row_class.name for row_class in classes]
        for name in (*class_names(line.rows), *class_names(line.after or EveryRow())):
            if name not in known and name not in dict(line.comparisons):
                raise self.fail(
                    f"unknown row class {name!r}{_meant(name, known)}",
                    path,
                    f'Define it: rows.{name} = "…".',
                )

    def _rules(self, line: Line, text: str, kind: ObjectKind, path: Path) -> Iterator[AccessRule]:
        for right in line.rights:
            if kind == "bucket" and right.columns is not None:
                raise self.fail("a bucket has objects, not columns", path)
            before, after = _before_and_after(right, line)
            yield AccessRule(line.actors, right.verb, right.columns, before, after, line.exact, text, self.place(path))

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
                    raise self.fail(f"unknown key {key!r} in [[accept]]{_meant(key, known)}", (*path, key))
            for key in ("finding", "on", "why"):
                if not isinstance(entry.get(key), str) or not entry[key].strip():
                    raise self.fail(f"[[accept]] needs {key}, a string", path)
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
    for actors, place in named:
        for name in actors:
            if name not in known:
                raise BadAccess(
                    f"unknown actor {name!r}{_meant(name, known)}",
                    place=place,
                    hint=f"The actors are {', '.join(known)}; others are defined under [actors].",
                )


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _meant(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f": did you mean {close[0]!r}?" if close else ""


# ---------------------------------------------------------------- resolving


def resolve(access: Access, catalog: Catalog, *, schemas: tuple[str, ...] = ("public",)) -> Access:
    """The same specification with every name looked up; raises `BadAccess` for what the database does not have."""
    resolver = _Resolver(catalog, schemas)
    return replace(
        access,
        objects=tuple(resolver.object(found) for found in access.objects),
        functions=tuple(resolver.function(found) for found in access.functions),
    )


@dataclass(frozen=True, slots=True)
class _Resolver:
    catalog: Catalog
    schemas: tuple[str, ...]

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
                f"there is no storage bucket {found.name!r}{_meant(found.name, known)}",
                place=found.place,
                hint="Insert it into storage.buckets in a migration, or remove it here.",
            )
        return replace(found, relation=OBJECTS)

    def _relation(self, found: ObjectAccess) -> Relation:
        by_name = self.catalog.by_name
        for name in self._candidates(found.name):
            if name in by_name:
                return by_name[name]
        known = {subject_of(name): name for name in by_name if name.schema in self.schemas}
        raise BadAccess(
            f"there is no {found.kind} {found.name!r}{_meant(found.name, known)}",
            place=found.place,
        )

    def _candidates(self, text: str) -> Iterator[QualifiedName]:
        yield from (QualifiedName(schema, text) for schema in self.schemas)
        parts = split_name(text)
        if len(parts) == 1:
            yield from (QualifiedName(schema, parts[0]) for schema in self.schemas)
        elif len(parts) == 2:
            yield QualifiedName(parts[0], parts[1])

    def function(self, found: FunctionAccess) -> FunctionAccess:
        matches = [routine for routine in self.catalog.routines if self._is(routine, found.name)]
        if len(matches) == 1:
            return replace(found, signature=matches[0].signature, routine=matches[0].name)
        if matches:
            choices = ", ".join(signature_of(routine) for routine in matches)
            raise BadAccess(f"{found.name!r} is more than one function: {choices}", place=found.place)
        known = [signature_of(routine) for routine in self.catalog.routines if routine.name.schema in self.schemas]
        raise BadAccess(f"there is no function {found.name!r}{_meant(found.name, known)}", place=found.place)

    def _is(self, routine: Routine, text: str) -> bool:
        name, bracket, _ = text.partition("(")
        names = {str(routine.name)}
        if routine.name.schema in self.schemas:
            names |= {subject_of(routine.name), str(routine.name).partition(".")[2], routine.name.name}
        if not bracket:
            return name in names
        written = _plain_signature(text)
        return any(f"{name}({types})" == written for name in names for types in _argument_lists(routine))


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
    known = [column.name for column in relation.columns]
    for rule in found.rules:
        if rule.columns is None:
            continue
        for name in (*rule.columns.named, *rule.columns.left_out):
            if name not in known:
                raise BadAccess(
                    f"{found.name} has no column {name!r}{_meant(name, known)}",
                    place=rule.place,
                    hint=f"Its columns are {', '.join(known)}.",
                )
