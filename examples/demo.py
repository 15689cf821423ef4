"""The whole loop on Phase 0, in a folder of its own: generate, lint, migrate, gen-models, check-rls.

Every step is the command line as a user would type it, against a throwaway Postgres that `kitdb dev` keeps for us.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

DEMO = Path(os.environ.get("KITDB_DEMO", "demo"))
KITDB = [sys.executable, "-m", "kitdb"]


def main() -> int:
    started = time.monotonic()
    if DEMO.exists():
        shutil.rmtree(DEMO)
    run("a project with Phase 0 declared", "init", str(DEMO), "--template", "phase0", quiet=True)
    for shipped in (DEMO / "supabase" / "migrations").glob("*.sql"):
        shipped.unlink()  # generate writes them anew
    os.chdir(DEMO)
    run("the migrations, written and proved", "generate", "phase0_schema", "--version", "20250219120000")
    run("what hurts", "lint")
    with_database(apply)
    run("typed models, from the schema", "gen-models", "--out", "models")
    run("who can do what, tried on every row and column", "check-rls")
    print(f"\nDone in {time.monotonic() - started:.1f} s. The files are in {Path.cwd()}:")
    for path in sorted([*Path("supabase/migrations").glob("*.sql"), *Path("models").rglob("*.py")]):
        print(f"  {path}")
    print("Look around: cd demo, change a policy in supabase/migrations, and run kitdb check-rls again.")
    return 0


def apply(url: str) -> None:
    database = {"KITDB_DB_URL": url}
    run("migrations applied to a database", "migrate", **database)
    run("again: nothing to do", "migrate", **database)
    run("what is applied", "status", **database)


def run(title: str, *arguments: str, quiet: bool = False, **environment: str) -> None:
    """One command, shown as it would be typed. Ends the demo if it fails."""
    print(f"\n── {title}\n$ kitdb {' '.join(arguments)}", flush=True)
    out = subprocess.DEVNULL if quiet else None
    done = subprocess.run([*KITDB, *arguments], env={**os.environ, **environment}, stdout=out, check=False)
    if done.returncode:
        sys.exit(f"kitdb {arguments[0]} ended with {done.returncode}")


def with_database(work) -> None:
    """A database like the one a project has: the Supabase baseline and nothing else."""
    command = [*KITDB, "dev", "--empty", "--format", "json"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        lines = []
        for line in server.stdout:
            lines.append(line)
            if line.startswith("}"):
                break
        work(json.loads("".join(lines))["url"])
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
