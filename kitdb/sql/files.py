"""The text of an SQL file, or a clear word on why it is none."""

from __future__ import annotations

import codecs
from pathlib import Path

from kitdb.errors import CannotRead, Place


class NotUtf8(CannotRead):
    """A file with bytes that are no UTF-8; it would be stored as something else than its author saw."""

    hint = "Save the file as UTF-8."


def read_sql(path: Path) -> str:
    """The text of the file without a byte order mark. Raises `CannotRead`, `NotUtf8`."""
    return decode(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    try:
        if path.is_fifo() and path.parts[:2] != ("/", "dev"):  # the shell's <(…) is there, and will end
            raise CannotRead(f"cannot read {path}: it is a pipe", hint="Name a file.")
        return path.read_bytes()
    except OSError as error:
        why = f"it is a link to {path.readlink()}: {error.strerror}" if path.is_symlink() else error.strerror
        hint = "Check the file's permissions." if isinstance(error, PermissionError) else "Name a file that is there."
        raise CannotRead(f"cannot read {path}: {why}", hint=hint) from None


def decode(content: bytes, path: Path) -> str:
    """The text in the bytes. Raises `NotUtf8` with the line and the byte that are no UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise NotUtf8("the file is UTF-16", place=Place(str(path), 1))
    start = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    try:
        text = content[start:].decode("utf-8") if start else content.decode("utf-8")
    except UnicodeDecodeError as error:
        at = start + error.start
        line = content.count(b"\n", 0, at) + 1
        raise NotUtf8(f"byte {at + 1} (0x{content[at]:02x}) is not UTF-8", place=Place(str(path), line)) from None
    if (nul := text.find("\0")) >= 0:
        line = text.count("\n", 0, nul) + 1
        raise NotUtf8("a NUL character, which Postgres takes in no text", place=Place(str(path), line))
    return text
