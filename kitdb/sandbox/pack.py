"""A data directory as one file: to make five hundred files from one is twice as fast as to copy five hundred."""

from __future__ import annotations

import json
import mmap
import os
import struct
from pathlib import Path

_LENGTH = struct.Struct("<Q")  # of the index, which comes first


def pack(source: Path, target: Path) -> None:
    """Write all that is in the directory into one file. Raises OSError."""
    folders: list[str] = []
    files: list[tuple[str, int, int]] = []  # name, size, and how much of it comes before nothing but zeros
    contents: list[bytes] = []
    for place, names, file_names in os.walk(source):
        names.sort()
        folders += [os.path.relpath(Path(place) / name, source) for name in names]
        for name in sorted(file_names):
            path = Path(place) / name
            content = path.read_bytes()
            contents.append(content.rstrip(b"\0"))
            files.append((os.path.relpath(path, source), len(content), len(contents[-1])))
    index = json.dumps({"folders": folders, "files": files}).encode()
    with target.open("wb") as out:
        out.write(_LENGTH.pack(len(index)))
        out.write(index)
        for content in contents:
            out.write(content)


def unpack(packed: Path, target: Path) -> None:
    """Make the directory anew, for its owner alone. Raises OSError."""
    with packed.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        start = _LENGTH.size + _LENGTH.unpack_from(whole)[0]
        index = json.loads(whole[_LENGTH.size : start])
        target.mkdir(mode=0o700)
        for name in index["folders"]:
            (target / name).mkdir(mode=0o700)
        with memoryview(whole) as content:
            for name, size, stored in index["files"]:
                _write(f"{target}/{name}", content[start : start + stored], size)
                start += stored


def _write(path: str, content: memoryview, size: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        done = 0
        while done < len(content):
            done += os.write(descriptor, content[done:])
        if size > len(content):
            os.ftruncate(descriptor, size)
    finally:
        os.close(descriptor)
        content.release()
