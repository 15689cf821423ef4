"""Which migrations are on disk?"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kitdb.errors import CannotRead, KitdbError, MissingPath, Place, Refused
from kitdb.sql.files import decode, read_bytes

# What the Supabase CLI takes for a migration; the digits are a text, compared as text.
_FILE_NAME = re.compile(r"([0-9]+)_(.*)\.sql\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its version and name, its text without a byte order mark, the SHA-256 of its bytes in hex."""

    version: str
    name: str
    path: Path
    text: str
    checksum: str


@dataclass(frozen=True, slots=True)
class MigrationFolder:
    """The migrations of a folder, oldest first, and the names of other files in it."""

    path: Path
    migrations: tuple[Migration, ...]
    skipped: tuple[str, ...] = ()


class DuplicateVersion(KitdbError):
    """Two files with the same version."""

    hint = "Rename one of them, so that each file has a version of its own."


def read_migrations(folder: Path) -> MigrationFolder:
    """Every migration of the folder. Raises `MissingPath`, `CannotRead`, or `Refused` with all that is wrong."""
    if not folder.is_dir():
        raise MissingPath("the migrations folder", folder, "Run kitdb init, or name the folder with --migrations.")
    found: list[Migration] = []
    problems: list[KitdbError] = []
    skipped: list[str] = []
    for name in _sql_files(folder):
        named = _FILE_NAME.match(name)
        if named is None:
            skipped.append(name)
            continue
        try:
            found.append(read_migration(folder / name, named[1], named[2]))
        except CannotRead as error:
            problems.append(error)
    found.sort(key=lambda migration: (migration.version, migration.name))
    problems += _duplicates(found)
    if problems:
        raise problems[0] if len(problems) == 1 else Refused(problems)
    return MigrationFolder(folder, tuple(found), tuple(skipped))


def _sql_files(folder: Path) -> list[str]:
    # A folder of thousands of files is read at every deploy: one call to the system for all of them.
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.name.endswith(".sql") and entry.is_file())
    except OSError as error:
        raise CannotRead(f"cannot read {folder}: {error.strerror}", hint="Check the folder's permissions.") from None


def read_migration(path: Path, version: str, name: str) -> Migration:
    content = read_bytes(path)
    return Migration(version, name, path, decode(content, path), hashlib.sha256(content).hexdigest())


def _duplicates(migrations: Iterable[Migration]) -> list[KitdbError]:
    first: dict[str, Migration] = {}
    problems: list[KitdbError] = []
    for migration in migrations:
        if migration.version in first:
            problems.append(
                DuplicateVersion(
                    f"version {migration.version} is also that of {first[migration.version].path.name}",
                    place=Place(str(migration.path)),
                )
            )
        first.setdefault(migration.version, migration)
    return problems
