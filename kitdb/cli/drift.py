"""`kitdb drift`: what a live database has become beside its migrations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from kitdb.cli.options import (
    DbUrl,
    Exposure,
    Format,
    MigrationsFolder,
    OutputFormat,
    Quiet,
    Sandbox,
    SandboxImage,
    StandIns,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kitdb.cli.sides import Side
    from kitdb.migrate.files import MigrationFolder
    from kitdb.sandbox import Sandbox as RunningSandbox

# What opens or closes a door comes first.
_SECURITY = ("policy", "grant", "default privilege", "table", "view", "function", "trigger", "bucket")


def register(app: typer.Typer) -> None:
    app.command()(drift)


def drift(
    db_url: DbUrl = None,
    capture: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Write the migration that adopts what the database has.", show_default=False),
    ] = None,
    migrations: MigrationsFolder = None,
    sandbox: Sandbox = None,
    sandbox_image: SandboxImage = None,
    exposure: Exposure = None,
    stand_ins: StandIns = None,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Compare a live database with its migrations, security first; reads only. Exit 1 if they differ.

    The migrations are replayed in a throwaway Postgres of the same major version. With --capture the difference becomes
    a migration, proved like any other: apply it elsewhere, and mark it as applied here (kitdb repair).

    Example:  kitdb drift --db-url postgresql://postgres@db.example.com/postgres
    """
    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.cli.sides import live_beside
    from kitdb.diff.access import access_changes
    from kitdb.diff.compare import differences
    from kitdb.migrate.files import read_migrations
    from kitdb.report.progress import Progress
    from kitdb.settings import database_url

    url = database_url(db_url)
    settings = project_settings(
        migrations=migrations,
        sandbox=sandbox,
        sandbox_image=sandbox_image,
        exposure=exposure,
        stand_ins=stand_ins,
    )
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    folder = read_migrations(settings.migrations)
    with live_beside(settings, folder, url, progress) as (box, one, two):
        found = differences(one.state.catalog, two.state.catalog)
        access = [str(change) for change in access_changes(one.state.catalog, two.state.catalog)]
        written = _capture(folder, box, one, two, capture) if capture and found else []
    lines = [*(f"access: {line}" for line in access), *security_first(found.brief())]
    head = ["the database differs from its migrations (- migrations only, + database only, ~ different):"]
    uncovered = [f"not covered: {what}" for what in found.not_covered]
    shown = [*head, *(f"  {line}" for line in lines)] if found else ["no drift"]
    report.write_lines(
        format.value,
        {
            "drift": bool(found),
            "access": access,
            "differences": list(security_first(found)),
            "written": [str(path) for path in written],
            "not_covered": list(found.not_covered),
        },
        [*shown, *uncovered, *(f"wrote {path}" for path in written)],
    )
    raise typer.Exit(1 if found and not written else 0)


def security_first(lines: Iterable[str]) -> list[str]:
    """The differences, those first that decide who reaches what."""

    def weight(line: str) -> tuple[int, str]:
        words = line[2:]
        found = (number for number, kind in enumerate(_SECURITY) if words.startswith(f"{kind} "))
        return (next(found, len(_SECURITY)), words)

    return sorted(lines, key=weight)


def _capture(existing: MigrationFolder, box: RunningSandbox, one: Side, two: Side, name: str) -> list[Path]:
    from kitdb.cli.proving import deploy
    from kitdb.diff.plan import Options
    from kitdb.diff.prove import Bench, propose
    from kitdb.diff.roles import UnmadeRoles, lacking
    from kitdb.migrate.new import draft_migrations, write_new

    if missing := lacking(two.state.catalog, one.state.catalog):
        raise UnmadeRoles("the database", missing)
    bench = Bench(box, one.database or "", two.state, deploy(box, existing), Options("never"))
    proposal = propose(bench, name, settled=True)
    drafted = draft_migrations(existing.path, [(draft.name, draft.text) for draft in proposal.drafts])
    write_new({migration.path: migration.text for migration in drafted})
    return [migration.path for migration in drafted]
