"""Texts that nobody should write: a finding or a clear word, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitdb.errors import KitdbError
from kitdb.lint.document import rule_page
from kitdb.lint.fix import fixed
from kitdb.lint.rule import all_rules
from kitdb.lint.run import Options, judge, lint_files, lint_text
from kitdb.lint.script import read_text
from kitdb.sql.bodies import read_body
from kitdb.sql.condition import outcomes

EVERY_RULE = Options(rules=all_rules())
REAL = [text for rule in all_rules() for text in (*rule.bad, *rule.good)]
NOISE = [
    "'",
    '"',
    "$$",
    "(",
    ")",
    ";",
    ",",
    "--",
    "/*",
    "*/",
    "\\",
    "ä",
    "漢",
    "\ufeff",
    "{{ x }}",
    " not ",
    "null",
    "\r\n",
]


@st.composite
def mutated(draw):
    """Real SQL with a piece taken out, put in twice, or noise in between."""
    text = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        stop = draw(st.integers(start, min(start + 12, len(text))))
        piece = draw(st.sampled_from(["", text[start:stop] * 2, *NOISE]))
        text = text[:start] + piece + text[stop:]
    return text


@settings(max_examples=150, deadline=None)
@given(st.lists(mutated(), min_size=1, max_size=3).map("\n".join))
def test_mutated_sql_is_judged_and_fixed_without_a_crash(text):
    def lint(changed):
        return judge([], [read_text(changed, "a.sql", "a.sql")], EVERY_RULE)[0]

    judgement = lint(text)

    for one in judgement.judged:
        place = one.finding.place
        assert 1 <= place.line <= text.count("\n") + 1
        assert place.column >= 1
    found = fixed(judgement, lint, unsafe=True)
    assert found is None or found.after != found.before


@settings(max_examples=80, deadline=None)
@given(mutated())
def test_mutated_bodies_and_conditions_are_read_without_a_crash(text):
    read_body(text)
    read_body(text, block=False, returns="trigger")
    outcomes(text, "stranger")


@pytest.mark.parametrize(
    "text",
    [
        "{% if x %}\ndrop table t;\n{% endif %}",
        "select ${VALUE};",
        "\\copy t from 'x'\ndrop table t;",
        "<<<<<<< HEAD\ndrop table t;\n=======\ndrop table u;\n>>>>>>> other\n",
    ],
)
def test_what_is_no_sql_is_never_silently_clean(text):
    assert any(finding.severity == "error" for finding in lint_text(text).findings)


def test_a_large_file_is_read(tmp_path):
    row = "  (1, 'some text that is as long as such texts are', now(), 'and one more of them'),\n"
    text = "insert into t (a, b, c, d) values\n" + row * 125_000 + "  (1, 'a', now(), 'b');\ndrop table t;\n"
    path = tmp_path / "large.sql"
    path.write_text(text)
    assert len(text) > 10_000_000

    (result,) = lint_files([path])

    assert [(finding.place.line, finding.name) for finding in result.findings] == [(125_003, "destructive-drop")]


@pytest.mark.parametrize("content", [bytes(range(256)), b"PK\x03\x04" + b"\xff" * 100, b"\xff\xfed\x00r\x00"])
def test_a_binary_file_is_a_finding_with_its_place(tmp_path, content):
    path = tmp_path / "a.sql"
    path.write_bytes(content)

    (finding,) = lint_files([path])[0].findings

    assert (finding.name, finding.place.path) == ("unreadable-file", str(path))


def test_deep_nesting_is_no_crash():
    deep = "select " + "(" * 3000 + "1" + ")" * 3000 + ";\ndrop table t;"

    assert "destructive-drop" in {finding.name for finding in lint_text(deep).findings}
    long_or = " or ".join(f"a = {n}" for n in range(3000))
    assert lint_text(f"create policy p on t for select to authenticated using ({long_or});").subject == "<sql>"


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(KitdbError):
        lint_files([Path(tmp_path / "missing")])


def test_every_rule_can_be_explained():
    for rule in all_rules():
        assert rule_page(rule).startswith(f"{rule.code} {rule.name}")


def test_a_psql_command_may_hold_a_quote_that_nothing_closes():
    assert [finding.code for finding in lint_text('\\ä"' + "ö" * 70).findings] == ["KD003"]
