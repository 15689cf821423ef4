"""What can be changed in place, and how: one function a kind, None where the object has to be made anew."""

# ruff: noqa: S608  # SQL is what this module makes, of quoted names and Postgres's own definitions
from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as Several
from dataclasses import dataclass

from kitdb.catalog.model import (
    Bucket,
    Catalog,
    Column,
    Constraint,
    EventTrigger,
    Extension,
    Index,
    Policy,
    Publication,
    Relation,
    Routine,
    Rule,
    Sequence,
    Statistics,
    Trigger,
    Type,
)
from kitdb.diff import render
from kitdb.diff.conversion import Conversion, always_fits, base_type, conversion
from kitdb.diff.convert import Conversions, attributes_lost, attributes_retyped, within
from kitdb.diff.render import aside, literal, q
from kitdb.diff.state import ColumnOf, DefaultOf, State, Thing, owned_sequence
from kitdb.diff.steps import Hazard
from kitdb.names import QualifiedName

_ENABLED = {
    "origin": "enable",
    "disabled": "disable",
    "replica": "enable replica",
    "always": "enable always",
}


@dataclass(frozen=True, slots=True)
class Alteration:
    """Statements that change one object in place.

    `disturbs` says that nothing that reads the object may exist meanwhile; `early` that they come before what is
    dropped or made; `late` that they come last.
    """

    sql: tuple[str, ...]
    disturbs: bool = False
    early: bool = False
    late: bool = False
    hazards: tuple[Hazard, ...] = ()


def alterations(
    before: Thing, after: Thing, changed: frozenset[str], old: State, new: State
) -> tuple[Alteration, ...] | None:
    """How `before` becomes `after` in place, in order; None where it cannot."""
    match before, after:
        case ColumnOf(), ColumnOf():
            return _column(before, after, changed, old, new)
        case DefaultOf(), DefaultOf(table, column):
            return (Alteration((f"{_table(table)} alter column {q(column.name)} set default {column.default}",)),)
        case Relation(kind="view"), Relation(kind="view"):
            return _view(before, after, changed)
        case Relation(kind="materialized view"), Relation(kind="materialized view"):
            return _materialized_view(before, after, changed, new.catalog.major)
        case Relation(), Relation() if "table" in before.kind and "table" in after.kind:
            return _relation(before, after, changed)
        case Policy(), Policy():
            return _policy(before, after)
        case Constraint(), Constraint():
            return _constraint(before, after, changed, domain=before.on in old.catalog.type_by_name)
        case Index(), Index():
            return () if changed <= {"parent", "valid"} else None
        case Trigger(), Trigger():
            return _enabled(after, "trigger", changed)
        case Rule(), Rule():
            if "definition" in changed:
                return (Alteration((render.create_rule(after),)), *(_enabled(after, "rule", changed) or ()))
            return _enabled(after, "rule", changed)
        case Sequence(), Sequence():
            return _sequence(before, after)
        case Type(), Type():
            return _type(before, after)
        case Routine(), Routine():
            return (Alteration((render.create_routine(after),)),) if _replaceable(before, after) else None
        case Extension(), Extension():
            return (Alteration((f"alter extension {q(after.name)} set schema {q(after.schema)}",)),)
        case EventTrigger(), EventTrigger():
            words = _ENABLED[after.enabled]
            return (Alteration((f"alter event trigger {q(after.name)} {words}",)),) if changed == {"enabled"} else None
        case Publication(), Publication():
            return _publication(before, after, changed)
        case Statistics(), Statistics():
            if changed != {"target"}:
                return None
            target = -1 if after.target is None else after.target
            return (Alteration((f"alter statistics {after.name} set statistics {target}",)),)
        case Bucket(), Bucket():
            return (Alteration((render.update_bucket(before, after),)),)
        case _:
            return None


def _table(table: Relation) -> str:
    return f"alter {'foreign table' if table.kind == 'foreign table' else 'table'} {table.name}"


def _one(*sql: str) -> tuple[Alteration, ...]:
    return (Alteration(sql),)


# Columns


def _column(
    before: ColumnOf, after: ColumnOf, changed: frozenset[str], old: State, new: State
) -> tuple[Alteration, ...] | None:
    one, two = before.column, after.column
    if one.inherited and two.inherited and _parent_changes(before, after, new):
        return ()
    if {"generated", "generated_kind"} & changed and not _can_regenerate(one, two, new.catalog.major):
        return None
    if "type" in changed and conversion(one, two, new.casts, new.catalog) is None:
        return None
    return tuple(_column_alterations(before, after, changed, old, new))


def _parent_changes(before: ColumnOf, after: ColumnOf, new: State) -> bool:
    """Whether the same change reaches the column from a parent table."""
    parents = (new.relation(name) for name in after.table.parents if name in before.table.parents)
    for parent in parents:
        column = parent.column(after.column.name) if parent else None
        if column and (column.type, column.not_null, column.collation) == (
            after.column.type, after.column.not_null, after.column.collation
        ):  # fmt: skip
            return True
    return False


def _can_regenerate(one: Column, two: Column, major: int) -> bool:
    if two.generated is None:
        return one.generated_kind == "stored"
    # SET EXPRESSION came with Postgres 17.
    return one.generated is not None and one.generated_kind == two.generated_kind and major >= 17


def _column_alterations(
    before: ColumnOf, after: ColumnOf, changed: frozenset[str], old: State, new: State
) -> Iterator[Alteration]:
    one, two, table = before.column, after.column, after.table
    name = f"{table.name}.{q(two.name)}"
    alter = f"{_table(table)} alter column {q(two.name)}"
    if "generated" in changed:
        if two.generated is None:
            yield Alteration((f"{alter} drop expression",))
        else:
            yield Alteration((f"{alter} set expression as {render.in_parentheses(two.generated)}",))
    if one.identity and not two.identity:
        yield _drop_identity(before, after, old, new)
    if one.not_null and not two.not_null:
        yield Alteration((f"{alter} drop not null",))
    if {"type", "collation"} & changed:
        yield retype(table, one, two, new)
    if two.not_null and not one.not_null:
        if two.default is not None and not two.identity and "nextval(" not in two.default:
            sql = f"update {table.name} set {q(two.name)} = {two.default} where {q(two.name)} is null"
            yield Alteration((sql,), hazards=(Hazard("writes-rows", f"rows without {name} get its default"),))
            hazards: tuple[Hazard, ...] = ()
        else:
            hazards = (Hazard("may-fail-on-data", f"{name} becomes NOT NULL: rows without a value stop the migration"),)
        if not own_not_null(table, two):
            yield Alteration((f"{alter} set not null",), hazards=hazards)
    if two.identity and not one.identity:
        yield _add_identity(before, after, old, new)
    elif two.identity != one.identity and two.identity:
        yield Alteration((f"{alter} set generated {two.identity}",))
    yield from (Alteration((sql,)) for sql in column_settings(one, two, alter, new.catalog.major))


def own_not_null(table: Relation, column: Column) -> bool:
    """Whether the column's NOT NULL is a constraint that says more than that, as Postgres 18 can have it."""
    return any(one.kind == "not null" and one.columns == (column.name,) for one in table.constraints)


def retype(table: Relation, one: Column, two: Column, new: State, *, through: str | None = None) -> Alteration:
    """ALTER COLUMN ... TYPE; `through` is a type that the values pass on their way."""
    found = conversion(one, two, new.casts, new.catalog) or Conversion()
    if through is not None:
        found = Conversion(f"{q(two.name)}::{through}::{two.type.text}")
    collation = f" collate {two.collation}" if two.collation else ""
    sql = f"{_table(table)} alter column {q(two.name)} type {two.type.text}{collation}"
    sql += f" using {found.using}" if found.using else ""
    hazards = tuple(risks_of(found, table, one, two))
    return Alteration((*found.before, sql, *found.after), disturbs=True, hazards=hazards)


def risks_of(found: Conversion, table: Relation, one: Column, two: Column) -> Iterator[Hazard]:
    what = f"{table.name}.{q(two.name)} becomes {two.type.text}"
    fits = found.fits or always_fits(one.type.text, two.type.text)
    if one.type.text != two.type.text and not fits:
        yield Hazard("may-fail-on-data", f"{what}: values that are none stop the migration")
    if found.loses:
        yield Hazard("deletes-data", f"{what}, without {found.loses}")


def risk_of_new_type(table: Relation, column: Column) -> Hazard:
    what = f"{table.name}.{q(column.name)}: values that the new {column.type.name} lacks stop the migration"
    return Hazard("may-fail-on-data", what)


def retype_with_attributes(table: Relation, one: Column, two: Column, old: Catalog, new: Catalog,
                           anew: frozenset[QualifiedName]) -> Alteration:  # fmt: skip
    """ALTER COLUMN ... TYPE where a type with attributes is made anew: one by one, for their places may differ."""
    conversions = Conversions(old, new, anew)
    using = conversions.value(q(two.name), one.type, two.type)
    hazards = []
    for after in within(new, two.type.name):
        before = old.type_by_name.get(after.name)
        if before is not None:
            hazards += [_attribute_lost(after, attribute) for attribute in attributes_lost(before, after)]
            if attributes_retyped(before, after):
                message = f"{table.name}.{q(two.name)}: values that do not fit the new {after.name} stop the migration"
                hazards.append(Hazard("may-fail-on-data", message))
    sql = f"{_table(table)} alter column {q(two.name)} type {two.type.text} using {using}"
    forgotten = [f"drop function {signature}" for signature in conversions.functions]
    return Alteration(
        (*conversions.functions.values(), sql, *reversed(forgotten)), disturbs=True, hazards=tuple(hazards)
    )


def _attribute_lost(type_: Type, attribute: Column) -> Hazard:
    return Hazard("deletes-data", f"attribute {attribute.name} of type {type_.name}, with its values")


def _identity_sequences(
    before: ColumnOf, after: ColumnOf, old: State, new: State
) -> tuple[Sequence | None, Sequence | None]:
    return (
        owned_sequence(old.catalog, before.table.name, before.column.name),
        owned_sequence(new.catalog, after.table.name, after.column.name),
    )


def _add_identity(before: ColumnOf, after: ColumnOf, old: State, new: State) -> Alteration:
    """GENERATED AS IDENTITY that goes on where the serial's sequence, or the highest value, is."""
    earlier, later = _identity_sequences(before, after, old, new)
    clause = render.identity_clause(new.catalog, after.table, after.column)
    add = f"{_table(after.table)} alter column {q(after.column.name)} add {clause}"
    if later is None:
        return Alteration((add,))
    position = f"select setval({literal(str(later.name))}, {{}}) from {{}}"
    if earlier is None:
        name = q(after.column.name)
        values = f"coalesce(max({name}), {later.start}), max({name}) is not null"
        return Alteration((add, position.format(values, after.table.name)))
    moved = aside(earlier.name)
    return Alteration(
        (
            f"alter sequence {earlier.name} owned by none",
            f"alter sequence {earlier.name} rename to {q(moved.name)}",
            add,
            position.format("last_value, is_called", moved),
            f"drop sequence {moved}",
        )
    )


def _drop_identity(before: ColumnOf, after: ColumnOf, old: State, new: State) -> Alteration:
    """DROP IDENTITY; a plain sequence in its place goes on where it was."""
    earlier, later = _identity_sequences(before, after, old, new)
    drop = f"{_table(after.table)} alter column {q(after.column.name)} drop identity"
    if earlier is None or later is None:
        return Alteration((drop,))
    moved = aside(earlier.name)
    return Alteration(
        (
            f"alter sequence {earlier.name} rename to {q(moved.name)}",
            render.create_sequence(later),
            f"alter sequence {later.name} owned by {after.table.name}.{q(after.column.name)}",
            f"select setval({literal(str(later.name))}, last_value, is_called) from {moved}",
            drop,
        )
    )


_STORAGE = {"numeric": "main", "inet": "main", "cidr": "main"}


def column_settings(one: Column, two: Column, alter: str, major: int) -> Iterator[str]:
    if one.storage != two.storage:
        usual = "default" if major >= 16 else _STORAGE.get(base_type(two.type.text), "extended")
        yield f"{alter} set storage {two.storage or usual}"
    if one.compression != two.compression:
        yield f"{alter} set compression {two.compression or 'default'}"
    if one.statistics != two.statistics:
        yield f"{alter} set statistics {-1 if two.statistics is None else two.statistics}"
    if one.options != two.options:
        change_options = _foreign_options if alter.startswith("alter foreign table") else _set_and_reset
        yield from change_options(alter, one.options, two.options)


def _foreign_options(alter: str, one: Several[str], two: Several[str]) -> Iterator[str]:
    before, after = dict(option.split("=", 1) for option in one), dict(option.split("=", 1) for option in two)
    found = [f"drop {q(name)}" for name in before if name not in after]
    found += [
        f"{'set' if name in before else 'add'} {q(name)} {literal(value)}"
        for name, value in after.items()
        if before.get(name) != value
    ]
    yield f"{alter} options ({', '.join(found)})"


def _set_and_reset(alter: str, one: Several[str], two: Several[str]) -> Iterator[str]:
    gone = sorted({setting.partition("=")[0] for setting in one} - {setting.partition("=")[0] for setting in two})
    added = [setting for setting in two if setting not in one]
    if gone:
        yield f"{alter} reset ({', '.join(gone)})"
    if added:
        yield f"{alter} set ({render.options(added)})"


# Relations


def _relation(before: Relation, after: Relation, changed: frozenset[str]) -> tuple[Alteration, ...] | None:
    if {"kind", "partition_key", "server"} & changed:
        return None
    return tuple(_relation_alterations(before, after, changed))


def _relation_alterations(before: Relation, after: Relation, changed: frozenset[str]) -> Iterator[Alteration]:
    alter = _table(after)
    if before.partition_bound is not None and {"partition_bound", "parents"} & changed:
        yield Alteration((f"alter table {before.parents[0]} detach partition {after.name}",), early=True)
    elif "parents" in changed and before.partition_bound is None:
        gone = [parent for parent in before.parents if parent not in after.parents]
        yield from (Alteration((f"{alter} no inherit {parent}",), early=True) for parent in gone)
    if "of_type" in changed:
        yield Alteration((f"{alter} of {after.of_type}" if after.of_type else f"{alter} not of",))
    if "persistence" in changed:
        yield Alteration((f"{alter} set {'unlogged' if after.persistence == 'unlogged' else 'logged'}",))
    if "access_method" in changed:
        yield Alteration((f"{alter} set access method {q(after.access_method or 'heap')}",))
    if "options" in changed:
        change_options = _foreign_options if after.server else _set_and_reset
        yield from (Alteration((sql,)) for sql in change_options(alter, before.options, after.options))
    if "row_level_security" in changed:
        yield from _one(f"{alter} {'enable' if after.row_level_security else 'disable'} row level security")
    if "force_row_level_security" in changed:
        yield from _one(f"{alter} {'force' if after.force_row_level_security else 'no force'} row level security")
    if {"replica_identity", "replica_identity_index"} & changed:
        using = f"using index {q(after.replica_identity_index)}" if after.replica_identity_index else ""
        yield Alteration((f"{alter} replica identity {using or after.replica_identity}",), late=True)
    if "clustered_on" in changed:
        yield _clustering(alter, after)
    if after.partition_bound is not None and {"partition_bound", "parents"} & changed:
        sql = f"alter table {after.parents[0]} attach partition {after.name} {after.partition_bound}"
        hazard = Hazard("may-fail-on-data", f"{after.name} becomes a partition: rows outside of it stop the migration")
        yield Alteration((sql,), late=True, hazards=(hazard,))
    elif "parents" in changed and after.partition_bound is None:
        added = [parent for parent in after.parents if parent not in before.parents]
        yield from (Alteration((f"{alter} inherit {parent}",), late=True) for parent in added)


def _clustering(alter: str, after: Relation) -> Alteration:
    on = f"cluster on {q(after.clustered_on)}" if after.clustered_on else "set without cluster"
    return Alteration((f"{alter} {on}",), late=True)


def _view(before: Relation, after: Relation, changed: frozenset[str]) -> tuple[Alteration, ...] | None:
    if changed <= {"options"}:
        return tuple(
            Alteration((sql,)) for sql in _set_and_reset(f"alter view {after.name}", before.options, after.options)
        )
    # CREATE OR REPLACE VIEW takes columns at the end and nothing else.
    if _shape(after)[: len(before.columns)] != _shape(before):
        return None
    return _one(render.create_view(after, or_replace=True))


def _shape(relation: Relation) -> list[tuple[str, str, str | None]]:
    return [(column.name, column.type.text, column.collation) for column in relation.columns]


def _materialized_view(
    before: Relation, after: Relation, changed: frozenset[str], major: int
) -> tuple[Alteration, ...] | None:
    if not changed <= {"options", "access_method", "clustered_on", "settings"}:
        return None
    alter = f"alter materialized view {after.name}"
    found = list(_set_and_reset(alter, before.options, after.options))
    if "access_method" in changed:
        found.append(f"{alter} set access method {q(after.access_method or 'heap')}")
    for column in after.columns:
        earlier = before.column(column.name)
        if earlier is not None:
            found += column_settings(earlier, column, f"{alter} alter column {q(column.name)}", major)
    clustering = [_clustering(alter, after)] if "clustered_on" in changed else []
    return (*(Alteration((sql,)) for sql in found), *clustering)


# What hangs on relations


def _policy(before: Policy, after: Policy) -> tuple[Alteration, ...] | None:
    # ALTER POLICY can change an expression and cannot take it away.
    lost = (before.using is not None and after.using is None) or (
        before.with_check is not None and after.with_check is None
    )
    if lost or (before.command, before.permissive) != (after.command, after.permissive):
        return None
    return _one(render.alter_policy(before, after))


_DEFERRABLE = re.compile(r"( NOT VALID)?( DEFERRABLE)?( INITIALLY DEFERRED)?\Z")


def _constraint(
    before: Constraint, after: Constraint, changed: frozenset[str], *, domain: bool
) -> tuple[Alteration, ...] | None:
    alter = f"alter {'domain' if domain else 'table'} {after.on}"
    if after.inherited and before.inherited:
        return ()
    if not changed - {"inherited"}:
        return ()
    only_validity = changed <= {"definition", "validated"} and after.validated
    if only_validity and before.definition.removesuffix(" NOT VALID") == after.definition:
        return _one(f"{alter} validate constraint {q(after.name)}")
    if (
        changed == {"definition"}
        and after.kind == "foreign key"
        and _DEFERRABLE.sub("", before.definition) == _DEFERRABLE.sub("", after.definition)
        and before.validated == after.validated
    ):
        words = "not deferrable" if not after.deferrable else "deferrable"
        words += " initially deferred" if after.deferred else " initially immediate" if after.deferrable else ""
        return _one(f"{alter} alter constraint {q(after.name)} {words}")
    return None


def enabled(thing: Trigger | Rule) -> str:
    kind = "trigger" if isinstance(thing, Trigger) else "rule"
    return f"alter table {thing.table} {_ENABLED[thing.enabled]} {kind} {q(thing.name)}"


def _enabled(after: Trigger | Rule, kind: str, changed: frozenset[str]) -> tuple[Alteration, ...] | None:
    if isinstance(after, Trigger) and after.inherited:
        return ()
    if "definition" in changed and kind == "trigger":
        return None
    return _one(enabled(after)) if "enabled" in changed else ()


# Objects of schemas


def _sequence(before: Sequence, after: Sequence) -> tuple[Alteration, ...] | None:
    if before.identity != after.identity:
        return ()  # its column's change makes it anew
    found = []
    if after.identity and before.type != after.type:
        before = render.with_type(before, after.type)  # the change of the column's type has reached it
    sql = render.alter_sequence(before, after)
    if before.minimum < after.minimum or before.maximum > after.maximum:
        # The value it stands at has to lie within the new bounds.
        inside = f"least(greatest(last_value, {after.minimum}), {after.maximum})"
        found.append(
            f"select setval({literal(str(after.name))}, {inside}, is_called and last_value = {inside}) "
            f"from {after.name}"
        )
    found += [sql] if sql else []
    if before.unlogged != after.unlogged:
        found.append(f"alter sequence {after.name} set {'unlogged' if after.unlogged else 'logged'}")
    alterations_ = [Alteration(tuple(found))] if found else []
    if before.owned_by != after.owned_by and not after.identity:
        alterations_.append(Alteration((owned_by(after),)))
    return tuple(alterations_)


def owned_by(sequence: Sequence) -> str:
    owner = f"{sequence.owned_by[0]}.{q(sequence.owned_by[1])}" if sequence.owned_by else "none"
    return f"alter sequence {sequence.name} owned by {owner}"


def _type(before: Type, after: Type) -> tuple[Alteration, ...] | None:
    match before.kind, after.kind:
        case "enum", "enum":
            return _enum(before, after)
        case "domain", "domain":
            return _domain(before, after)
        case "composite", "composite":
            return _composite(before, after)
        case _:
            return None


def _enum(before: Type, after: Type) -> tuple[Alteration, ...] | None:
    kept = [label for label in after.labels if label in before.labels]
    if kept != list(before.labels):
        return None
    found, known = [], list(before.labels)
    for number, label in enumerate(after.labels):
        if label in before.labels:
            continue
        place = ""
        if number == 0:
            place = f" before {literal(known[0])}" if known else ""
        elif after.labels[number - 1] != known[-1]:
            place = f" after {literal(after.labels[number - 1])}"
        known.insert(known.index(after.labels[number - 1]) + 1 if number else 0, label)
        found.append(f"alter type {after.name} add value {literal(label)}{place}")
    return (Alteration(tuple(found)),)


def _domain(before: Type, after: Type) -> tuple[Alteration, ...] | None:
    if before.base != after.base or before.collation != after.collation:
        return None
    alter, found, hazards = f"alter domain {after.name}", [], []
    if before.default != after.default:
        found.append(f"{alter} drop default" if after.default is None else f"{alter} set default {after.default}")
    if before.not_null != after.not_null:
        found.append(f"{alter} {'set' if after.not_null else 'drop'} not null")
        hazards += [Hazard("may-fail-on-data", f"{after.name} becomes NOT NULL")] if after.not_null else []
    return (Alteration(tuple(found), hazards=tuple(hazards)),)


def _composite(before: Type, after: Type) -> tuple[Alteration, ...] | None:
    was = {a.name: a for a in before.attributes}
    kept = [a for a in before.attributes if any(a.name == b.name for b in after.attributes)]
    added = [a for a in after.attributes if a.name not in was]
    wanted = [a.name for a in kept] + [a.name for a in added]
    if [a.name for a in after.attributes] != wanted:
        return None
    if any((a.type.text, a.collation) != (was[a.name].type.text, was[a.name].collation)
           for a in after.attributes if a.name in was):  # fmt: skip
        return None
    gone = attributes_lost(before, after)
    hazards = tuple(_attribute_lost(after, attribute) for attribute in gone)
    found = [f"alter type {after.name} drop attribute {q(a.name)}" for a in gone]
    found += [f"alter type {after.name} add attribute {render.attribute(a)}" for a in added]
    return (Alteration(tuple(found), hazards=hazards),)


def _replaceable(before: Routine, after: Routine) -> bool:
    """Whether CREATE OR REPLACE takes the change: the same result, names and no default taken away."""
    if before.kind != after.kind or after.kind == "aggregate":
        return False
    if (before.returns, before.returns_set, len(before.arguments)) != (
        after.returns, after.returns_set, len(after.arguments)
    ):  # fmt: skip
        return False
    return all(
        (one.mode, one.type) == (two.mode, two.type)
        and one.name in (None, two.name)
        and (one.default is None or two.default is not None)
        for one, two in zip(before.arguments, after.arguments, strict=True)
    )


def _publication(before: Publication, after: Publication, changed: frozenset[str]) -> tuple[Alteration, ...] | None:
    if "all_tables" in changed:
        return None
    alter, found = f"alter publication {q(after.name)}", []
    if {"operations", "via_root", "generated_columns"} & changed:
        found.append(
            f"{alter} set ({render.publication_options(after, whole=True, generated=before.generated_columns)})"
        )
    added = [name for name in after.schemas if name not in before.schemas]
    gone = [name for name in before.schemas if name not in after.schemas]
    found += [f"{alter} add tables in schema {render.names(added)}"] if added else []
    found += [f"{alter} drop tables in schema {render.names(gone)}"] if gone else []
    return (Alteration(tuple(found)),)
