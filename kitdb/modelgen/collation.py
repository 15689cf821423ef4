"""The order of names that TypeScript's tools have: `Intl.Collator("en")`."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SYMBOLS = "\t\n\v\f\r\x85\u2028\u2029 _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"
_WEIGHTS = {symbol: weight for weight, symbol in enumerate(_SYMBOLS)}

# Letters that Unicode does not take apart, and that the collator does.
_PARTS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o\u0338", "đ": "d\u0335", "ł": "l\u0335"})
_PARTS |= str.maketrans({"Æ": "AE", "Œ": "OE", "Ø": "O\u0338", "Đ": "D\u0335", "Ł": "L\u0335"})

Key = tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...]]


@lru_cache(maxsize=100_000)
def english(text: str) -> Key:
    """A key for `sorted`: letters whatever their case and accents, then accents, then lower case before upper."""
    letters: list[int] = []
    accents: list[int] = []
    upper: list[bool] = []
    for character in text if text.isascii() else unicodedata.normalize("NFKD", text).translate(_PARTS):
        if weight := _weight(character):
            letters.append(weight)
            upper.append(character != character.lower())
        elif unicodedata.category(character) == "Mn":
            accents += [len(letters), ord(character)]
    return tuple(letters), tuple(accents), tuple(upper)


def _weight(character: str) -> int:
    """0 for what has no place of its own: accents, controls and marks of direction."""
    if character in _WEIGHTS:
        return 1 + _WEIGHTS[character]
    if unicodedata.category(character) in ("Mn", "Cc", "Cf"):
        return 0
    return 1 + len(_SYMBOLS) + ord(character.lower()[0])
