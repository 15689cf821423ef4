"""What stops kitdb from doing its work, one class per situation.

A `KitdbError` is an answer for a person: exit code 3, one line, a hint. A finding, drift or a refused read is not
an error but a value; any other exception is a bug in kitdb.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a file; lines and columns count from 1, columns in characters."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = (self.path, self.line, self.column)
        return ":".join(str(part) for part in parts if part is not None)


class KitdbError(Exception):
    """kitdb cannot do its work: the object, what is wrong with it, and in `hint` what to do."""

    hint: str = ""

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None) -> None:
        self.message = message
        self.place = place
        if hint is not None:
            self.hint = hint
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class BadSettings(KitdbError):
    """A configuration file, an environment variable or a flag has a value that kitdb cannot use."""


class NoDatabase(KitdbError):
    """The command needs a database and none was named."""

    hint = "Pass --db-url, or set KITDB_DB_URL, SUPABASE_DB_URL or DATABASE_URL."

    def __init__(self) -> None:
        super().__init__("no database given")


class CannotConnect(KitdbError):
    """The server does not answer, or does not let us in."""


class MissingPath(KitdbError):
    """A file or folder that the command needs is not there."""

    def __init__(self, what: str, path: Path, hint: str) -> None:
        super().__init__(f"{what} {path} does not exist", hint=hint)


class CannotWrite(KitdbError):
    """A file could not be written; nothing of it was left behind."""

    hint = "Check the folder's permissions and free space, or name another folder."

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"cannot write {path}: {why}")


class CannotRead(KitdbError):
    """A file is there and cannot be read as what it should be."""


class Refused(KitdbError):
    """Several reasons at once why the work is not begun, each an error of its own."""

    def __init__(self, errors: Sequence[KitdbError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(str(error) for error in errors))
