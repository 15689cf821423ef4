"""Phase 0's access checked by `check-rls` and by pgTAP, on the same server, schema and rows, in turn.

The pgTAP tests are made from the cells: as each caller (`set local role`, `request.jwt.claims`), each distinct request
that decided a cell, with the rows that it reaches or the error that it meets as what is expected, undone each time.
They are what somebody who knew all these requests would write. check-rls tries more for a cell than that one: a try is
one row, one caller and one command, and one statement may decide several; of an assertion's rows each is not counted.

.venv/bin/python benchmarks/access.py        needs local Postgres binaries with the extension pgtap, and pg_prove
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import psycopg.conninfo
from psycopg import sql

import kitdb
from kitdb.catalog.model import Catalog
from kitdb.catalog.read import read_catalog
from kitdb.cli.project import replay
from kitdb.database import Caller, Connection
from kitdb.migrate.files import read_migrations
from kitdb.names import quote_literal
from kitdb.report.progress import Progress
from kitdb.rls.access import Access, load_access, resolve
from kitdb.rls.actors import principals
from kitdb.rls.check import SUPERUSER, bench, check
from kitdb.rls.hints import forgeable
from kitdb.rls.matrix import Matrix, gather
from kitdb.sandbox import Sandbox, open_sandbox

CONTENT = Path(kitdb.__file__).parent
ROUNDS = 5
OTHER_TABLES = ("auth.users", "storage.buckets", "storage.objects")


@dataclass(frozen=True)
class Assertion:
    object: str
    caller: str
    text: str


def main() -> int:
    if shutil.which("pg_prove") is None:
        print("error: pg_prove is missing (Debian: postgresql-15-pgtap, libtap-parser-sourcehandler-pgtap-perl)")
        return 3
    with open_sandbox("local", major=15) as box, tempfile.TemporaryDirectory() as folder:
        replay(box, read_migrations(CONTENT / "migrations"), Progress(quiet=True))
        with box.connect() as connection:
            catalog = read_catalog(connection)
        access = resolve(load_access(CONTENT / "policies/access.toml"), catalog)
        ours, theirs = box.clone(), box.clone()
        matrix = fill(box, theirs, catalog, access)
        callers = {one.name: one.caller for one in principals(access.actors, 0, forgeable(catalog))}
        with box.connect(SUPERUSER, theirs) as connection:
            assertions = [*made(connection, matrix, callers)]
        files = write_files(Path(folder), assertions, callers)
        print(f"{box}: {len(matrix.cells)} cells, {matrix.probes} tries by check-rls; "
              f"{len(assertions)} assertions in {len(files)} files for pgTAP; {ROUNDS} rounds, in turn")  # fmt: skip
        compare(box, ours, theirs, catalog, access, matrix, assertions, files)
    return 0


def fill(box: Sandbox, database: str, catalog: Catalog, access: Access) -> Matrix:
    """The rows that check-rls builds, kept in the database, and the cells that it decides on them."""
    tables = [str(relation.name) for relation in catalog.relations if relation.kind == "table" and not relation.managed]
    connect = lambda user: box.connect(user, database)  # noqa: E731
    with bench(connect, catalog, access) as filled:
        kept = {table: copied(filled.connection, table) for table in (*OTHER_TABLES, *tables)}
        matrix = gather(filled.events())
    with box.connect(SUPERUSER, database) as connection, connection.transaction():
        connection.execute("set local session_replication_role = replica")
        for table, (columns, rows) in kept.items():
            connection.execute(sql.SQL("delete from {}").format(sql.SQL(table)))
            with connection.cursor().copy(f"copy {table} ({columns}) from stdin") as copy:
                copy.write(rows)
    with box.connect(SUPERUSER, database) as connection:
        connection.execute("create extension pgtap with schema extensions")
        connection.execute("analyze")
    return matrix


def copied(connection: Connection, table: str) -> tuple[str, bytes]:
    found = connection.execute(
        "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''", [table]
    ).fetchone()  # fmt: skip
    assert found is not None
    with connection.cursor().copy(f"copy {table} ({found[0]}) to stdout") as copy:
        return found[0], b"".join(bytes(part) for part in copy)


def made(connection: Connection, matrix: Matrix, callers: dict[str, Caller]) -> Iterator[Assertion]:
    """One assertion for each distinct request of a caller, with what it meets on these rows."""
    seen = dict.fromkeys((cell.object, cell.caller, cell.request) for cell in matrix.cells if cell.request)
    for subject, caller, request in seen:
        yield Assertion(subject, caller, expectation(connection, callers[caller], request))


def expectation(connection: Connection, caller: Caller, request: str) -> str:
    text = request.rstrip().rstrip(";")
    with connection.transaction(force_rollback=True):
        connection.execute(session(caller))
        try:
            rows = connection.execute(text).rowcount
        except psycopg.Error as error:
            return f"throws_ok({quote_literal(text)}, {quote_literal(error.sqlstate or '')})"
    if text.lower().startswith("select"):
        return f"is((select count(*) from ({text}) as found)::int, {rows})"
    body = f"execute {quote_literal(text)}; get diagnostics n = row_count; raise exception 'rows %', n;"
    block = f"do {quote_literal(f'declare n int; begin {body} end')}"
    return f"throws_ok({quote_literal(block)}, 'P0001', 'rows {rows}')"


def session(caller: Caller) -> str:
    role = sql.Identifier(caller.role).as_string()
    return f'set local role {role}; set local "request.jwt.claims" = {quote_literal(caller.claims_json())};'


def write_files(folder: Path, assertions: list[Assertion], callers: dict[str, Caller]) -> list[Path]:
    """A file an object, as people lay out such tests; the caller is changed only where another one is next."""
    files = []
    for number, subject in enumerate(dict.fromkeys(one.object for one in assertions)):
        mine = sorted((one for one in assertions if one.object == subject), key=lambda one: one.caller)
        lines = ["begin;", "set local search_path = public, extensions;", f"select plan({len(mine)});"]
        before = None
        for one in mine:
            lines += ["reset role;", session(callers[one.caller])] if one.caller != before else []
            lines.append(f"select {one.text};")
            before = one.caller
        path = folder / f"{number:02}.sql"
        path.write_text("\n".join((*lines, "reset role;", "select * from finish();", "rollback;", "")))
        files.append(path)
    return files


def compare(
    box: Sandbox, ours: str, theirs: str, catalog: Catalog, access: Access, matrix: Matrix, assertions: list[Assertion],
    files: list[Path],
) -> None:  # fmt: skip
    timed: dict[str, list[float]] = {"check": [], "cells": [], "prove": [], "command": []}
    for _ in range(ROUNDS):
        timed["command"].append(command())
        connect = lambda user: box.connect(user, ours)  # noqa: E731
        start = time.perf_counter()
        assert gather(check(connect, catalog, access)).passed
        timed["check"].append(time.perf_counter() - start)
        with bench(connect, catalog, access) as filled:
            start = time.perf_counter()
            assert gather(filled.events()).passed
            timed["cells"].append(time.perf_counter() - start)
        timed["prove"].append(prove(box, theirs, files))
    cells, requests = len(matrix.cells), matrix.probes
    rows = (
        ("kitdb check-rls: whole command, sandbox, migrations, rows", "command", cells, requests),
        ("check-rls: rows built and every cell tried", "check", cells, requests),
        ("check-rls: every cell tried, rows there", "cells", cells, requests),
        ("pg_prove: rows there", "prove", cells, len(assertions)),
    )
    for label, key, number, sent in rows:
        middle = statistics.median(timed[key])
        each = f"{1000 * middle / number:6.2f} ms a cell  {1000 * middle / sent:6.2f} ms a try"
        print(f"{label:60} {middle:6.2f} s  {each}")
    for label, key in (("whole command", "command"), ("with rows built", "check"), ("rows there", "cells")):
        pairs = [theirs / ours for theirs, ours in zip(timed["prove"], timed[key], strict=True)]
        a_cell, a_request = statistics.median(pairs), statistics.median(pairs) * requests / len(assertions)
        spread = f"{min(pairs):.2f} to {max(pairs):.2f}"
        print(f"pg_prove / check-rls, {label:16} {a_cell:5.2f} x a cell ({spread}), {a_request:5.2f} x a try")


def command() -> float:
    environment = {
        **os.environ,
        "KITDB_MIGRATIONS": str(CONTENT / "migrations"),
        "KITDB_ACCESS": str(CONTENT / "policies/access.toml"),
    }
    arguments = [sys.executable, "-m", "kitdb", "check-rls", "-q", "--sandbox", "local", "--pg-major", "15"]
    start = time.perf_counter()
    subprocess.run(arguments, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def prove(box: Sandbox, database: str, files: list[Path]) -> float:
    where = psycopg.conninfo.conninfo_to_dict(box.url(SUPERUSER, database))
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    environment = {**os.environ, **{variable: str(where[name]) for name, variable in names.items()}}
    start = time.perf_counter()
    done = subprocess.run(["pg_prove", *map(str, files)], env=environment, capture_output=True, text=True)
    spent = time.perf_counter() - start
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-3000:])
        raise SystemExit("error: pgTAP does not see what check-rls saw")
    return spent


if __name__ == "__main__":
    raise SystemExit(main())
