"""Patterns carried over to other engines find exactly what Postgres finds."""

from __future__ import annotations

import re
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from kitdb.modelgen.regex import NotPortable, parse_like, parse_regex, print_regex

PATTERNS = [
    "^[a-z0-9_]{3,30}$",
    "^[A-Z]{3}$",
    "a.b",
    "^(a|b)*$",
    "^(?:ab|c)+?d?$",
    r"^\d+\.\d{2}$",
    "^[^@]+@[^@]+$",
    "[]a-]x",
    r"[a\d-]",
    "^https?://",
    "x{2}",
    "x{2,}y{0,1}",
    "^$",
    "a|",
    "()",
    r"\*\.\\\[\^",
    "[^a-c]$",
    "[-+]",
    "[&~#]",
    "[a&&b]",
    "é",
    r"\n$",
    "^K",
    "]",
    "}",
    "^[A-F0-9]+$",
    "/",
    r"\/",
    "a-b",
    '"',
    "'",
    " ",
    r"[\]\\]",
]
SUBJECTS = [
    "", "a", "ab", "abc", "a\nb", "a.b", "axb", "abab", "cd", "abd", "1.25", "\u0661.25", "a@b", "@", "]x", "-x", "-", "7",
    "https://x", "http:", "xx", "xxy", "xyy", "*.\\[^", "d", "c", "+", "&", "~", "#", "é", "É", "e", "\n", "x\n", "k", "K",
    "\u212a", "}", "]", "ABC", "abc\n", "USD", "usd", "USDx", "DEADBEEF0", "deadbeef", "a-b", "a_b", "a/b", '"', "'", " ",
    "\\", "username_1", "Ab", "\u017f", "S",
]  # fmt: skip
LIKES = ["a%", "%b", "_", "a_b", r"a\%b", "%", "", "K%", "%.%", r"\\%", "a-b", "é"]


def by_postgres(connection, operator, pattern):
    rows = connection.execute(
        f"select subject from unnest(%s::text[]) subject where subject {operator} %s", [SUBJECTS, pattern]
    )
    return {row[0] for row in rows}


def by_python(node):
    pattern = re.compile(print_regex(node, end=r"\Z"))
    return {subject for subject in SUBJECTS if pattern.search(subject)}


def by_pydantic(node):
    adapter = TypeAdapter(Annotated[str, Field(pattern=print_regex(node))])

    def accepts(subject):
        try:
            adapter.validate_python(subject)
        except ValidationError:
            return False
        return True

    return set(filter(accepts, SUBJECTS))


@pytest.mark.parametrize("ignore_case", [False, True], ids=["~", "~*"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_three_engines_agree(connection, pattern, ignore_case):
    try:
        node = parse_regex(pattern, ignore_case=ignore_case)
    except NotPortable:
        pytest.skip("not carried over")

    expected = by_postgres(connection, "operator(pg_catalog.~*)" if ignore_case else "operator(pg_catalog.~)", pattern)

    assert by_python(node) == expected
    assert by_pydantic(node) == expected


@pytest.mark.parametrize("operator", ["like", "ilike"])
@pytest.mark.parametrize("pattern", LIKES)
def test_like_becomes_a_pattern(connection, pattern, operator):
    try:
        node = parse_like(pattern, ignore_case=operator == "ilike")
    except NotPortable:
        pytest.skip("not carried over")

    expected = by_postgres(connection, operator, pattern)

    assert by_python(node) == expected
    assert by_pydantic(node) == expected


def test_hardly_a_common_pattern_is_left_out():
    def is_portable(pattern):
        try:
            parse_regex(pattern)
        except NotPortable:
            return False
        return True

    assert all(map(is_portable, PATTERNS))


@pytest.mark.parametrize(
    "pattern",
    [
        r"\w", r"\s", r"\S+", r"\mword\M", r"\yx", "(?i)x", "***=x", "(?=a)", "(?!a)", "(?<=a)", r"(a)\1", "[[:alpha:]]",
        "[[.a.]]", "[é-ü]", "a**", "a{1", "a{256}", r"\x41", r"\A", "((((a{200}){200})))", r"[\w]", "(", "*a", "^*", "b\\",
    ],
)  # fmt: skip
def test_what_depends_on_locale_or_engine_is_refused(pattern):
    with pytest.raises(NotPortable):
        parse_regex(pattern)


def test_the_case_of_letters_beyond_ascii_is_refused():
    with pytest.raises(NotPortable):
        parse_regex("é", ignore_case=True)
