"""What statements do, seen while they run in a sandbox: locks, rewritten tables, rows read, indexes built.

Tables are empty there; Postgres decides what it has to do before it looks, and says so at the level DEBUG1.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import errors

from kitdb.database import Connection
from kitdb.lint.script import File, Part
from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.transactions import execute_as_hosted, needs_no_transaction

# What keeps writers from a table; https://www.postgresql.org/docs/18/explicit-locking.html
_STOP_WRITES = ("Share", "ShareRowExclusive", "Exclusive", "AccessExclusive")


@dataclass(frozen=True, slots=True, order=True)
class HeldLock:
    """A lock on a relation that was there before; `mode` as pg_locks has it, without "Lock"."""

    relation: str
    mode: str

    @property
    def words(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", " ", self.mode).upper() + f" on {self.relation}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What one statement did to relations that were there before the file (or the set of files).

    `rewritten`, `read` and `indexed` are tables: written anew, read from end to end, having an index built. `checked`
    are foreign keys that were looked up for each row. `held` are all locks of the transaction by then, `locks` those
    that this statement took. `failure` is SQLSTATE and message of what the server refused;
    `skipped` why a statement was not run, `missing` the names of what IF EXISTS did not find.
    """

    locks: tuple[HeldLock, ...] = ()
    rewritten: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    indexed: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    proved: tuple[str, ...] = ()
    failure: tuple[str, str] | None = None
    skipped: str | None = None
    seconds: float = 0.0
    held: tuple[HeldLock, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def stops_writes(self) -> bool:
        return any(lock.mode in _STOP_WRITES for lock in self.held)

    @property
    def evidence(self) -> str | None:
        """The facts in lines."""
        strongest: dict[str, HeldLock] = {}
        tables = {*self.rewritten, *self.read, *self.indexed}
        for lock in (*self.locks, *(lock for lock in self.held if lock.relation in tables)):
            held = strongest.get(lock.relation)
            if held is None or _MODES.index(lock.mode) > _MODES.index(held.mode):
                strongest[lock.relation] = lock
        lines = [f"lock: {lock.words}" for lock in strongest.values() if lock.mode in _STOP_WRITES]
        work = (("rewrites", self.rewritten), ("reads all of", self.read), ("builds an index of", self.indexed))
        for what, names in work:
            lines += [f"{what} {name}" for name in names]
        lines += [f"looks up {name} for each row" for name in self.checked]
        return "\n".join(lines) or None


_MODES = (
    "AccessShare", "RowShare", "RowExclusive", "ShareUpdateExclusive", "Share", "ShareRowExclusive", "Exclusive",
    "AccessExclusive",
)  # fmt: skip


@dataclass
class Tracer:
    """Runs files one after the other in one database, as a deploy would."""

    connection: Connection
    _heard: list[str] = field(default_factory=list)
    _held: set[HeldLock] = field(default_factory=set)
    _lacks: bool = False

    def __post_init__(self) -> None:
        self.connection.autocommit = True
        self.connection.add_notice_handler(self._hear)

    def _hear(self, diagnostic: Any) -> None:
        if diagnostic.severity_nonlocalized in ("DEBUG", "NOTICE"):
            self._heard.append(diagnostic.message_primary or "")

    def replay(self, file: File) -> tuple[int, str] | None:
        """Apply a file without looking; the line and the message if it fails."""
        facts = [*self._run(file, look=False)]
        for index, fact in facts:
            if fact.failure is not None:
                return file.parts[index].statement.line, fact.failure[1]
        return None

    def trace(self, file: File, *, old: frozenset[int] | None = None) -> dict[int, Facts]:
        """What each statement of a file did, by its number; after a failure there is nothing more.

        `old` are the relations that count as there before: by default those that are there now.
        """
        return dict(self._run(file, old=self.relations() if old is None else old))

    def relations(self) -> frozenset[int]:
        rows = self.connection.execute("select oid from pg_catalog.pg_class where relkind in ('r', 'p', 'm', 'i', 'I')")
        return frozenset(row[0] for row in rows)

    def _run(self, file: File, *, look: bool = True, old: frozenset[int] = frozenset()) -> Iterator[tuple[int, Facts]]:
        runnable = [(index, part) for index, part in enumerate(file.parts) if _is_runnable(part)]
        self.connection.execute("reset all")
        if not file.transaction:
            yield from self._statements(runnable, file, look, old, in_transaction=False)
            return
        with self.connection.transaction() as transaction:
            for index, facts in self._statements(runnable, file, look, old, in_transaction=True):
                yield index, facts
                if _ends_file(facts):
                    raise psycopg.Rollback(transaction)

    def _statements(
        self, parts: Iterable[tuple[int, Part]], file: File, look: bool, old: frozenset[int], *, in_transaction: bool
    ) -> Iterator[tuple[int, Facts]]:
        files = self._files(old) if look else {}
        self._held = set()
        failed = False
        for index, part in parts:
            facts = self._statement(part, file, look, old, files, in_transaction)
            if failed and facts.failure is not None and facts.failure[0] not in _GO_ON:
                facts = Facts(skipped=f"it fails after one that failed: {facts.failure[1]}")
            failed = failed or facts.failure is not None
            yield index, facts
            if _ends_file(facts):
                return

    def _statement(
        self,
        part: Part,
        file: File,
        look: bool,
        old: frozenset[int],
        files: dict[int, tuple[int, str, str]],
        in_transaction: bool,
    ) -> Facts:
        if not in_transaction and not needs_no_transaction(part.statement.text):
            # Alone in a transaction, so that its locks can be looked at before they are gone.
            self._held = set()
            with self.connection.transaction():
                return self._statement(part, file, look, old, files, in_transaction=True)
        began = time.perf_counter()
        self._heard.clear()
        before = "savepoint kitdb; " if in_transaction else ""
        self.connection.execute(before + "set client_min_messages = debug1")
        try:
            self._execute(part, file)
        except psycopg.Error as error:
            if in_transaction and not self.connection.closed:
                self.connection.execute("rollback to savepoint kitdb")
            facts = _failed(error, part, time.perf_counter() - began, lacks=self._lacks)
            self._lacks = self._lacks or facts.skipped is not None
            return facts
        if in_transaction:
            self.connection.execute("release savepoint kitdb")
        if not look:
            return Facts()
        return self._facts(part, tuple(self._heard), old, files, time.perf_counter() - began)

    def _execute(self, part: Part, file: File) -> None:
        statement = part.statement
        if statement.kind == "copy" and statement.data is not None:
            with self.connection.cursor().copy(statement.text.encode()) as copy:
                copy.write(file.text[slice(*statement.data)])
            return
        execute_as_hosted(self.connection, statement)

    def _facts(
        self,
        part: Part,
        heard: Sequence[str],
        old: frozenset[int],
        files: dict[int, tuple[int, str, str]],
        seconds: float,
    ) -> Facts:
        rows = self.connection.execute(_LOCKS).fetchall()
        names: dict[str, str] = {name: shown for oid, (_, name, shown) in files.items() if oid in old}
        fresh: set[str] = set()
        rewritten, locks = [], []
        for oid, schema, name, kind, node, mode in rows:
            shown = str(QualifiedName(schema, name))
            if oid not in old:
                fresh.add(name)
                continue
            names[name] = shown
            if mode is not None:
                locks.append(HeldLock(shown, mode.removesuffix("Lock")))
            if oid in files and files[oid][0] != node and kind in ("r", "m") and shown not in rewritten:
                rewritten.append(shown)
            files[oid] = (node, name, shown)
        if not rows:  # outside of a transaction the locks are gone with the statement
            now = self._files(old)
            rewritten = [shown for oid, (node, _, shown) in now.items() if oid in files and files[oid][0] != node]
            files.update(now)
        if any(isinstance(operation, op.Truncate | op.RefreshMaterializedView) for operation in part.operations):
            rewritten = []

        def old_names(found: Iterable[str]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(names[name] for name in found if name in names and name not in fresh))

        new_locks = set(locks) - self._held
        read = (*old_names(_all(_VERIFIED, heard)), *_read_silently(part, new_locks, heard))
        built = [name for name in _all(_BUILT, heard) if not name.startswith("pg_toast_")]
        checked = self._of_old(_all(_CHECKED, heard), old) if any(lock.mode in _STOP_WRITES for lock in locks) else []
        facts = Facts(
            tuple(sorted(new_locks)),
            tuple(rewritten),
            tuple(table for table in read if table not in rewritten),
            () if not rewritten and _is_truncate(part) else old_names(built),
            tuple(checked),
            tuple(_all(_PROVED, heard)),
            seconds=seconds,
            held=tuple(sorted(set(locks))),
            missing=tuple(_all(_MISSED, heard)),
        )
        self._held = set(locks)
        return facts

    def _of_old(self, constraints: list[str], old: frozenset[int]) -> list[str]:
        """Those foreign keys whose table was there before: to look up the rows of a new one takes no time."""
        if not constraints:
            return []
        rows = self.connection.execute(
            "select conname, conrelid from pg_catalog.pg_constraint where contype = 'f' and conname = any(%s)",
            (constraints,),
        )
        return list(dict.fromkeys(name for name, table in rows if table in old))

    def _files(self, old: frozenset[int]) -> dict[int, tuple[int, str, str]]:
        rows = self.connection.execute(_FILES).fetchall()
        return {oid: (node, name, str(QualifiedName(schema, name))) for oid, schema, name, node in rows if oid in old}


_LOCKS = """
    select c.oid, n.nspname, c.relname, c.relkind::text, c.relfilenode, l.mode
    from pg_catalog.pg_locks l
      join pg_catalog.pg_class c on c.oid = l.relation
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted
      and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and l.mode <> 'AccessShareLock'
    order by c.oid, l.mode
"""
_FILES = """
    select c.oid, n.nspname, c.relname, c.relfilenode
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    order by c.oid
"""
_VERIFIED = re.compile(r'verifying table "(.+)"\Z')
_MISSED = re.compile(r'\w+ "(.+?)" (?:of relation ".+" )?does not exist, skipping\Z')
_CHECKED = re.compile(r'validating foreign key constraint "(.+)"\Z')
_BUILT = re.compile(r'building index ".+" on table "(.+)" (?:serially|with request)')
_PROVED = re.compile(
    r'(?:existing constraints on column "(.+)" are sufficient|partition constraint for table "(.+)" is implied)'
)


def _all(pattern: re.Pattern[str], heard: Iterable[str]) -> list[str]:
    found = (pattern.match(message) for message in heard)
    return [next(group for group in match.groups() if group) for match in found if match]


def _read_silently(part: Part, locks: Iterable[HeldLock], heard: Iterable[str]) -> list[str]:
    """What Postgres reads and does not say so, but where it need not: the columns of a domain that gets a constraint,
    and default partitions that a new one is made beside."""
    if any(isinstance(one, op.AddDomainConstraint) for one in part.operations):
        return [lock.relation for lock in locks if lock.mode == "Share"]
    parents = [str(one.partition_of) for one in part.operations if isinstance(one, op.CreateTable) and one.partition_of]
    if not parents or any("default partition" in message and "is implied" in message for message in heard):
        return []
    return [lock.relation for lock in locks if lock.mode == "AccessExclusive" and lock.relation not in parents]


def _is_truncate(part: Part) -> bool:
    return any(isinstance(operation, op.Truncate) for operation in part.operations)


def _is_runnable(part: Part) -> bool:
    if part.statement.kind == "meta" or not part.statement.text:
        return False
    # The runner leaves BEGIN and COMMIT around a file out.
    return not all(
        isinstance(operation, op.Transaction) and operation.command in ("begin", "commit")
        for operation in part.operations
    )


def _ends_file(facts: Facts) -> bool:
    return facts.failure is not None and facts.failure[0] not in _GO_ON


# What the server refuses by itself, before it has done anything, and what lint has said already.
_GO_ON = ("25001", "55P04")

# What the platform brings, and a sandbox may lack.
_PLATFORM = re.compile(
    r'extension "|\b(?:cron|net|pgmq|vault|graphql|pgsodium|realtime|supabase_functions|extensions|dblink|http)\b|'
    r"(?:type|function|operator class) .*(?:vector|geometry|geography|citext|ltree)",
)


# Something is not there: a schema, table, column, function, type or language.
_MISSING = ("3F000", "42P01", "42703", "42883", "42704")


def _failed(error: psycopg.Error, part: Part, seconds: float, *, lacks: bool) -> Facts:
    """`lacks`: whether something was left out before because the sandbox lacks what it needs."""
    message = error.diag.message_primary or str(error)
    creates_extension = any(isinstance(operation, op.CreateExtension) for operation in part.operations)
    if isinstance(error, errors.FeatureNotSupported | errors.UndefinedFile) and creates_extension:
        return Facts(skipped=message, seconds=seconds)
    if (error.sqlstate or "").startswith(("42", "3F")) and _PLATFORM.search(message):
        return Facts(skipped=message, seconds=seconds)
    if lacks and error.sqlstate in _MISSING:
        return Facts(skipped=f"{message}, maybe for want of what was not run before", seconds=seconds)
    return Facts(failure=(error.sqlstate or "", message), seconds=seconds)
