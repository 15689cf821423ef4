"""The second opinion: what pg_dump says of two databases, made comparable."""

from __future__ import annotations

import difflib
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from kitdb.sandbox import Sandbox

_STATEMENT_END = re.compile(r";\n+")
_NOT_NULL = re.compile(r' CONSTRAINT (?:"(?:[^"]|"")+"|\w+) NOT NULL')
_OPTIONS = re.compile(r"\bWITH \(([^()]*)\)")
_CHILD = re.compile(r"CREATE (?:UNLOGGED )?TABLE (.+) \($", re.MULTILINE)
_DEFAULT = re.compile(r"ALTER TABLE ONLY (.+) ALTER COLUMN .+ SET DEFAULT ")
_NOISE = re.compile(r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*|\s*)\n", re.MULTILINE)


def pg_dump_of(sandbox: Sandbox) -> Path | None:
    """The pg_dump of the sandbox's server, where it has one."""
    folder = sandbox.server.bin
    return folder / "pg_dump" if folder is not None and (folder / "pg_dump").is_file() else None


def dump_differences(pg_dump: Path, one: str, two: str, schemas: Sequence[str]) -> tuple[str, ...]:
    """Lines in which the dumps of two databases differ; the order of columns and of statements does not count."""
    arguments = [str(pg_dump), "--schema-only", *(f"--schema={_pattern(name)}" for name in schemas)]
    running = [
        subprocess.Popen([*arguments, f"--dbname={url}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603  # our own server
        for url in (one, two)
    ]
    texts = []
    for process in running:
        out, error = process.communicate()
        if process.returncode:
            return (f"pg_dump: {error.decode(errors='replace').strip()}",)
        texts.append(statements(out.decode()))
    return tuple(
        line
        for line in difflib.unified_diff(texts[0], texts[1], lineterm="", n=0)
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    )


def _pattern(schema: str) -> str:
    return '"' + schema.replace('"', '""') + '"'


def statements(text: str) -> list[str]:
    """The statements of a dump, sorted, with what is inside a CREATE TABLE sorted too."""
    # Postgres 18 keeps a name for NOT NULL, which says nothing.
    text = _NOT_NULL.sub(" NOT NULL", _NOISE.sub("", text))
    text = _OPTIONS.sub(lambda m: f"WITH ({', '.join(sorted(m[1].split(', ')))})", text)
    parts = [part.strip() for part in _STATEMENT_END.split(text) if part.strip()]
    children = {match[1] for part in parts if "\nINHERITS (" in part and (match := _CHILD.match(part))}
    found = [_sorted_columns(part) for part in parts if not _is_default_of(part, children)]
    return sorted(line for part in found for line in part.splitlines())


def _is_default_of(statement: str, tables: set[str]) -> bool:
    """A default that is said here where the column is the parent's, and within CREATE TABLE where it is the child's."""
    match = _DEFAULT.match(statement)
    return match is not None and match[1] in tables


def _sorted_columns(statement: str) -> str:
    if not statement.startswith(("CREATE TABLE", "CREATE UNLOGGED TABLE", "CREATE STATISTICS")):
        return statement
    if "\nINHERITS (" in statement:
        # Whether a column is the child's own too cannot be changed, and matters only when the parent goes.
        first, last = statement.splitlines()[0], statement[statement.index("\nINHERITS (") :]
        return first + last
    return "\n".join(line.rstrip(",") for line in statement.splitlines())
