"""How drafted migrations are tried: by the runner that deploys them, under lint's eyes for locks, and by its rules."""

from __future__ import annotations

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
        from kitdb.lint.script import read_text
        from kitdb.lint.trace import Tracer

        held: dict[str, str] = {}
        with sandbox.connect(database=database) as connection:
            tracer = Tracer(connection)
            for draft in drafts:
                for facts in tracer.trace(read_text(draft.text, draft.name, None)).values():
                    for lock in facts.locks:
                        if held.get(lock.relation) != "AccessExclusive":
                            held[lock.relation] = lock.mode
            tables = _tables(connection)
        yield from _said([name for name, mode in held.items() if mode == "AccessExclusive" and name in tables],
                         "nobody reads or writes", sizes)  # fmt: skip
        stop_writes = ("Share", "ShareRowExclusive", "Exclusive")
        yield from _said([n for n, mode in held.items() if mode in stop_writes and n in tables], "nobody writes", sizes)

    return watch


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
    relations = tuple(relation for relation in catalog.relations if relation.name.name in text)
    routines = tuple(routine for routine in catalog.routines if routine.name.name in text)
    known = {str(relation.name) for relation in relations} | {routine.signature for routine in routines}
    return replace(
        catalog,
        relations=relations,
        routines=routines,
        types=tuple(type_ for type_ in catalog.types if type_.name.name in text),
        sequences=tuple(sequence for sequence in catalog.sequences if sequence.name.name in text),
        grants=tuple(one for one in catalog.grants if one.object in known or one.kind == "schema"),
    )
