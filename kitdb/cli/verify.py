"""`kitdb verify`: is the database what its migrations say?"""

from __future__ import annotations

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
    from kitdb.diff.compare import Differences
    from kitdb.migrate.files import MigrationFolder
    from kitdb.report.progress import Progress
    from kitdb.settings import Settings


def register(app: typer.Typer) -> None:
    app.command()(verify)


def verify(
    db_url: DbUrl = None,
    migrations: MigrationsFolder = None,
    all_files: Annotated[bool, typer.Option("--all", help="Compare with all files, pending ones too.")] = False,
    sandbox: Sandbox = None,
    sandbox_image: SandboxImage = None,
    exposure: Exposure = None,
    stand_ins: StandIns = None,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Compare the database with what its applied migrations give, object by object. Exit 1 if it has drifted.

    The files are run in a throwaway Postgres of the database's major version; the database itself is only read.

    Example:  kitdb verify --db-url "$SUPABASE_DB_URL"
    """
    from kitdb import database, report
    from kitdb.cli.project import count, project_settings
    from kitdb.migrate.files import MigrationFolder, read_migrations
    from kitdb.migrate.ledger import read_ledger
    from kitdb.report.progress import Progress
    from kitdb.settings import database_url

    settings = project_settings(
        migrations=migrations,
        sandbox=sandbox,
        sandbox_image=sandbox_image,
        exposure=exposure,
        stand_ins=stand_ins,
    )
    url = database_url(db_url)
    folder = read_migrations(settings.migrations)
    if not all_files:
        with database.connect(url, application_name="kitdb verify") as connection:
            applied = read_ledger(connection).by_version()
        folder = MigrationFolder(folder.path, tuple(one for one in folder.migrations if one.version in applied))
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    found = differences_from_live(settings, folder, url, progress)
    lines = ["drift (- migrations only, + database only, ~ different):", *(f"  {line}" for line in found.brief())]
    uncovered = [f"not covered: {what}" for what in found.not_covered]
    gives = "gives" if len(folder.migrations) == 1 else "give"
    same = f"no drift: the database is what its {count(len(folder.migrations), 'migration')} {gives}"
    report.write_lines(
        format.value,
        {"drift": bool(found), "differences": list(found), "not_covered": list(found.not_covered)},
        [*(lines if found else [same]), *uncovered],
    )
    raise typer.Exit(1 if found else 0)


def up_to(folder: MigrationFolder, version: str | None) -> MigrationFolder:
    """The folder's migrations up to a version, all of them for None. Raises `UnknownVersion`."""
    from kitdb.migrate.files import MigrationFolder
    from kitdb.migrate.repair import find

    if version is None:
        return folder
    find(folder, [version])
    return MigrationFolder(folder.path, tuple(one for one in folder.migrations if one.version <= version))


def differences_from_live(settings: Settings, folder: MigrationFolder, url: str, progress: Progress) -> Differences:
    """What the live database has, lacks or has otherwise, against a sandbox in which the folder was applied."""
    from kitdb.cli.sides import live_beside
    from kitdb.diff.compare import differences

    with live_beside(settings, folder, url, progress) as (_, wanted, live):
        return differences(wanted.state.catalog, live.state.catalog)
