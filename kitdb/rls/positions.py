"""Where each key and value of a TOML file stands, which the standard library's parser does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kitdb.errors import Place

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_BARE_VALUE = re.compile(r"[^,\]}\n#]+")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


def positions(text: str, path: str) -> Mapping[Path, Place]:
    """The place of every key, table and array element, by its path from the root: `("tables", "kits", "allow", 0)`.

    The text must be TOML that `tomllib` accepts: this reader looks for places, not for mistakes.
    """
    found: dict[Path, Place] = {}
    for key, offset in _Reader(text).document():
        # a header or dotted key also opens the tables above it
        for length in range(1, len(key) + 1):
            found.setdefault(key[:length], _place(text, offset, path))
    return found


def _place(text: str, offset: int, path: str) -> Place:
    return Place(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def document(self) -> Iterator[tuple[Path, int]]:
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
            yield prefix, start

    def _pair(self, prefix: Path) -> Iterator[tuple[Path, int]]:
        start = self._skip_blank()
        key = (*prefix, *self._key())
        yield key, start
        self.at = self.text.index("=", self.at) + 1
        yield from self._value(key)

    def _value(self, path: Path) -> Iterator[tuple[Path, int]]:
        match self.text[self._skip_blank()]:
            case "[":
                yield from self._array(path)
            case "{":
                yield from self._inline_table(path)
            case '"' | "'":
                self._match(_STRING)
            case _:
                self._match(_BARE_VALUE)

    def _array(self, path: Path) -> Iterator[tuple[Path, int]]:
        self.at += 1
        index = 0
        while self.text[self._skip_blank()] != "]":
            yield (*path, index), self.at
            yield from self._value((*path, index))
            index += 1
            self._skip_comma()
        self.at += 1

    def _inline_table(self, path: Path) -> Iterator[tuple[Path, int]]:
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
