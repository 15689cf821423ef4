"""`kitdb dev`: a throwaway database to work with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kitdb.cli.options import (
    Exposure,
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
    from kitdb.cli.live_base import LiveBase
    from kitdb.report.progress import Progress
    from kitdb.sandbox import Sandbox as Box
    from kitdb.settings import Settings


def register(app: typer.Typer) -> None:
    app.command()(dev)


def dev(
    migrations: MigrationsFolder = None,
    sandbox: Sandbox = None,
    sandbox_image: SandboxImage = None,
    pg_major: PgMajor = None,
    exposure: Exposure = None,
    stand_ins: StandIns = None,
    from_url: FromUrl = None,
    empty: Annotated[bool, typer.Option("--empty", help="No migrations: only the Supabase baseline.")] = False,
    seed: Annotated[
        bool, typer.Option("--seed/--no-seed", help="Run supabase/seed.sql, or what config.toml names.")
    ] = True,
    watch: Annotated[bool, typer.Option("--watch", help="Begin anew whenever a migration or seed changes.")] = False,
    psql: Annotated[bool, typer.Option("--psql", help="Open psql in it; it ends with psql.")] = False,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Start a throwaway Postgres with migrations and seeds applied, print its URL, keep it until Ctrl-C.

    Any role can log in: postgres, authenticator, supabase_admin (superuser). The URL holds no password.

    Example:  kitdb dev --watch
    """
    from contextlib import ExitStack
    from dataclasses import replace

    from kitdb import report
    from kitdb.cli.live_base import read_base
    from kitdb.cli.project import project_sandbox, project_settings
    from kitdb.report.progress import Progress

    if psql and watch:
        raise typer.BadParameter("--psql and --watch do not go together: what changes would end psql's session")
    settings = project_settings(
        migrations=migrations,
        sandbox=sandbox,
        pg_major=pg_major,
        exposure=exposure,
        sandbox_image=sandbox_image,
        stand_ins=stand_ins,
    )
    if not seed or empty:
        settings = replace(settings, seeds=())
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    base = read_base(from_url)
    with ExitStack() as stack:

        def begun(settings: Settings) -> tuple[Box, str]:
            box = stack.enter_context(project_sandbox(settings, progress, base))
            pristine = box.clone() if watch else ""
            if not empty:
                _try_fill(box, settings, progress, base) if watch else _fill(box, settings, progress, base)
            return box, pristine

        before = _state(settings)
        box, pristine = begun(settings)
        if not empty and base is None and _leaves_grants(box, settings, progress):
            stack.close()
            settings = replace(settings, exposure="legacy", exposure_chosen=True)
            box, pristine = begun(settings)
        if psql:
            raise typer.Exit(_psql(box))
        report.write_lines(
            format.value,
            {"url": box.url(), "superuser_url": box.url("supabase_admin"), "psql": box.psql(), "server": str(box)},
            [f"url:  {box.url()}", f"psql: {box.psql()}", "Ctrl-C ends it, and all that is in it."],
        )
        try:
            _watch(box, settings, progress, base, pristine, before) if watch else _wait()
        except KeyboardInterrupt:
            progress.line("ended")


def _wait() -> None:
    import signal

    signal.pause()


def _fill(box: Box, settings: Settings, progress: Progress, base: LiveBase | None, database: str = "postgres") -> None:
    """Migrations, then seeds."""
    from kitdb.cli.live_base import not_in
    from kitdb.cli.project import count, replay
    from kitdb.migrate.files import read_migrations
    from kitdb.migrate.seeds import run_seeds, seed_files

    if settings.migrations.is_dir():
        replay(box, not_in(base, read_migrations(settings.migrations)), progress, database)
    paths = seed_files(settings.seeds)
    if paths:
        progress.step("running seeds")
        with box.connect(database=database) as connection:
            for path in run_seeds(connection, paths):
                progress.update(str(path))
        progress.done(count(len(paths), "seed file") + " run")


def _leaves_grants(box: Box, settings: Settings, progress: Progress) -> bool:
    """Whether nobody chose the regime of exposure and the migrations grant nothing, as check-rls has it."""
    from kitdb.catalog.read import read_catalog
    from kitdb.rls.exposure import assumed, grants_nothing, tables

    if settings.exposure_chosen or settings.exposure != "explicit":
        return False
    with box.connect() as connection:
        catalog = read_catalog(connection)
    if not grants_nothing(catalog, settings.exposed_schemas):
        return False
    progress.line(f"  note: {assumed(len(tables(catalog, settings.exposed_schemas))).message}")
    return True


def _try_fill(
    box: Box, settings: Settings, progress: Progress, base: LiveBase | None, database: str = "postgres"
) -> bool:
    """As `_fill`; an error is shown, and the next change awaited."""
    from kitdb.cli.errors import show
    from kitdb.errors import KitdbError

    try:
        _fill(box, settings, progress, base, database)
    except KitdbError as error:
        progress.clear()
        show(error)
        return False
    return True


def _watch(
    box: Box,
    settings: Settings,
    progress: Progress,
    base: LiveBase | None,
    pristine: str,
    before: frozenset[tuple[str, int, int]],
) -> None:
    """Begin anew after each change, in a copy that takes the database's place when all of it worked."""
    import time

    while True:
        time.sleep(0.3)
        now = _state(settings)
        if now == before:
            continue
        while now != (now := _settled(settings)):
            pass
        before = now
        progress.line("changed; beginning anew")
        fresh = box.clone(pristine)
        if _try_fill(box, settings, progress, base, fresh):
            box.put_in_place(fresh)
            progress.line("✓ the database is the new one")
        else:
            box.drop(fresh)
            progress.line("the database stays as it was")


def _settled(settings: Settings) -> frozenset[tuple[str, int, int]]:
    import time

    # An editor writes several files, or one in pieces.
    time.sleep(0.1)
    return _state(settings)


def _state(settings: Settings) -> frozenset[tuple[str, int, int]]:
    """What the files are: changes when one is written, added or removed."""
    from kitdb.migrate.seeds import seed_files

    state = set()
    for path in (*settings.migrations.glob("*.sql"), *seed_files(settings.seeds)):
        try:
            status = path.stat()
        except OSError:
            continue
        state.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(state)


def _psql(box: Box) -> int:
    """Run psql, and give back its exit code. As a child: the sandbox ends with this process."""
    import shutil
    import signal
    import subprocess

    from kitdb.errors import KitdbError

    own = box.server.bin / "psql" if box.server.bin else None
    program = str(own) if own and own.is_file() else shutil.which("psql")
    if program is None:
        raise KitdbError("psql is not installed", hint="Install it (Debian: apt install postgresql-client).")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is psql's
    try:
        return subprocess.run([program, box.url()], check=False).returncode  # noqa: S603
    finally:
        signal.signal(signal.SIGINT, before)
