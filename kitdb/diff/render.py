"""Objects of a catalog as the SQL that makes, changes or drops them; definitions are Postgres's own."""

# ruff: noqa: S608  # SQL is what this module makes, of quoted names and Postgres's own definitions
from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Sequence as Several
from dataclasses import replace

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
    Schema,
    Sequence,
    Statistics,
    Trigger,
    Type,
)
from kitdb.catalog.structure import ObjectId
from kitdb.diff.state import PublicationTable, owned_sequence, serial_type
from kitdb.names import QualifiedName, quote_identifier, quote_literal

_INTEGER_LIMITS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}


def q(name: str) -> str:
    return quote_identifier(name)


def cut(name: str, size: int) -> str:
    """The name without what goes beyond so many bytes, as Postgres counts them."""
    return name.encode()[:size].decode(errors="ignore")


def aside(name: QualifiedName) -> QualifiedName:
    """What an object is called once another takes its place."""
    return QualifiedName(name.schema, f"{cut(name.name, 57)}__old")


def dollar_quoted(body: str) -> str:
    mark = "$$"
    while mark in body or f"{body}$".endswith(mark):
        mark = f"{mark[:-1]}_$"
    return f"{mark}{body}{mark}"


def literal(text: str) -> str:
    return quote_literal(text).strip()


def role(name: str) -> str:
    return "public" if name == "public" else quote_identifier(name)


def names(many: Iterable[str]) -> str:
    return ", ".join(quote_identifier(name) for name in many)


def options(settings: Iterable[str]) -> str:
    """`fillfactor=70` and its like, as WITH (...) takes them."""
    return ", ".join(_option(setting) for setting in settings)


def _option(setting: str) -> str:
    name, _, value = setting.partition("=")
    plain = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?|true|false|on|off|[a-z_]+", value)
    return f"{name} = {value if plain else literal(value)}"


def create_schema(schema: Schema) -> str:
    return f"create schema {q(schema.name)}"


def create_extension(extension: Extension) -> str:
    return f"create extension if not exists {q(extension.name)} with schema {q(extension.schema)}"


def create_type(type_: Type) -> str:
    match type_.kind:
        case "enum":
            return f"create type {type_.name} as enum ({', '.join(literal(label) for label in type_.labels)})"
        case "domain":
            return create_domain(type_)
        case "composite":
            attributes = ",\n".join(f"  {_attribute(attribute)}" for attribute in type_.attributes)
            return f"create type {type_.name} as (\n{attributes}\n)"
        case _:
            return f"create type {type_.name} as range ({type_.definition})"


def create_domain(type_: Type) -> str:
    parts = [f"create domain {type_.name} as {type_.base.text if type_.base else 'text'}"]
    parts += [f"collate {type_.collation}"] if type_.collation else []
    parts += [f"default {type_.default}"] if type_.default is not None else []
    parts += ["not null"] if type_.not_null else []
    return " ".join(parts)


def _attribute(attribute: Column) -> str:
    collation = f" collate {attribute.collation}" if attribute.collation else ""
    return f"{q(attribute.name)} {attribute.type.text}{collation}"


def attribute(column: Column) -> str:
    return _attribute(column)


def create_sequence(sequence: Sequence) -> str:
    words = "create unlogged sequence" if sequence.unlogged else "create sequence"
    return " ".join([f"{words} {sequence.name}", *sequence_options(sequence)])


def sequence_options(sequence: Sequence) -> list[str]:
    """What differs from a sequence made without a word."""
    lowest, highest = _limits(sequence.type, sequence.increment)
    start = sequence.minimum if sequence.increment > 0 else sequence.maximum
    found = []
    found += [f"as {sequence.type}"] if sequence.type != "bigint" and not sequence.identity else []
    found += [f"increment by {sequence.increment}"] if sequence.increment != 1 else []
    found += [f"minvalue {sequence.minimum}"] if sequence.minimum != lowest else []
    found += [f"maxvalue {sequence.maximum}"] if sequence.maximum != highest else []
    found += [f"start with {sequence.start}"] if sequence.start != start else []
    found += [f"cache {sequence.cache}"] if sequence.cache != 1 else []
    found += ["cycle"] if sequence.cycle else []
    return found


def _limits(type_: str, increment: int) -> tuple[int, int]:
    limit = _INTEGER_LIMITS[type_]
    return (1, limit - 1) if increment > 0 else (-limit, -1)


def with_type(sequence: Sequence, type_: str) -> Sequence:
    """The sequence as Postgres makes it another type's: bounds that were the type's follow."""
    was, now = _limits(sequence.type, sequence.increment), _limits(type_, sequence.increment)
    return replace(
        sequence,
        type=type_,
        minimum=now[0] if sequence.minimum == was[0] else sequence.minimum,
        maximum=now[1] if sequence.maximum == was[1] else sequence.maximum,
    )


def alter_sequence(old: Sequence, new: Sequence) -> str | None:
    """The options that differ; ownership and comment are changed elsewhere."""
    found = []
    found += [f"as {new.type}"] if old.type != new.type and not new.identity else []
    found += [f"increment by {new.increment}"] if old.increment != new.increment else []
    found += [f"minvalue {new.minimum}"] if old.minimum != new.minimum else []
    found += [f"maxvalue {new.maximum}"] if old.maximum != new.maximum else []
    found += [f"start with {new.start}"] if old.start != new.start else []
    found += [f"cache {new.cache}"] if old.cache != new.cache else []
    found += ["cycle" if new.cycle else "no cycle"] if old.cycle != new.cycle else []
    return f"alter sequence {new.name} {' '.join(found)}" if found else None


def column_definition(
    catalog: Catalog, table: Relation, column: Column, *, default: bool, identity: bool = True, not_null: bool = True
) -> str:
    """A column as CREATE TABLE and ADD COLUMN take it."""
    serial = serial_type(catalog, table.name, column) if default else None
    if serial:
        return f"{q(column.name)} {serial}"
    parts = [q(column.name), column.type.text]
    if table.kind == "foreign table" and column.options:
        parts.append(f"options ({_foreign_options(column.options)})")
    parts += [f"collate {column.collation}"] if column.collation else []
    parts += [f"compression {column.compression}"] if column.compression else []
    parts += ["not null"] if column.not_null and not_null and not column.identity else []
    if column.identity and identity:
        parts.append(identity_clause(catalog, table, column))
    if column.generated is not None:
        parts.append(f"generated always as {in_parentheses(column.generated)} {column.generated_kind}")
    elif default and column.default is not None:
        parts.append(f"default {column.default}")
    return " ".join(parts)


def identity_clause(catalog: Catalog, table: Relation, column: Column) -> str:
    sequence = owned_sequence(catalog, table.name, column.name)
    chosen = []
    if sequence:
        usual = QualifiedName(table.name.schema, f"{table.name.name}_{column.name}_seq")
        chosen += [f"sequence name {sequence.name}"] if sequence.name != usual else []
        chosen += sequence_options(sequence)
    return f"generated {column.identity} as identity" + (f" ({' '.join(chosen)})" if chosen else "")


def _foreign_options(settings: Iterable[str]) -> str:
    pairs = (setting.partition("=") for setting in settings)
    return ", ".join(f"{q(name)} {literal(value)}" for name, _, value in pairs)


def create_table(catalog: Catalog, table: Relation, defaults: frozenset[str], constraints: Several[Constraint]) -> str:
    """CREATE TABLE with the defaults of these columns and these constraints; the rest is added later."""
    words = "create unlogged table" if table.persistence == "unlogged" else "create table"
    words = "create foreign table" if table.kind == "foreign table" else words
    lines = [f"constraint {q(one.name)} {one.definition}" for one in constraints]
    own_not_null = {one.columns for one in table.constraints if one.kind == "not null"}
    if table.partition_bound is not None:
        body = f" (\n{_indented(lines)}\n)" if lines else ""
        text = f"{words} {table.name} partition of {table.parents[0]}{body} {table.partition_bound}"
    elif table.of_type is not None:
        body = f" (\n{_indented(lines)}\n)" if lines else ""
        text = f"{words} {table.name} of {table.of_type}{body}"
    else:
        columns = [
            column_definition(
                catalog, table, column, default=column.name in defaults, not_null=(column.name,) not in own_not_null
            )
            for column in table.columns
            if not column.inherited
        ]
        body = _indented(columns + lines)
        text = f"{words} {table.name} (\n{body}\n)" if body else f"{words} {table.name} ()"
        if table.parents:
            text += f" inherits ({', '.join(str(parent) for parent in table.parents)})"
    text += f" partition by {table.partition_key}" if table.partition_key else ""
    if table.kind == "foreign table":
        text += f" server {q(table.server or '')}"
        text += f" options ({_foreign_options(table.options)})" if table.options else ""
        return text
    text += f" using {q(table.access_method)}" if table.access_method not in (None, "heap") else ""
    text += f" with ({options(table.options)})" if table.options else ""
    return text


def _indented(lines: Several[str]) -> str:
    return ",\n".join(f"  {line}" for line in lines)


def create_view(view: Relation, *, or_replace: bool = False) -> str:
    settings = f" with ({options(view.options)})" if view.options else ""
    definition = (view.definition or "").strip().rstrip(";")
    if view.kind == "materialized view":
        text = f"create materialized view {view.name}{settings} as\n{definition}"
        return text if view.populated else f"{text}\nwith no data"
    return f"create {'or replace ' if or_replace else ''}view {view.name}{settings} as\n{definition}"


def add_constraint(constraint: Constraint, *, domain: bool, not_valid: bool = False) -> str:
    suffix = " not valid" if not_valid and "NOT VALID" not in constraint.definition else ""
    return (
        f"alter {'domain' if domain else 'table'} {constraint.on} add constraint {q(constraint.name)} "
        f"{constraint.definition}{suffix}"
    )


def create_index(index: Index, *, concurrently: bool = False, partitioned: bool = False) -> str:
    definition = index.definition
    if partitioned and index.valid:
        # pg_get_indexdef says ONLY for a partitioned table, which would leave out the partitions.
        definition = definition.replace(f" ON ONLY {index.table}", f" ON {index.table}", 1)
    words = re.match(r"CREATE (UNIQUE )?INDEX ", definition)
    if words is None:
        return definition
    head = f"create {'unique ' if words[1] else ''}index {'concurrently ' if concurrently else ''}"
    return head + definition[words.end() :].replace(" ON ", " on ", 1).replace(" USING ", " using ", 1)


def replace_index(index: Index) -> list[str]:
    """The index built beside the one of its name, which goes, while the table is in use; its name comes later."""
    beside = _beside(index)
    named = index.definition.replace(f"INDEX {q(index.name)} ON", f"INDEX {q(beside)} ON", 1)
    return [
        create_index(replace(index, name=beside, definition=named), concurrently=True),
        f"drop index concurrently {QualifiedName(index.table.schema, index.name)}",
    ]


def rename_replacement(index: Index) -> str:
    return f"alter index {QualifiedName(index.table.schema, _beside(index))} rename to {q(index.name)}"


def _beside(index: Index) -> str:
    return f"{cut(index.name, 57)}__new"


def key_of_index(constraint: Constraint) -> str:
    """A unique or primary key out of the index of its name."""
    words = f" deferrable{' initially deferred' if constraint.deferred else ''}" if constraint.deferrable else ""
    name = q(constraint.name)
    return f"alter table {constraint.on} add constraint {name} {constraint.kind} using index {name}{words}"


def in_parentheses(expression: str) -> str:
    """The expression in one pair of parentheses, be they there already or not."""
    if expression.startswith("( "):  # a subquery, whose parentheses are its own
        return f"({expression})"
    depth, quoted = 0, ""
    for place, character in enumerate(expression):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "'\"":
            quoted = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0 and place < len(expression) - 1:
                return f"({expression})"
    return expression if expression.startswith("(") else f"({expression})"


def create_policy(policy: Policy) -> str:
    parts = [f"create policy {q(policy.name)} on {policy.table}"]
    parts += [] if policy.permissive else ["as restrictive"]
    parts.append(f"for {policy.command} to {', '.join(role(name) for name in policy.roles)}")
    parts += [f"using {in_parentheses(policy.using)}"] if policy.using is not None else []
    parts += [f"with check {in_parentheses(policy.with_check)}"] if policy.with_check is not None else []
    return "\n  ".join(parts)


def alter_policy(old: Policy, new: Policy) -> str:
    parts = [f"alter policy {q(new.name)} on {new.table}"]
    parts += [f"to {', '.join(role(name) for name in new.roles)}"] if old.roles != new.roles else []
    parts += [f"using {in_parentheses(new.using)}"] if new.using is not None and old.using != new.using else []
    parts += (
        [f"with check {in_parentheses(new.with_check)}"]
        if new.with_check is not None and old.with_check != new.with_check
        else []
    )
    return "\n  ".join(parts)


def create_trigger(trigger: Trigger) -> str:
    return re.sub(r"\ACREATE (CONSTRAINT )?TRIGGER", lambda m: m[0].lower(), trigger.definition)


def create_routine(routine: Routine) -> str:
    """CREATE OR REPLACE, as Postgres prints it; an aggregate has no printer of its own and gets plain CREATE."""
    return routine.definition.strip()


def drop_routine(routine: Routine) -> str:
    words = {"procedure": "procedure", "aggregate": "aggregate"}.get(routine.kind, "function")
    signature = routine.signature
    if routine.kind == "aggregate" and signature.endswith("()"):
        signature = signature[:-1] + "*)"
    return f"drop {words} {signature}"


def create_rule(rule: Rule) -> str:
    return re.sub(r"\ACREATE (OR REPLACE )?RULE", "create or replace rule", rule.definition.strip()).rstrip(";")


def create_statistics(statistics: Statistics) -> str:
    return re.sub(r"\ACREATE STATISTICS", "create statistics", statistics.definition)


def create_event_trigger(trigger: EventTrigger) -> str:
    when = f"\n  when tag in ({', '.join(literal(tag) for tag in trigger.tags)})" if trigger.tags else ""
    return f"create event trigger {q(trigger.name)} on {trigger.event}{when}\n  execute function {trigger.function}()"


def create_publication(publication: Publication) -> str:
    text = f"create publication {q(publication.name)}"
    text += " for all tables" if publication.all_tables else ""
    if publication.schemas:
        text += f" for tables in schema {names(publication.schemas)}"
    settings = publication_options(publication)
    return f"{text} with ({settings})" if settings else text


def publication_options(publication: Publication, *, whole: bool = False, generated: bool = False) -> str:
    """The settings that are not the usual ones, or the `whole`; that of `generated` columns came with Postgres 18."""
    found = []
    if whole or publication.operations != ("insert", "update", "delete", "truncate"):
        found.append(f"publish = {literal(', '.join(publication.operations))}")
    if whole or publication.via_root:
        found.append(f"publish_via_partition_root = {'true' if publication.via_root else 'false'}")
    if generated or publication.generated_columns:
        found.append(f"publish_generated_columns = {'stored' if publication.generated_columns else 'none'}")
    return ", ".join(found)


def publication_table(member: PublicationTable) -> str:
    columns = f" ({names(member.columns)})" if member.columns else ""
    where = f" where ({member.condition})" if member.condition is not None else ""
    return f"table {member.table}{columns}{where}"


def insert_bucket(bucket: Bucket) -> str:
    columns, values = ["id", "name", "public"], [literal(bucket.id), literal(bucket.name), _boolean(bucket.public)]
    if bucket.file_size_limit is not None:
        columns.append("file_size_limit")
        values.append(str(bucket.file_size_limit))
    if bucket.allowed_mime_types is not None:
        columns.append("allowed_mime_types")
        values.append(_text_array(bucket.allowed_mime_types))
    return f"insert into storage.buckets ({', '.join(columns)})\nvalues ({', '.join(values)})"


def update_bucket(old: Bucket, new: Bucket) -> str:
    found = []
    found += [f"name = {literal(new.name)}"] if old.name != new.name else []
    found += [f"public = {_boolean(new.public)}"] if old.public != new.public else []
    if old.file_size_limit != new.file_size_limit:
        found.append(f"file_size_limit = {'null' if new.file_size_limit is None else new.file_size_limit}")
    if old.allowed_mime_types != new.allowed_mime_types:
        value = "null" if new.allowed_mime_types is None else _text_array(new.allowed_mime_types)
        found.append(f"allowed_mime_types = {value}")
    return f"update storage.buckets set {', '.join(found)} where id = {literal(new.id)}"


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _text_array(values: Several[str]) -> str:
    return f"array[{', '.join(literal(value) for value in values)}]::text[]"


_COMMENTED = {
    "policy": "policy",
    "trigger": "trigger",
    "rule": "rule",
    "constraint": "constraint",
}


def comment_on(identity: ObjectId, thing: object, text: str | None, *, domain: bool = False) -> str:
    """COMMENT ON; `domain` says that a constraint is a domain's."""
    value = "null" if text is None else literal(text)
    what = described(identity, thing)
    return f"comment on {what.replace(' on ', ' on domain ', 1) if domain else what} is {value}"


def described(identity: ObjectId, thing: object) -> str:
    """The object as COMMENT ON and ALTER ... OWNER TO name it."""
    match thing:
        case Policy() | Trigger() | Rule():
            return f"{identity.kind} {q(thing.name)} on {thing.table}"
        case Constraint():
            return f"constraint {q(thing.name)} on {thing.on}"
        case Routine():
            return drop_routine(thing).removeprefix("drop ")
        case Relation(kind="partitioned table"):
            return f"table {thing.name}"
        case Relation():
            return f"{thing.kind} {thing.name}"
        case Type(kind="domain"):
            return f"domain {thing.name}"
        case _:
            return f"{identity.kind} {identity.name}"
