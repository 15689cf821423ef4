"""`kitdb generate`: the migration that makes the database what the declared schema says."""

from __future__ import annotations

import re
from pathlib import Path
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
)
from kitdb.errors import KitdbError

if TYPE_CHECKING:
    from kitdb.catalog.model import Catalog
    from kitdb.migrate.files import MigrationFolder
    from kitdb.report.progress import Progress
    from kitdb.sandbox import Sandbox as RunningSandbox
    from kitdb.settings import Settings


def register(app: typer.Typer) -> None:
    app.command()(generate)


def generate(
    name: Annotated[str, typer.Argument(help="What the migration is about.")] = "schema",
    version: Annotated[
        str | None,
        typer.Option(metavar="DIGITS", help="The version to give it. [default: now, UTC]", show_default=False),
    ] = None,
    migrations: MigrationsFolder = None,
    sandbox: Sandbox = None,
    pg_major: PgMajor = None,
    exposure: Exposure = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if migrations and declared schema differ.")
    ] = False,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Write the migration for the declared schema, and prove it before it is written.

    The declared files (supabase/schemas, supabase/policies) are loaded into a throwaway Postgres, in whatever order
    works; the migration is applied to another database there, as a deploy would; only if both are the same, object by
    object, is it written. The first migration is written from an empty folder; where migrations exist, the command says
    whether they still give the declared schema.

    Example:  kitdb generate initial_schema
    """
    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.report.progress import Progress

    if version is not None and not version.isdigit():
        raise typer.BadParameter("a version is digits only", param_hint="--version")
    slug = re.sub(r"\W+", "_", name).strip("_").lower()
    if not slug:
        raise typer.BadParameter("the name needs a letter or a digit")
    settings = project_settings(migrations=migrations, sandbox=sandbox, pg_major=pg_major, exposure=exposure)
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    written, different = _generate(settings, slug, version, progress, check=check)
    outcome = "differs" if different else "written" if written else "up to date"
    report.write_lines(
        format.value,
        {"outcome": outcome, "written": [str(path) for path in written], "differences": different},
        _lines(written, different),
    )
    raise typer.Exit(1 if different else 0)


def _lines(written: list[Path], different: list[str]) -> list[str]:
    if different:
        return ["the migrations do not give the declared schema (- migrations only, + declared only, ~ different):"] + [
            f"  {line}" for line in different
        ]
    return [f"wrote {path}" for path in written] or ["nothing to do: the migrations give the declared schema"]


def _generate(
    settings: Settings, name: str, version: str | None, progress: Progress, *, check: bool
) -> tuple[list[Path], list[str]]:
    from kitdb.cli.project import count, project_sandbox
    from kitdb.diff.declared import declared_files, read_declared
    from kitdb.diff.verify import declared_state
    from kitdb.diff.write import drafts
    from kitdb.migrate.files import MigrationFolder, read_migrations
    from kitdb.migrate.new import draft_migrations, write_new

    policies = [settings.policies] if settings.policies.is_dir() else []
    declared = read_declared(declared_files([*settings.schemas, *policies]))
    folder = settings.migrations
    existing = read_migrations(folder) if folder.is_dir() else MigrationFolder(folder, ())
    with project_sandbox(settings, progress) as box:
        progress.step("loading the declared schema")
        state = declared_state(box, declared)
        progress.done(f"declared schema loaded: {count(len(declared), 'statement')}")
        if existing.migrations or check or not declared:
            return [], _difference(box, existing, state.catalog, progress)
        texts = [(draft.name, draft.text) for draft in drafts(name, state.statements, state.catalog)]
        drafted = draft_migrations(folder, texts, version)
        unproved = _difference(box, MigrationFolder(folder, drafted), state.catalog, progress)
        if unproved:
            raise NotProved(unproved)
        progress.done("the migration gives the declared schema, object by object")
    write_new({migration.path: migration.text for migration in drafted})
    return [migration.path for migration in drafted], []


def _difference(box: RunningSandbox, folder: MigrationFolder, wanted: Catalog, progress: Progress) -> list[str]:
    """Run the migrations as a deploy would, and compare what they give with what is wanted."""
    from kitdb.cli.project import replay
    from kitdb.diff.verify import compare_with, scratch

    with scratch(box) as (name, connection):
        replay(box, folder, progress, name)
        found = compare_with(connection, wanted)
    return [*found, *(f"not covered: {what}" for what in found.not_covered)]


class NotProved(KitdbError):
    """Applying the drafted migration does not give the declared schema, so it is not written."""

    hint = "Nothing was written. An object that kitdb does not cover has to be written by hand: kitdb new NAME."

    def __init__(self, difference: list[str]) -> None:
        self.difference = tuple(difference)
        super().__init__("the drafted migration does not give the declared schema")
