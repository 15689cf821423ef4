"""`kitdb gen-models`: types that the database agrees with."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kitdb.cli.options import (
    Format,
    FromUrl,
    MigrationsFolder,
    OutputFormat,
    PgMajor,
    Quiet,
    Sandbox,
    SandboxImage,
    StandIns,
)

if TYPE_CHECKING:
    from kitdb.catalog.model import Catalog
    from kitdb.modelgen.generate import Models, Target
    from kitdb.report.progress import Progress
    from kitdb.settings import Settings


class Lang(StrEnum):
    """What the models are written in."""

    python = "python"
    typescript = "typescript"
    zod = "zod"


class TypeScriptDialect(StrEnum):
    """Whether the Supabase CLI's mistakes are set right or repeated."""

    kitdb = "kitdb"
    supabase = "supabase"


def register(app: typer.Typer) -> None:
    app.command("gen-models")(gen_models)


def gen_models(
    lang: Annotated[Lang, typer.Option("--lang", help="Pydantic, supabase-js's Database type, or Zod.")] = Lang.python,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="The folder to write, or the .ts file; - for stdout. [default: models]",
            show_default=False,
        ),
    ] = None,
    schema: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A schema; may be repeated. [default: the exposed ones]", show_default=False),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Only tables, views and functions of such a name; may be repeated."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="None of such a name; may be repeated.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 with the differences if files are stale.")
    ] = False,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Write nothing; prove the Python models against rows in a throwaway Postgres."),
    ] = False,
    infinite_times: Annotated[
        bool, typer.Option("--infinite-times", help='Python: let dates and timestamps be "infinity" too.')
    ] = False,
    dialect: Annotated[
        TypeScriptDialect,
        typer.Option(help="TypeScript: set the Supabase CLI's mistakes right, or repeat them."),
    ] = TypeScriptDialect.kitdb,
    db_url: Annotated[
        str | None,
        typer.Option(
            "--db-url",
            metavar="URL",
            help="The database to read. Without it, the migrations are replayed in a sandbox.",
            show_default=False,
        ),
    ] = None,
    migrations: MigrationsFolder = None,
    sandbox: Sandbox = None,
    sandbox_image: SandboxImage = None,
    pg_major: PgMajor = None,
    stand_ins: StandIns = None,
    from_url: FromUrl = None,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Write models for the tables, views, types and functions of the schema.

    From the database of --db-url (only that flag: the environment is not looked at), else from a throwaway Postgres
    with the migrations applied.

    Example:  kitdb gen-models --lang typescript --out app/database.ts --check
    """
    from kitdb.cli.project import project_settings
    from kitdb.modelgen.generate import Target, models_of
    from kitdb.modelgen.selection import Selection
    from kitdb.report.progress import Progress

    to_stdout = out == Path("-")
    if to_stdout and (check or lang is Lang.python):
        what = "--check compares files" if check else "Python models are a package of several files"
        raise typer.BadParameter(f"{what}: name a path with --out.", param_hint="--out")
    if verify and (check or to_stdout or db_url is not None or lang is not Lang.python):
        raise typer.BadParameter(
            "It proves the Python models in a sandbox with the migrations: leave out --db-url, --check and --lang.",
            param_hint="--verify",
        )
    settings = project_settings(
        migrations=migrations,
        sandbox=sandbox,
        sandbox_image=sandbox_image,
        pg_major=pg_major,
        stand_ins=stand_ins,
    )
    target = Target.of(settings.models if out is None or to_stdout else out, lang.value)
    progress = Progress(quiet=quiet or format is OutputFormat.json)

    def made(catalog: Catalog) -> Models:
        return models_of(
            catalog,
            lang.value,
            tuple(schema or settings.exposed_schemas),
            selection=Selection(tuple(include or ()), tuple(exclude or ())),
            file=target.file,
            infinite_times=infinite_times,
            dialect=dialect.value,
        )

    if verify:
        raise typer.Exit(_verify(settings, from_url, made, progress, format))
    # A large catalog is a million objects that all stay: looking for garbage among them takes a third of the time.
    gc.disable()
    models = made(_catalog(settings, db_url, from_url, progress))
    gc.freeze()
    gc.enable()
    if to_stdout:
        typer.echo("".join(models.files.values()), nl=False)
    elif check:
        _check(models, target, format)
    else:
        _write(models, target, format)


def _verify(
    settings: Settings,
    from_url: str | None,
    made: Callable[[Catalog], Models],
    progress: Progress,
    format: OutputFormat,
) -> int:
    from dataclasses import asdict

    from kitdb import report
    from kitdb.catalog.read import read_catalog
    from kitdb.cli.live_base import not_in, read_base
    from kitdb.cli.project import project_sandbox, replay
    from kitdb.migrate.files import read_migrations
    from kitdb.modelgen.verify import verify_models
    from kitdb.sandbox import SUPERUSER

    folder, base = read_migrations(settings.migrations), read_base(from_url)
    with project_sandbox(settings, progress, base) as box:
        replay(box, not_in(base, folder), progress)
        with box.connect() as connection:
            catalog = read_catalog(connection)
        with box.connect(SUPERUSER) as connection:
            proofs = list(verify_models(connection, catalog, made(catalog)))
    failures = [failure for proof in proofs for failure in proof.failures]
    lines = [*map(str, proofs), *(f"failed: {failure}" for failure in failures)]
    holds = "the models and the database agree" if not failures else f"{len(failures)} disagreements"
    value = {"holds": not failures, "proofs": [asdict(proof) for proof in proofs]}
    report.write_lines(format.value, value, [*lines, holds])
    return 1 if failures else 0


def _check(models: Models, target: Target, format: OutputFormat) -> None:
    from kitdb import report
    from kitdb.modelgen.generate import check_models

    difference = check_models(target.folder, models.files)
    changes = models.changes(target.folder) if difference else ()
    path = target.folder / target.file if target.file else target.folder
    value = {"models": str(path), "stale": bool(difference), "difference": difference, "changes": list(changes)}
    lines = [*difference.splitlines(), *changes] if difference else [f"up to date: {path}"]
    report.write_lines(format.value, value, lines)
    raise typer.Exit(1 if difference else 0)


def _write(models: Models, target: Target, format: OutputFormat) -> None:
    from kitdb import report
    from kitdb.modelgen.generate import remove_stale, write_models

    written = write_models(target.folder, models.files)
    removed = remove_stale(target.folder, models.files)
    path = target.folder / target.file if target.file else target.folder
    value = {
        "models": str(path),
        "files": sorted(models.files),
        "written": [str(path) for path in written],
        "removed": [str(path) for path in removed],
    }
    lines = [*_each("wrote", written, path), *_each("removed", removed, path)]
    report.write_lines(format.value, value, lines or [f"unchanged: {path}"])


def _each(done: str, paths: Sequence[Path], folder: Path) -> list[str]:
    return [f"{done} {path}" for path in paths] if len(paths) <= 20 else [f"{done} {len(paths)} files in {folder}"]


def _catalog(settings: Settings, db_url: str | None, from_url: str | None, progress: Progress) -> Catalog:
    from kitdb import database
    from kitdb.catalog.read import read_outline

    if db_url is not None:
        with database.connect(db_url, application_name="kitdb gen-models") as connection:
            return read_outline(connection)

    from kitdb.cli.live_base import not_in, read_base
    from kitdb.cli.project import project_sandbox, replay
    from kitdb.migrate.files import read_migrations

    folder, base = read_migrations(settings.migrations), read_base(from_url)
    with project_sandbox(settings, progress, base) as box:
        replay(box, not_in(base, folder), progress)
        with box.connect() as connection:
            return read_outline(connection)
