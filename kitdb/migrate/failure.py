"""Where in a file an error lies, when the server says it in its own terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import pq

from kitdb.errors import KitdbError, Place
from kitdb.migrate.files import Migration
from kitdb.sql.split import Statement, position

_CONTEXT_LINES = 3
_MOST_COLUMNS = 160


@dataclass(frozen=True, slots=True)
class ServerError:
    """The fields of an ErrorResponse; `position` counts characters of the text that was sent, from 1."""

    sqlstate: str
    severity: str
    message: str
    detail: str | None = None
    hint: str | None = None
    context: str | None = None
    position: int | None = None
    internal_position: int | None = None
    internal_query: str | None = None


class MigrationFailed(KitdbError):
    """A statement of a migration failed; `excerpt` shows it with a caret under the place."""

    hint = "Nothing from this migration was kept. Correct the file and run kitdb migrate again."

    def __init__(
        self, migration: Migration, place: Place, error: ServerError, excerpt: Sequence[str], hint: str | None = None
    ) -> None:
        self.migration = migration
        self.error = error
        self.excerpt = tuple(excerpt)
        super().__init__(f"{error.message} (SQLSTATE {error.sqlstate})", place=place, hint=hint)

    @property
    def details(self) -> tuple[str, ...]:
        """What the server said beyond the message, each part on a line of its own."""
        error = self.error
        context = " / ".join((error.context or "").splitlines()[:_CONTEXT_LINES])
        parts = (("detail", error.detail), ("hint of the server", error.hint), ("context", context))
        return tuple(f"{name}: {' '.join(text.split())}" for name, text in parts if text)


def server_error(result: pq.abc.PGresult) -> ServerError:
    """The error in a result of libpq."""

    def text(field: pq.DiagnosticField) -> str | None:
        value = result.error_field(field)
        return value.decode("utf-8", "replace") if value else None

    def number(field: pq.DiagnosticField) -> int | None:
        value = text(field)
        return int(value) if value else None

    fields = pq.DiagnosticField
    return ServerError(
        sqlstate=text(fields.SQLSTATE) or "",
        severity=text(fields.SEVERITY_NONLOCALIZED) or "",
        message=text(fields.MESSAGE_PRIMARY) or result.error_message.decode("utf-8", "replace").strip(),
        detail=text(fields.MESSAGE_DETAIL),
        hint=text(fields.MESSAGE_HINT),
        context=text(fields.CONTEXT),
        position=number(fields.STATEMENT_POSITION),
        internal_position=number(fields.INTERNAL_POSITION),
        internal_query=text(fields.INTERNAL_QUERY),
    )


def failed(
    migration: Migration,
    statements: Sequence[Statement],
    at: Statement | None,
    error: ServerError,
    hint: str | None = None,
) -> MigrationFailed:
    """The error with its place in the file: its `position` counts from the file's start, `at` is the statement.

    With neither, the place is the file: what failed is not one of its statements.
    """
    offset = _offset(migration.text, statements, at, error)
    if offset is None:
        return MigrationFailed(migration, Place(str(migration.path)), error, (), hint)
    line, column = position(migration.text, offset)
    place = Place(str(migration.path), line, column)
    return MigrationFailed(migration, place, error, excerpt(migration.text, offset), hint)


def excerpt(text: str, offset: int) -> list[str]:
    """The line of the offset with its number, and a caret under the offset."""
    line, column = position(text, offset)
    start = offset - column + 1
    end = text.find("\n", start)
    content = text[start : end if end >= 0 else len(text)].rstrip("\r")
    first = max(0, column - 1 - _MOST_COLUMNS // 2) if len(content) > _MOST_COLUMNS else 0
    shown = content[first : first + _MOST_COLUMNS]
    # Tabs keep the caret where the eye expects it.
    blank = "".join("\t" if character == "\t" else " " for character in content[first : column - 1])
    number = f"{line} | "
    return [number + shown, " " * len(number) + blank + "^"]


def _offset(text: str, statements: Sequence[Statement], at: Statement | None, error: ServerError) -> int | None:
    if error.position is not None:
        return error.position - 1
    if at is None:
        return None
    inner = _offset_in_body(text, statements, at, error)
    return at.start if inner is None else inner


# The lines of CONTEXT are in the language of the server; the quoted name, "inline_code_block" and the number are not.
_FRAME = re.compile(
    r"PL/pgSQL\s+\S+\s+(?P<name>inline_code_block|(?:\"(?:[^\"]|\"\")*\"|[^\s(\"]+)+)(?:\([^\n]*\))?\D+?(?P<line>\d+)\b"
)


def _offset_in_body(text: str, statements: Sequence[Statement], statement: Statement, error: ServerError) -> int | None:
    """The start of the line in a DO block or a function of this file at which PL/pgSQL was."""
    for frame in (error.context or "").splitlines():
        found = _FRAME.search(frame)
        if found is None:
            continue
        owner = statement if found["name"] == "inline_code_block" else _creates(statements, statement, found["name"])
        body = _body(owner.text) if owner else None
        if owner is None or body is None:
            continue
        offset = _line_start(text, owner.start + body, int(found["line"]))
        return _inside(text, offset, owner.end, error)
    return None


def _inside(text: str, line_start: int, end: int, error: ServerError) -> int:
    """The very word, when the server says where in the inner query it is and the query stands there as it is."""
    for query, shift in _as_written(error.internal_query or ""):
        at = text.find(query, line_start, end) if query else -1
        if at >= 0 and error.internal_position and error.internal_position > shift:
            return at + error.internal_position - 1 - shift
    return line_start + len(text[line_start:end]) - len(text[line_start:end].lstrip())


def _as_written(query: str) -> Iterator[tuple[str, int]]:
    """The query as the body has it, and how many characters of the server's text come before that."""
    yield query.strip(), len(query) - len(query.lstrip())
    if query.startswith("SELECT "):  # what PL/pgSQL makes of PERFORM
        yield query[7:].strip(), 7 + len(query[7:]) - len(query[7:].lstrip())


def _creates(statements: Sequence[Statement], upto: Statement, name: str) -> Statement | None:
    """The last CREATE FUNCTION or PROCEDURE of that name at or before the statement."""
    bare = name.rpartition(".")[2].strip('"').lower()
    pattern = re.compile(
        rf"\bcreate\b.*?\b(?:function|procedure)\s+(?:[\w\"]+\s*\.\s*)?\"?{re.escape(bare)}\"?\s*\(",
        re.IGNORECASE | re.DOTALL,
    )
    found = [candidate for candidate in statements if candidate.start <= upto.start and pattern.match(candidate.text)]
    return found[-1] if found else None


_BODY = re.compile(r"\$(?:[^\W\d]\w*)?\$|\bas\s+'|\bdo\s+'", re.IGNORECASE)


def _body(text: str) -> int | None:
    """The offset in a statement at which the body of its function begins, after the quote."""
    found = _BODY.search(text)
    return found.end() if found else None


def _line_start(text: str, body: int, line: int) -> int:
    """The offset of the n-th line of a body, as PL/pgSQL counts: the first is the one with the opening quote."""
    at = body
    for _ in range(line - 1):
        following = text.find("\n", at)
        if following < 0:
            return at
        at = following + 1
    return at
