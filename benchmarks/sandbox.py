"""How long until a database answers: kitdb's sandboxes, testcontainers, PGlite, one after the other in each round.

    make benchmark-sandbox
    .venv/bin/python benchmarks/sandbox.py [--rounds N] [--pglite FOLDER]

The first sandbox ever has no cache; all others find it warm. Containers are measured where an engine answers and
KITDB_TEST_IMAGE names an image (.ci/docker-engine start makes one); PGlite where FOLDER/node_modules holds it
(npm install @electric-sql/pglite). Prints a table in Markdown, with the load that other work put on the machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from kitdb.errors import KitdbError
from kitdb.sandbox import open_sandbox, start_sandbox
from kitdb.sandbox.docker import engine_problem
from kitdb.sandbox.servers import Server, find_servers

PGLITE = """
const { PGlite } = await import('@electric-sql/pglite');
const database = await PGlite.create();
await database.query('select 1');
console.log('ready');
"""

# One of eight processes: four sandboxes at a time, as fast as it can.
FOUR = """
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from kitdb.sandbox import open_sandbox
print("ready", flush=True)
sys.stdin.readline()
with ExitStack() as stack, ThreadPoolExecutor(4) as pool:
    for box in pool.map(lambda _: stack.enter_context(open_sandbox()), range(4)):
        with box.connect() as connection:
            connection.execute("select auth.uid()")
    print("done", flush=True)
    sys.stdin.readline()
"""

Trial = Callable[[], float]


def container(image: str) -> float:
    started = time.perf_counter()
    with open_sandbox("docker", image=image) as box, box.connect() as connection:
        connection.execute("select auth.uid()")
        return time.perf_counter() - started


def server_trial(server: Server) -> Trial:
    def trial() -> float:
        started = time.perf_counter()
        with start_sandbox(server) as box, box.connect() as connection:
            connection.execute("select auth.uid()")
            return time.perf_counter() - started

    return trial


def first_ever(server: Server) -> Trial:
    """With a cache that holds nothing: initdb, the baseline, and the sandbox itself."""

    def trial() -> float:
        with tempfile.TemporaryDirectory() as empty:
            before = os.environ.get("KITDB_CACHE")
            os.environ["KITDB_CACHE"] = empty
            try:
                return server_trial(server)()
            finally:
                del os.environ["KITDB_CACHE"]
                if before:
                    os.environ["KITDB_CACHE"] = before

    return trial


def thirty_two() -> float:
    """Until the last of 32 has answered; the processes have started and imported before."""
    processes = [
        subprocess.Popen([sys.executable, "-c", FOUR], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    started = time.perf_counter()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout.readline() == "done\n"
    seconds = time.perf_counter() - started
    for process in processes:
        process.communicate("end\n")
    return seconds


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
        found[f"kitdb, {server.source} {server.version}"] = server_trial(server)
        found[f"kitdb, {server.source} {server.version}, the first ever"] = first_ever(server)
    found["kitdb, one more database by clone"] = clone().__next__
    found["kitdb, 32 at once over 8 processes, until the last one"] = thirty_two
    if image := engine_image():
        found["kitdb, docker"] = lambda: container(image)
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
    before = os.getloadavg()[0]  # of what others did: our own work counts only afterwards
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
