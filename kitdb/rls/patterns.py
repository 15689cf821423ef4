"""Texts that match a regular expression, so that a column with a CHECK can be filled."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLASSES = {
    "d": "0123456789",
    "w": "abcdefghijklmnopqrstuvwxyz0123456789_",
    "s": " ",
    "D": "abcdefghij",
    "W": "-.",
    "S": "abcdefghijklmnopqrstuvwxyz",
}
_NAMED = {
    "alpha": "abcdefghijklmnopqrstuvwxyz",
    "alnum": "abcdefghijklmnopqrstuvwxyz0123456789",
    "digit": "0123456789",
    "lower": "abcdefghijklmnopqrstuvwxyz",
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "xdigit": "0123456789abcdef",
    "space": " ",
    "punct": "-._",
}
_ANY = "abcdefghijklmnopqrstuvwxyz"
_REPEAT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}\??|[*+?]\??")
_FEW = 4  # how often a part that may repeat at will is repeated: enough for some thousand different texts


def sample(pattern: str, number: int) -> str | None:
    """A text that the pattern should match, another for another number; None where the pattern is beyond us.

    What comes out is a guess to be checked against the pattern by whoever uses it.
    """
    reader = _Reader(pattern, number)
    try:
        text = reader.alternatives()
    except (IndexError, ValueError):
        return None
    return text if reader.at == len(pattern) else None


def patterns_in(expression: str) -> list[str]:
    """The regular expressions that an SQL expression matches against."""
    found = re.findall(r"~\*?\s*\(*\s*[eE]?'((?:[^']|'')*)'", expression)
    return [text.replace("''", "'") for text in found]


@dataclass(slots=True)
class _Reader:
    pattern: str
    number: int
    at: int = 0

    def alternatives(self) -> str:
        texts = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            texts.append(self._sequence())
        return texts[self._choose(len(texts))]

    def _sequence(self) -> str:
        parts = []
        while (char := self._peek()) and char not in "|)":
            parts.append(self._repeated())
        return "".join(parts)

    def _repeated(self) -> str:
        start, number = self.at, self.number
        once = self._atom()
        found = _REPEAT.match(self.pattern, self.at)
        if found is None:
            return once
        self.number = number
        parts = []
        for _ in range(_count(found)):
            self.at = start
            parts.append(self._atom())
        self.at = found.end()
        return "".join(parts)

    def _atom(self) -> str:
        char = self.pattern[self.at]
        self.at += 1
        match char:
            case "^" | "$":
                return ""
            case ".":
                return self._pick(_ANY)
            case "(":
                return self._group()
            case "[":
                return self._pick(self._bracket())
            case "\\":
                return self._escape()
        return char

    def _group(self) -> str:
        if self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self._peek() == "?":
            raise ValueError("look-around")
        text = self.alternatives()
        if self._peek() != ")":
            raise ValueError("unbalanced")
        self.at += 1
        return text

    def _escape(self) -> str:
        char = self.pattern[self.at]
        self.at += 1
        if char in "AZyYmMbB":
            return ""
        return self._pick(_CLASSES[char]) if char in _CLASSES else char

    def _bracket(self) -> str:
        negated = self._peek() == "^"
        self.at += negated
        chars = ""
        first = True
        while self.pattern[self.at] != "]" or first:
            first = False
            if named := re.match(r"\[:(\w+):\]", self.pattern[self.at :]):
                chars += _NAMED[named[1]]
                self.at += named.end()
                continue
            char = self._class_char()
            if len(char) == 1 and self._peek() == "-" and self.pattern[self.at + 1] != "]":
                self.at += 1
                last = self._class_char()
                chars += "".join(map(chr, range(ord(char), ord(last) + 1)))
            else:
                chars += char
        self.at += 1
        return "".join(c for c in _ANY + "0123456789_" if c not in chars) if negated else chars

    def _class_char(self) -> str:
        char = self.pattern[self.at]
        self.at += 1
        if char == "\\":
            char = self.pattern[self.at]
            self.at += 1
            return _CLASSES.get(char, char)
        return char

    def _pick(self, chars: str) -> str:
        if not chars:
            raise ValueError("empty class")
        return chars[self._choose(len(chars))]

    def _choose(self, count: int) -> int:
        self.number, chosen = divmod(self.number, count)
        return chosen

    def _peek(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""


def _count(found: re.Match[str]) -> int:
    if found[0][0] in "*+?":
        return 1 if found[0][0] == "?" else _FEW
    least = int(found[1])
    most = least if not found[2] else int(found[3]) if found[3] else least + _FEW
    return max(least, min(_FEW, most))
