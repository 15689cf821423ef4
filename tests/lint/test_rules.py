from __future__ import annotations

import re

import pytest

from kitdb.lint.rule import all_rules
from kitdb.lint.run import Options, lint_text

RULES = all_rules()
BAD = [pytest.param(rule, text, id=f"{rule.code}-bad-{n}") for rule in RULES for n, text in enumerate(rule.bad)]
EVERY_RULE = Options(rules=RULES)
GOOD = [pytest.param(rule, text, id=f"{rule.code}-good-{n}") for rule in RULES for n, text in enumerate(rule.good)]


@pytest.mark.parametrize(("rule", "text"), BAD)
def test_a_bad_example_is_found(rule, text):
    (finding, *_) = [finding for finding in lint_text(text, options=EVERY_RULE).findings if finding.code == rule.code]

    assert (finding.name, finding.severity, finding.help) == (rule.name, rule.severity, rule.help)
    assert finding.place is not None
    assert finding.place.line is not None
    assert finding.place.column is not None


@pytest.mark.parametrize(("rule", "text"), GOOD)
def test_a_good_example_has_no_finding(rule, text):
    findings = lint_text(text, options=EVERY_RULE).findings

    assert [finding.message for finding in findings if finding.code in (rule.code, "KD001")] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_documented(rule):
    module = rule.check.__module__.rpartition(".")[2]

    assert module == f"{rule.code}-{rule.name}".lower().replace("-", "_")
    assert rule.summary.endswith(".")
    assert re.fullmatch(r"[A-Z`].*\.", rule.help)
    assert rule.code in ("KD002", "KD008", "KD011", "KD012", "KD607", "KD608", "KD705", "KD717", "KD718") or (
        rule.bad and rule.good
    )


def test_codes_and_names_are_given_once():
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
