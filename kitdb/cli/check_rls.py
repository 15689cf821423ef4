"""`kitdb check-rls`: who can read and write which rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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


def register(app: typer.Typer) -> None:
    app.command("check-rls")(check_rls)


def check_rls(
    access: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The specification. [default: supabase/policies/access.toml]", show_default=False
        ),
    ] = None,
    migrations: MigrationsFolder = None,
    seed: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="SQL to run before the check, for rows of your own; may be repeated.",
            show_default=False,
        ),
    ] = None,
    sandbox: Sandbox = None,
    sandbox_image: SandboxImage = None,
    pg_major: PgMajor = None,
    exposure: Exposure = None,
    stand_ins: StandIns = None,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Prove who can do what: run every actor on every table, row and column, and hold it against access.toml.

    The migrations are applied to a throwaway Postgres, rows are made that fall on both sides of every rule, and every
    request is made as the API makes it and undone. Exit 1 if anything is allowed that should not be, or refused that
    should be allowed.

    Example:  kitdb check-rls
    """
    import time
    from dataclasses import replace

    from kitdb.catalog.read import read_catalog
    from kitdb.cli.project import count, project_sandbox, project_settings, replay
    from kitdb.errors import MissingPath
    from kitdb.migrate.files import read_migrations
    from kitdb.report import access as report
    from kitdb.report.progress import Progress
    from kitdb.rls.access import load_access, resolve
    from kitdb.rls.check import check
    from kitdb.rls.matrix import Cell, gather
    from kitdb.sql.files import read_sql

    settings = project_settings(
        migrations=migrations,
        sandbox=sandbox,
        sandbox_image=sandbox_image,
        pg_major=pg_major,
        exposure=exposure,
        stand_ins=stand_ins,
    )
    if access is not None:
        settings = replace(settings, access=access)
    if not settings.access.is_file():
        raise MissingPath("the specification", settings.access, "Write it, or name it with --access.")
    load_access(settings.access)  # a slip in it is told before anything is started
    seeds = [read_sql(path) for path in seed or ()]
    folder = read_migrations(settings.migrations)
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    with project_sandbox(settings, progress) as box:
        replay(box, folder, progress)
        with box.connect() as connection:
            catalog = read_catalog(connection)
        specification = resolve(load_access(settings.access), catalog, schemas=settings.exposed_schemas)
        progress.step("trying every actor on every row and column")
        started, events = time.perf_counter(), []
        for event in check(box.connect, catalog, specification, schemas=settings.exposed_schemas, seeds=seeds):
            events.append(event)
            if isinstance(event, Cell):
                progress.update(f"{count(len(events), 'cell')}: {event.actor} {event.command} {event.object}")
        matrix = gather(events)
        progress.done(f"{count(matrix.probes, 'request')} made for {count(len(matrix.cells), 'cell')}")
        report.write(matrix, specification, format.value, server=str(box), seconds=time.perf_counter() - started)
    raise typer.Exit(0 if matrix.passed else 1)
