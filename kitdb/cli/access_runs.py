"""The ways in which `kitdb check-rls` looks at a database: held to a specification, or to nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kitdb.cli.project import count
from kitdb.errors import CannotRead, CannotWrite, KitdbError

if TYPE_CHECKING:
    from kitdb.catalog.model import Catalog
    from kitdb.cli.live_base import LiveBase
    from kitdb.database import Connection
    from kitdb.findings import Finding
    from kitdb.migrate.files import MigrationFolder
    from kitdb.report.progress import Progress
    from kitdb.rls.access import Access
    from kitdb.rls.check import Connect, Original
    from kitdb.rls.discover import Discovery
    from kitdb.rls.matrix import Event, Matrix
    from kitdb.rls.seeds import Seed
    from kitdb.sandbox import Sandbox
    from kitdb.settings import Settings


class AlreadyThere(KitdbError):
    """The file to write exists."""

    hint = "Move it away, or name another with --access."


def is_there(path: Path) -> bool:
    """Whether anything has the path, be it a folder, or a link to nothing; whoever reads it says what is wrong."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


@dataclass(frozen=True)
class Ask:
    """What a run is held to, and what it is asked for besides the matrix."""

    specified: Access | None = None
    init: bool = False
    lock: Path | None = None
    check_lock: Path | None = None
    mutate: bool = False

    @property
    def about_lock(self) -> bool:
        return self.lock is not None or self.check_lock is not None


@dataclass(frozen=True)
class Ran:
    """One run: the matrix, what it was held to, and how long it took."""

    matrix: Matrix
    access: Access
    seconds: float
    specified: bool = True

    def noting(self, notes: Sequence[Finding]) -> Ran:
        """The same with notes before its findings."""
        return replace(self, matrix=replace(self.matrix, findings=(*notes, *self.matrix.findings)))


@dataclass(frozen=True)
class Live:
    """A run on a database that is not ours, what was read of it, and where it is."""

    ran: Ran
    catalog: Catalog
    where: str


@contextmanager
def exposed(
    settings: Settings, folder: MigrationFolder, progress: Progress, base: LiveBase | None
) -> Iterator[tuple[Sandbox, Catalog, tuple[Finding, ...]]]:
    """A sandbox with the migrations in it, what is in it, and what to say about the regime of exposure.

    Where nobody chose the regime and the migrations grant nothing, the one that shows most is taken.
    """
    from kitdb.catalog.read import read_catalog
    from kitdb.cli.project import project_sandbox, replay
    from kitdb.rls import exposure

    ungranted, schemas = 0, settings.exposed_schemas
    with project_sandbox(settings, progress, base) as box:
        replay(box, folder, progress)
        with box.connect() as connection:
            catalog = read_catalog(connection)
        open_question = not settings.exposure_chosen and settings.exposure == "explicit" and base is None
        if open_question and exposure.grants_nothing(catalog, schemas):
            ungranted = len(exposure.tables(catalog, schemas))
        else:
            yield box, catalog, ()
    if ungranted:
        note = exposure.assumed(ungranted)
        progress.line(f"  note: {note.message}")
        with exposed(replace(settings, exposure="legacy"), folder, progress, base) as (box, catalog, _):
            yield box, catalog, (note,)


def run(
    connect: Connect,
    catalog: Catalog,
    settings: Settings,
    seeds: Sequence[Seed],
    ask: Ask,
    progress: Progress,
    original: Original | None = None,
) -> Ran:
    """The run that was asked for; without a specification what is there is looked at.

    Of the `original` copies may be made.
    """
    if ask.specified is None:
        return _discover(connect, catalog, settings, seeds, ask, progress, original)
    ran = _check(connect, catalog, settings, seeds, ask, ask.specified, progress, original)
    if ask.about_lock:
        # the file of rights is made of what is seen, whatever is specified
        seen = _discover(connect, catalog, settings, seeds, ask, progress, original)
        changed = seen.matrix.findings if ask.check_lock is not None else ()
        ran = replace(ran, matrix=replace(ran.matrix, findings=(*ran.matrix.findings, *changed)))
    return ran


def run_live(url: str, settings: Settings, seeds: Sequence[Seed], ask: Ask, progress: Progress, *, data: bool) -> Live:
    """A look at a database that is not ours: its catalog alone, or with `data` requests that are all rolled back."""
    from kitdb import database
    from kitdb.catalog.read import read_catalog
    from kitdb.rls.access import resolve
    from kitdb.rls.held import hold
    from kitdb.rls.live import access_seen, look
    from kitdb.rls.matrix import gather

    progress.step("reading the catalog")
    started = time.perf_counter()
    with database.connect(url, application_name="kitdb check-rls") as connection:
        connection.execute("set default_transaction_read_only = on")
        catalog = read_catalog(connection)
        where = f"{connection.info.host or 'local socket'}:{connection.info.port}/{connection.info.dbname}"
    if not data:
        schemas = settings.exposed_schemas
        specified = resolve(ask.specified, catalog, schemas=schemas) if ask.specified else None
        seen = look(catalog, schemas)
        matrix = gather(hold(seen, specified, catalog, schemas) if specified else seen)
        progress.done("nothing was written: where policies decide, only --data tells what they amount to")
        access = specified or access_seen(catalog, schemas)
        seconds = time.perf_counter() - started
        return Live(Ran(matrix, access, seconds, specified=specified is not None), catalog, where)
    progress.line("  note: everything is rolled back; what triggers and functions send out of the database is not")

    def connect(_: str) -> Connection:
        return database.connect(url, application_name="kitdb check-rls")

    return Live(run(connect, catalog, settings, seeds, ask, progress), catalog, where)


def _check(
    connect: Connect,
    catalog: Catalog,
    settings: Settings,
    seeds: Sequence[Seed],
    ask: Ask,
    specified: Access,
    progress: Progress,
    original: Original | None,
) -> Ran:
    from kitdb.rls.access import resolve
    from kitdb.rls.check import bench
    from kitdb.rls.discover import nothing_tried
    from kitdb.rls.plausible import check_claims, told_unknown

    access = resolve(specified, catalog, schemas=settings.exposed_schemas)
    check_claims(access, catalog)
    progress.step("making rows for every caller")
    started = time.perf_counter()
    with bench(connect, catalog, access, schemas=settings.exposed_schemas, seeds=seeds, original=original) as prepared:
        matrix = _gathered(prepared.events(), progress)
        found = (
            *told_unknown(matrix.findings, access, catalog),
            *nothing_tried(matrix.cells, settings.exposed_schemas),
        )
        matrix = replace(matrix, findings=found)
        if ask.mutate:
            from kitdb.rls.mutate import Score, mutate

            progress.step("breaking each policy and grant")
            verdicts = []
            for verdict in mutate(prepared):
                verdicts.append(verdict)
                progress.update(f"{count(len(verdicts), 'mutant')}: {verdict.mutant.what[:60]}")
            score = Score(tuple(verdicts))
            progress.done(str(score))
            survivors = tuple(v.finding for v in score.survivors if v.finding)
            matrix = replace(matrix, findings=(*matrix.findings, *survivors, _told(score)))
    return Ran(matrix, access, time.perf_counter() - started)


def _told(score: object) -> Finding:
    from kitdb.rls.kinds import SCORE
    from kitdb.rls.verdicts import finding

    return finding(SCORE, str(score), "access.toml")


def _discover(
    connect: Connect,
    catalog: Catalog,
    settings: Settings,
    seeds: Sequence[Seed],
    ask: Ask,
    progress: Progress,
    original: Original | None,
) -> Ran:
    from kitdb.rls.access import resolve
    from kitdb.rls.discover import discovery, nothing_tried

    progress.step("making rows for every caller, held to no specification")
    started = time.perf_counter()
    with discovery(connect, catalog, schemas=settings.exposed_schemas, seeds=seeds, original=original) as found:
        matrix = _gathered(found.events(), progress)
        changed = _changed(found, ask.check_lock)
        if ask.check_lock is not None:
            matrix = replace(matrix, findings=changed)
        if ask.lock is not None:
            _write(ask.lock, found.lock_text())
            progress.line(f"wrote {ask.lock}")
        access = resolve(found.access, catalog, schemas=settings.exposed_schemas)
        draft = found.draft()
    if ask.init and any(nothing_tried(matrix.cells, settings.exposed_schemas)):
        progress.line(f"  note: {settings.access} is not written: there is nothing yet that it could say")
    elif ask.init:
        progress.step("writing a specification of what was seen")
        _write(settings.access, draft.finished(connect, seeds))
        progress.done(f"wrote {settings.access}")
    return Ran(matrix, access, time.perf_counter() - started, specified=False)


def _gathered(events: Iterable[Event], progress: Progress) -> Matrix:
    from kitdb.rls.matrix import Cell, gather

    kept, cells = [], 0
    progress.update("trying every actor on every row and column")
    for event in events:
        kept.append(event)
        if isinstance(event, Cell):
            cells += 1
            progress.update(f"{count(cells, 'cell')}: {event.actor} {event.command} {event.object}")
    matrix = gather(kept)
    progress.done(f"{count(matrix.probes, 'try', 'tries')} for {count(len(matrix.cells), 'cell')}")
    return matrix


def _changed(found: Discovery, path: Path | None) -> tuple[Finding, ...]:
    from kitdb.rls.lock import changes, read_lock

    if path is None:
        return ()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"cannot read {path}: {error}") from error
    return tuple(changes(read_lock(text, str(path)), found.lock(), str(path)))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotWrite(path, str(error)) from error
