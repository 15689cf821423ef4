"""New migrations: their versions, and their files: all of them or none, and never over one that is there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kitdb.errors import CannotWrite, KitdbError
from kitdb.files import stage
from kitdb.migrate.files import Migration

_VERSION_FORMAT = "%Y%m%d%H%M%S"


class FileExists(KitdbError):
    """A file that should be new is there already."""

    hint = "Choose another name or version."


def next_version(folder: Path) -> str:
    """Now in UTC as a version, or one second after the newest file of the folder where that is later."""
    now = datetime.now(UTC).replace(microsecond=0)
    newest = max((path.name.partition("_")[0] for path in folder.glob("*_*.sql")), default="")
    try:
        last = datetime.strptime(newest, _VERSION_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return now.strftime(_VERSION_FORMAT)
    return max(now, last + timedelta(seconds=1)).strftime(_VERSION_FORMAT)


def following_version(version: str) -> str:
    """The version one second (or, if it is no time, one) later."""
    try:
        moment = datetime.strptime(version, _VERSION_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return str(int(version) + 1).zfill(len(version))
    return (moment + timedelta(seconds=1)).strftime(_VERSION_FORMAT)


def draft_migrations(
    folder: Path, drafts: Sequence[tuple[str, str]], version: str | None = None
) -> tuple[Migration, ...]:
    """Migrations that are not on disk yet, out of (name, text) pairs; the first gets the version, or the next one."""
    version = version or next_version(folder)
    found: list[Migration] = []
    for name, text in drafts:
        path = folder / f"{version}_{name}.sql"
        found.append(Migration(version, name, path, text, hashlib.sha256(text.encode()).hexdigest()))
        version = following_version(version)
    return tuple(found)


def write_new(files: Mapping[Path, str]) -> None:
    """Write the files under their names only once all of them are on disk. Raises `FileExists`, `CannotWrite`."""
    for path in files:
        if path.exists():
            raise FileExists(f"{path} exists already")
    temporary: dict[Path, Path] = {}
    linked: list[Path] = []
    path = Path()
    try:
        for path, text in files.items():
            temporary[path] = stage(path, text)
        for path, staged in temporary.items():
            staged.rename(path)
            linked.append(path)
    except OSError as error:
        for done in linked:
            done.unlink(missing_ok=True)
        raise CannotWrite(path, error.strerror or str(error)) from None
    finally:
        for staged in temporary.values():
            staged.unlink(missing_ok=True)
