"""The order of names that TypeScript's tools have: `Intl.Collator("en")`."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache

_SYMBOLS = "\t\n\v\f\r\x85\u2028\u2029 _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"
_WEIGHTS = {symbol: weight for weight, symbol in enumerate(_SYMBOLS)}

# Letters that Unicode does not take apart, and that the collator does.
_PARTS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o\u0338", "đ": "d\u0335", "ł": "l\u0335"})
_PARTS |= str.maketrans({"Æ": "AE", "Œ": "OE", "Ø": "O\u0338", "Đ": "D\u0335", "Ł": "L\u0335"})

Key = tuple[str, tuple[int, ...], str]


@lru_cache(maxsize=100_000)
def english(text: str) -> Key:
    """A key for `sorted`: letters whatever their case and accents, then accents, then lower case before upper."""
    if text.isascii() and text.isprintable():
        return text.translate(_LETTERS), (), text.translate(_CASES)
    letters, upper = "", ""
    accents: list[int] = []
    for character in unicodedata.normalize("NFKD", text).translate(_PARTS):
        if weight := _weight(character):
            letters += weight
            upper += _case(character)
        elif unicodedata.category(character) == "Mn":
            accents += [len(letters), ord(character)]
    return letters, tuple(accents), upper


def _weight(character: str) -> str:
    """A character to compare; none for what has no place of its own: accents, controls and marks of direction."""
    if character in _WEIGHTS:
        return chr(_WEIGHTS[character])
    if unicodedata.category(character) in ("Mn", "Cc", "Cf"):
        return ""
    return chr(min(len(_SYMBOLS) + ord(character.lower()[0]), sys.maxunicode))


def _case(character: str) -> str:
    return "0" if character == character.lower() else "1"


_PLAIN = [chr(code) for code in range(0x20, 0x7F)]
_LETTERS = str.maketrans({character: _weight(character) for character in _PLAIN})
_CASES = str.maketrans({character: _case(character) for character in _PLAIN})
