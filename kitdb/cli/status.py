"""`kitdb status`: what is applied, what is pending."""

from __future__ import annotations

from typing import Annotated

import typer

from kitdb.cli.options import DbUrl, Format, MigrationsFolder, OutputFormat


def register(app: typer.Typer) -> None:
    app.command()(status)


def status(
    db_url: DbUrl = None,
    migrations: MigrationsFolder = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if a migration is pending.")] = False,
    format: Format = OutputFormat.table,
) -> None:
    """Show which migrations are applied and which are pending; reads only.

    Example:  kitdb status --check
    """
    from kitdb import database
    from kitdb.cli.project import project_settings
    from kitdb.migrate.files import read_migrations
    from kitdb.migrate.ledger import read_ledger
    from kitdb.migrate.state import migration_states
    from kitdb.report import state as report
    from kitdb.settings import database_url

    settings = project_settings(migrations=migrations)
    folder = read_migrations(settings.migrations)
    with database.connect(database_url(db_url), application_name="kitdb status") as connection:
        ledger = read_ledger(connection, {migration.version: migration.checksum for migration in folder.migrations})
    states = migration_states(folder, ledger)
    report.write(states, format.value)
    pending = any(state.state != "applied" for state in states)
    raise typer.Exit(1 if check and pending else 0)
