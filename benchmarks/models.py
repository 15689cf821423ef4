"""What gen-models costs: a schema of 1,000 tables with 20 columns, beside the floor and beside other generators.

The floor is a Python that starts, connects and reads two catalog queries. Times are of the client's CPU, children
included. The floor and kitdb take turns, and each ratio is the median of the pairs. Bytecode is compiled beforehand,
as it is where kitdb is installed. Others are run where they are installed: `.venv/bench/bin/sqlacodegen`.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from kitdb.sandbox import SUPERUSER, open_sandbox

ROOT = Path(__file__).parents[1]
TYPES = "text not null|int|numeric(10,2)|timestamptz not null default now()|uuid|boolean|jsonb|text[]|date|varchar(20)"
FLOOR = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as connection:
    connection.execute("select * from pg_class c join pg_namespace n on n.oid = relnamespace").fetchall()
    connection.execute("select attrelid, attname, atttypid, attnotnull from pg_attribute where attnum > 0").fetchall()
"""


def cpu(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    tables, repeats = (int(sys.argv[n]) if len(sys.argv) > n else default for n, default in ((1, 1_000), (2, 9)))
    with open_sandbox("embedded") as box, tempfile.TemporaryDirectory() as folder:
        with box.connect(SUPERUSER) as connection:
            columns = ", ".join(f"c{n} {type_}" for n, type_ in enumerate(TYPES.split("|") * 2) if n != 1)
            for number in range(tables):
                connection.execute(f"create table public.t{number} (id int primary key, {columns})")
            url = f"postgresql://{SUPERUSER}@/{connection.info.dbname}?host={connection.info.host}&port={connection.info.port}"
        kitdb = [sys.executable, "-m", "kitdb", "gen-models", "--db-url", url, "--schema", "public"]
        runs = {"floor": [sys.executable, "-c", FLOOR, url]}
        for language in ("python", "typescript", "zod"):
            runs[f"kitdb {language}"] = [*kitdb, "--lang", language, "--out", str(Path(folder) / language)]
        sqlacodegen = ROOT / ".venv" / "bench" / "bin" / "sqlacodegen"
        if sqlacodegen.exists():
            target = url.replace("postgresql://", "postgresql+psycopg://")
            runs["sqlacodegen"] = [str(sqlacodegen), "--outfile", os.devnull, target]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        for command in runs.values():
            cpu(command, environment)
        rounds = [{name: cpu(command, environment) for name, command in runs.items()} for _ in range(repeats)]
    for name in runs:
        seconds = statistics.median(found[name] for found in rounds)
        ratio = statistics.median(found[name] / found["floor"] for found in rounds)
        print(f"{name:20}{seconds:8.2f} s{ratio:8.2f} x floor")


if __name__ == "__main__":
    main()
