"""The act: pending migrations, one after the other, each wholly or not at all."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import psycopg

from kitdb.database import Connection
from kitdb.errors import KitdbError, Place
from kitdb.migrate import indexes, wire
from kitdb.migrate.events import (
    AlreadyApplied,
    Applied,
    Blocked,
    Event,
    Notice,
    Retrying,
    Session,
    Started,
    StatementDone,
)
from kitdb.migrate.failure import MigrationFailed, failed
from kitdb.migrate.files import Migration, MigrationFolder
from kitdb.migrate.ledger import Ledger, create_ledger, read_ledger
from kitdb.migrate.lock import RunnerLock
from kitdb.migrate.plan import (
    CannotRun,
    Plan,
    PlannedMigration,
    is_skipped,
    is_transaction_edge,
    is_wrapped,
    make_plan,
    prefix_checksum,
)
from kitdb.migrate.wire import Completed, ConnectionLost, QueryFailed
from kitdb.names import quote_literal
from kitdb.sql.split import Statement
from kitdb.sql.transactions import lend_superuser, needs_no_transaction, needs_superuser

PROGRESS_SECONDS = 0.5
BLOCKED_SECONDS = 5.0
ANSWER_SECONDS = 30.0  # for the server's answer to what waits for nothing
RETRIED = {"55P03": "lock timeout", "40P01": "deadlock"}

_UNIQUE_VIOLATION = "23505"
_SECONDS = "extract(epoch from clock_timestamp() - transaction_timestamp())"  # of the transaction so far

_ADD_VERSION = "insert into supabase_migrations.schema_migrations (version) values (%s)"
CHECKS = 3  # how often a server is asked that has just gone away

_DONE_ANYWAY = "The statements before it are done and recorded; correct this one and run kitdb migrate again."


@dataclass(frozen=True, slots=True)
class Options:
    """How a run behaves: seconds that one try waits for a lock, how often a file is tried, how long for our turn.

    `lock_timeout` 0 waits without limit. A `throwaway` database runs a BEGIN or COMMIT in the middle of a file as
    written, so the file is not applied as a whole or not at all, and lets `postgres` do what hosted Supabase does.
    """

    lock_timeout: float = 5.0
    attempts: int = 10
    longest_delay: float = 30.0
    runner_wait: float = 3600.0
    include_all: bool = False
    to: str | None = None
    throwaway: bool = False


# On a throwaway server nobody else is at work: a lock that is not free will not become free.
REPLAY = Options(attempts=1, runner_wait=0.0, include_all=True, throwaway=True)
_NO_OR_TWO_TRANSACTIONS = ("25001", "25P01")


def apply(
    connect: Callable[[str], Connection],
    folder: MigrationFolder,
    options: Options,
    known: tuple[Ledger, Plan] | None = None,
) -> Iterator[Event]:
    """Bring the database up to the folder.

    `connect` opens a connection under an application name; `known` is the history as it was and the plan made of it,
    which holds if the history is still the same when it is our turn. Raises what `make_plan` raises, `MigrationFailed`,
    `ConnectionLost`, `LockNotFree`.
    """
    lock = RunnerLock(lambda: connect("kitdb migrate (lock)"))
    try:
        yield from lock.acquire(options.runner_wait)
        connection = connect("kitdb migrate")
        try:
            yield from _Run(connection, connect, lock, folder, options, known).all()
        except BaseException:
            # Interrupted or failed: what the server is still doing for us ends now, not when it notices.
            wire.cancel(connection)
            raise
        finally:
            connection.close()
    finally:
        lock.release()


class _Run:
    """One run: the connection that works, the lock, and what the server said meanwhile."""

    def __init__(
        self,
        connection: Connection,
        connect: Callable[[str], Connection],
        lock: RunnerLock,
        folder: MigrationFolder,
        options: Options,
        known: tuple[Ledger, Plan] | None,
    ) -> None:
        self.known = known
        self.connection = connection
        self.connect = connect
        self.lock = lock
        self.folder = folder
        self.options = options
        self.backend = 0
        self.notices: list[tuple[str, str, str | None]] = []
        self.blockers: tuple[Session, ...] = ()
        self.watches_client = False
        self.direct = False
        connection.add_notice_handler(self._heard)

    def all(self) -> Iterator[Event]:
        # A pool with a single connection never answers this: the lock has that connection.
        completed = yield from self._exchange("select pg_catalog.pg_backend_pid()", ANSWER_SECONDS)
        self.backend = int(completed[-1].rows[0][0] or 0)
        # A pooler makes up the number that it tells its clients.
        self.direct = self.backend == self.connection.info.backend_pid
        self.watches_client = _watches_client(self.connection)
        create_ledger(self.connection)
        self.notices.clear()  # "already exists, skipping" is ours
        plan = self._plan()
        for number, planned in enumerate(plan.pending, 1):
            self.lock.check()
            yield Started(planned, number, len(plan.pending))
            started = time.monotonic()
            applied = yield from self._with_retries(planned)
            yield Applied(planned, time.monotonic() - started) if applied else AlreadyApplied(planned.migration)

    def _plan(self) -> Plan:
        checksums = {migration.version: migration.checksum for migration in self.folder.migrations}
        ledger = read_ledger(self.connection, checksums)
        if self.known and self.known[0] == ledger:
            return self.known[1]
        options = self.options
        return make_plan(
            self.folder,
            ledger,
            to=options.to,
            include_all=options.include_all,
            own_transactions=options.throwaway,
        )

    def _heard(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        if self.options.throwaway and diagnostic.sqlstate in _NO_OR_TWO_TRANSACTIONS:
            return
        severity = diagnostic.severity_nonlocalized or diagnostic.severity or "NOTICE"
        self.notices.append((severity, diagnostic.message_primary or "", diagnostic.message_hint))

    # --- tries -------------------------------------------------------------------------------------------------------

    def _with_retries(self, planned: PlannedMigration) -> Generator[Event, None, bool]:
        run = self._in_transaction if planned.mode == "transaction" else self._by_statement
        done = planned.done
        for attempt in range(1, self.options.attempts + 1):
            try:
                return (yield from run(planned, done))
            except _Failed as error:
                yield from self._said(planned.migration)
                reason = RETRIED.get(error.failure.error.sqlstate)
                if reason is None or attempt == self.options.attempts:
                    raise error.failure from None
                done = error.done
                delay = self._delay(attempt)
                yield Retrying(planned.migration, reason, attempt, self.options.attempts, delay, self.blockers)
                time.sleep(delay)
        raise AssertionError("unreachable")

    def _delay(self, attempt: int) -> float:
        # Jitter, so that two runners that met once do not meet again.
        longest: float = min(self.options.longest_delay, 0.5 * 2.0**attempt)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311

    # --- a file in one transaction -----------------------------------------------------------------------------------

    def _in_transaction(self, planned: PlannedMigration, _done: int) -> Generator[Event, None, bool]:
        """BEGIN, the history row, the file, our own record and COMMIT, in one message where that can be.

        The history row comes first: whoever else applies this file waits at its primary key, and we find out here.
        """
        before = (
            "begin isolation level read committed",
            *self._local_settings(planned.migration),
            _history_row(planned),
        )
        # The file's own settings hold for its deferred triggers, and for nothing after them.
        after = ("set constraints all immediate", *_resets(), _own_row(planned, _SECONDS))
        batches = list(_batches(planned, lend=self.options.throwaway))
        try:
            if self.direct and len(batches) == 1 and batches[0].rows is None:
                yield from self._batch(planned, _between(before, batches[0], (*after, "commit")))
            else:
                yield from self._in_parts(planned, before, batches, after)
                yield from self._exchange("commit")
        except _AlreadyThere:
            return False
        except QueryFailed as error:
            self._rollback()
            raise _Failed(failed(planned.migration, (), None, error.error), 0) from None
        except ConnectionLost as error:
            name = planned.migration.path.name
            match self._was_committed(planned.migration):
                case None:
                    raise ConnectionLost(f"{error}; whether {name} is applied could not be found out") from None
                case False:
                    raise ConnectionLost(f"{error}; nothing of {name} is applied") from None
        yield from self._said(planned.migration)
        return True

    def _in_parts(
        self, planned: PlannedMigration, before: Sequence[str], batches: Sequence[_Batch], after: Sequence[str]
    ) -> Iterator[Event]:
        """The same in several messages: where rows of a COPY have to be sent, and behind a pooler.

        There the server connection is known only inside of the transaction.
        """
        try:
            completed = yield from self._exchange(
                ";\n".join((*before, "select pg_catalog.pg_backend_pid()")), ANSWER_SECONDS
            )
        except QueryFailed as error:
            self._rollback()
            if error.error.sqlstate == _UNIQUE_VIOLATION:
                raise _AlreadyThere from None
            raise
        self.backend = int(completed[-1].rows[0][0] or 0)
        for batch in batches:
            yield from self._batch(planned, batch)
        yield from self._exchange(";\n".join(after))

    def _local_settings(self, migration: Migration) -> Iterator[str]:
        yield f"set local lock_timeout = {int(self.options.lock_timeout * 1000)}"
        yield f"set local application_name = {quote_literal(f'kitdb migrate {migration.version}'[:60])}"
        if self.watches_client:
            yield "set local client_connection_check_interval = '1s'"

    def _batch(self, planned: PlannedMigration, batch: _Batch) -> Iterator[Event]:
        said = time.monotonic()
        total = len(planned.runnable)
        try:
            for completed in self._watched(planned, batch):
                if isinstance(completed, Blocked):
                    yield completed
                elif time.monotonic() - said > PROGRESS_SECONDS and 0 < completed <= len(batch.statements):
                    said = time.monotonic()
                    yield StatementDone(planned.migration, batch.first + completed, total)
                if self.notices:
                    yield from self._said(planned.migration)
        except QueryFailed as error:
            self._rollback()
            if error.completed == batch.before - 1 and error.error.sqlstate == _UNIQUE_VIOLATION:
                raise _AlreadyThere from None
            raise self._failure(planned, batch, error) from None

    def _was_committed(self, migration: Migration) -> bool | None:
        """After a COMMIT without an answer: what became of it; None if the server does not say.

        The lost connection's transaction may still be at work. So the same version is inserted, and rolled back: that
        waits for it at the primary key.
        """
        for attempt in range(CHECKS):
            time.sleep(attempt)
            try:
                with self.connect("kitdb migrate (check)") as connection, connection.transaction(force_rollback=True):
                    connection.execute("set local lock_timeout = '10s'")
                    connection.execute(_ADD_VERSION, (migration.version,))
                return False
            except psycopg.errors.UniqueViolation:
                return True
            except (psycopg.Error, KitdbError):
                continue
        return None

    def _rollback(self) -> None:
        self._quietly("rollback")

    def _quietly(self, text: str) -> None:
        """Tidy up after an error that is about to be told; one more would only hide it."""
        try:
            if self.connection.pgconn.transaction_status != psycopg.pq.TransactionStatus.ACTIVE:
                wire.finish(self.connection, text)
        except (QueryFailed, ConnectionLost):
            return

    # --- a file statement by statement -------------------------------------------------------------------------------

    def _by_statement(self, planned: PlannedMigration, done: int) -> Generator[Event, None, bool]:
        try:
            return (yield from self._statements(planned, done))
        except BaseException:
            # What was set for the session must not stay behind in a pooler's connection.
            self._quietly(";\n".join(_resets()))
            raise

    def _statements(self, planned: PlannedMigration, done: int) -> Generator[Event, None, bool]:
        started = time.monotonic()
        statements = planned.runnable
        yield from self._prepare(planned, done)
        for number in range(done, len(statements)):
            yield from self._one(planned, number, interrupted=planned.interrupted and number == planned.done)
            yield StatementDone(planned.migration, number + 1, len(statements))
            yield from self._said(planned.migration)
        own_row = _own_row(planned, f"{time.monotonic() - started:.6f}")
        try:
            yield from self._exchange(";\n".join(("begin", *_resets(), _history_row(planned), own_row, "commit")))
        except QueryFailed as error:
            self._rollback()
            if error.error.sqlstate == _UNIQUE_VIOLATION:
                return False
            raise _Failed(failed(planned.migration, (), None, error.error), len(statements)) from None
        return True

    def _prepare(self, planned: PlannedMigration, done: int) -> Iterator[Event]:
        settings = [text.replace("set local", "set") for text in self._local_settings(planned.migration)]
        settings.append("select pg_catalog.pg_backend_pid()")
        completed = yield from self._exchange(";\n".join((*_resets(), *settings)), ANSWER_SECONDS)
        self.backend = int(completed[-1].rows[0][0] or 0)
        for statement in planned.runnable[:done]:
            # What an earlier run did is done; what it only set for its session is to be set again.
            if statement.word in ("set", "reset"):
                yield from self._exchange(statement.text)

    def _one(self, planned: PlannedMigration, number: int, *, interrupted: bool) -> Iterator[Event]:
        statement = planned.runnable[number]
        record = _progress_row(planned, number + 1, running=False)
        if _may_join_transaction(statement):
            yield from self._statement(planned, number, ("begin",), (record, "commit"))
            return
        if interrupted and not _may_run_twice(statement):
            raise CannotRun(
                "an earlier run was interrupted in this statement, and it may have done its work",
                place=Place(str(planned.migration.path), statement.line, statement.column),
                hint=f"Look at it, then record it: kitdb repair --done {planned.migration.version}:{number + 1}.",
            )
        index = indexes.built_by(self.connection, statement)
        before = indexes.invalid(self.connection)
        if index and interrupted and indexes.is_complete(self.connection, index):
            yield from self._exchange(record)
            return
        yield from indexes.clear(self.connection, planned.migration, statement, index, before)
        yield from self._exchange(_progress_row(planned, number, running=True))
        try:
            yield from self._statement(planned, number)
        except _Failed:
            indexes.drop_new(self.connection, before)
            raise
        indexes.check(self.connection, planned.migration, statement, before)
        yield from self._exchange(record)

    def _statement(
        self, planned: PlannedMigration, number: int, before: tuple[str, ...] = (), after: tuple[str, ...] = ()
    ) -> Iterator[Event]:
        statement = planned.runnable[number]
        rows = planned.migration.text[slice(*statement.data)] if statement.data else None
        batch = _between(before, _Batch(statement.text, (statement,), number, statement.start, rows), after)
        try:
            for completed in self._watched(planned, batch):
                if isinstance(completed, Blocked):
                    yield completed
        except QueryFailed as error:
            if before:
                self._rollback()
            raise self._failure(planned, batch, error, number, _DONE_ANYWAY if number else None) from None

    # --- what both share ---------------------------------------------------------------------------------------------

    def _failure(
        self, planned: PlannedMigration, batch: _Batch, error: QueryFailed, done: int = 0, hint: str | None = None
    ) -> _Failed:
        number = error.completed - batch.before
        statement = batch.statements[number] if 0 <= number < len(batch.statements) else None
        told = error.error
        if told.position is not None:
            told = replace(told, position=told.position - batch.lead + batch.start)
        return _Failed(failed(planned.migration, planned.runnable, statement, told, hint), done)

    def _watched(self, planned: PlannedMigration, batch: _Batch) -> Iterator[Blocked | int]:
        """The number of each of the batch's statements as it completes, and who is in the way while one waits."""
        self.blockers = ()
        waiting_since, said = time.monotonic(), 0.0
        for step in wire.run(self.connection, batch.text, batch.rows):
            if step is not None:
                waiting_since, said = time.monotonic(), 0.0
                yield step.number - batch.before
                continue
            waited = time.monotonic() - waiting_since
            blockers = self.lock.blockers(self.backend)
            if not blockers:
                continue
            self.blockers = blockers
            if not said or waited - said > BLOCKED_SECONDS:
                said = waited
                place = Place(str(planned.migration.path))
                if len(batch.statements) == 1:
                    place = Place(place.path, batch.statements[0].line, batch.statements[0].column)
                yield Blocked(planned.migration, place, self.lock.wanted(self.backend), blockers, waited)

    def _exchange(self, text: str, limit: float = 0.0) -> Generator[Event, None, tuple[Completed, ...]]:
        """Our own statements; returns what each gave."""
        started, found = time.monotonic(), []
        for step in wire.run(self.connection, text):
            if step is not None:
                found.append(step)
            elif limit and time.monotonic() - started > limit:
                raise ConnectionLost(
                    f"the server has not answered for {limit:.0f} s",
                    hint="Use the direct URL or the session pooler's: kitdb needs two connections at once.",
                )
        yield from ()
        return tuple(found)

    def _said(self, migration: Migration) -> Iterator[Event]:
        said, self.notices = self.notices, []
        for severity, message, hint in said:
            yield Notice(migration, severity, message, hint)


class _AlreadyThere(Exception):
    """The history has the version: somebody else applied it since we looked."""


class _Failed(Exception):
    """A try that ended, and how many statements of the file stay done."""

    def __init__(self, failure: MigrationFailed, done: int) -> None:
        self.failure = failure
        self.done = done
        super().__init__(str(failure))


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is sent at once: a part of the file's text from offset `start` on, up to the rows of a COPY.

    `before` statements of our own, `lead` characters, come ahead of it.
    """

    text: str
    statements: tuple[Statement, ...]
    first: int
    start: int
    rows: str | None = None
    before: int = 0
    lead: int = 0


def _between(before: Sequence[str], batch: _Batch, after: Sequence[str]) -> _Batch:
    """The batch with statements of our own around it."""
    if not before and not after:
        return batch
    opening = "".join(f"{statement};\n" for statement in before)
    # A line end and a semicolon of its own: the batch may end in a comment.
    closing = ";\n".join(after)
    text = f"{opening}{batch.text}\n;\n{closing}"
    return replace(batch, text=text, before=len(before), lead=len(opening))


def _batches(planned: PlannedMigration, *, lend: bool) -> Iterator[_Batch]:
    """The file, whole where nothing forbids it: Postgres itself then finds the statements' ends.

    `lend` makes the user a superuser for what needs one.
    """
    text = planned.migration.text
    runnable = planned.runnable
    wrapped = is_wrapped(runnable)
    first, start = 0, 0
    statements: list[Statement] = []
    hidden: list[tuple[int, int]] = []
    for statement in planned.statements:
        if is_skipped(statement) or (wrapped and is_transaction_edge(statement)):
            hidden.append((statement.start, statement.end))
            continue
        if lend and needs_superuser(statement.text, statement.word):
            if statements:
                yield _Batch(_part(text, start, statement.start, hidden), tuple(statements), first, start)
            alone = _Batch(statement.text, (statement,), first + len(statements), statement.start)
            yield _between((lend_superuser(lend=True),), alone, (lend_superuser(lend=False),))
            first, start, statements = first + len(statements) + 1, statement.stop, []
            continue
        statements.append(statement)
        if statement.kind == "copy":
            yield _Batch(
                _part(text, start, statement.stop, hidden),
                tuple(statements),
                first,
                start,
                text[slice(*(statement.data or (0, 0)))],
            )
            first, start, statements = first + len(statements), (statement.data or (0, statement.stop))[1], []
            start = _after_copy(text, start)
    if statements:
        yield _Batch(_part(text, start, len(text), hidden), tuple(statements), first, start)


def _after_copy(text: str, end_of_rows: int) -> int:
    """Past the line with the backslash and the dot."""
    line_end = text.find("\n", end_of_rows)
    return len(text) if line_end < 0 else line_end + 1


def _part(text: str, start: int, stop: int, hidden: Sequence[tuple[int, int]]) -> str:
    """The text with what the server must not see blanked, so that every position stays true."""
    pieces, at = [], start
    for first, last in hidden:
        if first >= start and last <= stop:
            pieces += [text[at:first], " " * (last - first)]
            at = last
    return "".join((*pieces, text[at:stop]))


def _watches_client(connection: Connection) -> bool:
    """Whether this server can notice a client that is gone while it works for it."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("set local client_connection_check_interval = '1s'")
    except psycopg.Error:
        return False
    return True


def _resets() -> tuple[str, ...]:
    return ("reset session authorization", "reset role", "reset all")


def _history_row(planned: PlannedMigration) -> str:
    migration = planned.migration
    statements = ", ".join(map(quote_literal, planned.history))
    return (
        "insert into supabase_migrations.schema_migrations (version, name, statements) values "  # noqa: S608
        f"({quote_literal(migration.version)}, {quote_literal(migration.name)}, array[{statements}]::text[])"
    )


def _own_row(planned: PlannedMigration, seconds: str) -> str:
    return _upsert(planned, "now()", seconds, len(planned.runnable), "null", "false")


def _progress_row(planned: PlannedMigration, done: int, *, running: bool) -> str:
    prefix = quote_literal(prefix_checksum(planned.runnable[:done])) if done else "null"
    return _upsert(planned, "null", "null", done, prefix, str(running).lower())


def _upsert(planned: PlannedMigration, applied_at: str, seconds: str, done: int, prefix: str, running: str) -> str:
    migration = planned.migration
    return (
        "insert into supabase_migrations.kitdb_migrations as own (version, checksum, applied_at, applied_by, seconds,"  # noqa: S608
        " statements_done, statements_total, statements_checksum, running) values "
        f"({quote_literal(migration.version)}, {quote_literal(migration.checksum)}, {applied_at}, session_user,"
        f" {seconds}, {done}, {len(planned.runnable)}, {prefix}, {running})"
        " on conflict (version) do update set checksum = excluded.checksum, applied_at = excluded.applied_at,"
        " applied_by = excluded.applied_by, seconds = excluded.seconds, statements_done = excluded.statements_done,"
        " statements_total = excluded.statements_total, statements_checksum = excluded.statements_checksum,"
        " running = excluded.running"
    )


def _may_join_transaction(statement: Statement) -> bool:
    """Whether the statement and the record that it is done can be one transaction."""
    if statement.kind == "copy" or needs_no_transaction(statement.text, statement.word):
        return False
    # SET would be undone by nothing, but must hold after the commit; CALL and DO may commit by themselves.
    return statement.word not in ("set", "reset", "call", "do")


def _may_run_twice(statement: Statement) -> bool:
    return statement.word not in ("call", "do", "copy")
