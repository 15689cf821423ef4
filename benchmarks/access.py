"""Phase 0's access checked by `check-rls` and by pgTAP, on the same server, schema and rows, in turn.

The pgTAP tests are what somebody would write who knew all the requests: as each caller (`set local role`,
`request.jwt.claims`) one request an assertion, with what it gives, how many rows it reaches or the error that it meets
as what is expected, undone each time. There are four sets of them:

- row by row: one assertion for every decision of check-rls on a single row, which it often makes for all rows with one
  statement: what somebody writes who tests actor by actor, command by command, row by row and column by column;
- with controls: the same, and for each write that must have no effect the assertion that it would have had one, as
  superuser: without it, a typing error in the test passes as a refusal; check-rls makes sure of that always;
- the same checks: every distinct statement that check-rls sends as an actor;
- one a cell: only the one request that tells most about each cell.

check-rls does more about a statement than pgTAP here: it looks at the row that was written, and tries again as
superuser what had no effect, to know that it could have had one. In all sets but the second, pgTAP does neither.
pg_prove runs each set twice: one file after the other, which is its default and what `supabase test db` does
(`pg_prove --ext .pg --ext .sql -r`), and with `--jobs` as many files at once as there are cores. check-rls, as it is
run by default, uses as many sessions as there are cores.

.venv/bin/python benchmarks/access.py        needs local Postgres binaries with the extension pgtap, and pg_prove
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
from kitdb.rls.check import SUPERUSER, Seen, bench
from kitdb.rls.hints import forgeable
from kitdb.rls.judge import Decision
from kitdb.rls.matrix import Matrix, gather
from kitdb.rls.run import Attempt, Observation, Runner
from kitdb.rls.statements import as_text
from kitdb.sandbox import Sandbox, open_sandbox

CONTENT = Path(kitdb.__file__).parent
ROUNDS = 5
JOBS = {"one file after the other": 1, "a job a core": os.cpu_count() or 1}
OTHER_TABLES = ("auth.users", "storage.buckets", "storage.objects")


@dataclass(frozen=True)
class Request:
    object: str
    caller: str
    text: str
    answers: bool = False


@dataclass(frozen=True)
class Suite:
    """pgTAP files, one an object, as people lay out such tests."""

    files: list[Path]
    size: int

    @staticmethod
    def made(folder: Path, connection: Connection, found: list[Request], callers: dict[str, Caller]) -> Suite:
        folder.mkdir()
        files = []
        for number, subject in enumerate(dict.fromkeys(one.object for one in found)):
            mine = sorted((one for one in found if one.object == subject), key=lambda one: one.caller)
            lines = ["begin;", "set local search_path = public, extensions;", f"select plan({len(mine)});"]
            before = None
            for one in mine:
                # the caller is changed only where another one is next
                lines += ["reset role;", session(callers[one.caller])] if one.caller != before else []
                lines.append(f"select {expectation(connection, callers[one.caller], one)};")
                before = one.caller
            files.append(folder / f"{number:02}.sql")
            files[-1].write_text("\n".join((*lines, "reset role;", "select * from finish();", "rollback;", "")))
        return Suite(files, len(found))


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
        with overheard() as sent:
            matrix, seen = fill(box, theirs, catalog, access)
        callers = {one.name: one.caller for one in principals(access.actors, 0, forgeable(catalog))}
        callers[SUPERUSER] = Caller(SUPERUSER)
        every = [*rows(seen), *requests(matrix, functions=True)]
        with box.connect(SUPERUSER, theirs) as connection:
            suites = {
                name: Suite.made(Path(folder) / name.replace(" ", "-"), connection, found, callers)
                for name, found in (
                    ("row by row", every),
                    ("with controls", [*every, *controls(seen)]),
                    ("the same checks", statements(sent, callers)),
                    ("one a cell", requests(matrix)),
                )
            }
        acting = sum(bool(attempt.role) for attempt in sent)
        print(f"{box}: {len(matrix.cells)} cells, which {matrix.probes} decisions on single rows make up")
        print(f"check-rls sends {acting} statements as an actor and {len(sent) - acting} as superuser")
        print("; ".join(f"pgTAP, {name}: {suite.size} assertions" for name, suite in suites.items()))
        print(f"{ROUNDS} rounds, in turn; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        compare(box, ours, theirs, catalog, access, matrix, acting, suites)
    return 0


@contextmanager
def overheard() -> Iterator[list[Attempt]]:
    """All that check-rls sends meanwhile."""
    sent: list[Attempt] = []
    original = Runner.run

    def run(self: Runner, attempts: Sequence[Attempt]) -> list[Observation]:
        sent.extend(attempts)
        return original(self, attempts)

    Runner.run = run  # type: ignore[method-assign]  # to listen
    try:
        yield sent
    finally:
        Runner.run = original  # type: ignore[method-assign]


def statements(sent: list[Attempt], callers: dict[str, Caller]) -> list[Request]:
    """Every distinct statement of an actor with its triggers on, by the table that it names first."""
    names = {(caller.role, caller.claims_json()): name for name, caller in reversed(callers.items())}
    found: dict[Request, None] = {}
    for attempt in sent:
        if attempt.role and attempt.caller and not attempt.quiet:
            text = attempt.statement.text
            table = re.search(r'(?:from|into|update) ("[^"]*"\."[^"]*")', text)
            caller = names[attempt.caller.role, attempt.caller.claims_json()]
            found[Request(table[1] if table else "functions", caller, text, answers=attempt.answers)] = None
    return list(found)


def rows(seen: list[Seen]) -> list[Request]:
    """One request for every decision on a single row."""
    return list(dict.fromkeys(of_one_row(one, decision) for one in seen for decision in one.decisions))


def controls(seen: list[Seen]) -> list[Request]:
    """For every write that had no effect, the same by somebody who may do everything."""
    silent = ("no rows", "refused")
    found = (of_one_row(one, d) for one in seen for d in one.decisions if d.command != "select" and d.actual in silent)
    return list(dict.fromkeys(replace(request, caller=SUPERUSER) for request in found))


def of_one_row(seen: Seen, decision: Decision) -> Request:
    """The decision's request, about its one row where check-rls has asked for all rows at once."""
    writer, text = seen.subject.writer, str(decision.statement)
    everywhere = writer.delete_all().text.removeprefix(f"delete from {writer.table}")
    if decision.row is not None and (decision.command == "select" or everywhere in text):
        text += f" and {as_text(writer.find(decision.row, seen.held.select))}"
    return Request(seen.subject.name, decision.principal.name, text)


def requests(matrix: Matrix, *, functions: bool = False) -> list[Request]:
    """The telling request of each cell, or of those of functions alone, each once."""
    found = [c for c in matrix.cells if c.request and (c.command == "execute" or not functions)]
    return list(dict.fromkeys(Request(c.object, c.caller, c.request) for c in found))


def fill(box: Sandbox, database: str, catalog: Catalog, access: Access) -> tuple[Matrix, list[Seen]]:
    """The rows that check-rls builds, kept in the database, and all that it decides on them."""
    seen: list[Seen] = []
    tables = [str(relation.name) for relation in catalog.relations if relation.kind == "table" and not relation.managed]
    connect = lambda user: box.connect(user, database)  # noqa: E731
    with bench(connect, catalog, access) as filled:
        kept = {table: copied(filled.connection, table) for table in (*OTHER_TABLES, *tables)}
        matrix = gather(filled.events(seen=seen))
    with box.connect(SUPERUSER, database) as connection, connection.transaction():
        connection.execute("set local session_replication_role = replica")
        for table, (columns, rows) in kept.items():
            connection.execute(sql.SQL("delete from {}").format(sql.SQL(table)))
            with connection.cursor().copy(f"copy {table} ({columns}) from stdin") as copy:
                copy.write(rows)
    with box.connect(SUPERUSER, database) as connection:
        connection.execute("create extension pgtap with schema extensions")
        connection.execute("analyze")
    return matrix, seen


def copied(connection: Connection, table: str) -> tuple[str, bytes]:
    found = connection.execute(
        "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''", [table]
    ).fetchone()  # fmt: skip
    assert found is not None
    with connection.cursor().copy(f"copy {table} ({found[0]}) to stdout") as copy:
        return found[0], b"".join(bytes(part) for part in copy)


def expectation(connection: Connection, caller: Caller, request: Request) -> str:
    text = request.text.rstrip().rstrip(";")
    with connection.transaction(force_rollback=True):
        connection.execute("set local search_path = public, extensions")
        connection.execute(session(caller))
        try:
            done = connection.execute(text)
        except psycopg.Error as error:
            return f"throws_ok({quote_literal(text)}, {quote_literal(error.sqlstate or '')})"
        rows, answer = done.rowcount, done.fetchone() if request.answers else None
    if request.answers:
        value = "null" if answer is None or answer[0] is None else quote_literal(str(answer[0]))
        return f"is(({text})::text, {value})"
    if text.lower().startswith("select"):
        return f"is((select count(*) from ({text}) as found)::int, {rows})"
    body = f"execute {quote_literal(text)}; get diagnostics n = row_count; raise exception 'rows %', n;"
    block = f"do {quote_literal(f'declare n int; begin {body} end')}"
    return f"throws_ok({quote_literal(block)}, 'P0001', 'rows {rows}')"


def session(caller: Caller) -> str:
    role = sql.Identifier(caller.role).as_string()
    return f'set local role {role}; set local "request.jwt.claims" = {quote_literal(caller.claims_json())};'


def compare(
    box: Sandbox, ours: str, theirs: str, catalog: Catalog, access: Access, matrix: Matrix, acting: int,
    suites: dict[str, Suite],
) -> None:  # fmt: skip
    whole, built, tried = (
        "check-rls: whole command, sandbox, migrations, rows",
        "check-rls: rows built and every cell tried",
        "check-rls: every cell tried, rows there",
    )
    proved = {f"{name}, {how}": (suite, jobs) for name, suite in suites.items() for how, jobs in JOBS.items()}
    timed: dict[str, list[float]] = {name: [] for name in (whole, built, tried, *proved)}
    for _ in range(ROUNDS):
        timed[whole].append(command())
        start = time.perf_counter()
        with bench(lambda user: box.connect(user, ours), catalog, access, original=(box, ours)) as filled:
            there = time.perf_counter()
            assert gather(filled.events()).passed
            end = time.perf_counter()
        timed[built].append(end - start)
        timed[tried].append(end - there)
        for name, (suite, jobs) in proved.items():
            timed[name].append(prove(box, theirs, suite.files, jobs))
    for name, spent in timed.items():
        middle = statistics.median(spent)
        what, number = ("assertion", proved[name][0].size) if name in proved else ("statement of an actor", acting)
        label = f"pg_prove, rows there: {name}" if name in proved else name
        each = f"{1000 * middle / len(matrix.cells):6.2f} ms a cell, {1000 * middle / matrix.probes:5.2f} ms a decision"
        print(f"{label:62} {middle:6.2f} s  {each}, {1000 * middle / number:5.2f} ms each {what}")
    for name in proved:
        for label in (whole, built, tried):
            pairs = [theirs / ours for theirs, ours in zip(timed[name], timed[label], strict=True)]
            spread = f"{min(pairs):.2f} to {max(pairs):.2f}"
            print(f"pg_prove, {name:36} / {label:52} {statistics.median(pairs):5.2f} x ({spread})")


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


def prove(box: Sandbox, database: str, files: list[Path], jobs: int) -> float:
    where = psycopg.conninfo.conninfo_to_dict(box.url(SUPERUSER, database))
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    environment = {**os.environ, **{variable: str(where[name]) for name, variable in names.items()}}
    start = time.perf_counter()
    several = ["--jobs", str(jobs)] if jobs > 1 else []
    done = subprocess.run(["pg_prove", *several, *map(str, files)], env=environment, capture_output=True, text=True)
    spent = time.perf_counter() - start
    if "40P01" in done.stdout + done.stderr:  # files side by side wait for each other now and then
        return prove(box, database, files, jobs)
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-3000:])
        raise SystemExit("error: pgTAP does not see what check-rls saw")
    return spent


if __name__ == "__main__":
    raise SystemExit(main())
