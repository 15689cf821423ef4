"""A query's results as they come, with room to look around while nothing does."""

from __future__ import annotations

import select
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import pq

from kitdb.errors import KitdbError
from kitdb.migrate.failure import ServerError, server_error

TICK = 0.25  # seconds between two looks at who blocks us
_COPY_CHUNK = 1 << 18


class ConnectionLost(KitdbError):
    """The server went away, or the network did."""

    hint = "Run kitdb status to see what is applied, then kitdb migrate again."


class QueryFailed(Exception):
    """The server refused one statement of what was sent; `completed` of them had succeeded before it."""

    def __init__(self, error: ServerError, completed: int) -> None:
        self.error = error
        self.completed = completed
        super().__init__(error.message)


@dataclass(frozen=True, slots=True)
class Completed:
    """So many statements of what was sent are done, the last of them with these rows."""

    number: int
    rows: tuple[tuple[str | None, ...], ...] = ()


def run(connection: psycopg.Connection[object], text: str, rows: str | None = None) -> Iterator[Completed | None]:
    """Send one simple query, which may hold many statements; `rows` is the data of the COPY that ends it.

    Yields for each statement that gives rows, for others once for all of which the answers came together, and None in
    a tick in which nothing happened. Raises `QueryFailed` when all that was answered is read, `ConnectionLost`.
    """
    pgconn = connection.pgconn
    failure: QueryFailed | None = None
    number = told = 0
    try:
        pgconn.send_query(text.encode())
        yield from _flush(pgconn)
        while True:
            if pgconn.is_busy():
                if number > told:
                    told = number
                    yield Completed(number)
                yield from _wait(pgconn)
            result = pgconn.get_result()
            if result is None:
                break
            match result.status:
                case pq.ExecStatus.COMMAND_OK:
                    number += 1
                case pq.ExecStatus.FATAL_ERROR:
                    failure = failure or QueryFailed(server_error(result), number)
                case pq.ExecStatus.COPY_IN:
                    yield from _copy(pgconn, rows)
                case pq.ExecStatus.COPY_OUT | pq.ExecStatus.COPY_BOTH:
                    _drop_output(pgconn)
                case _:
                    told = number = number + 1
                    yield Completed(number, _rows(result))
    except psycopg.OperationalError as error:
        raise _lost(pgconn, failure) from error
    if pgconn.status == pq.ConnStatus.BAD:
        raise _lost(pgconn, failure)
    if failure:
        raise failure
    if number > told:
        yield Completed(number)


def finish(connection: psycopg.Connection[object], text: str) -> tuple[Completed, ...]:
    """The same, waited for: what each statement gave."""
    return tuple(completed for completed in run(connection, text) if completed is not None)


def cancel(connection: psycopg.Connection[object]) -> None:
    """Ask the server to stop what this connection runs; a server that is gone has stopped it already."""
    try:
        connection.cancel_safe(timeout=5)
    except psycopg.Error:
        return


def _lost(pgconn: pq.abc.PGconn, failure: QueryFailed | None) -> ConnectionLost:
    if failure and failure.error.sqlstate:
        return ConnectionLost(f"the server ended the connection: {failure.error.message}")
    message = pgconn.error_message.decode("utf-8", "replace").strip().splitlines()
    return ConnectionLost(f"the connection to the server was lost: {message[0] if message else 'no reason given'}")


def _flush(pgconn: pq.abc.PGconn) -> Iterator[None]:
    while pgconn.flush():
        readable, _ = _poll(pgconn, writing=True)
        if readable:
            # A server that answers before it has read all would otherwise never read on.
            pgconn.consume_input()
    yield from ()


def _wait(pgconn: pq.abc.PGconn) -> Iterator[None]:
    while pgconn.is_busy():
        readable, _ = _poll(pgconn, writing=False)
        if readable:
            pgconn.consume_input()
        else:
            yield None


def _poll(pgconn: pq.abc.PGconn, *, writing: bool) -> tuple[bool, bool]:
    poller = select.poll()
    poller.register(pgconn.socket, select.POLLIN | (select.POLLOUT if writing else 0))
    events = poller.poll(TICK * 1000)
    mask = events[0][1] if events else 0
    return bool(mask & ~select.POLLOUT), bool(mask & select.POLLOUT)


def _copy(pgconn: pq.abc.PGconn, rows: str | None) -> Iterator[None]:
    for start in range(0, len(rows or ""), _COPY_CHUNK):
        while pgconn.put_copy_data((rows or "")[start : start + _COPY_CHUNK].encode()) == 0:
            _poll(pgconn, writing=True)
        yield from _flush(pgconn)
    while pgconn.put_copy_end(None if rows is not None else b"the file has no rows for this COPY") == 0:
        _poll(pgconn, writing=True)
    yield from _flush(pgconn)


def _drop_output(pgconn: pq.abc.PGconn) -> None:
    while pgconn.get_copy_data(0)[0] >= 0:
        pass


def _rows(result: pq.abc.PGresult) -> tuple[tuple[str | None, ...], ...]:
    if result.status != pq.ExecStatus.TUPLES_OK or result.ntuples > 100:
        return ()  # a migration's own select: nobody reads it
    return tuple(
        tuple(_text(result.get_value(row, column)) for column in range(result.nfields)) for row in range(result.ntuples)
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")
