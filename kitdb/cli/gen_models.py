"""`kitdb gen-models`: types that the database agrees with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kitdb.cli.options import DbUrl, Format, MigrationsFolder, OutputFormat, PgMajor, Quiet, Sandbox

if TYPE_CHECKING:
    from kitdb.catalog.model import Catalog
    from kitdb.report.progress import Progress
    from kitdb.settings import Settings


def register(app: typer.Typer) -> None:
    app.command("gen-models")(gen_models)


def gen_models(
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The package to write. [default: models]", show_default=False)
    ] = None,
    schema: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A schema; may be repeated. [default: the exposed ones]", show_default=False),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 with the difference if files are stale.")
    ] = False,
    db_url: DbUrl = None,
    migrations: MigrationsFolder = None,
    sandbox: Sandbox = None,
    pg_major: PgMajor = None,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Write Pydantic models for the tables, views, types and functions of the schema.

    From the database of --db-url (only that flag: the environment is not looked at), else from a throwaway Postgres
    with the migrations applied.

    Example:  kitdb gen-models --out app/models --check
    """
    from dataclasses import replace

    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.modelgen.generate import check_models, generate_models, write_models
    from kitdb.report.progress import Progress

    settings = project_settings(migrations=migrations, sandbox=sandbox, pg_major=pg_major)
    if out is not None:
        settings = replace(settings, models=out)
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    files = generate_models(_catalog(settings, db_url, progress), tuple(schema or settings.exposed_schemas))
    if check:
        difference = check_models(settings.models, files)
        value = {"models": str(settings.models), "stale": bool(difference), "difference": difference}
        report.write_lines(format.value, value, difference.splitlines() or [f"up to date: {settings.models}"])
        raise typer.Exit(1 if difference else 0)
    written = write_models(settings.models, files)
    value = {"models": str(settings.models), "files": sorted(files), "written": [str(path) for path in written]}
    unchanged = f"unchanged: {settings.models}"
    report.write_lines(format.value, value, [f"wrote {path}" for path in written] or [unchanged])


def _catalog(settings: Settings, db_url: str | None, progress: Progress) -> Catalog:
    from kitdb import database
    from kitdb.catalog.read import read_catalog
    from kitdb.cli.project import project_sandbox, replay
    from kitdb.migrate.files import read_migrations

    if db_url is not None:
        with database.connect(db_url, application_name="kitdb gen-models") as connection:
            return read_catalog(connection)
    folder = read_migrations(settings.migrations)
    with project_sandbox(settings, progress) as box:
        replay(box, folder, progress)
        with box.connect() as connection:
            return read_catalog(connection)
