"""Many databases of one schema: each in a process of its own, so that nothing of one reaches another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from kitdb import database
from kitdb.errors import CannotRead, KitdbError, Place, Refused


class NoTargets(KitdbError):
    """The file names no database."""

    hint = "Write one database URL a line; lines that begin with # are comments."


@dataclass(frozen=True, slots=True)
class Target:
    """A database: its URL, and what it is called in reports, without the password."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one database; `errors` are the lines that its run ended with."""

    target: str
    succeeded: bool
    applied: int
    seconds: float
    errors: tuple[str, ...] = ()


def read_targets(path: Path) -> tuple[Target, ...]:
    """The databases of a file, in its order. Raises `CannotRead`, `NoTargets`, or every bad line at once."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"cannot read {path}: {error}", hint="Name a text file with one URL a line.") from None
    targets: list[Target] = []
    problems: list[KitdbError] = []
    for number, line in enumerate(lines, 1):
        url = line.strip()
        if not url or url.startswith("#"):
            continue
        try:
            targets.append(Target(url, database.describe(database.connection_parameters(url))))
        except database.BadDatabaseUrl as error:
            error.place = Place(str(path), number)
            problems.append(error)
    if problems:
        raise problems[0] if len(problems) == 1 else Refused(problems)
    if not targets:
        raise NoTargets(f"{path} names no database")
    return tuple(targets)


def migrate_targets(targets: Sequence[Target], jobs: int, arguments: Sequence[str]) -> Iterator[Outcome]:
    """Run `kitdb migrate` with the arguments for every target, `jobs` at once; outcomes as they come."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(_migrate, target, arguments) for target in targets]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            # Ctrl-C has reached the processes that run; those that wait are not to begin.
            for future in futures:
                future.cancel()
            raise


def _migrate(target: Target, arguments: Sequence[str]) -> Outcome:
    started = time.monotonic()
    command = [sys.executable, "-m", "kitdb", "migrate", "--format", "json", *arguments]
    # The URL goes through the environment: arguments can be seen by every user of the machine.
    environment = {**os.environ, "KITDB_DB_URL": target.url}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    applied = sum(event.get("event") == "applied" for event in map(_event, done.stdout.splitlines()))
    errors = tuple(database.redact(line) for line in done.stderr.splitlines()) if done.returncode else ()
    return Outcome(target.name, done.returncode == 0, applied, time.monotonic() - started, errors)


def _event(line: str) -> dict[str, object]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
