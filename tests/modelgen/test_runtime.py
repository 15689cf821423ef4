"""Postgres's own text forms, as the models' base module reads and writes them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from kitdb.modelgen import runtime as pg

INTERVALS = [
    "1 year 2 mons -3 days 04:05:06.7",
    "-00:00:01.5",
    "00:00:00",
    "5 days",
    "-1 years -2 mons +3 days -04:05:06",
    "1 mon",
    "100:00:00",
]


@pytest.mark.parametrize("style", ["postgres", "iso_8601"])
@pytest.mark.parametrize("text", INTERVALS)
def test_an_interval_survives_the_way_there_and_back(connection, style, text):
    connection.execute("select set_config('intervalstyle', %s, true)", [style])
    printed = connection.execute("select (%s::interval)::text", [text]).fetchone()[0]

    interval = TypeAdapter(pg.Interval).validate_python(printed)

    assert connection.execute("select %s::interval::text = %s::interval::text", [str(interval), text]).fetchone()[0]


def test_an_interval_with_months_is_no_timedelta():
    assert pg.Interval.read("1 day 00:00:01").timedelta() == datetime.timedelta(days=1, seconds=1)
    with pytest.raises(ValueError, match="no fixed length"):
        pg.Interval(months=1).timedelta()


@pytest.mark.parametrize("text", ["", "soon", "1 day or so", "P", "1:2"])
def test_what_is_no_interval_is_refused(text):
    if text == "P":
        assert pg.Interval.read(text) == pg.Interval()
        return
    with pytest.raises(ValidationError):
        TypeAdapter(pg.Interval).validate_python(text)


ARRAYS = [
    ["a", None, "", "NULL", "null", 'q"uote', "back\\slash", "{x}", "a,b", " space ", "new\nline"],
    [],
    [["a", "b"], ["c", None]],
]


@pytest.mark.parametrize("items", ARRAYS)
def test_the_text_of_an_array_is_read(connection, items):
    text = connection.execute("select %s::text[]::text", [items]).fetchone()[0]
    kind = pg.Array[pg.Array[str]] if items and isinstance(items[0], list) else pg.Array[str]

    assert TypeAdapter(kind).validate_python(text) == items
    assert TypeAdapter(kind).validate_python(items) == items


@pytest.mark.parametrize("text", ["", "{", "a", "{a", "{a}b", '{"a}', "{a}}"])
def test_what_is_no_array_is_refused(text):
    with pytest.raises(ValidationError):
        TypeAdapter(pg.Array[str]).validate_python(text)


class Pair(pg.Composite):
    number: int | None
    text: str | None
    items: pg.Array[str] | None
    document: pg.Json


@pytest.mark.parametrize(
    "values",
    [
        (1, "a", ["x", None], {"k": [1]}),
        (None, None, None, None),
        (None, "", [], "text"),
        (2, ' ",)(\\\n', ['"', "\\", "{}"], [None]),
    ],
)
def test_the_text_of_a_composite_is_read(connection, values):
    number, text, items, document = values
    printed = connection.execute(
        "select row(%s::int, %s::text, %s::text[], %s::jsonb)::text",
        [number, text, items, None if document is None else pg.json.dumps(document)],
    ).fetchone()[0]

    pair = Pair.model_validate(printed)

    assert (pair.number, pair.text, pair.items, pair.document) == values


@pytest.mark.parametrize("text", ["", "(1)", "(1,2,3,4,5)", "1,2,3,4", '(1,"a,b,c)'])
def test_what_is_no_such_composite_is_refused(text):
    with pytest.raises(ValidationError):
        Pair.model_validate(text)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [("[1,6)", 1, 6), ("(,)", None, None), ("[3,)", 3, None), ("(,4]", None, 4), ('["1","2"]', 1, 2)],
)
def test_the_text_of_a_range_is_read(text, lower, upper):
    found = TypeAdapter(pg.Range[int]).validate_python(text)

    assert (found.lower, found.upper) == (lower, upper)
    assert (found.lower_inclusive, found.upper_inclusive) == (text[0] == "[", text[-1] == "]")


def test_an_empty_range_has_no_bounds():
    found = TypeAdapter(pg.Range[int]).validate_python("empty")

    assert (found.empty, str(found)) == (True, "empty")


@pytest.mark.parametrize("text", ["", "[1,2", "1,2", "[1]", "[1,2,3]", "[a,b]"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(ValidationError):
        TypeAdapter(pg.Range[int]).validate_python(text)


def test_the_text_of_a_multirange_is_read():
    found = TypeAdapter(pg.Multirange[int]).validate_python('{[1,3),["5","7"]}')

    assert list(map(str, found)) == ['["1","3")', '["5","7"]']
    assert TypeAdapter(pg.Multirange[int]).validate_python("{}") == []


@pytest.mark.parametrize(
    ("precision", "scale", "given", "kept"),
    [
        (10, 2, "1.235", "1.24"),
        (10, 2, "-1.235", "-1.24"),
        (2, -3, "1499", "1000"),
        (2, 2, "0", "0"),
        (3, 3, "0.9994", "0.999"),
        (1000, 500, "1e499", "1e499"),
        (5, 2, "NaN", "NaN"),
    ],
)
def test_numeric_rounds_as_postgres_does(connection, precision, scale, given, kept):
    adapter = TypeAdapter(Annotated[pg.Numeric, pg.numeric(precision, scale)])

    found = adapter.validate_python(given)

    assert connection.execute(f"select %s::numeric({precision}, {scale}) = %s", [given, found]).fetchone()[0]
    assert found.is_nan() or found == Decimal(kept)


@pytest.mark.parametrize(
    ("precision", "scale", "given"),
    [(4, 2, "99.995"), (4, 2, "Infinity"), (2, -3, "99500"), (2, 4, "0.01"), (3, 0, "1e1000")],
)
def test_what_does_not_fit_a_numeric_is_refused(precision, scale, given):
    with pytest.raises(ValidationError, match="numeric_overflow"):
        TypeAdapter(Annotated[pg.Numeric, pg.numeric(precision, scale)]).validate_python(given)


def test_nan_is_the_greatest_number_and_equal_to_itself():
    field, nan = pg.field("x"), pg.constant(Decimal("NaN"))

    assert pg.compare(field, ">=", pg.constant(0))({"x": Decimal("NaN")}) is True
    assert pg.compare(field, "=", nan)({"x": float("nan")}) is True
    assert pg.compare(field, "<", nan)({"x": Decimal("Infinity")}) is True


@pytest.mark.parametrize(
    ("values", "both", "either"),
    [
        ((True, True), True, True),
        ((True, False), False, True),
        ((True, None), None, True),
        ((False, None), False, None),
        ((None, None), None, None),
        ((False, False), False, False),
    ],
)
def test_conditions_know_the_unknown(values, both, either):
    conditions = [pg.truth(pg.constant(value)) for value in values]

    assert pg.both(*conditions)({}) is both
    assert pg.either(*conditions)({}) is either
    assert pg.negation(pg.truth(pg.constant(None)))({}) is None


def test_a_time_without_a_zone_is_not_compared_with_one_that_has_it():
    naive, aware = datetime.datetime(2025, 1, 1), datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)  # noqa: DTZ001

    assert pg.compare(pg.constant(naive), "<", pg.constant(aware))({}) is None


def test_json_dumps_never_hold_what_json_has_no_word_for():
    class Numbers(BaseModel):
        real: pg.Float
        exact: pg.Numeric
        data: pg.Bytea

    numbers = Numbers.model_validate({"real": "-Infinity", "exact": "NaN", "data": "\\x00ff"})

    assert numbers.model_dump(mode="json") == {"real": "-Infinity", "exact": "NaN", "data": "\\x00ff"}


def test_bytes_are_read_in_both_of_postgres_forms():
    adapter = TypeAdapter(pg.Bytea)

    assert adapter.validate_python("\\x00ff") == adapter.validate_python("\\000\\377") == b"\x00\xff"
    assert adapter.validate_python("a\\\\b") == b"a\\b"
    assert adapter.validate_python(memoryview(b"x")) == b"x"
