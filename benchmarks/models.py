"""What gen-models costs: a schema of 1,000 tables with 20 columns, beside the floor and beside other generators.

The floor is a Python that starts, connects and reads two catalog queries. Figures are of the client's CPU, children
included. All take turns, and each ratio is the median of the pairs. Bytecode is compiled beforehand, as it is where a
program is installed. The others are installed by the Makefile (`make benchmark-models`); one that is missing, or that
fails, is left out and said so.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from pathlib import Path

from migrate import CLI, TOOLS, measure, port_of

from kitdb.sandbox import SUPERUSER, Sandbox, open_sandbox

TYPES = "text not null|int|numeric(10,2)|timestamptz not null default now()|uuid|boolean|jsonb|text[]|date|varchar(20)"
FLOOR = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as connection:
    connection.execute("select * from pg_class c join pg_namespace n on n.oid = relnamespace").fetchall()
    connection.execute("select attrelid, attname, atttypid, attnotnull from pg_attribute where attnum > 0").fetchall()
"""


def make_tables(box: Sandbox, tables: int, distinct: bool) -> None:
    """Tables of 20 columns, the same in each or, where `distinct`, all with names, limits and comments of their own."""
    types = [*TYPES.split("|") * 2][1:]
    with box.connect(SUPERUSER) as connection:
        for table in range(tables):
            names = [f"column_{table}_{n}" if distinct else f"c{n}" for n in range(1, len(types) + 1)]
            columns = ", ".join(f"{name} {type_}" for name, type_ in zip(names, types, strict=True))
            statements = [f"create table public.t{table} (id int primary key, {columns})"]
            if distinct:
                statements += [f"comment on column public.t{table}.{name} is 'What {name} is about.'" for name in names]
                statements.append(f"alter table public.t{table} add check ({names[0]} > {table})")
            connection.execute("; ".join(statements).encode())


def commands(box: Sandbox, port: int | None, folder: Path) -> dict[str, list[str]]:
    url = box.url(SUPERUSER)
    tcp = f"postgresql://postgres:x@127.0.0.1:{port}/{url.partition('?')[0].rpartition('/')[2]}"
    kitdb = [sys.executable, "-m", "kitdb", "gen-models", "--db-url", url, "--schema", "public"]
    found = {"floor": [sys.executable, "-c", FLOOR, url]}
    for language in ("python", "typescript", "zod"):
        found[f"kitdb {language}"] = [*kitdb, "--lang", language, "--out", str(folder / language)]
    others = {
        "sqlacodegen": [
            *(str(TOOLS / "sqlacodegen"), "--outfile", str(folder / "sqlacodegen.py")),
            url.replace("postgresql://", "postgresql+psycopg://"),
        ],
        "supabase-pydantic": [
            *(str(TOOLS / "sb-pydantic"), "gen", "--db-url", tcp, "--dir", str(folder / "entities"), "--quiet"),
        ],
        "Supabase CLI": [str(CLI), "gen", "types", "--lang", "typescript", "--db-url", f"{tcp}?sslmode=disable"],
    }
    for name, command in others.items():
        if not Path(command[0]).exists():
            print(f"left out: {name}, which is not installed")
        elif "127.0.0.1" in " ".join(command) and port is None:
            print(f"left out: {name}, which needs PgBouncer in front of the sandbox")
        else:
            found[name] = command
    return found


def compare(title: str, runs: dict[str, list[str]], rounds: int, folder: Path) -> None:
    first = {name: measure(command, folder) for name, command in runs.items()}  # warms caches up
    runs = {name: command for name, command in runs.items() if not math.isnan(first[name].cpu)}
    found = [{name: measure(command, folder) for name, command in runs.items()} for _ in range(rounds)]
    print(f"\n### {title}\n\n| | CPU s | ÷ floor | wall s |\n|---|---|---|---|")
    for name in runs:
        cpu, wall = (statistics.median(getattr(each[name], field) for each in found) for field in ("cpu", "wall"))
        ratio = statistics.median(each[name].cpu / each["floor"].cpu for each in found)
        print(f"| {name} | {cpu:.2f} | {ratio:.2f} | {wall:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ours", action="store_true", help="kitdb and the floor alone")
    arguments = parser.parse_args()
    for distinct in (False, True):
        with tempfile.TemporaryDirectory() as name, open_sandbox("embedded") as box:
            folder = Path(name) / "out"
            folder.mkdir()
            make_tables(box, arguments.tables, distinct)
            with port_of(box, Path(name)) as port:
                runs = commands(box, port, folder)
                if arguments.ours:
                    runs = {name: command for name, command in runs.items() if name.split()[0] in ("floor", "kitdb")}
                of = "columns all different" if distinct else "columns repeated"
                compare(f"{arguments.tables} tables of 20 columns, {of}", runs, arguments.rounds, folder)


if __name__ == "__main__":
    main()
