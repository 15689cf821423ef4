"""`kitdb migrate`: pending migrations, applied."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kitdb.cli.options import DbUrl, Format, MigrationsFolder, OutputFormat, Quiet


def register(app: typer.Typer) -> None:
    app.command()(migrate)


def migrate(
    db_url: DbUrl = None,
    migrations: MigrationsFolder = None,
    to: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Stop after this version.", show_default=False)
    ] = None,
    include_all: Annotated[
        bool, typer.Option("--include-all", help="Apply files that are older than the newest applied one, too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run; read only.")] = False,
    lock_timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="How long one try waits for a lock; 0 is for ever.")
    ] = 5.0,
    attempts: Annotated[
        int, typer.Option(metavar="N", min=1, help="How often a file is tried that meets a lock timeout or a deadlock.")
    ] = 10,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="How long to wait for another run of kitdb to end.")
    ] = 3600.0,
    targets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Many databases of one schema: a file with one URL a line.", show_default=False
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, help="How many of them at once.")] = 4,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Apply pending migrations: each file wholly or not at all, one runner at a time.

    All files are checked before the first one runs. The history is the Supabase CLI's own table, so both tools can be
    used on one database.

    Example:  kitdb migrate --db-url "$SUPABASE_DB_URL"
    """
    from kitdb import database
    from kitdb.cli.project import project_settings
    from kitdb.migrate.files import read_migrations
    from kitdb.migrate.ledger import read_ledger
    from kitdb.migrate.plan import make_plan
    from kitdb.settings import database_url

    settings = project_settings(migrations=migrations)
    if targets is not None:
        if dry_run or db_url:
            raise typer.BadParameter("--targets goes with neither --dry-run nor --db-url")
        arguments = ["--lock-timeout", str(lock_timeout), "--attempts", str(attempts), "--wait", str(wait)]
        arguments += ["--include-all"] if include_all else []
        arguments += ["--to", to] if to else []
        _migrate_all(targets, jobs, settings.migrations, arguments, format)
    url = database_url(db_url)
    folder = read_migrations(settings.migrations)
    with database.connect(url, application_name="kitdb migrate") as connection:
        ledger = read_ledger(connection, {migration.version: migration.checksum for migration in folder.migrations})
    plan = make_plan(folder, ledger, to=to, include_all=include_all)
    if dry_run:
        from kitdb.report.plan import write_plan

        write_plan(plan, format.value)
        return
    from kitdb.report.migration import EventWriter

    writer = EventWriter(format.value, quiet=quiet)
    writer.planned(plan)
    if plan.pending:
        from kitdb.migrate.apply import Options, apply

        options = Options(
            lock_timeout=lock_timeout, attempts=attempts, runner_wait=wait, include_all=include_all, to=to
        )
        try:
            for event in apply(
                lambda name: database.connect(url, application_name=name), folder, options, (ledger, plan)
            ):
                writer.event(event)
        except KeyboardInterrupt:
            writer.interrupted()
            raise typer.Exit(130) from None
    writer.finished(Path(settings.migrations))


def _migrate_all(file: Path, jobs: int, migrations: Path, arguments: list[str], format: OutputFormat) -> NoReturn:
    """Each database in a process of its own; one that fails is told, and the others go on."""
    from kitdb.migrate.files import read_migrations
    from kitdb.migrate.targets import migrate_targets, read_targets
    from kitdb.report import targets as report

    read_migrations(migrations)  # what is wrong with the files is wrong for every database
    targets = read_targets(file)
    outcomes = []
    for outcome in migrate_targets(targets, jobs, ["--migrations", str(migrations), *arguments]):
        outcomes.append(outcome)
        report.write_outcome(outcome, format.value)
    report.write_outcomes(outcomes, format.value)
    raise typer.Exit(0 if all(outcome.succeeded for outcome in outcomes) else 1)
