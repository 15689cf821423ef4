from __future__ import annotations

import pytest

from kitdb.lint.run import lint_text


def found(text):
    return [f"{finding.place.line}:{finding.place.column} {finding.name}" for finding in lint_text(text).findings]


ALLOWED = {
    "before the statement": "-- kitdb: allow destructive-drop: unused\ndrop table a;",
    "by code": "-- kitdb: allow KD201: unused\ndrop table a;",
    "with more comments": "-- first\n--kitdb:allow destructive-drop : unused: really\n/* last */\n\ndrop table a;",
    "inside the statement": "drop table a -- kitdb: allow destructive-drop: unused\n;",
    "on the statement's line": "drop table a; -- kitdb: allow destructive-drop: unused",
    "with other rules": (
        "-- kitdb: allow destructive-drop, required-column-without-default: empty\n"
        "alter table a drop b, add c int not null;"
    ),
    "for several findings": "-- kitdb: allow destructive-drop: unused\nalter table a drop b, drop c;",
    "CRLF": "-- kitdb: allow destructive-drop: unused\r\ndrop table a;\r\n",
}


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED.keys())
def test_an_allowed_finding_is_not_reported(text):
    assert found(text) == []


NOT_ALLOWED = {
    "for the next statement only": (
        "-- kitdb: allow destructive-drop: unused\ndrop table a;\ndrop table b;",
        ["3:1 destructive-drop"],
    ),
    "after the statement's line": (
        "drop table a;\n-- kitdb: allow destructive-drop: unused",
        ["1:1 destructive-drop", "2:1 stale-allowance"],
    ),
    "in a string": (
        "comment on table a is '-- kitdb: allow destructive-drop: x';\ndrop table a;",
        ["2:1 destructive-drop"],
    ),
    "in a block comment": ("/* -- kitdb: allow destructive-drop: x */ drop table a;", ["1:43 destructive-drop"]),
    "without a reason": (
        "-- kitdb: allow destructive-drop:\ndrop table a;",
        ["1:1 unknown-allowance", "2:1 destructive-drop"],
    ),
    "without a rule": ("-- kitdb: allow : unused\ndrop table a;", ["1:1 unknown-allowance", "2:1 destructive-drop"]),
    "of an unknown rule": ("  -- kitdb: allow no-such-rule: x\nselect 1;", ["1:3 unknown-allowance"]),
    "of another word": ("-- kitdb: alow destructive-drop: x\nselect 1;", ["1:1 unknown-allowance"]),
    "of what is not there": ("-- kitdb: allow destructive-drop: x\nselect 1;", ["1:1 stale-allowance"]),
    "half of it": (
        "-- kitdb: allow destructive-drop, breaking-rename: x\ndrop table a;",
        ["1:1 stale-allowance"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), NOT_ALLOWED.values(), ids=NOT_ALLOWED.keys())
def test_what_is_not_allowed_is_reported(text, expected):
    assert found(text) == expected


def test_directives_of_others_are_left_alone():
    assert found("-- kitdb: no-transaction\nvacuum a;") == []


def test_an_allowance_before_a_statement_that_cannot_be_read_is_no_surprise():
    assert found("-- kitdb: allow destructive-drop: x\nselect 'a") == ["1:1 stale-allowance", "2:8 syntax-error"]
