"""`kitdb repair` and `kitdb baseline`: the history, corrected or begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
    from kitdb.database import Connection


def register(app: typer.Typer) -> None:
    app.command()(repair)
    app.command()(baseline)


def repair(
    applied: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VERSION",
            help="Record the file as applied, without running it; may be repeated.",
            show_default=False,
        ),
    ] = None,
    reverted: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VERSION", help="Take the version out of the history; may be repeated.", show_default=False
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VERSION",
            help="Take an applied file as it is now for what was applied; may be repeated.",
            show_default=False,
        ),
    ] = None,
    done: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION:N", help="Record the first N statements of an unfinished file as done.", show_default=False
        ),
    ] = None,
    db_url: DbUrl = None,
    migrations: MigrationsFolder = None,
    format: Format = OutputFormat.table,
) -> None:
    """Correct the history; no migration runs, and nothing else changes.

    Example:  kitdb repair --accept 20250219120000
    """
    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.migrate import repair as repairs
    from kitdb.migrate.files import read_migrations

    version, number = _done(done)
    if not (applied or reverted or accept or done):
        raise typer.BadParameter("say what to correct: --applied, --reverted, --accept or --done")
    folder = read_migrations(project_settings(migrations=migrations).migrations)
    to_record = repairs.find(folder, [*(applied or ()), *(accept or ())])
    lines = [f"recorded as applied: {migration.path.name}" for migration in to_record]
    with _alone(db_url) as connection:
        if accept:
            _are_applied(connection, accept)
        if reverted:
            repairs.mark_reverted(connection, reverted)
            lines += [f"no longer in the history: {one}" for one in reverted]
        if to_record:
            repairs.mark_applied(connection, to_record)
        if version is not None:
            repairs.mark_done(connection, folder, version, number)
            lines.append(f"{number} statements of {version} recorded as done")
    value = {"applied": applied or [], "reverted": reverted or [], "accepted": accept or [], "done": done}
    report.write_lines(format.value, value, lines)


def _done(text: str | None) -> tuple[str | None, int]:
    if text is None:
        return None, 0
    version, colon, number = text.partition(":")
    if not (colon and version.isdigit() and number.isdigit()):
        raise typer.BadParameter("write it as VERSION:N, for example 20250219120000:2", param_hint="--done")
    return version, int(number)


def _are_applied(connection: Connection, versions: list[str]) -> None:
    from kitdb.migrate.ledger import read_ledger
    from kitdb.migrate.plan import UnknownVersion

    known = read_ledger(connection).by_version()
    for version in versions:
        if version not in known:
            raise UnknownVersion(
                f"version {version} is not applied", hint="Use --applied to record it without running it."
            )


@contextmanager
def _alone(db_url: str | None) -> Iterator[Connection]:
    """A connection while no other run of kitdb works on the database."""
    from kitdb import database
    from kitdb.migrate.lock import RunnerLock
    from kitdb.settings import database_url

    url = database_url(db_url)
    lock = RunnerLock(lambda: database.connect(url, application_name="kitdb repair (lock)"))
    try:
        for _ in lock.acquire(0):
            pass
        with database.connect(url, application_name="kitdb repair") as connection:
            yield connection
    finally:
        lock.release()


def baseline(
    to: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Adopt up to this version.", show_default=False)
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Adopt although the database differs from what the files give.")
    ] = False,
    db_url: DbUrl = None,
    migrations: MigrationsFolder = None,
    sandbox: Sandbox = None,
    sandbox_image: SandboxImage = None,
    exposure: Exposure = None,
    stand_ins: StandIns = None,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Adopt a database that was never under migrations: record its files as applied, without running them.

    The files are first run in a throwaway Postgres, and what they give is compared with the database; if it differs,
    nothing is recorded (exit 1) unless --force says so.

    Example:  kitdb baseline --to 20250219120000
    """
    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.cli.verify import differences_from_live, up_to
    from kitdb.migrate.files import read_migrations
    from kitdb.migrate.repair import adopt
    from kitdb.report.progress import Progress
    from kitdb.settings import database_url

    settings = project_settings(
        migrations=migrations,
        sandbox=sandbox,
        sandbox_image=sandbox_image,
        exposure=exposure,
        stand_ins=stand_ins,
    )
    folder = up_to(read_migrations(settings.migrations), to)
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    different = [] if force else list(differences_from_live(settings, folder, database_url(db_url), progress))
    names = [migration.path.name for migration in folder.migrations]
    if different:
        lines = ["not adopted: the database is not what the files give (- files only, + database only, ~ different):"]
        report.write_lines(
            format.value, {"adopted": [], "differences": different}, lines + [f"  {line}" for line in different]
        )
        raise typer.Exit(1)
    with _alone(db_url) as connection:
        adopt(connection, folder.migrations)
    report.write_lines(format.value, {"adopted": names, "differences": []}, [f"adopted: {name}" for name in names])
