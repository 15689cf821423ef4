"""SQL text, cut into statements as Postgres and psql cut it.

A file is read with `standard_conforming_strings` on, Postgres's default since 9.1. What the lexer has to know is
https://www.postgresql.org/docs/18/sql-syntax-lexical.html, and psql's rules for what a semicolon does not end: anything
inside parentheses (CREATE RULE … DO (a; b)) and the body of a function between BEGIN ATOMIC and END.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kitdb.errors import KitdbError, Place

Kind = Literal["sql", "meta", "copy"]


@dataclass(frozen=True, slots=True)
class Statement:
    r"""One statement of a file; offsets, lines and columns count characters, lines and columns from 1.

    `text` runs from the first token to the last one: no comments around it, no semicolon. `leading` is where the
    comments before it begin, `stop` where its semicolon is (the end of the text if it has none).

    A "meta" statement is a psql command (`\restrict`) that stands outside of any other. A "copy" is COPY … FROM stdin
    with its rows in the file: `data` is their span, `\.` not included. A backslash inside a statement stays there, and
    Postgres will reject it.
    """

    text: str
    start: int
    line: int
    column: int
    leading: int
    stop: int
    kind: Kind = "sql"
    data: tuple[int, int] | None = None

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
    line, line_start, counted = 1, 0, 0
    for chunk in _chunks(text, path):
        if chunk.start == chunk.end:
            continue
        # Only what is new since the last statement is searched: a file may be one line.
        line += text.count("\n", counted, chunk.start)
        line_start = max(line_start, text.rfind("\n", counted, chunk.start) + 1)
        counted = chunk.start
        yield Statement(
            text=text[chunk.start : chunk.end],
            start=chunk.start,
            line=line,
            column=chunk.start - line_start + 1,
            leading=chunk.leading,
            stop=chunk.stop,
            kind=chunk.kind,
            data=chunk.data,
        )


def history_statements(text: str) -> list[str]:
    """What the Supabase CLI stores as a migration's `statements`.

    Each keeps the comments before it, and a comment with nothing after it is a statement of its own. psql commands and
    the rows of a COPY have no place there.
    """
    chunks = _chunks(text, "<sql>")
    pieces = (text[chunk.leading : chunk.stop].strip() for chunk in chunks if chunk.kind != "meta")
    return [piece for piece in pieces if piece]


def position(text: str, offset: int) -> tuple[int, int]:
    """The line and column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


# A byte above 127 is a letter to Postgres's scanner, a no-break space too.
_LETTER = r"A-Za-z_\x80-\U0010ffff"
_WORD = rf"[{_LETTER}][{_LETTER}0-9$]*"
_TAG = rf"\$(?:[{_LETTER}][{_LETTER}0-9]*)?\$"
_DIGITS = r"[0-9](?:_?[0-9])*"
# Letters glued to a number belong to its token ("trailing junk"), so the e of 1e'x' does not begin an escape string.
_NUMBER = rf"(?:{_DIGITS}(?:\.(?!\.)(?:{_DIGITS})?)?|\.{_DIGITS})(?:{_WORD})?|\.\.?"
_PARAMETER = rf"\$[0-9]+(?:{_WORD})?"
_BLANK = r" \t\n\r\f\v"

_QUOTED = r"""'[^']*'|"[^"]*" """.strip()
# A doubled quote needs no rule: 'a''b' is cut at the same places as 'a' and 'b'.
_SIMPLE = rf"{_QUOTED}|{_NUMBER}|{_PARAMETER}|\$(?!(?:[{_LETTER}][{_LETTER}0-9]*)?\$|[0-9])|-(?!-)|/(?!\*)"
_SPECIAL = rf"{_LETTER}0-9.'\"$();\\/\-"
# Short cuts: parentheses with nothing in them that could hide one, and an escape string that nothing continues.
_FLAT = r"""\([^()'"$;\\/\-]*\)|[eE]'[^'\\]*(?:\\[^\n][^'\\]*){0,20}'(?=[,)])"""
# The bound keeps the regular expression's own stack small. Tokens after it are found by the next match.
_TOKENS = re.compile(rf"(?:[^{_SPECIAL}]+|(?![eE]'){_WORD}|{_SIMPLE}|{_FLAT}){{1,200}}")
# The same, one by one and without words and white space: for a function, whose body may be BEGIN ATOMIC … END.
_TOKEN = re.compile(rf"[^{_SPECIAL}{_BLANK}]+|{_SIMPLE}")
_WORD_TOKEN = re.compile(rf"(?![eE]'){_WORD}")

_SPACE = re.compile(rf"[{_BLANK}]*")
_LINE_COMMENT = re.compile(r"--[^\n\r]*")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_DOLLAR_QUOTE = re.compile(_TAG)
_ESCAPES = re.compile(r"[^'\\]*(?:(?:\\.|'')[^'\\]*){0,200}", re.DOTALL)
# 'a' and 'b' on two lines are one literal, with comments allowed between them; an escape string stays one.
_CONTINUATION = re.compile(
    rf"[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[{_BLANK}]|--[^\n\r]*[\n\r])*'",
)
_CREATE = re.compile(rf"create(?![{_LETTER}0-9$])", re.IGNORECASE)
_COPY = re.compile(rf"copy(?![{_LETTER}0-9$])", re.IGNORECASE)
_REST_OF_LINE = re.compile(r"[ \t\f\v]*(?:--[^\n\r]*)?\r?(?:\n|\Z)")
_COPY_END = re.compile(r"\\\.\r?(?:\n|\Z)")
_META = re.compile(r"\\[^\n\r]*")


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What stands between two semicolons; `start == end` when that is only comments."""

    leading: int
    start: int
    end: int
    stop: int
    next: int
    kind: Kind = "sql"
    data: tuple[int, int] | None = None


class _Open(Exception):
    """Something at this offset is not closed."""

    def __init__(self, what: str, offset: int) -> None:
        self.what = what
        self.offset = offset
        super().__init__(what)


def _chunks(text: str, path: str) -> Iterator[_Chunk]:
    at = 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        try:
            chunk = _chunk(text, at)
        except _Open as unclosed:
            raise Unterminated(unclosed.what, text, unclosed.offset, path) from None
        yield chunk
        at = chunk.next


def _chunk(text: str, leading: int) -> _Chunk:
    start = _skip_blank(text, leading)
    if text.startswith("\\", start):
        return _meta(text, leading, start)
    end, stop = _scan(text, start)
    if stop < len(text) and _COPY.match(text, start) and _reads_stdin(text, start, end):
        return _copy(text, leading, start, end, stop)
    return _Chunk(leading, start, end, stop, stop + 1)


def _meta(text: str, leading: int, start: int) -> _Chunk:
    stop = _end(_META, text, start)
    end = start + len(text[start:stop].rstrip())
    return _Chunk(leading, start, end, stop, stop, "meta")


def _copy(text: str, leading: int, start: int, end: int, stop: int) -> _Chunk:
    rest = _REST_OF_LINE.match(text, stop + 1)
    if rest is None:
        # psql would run the rest of the line after the rows. Nobody writes that: leave it for the parser to reject.
        return _Chunk(leading, start, end, stop, stop + 1)
    rows = rest.end()
    close = _copy_end(text, rows)
    return _Chunk(leading, start, end, stop, close + 2, "copy", (rows, close))


def _copy_end(text: str, rows: int) -> int:
    r"""Where the line `\.` is."""
    close = text.find("\\.", rows)
    while close >= 0:
        if text[close - 1] == "\n" and _COPY_END.match(text, close):
            return close
        close = text.find("\\.", close + 2)
    raise _Open("the data of COPY", rows)


def _scan(text: str, start: int) -> tuple[int, int]:
    """Where the statement's last token ends, and where its semicolon is."""
    if _CREATE.match(text, start) and _creates_routine(text, start):
        return _scan_routine(text, start)
    opened: list[int] = []
    at = end = start
    while at < len(text):
        tokens = _TOKENS.match(text, at)
        if tokens:
            last = _without_space(text, at, tokens.end())
            end = last if last > at else end
            at = tokens.end()
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
            case _ if _is_comment(text, at):
                at = _past(text, at)
            case _:
                at = end = _past(text, at)
    if opened:
        raise _Open("a parenthesis", opened[0])
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
        at = _end(_SPACE, text, at)
        if _is_comment(text, at):
            at = _past(text, at)
            continue
        if at == len(text):
            break
        if text[at] == ";":
            if not opened:
                return end, at
            fresh, previous, at = opened[-1][0] == "body", "", at + 1
            continue
        token = _WORD_TOKEN.match(text, at)
        word = token.group().lower() if token else ""
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
        elif text[at] == "(":
            opened.append(("parenthesis", at))
        elif text[at] == ")" and _inside_parentheses(opened):
            opened.pop()
        previous = word
        at = end = token.end() if token else _past(text, at)
    if opened:
        what, offset = opened[0]
        raise _Open("the body after BEGIN ATOMIC" if what == "body" else "a parenthesis", offset)
    return end, len(text)


def _inside_parentheses(opened: list[tuple[str, int]]) -> bool:
    return bool(opened) and opened[-1][0] == "parenthesis"


def _creates_routine(text: str, start: int) -> bool:
    words = [word for _, word in zip(range(4), _words(text, start, len(text)), strict=False)]
    if words[1:3] == ["or", "replace"]:
        del words[1:3]
    return words[:1] == ["create"] and words[1:2] in (["function"], ["procedure"])


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
    at = _skip_blank(text, start)
    while at < stop:
        token = _WORD_TOKEN.match(text, at)
        yield token.group().lower() if token else text[at]
        at = _skip_blank(text, token.end() if token else _past(text, at))


def _skip_blank(text: str, at: int) -> int:
    """Past white space and comments."""
    at = _end(_SPACE, text, at)
    while _is_comment(text, at):
        at = _end(_SPACE, text, _past(text, at))
    return at


def _is_comment(text: str, at: int) -> bool:
    return text.startswith(("--", "/*"), at)


def _past(text: str, at: int) -> int:
    """The offset after the token or comment that begins here."""
    match text[at]:
        case "-" if text.startswith("--", at):
            return _end(_LINE_COMMENT, text, at)
        case "/" if text.startswith("/*", at):
            return _past_comment(text, at)
        case "$" if quote := _DOLLAR_QUOTE.match(text, at):
            return _past_dollar_quote(text, at, quote.group())
        case "e" | "E" if text.startswith("'", at + 1):
            return _past_escape_string(text, at)
        case _ if token := _TOKEN.match(text, at):
            return token.end()
        case "'":
            raise _Open("a quoted string", _first_quote(text, at))
        case '"':
            raise _Open("a quoted identifier", _first_quote(text, at))
        case _:
            return at + 1


def _first_quote(text: str, at: int) -> int:
    """Where a literal really begins, when this quote doubles the one before it."""
    while at and text[at - 1] == text[at]:
        at = text.rfind(text[at], 0, at - 1)
    return at


def _past_comment(text: str, at: int) -> int:
    depth = 1
    for edge in _COMMENT_EDGE.finditer(text, at + 2):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    raise _Open("a comment", at)


def _past_dollar_quote(text: str, at: int, tag: str) -> int:
    close = text.find(tag, at + len(tag))
    if close < 0:
        raise _Open(f"a string quoted with {tag}", at)
    return close + len(tag)


def _past_escape_string(text: str, at: int) -> int:
    inside = at + 2
    while inside < len(text):
        past = _end(_ESCAPES, text, inside)
        if past > inside:
            inside = past
        elif more := _CONTINUATION.match(text, past + 1):
            inside = more.end()
        elif text[past] == "'":
            return past + 1
        else:
            break
    raise _Open("a quoted string", at)


def _without_space(text: str, start: int, end: int) -> int:
    """The end of a run of tokens without the white space after the last of them; `start` if there is none."""
    last = end
    while last > start and text[last - 1] in " \t\n\r\f\v":
        last -= 1
    return last


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def words(text: str) -> Iterator[str]:
    """The tokens of a statement, for a look at what it is without parsing it.

    Words come in lower case, anything else (a quoted identifier, a literal, an operator) as its first character.
    """
    return _words(text, 0, len(text))
