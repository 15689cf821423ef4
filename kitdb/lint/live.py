"""What is wrong with a database as it is: the rules about the end state, on a catalog.

The catalog is written out as the statements that would make it, one object at a time, so that the same rules read it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from kitdb.catalog.model import Catalog, Constraint, Grant, Policy, Relation, Routine
from kitdb.database import Connection
from kitdb.findings import Finding, Result
from kitdb.lint.privileges import Privileges
from kitdb.lint.rule import Problem, Rule
from kitdb.lint.run import Options
from kitdb.lint.script import (
    DeadRows,
    File,
    InvalidIndex,
    OutdatedExtension,
    Part,
    Script,
    UnusedIndex,
    read_statements,
)
from kitdb.lint.state import Opaque, State
from kitdb.names import QualifiedName, quote_identifier, quote_literal
from kitdb.sql.operations import Operation
from kitdb.sql.split import Statement

ORIGIN = "catalog"


def lint_catalog(
    catalog: Catalog,
    options: Options,
    subject: str = "database",
    available: Mapping[str, str] | None = None,
    used: Sequence[UnusedIndex | DeadRows] = (),
) -> Result:
    """The findings of the rules that judge what is there in the end; they have a subject and no place.

    `available` are the versions of extensions that the server has, `used` is what its statistics say.
    """
    began = time.perf_counter()
    own = {relation.name for relation in catalog.relations if not relation.managed}
    told = [_defect(f"-- of {one.table}", one) for one in used if one.table in own]
    parts = (*catalog_parts(catalog), *_defects(catalog, available or {}), *told)
    state = State(privileges=Privileges(automatic=False))
    for part in parts:
        for operation in part.operations:
            state.apply(operation, ORIGIN)
    file = File(subject, parts, True, ORIGIN)
    findings = []
    for part in parts:
        script = Script(file, part.statement, state, state, options.exposed_schemas)
        for operation in part.operations:
            for rule in options.rules_for(operation):
                if rule.final:
                    findings += [_finding(rule, problem, part, options) for problem in rule.check(operation, script)]
    unique = tuple({(finding.code, finding.message): finding for finding in findings}.values())
    notes = tuple(f"not checked: {what}" for what in catalog.not_covered)
    ordered = sorted(unique, key=lambda finding: (finding.subject or "", finding.code))
    return Result(subject, tuple(ordered), time.perf_counter() - began, notes)


def _finding(rule: Rule, problem: Problem, part: Part, options: Options) -> Finding:
    severity = options.severities.get(rule.code) or problem.severity or rule.severity
    return Finding(
        rule.code, rule.name, severity, problem.message, None, problem.subject, rule.help,
        evidence=_shortened(part.statement.text), engine="catalog", confidence=problem.confidence,
    )  # fmt: skip


def _shortened(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(lines[:12] + ["…"] * (len(lines) > 12))


def catalog_parts(catalog: Catalog) -> tuple[Part, ...]:
    """The statements that make what the catalog holds, read."""
    texts = [Statement(text, 0, 1, 1, 0, len(text)) for text in _statements(catalog)]
    return tuple(
        Part(statement, tuple(operation for operation in operations if not isinstance(operation, Opaque)))
        for statement, operations, _ in read_statements(texts, ORIGIN)
    )


def _defects(catalog: Catalog, available: Mapping[str, str]) -> Iterator[Part]:
    """What no statement makes."""
    for relation in catalog.relations:
        for index in relation.indexes:
            if not index.valid and not relation.managed and relation.kind != "partitioned table":
                name = QualifiedName(relation.name.schema, index.name)
                yield _defect(index.definition, InvalidIndex(name, relation.name))
    for extension in catalog.extensions:
        newest = available.get(extension.name, extension.version)
        if newest != extension.version:
            text = f"alter extension {quote_identifier(extension.name)} update"
            yield _defect(text, OutdatedExtension(extension.name, extension.version, newest))


def _defect(text: str, operation: Operation) -> Part:
    return Part(Statement(text, 0, 1, 1, 0, len(text)), (operation,))


def catalog_operations(catalog: Catalog) -> tuple[Operation, ...]:
    return tuple(operation for part in catalog_parts(catalog) for operation in part.operations)


def _statements(catalog: Catalog) -> Iterator[str]:
    for role in catalog.roles:
        yield f"create role {quote_identifier(role.name)}{' bypassrls' if role.bypass_rls else ''}"
    for extension in catalog.extensions:
        yield f"create extension {quote_identifier(extension.name)} with schema {quote_identifier(extension.schema)}"
    for type_ in catalog.types:
        match type_.kind:
            case "enum":
                yield f"create type {type_.name} as enum ({', '.join(quote_literal(label) for label in type_.labels)})"
            case "domain" if type_.base is not None:
                checks = " ".join(f"constraint c {constraint.definition}" for constraint in type_.constraints)
                required = " not null" if type_.not_null else ""
                yield f"create domain {type_.name} as {type_.base.text}{required} {checks}"
    tables = [relation for relation in catalog.relations if relation.kind in _TABLES]
    for table in sorted(tables, key=lambda relation: len(relation.parents)):
        if not table.managed:
            yield _table(table)
    for relation in catalog.relations:
        yield from _parts_of(relation)
    for routine in catalog.routines:
        if routine.kind in ("function", "procedure"):
            yield _routine(routine)
    for default in catalog.default_privileges:
        if default.kind in ("tables", "functions"):
            where = f" in schema {quote_identifier(default.schema)}" if default.schema else ""
            verb, preposition = ("revoke", "from") if default.revoked else ("grant", "to")
            yield (
                f"alter default privileges for role {quote_identifier(default.role)}{where} {verb} "
                f"{default.privilege} on {default.kind} {preposition} {_role(default.grantee)}"
            )
    yield from _privileges(catalog)
    for publication in catalog.publications:
        if publication.tables:
            names = ", ".join(str(name) for name, _, _ in publication.tables)
            yield f"create publication {quote_identifier(publication.name)} for table {names}"
        elif publication.all_tables:
            yield f"create publication {quote_identifier(publication.name)} for all tables"


_TABLES = ("table", "partitioned table", "foreign table")


def _table(table: Relation) -> str:
    columns = ", ".join(
        f"{quote_identifier(column.name)} {column.type.text}{' not null' if column.not_null else ''}"
        f"{f' default {column.default}' if column.default is not None else ''}"
        for column in table.columns
    )
    if table.kind == "foreign table":
        return f"create foreign table {table.name} ({columns}) server {quote_identifier(table.server or 'unknown')}"
    bound = f" partition by {table.partition_key}" if table.partition_key else ""
    return f"create table {table.name} ({columns}){bound}"


def _parts_of(relation: Relation) -> Iterator[str]:
    if relation.kind in ("view", "materialized view"):
        options = f" with ({', '.join(relation.options)})" if relation.options and relation.kind == "view" else ""
        yield f"create {relation.kind} {relation.name}{options} as {(relation.definition or 'select').rstrip(' ;')}"
    own = {constraint.name for constraint in relation.constraints}
    if not relation.managed:
        for parent in relation.parents if relation.partition_bound else ():
            yield f"alter table {parent} attach partition {relation.name} {relation.partition_bound}"
        yield from (_constraint(constraint) for constraint in relation.constraints if not constraint.inherited)
        for index in relation.indexes:
            if index.constraint is None and index.name not in own:
                yield index.definition
    if relation.row_level_security:
        yield f"alter table {relation.name} enable row level security"
    yield from (_policy(policy) for policy in relation.policies)


def _constraint(constraint: Constraint) -> str:
    return f"alter table {constraint.on} add constraint {quote_identifier(constraint.name)} {constraint.definition}"


def _policy(policy: Policy) -> str:
    kind = "" if policy.permissive else " as restrictive"
    roles = "" if policy.roles == ("public",) else f" to {', '.join(_role(role) for role in policy.roles)}"
    using = f" using ({policy.using})" if policy.using is not None else ""
    check = f" with check ({policy.with_check})" if policy.with_check is not None else ""
    name = quote_identifier(policy.name)
    return f"create policy {name} on {policy.table}{kind} for {policy.command}{roles}{using}{check}"


def _routine(routine: Routine) -> str:
    return routine.definition.strip().rstrip(";")


def _privileges(catalog: Catalog) -> Iterator[str]:
    for name in (str(relation.name) for relation in catalog.relations):
        # Known to have none but those that follow.
        yield f"revoke all on {name} from public"
    for routine in catalog.routines:
        if routine.kind in ("function", "procedure"):
            yield f"revoke all on {routine.kind} {routine.signature} from public"
    told = (g for g in catalog.grants if g.grantee in _CLIENTS and g.kind in ("table", "column", "function"))
    for _, held in groupby(told, key=lambda grant: (grant.kind, grant.object, grant.column, grant.grantee)):
        yield _grant(tuple(held))


_CLIENTS = ("anon", "authenticated", "public", "service_role")


def _grant(held: Sequence[Grant]) -> str:
    """What one role may do with one object or column."""
    grant = held[0]
    column = f" ({quote_identifier(grant.column)})" if grant.column else ""
    privileges = ", ".join(f"{one.privilege}{column}" for one in held)
    kind = "routine" if grant.kind == "function" else "table"
    return f"grant {privileges} on {kind} {grant.object} to {_role(grant.grantee)}"


def _role(name: str) -> str:
    return name if name == "public" else quote_identifier(name)


def with_catalog(options: Options, catalog: Catalog, sizes: dict[str, int]) -> Options:
    """The options for files that are applied to the database of this catalog."""
    return replace(options, seed=catalog_operations(catalog), sizes=sizes)


def table_sizes(connection: Connection) -> dict[str, int]:
    """The number of rows by table, where the server has an idea of it."""
    rows = connection.execute(_SIZES).fetchall()
    return {str(QualifiedName(schema, name)): int(count) for schema, name, count in rows}


def available_extensions(connection: Connection) -> dict[str, str]:
    """The version that the server has of each extension that is installed."""
    rows = connection.execute(
        "select name, default_version from pg_catalog.pg_available_extensions "
        "where installed_version is not null and default_version is not null order by name"
    )
    return dict(rows.fetchall())


def usage(connection: Connection) -> list[UnusedIndex | DeadRows]:
    """What the server's statistics say against indexes and tables."""
    indexes = [
        UnusedIndex(QualifiedName(schema, index), QualifiedName(schema, table), megabytes)
        for schema, index, table, megabytes in connection.execute(_UNUSED)
    ]
    return indexes + [
        DeadRows(QualifiedName(schema, table), dead, alive) for schema, table, dead, alive in connection.execute(_DEAD)
    ]


# Not those that a constraint stands on; an index below a megabyte costs little. Tables that nobody reads tell nothing.
_UNUSED = """
    select s.schemaname, s.indexrelname, s.relname, pg_catalog.pg_relation_size(s.indexrelid) / 1048576
    from pg_catalog.pg_stat_user_indexes s
    join pg_catalog.pg_index i using (indexrelid)
    join pg_catalog.pg_stat_user_tables t on t.relid = s.relid
    where s.idx_scan = 0 and i.indisvalid and not i.indisunique and not i.indisexclusion
      and t.seq_scan + coalesce(t.idx_scan, 0) > 100
      and pg_catalog.pg_relation_size(s.indexrelid) >= 1048576
    order by s.schemaname, s.indexrelname
"""
_DEAD = """
    select schemaname, relname, n_dead_tup, n_live_tup
    from pg_catalog.pg_stat_user_tables
    where n_dead_tup > 10000 and n_dead_tup * 4 > n_live_tup
    order by schemaname, relname
"""
_SIZES = """
    select n.nspname, c.relname, c.reltuples
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and c.reltuples >= 0 and n.nspname not in ('pg_catalog', 'information_schema')
    order by n.nspname, c.relname
"""
