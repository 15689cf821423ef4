"""What several commands need of a project: its settings with the flags applied, a sandbox with its migrations in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kitdb.cli.options import ExposureOption, StandInsOption
from kitdb.settings import Settings, load_settings

if TYPE_CHECKING:
    from kitdb.cli.live_base import LiveBase
    from kitdb.migrate.files import MigrationFolder
    from kitdb.report.progress import Progress
    from kitdb.sandbox import Sandbox


def project_settings(
    *,
    migrations: Path | None = None,
    sandbox: str | None = None,
    pg_major: int | None = None,
    exposure: ExposureOption | None = None,
    sandbox_image: str | None = None,
    stand_ins: StandInsOption | None = None,
) -> Settings:
    """The project's settings, with the flags that were given in their place."""
    settings = load_settings()
    if migrations is not None:
        settings = replace(settings, migrations=migrations)
    if sandbox is not None:
        settings = replace(settings, sandbox=sandbox)
    if pg_major is not None:
        settings = replace(settings, pg_major=pg_major)
    if exposure is not None:
        settings = replace(settings, exposure=exposure.value, exposure_chosen=True)
    if sandbox_image is not None:
        settings = replace(settings, sandbox_image=sandbox_image)
    if stand_ins is not None:
        settings = replace(settings, stand_ins=stand_ins is StandInsOption.on)
    return settings


@contextmanager
def project_sandbox(settings: Settings, progress: Progress, base: LiveBase | None = None) -> Iterator[Sandbox]:
    """A sandbox as the project wants it, announced; with the schema of a live database in it, and of its major."""
    from kitdb.cli.live_base import load_base
    from kitdb.sandbox import open_sandbox

    if base is not None:
        settings = replace(settings, pg_major=base.major)
    progress.step("starting a throwaway Postgres")
    opened = open_sandbox(
        settings.sandbox,
        major=settings.pg_major,
        exposure=settings.exposure,
        image=settings.sandbox_image,
        stand_ins=settings.stand_ins,
    )
    with opened as sandbox:
        progress.done(str(sandbox), *sandbox.notes)
        if base is not None:
            load_base(sandbox, base, progress)
        yield sandbox


def replay(sandbox: Sandbox, folder: MigrationFolder, progress: Progress, database: str = "postgres") -> None:
    """Apply the migrations to a database of the sandbox as a deploy would. Raises what `apply` raises, explained."""
    from kitdb import database as databases
    from kitdb.migrate.apply import REPLAY, apply
    from kitdb.migrate.explain import explain
    from kitdb.migrate.failure import MigrationFailed

    url = sandbox.url(database=database)
    progress.step(f"applying {count(len(folder.migrations), 'migration')}")
    try:
        there = _without_roles_made_beside(sandbox, folder, database)
        for _ in apply(lambda name: databases.connect(url, application_name=name), there, REPLAY):
            pass
    except MigrationFailed as failed:
        raise explain(failed, folder) from failed
    progress.done(count(len(folder.migrations), "migration") + " applied")
    if sandbox.note_stand_ins(database):
        progress.line(f"  note: {sandbox.notes[-1]}")


def _without_roles_made_beside(sandbox: Sandbox, folder: MigrationFolder, database: str) -> MigrationFolder:
    """The migrations as another database of the server leaves them to be run, which has made their roles already."""
    from dataclasses import replace

    from kitdb.diff import roles

    if not any(roles.makes_roles(migration.text) for migration in folder.migrations):
        return folder
    with sandbox.connect(database=database) as connection:
        made = roles.made_beside(connection)
    texts = tuple(replace(one, text=roles.without(one.text, made)) for one in folder.migrations)
    return replace(folder, migrations=texts)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 table`, `2 tables`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
