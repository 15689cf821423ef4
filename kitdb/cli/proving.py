"""How drafted migrations are tried: by the runner that deploys them, under lint's eyes for locks, and by its rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kitdb.catalog.model import Catalog
    from kitdb.database import Connection
    from kitdb.diff.steps import Hazard
    from kitdb.diff.write import Draft
    from kitdb.migrate.files import Migration, MigrationFolder
    from kitdb.sandbox import Sandbox
    from kitdb.settings import Settings

_SHOWN = 5


def deploy(sandbox: Sandbox, existing: MigrationFolder) -> Callable[[str, Sequence[Draft]], None]:
    """What applies drafts to a database that has the existing migrations. It raises `NotApplied`."""
    from dataclasses import replace

    from kitdb import database as databases
    from kitdb.diff.prove import NotApplied
    from kitdb.migrate.apply import REPLAY, apply
    from kitdb.migrate.failure import MigrationFailed
    from kitdb.migrate.new import draft_migrations, following_version

    last = existing.migrations[-1].version if existing.migrations else "0"

    def run(database: str, drafts: Sequence[Draft]) -> None:
        texts = [(draft.name, draft.text) for draft in drafts]
        drafted = draft_migrations(existing.path, texts, following_version(last))
        folder = replace(existing, migrations=existing.migrations + drafted)
        url = sandbox.url(database=database)
        try:
            for _ in apply(lambda name: databases.connect(url, application_name=name), folder, REPLAY):
                pass
        except MigrationFailed as error:
            raise NotApplied(error.message, error.error.sqlstate, error.excerpt, error.details) from error

    return run


def locks(sandbox: Sandbox, sizes: Mapping[str, int]) -> Callable[[str, Sequence[Draft]], Iterator[Hazard]]:
    """What runs drafts and says which tables it keeps from others meanwhile; `sizes` are numbers of rows."""

    def watch(database: str, drafts: Sequence[Draft]) -> Iterator[Hazard]:
        held: dict[str, str] = {}
        with sandbox.connect(database=database) as connection:
            for draft in drafts:
                for name, mode in _held(connection, draft):
                    if held.get(name) != "AccessExclusive":
                        held[name] = mode
            tables = _tables(connection)
        yield from _said([name for name, mode in held.items() if mode == "AccessExclusive" and name in tables],
                         "nobody reads or writes", sizes)  # fmt: skip
        stop_writes = ("Share", "ShareRowExclusive", "Exclusive")
        yield from _said([n for n, mode in held.items() if mode in stop_writes and n in tables], "nobody writes", sizes)

    return watch


def _held(connection: Connection, draft: Draft) -> Iterator[tuple[str, str]]:
    """The locks on relations that were there before: a transaction holds all that it took until it ends."""
    from kitdb.lint.script import read_text
    from kitdb.lint.trace import Tracer
    from kitdb.names import QualifiedName
    from kitdb.sql.transactions import execute_as_hosted, needs_superuser

    file = read_text(draft.text, draft.name, None)
    if not file.transaction:
        for facts in Tracer(connection).trace(file).values():
            yield from ((lock.relation, lock.mode) for lock in facts.locks)
        return
    statements = [part.statement for part in file.parts]
    with connection.transaction():
        old = connection.execute("select coalesce(array_agg(oid), '{}') from pg_catalog.pg_class").fetchall()[0]
        if any(needs_superuser(one.text, one.word) for one in statements):
            for one in statements:
                execute_as_hosted(connection, one)
        else:
            connection.execute(draft.text.encode())
        rows = connection.execute(_LOCKS, old).fetchall()
    yield from ((str(QualifiedName(schema, name)), mode.removesuffix("Lock")) for schema, name, mode in rows)


_LOCKS = """
    select n.nspname, c.relname, l.mode
    from pg_catalog.pg_locks l
      join pg_catalog.pg_class c on c.oid = l.relation
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted and c.oid = any(%s::oid[])
    order by 1, 2, 3
"""


def _tables(connection: Connection) -> set[str]:
    from kitdb.names import QualifiedName

    rows = connection.execute(
        "select n.nspname, c.relname from pg_catalog.pg_class c "
        "join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p')"
    )
    return {str(QualifiedName(*row)) for row in rows}


def _said(names: list[str], words: str, sizes: Mapping[str, int]) -> Iterator[Hazard]:
    from kitdb.diff.steps import Hazard

    if names:
        names.sort(key=lambda name: (-sizes.get(name, 0), name))
        shown = [f"{name} (about {sizes[name]} rows)" if name in sizes else name for name in names[:_SHOWN]]
        more = f" and {len(names) - _SHOWN} more tables" if len(names) > _SHOWN else ""
        yield Hazard("locks-table", f"measured: {words} {', '.join(shown)}{more} until the file is through")


def lint_errors(settings: Settings, start: Catalog, drafted: Sequence[Migration]) -> list[str]:
    """What `kitdb lint` would call an error in the drafted files, applied to a database like this."""
    from kitdb.lint.live import with_catalog
    from kitdb.lint.profile import configured
    from kitdb.lint.run import Options, judge
    from kitdb.lint.script import read_text

    rules, severities = configured(settings.lint.profile, settings.lint.rules, [])
    files = [read_text(one.text, str(one.path), str(one.path)) for one in drafted]
    options = Options(settings.exposed_schemas, rules, severities)
    found = judge([], files, with_catalog(options, _named_in(start, drafted), {}))
    return [
        f"{finding.place or judgement.file.path}: {finding.code} {finding.message}"
        for judgement in found
        for finding in judgement.result.findings
        if finding.severity == "error"
    ]


def _named_in(catalog: Catalog, files: Sequence[Migration]) -> Catalog:
    """The part of the catalog that the files speak of: lint reads it as SQL, and the rest tells it nothing."""
    from dataclasses import replace

    text = "\n".join(one.text for one in files)
    words = set(re.findall(r"\w+", text))

    def named(name: str) -> bool:
        return name in words or (not re.fullmatch(r"\w+", name) and name.replace('"', '""') in text)

    relations = tuple(relation for relation in catalog.relations if named(relation.name.name))
    routines = tuple(routine for routine in catalog.routines if named(routine.name.name))
    known = {str(relation.name) for relation in relations} | {routine.signature for routine in routines}
    return replace(
        catalog,
        relations=relations,
        routines=routines,
        types=tuple(type_ for type_ in catalog.types if named(type_.name.name)),
        sequences=tuple(sequence for sequence in catalog.sequences if named(sequence.name.name)),
        grants=tuple(one for one in catalog.grants if one.object in known or one.kind == "schema"),
    )
