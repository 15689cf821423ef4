"""Check expressions that are understood, and the reasons for those that are not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kitdb.modelgen.condition import (
    Call,
    ColumnValue,
    Comparison,
    Constant,
    Either,
    IsNull,
    Negation,
    NotTranslated,
    Subset,
    Within,
    columns_of,
    conjuncts,
    parse_condition,
)

KINDS = {
    "a": "integer",
    "n": "numeric",
    "f": "float",
    "t": "text",
    "e": "enum",
    "j": "json",
    "r": "text array",
    "d": "date",
    "at": "timestamptz",
    "flag": "boolean",
    "c": "composite",
    "o": "other",
    "odd name": "text",
}
A, T = ColumnValue("a", "integer"), ColumnValue("t", "text")


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        ("(a >= 0)", Comparison(">=", A, Constant(0, "integer"))),
        ("(0 < a)", Comparison(">", A, Constant(0, "integer"))),
        ("(a > '-5'::integer)", Comparison(">", A, Constant(-5, "integer"))),
        ("(a > (-5))", Comparison(">", A, Constant(-5, "integer"))),
        ("(n > 0.5)", Comparison(">", ColumnValue("n", "numeric"), Constant(Decimal("0.5"), "numeric"))),
        ("(n < 'Infinity'::numeric)", Comparison("<", ColumnValue("n", "numeric"), Constant(Decimal("Infinity"), "numeric"))),
        ("(char_length(t) <= 200)", Comparison("<=", Call("length", (T,)), Constant(200, "integer"))),
        ("(TRIM(BOTH FROM t) <> ''::text)", Comparison("<>", Call("trimmed", (T,)), Constant("", "text"))),
        ("((t)::text = ANY ((ARRAY['a'::character varying])::text[]))", Within(T, ("a",))),
        ("(a <> ALL (ARRAY[1, 2]))", Negation(Within(A, (1, 2)))),
        ("(e = 'x'::public.mood)", Comparison("=", ColumnValue("e", "enum"), Constant("x", "enum"))),
        ("(r <@ ARRAY['a'::text])", Subset(ColumnValue("r", "text array"), ("a",))),
        ("(\"odd name\" = 'it''s'::text)", Comparison("=", ColumnValue("odd name", "text"), Constant("it's", "text"))),
        ("(t = E'a\\\\b'::text)", Comparison("=", T, Constant("a\\b", "text"))),
        ("((a IS NULL) OR (t IS NOT NULL))", Either((IsNull(A), Negation(IsNull(T))))),
        ("(d < d)", Comparison("<", ColumnValue("d", "date"), ColumnValue("d", "date"))),
        ("(num_nonnulls(a, t) = 1)", Comparison("=", Call("count_set", (A, T)), Constant(1, "integer"))),
    ],
)  # fmt: skip
def test_what_is_understood(expression, condition):
    assert parse_condition(expression, KINDS) == condition


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("(lower(t) = t)", "lower"),
        ("(t < 'm'::text)", "order"),
        ("(e > 'x'::public.mood)", "order"),
        ("(d > CURRENT_DATE)", "CURRENT_DATE"),
        ("(at > now())", "now"),
        ("(at > '2020-01-01 00:00:00+00'::timestamp with time zone)", "type"),
        ("((a + 1) > 0)", r"\+"),
        ("((a % 2) = 0)", "%"),
        ("(t ~ '^\\w+$'::text)", "pattern"),
        ("(t ~ o)", "pattern"),
        ("((j ->> 'a'::text) = 'x'::text)", "->>"),
        ("(j = '{}'::jsonb)", "type"),
        ("(o = 'x'::extensions.citext)", "type"),
        ("(o >= (0.1)::double precision)", "type"),
        ("(f > a)", "type"),
        ("(c IS NULL)", "composite"),
        ("(public.is_valid(t))", "public.is_valid"),
        ("(CASE WHEN (a > 0) THEN (t IS NOT NULL) ELSE true END)", "CASE"),
        ("(r[1] = 'a'::text)", "element"),
        ("(a IN (SELECT 1))", "IN"),
        ("(a = ANY (r))", "ANY"),
        ("(a IS DISTINCT FROM 1)", "IS"),
        ("(flag IS TRUE)", "IS"),
        ("a", "condition"),
        ("(length(o) > 1)", "length"),
        ("(((t)::character varying(3))::text = 'x'::text)", "limits"),
        ("", "end"),
        ("((a > 0)", "end"),
        ("(a > 0))", "not understood"),
        ("(a = 1) AND", "end"),
    ],
)
def test_what_is_not_understood_says_why(expression, reason):
    with pytest.raises(NotTranslated, match=reason):
        parse_condition(expression, KINDS)


def test_and_is_split_and_or_is_not():
    condition = parse_condition("((a > 0) AND ((t IS NOT NULL) AND (flag OR (a < 5))))", KINDS)

    assert [columns_of(part) for part in conjuncts(condition)] == [("a",), ("t",), ("flag", "a")]
