from __future__ import annotations

import pytest

from kitdb.errors import Place
from kitdb.rls.predicate import (
    AllOf,
    AnyOf,
    BadParameter,
    EveryRow,
    InClass,
    Negated,
    RowClass,
    bind,
    check_parameters,
    describe_rows,
    holds,
)

ADA = {"sub": "ada", "app_metadata": {"org": "o'hara", "teams": ["a", "b"]}, "n": 3}


@pytest.mark.parametrize(
    ("predicate", "bound"),
    [
        ("owner = :uid", "owner = 'ada'"),
        ("owner = :uid::uuid", "owner = 'ada'::uuid"),
        ("org = :jwt.app_metadata.org", "org = 'o''hara'"),
        (":jwt.app_metadata.teams::jsonb ? team", '\'["a","b"]\'::jsonb ? team'),
        ("level <= :jwt.n", "level <= '3'"),
        ("x = :jwt.app_metadata.missing", "x = null"),
        ("x = :jwt.sub.deeper", "x = null"),
        ("note = ':uid'", "note = ':uid'"),
        ("note = 'it''s :uid' and o = :uid", "note = 'it''s :uid' and o = 'ada'"),
        (r"note = E'\':uid' and o = :uid", r"note = E'\':uid' and o = 'ada'"),
        ('":uid" = :uid', "\":uid\" = 'ada'"),
        ("a -- :uid\n = :uid", "a -- :uid\n = 'ada'"),
        ("a /* :uid /* :uid */ :uid */ = :uid", "a /* :uid /* :uid */ :uid */ = 'ada'"),
        ("a = $$:uid$$ or b = $x$:uid$x$ or c = :uid", "a = $$:uid$$ or b = $x$:uid$x$ or c = 'ada'"),
        ("path[1:2] = :uid", "path[1:2] = 'ada'"),
        ("path[lo:hi] = :uid", "path[lo:hi] = 'ada'"),
        ("members[:uid]", "members['ada']"),
        ("a::text = :uid", "a::text = 'ada'"),
        ("f(a := 1) = :uid", "f(a := 1) = 'ada'"),
    ],
)
def test_parameters_become_literals_and_nothing_else_changes(predicate: str, bound: str) -> None:
    assert bind(predicate, ADA) == bound


def test_a_caller_without_subject_is_null() -> None:
    assert bind("owner = :uid", {"role": "anon"}) == "owner = null"


def test_a_claim_cannot_leave_its_literal() -> None:
    assert bind("o = :uid", {"sub": "' or true --"}) == "o = ''' or true --'"
    assert bind("o = :uid", {"sub": "\\' or true --"}) == r"o =  E'\\'' or true --'"


def test_all_claims_together_are_jsonb() -> None:
    assert bind(":jwt ? 'a'", {"a": 1}) == "'{\"a\":1}'::jsonb ? 'a'"


def test_an_unknown_parameter_is_refused_at_its_row_class() -> None:
    place = Place("access.toml", 3, 1)

    with pytest.raises(BadParameter, match=r"rows\.own: unknown parameter :user") as raised:
        check_parameters(RowClass("own", "owner = :user", place))

    assert raised.value.place == place


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (EveryRow(), True),
        (InClass("null"), None),
        (Negated(InClass("null")), None),
        (Negated(InClass("no")), True),
        (AllOf((InClass("yes"), InClass("null"))), None),
        (AllOf((InClass("no"), InClass("null"))), False),
        (AnyOf((InClass("yes"), InClass("null"))), True),
        (AnyOf((InClass("no"), InClass("null"))), None),
    ],
)
def test_logic_has_three_values_as_in_sql(rows: object, expected: bool | None) -> None:
    assert holds(rows, {"yes": True, "no": False, "null": None}) is expected  # type: ignore[arg-type]


def test_rows_are_described_as_a_line_says_them() -> None:
    rows = AllOf((InClass("own"), Negated(AnyOf((InClass("a"), InClass("b"))))))

    assert describe_rows(rows) == "own and not (a or b)"
