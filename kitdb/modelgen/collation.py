"""The order of names that TypeScript's tools have: `Intl.Collator("en")`."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache

# The last two symbols stand for all others, and for all other currencies.
_SYMBOLS = "\t\n\v\f\r\x85\u2028\u2029 _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~\ufffe$\uffff0123456789"
_WEIGHTS = {symbol: weight for weight, symbol in enumerate(_SYMBOLS)}
# Variants of a letter, as Unicode calls them, and where its upper case stands among them.
_VARIANTS = ("", "<wide>", "<compat>", "<font>", "<circle>", "A", "<super>", "<sub>")

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
    for composed in unicodedata.normalize("NFC", text):
        variant = unicodedata.decomposition(composed).partition(" ")[0]
        for character in unicodedata.normalize("NFKD", composed).translate(_PARTS):
            if weight := _weight(character):
                letters += weight
                upper += _case(character, variant)
            elif unicodedata.category(character) == "Mn":
                accents += [len(letters), ord(character)]
    return letters, tuple(accents), upper


def _weight(character: str) -> str:
    """A character to compare; none for what has no place of its own: accents, controls and marks of direction."""
    if character in _WEIGHTS:
        return chr(_WEIGHTS[character])
    category = unicodedata.category(character)
    if category in ("Mn", "Cc", "Cf"):
        return ""
    if category == "Nd":
        return chr(_WEIGHTS[str(unicodedata.decimal(character))])
    if category[0] in "SP":
        return chr(_WEIGHTS["\uffff" if category == "Sc" else "\ufffe"]) + character
    return chr(min(len(_SYMBOLS) + ord(character.lower()[0]), sys.maxunicode))


def _case(character: str, variant: str = "") -> str:
    """A digit for lower case and upper case, with its variants in between and behind."""
    place = _VARIANTS.index(variant) if variant in _VARIANTS else 0
    return str(place if character == character.lower() else place + _VARIANTS.index("A"))


_PLAIN = [chr(code) for code in range(0x20, 0x7F)]
_LETTERS = str.maketrans({character: _weight(character) for character in _PLAIN})
_CASES = str.maketrans({character: _case(character) for character in _PLAIN})
