"""One runner at a time: the lock that two runs of kitdb on one database meet at.

It is a transaction's advisory lock, held by an open transaction of a second connection. So it ends with that connection
however the client dies; behind a pooler in transaction mode the open transaction keeps its server connection to itself,
and nothing stays behind in the pool. The transaction holds no snapshot while it idles, and who waits asks again instead
of waiting inside of the server: neither is in the way of CREATE INDEX CONCURRENTLY.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator

import psycopg

from kitdb.database import Connection
from kitdb.errors import KitdbError
from kitdb.migrate.events import Session, WaitingForRunner

# "kitdb" in ASCII: the key of the advisory lock, one per database since advisory locks are.
LOCK_KEY = 0x6B69746462
POLL_SECONDS = 0.3
SAY_SECONDS = 5.0

# A holder that idles for as long as a migration takes must not be ended for it.
_BEGIN = """
begin isolation level read committed read only;
set local idle_in_transaction_session_timeout = 0;
set local statement_timeout = 0
"""
_HOLDER = """
select a.pid, coalesce(a.application_name, ''), coalesce(a.usename, ''), coalesce(host(a.client_addr), ''),
       coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::float8, ''
  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a using (pid)
 where l.locktype = 'advisory' and l.granted and l.objsubid = 1
   and l.classid = (%(key)s::bigint >> 32)::int and l.objid = (%(key)s::bigint & 4294967295)
   and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
"""
_BLOCKERS = """
select a.pid, coalesce(a.application_name, ''), coalesce(a.usename, ''), coalesce(host(a.client_addr), ''),
       coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::float8,
       left(regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 200)
  from pg_catalog.pg_stat_activity a where a.pid = any(pg_catalog.pg_blocking_pids(%s)) order by a.pid
"""
_WANTED = """
select l.mode || coalesce(' on ' || l.relation::pg_catalog.regclass::text, ' on a ' || l.locktype)
  from pg_catalog.pg_locks l where l.pid = %s and not l.granted limit 1
"""


class LockNotFree(KitdbError):
    """Another runner kept the lock for longer than we wait."""

    hint = "Wait for the other run to end, or look at what it does: kitdb status."


class LockLost(KitdbError):
    """The connection that held the lock was ended, so another runner may have begun."""

    hint = "Run kitdb migrate again; it goes on with what is still pending."


class RunnerLock:
    """The lock and the connection that holds it, through which the server can also be asked while another one waits."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connection = connect()
        # A client-side cursor speaks the simple protocol. The extended one leaves its portal open, and with it a
        # snapshot, until the next command: CREATE INDEX CONCURRENTLY would wait for us for ever.
        self._cursor = psycopg.ClientCursor(self._connection)

    def acquire(self, limit: float) -> Iterator[WaitingForRunner]:
        """Return when the lock is ours; yields, now and every few seconds, while another runner has it."""
        started, said = time.monotonic(), 0.0
        while not self._try():
            waited = time.monotonic() - started
            if waited > limit:
                raise LockNotFree(f"another run of kitdb has held the lock for {limit:.0f} s{self._named()}")
            if not said or waited - said >= SAY_SECONDS:
                said = waited or POLL_SECONDS
                yield WaitingForRunner(self.holder(), waited)
            time.sleep(POLL_SECONDS)

    def _try(self) -> bool:
        self._cursor.execute(_BEGIN.encode())
        row = self._cursor.execute("select pg_catalog.pg_try_advisory_xact_lock(%s)", (LOCK_KEY,)).fetchone()
        if row and row[0]:
            return True
        self._cursor.execute("rollback")
        return False

    def _named(self) -> str:
        holder = self.holder()
        return f" ({holder})" if holder else ""

    def holder(self) -> Session | None:
        row = self._cursor.execute(_HOLDER.encode(), {"key": LOCK_KEY}).fetchone()
        return Session(*row) if row else None

    def blockers(self, pid: int) -> tuple[Session, ...]:
        """Who holds the locks that the backend waits for, none when it waits for none."""
        # Within a transaction the view of other sessions is taken once and kept.
        self._cursor.execute("select pg_catalog.pg_stat_clear_snapshot()")
        return tuple(Session(*row) for row in self._cursor.execute(_BLOCKERS.encode(), (pid,)))

    def wanted(self, pid: int) -> str:
        """The lock that the backend waits for."""
        row = self._cursor.execute(_WANTED.encode(), (pid,)).fetchone()
        return str(row[0]) if row else "a lock"

    def check(self) -> None:
        """Raise `LockLost` when the lock is no longer ours. Asks only if the server has sent something, as it does when
        it ends a connection."""
        poller = select.poll()
        poller.register(self._connection.fileno(), select.POLLIN)
        if not poller.poll(0):
            return
        try:
            self._cursor.execute("select 1")
        except psycopg.Error as error:
            raise LockLost("the connection that held the lock on this database was lost") from error

    def release(self) -> None:
        try:
            if not self._connection.closed:
                self._cursor.execute("rollback")
        except psycopg.Error:
            pass  # the server is gone, and the lock with it
        finally:
            self._connection.close()
