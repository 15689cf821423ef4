"""Where each key and value of a TOML file stands, which the standard library's parser does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kitdb.errors import Place

Path = tuple[str | int, ...]
_Found = tuple[Path, int, str]  # a key or element and where it begins, or a string that is its value

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_BARE_VALUE = re.compile(r"[^,\]}\n#]+")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_CONTINUED = r"\\[ \t]*\n\s*"  # a backslash at the end of a line: nothing of it is in the value
_CHARACTER = re.compile(rf"(?:{_CONTINUED})*(?:{_ESCAPE.pattern}|.)", re.DOTALL)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Written:
    """A string as a file has it, its quotes included, and where it begins."""

    raw: str
    place: Place

    def place_of(self, offset: int) -> Place:
        """Where a character of the string's value stands, for example behind escapes."""
        at = 3 if self.raw[:3] in ('"""', "'''") else 1
        at += at == 3 and self.raw[3] == "\n"  # which is none of the value
        for _ in range(offset):
            found = _CHARACTER.match(self.raw, at) if self.raw[0] == '"' else None
            at = found.end() if found else at + 1
        if not (lines := self.raw.count("\n", 0, at)):
            return replace(self.place, column=(self.place.column or 1) + at)
        return replace(self.place, line=(self.place.line or 1) + lines, column=at - self.raw.rfind("\n", 0, at))


@dataclass(frozen=True, slots=True)
class Positions:
    """The place of every key, table and array element of a file, and every string, by the path from the root."""

    places: dict[Path, Place]
    strings: dict[Path, Written]


def positions(text: str, path: str) -> Positions:
    """Where all stands, by paths as `("tables", "kits", "allow", 0)`.

    The text must be TOML that `tomllib` accepts: this reader looks for places, not for mistakes.
    """
    found = Positions({}, {})
    place, seen = Place(path, 1, 1), 0
    for key, offset, string in _Reader(text).document():
        place = _moved(place, text, seen, offset)  # only what is new since the last key is counted
        seen = offset
        if string:
            found.strings[key] = Written(string, place)
            continue
        # a header or dotted key also opens the tables above it
        for length in range(1, len(key) + 1):
            found.places.setdefault(key[:length], place)
    return found


def _moved(place: Place, text: str, start: int, end: int) -> Place:
    """The place of one offset, from that of an earlier one."""
    lines = text.count("\n", start, end)
    column = end - text.rfind("\n", start, end) if lines else (place.column or 1) + end - start
    return replace(place, line=(place.line or 1) + lines, column=column)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def document(self) -> Iterator[_Found]:
        prefix: Path = ()
        counts: dict[Path, int] = {}
        while self._skip_blank() < len(self.text):
            start = self.at
            brackets = 2 if self.text.startswith("[[", start) else int(self.text.startswith("[", start))
            if not brackets:
                yield from self._pair(prefix)
                continue
            self.at += brackets
            prefix = self._key()
            self.at += brackets
            if brackets == 2:
                counts[prefix] = counts.get(prefix, -1) + 1
                prefix = (*prefix, counts[prefix])
            yield prefix, start, ""

    def _pair(self, prefix: Path) -> Iterator[_Found]:
        start = self._skip_blank()
        key = (*prefix, *self._key())
        yield key, start, ""
        self.at = self.text.index("=", self.at) + 1
        yield from self._value(key)

    def _value(self, path: Path) -> Iterator[_Found]:
        match self.text[self._skip_blank()]:
            case "[":
                yield from self._array(path)
            case "{":
                yield from self._inline_table(path)
            case '"' | "'":
                start = self.at
                yield path, start, self._match(_STRING)
            case _:
                self._match(_BARE_VALUE)

    def _array(self, path: Path) -> Iterator[_Found]:
        self.at += 1
        index = 0
        while self.text[self._skip_blank()] != "]":
            yield (*path, index), self.at, ""
            yield from self._value((*path, index))
            index += 1
            self._skip_comma()
        self.at += 1

    def _inline_table(self, path: Path) -> Iterator[_Found]:
        self.at += 1
        while self.text[self._skip_blank()] != "}":
            yield from self._pair(path)
            self._skip_comma()
        self.at += 1

    def _key(self) -> Path:
        parts: list[str] = []
        while True:
            self._skip_blank()
            parts.append(_key_text(self._match(_STRING if self.text[self.at] in "\"'" else _BARE_KEY)))
            if self.text[self._skip_blank()] != ".":
                return tuple(parts)
            self.at += 1

    def _skip_comma(self) -> None:
        if self.text[self._skip_blank()] == ",":
            self.at += 1

    def _skip_blank(self) -> int:
        self._match(_BLANK)
        return self.at

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"no place at offset {self.at}")  # the parser has accepted what this reader cannot follow
        self.at = found.end()
        return found[0]


def _key_text(key: str) -> str:
    if key.startswith("'"):
        return key[1:-1]
    if key.startswith('"'):
        return _ESCAPE.sub(_unescape, key[1:-1])
    return key


def _unescape(found: re.Match[str]) -> str:
    escape = found[1]
    return chr(int(escape[1:], 16)) if escape[0] in "uU" else _ESCAPED[escape]
