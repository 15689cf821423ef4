"""kitdb migrate next to other runners: client CPU, wall time and memory of whole processes, run in turn.

The other tools are installed by the Makefile (`make benchmark-migrate`); one that is missing is left out and said so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kitdb.sandbox import Sandbox, open_sandbox
from kitdb.sandbox.process import as_identity, server_identity
from kitdb.sandbox.servers import choose_server

CHECKOUT = Path(__file__).parents[1]
TOOLS = CHECKOUT / ".venv/bench/bin"
CLI = CHECKOUT / ".venv/npm/node_modules/.bin/supabase"
FILES = 500
INSERTS = 20_000


@dataclass(frozen=True)
class Run:
    """One process: seconds of its CPU and of the clock, and its largest memory in MiB."""

    cpu: float
    wall: float
    memory: float


@dataclass(frozen=True)
class Tool:
    """How a runner is started on a project folder and a database."""

    name: str
    command: Callable[[Path, str], list[str]]
    version: tuple[str, ...]
    prepare: Callable[[Path, dict[str, str]], None]


def plain(folder: Path, files: dict[str, str]) -> None:
    target = folder / "supabase" / "migrations"
    target.mkdir(parents=True)
    for name, text in files.items():
        (target / name).write_text(text)


def dbmate(folder: Path, files: dict[str, str]) -> None:
    target = folder / "db" / "migrations"
    target.mkdir(parents=True)
    for name, text in files.items():
        (target / name).write_text(f"-- migrate:up\n{text}\n-- migrate:down\n")


def migrations(folder: Path) -> list[str]:
    return [str(path) for path in sorted((folder / "supabase" / "migrations").glob("*.sql"))]


def tools() -> Iterator[Tool]:
    yield Tool(
        "kitdb",
        lambda _, url: [sys.executable, "-m", "kitdb", "migrate", "-q", "--db-url", url],
        (sys.executable, "-m", "kitdb", "--version"),
        plain,
    )
    psql = str(choose_server("auto", None).bin / "psql")
    yield Tool(
        "psql -1 -f",
        lambda folder, url: [
            psql,
            "-Xq1",
            "-v",
            "ON_ERROR_STOP=1",
            url,
            *[part for path in migrations(folder) for part in ("-f", path)],
        ],
        (psql, "--version"),
        plain,
    )
    if (TOOLS / "dbmate").exists():
        yield Tool(
            "dbmate",
            lambda _, url: [str(TOOLS / "dbmate"), "--no-dump-schema", "--url", url, "migrate"],
            (str(TOOLS / "dbmate"), "--version"),
            dbmate,
        )
    if (TOOLS / "yoyo").exists():
        yield Tool(
            "yoyo",
            lambda folder, url: [
                str(TOOLS / "yoyo"),
                "apply",
                "--batch",
                "--no-config-file",
                "--database",
                url.replace("postgresql:", "postgresql+psycopg:"),
                str(folder / "supabase/migrations"),
            ],
            (str(TOOLS / "yoyo"), "--help"),
            plain,
        )
    if CLI.exists():
        yield Tool(
            "supabase",
            lambda _, url: [str(CLI), "db", "push", "--yes", "--db-url", url],
            (str(CLI), "--version"),
            plain,
        )


def measure(command: list[str], folder: Path) -> Run:
    started = time.perf_counter()
    # Every tool in Python runs from its bytecode, as it does once installed.
    environment = {**os.environ, "DO_NOT_TRACK": "1", "SUPABASE_TELEMETRY_DISABLED": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(folder.parent / "bytecode")
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            lines = output.read().decode(errors="replace").strip().splitlines()
            print(f"\n{Path(command[0]).name} failed: {lines[-1] if lines else process.returncode}")
            return Run(float("nan"), float("nan"), float("nan"))
    return Run(usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1024)


PGBOUNCER = """
[databases]
* = host={host} port=5432 user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = session
ignore_startup_parameters = extra_float_digits,options
logfile = {folder}/log
"""


@contextmanager
def port_of(sandbox: Sandbox, folder: Path) -> Iterator[int | None]:
    """A port of the loopback in front of the sandbox, for the one tool that speaks to no unix socket."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        yield None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "pgbouncer.ini"
    config.write_text(PGBOUNCER.format(host=sandbox.connect().info.host, port=port, folder=folder))
    process = subprocess.Popen([program, "-q", config], stderr=subprocess.DEVNULL, **as_identity(server_identity()))
    try:
        time.sleep(1)
        yield port
    finally:
        process.terminate()
        process.wait()


class Bench:
    """Databases to work on, and where the projects lie."""

    def __init__(self, sandbox: Sandbox, port: int | None, folder: Path) -> None:
        self.sandbox = sandbox
        self.port = port
        self.folder = folder

    def url(self, tool: Tool, database: str) -> str:
        if tool.name == "supabase":
            return f"postgresql://postgres:x@127.0.0.1:{self.port}/{database}?sslmode=disable"
        return self.sandbox.url(database=database)

    def project(self, tool: Tool, title: str, files: dict[str, str]) -> Path:
        folder = self.folder / f"{tool.name.split()[0]}-{title}"
        tool.prepare(folder, files)
        return folder


def in_turn(contestants: list[Tool], runs: int, once: Callable[[Tool], Run]) -> dict[str, list[Run]]:
    found: dict[str, list[Run]] = {tool.name: [] for tool in contestants}
    for number in range(runs + 1):
        for tool in contestants:
            run = once(tool)
            if number:  # the first round warms caches up
                found[tool.name].append(run)
    return found


def show(title: str, found: dict[str, list[Run]]) -> None:
    """Medians, and kitdb's ratio to each tool, pair by pair."""
    print(f"\n### {title}\n\n| tool | CPU s | wall s | MiB | kitdb ÷ it: CPU | wall |\n|---|---|---|---|---|---|")
    ours = found["kitdb"]
    for name, runs in found.items():
        cpu, wall, memory = (
            statistics.median(getattr(run, field) for run in runs) for field in ("cpu", "wall", "memory")
        )
        ratios = [
            statistics.median(getattr(a, field) / max(getattr(b, field), 1e-9) for a, b in zip(ours, runs, strict=True))
            for field in ("cpu", "wall")
        ]
        print(f"| {name} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | {ratios[0]:.2f} | {ratios[1]:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted rounds (default 5)")
    parser.add_argument("--large", action="store_true", help="5,000 files and files of 100 MB instead, once each")
    arguments = parser.parse_args()
    contestants = list(tools())
    missing = {"kitdb", "psql -1 -f", "dbmate", "yoyo", "supabase"} - {tool.name for tool in contestants}
    if missing:
        print(f"left out, not installed: {', '.join(sorted(missing))}")
    work = Path(tempfile.mkdtemp(prefix="kitdb-bench-"))
    try:
        with open_sandbox() as sandbox, port_of(sandbox, work) as port:
            if port is None:
                contestants = [tool for tool in contestants if tool.name != "supabase"]
                print("left out: supabase, which needs PgBouncer in front of the sandbox")
            bench = Bench(sandbox, port, work)
            if arguments.large:
                compare_large(bench, [tool for tool in contestants if tool.name in ("kitdb", "psql -1 -f", "dbmate")])
            else:
                compare(bench, contestants, arguments.runs)
    finally:
        shutil.rmtree(work)


def compare(bench: Bench, contestants: list[Tool], runs: int) -> None:
    show("start-up (--version)", in_turn(contestants, runs, lambda tool: measure(list(tool.version), bench.folder)))

    folders = {tool.name: bench.project(tool, "many", small_files(FILES)) for tool in contestants}
    show(f"{FILES} files of one table each", in_turn(contestants, runs, fresh(bench, folders)))

    keeping = [tool for tool in contestants if not tool.name.startswith("psql")]
    urls = {}
    for tool in keeping:
        urls[tool.name] = bench.url(tool, bench.sandbox.clone())
        measure(tool.command(folders[tool.name], urls[tool.name]), folders[tool.name])
    show(
        f"nothing to do, {FILES} applied",
        in_turn(
            keeping, runs, lambda tool: measure(tool.command(folders[tool.name], urls[tool.name]), folders[tool.name])
        ),
    )

    text = inserts(INSERTS)
    big = {tool.name: bench.project(tool, "big", {"20250101000000_big.sql": text}) for tool in contestants}
    show(f"one file of {INSERTS} inserts, {len(text) / 1e6:.1f} MB", in_turn(contestants, runs, fresh(bench, big)))


def compare_large(bench: Bench, contestants: list[Tool]) -> None:
    """Sizes that hardly anybody has, once each: do they work, and in how much memory?"""
    table, row = "create table public.big (id int, t text);\n", f"{{}}\t{'x' * 180}\n"
    copied = "".join(map(row.format, range(530_000)))
    values = ",\n".join(f"({number}, '{'x' * 180}')" for number in range(530_000))
    cases = {
        "5,000 files of one table each": small_files(5_000),
        "100 MB of inserts": {"20250101000000_big.sql": inserts(450_000)},
        "one insert of 100 MB": {"20250101000000_big.sql": f"{table}insert into public.big values\n{values};\n"},
        "one COPY block of 100 MB": {"20250101000000_big.sql": f"{table}copy public.big from stdin;\n{copied}\\.\n"},
    }
    for number, (title, files) in enumerate(cases.items()):
        # No other runner takes a COPY block; psql does.
        able = [tool for tool in contestants if "COPY" not in title or tool.name != "dbmate"]
        folders = {tool.name: bench.project(tool, f"large{number}", files) for tool in able}
        once = fresh(bench, folders)
        show(title, {tool.name: [once(tool)] for tool in able})


def small_files(count: int) -> dict[str, str]:
    return {
        f"{20250101000000 + number}_t{number}.sql": f"create table public.t{number} (id int primary key);"
        for number in range(count)
    }


def inserts(count: int) -> str:
    row = "insert into public.big values ({}, '" + "x" * 180 + "');"
    return "create table public.big (id int, t text);\n" + "\n".join(row.format(number) for number in range(count))


def fresh(bench: Bench, folders: dict[str, Path]) -> Callable[[Tool], Run]:
    """A run on a database of its own."""

    def once(tool: Tool) -> Run:
        database = bench.sandbox.clone()
        run = measure(tool.command(folders[tool.name], bench.url(tool, database)), folders[tool.name])
        bench.sandbox.drop(database)
        return run

    return once


if __name__ == "__main__":
    main()
