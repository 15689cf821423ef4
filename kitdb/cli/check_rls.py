"""`kitdb check-rls`: who can read and write which rows."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kitdb.cli.options import (
    Exposure,
    FromUrl,
    MigrationsFolder,
    PgMajor,
    Quiet,
    Sandbox,
    SandboxImage,
    StandIns,
)


class AccessFormat(StrEnum):
    """How the matrix and the findings are written."""

    table = "table"
    json = "json"
    sarif = "sarif"
    junit = "junit"
    github = "github"
    gitlab = "gitlab"
    markdown = "markdown"
    html = "html"
    sql = "sql"


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
    from_url: FromUrl = None,
    quiet: Quiet = False,
    format: Annotated[AccessFormat, typer.Option("--format", help="The form of what goes to stdout.")] = (
        AccessFormat.table
    ),
    reports: Annotated[
        list[str] | None,
        typer.Option(
            "--report",
            metavar="FORMAT=FILE",
            help="Write a file in another format as well; may be repeated.",
            show_default=False,
        ),
    ] = None,
    init: Annotated[
        bool, typer.Option("--init", help="Write a first specification from what was seen; keeps one that is there.")
    ] = False,
    lock: Annotated[
        Path | None,
        typer.Option("--lock", metavar="FILE", help="Write the rights that were seen to a file.", show_default=False),
    ] = None,
    check_lock: Annotated[
        Path | None,
        typer.Option(
            "--check-lock",
            metavar="FILE",
            help="Fail where the rights are others than in the file.",
            show_default=False,
        ),
    ] = None,
    db_url: Annotated[
        str | None,
        typer.Option(
            "--db-url",
            metavar="URL",
            help="Look at this database in the place of a sandbox; it is only read.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        bool, typer.Option("--data", help="With --db-url: make rows and requests there, all of it rolled back.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of access.toml, for an editor, and do nothing else.")
    ] = False,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Break each policy and grant: does the specification notice?")
    ] = False,
) -> None:
    """Prove who can do what: run every actor on every table, row and column, and hold it against access.toml.

    The migrations are applied to a throwaway Postgres, rows are made that fall on both sides of every rule, and every
    request is made as the API makes it and undone. Exit 1 if anything is allowed that should not be, or refused that
    should be allowed.

    Without access.toml it shows who can do what, and reports what is nearly always wrong.

    Example:  kitdb check-rls
    """
    from dataclasses import replace
    from importlib.resources import files as files_of

    from kitdb.cli.access_runs import AlreadyThere, Ask, exposed, is_there, run, run_live
    from kitdb.cli.live_base import not_in, read_base
    from kitdb.cli.project import project_settings
    from kitdb.errors import MissingPath
    from kitdb.migrate.files import read_migrations
    from kitdb.report import access as report
    from kitdb.report.access_view import AccessView
    from kitdb.report.progress import Progress
    from kitdb.rls.access import load_access
    from kitdb.rls.seeds import Seed
    from kitdb.sandbox import DATABASE
    from kitdb.sql.files import read_sql
    from kitdb.sql.written import written

    if schema:
        typer.echo(files_of("kitdb.rls").joinpath("access.schema.json").read_text(encoding="utf-8"), nl=False)
        raise typer.Exit(0)
    files = [_report(text) for text in reports or ()]
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
    if init and mutate:
        message = "--init writes a specification and --mutate tries one: correct what was written in between"
        raise typer.BadParameter(message, param_hint="--mutate")
    if data and db_url is None:
        raise typer.BadParameter("--data is about the database of --db-url", param_hint="--data")
    if db_url is not None and not data and (init or lock or check_lock or mutate or seed):
        raise typer.BadParameter("needs rows: without --data the database is only read", param_hint="--db-url")
    there = is_there(settings.access)
    if init and there:
        raise AlreadyThere(f"{settings.access} exists already")
    if not there and (mutate or (access is not None and not init)):
        raise MissingPath("the specification", settings.access, "Write it, for a start with --init.")
    # a slip in it is told before anything is started
    ask = Ask(load_access(settings.access) if there else None, init, lock, check_lock, mutate)
    seeds = [Seed(read_sql(path), str(path)) for path in seed or ()]
    progress = Progress(quiet=quiet or format is not AccessFormat.table)
    if db_url is not None:
        live = run_live(db_url, settings, seeds, ask, progress, data=data)
        view = AccessView(
            live.ran.matrix, live.ran.access, live.catalog, server=live.where, seconds=live.ran.seconds,
            specified=live.ran.specified, requests=data,
        )  # fmt: skip
        report.write(view, format.value)
        report.write_files(view, files)
        raise typer.Exit(0 if live.ran.matrix.passed else 1)
    folder, base = read_migrations(settings.migrations), read_base(from_url)
    with exposed(settings, not_in(base, folder), progress, base) as (box, catalog, notes):
        ran = run(box.connect, catalog, settings, seeds, ask, progress, (box, DATABASE)).noting(notes)
        places = written((str(migration.path), migration.text) for migration in folder.migrations)
        view = AccessView(ran.matrix, ran.access, catalog, places, str(box), ran.seconds, ran.specified)
    report.write(view, format.value)
    report.write_files(view, files)
    raise typer.Exit(0 if ran.matrix.passed else 1)


def _report(text: str) -> tuple[str, Path]:
    """`junit=FILE` as a format and a path."""
    form, equals, path = text.partition("=")
    forms = [known.value for known in AccessFormat]
    if not equals or not path or form not in forms:
        message = f"{text!r} is not FORMAT=FILE; formats are {', '.join(forms)}"
        raise typer.BadParameter(message, param_hint="--report")
    return form, Path(path)
