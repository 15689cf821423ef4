"""Tokens, cut as Postgres's scanner cuts them.

https://www.postgresql.org/docs/18/sql-syntax-lexical.html, with `standard_conforming_strings` on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """`word` is a word in lower case, any other token's first character; `depth` counts the brackets around it."""

    word: str
    start: int
    end: int
    depth: int


class Unclosed(Exception):
    """A quote or comment that begins at this offset and does not end."""

    def __init__(self, what: str, offset: int) -> None:
        self.what = what
        self.offset = offset
        super().__init__(what)


# A byte above 127 is a letter to Postgres's scanner, a no-break space too. The sets are written by what they leave out
# of ASCII: a range up to the last character of Unicode takes long to compile, and every command would wait for it.
_LETTER = r"[^\x00-@\[-\^`{-\x7f]"
_LETTER_OR_DIGIT = r"[^\x00-/:-@\[-\^`{-\x7f]"
_IN_WORD = r"[^\x00-#%-/:-@\[-\^`{-\x7f]"
_WORD = rf"{_LETTER}{_IN_WORD}*"
_NAME = rf"(?:{_LETTER}{_LETTER_OR_DIGIT}*)?"
_TAG = rf"\${_NAME}\$"
_DIGITS = r"[0-9](?:_?[0-9])*"
# Letters glued to a number belong to its token ("trailing junk"), so the e of 1e'x' does not begin an escape string.
_NUMBER = rf"(?:{_DIGITS}(?:\.(?!\.)(?:{_DIGITS})?)?|\.{_DIGITS})(?:{_WORD})?|\.\.?"
_PARAMETER = rf"\$[0-9]+(?:{_WORD})?"
_BLANK = r" \t\n\r\f\v"

_QUOTED = r"""'[^']*'|"[^"]*" """.strip()
# A doubled quote needs no rule: 'a''b' is cut at the same places as 'a' and 'b'.
_UNQUOTED = rf"{_NUMBER}|{_PARAMETER}|\$(?!{_NAME}\$|[0-9])|-(?!-)|/(?!\*)"
_SIMPLE = rf"{_QUOTED}|{_UNQUOTED}"
# What is neither letter, digit, quote, bracket nor able to begin a comment; without white space and commas below.
_PLAIN = r"[\x00-!#%&*+,:<-@\[\]^`{-\x7f]"
_PUNCTUATION = r"[\x00-\x08\x0e-\x1f!#%&*+:<-@^`{-\x7f]"
# Short cuts: parentheses with nothing in them that could hide one, and an escape string that nothing continues.
_FLAT = r"""\([^()'"$;\\/\-]*\)|[eE]'[^'\\]*(?:\\[^\n][^'\\]*){0,20}'(?=[,)])"""
# The bound keeps the regular expression's own stack small. Tokens after it are found by the next match.
TOKENS = re.compile(rf"(?:{_PLAIN}+|(?![eE]'){_WORD}|{_SIMPLE}|{_FLAT}){{1,200}}")
# The same, one by one; a comma or bracket is always alone, other punctuation need not be.
_TOKEN = re.compile(rf"{_PUNCTUATION}+|{_SIMPLE}|(?![eE]'){_WORD}")
WORD = re.compile(rf"(?![eE]'){_WORD}")
# The same with the white space after it: a word, a bracket that opens, one that closes, anything else that is simple
# and no doubled quote.
_NEXT = re.compile(
    rf"""(?:((?![eE]'){_WORD})|([(\[])|([)\]])|(,|{_PUNCTUATION}+|'[^']*'(?!')|"[^"]*"(?!")|{_UNQUOTED}))[{_BLANK}]*"""
)

SPACE = re.compile(rf"[{_BLANK}]*")
_LINE_COMMENT = re.compile(r"--[^\n\r]*")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_DOLLAR_QUOTE = re.compile(_TAG)
_ESCAPES = re.compile(r"[^'\\]*(?:(?:\\.|'')[^'\\]*){0,200}", re.DOTALL)
# 'a' and 'b' on two lines are one literal, with comments allowed between them; an escape string stays one.
_CONTINUATION = re.compile(
    rf"[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[{_BLANK}]|--[^\n\r]*[\n\r])*'",
)


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """All tokens of a text but its comments, from an offset on."""
    depth = 0
    at = skip_blank(text, start)
    commented = "--" in text or "/*" in text
    while at < len(text):
        found = _NEXT.match(text, at)
        if found is None:
            token = _rare_token(text, at, depth)
            yield token
            at = skip_blank(text, token.end)
            continue
        kind = found.lastindex
        if kind == _IS_WORD:
            yield _new(Token, (found[1].lower(), at, found.end(1), depth))
        elif kind == _OPENS:
            yield _new(Token, (text[at], at, at + 1, depth))
            depth += 1
        elif kind == _CLOSES:
            depth -= 1
            yield _new(Token, (text[at], at, at + 1, depth))
        else:
            yield _new(Token, (text[at], at, found.end(_IS_OTHER), depth))
        at = found.end()
        if commented and is_comment(text, at):
            at = skip_blank(text, at)


_IS_WORD, _OPENS, _CLOSES, _IS_OTHER = 1, 2, 3, 4
_new = tuple.__new__  # half the time of the class, and there are many tokens


def _rare_token(text: str, at: int, depth: int) -> Token:
    word, end = word_at(text, at), past(text, at)
    while word in ("'", '"') and text.startswith(word, end):  # a doubled quote
        end = past(text, end)
    return Token(word, at, end, depth)


def comments(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The spans of the comments between two offsets that stand in no token."""
    at = start
    while at < stop:
        at = end_of(SPACE, text, at)
        if at < stop:
            end = past(text, at)
            if is_comment(text, at):
                yield at, end
            at = end


def word_at(text: str, at: int) -> str:
    word = WORD.match(text, at)
    return word.group().lower() if word else text[at]


def skip_blank(text: str, at: int) -> int:
    """Past white space and comments."""
    at = end_of(SPACE, text, at)
    while is_comment(text, at):
        at = end_of(SPACE, text, past(text, at))
    return at


def is_comment(text: str, at: int) -> bool:
    return text.startswith(("--", "/*"), at)


def past(text: str, at: int) -> int:
    """The offset after the token or comment that begins here."""
    match text[at]:
        case "-" if text.startswith("--", at):
            return end_of(_LINE_COMMENT, text, at)
        case "/" if text.startswith("/*", at):
            return _past_comment(text, at)
        case "$" if quote := _DOLLAR_QUOTE.match(text, at):
            return _past_dollar_quote(text, at, quote.group())
        case "e" | "E" if text.startswith("'", at + 1):
            return _past_escape_string(text, at)
        case _ if token := _TOKEN.match(text, at):
            return token.end()
        case "'":
            raise Unclosed("a quoted string", _first_quote(text, at))
        case '"':
            raise Unclosed("a quoted identifier", _first_quote(text, at))
        case _:
            return at + 1


def _first_quote(text: str, at: int) -> int:
    """Where a literal really begins, when this quote doubles the one before it."""
    while at > 0 and text[at - 1] == text[at]:
        at = max(text.rfind(text[at], 0, at - 1), 0)  # none where the scan began inside of a literal
    return at


def _past_comment(text: str, at: int) -> int:
    depth = 1
    for edge in _COMMENT_EDGE.finditer(text, at + 2):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    raise Unclosed("a comment", at)


def _past_dollar_quote(text: str, at: int, tag: str) -> int:
    close = text.find(tag, at + len(tag))
    if close < 0:
        raise Unclosed(f"a string quoted with {tag}", at)
    return close + len(tag)


def _past_escape_string(text: str, at: int) -> int:
    inside = at + 2
    while inside < len(text):
        content = end_of(_ESCAPES, text, inside)
        if content > inside:
            inside = content
        elif more := _CONTINUATION.match(text, inside + 1):
            inside = more.end()
        elif text[inside] == "'":
            return inside + 1
        else:
            break
    raise Unclosed("a quoted string", at)


def closing(text: str, opening: int) -> int:
    """The offset of the parenthesis that closes the one here; the end of the text if none does."""
    depth, at = 1, opening + 1
    while at < len(text):
        if run := TOKENS.match(text, at):
            at = run.end()
            continue
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return at
        at = past(text, at)
    return at


def without_space(text: str, start: int, end: int) -> int:
    """The end of a run of tokens without the white space after the last of them; `start` if there is none."""
    last = end
    while last > start and text[last - 1] in " \t\n\r\f\v":
        last -= 1
    return last


def end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
