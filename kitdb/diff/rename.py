"""Objects that only got another name: who says so, and what Postgres is told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from kitdb.catalog.model import Constraint, Index, Policy, Relation, Routine, Schema, Trigger, Type
from kitdb.catalog.model import Sequence as SequenceObject
from kitdb.catalog.structure import ObjectId
from kitdb.diff.declared import Declared, declared_name
from kitdb.diff.render import aside, described, literal, q
from kitdb.diff.state import ColumnOf, State, Thing, member_id, relation_id
from kitdb.errors import KitdbError
from kitdb.names import QualifiedName

_COMMENT = re.compile(r"--[ \t]*kitdb:[ \t]*renamed from[ \t]+(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_NAME = re.compile(r"""\s*("(?:[^"]|"")+"|'(?:[^']|'')+'|[\w$]+)""")
_PARTS = re.compile(r"""'(?:[^']|'')+'|"(?:[^"]|"")+"|[^."]+""")
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Rename:
    """One statement; for a table, sequence or type, with the names before and after it."""

    sql: str
    kind: str
    before: QualifiedName | None = None
    after: QualifiedName | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody says that what is called `after` now was `before`; each a name, or `table.column`."""

    before: str
    after: str
    member: bool = False  # `before` is a member of the table that `after` is in
    optional: bool = False  # whether it may be about nothing that is there
    told: bool = False  # for this one migration, so that the old name must be there

    def __str__(self) -> str:
        return f"{self.before}={self.after}"


class UnknownRename(KitdbError):
    """A rename names something that is not there."""

    hint = "Write --rename OLD=NEW, with names as they are before and after: public.kits=public.songs, kits.name=title."


class UnansweredRename(KitdbError):
    """Something goes and something like it comes: it may be a rename, and dropping it would lose its rows."""

    def __init__(self, pairs: Sequence[tuple[ObjectId, ObjectId]]) -> None:
        self.pairs = tuple(pairs)
        first = pairs[0]
        shown = "; ".join(f"{one} is gone and {two} is new" for one, two in pairs)
        super().__init__(
            f"{shown}: renamed, or dropped and made?",
            hint=f"Say --rename {first[0].name}={first[1].name} (or write -- kitdb: renamed from "
            f"{first[0].name} above it), or --rename none where it is another one.",
        )


def parse_wish(text: str) -> Wish:
    """`a=b` as given to --rename. Raises `UnknownRename`."""
    before, equals, after = text.partition("=")
    if not equals or not before.strip() or not after.strip():
        raise UnknownRename(f"{text!r} is no rename")
    return Wish(before.strip(), after.strip(), told=True)


def declared_wishes(declared: Iterable[Declared]) -> Iterator[Wish]:
    """What `-- kitdb: renamed from old` says above declared statements, and above columns inside of them."""
    for one in declared:
        if "renamed from" not in one.text:
            continue
        name = declared_name(one)
        above = one.text[: len(one.text) - len(one.statement.text)]
        for found in _COMMENT.finditer(above):
            if name is not None:
                yield Wish(found[1], name[0], member=name[1])
        for found in _COMMENT.finditer(one.statement.text):
            column = _NAME.match(_without_comments(one.statement.text[found.end() :]))
            if column and name is not None:
                yield Wish(found[1], f"{name[0]}.{column[1]}", member=True)


def _without_comments(text: str) -> str:
    return re.sub(r"^\s*--.*$", "", text, flags=re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A wish about things that are there: `there` is what the new name stands for before, `here` the old one after."""

    wish: Wish
    before: ObjectId
    after: ObjectId
    there: ObjectId
    here: ObjectId


def wished(wishes: Iterable[Wish], old: State, new: State) -> Iterator[Rename]:
    """The wishes that are not fulfilled yet, tables first. Raises `UnknownRename`."""
    schemas = {schema.name for schema in old.catalog.schemas}
    whole: list[_Asked] = []
    members: list[Wish] = []
    for wish in wishes:
        pair = None if wish.member else _top_level(wish, old, new)
        if pair is None:
            members.append(wish)
            continue
        before, after = pair
        _check_told(wish, before, after, old)
        whole.append(_Asked(wish, before, after, after, before))
    due = _due(whole, old, new)
    for asked in due:
        name = getattr(new.objects[asked.after], "name", None)
        if isinstance(name, QualifiedName) and name.schema not in schemas:
            schemas.add(name.schema)
            yield Rename(f"create schema {q(name.schema)}", "schema")
    yield from _in_turn(due, old, new)
    tables = {asked.after.name: asked.before.name for asked in due}
    parts: list[_Asked] = []
    for wish in members:
        found = _member(wish, old, new, tables)
        parts += [found] if isinstance(found, _Asked) else []
        yield from [found] if isinstance(found, Rename) else []
    yield from _in_turn(_due(parts, old, new), old, new)


def _due(every: Sequence[_Asked], old: State, new: State) -> list[_Asked]:
    """Those whose old name is there and goes, or goes to another of them: what both sides have was done earlier."""
    there = [one for one in every if one.before in old.objects and one.before != one.there]
    due = [one for one in there if one.here not in new.objects]
    while more := [one for one in there if one not in due and one.here in {other.after for other in due}]:
        due += more
    told = [one for one in there if one.wish.told]
    circle = [one for one in told if one not in due and one.here in {other.after for other in told}]
    return [one for one in there if one in due or one in circle]


def _in_turn(due: Sequence[_Asked], old: State, new: State) -> Iterator[Rename]:
    """Each to its name once that is free; in a circle, the first of them by way of another name."""
    left, things = list(due), {one.before: old.objects[one.before] for one in due}
    used = set(old.objects)
    while left:
        ready = next((one for one in left if one.there not in used), None)
        if ready is None:
            ready = left[0]
            if ready.there not in things:
                raise UnknownRename(f"{ready.wish}: there is {ready.wish.after} already")
            aside_ = _called(things[ready.before], ready.before)
            yield from _statements(ready.before, things[ready.before], aside_)
            things[ready.before] = aside_
        else:
            yield from _statements(ready.before, things[ready.before], new.objects[ready.after])
            left.remove(ready)
        used.discard(ready.before)


def _called(thing: Thing, identity: ObjectId) -> Thing:
    """The thing under a name that nothing else has."""
    match thing:
        case ColumnOf(table, column):
            return ColumnOf(table, replace(column, name=f"{column.name}__old"))
        case Relation() | Type() | SequenceObject():
            return replace(thing, name=aside(thing.name))
        case Policy() | Trigger() | Constraint() | Index() | Schema():
            return replace(thing, name=f"{thing.name}__old")
        case _:
            raise UnknownRename(f"{identity}: names that change places need a name in between, in two migrations")


def _check_told(wish: Wish, before: ObjectId, after: ObjectId, old: State) -> None:
    """That what was told is about something; where the new name is there already, it was fulfilled earlier."""
    if wish.told and before not in old.objects and after not in old.objects:
        raise UnknownRename(f"{wish}: there is no {wish.before}")


def ways_back(wishes: Sequence[Wish], new: State) -> Iterator[Wish]:
    """The wishes of who wants to go back from the new state: each the other way round.

    A wish that was fulfilled by an earlier migration, and still stands in the declaration, is about nothing there.
    """
    whole = [wish for wish in wishes if not wish.member and _find(wish.after, new) is not None]
    earlier = {_qualified(wish.after): _qualified(wish.before) for wish in whole}
    yield from (Wish(wish.after, wish.before, optional=True) for wish in whole)
    for wish in wishes:
        if wish not in whole:
            now, was = _parts(wish.after), _parts(wish.before)
            of = _qualified(".".join(now[:-1] or was[:-1]))
            yield Wish(f"{of}.{now[-1]}", f"{earlier.get(of, of)}.{was[-1]}", member=True, optional=True)


def _top_level(wish: Wish, old: State, new: State) -> tuple[ObjectId, ObjectId] | None:
    after = _find(wish.after, new)
    if after is None:
        return None
    name = _qualified(wish.before)
    if after.kind in ("function", "procedure"):
        found = [i for i in old.objects if i.kind == after.kind and i.name.partition("(")[0] == name.partition("(")[0]]
        return (found[0], after) if found else (after, after)
    if after.kind == "schema":
        name = wish.before
    return ObjectId(after.kind, name), after


def _find(name: str, state: State) -> ObjectId | None:
    wanted = _qualified(name)
    for kind in ("table", "view", "materialized view", "type", "sequence", "index"):
        if ObjectId(kind, wanted) in state.objects:
            return ObjectId(kind, wanted)
    for identity in state.objects:
        if identity.kind in ("function", "procedure") and identity.name.partition("(")[0] == wanted.partition("(")[0]:
            return identity
    return ObjectId("schema", name) if ObjectId("schema", name) in state.objects else None


def _parts(name: str) -> list[str]:
    return _PARTS.findall(name if "'" in name else name.partition("(")[0])


def _qualified(name: str) -> str:
    return name if len(_parts(name)) > 1 else f"public.{name}"


def _member(wish: Wish, old: State, new: State, tables: Mapping[str, str]) -> _Asked | Rename | None:
    parts, earlier = _parts(wish.after), _parts(wish.before)
    now = {before: after for after, before in tables.items()}
    named = _qualified(".".join(parts[:-1] if len(parts) > 1 else earlier[:-1]))
    table = now.get(named, named)  # by the name that it had, too
    was = tables.get(table, table)
    for kind in ("column", "policy", "trigger", "constraint"):
        after = ObjectId(kind, f"{table}.{parts[-1]}")
        if after in new.objects:
            before, there = ObjectId(kind, f"{was}.{earlier[-1]}"), ObjectId(kind, f"{was}.{parts[-1]}")
            _check_told(wish, before, there, old)
            return _Asked(wish, before, after, there, ObjectId(kind, f"{table}.{earlier[-1]}"))
    first, second = old.objects.get(ObjectId("type", was)), new.objects.get(ObjectId("type", table))
    if isinstance(first, Type) and isinstance(second, Type) and parts[-1] in _members(second):
        if earlier[-1] in _members(first) and earlier[-1] not in _members(second):
            return _of_type(second, _members(first)[earlier[-1]], _members(second)[parts[-1]], new)
        return None
    if not wish.optional:
        raise UnknownRename(f"{wish}: there is no {wish.after}")
    return None


def _members(type_: Type) -> dict[str, str]:
    """The labels of an enum and the attributes of a composite type, by the ways to write them."""
    found = {q(attribute.name): attribute.name for attribute in type_.attributes}
    return found | {label: label for label in type_.labels} | {literal(label): label for label in type_.labels}


def _of_type(type_: Type, before: str, after: str, new: State) -> Rename:
    if type_.kind == "enum":
        sql = f"alter type {type_.name} rename value {literal(before)} to {literal(after)}"
        return Rename(sql, "label", type_.name, type_.name)
    typed = any(relation.of_type == type_.name for relation in new.catalog.relations)
    sql = f"alter type {type_.name} rename attribute {q(before)} to {q(after)}{' cascade' if typed else ''}"
    return Rename(sql, "attribute", type_.name, type_.name)


def _statements(before: ObjectId, thing: Thing, new: Thing) -> Iterator[Rename]:
    match thing, new:
        case ColumnOf(), ColumnOf(table, column):
            word = "foreign table" if table.kind == "foreign table" else "table"
            yield Rename(
                f"alter {word} {table.name} rename column {q(thing.column.name)} to {q(column.name)}", "column"
            )
        case ((Policy() | Trigger()), (Policy() | Trigger())):
            yield Rename(f"alter {before.kind} {q(thing.name)} on {new.table} rename to {q(new.name)}", before.kind)
        case Constraint(), Constraint():
            yield Rename(f"alter table {new.on} rename constraint {q(thing.name)} to {q(new.name)}", "constraint")
        case Index(), Index():
            name = QualifiedName(thing.table.schema, thing.name)
            yield Rename(f"alter index {name} rename to {q(new.name)}", "index")
        case Schema(), Schema():
            yield Rename(f"alter schema {q(thing.name)} rename to {q(new.name)}", "schema")
        case (
            (Relation() | Type() | SequenceObject() | Routine()),
            (Relation() | Type() | SequenceObject() | Routine()),
        ):
            yield from _moved(before, thing, new)


def _moved(
    before: ObjectId,
    thing: Relation | Type | SequenceObject | Routine,
    new: Relation | Type | SequenceObject | Routine,
) -> Iterator[Rename]:
    what = described(before, thing)
    kind = "sequence" if isinstance(thing, SequenceObject) else before.kind
    if thing.name.name != new.name.name:
        middle = QualifiedName(thing.name.schema, new.name.name)
        yield Rename(f"alter {what} rename to {q(new.name.name)}", kind, thing.name, new.name)
        what = what.replace(str(thing.name), str(middle), 1)
    if thing.name.schema != new.name.schema:
        yield Rename(f"alter {what} set schema {q(new.name.schema)}", kind, thing.name, new.name)


@dataclass(frozen=True, slots=True)
class _Move:
    """A name within a schema, the one that follows from a rename, and the statement for any two names."""

    schema: str
    before: str
    after: str
    say: Callable[[str, str], Iterable[Rename]]


def derived(old: State, new: State) -> Iterator[Rename]:
    """Constraints, indexes and sequences that differ from a new one in nothing but the name."""
    left: list[_Move] = []
    for relation in new.catalog.relations:
        before = old.relation(relation.name)
        if before is None or relation.managed:
            continue
        left += _derived_constraints(before, relation)
        left += _derived_indexes(before, relation)
    left += _derived_sequences(old, new)
    while left:
        taken = {(move.schema, move.before) for move in left}
        move = next((one for one in left if (one.schema, one.after) not in taken), None)
        if move is not None:
            yield from move.say(move.before, move.after)
            left.remove(move)
        else:
            between = f"{left[0].before}__old"
            yield from left[0].say(left[0].before, between)
            left[0] = replace(left[0], before=between)


def _derived_constraints(before: Relation, after: Relation) -> Iterator[_Move]:
    names = {c.name for c in before.constraints}, {c.name for c in after.constraints}
    gone = {(c.kind, c.definition): c for c in before.constraints if c.name not in names[1] and not c.inherited}
    for constraint in after.constraints:
        if constraint.name in names[0] or constraint.inherited:
            continue
        found = gone.pop((constraint.kind, constraint.definition), None)
        if found:
            yield _Move(after.name.schema, found.name, constraint.name, partial(_constraint_renamed, after))


def _constraint_renamed(table: Relation, one: str, two: str) -> Iterator[Rename]:
    yield Rename(f"alter table {table.name} rename constraint {q(one)} to {q(two)}", "constraint")


def _derived_indexes(before: Relation, after: Relation) -> Iterator[_Move]:
    names = {i.name for i in before.indexes}, {i.name for i in after.indexes}
    gone = {_nameless(i): i for i in before.indexes if i.name not in names[1] and i.constraint is None}
    for index in after.indexes:
        found = gone.pop(_nameless(index), None) if index.name not in names[0] and index.constraint is None else None
        if found:
            yield _Move(before.name.schema, found.name, index.name, partial(_index_renamed, before.name.schema))


def _index_renamed(schema: str, one: str, two: str) -> Iterator[Rename]:
    yield Rename(f"alter index {QualifiedName(schema, one)} rename to {q(two)}", "index")


def _nameless(index: Index) -> str:
    return index.definition.replace(f"INDEX {q(index.name)} ON", "INDEX ON", 1)


def _derived_sequences(old: State, new: State) -> Iterator[_Move]:
    owned = {s.owned_by: s for s in old.catalog.sequences if s.owned_by}
    wanted = {s.name: s.owned_by for s in new.catalog.sequences}
    pairs = [(owned[s.owned_by], s) for s in new.catalog.sequences if s.owned_by in owned]
    moving = {before.name for before, after in pairs if before.name != after.name}
    staying = {s.name for s in old.catalog.sequences} - moving
    for before, after in pairs:
        is_free = before.name not in wanted or wanted[before.name] in owned
        if before.name != after.name and before.identity == after.identity and is_free and after.name not in staying:
            say = partial(_sequence_renamed, before, after)
            yield _Move(before.name.schema, before.name.name, after.name.name, say)


def _sequence_renamed(before: SequenceObject, after: SequenceObject, one: str, two: str) -> Iterator[Rename]:
    names = [QualifiedName(before.name.schema, one), QualifiedName(after.name.schema, two)]
    first, second = replace(before, name=names[0]), replace(after, name=names[1])
    yield from _moved(ObjectId("sequence", str(first.name)), first, second)


def likely(old: State, new: State) -> list[tuple[ObjectId, ObjectId]]:
    """Pairs of something that goes and something like it that comes."""
    return [*_likely_tables(old, new), *_likely_columns(old, new), *_likely_members(old, new)]


def _likely_tables(old: State, new: State) -> Iterator[tuple[ObjectId, ObjectId]]:
    gone = [r for r in old.catalog.relations if _is_table(r) and relation_id(r) not in new.objects]
    made = [r for r in new.catalog.relations if _is_table(r) and relation_id(r) not in old.objects]
    for before in gone:
        alike = [(_likeness(before, after), relation_id(after)) for after in made]
        best = max(alike, default=None, key=lambda pair: pair[0])
        if best and best[0] >= _ALIKE:
            yield relation_id(before), best[1]


def _is_table(relation: Relation) -> bool:
    return relation.kind in ("table", "partitioned table") and not relation.managed


def _likeness(one: Relation, two: Relation) -> float:
    first = {(column.name, column.type.text) for column in one.columns}
    second = {(column.name, column.type.text) for column in two.columns}
    return len(first & second) / max(len(first | second), 1)


def _likely_columns(old: State, new: State) -> Iterator[tuple[ObjectId, ObjectId]]:
    gone: defaultdict[tuple[QualifiedName, str], list[str]] = defaultdict(list)
    made: defaultdict[tuple[QualifiedName, str], list[str]] = defaultdict(list)
    for before in old.catalog.relations:
        after = new.relation(before.name)
        if after is None or not _is_table(before) or not _is_table(after):
            continue
        for column in before.columns:
            if after.column(column.name) is None and not column.inherited and column.generated is None:
                gone[(before.name, column.type.text)].append(column.name)
        for column in after.columns:
            if before.column(column.name) is None and not column.inherited and column.generated is None:
                made[(after.name, column.type.text)].append(column.name)
    for (table, type_), columns in gone.items():
        others = made.get((table, type_), [])
        if 1 in (len(columns), len(others)):
            for one, two in product(columns, others):
                yield member_id("column", table, one), member_id("column", table, two)


def _likely_members(old: State, new: State) -> Iterator[tuple[ObjectId, ObjectId]]:
    """A label, or an attribute, in the place of another one, with nothing else moved."""
    for after in new.catalog.types:
        before = old.catalog.type_by_name.get(after.name)
        if before is None or before.kind != after.kind:
            continue
        labels = zip(before.labels, after.labels, strict=False) if len(before.labels) == len(after.labels) else ()
        attributes = [[(a.name, a.type.text) for a in type_.attributes] for type_ in (before, after)]
        pairs = [(literal(one), literal(two)) for one, two in labels if one != two]
        if len(attributes[0]) == len(attributes[1]):
            moved = [(a, b) for a, b in zip(*attributes, strict=True) if a != b]
            pairs += [(q(a[0]), q(b[0])) for a, b in moved if a[1] == b[1] and len(moved) == 1]
        known = {*_members(before)} & {*_members(after)}
        if len(pairs) == 1 and not known & {*pairs[0]}:
            kind = "label" if after.kind == "enum" else "attribute"
            yield ObjectId(kind, f"{after.name}.{pairs[0][0]}"), ObjectId(kind, f"{after.name}.{pairs[0][1]}")
