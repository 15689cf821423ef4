"""`kitdb diff`: what differs between two of: migrations, declared schema, files of SQL, databases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from kitdb.cli.options import (
    Exposure,
    Format,
    MigrationsFolder,
    OutputFormat,
    PgMajor,
    Quiet,
    Sandbox,
    SandboxImage,
    StandIns,
)

if TYPE_CHECKING:
    from kitdb.cli.sides import Side
    from kitdb.sandbox import Sandbox as RunningSandbox

_SIDE = "migrations, declared, a URL, or a file or folder of SQL."


def register(app: typer.Typer) -> None:
    app.command()(diff)


def diff(
    before: Annotated[str, typer.Option("--from", metavar="SIDE", help=_SIDE)] = "migrations",
    after: Annotated[str, typer.Option("--to", metavar="SIDE", help=_SIDE)] = "declared",
    sql: Annotated[bool, typer.Option("--sql", help="Show the statements that make one the other.")] = False,
    migrations: MigrationsFolder = None,
    sandbox: Sandbox = None,
    sandbox_image: SandboxImage = None,
    pg_major: PgMajor = None,
    exposure: Exposure = None,
    stand_ins: StandIns = None,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Show what differs between two schemas, object by object; exit 1 if anything does.

    A side is what the migrations give, what is declared, a live database (read only, in one snapshot), or SQL files.

    Example:  kitdb diff --from migrations --to postgresql://postgres@db.example.com/postgres
    """
    from kitdb import report
    from kitdb.cli.project import project_sandbox, project_settings
    from kitdb.cli.sides import is_url, live_major, sides
    from kitdb.diff.access import access_changes
    from kitdb.diff.compare import differences
    from kitdb.report.progress import Progress

    settings = project_settings(
        migrations=migrations,
        sandbox=sandbox,
        sandbox_image=sandbox_image,
        pg_major=pg_major,
        exposure=exposure,
        stand_ins=stand_ins,
    )
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    for url in (side for side in (before, after) if is_url(side)):
        settings = replace(settings, pg_major=live_major(url))
    with project_sandbox(settings, progress) as box, sides(settings, box, [before, after], progress) as (one, two):
        found = differences(one.state.catalog, two.state.catalog)
        access = [str(change) for change in access_changes(one.state.catalog, two.state.catalog)]
        statements = _statements(box, one, two) if sql and found else []
    uncovered = [f"not covered: {what}" for what in found.not_covered]
    lines = statements or [*found.brief(), *(f"access: {line}" for line in access)] or ["no difference"]
    value = {"differences": list(found), "access": access, "not_covered": list(found.not_covered)}
    report.write_lines(format.value, {**value, "statements": statements}, [*lines, *uncovered])
    raise typer.Exit(1 if found else 0)


def _statements(box: RunningSandbox, one: Side, two: Side) -> list[str]:
    """The files of the change; proved where the first side is in the sandbox."""
    from pathlib import Path

    from kitdb.cli.proving import deploy
    from kitdb.diff.plan import Options, make_plan
    from kitdb.diff.prove import Bench, propose
    from kitdb.migrate.files import MigrationFolder

    if one.database is None:
        plan = make_plan(one.state, two.state, Options("never"), granted=one.state)
        return ["-- Not proved: the first side is a live database.", *(f"{text};" for _, text in plan.statements)]
    run = deploy(box, one.folder or MigrationFolder(Path("migrations"), ()))
    proposal = propose(Bench(box, one.database, two.database or two.state, run), "change", settled=True)
    return [draft.text for draft in proposal.drafts]
