"""How long until a database answers: kitdb's sandboxes, testcontainers, PGlite, one after the other in each round.

    .venv/bin/python benchmarks/sandbox.py [--rounds N] [--pglite FOLDER]

Containers are measured where an engine answers and KITDB_TEST_IMAGE names an image (.ci/docker-engine start makes
one); PGlite where FOLDER/node_modules holds it (npm install @electric-sql/pglite). Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from kitdb.errors import KitdbError
from kitdb.sandbox import open_sandbox, start_sandbox
from kitdb.sandbox.docker import engine_problem
from kitdb.sandbox.servers import find_servers

PGLITE = """
const { PGlite } = await import('@electric-sql/pglite');
const database = await PGlite.create();
await database.query('select 1');
console.log('ready');
"""

Trial = Callable[[], float]


def sandbox(provider: str, **options: str) -> Trial:
    def trial() -> float:
        started = time.perf_counter()
        with open_sandbox(provider, **options) as box, box.connect() as connection:
            connection.execute("select auth.uid()")
            return time.perf_counter() - started

    return trial


def clone() -> Iterator[float]:
    """Another database in a sandbox that runs."""
    with open_sandbox() as box:
        while True:
            started = time.perf_counter()
            name = box.clone()
            with box.connect(database=name) as connection:
                connection.execute("select auth.uid()")
            yield time.perf_counter() - started
            box.drop(name)


def testcontainers(image: str) -> float:
    """As its own Postgres module does: start, then ask until it answers. No roles, no auth, no storage."""
    testcontainers_config.ryuk_disabled = True
    started = time.perf_counter()
    container = DockerContainer(image, env={"POSTGRES_PASSWORD": "x"}, ports=[5432])
    with container:
        port = container.get_exposed_port(5432)
        while True:
            try:
                with psycopg.connect(
                    f"host=127.0.0.1 port={port} user=postgres password=x", connect_timeout=2
                ) as answer:
                    answer.execute("select 1")
                    return time.perf_counter() - started
            except psycopg.OperationalError:
                time.sleep(0.05)


def pglite(folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(["node", "--input-type=module", "-e", PGLITE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def trials(pglite_folder: Path | None) -> dict[str, Trial]:
    found: dict[str, Trial] = {}
    for server in find_servers():
        try:
            start_sandbox(server).close()  # fills the cache
        except KitdbError:
            continue
        found[f"kitdb, {server.source} {server.version}"] = sandbox(
            server.source if server.source != "KITDB_PG_BIN" else "auto"
        )
    found["kitdb, one more database by clone"] = clone().__next__
    if image := engine_image():
        found["kitdb, docker"] = sandbox("docker", image=image)
        found["testcontainers, the same image, empty"] = lambda: testcontainers(image)
    if pglite_folder and shutil.which("node"):
        found["PGlite in Node.js, empty"] = lambda: pglite(pglite_folder)
    return found


def engine_image() -> str | None:
    return os.environ.get("KITDB_TEST_IMAGE") if engine_problem() is None else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--pglite", type=Path)
    arguments = parser.parse_args()
    measured = trials(arguments.pglite)
    seconds: dict[str, list[float]] = {name: [] for name in measured}
    before = os.getloadavg()[0]
    for _ in range(arguments.rounds):
        for name, trial in measured.items():
            seconds[name].append(trial())
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()};")
    print(f"{arguments.rounds} rounds; load average {before:.1f} before, {os.getloadavg()[0]:.1f} after\n")
    print("| until the first answer | median | fastest | slowest |\n| --- | ---: | ---: | ---: |")
    for name, values in seconds.items():
        numbers = (statistics.median(values), min(values), max(values))
        print(f"| {name} | " + " | ".join(f"{value * 1000:.0f} ms" for value in numbers) + " |")


if __name__ == "__main__":
    main()
