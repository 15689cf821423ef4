"""SQL text, cut into statements as Postgres and psql cut it.

A semicolon ends no statement inside parentheses (CREATE RULE … DO (a; b)), nor in the body of a function between BEGIN
ATOMIC and END.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple

from kitdb.errors import KitdbError, Place
from kitdb.sql.scan import SPACE, TOKENS, Unclosed, end_of, is_comment, past, skip_blank, tokens, without_space, word_at

Kind = Literal["sql", "meta", "copy"]


class Statement(NamedTuple):  # a large file has many, and nothing is made faster than a tuple
    r"""One statement of a file; offsets, lines and columns count characters, lines and columns from 1.

    `text` runs from the first token to the last one: no comments around it, no semicolon. `leading` is where the
    comments before it begin, `stop` where its semicolon is (the end of the text if it has none).

    A "meta" statement is a psql command (`\restrict`) that stands outside of any other. A "copy" is COPY … FROM stdin
    with its rows in the file: `data` is their span, `\.` not included. A backslash inside a statement stays there, and
    Postgres will reject it. `word` is the first of its `words`, if `split` made it.
    """

    text: str
    start: int
    line: int
    column: int
    leading: int
    stop: int
    kind: Kind = "sql"
    data: tuple[int, int] | None = None
    word: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Unterminated(KitdbError):
    """A quote, comment, parenthesis, function body or COPY block that the file never closes.

    The place is where it opens; `statements` are the complete ones before it.
    """

    statements: tuple[Statement, ...] = ()

    def __init__(self, what: str, text: str, offset: int, path: str) -> None:
        self.what = what
        self.offset = offset
        line, column = position(text, offset)
        super().__init__(f"{what} is never closed", place=Place(path, line, column))


def split(text: str, path: str = "<sql>") -> tuple[Statement, ...]:
    """All statements of a file, in order; `path` is for the place of an error (`Unterminated`)."""
    found: list[Statement] = []
    try:
        found.extend(statements(text, path))
    except Unterminated as error:
        error.statements = tuple(found)
        raise
    return tuple(found)


def statements(text: str, path: str = "<sql>") -> Iterator[Statement]:
    """The same one at a time, so that a large file is not held twice."""
    return (statement for statement, _ in _with_chunks(text, path) if statement)


def split_with_history(text: str, path: str = "<sql>") -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """`split` and `history_statements` in one pass, for who needs both of a large file."""
    found: list[Statement] = []
    history: list[str] = []
    for statement, chunk in _with_chunks(text, path):
        if statement:
            found.append(statement)
        if piece := _history_piece(text, chunk):
            history.append(piece)
    return tuple(found), tuple(history)


def _with_chunks(text: str, path: str) -> Iterator[tuple[Statement | None, _Chunk]]:
    """What stands between two semicolons, with the statement there, if there is one."""
    line, line_start, counted = 1, 0, 0
    for chunk in _chunks(text, path):
        if chunk.start == chunk.end:
            yield None, chunk
            continue
        # Only what is new since the last statement is searched: a file may be one line.
        line += text.count("\n", counted, chunk.start)
        line_start = max(line_start, text.rfind("\n", counted, chunk.start) + 1)
        counted = chunk.start
        yield (
            Statement(
                text=text[chunk.start : chunk.end],
                start=chunk.start,
                line=line,
                column=chunk.start - line_start + 1,
                leading=chunk.leading,
                stop=chunk.stop,
                kind=chunk.kind,
                data=chunk.data,
                word=chunk.word,
            ),
            chunk,
        )


def words(text: str) -> Iterator[str]:
    """The tokens of a statement, for a look at what it is without parsing it.

    Words come in lower case, anything else (a quoted identifier, a literal, an operator) as its first character.
    """
    return _words(text, 0, len(text))


def history_statements(text: str) -> list[str]:
    """What the Supabase CLI stores as a migration's `statements`.

    Each keeps the comments before it, and a comment with nothing after it is a statement of its own. psql commands and
    the rows of a COPY have no place there.
    """
    return [piece for piece in (_history_piece(text, chunk) for chunk in _chunks(text, "<sql>")) if piece]


def _history_piece(text: str, chunk: _Chunk) -> str:
    if chunk.kind == "meta":
        return ""
    # A comment that ends the file loses semicolons at its end, as a statement does.
    return text[chunk.leading : chunk.stop].rstrip(";").strip(_SPACES)


# White space to Go, whose TrimSpace the CLI uses; Python's strip() takes more.
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def position(text: str, offset: int) -> tuple[int, int]:
    """The line and column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


_REST_OF_LINE = re.compile(r"[ \t\f\v]*(?:--[^\n\r]*)?\r?(?:\n|\Z)")
_COPY_END = re.compile(r"\\\.\r?(?:\n|\Z)")
_CREATES = re.compile(r"create\s+(?:or\s+replace\s+)?(\w+)", re.ASCII | re.IGNORECASE)  # without comments in between
_META = re.compile(r"\\[^\n\r]*")


class _Chunk(NamedTuple):
    """What stands between two semicolons; `start == end` when that is only comments."""

    leading: int
    start: int
    end: int
    stop: int
    next: int
    kind: Kind = "sql"
    data: tuple[int, int] | None = None
    word: str = ""


def _chunks(text: str, path: str) -> Iterator[_Chunk]:
    at = 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        try:
            chunk = _chunk(text, at)
        except Unclosed as unclosed:
            raise Unterminated(unclosed.what, text, unclosed.offset, path) from None
        yield chunk
        at = chunk.next


def _chunk(text: str, leading: int) -> _Chunk:
    start = skip_blank(text, leading)
    if text.startswith("\\", start):
        return _meta(text, leading, start)
    word = word_at(text, start) if start < len(text) else ""
    end, stop = _scan_routine(text, start) if word == "create" and _creates_routine(text, start) else _scan(text, start)
    if stop < len(text) and word == "copy" and _reads_stdin(text, start, end):
        return _copy(text, leading, start, end, stop)
    return _Chunk(leading, start, end, stop, stop + 1, word=word)


def _meta(text: str, leading: int, start: int) -> _Chunk:
    stop = end_of(_META, text, start)
    end = start + len(text[start:stop].rstrip())
    return _Chunk(leading, start, end, stop, stop, "meta")


def _copy(text: str, leading: int, start: int, end: int, stop: int) -> _Chunk:
    rest = _REST_OF_LINE.match(text, stop + 1)
    if rest is None:
        # psql would run the rest of the line after the rows. Nobody writes that: leave it for the parser to reject.
        return _Chunk(leading, start, end, stop, stop + 1, word="copy")
    rows = rest.end()
    close = _copy_end(text, rows)
    return _Chunk(leading, start, end, stop, close + 2, "copy", (rows, close), "copy")


def _copy_end(text: str, rows: int) -> int:
    r"""Where the line `\.` is."""
    close = text.find("\\.", rows)
    while close >= 0:
        if text[close - 1] == "\n" and _COPY_END.match(text, close):
            return close
        close = text.find("\\.", close + 2)
    raise Unclosed("the data of COPY", rows)


def _scan(text: str, start: int) -> tuple[int, int]:
    """Where the statement's last token ends, and where its semicolon is."""
    stop = end_of(_UP_TO_SEMICOLON, text, start)
    if stop == len(text) or text[stop] == ";":
        brackets = _BUT_BRACKETS.sub("", text[start:stop])
        for _ in range(_DEEP):
            if not brackets:
                return without_space(text, start, stop), stop
            brackets = brackets.replace("()", "")
    return _scan_tokens(text, start)


# Where nothing but quotes without backslashes can hide a semicolon, which is so in most statements.
_UP_TO_SEMICOLON = re.compile(r"""(?:[^'";$\\/-]+|'[^'\\]*'|"[^"\\]*"|-(?!-)|/(?!\*))*+""")
_BUT_BRACKETS = re.compile(r"""(?:'[^']*'|"[^"]*"|[^()'"]+)+""")
_DEEP = 30  # brackets in brackets; what has more is scanned token by token


def _scan_tokens(text: str, start: int) -> tuple[int, int]:
    opened: list[int] = []
    at = end = start
    while at < len(text):
        run = TOKENS.match(text, at)
        if run:
            last = without_space(text, at, run.end())
            end = last if last > at else end
            at = run.end()
            continue
        match text[at]:
            case ";" if not opened:
                return end, at
            case "(":
                opened.append(at)
                at = end = at + 1
            case ")":
                if opened:
                    opened.pop()
                at = end = at + 1
            case _ if is_comment(text, at):
                at = past(text, at)
            case _:
                at = end = past(text, at)
    if opened:
        raise Unclosed("a parenthesis", opened[0])
    return end, at


def _scan_routine(text: str, start: int) -> tuple[int, int]:
    """The same for CREATE FUNCTION and CREATE PROCEDURE, where BEGIN ATOMIC … END holds statements.

    The END that closes a body is the one at the start of a statement: the END of a CASE never is, nor is one that
    names a column.
    """
    opened: list[tuple[str, int]] = []
    routine, fresh, previous, begin = True, False, "", start
    at = end = start
    while at < len(text):
        at = end_of(SPACE, text, at)
        if is_comment(text, at):
            at = past(text, at)
            continue
        if at == len(text):
            break
        if text[at] == ";":
            if not opened:
                return end, at
            fresh, previous, at = opened[-1][0] == "body", "", at + 1
            continue
        word = word_at(text, at)
        if fresh and word == "end":
            opened.pop()
            routine = False
        elif fresh:
            routine = _creates_routine(text, at)
        fresh = False
        if word == "begin":
            begin = at
        elif word == "atomic" and previous == "begin" and routine and not _inside_parentheses(opened):
            opened.append(("body", begin))
            fresh = True
        elif word == "(":
            opened.append(("parenthesis", at))
        elif word == ")" and _inside_parentheses(opened):
            opened.pop()
        previous = word
        at = end = past(text, at)
    if opened:
        what, offset = opened[0]
        raise Unclosed("the body after BEGIN ATOMIC" if what == "body" else "a parenthesis", offset)
    return end, len(text)


def _inside_parentheses(opened: list[tuple[str, int]]) -> bool:
    return bool(opened) and opened[-1][0] == "parenthesis"


def _creates_routine(text: str, start: int) -> bool:
    plain = _CREATES.match(text, start)
    if plain and plain[1].lower() != "or":
        return plain[1].lower() in ("function", "procedure")
    first = list(islice(_words(text, start, len(text)), 4))
    if first[1:3] == ["or", "replace"]:
        del first[1:3]
    return first[:1] == ["create"] and first[1:2] in (["function"], ["procedure"])


def _reads_stdin(text: str, start: int, end: int) -> bool:
    previous, depth = "", 0
    for word in _words(text, start, end):
        # The grammar takes STDOUT for STDIN here.
        if depth == 0 and previous == "from":
            return word in ("stdin", "stdout")
        depth += (word == "(") - (word == ")")
        previous = word
    return False


def _words(text: str, start: int, stop: int) -> Iterator[str]:
    """The tokens from here on: words in lower case, the others by their first character."""
    for token in tokens(text, start):
        if token.start >= stop:
            return
        yield token.word
