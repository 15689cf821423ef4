"""`kitdb dev`: a throwaway database to work with."""

from __future__ import annotations

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
)


def register(app: typer.Typer) -> None:
    app.command()(dev)


def dev(
    migrations: MigrationsFolder = None,
    sandbox: Sandbox = None,
    pg_major: PgMajor = None,
    exposure: Exposure = None,
    empty: Annotated[bool, typer.Option("--empty", help="No migrations: only the Supabase baseline.")] = False,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Start a throwaway Postgres with the migrations applied, print its URL, keep it until Ctrl-C.

    Roles log in without a password over a private socket: postgres, authenticator, supabase_admin (superuser).

    Example:  kitdb dev
    """
    import signal

    from kitdb import report
    from kitdb.cli.project import project_sandbox, project_settings, replay
    from kitdb.migrate.files import read_migrations
    from kitdb.report.progress import Progress

    settings = project_settings(migrations=migrations, sandbox=sandbox, pg_major=pg_major, exposure=exposure)
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    folder = None if empty or not settings.migrations.is_dir() else read_migrations(settings.migrations)
    with project_sandbox(settings, progress) as box:
        if folder is not None:
            replay(box, folder, progress)
        report.write_lines(
            format.value,
            {"url": box.url(), "superuser_url": box.url("supabase_admin"), "psql": box.psql(), "server": str(box)},
            [f"url:  {box.url()}", f"psql: {box.psql()}", "Ctrl-C ends it, and all that is in it."],
        )
        typer.get_text_stream("stdout").flush()
        try:
            signal.pause()
        except KeyboardInterrupt:
            progress.line("ended")
