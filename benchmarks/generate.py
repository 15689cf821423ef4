"""What a change costs on a large schema: 300 tables, 300 policies, 60 views, in client CPU seconds.

.venv/bin/python benchmarks/generate.py
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from typer.testing import CliRunner

from kitdb.cli import app

TABLES, VIEWS = 300, 60


def schema(*, changed: bool = False, opened: bool = False) -> str:
    """Tables in a chain of foreign keys; a change is about one in ten: its columns, or who may read it."""
    parts = []
    for number in range(TABLES):
        change = changed and number % 10 == 0
        rows = "owner = auth.uid() or name = 'x'" if opened and number < TABLES // 10 else "owner = auth.uid()"
        reference = f"references public.t{number - 1} (id)" if number else ""
        parts.append(
            f"create table public.t{number} (id {'bigint' if change else 'int'} primary key, owner uuid, "
            f"up bigint {reference}, name text not null default 'x'{', note text' if change else ''});\n"
            f"create index t{number}_up on public.t{number} (up);\n"
            f"alter table public.t{number} enable row level security;\n"
            f"create policy own on public.t{number} for select to authenticated using ({rows});\n"
            f"grant select on public.t{number} to authenticated;\n"
        )
    parts += [
        f"create view public.v{number} with (security_invoker = true) as select id, name from public.t{number * 5};\n"
        for number in range(VIEWS)
    ]
    return "\n".join(parts)


def measured(label: str, *arguments: str) -> None:
    wall, cpu = time.monotonic(), time.process_time()
    children = os.times()
    result = CliRunner().invoke(app, list(arguments))
    after = os.times()
    spent = after.children_user + after.children_system - children.children_user - children.children_system
    print(
        f"{label:34} exit {result.exit_code}  client CPU {time.process_time() - cpu:5.2f} s  "
        f"pg_dump and others {spent:5.2f} s  wall {time.monotonic() - wall:6.2f} s"
    )
    if result.exit_code not in (0, 1):
        print(result.output, result.exception)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        declared = Path("supabase/schemas/all.sql")
        declared.parent.mkdir(parents=True)
        declared.write_text(schema())
        measured("first migration", "generate", "first", "-q")
        measured("nothing to do", "generate", "nothing", "-q")
        declared.write_text(schema(changed=True))
        measured("30 tables change", "generate", "change", "-q")
        measured("check", "generate", "--check", "-q")
        declared.write_text(schema(changed=True, opened=True))
        measured("30 policies change, which is tried", "generate", "open", "-q")


if __name__ == "__main__":
    main()
