"""What the database accepts, the models read from both wires; what they refuse, it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from pydantic import BaseModel, TypeAdapter, ValidationError

ROWS = {
    "numbers": {
        "small": ["-32768", "32767"],
        "big": ["9223372036854775807", "-9223372036854775808"],
        "exact": ["1234567890123456789.123456789", "3.10", "'NaN'", "'Infinity'", "'-Infinity'", "1e-20", "0"],
        "money_like": ["99999999.99", "1.235", "'NaN'", "-0.001"],
        "rounded": ["99000", "1499", "0"],
        "tiny": ["0.0099", "0"],
        "real4": ["0.1", "'NaN'", "'Infinity'"],
        "real8": ["0.1", "1e308", "'-Infinity'", "'NaN'"],
        "object_id": ["26", "4294967295"],
    },
    "texts": {
        "plain": ["''", "E'a\\nb\"c''d\\\\e'", "'𝄞 ünï'"],
        "limited": ["'12345'", "'1   '"],
        "padded": ["'ab'", "''"],
        "folded": ["'AbC'"],
        "binary_data": ["'\\x00ff10'", "''"],
        "identifier": ["'00000000-0000-0000-0000-000000000000'", "'FFFFFFFF-ffff-ffff-ffff-ffffffffffff'"],
        "flag": ["true", "false"],
        "document": ["'{\"a\": [1, 2.50, null]}'", "'null'", "'\"text\"'"],
        "documents": ["'{\"a\": {\"b\": 1.10}}'", "'[]'", "'1e400'", "'12345678901234567890'"],
        "never_null": ["'false'"],
        "address": ["'10.0.0.5'", "'10.0.0.5/24'", "'::1'"],
        "network": ["'10.0.0.0/8'", "'::/0'"],
        "mac": ["'08:00:2b:01:02:03'"],
        "cash": ["'1,234.50'"],
        "bits": ["B'101'"],
        "vector": ["'a:1 b:2'"],
        "place": ["'(1,2)'"],
        "kind": ["'x'"],
        "labels": ["'a=>1, \"b \"=>NULL'", "''", r"""E'"q\\\\"=>"\\"x"'"""],
    },
    "times": {
        "day": ["'2025-02-28'", "'0001-01-01'", "'9999-12-31'"],
        "clock": ["'12:34:56.789'", "'00:00'"],
        "clock_zone": ["'12:34:56+00'", "'01:02:03.5-05:30'"],
        "moment": ["'2025-01-01 00:00:00.000001'"],
        "instant": ["'2025-01-01 00:00:00+02'", "'1890-01-01 00:00:00+00'"],
        "duration": ["'1 year 2 mons -3 days 04:05:06.7'", "'-00:00:01.5'", "'0'", "'5 days'"],
    },
    "collections": {
        "numbers": ["'{1,NULL,3}'", "'{}'"],
        "matrix": ["'{{1,2},{3,NULL}}'", "'{}'"],
        "moods": ["array['sad', null, 'très \"bien\"', E'a\\\\b', E'new\\nline']::mood[]", "'{}'"],
        "emails": ["array['a@b', 'NULL@x', '\"q\"@,{}']::email[]"],
        "pairs": [
            "array[row(1, 'a,\"b\\c', array['sad', null]::mood[], 'a@b', true, '{\"k\": [1]}', "
            "'2025-01-01 10:00+00')::pair, null]"
        ],
        "documents": ["array['{\"a\": \"b,c\"}', '\"null\"', '1.50']::jsonb[]"],
        "decimals": ["'{1.10,NULL}'"],
        "whole": ["'[1,5]'", "'(,)'", "'empty'", "'[3,)'"],
        "many": ["'{[1,3),[5,7)}'", "'{}'"],
        "period": ["'[2025-01-01 00:00+00,2025-02-01 00:00+00)'", "'(,2025-01-01 00:00+00]'"],
        "prices": ["'[1.10,2.50]'", "'(0,)'"],
        "price_sets": ["'{[1.1,2],(3,4)}'"],
        "periods": ["array['[2025-01-01 00:00+00,)', null]::tstzrange[]"],
        "pair": ["row(null, '', '{}', 'x@y', false, '0', null)", "row(null, null, null, 'x@y', null, null, null)"],
        "nest": ["row(row(1, 'x', null, 'n@m', null, '\"s\"', null)::pair, array[row(2, ')', null, 'o@p', null, null, null)::pair])"],
        "single": ["row(null)", "row('')", "row('a \"b\"')"],
        "bytes": ["array['\\x00'::bytea, null]"],
        "texts": ["array['NULL', null, '', 'a\\b', '{x}', ' y ']"],
    },
    "domains": {
        "email": ["'a@b'"],
        "work": ["'me@work.example'"],
        "percent": ["0", "100"],
        "tight": ["7"],
        "tags": ["'{a,b,c}'", "'{}'"],
        "with_default": ["1"],
        "late": ["'abcd'"],
        "percents": ["'{1,NULL}'"],
    },
}  # fmt: skip
CASES = [
    (table, column, value) for table, columns in ROWS.items() for column, values in columns.items() for value in values
]


def class_name(table: str) -> str:
    return table.capitalize()


def insert_value(connection, table: str, column: str, value: str) -> int:
    extra = {"domains": ", email", "texts": ""}.get(table, "") if column != "email" else ""
    given = ", 'd@e'" if extra else ""
    statement = f"insert into public.{table} ({column}{extra}) values ({value}{given}) returning id"
    connection.execute("set local search_path = public, extensions")
    return connection.execute(statement).fetchone()[0]


def rows_of(connection, table: str, number: int):
    connection.execute("set local timezone = 'Asia/Kolkata'")
    with connection.cursor(row_factory=dict_row) as cursor:
        from_psycopg = cursor.execute(f"select * from public.{table} where id = %s", [number]).fetchone()
    as_json = connection.execute(
        f"select pg_catalog.to_json(row)::text from public.{table} row where id = %s", [number]
    ).fetchone()[0]
    return from_psycopg, as_json


@pytest.mark.parametrize(("table", "column", "value"), CASES, ids=[f"{t}.{c}={v}"[:60] for t, c, v in CASES])
def test_a_row_that_the_database_accepts_is_read_from_both_wires_and_written_back_the_same(
    connection, models, table, column, value
):
    number = insert_value(connection, table, column, value)

    from_psycopg, as_json = rows_of(connection, table, number)
    row_model, insert_model = getattr(models, f"{class_name(table)}Row"), getattr(models, f"{class_name(table)}Insert")
    row_model.model_validate(from_psycopg)
    row = row_model.from_json(as_json)

    written = insert_model(
        **{column: getattr(row, column)}, **({"email": "d@e"} if table == "domains" and column != "email" else {})
    )
    # Of JSON, the value is kept and not its spelling.
    kind = {"document": "jsonb", "documents": "jsonb" if table == "texts" else "jsonb[]"}.get(column, "text")
    for other in (
        write_back(connection, table, written.payload()),
        insert_by_psycopg(connection, table, written.parameters()),
    ):
        same = connection.execute(
            f"select a.{column}::{kind} is not distinct from b.{column}::{kind}, a.{column}::text, b.{column}::text "
            f"from public.{table} a, public.{table} b where a.id = %s and b.id = %s",
            [number, other],
        ).fetchone()
        assert same[0] or is_json_null(row, column), same[1:]


def is_json_null(row, column):
    """PostgREST writes JSON's null as SQL's."""
    return getattr(row, column) is None


def test_null_in_a_payload_is_sqls_null_in_a_column_of_json_too(connection, models):
    for document in (None, {"inside": None}):
        number = write_back(connection, "texts", models.TextsInsert(documents=document).payload())
        found = connection.execute("select documents is null from public.texts where id = %s", [number]).fetchone()

        assert found == (document is None,)


def insert_by_psycopg(connection, table: str, parameters: dict) -> int:
    columns = sql.SQL(", ").join(map(sql.Identifier, parameters))
    values = sql.SQL(", ").join([sql.Placeholder()] * len(parameters))
    statement = sql.SQL("insert into public.{} ({}) values ({}) returning id")
    return connection.execute(
        statement.format(sql.Identifier(table), columns, values), list(parameters.values())
    ).fetchone()[0]


def write_back(connection, table: str, payload: dict) -> int:
    """As PostgREST does it."""
    types = dict(
        connection.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = %s::regclass",
            [f"public.{table}"],
        ).fetchall()
    )
    columns = sql.SQL(", ").join(map(sql.Identifier, payload))
    typed = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(c), sql.SQL(types[c])) for c in payload)
    inserted = connection.execute(
        sql.SQL("insert into public.{} ({}) select {} from json_to_record(%s) as body ({}) returning *").format(
            sql.Identifier(table), columns, columns, typed
        ),
        [json.dumps(payload, allow_nan=False)],
    )
    return inserted.fetchone()[0]


# A column of public.checks, values for it, and whether the model knows the check.
CHECKED: list[tuple[str, list[object], bool]] = [
    ("a", [-1, 0, 10, 11, None, 2**31], True),
    ("b", [0, 1, 3, 4, None], True),
    ("c", [4, 5, None], True),
    ("d", [100, 101, 32767, 32768], True),
    ("e", ["x", "y'z", 'w"', "X", "", None], True),
    ("f", ["a", "ab", "abcd", "abcde", "𝄞𝄞", None], True),
    ("g", ["abc", "abd", "", "aB", "ab\n", "é", None], True),
    ("h", ["K", "kA", "kx", "kX", "K", "a", None], True),
    ("i", ["axx%", "a%", "ax%", "a\n%", "b1%", None], True),
    ("j", ["", " ", "\t", " a ", None], True),
    ("k", [0, -1, "NaN", "Infinity", "-0.0000001", 0.0, None], True),
    ("l", [0, 0.01, 0.05, 0.04, 999.94, 999.95, 1000, "NaN", None], True),
    ("m", [1.5, 1.6, "NaN", "-Infinity", None], True),
    ("n", [{}, {"a": 1}, [], "x", 1, None], True),
    ("o", [[], {}, "x", None], True),
    ("p", [[], ["a"], ["a", "b"], ["a", "b", "c"], [None], None], True),
    ("q", [[], [1, 2], [1, 2, 3], None], True),
    ("r", [[], ["a"], ["a", "b", "a"], ["c"], [None], None], True),
    ("s", ["sad", "o'k", "nope", None], True),
    ("t", [True, False, None], True),
    ("u", ["\\x001122", "\\x00112233", None], True),
    ("v", ["abc", "ünï", "abcd", None], True),
    ("w", ["a", "A", None], False),
    ("x", ["1", "12345", "123456", "1 ", "a", "٣", "1\n", None], True),
    ("y", ["ab", "ab ", "abc", None], False),
    ("z", [0.1, 0.09999999999, 0.05, None], False),
    ("aa", ["x", "Y", "z", None], False),
    ("bb", ["a", "a b", None], False),
    ("cc", ["no", "yes", None], True),
    ("dd", [1, 0, -5, None], True),
    ("kk", ["", "a", None], True),
]  # fmt: skip
VERDICTS = [(column, value, known) for column, values, known in CHECKED for value in values]


def refused_by_model(model: type[BaseModel], payload: dict) -> bool:
    try:
        model.model_validate(payload)
    except ValidationError:
        return True
    return False


def refused_by_database(connection, table: str, payload: dict) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            write_back(connection, table, payload)
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.GeneratedAlways):
        return True
    return False


@pytest.mark.parametrize(("column", "value", "known"), VERDICTS)
def test_a_check_gets_the_same_verdict_from_the_model_and_the_database(connection, models, column, value, known):
    by_model = refused_by_model(models.ChecksInsert, {column: value})
    by_database = refused_by_database(connection, "checks", {column: value})

    assert not (by_model and not by_database), "the model refuses what the database accepts"
    assert by_model == by_database or not known, "the model accepts what the database refuses"


TOGETHER = [
    {"ee": "2025-01-01T00:00:00Z", "ff": "2025-01-01T00:00:00+00:00"},
    {"ee": "2025-01-01T00:00:00Z", "ff": "2025-01-01T00:00:01Z"},
    {"ee": "2025-01-01T00:00:00Z", "ff": None},
    {"gg": "2025-01-02", "hh": "2025-01-01"},
    {"gg": "2025-01-01", "hh": "2025-01-01"},
    {"ii": 1, "jj": 2},
    {"ii": 2, "jj": 1},
    {"ii": 1, "jj": None},
    {"ii": None, "jj": None},
    {"a": 1, "b": None, "c": None},
]


@pytest.mark.parametrize("payload", TOGETHER, ids=str)
def test_a_check_on_several_columns_gets_the_same_verdict(connection, models, payload):
    assert refused_by_model(models.ChecksInsert, payload) == refused_by_database(connection, "checks", payload)


REQUIRED = [
    {},
    {"needed": "a"},
    {"needed": None},
    {"needed": "a", "given": None},
    {"needed": "a", "may_given": None},
    {"needed": "a", "always": 1},
    {"needed": "a", "by_default": 5},
    {"needed": "a", "by_default": None},
    {"needed": "a", "doubled": "aa"},
]


@pytest.mark.parametrize("payload", REQUIRED, ids=str)
def test_an_insert_needs_what_the_database_needs_and_no_more(connection, models, payload):
    full = {"checked": "x", "unchecked": "y", **payload}

    by_database = refused_by_database(connection, "required", full)

    assert refused_by_model(models.RequiredInsert, full) == by_database


@pytest.mark.parametrize("missing", ["checked", "unchecked"])
def test_a_check_that_forbids_null_is_held_also_where_old_rows_break_it(models, missing):
    payload = {"needed": "a", "checked": "x", "unchecked": "y"}

    models.RequiredInsert.model_validate(payload)
    del payload[missing]

    assert refused_by_model(models.RequiredInsert, payload)


DOMAINS = [
    ("email", "a@b", False),
    ("email", "ab", True),
    ("work", "a@work.example", False),
    ("work", "a@home.example", True),
    ("work", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@work.example", True),
    ("percent", 100, False),
    ("percent", 101, True),
    ("tight", -1, True),
    ("tags", ["a", "b", "c", "d"], True),
    ("percents", [1, 101], True),
]


@pytest.mark.parametrize(("column", "value", "refused"), DOMAINS)
def test_a_domain_brings_its_checks_wherever_it_is_used(connection, models, column, value, refused):
    payload = {"email": "d@e", column: value}

    assert refused_by_model(models.DomainsInsert, payload) == refused
    assert refused_by_database(connection, "domains", payload) == refused


def test_a_domains_default_and_not_null_decide_what_an_insert_needs(models):
    fields = models.DomainsInsert.model_fields

    assert fields["email"].is_required()
    assert not fields["with_default"].is_required()
    assert refused_by_model(models.DomainsInsert, {"email": "a@b", "with_default": None})


def test_an_update_may_set_any_column_and_none(models):
    assert models.RequiredUpdate().payload() == {}
    assert models.RequiredUpdate(may=None).payload() == {"may": None}
    assert refused_by_model(models.RequiredUpdate, {"needed": None})
    assert refused_by_model(models.RequiredUpdate, {"always": 3})


def test_an_update_holds_a_check_only_when_it_sets_all_its_columns(models):
    models.ChecksUpdate(ee=datetime(2025, 1, 2, tzinfo=UTC))

    with pytest.raises(ValidationError, match="ordered_times"):
        models.ChecksUpdate(ee=datetime(2025, 1, 2, tzinfo=UTC), ff=datetime(2025, 1, 1, tzinfo=UTC))


def test_a_row_is_read_whatever_its_checks_say(models, connection):
    row = dict.fromkeys(models.ChecksRow.model_fields) | {"id": 1, "a": 99, "g": "NO", "f": "x"}

    assert models.ChecksRow.model_validate(row).a == 99


def test_a_payload_has_only_what_was_set_under_the_names_of_the_columns(models):
    odd = models.SelectInsert.model_validate({"class": 1, "with space": "x", "émigré": "y"})

    assert odd.payload() == {"class": 1, "with space": "x", "émigré": "y"}
    assert models.SelectInsert(from_="z").payload() == {"from": "z"}


def test_numbers_keep_every_digit_from_json(models):
    row = models.NumbersRow.from_json(
        '{"id": 1, "small": 1, "big": 9007199254740993, "exact": 1234567890123456789.123456789, "money_like": 3.10, '
        '"rounded": null, "tiny": null, "real4": 0.5, "real8": "NaN", "object_id": "26"}'
    )

    assert row.exact == Decimal("1234567890123456789.123456789")
    assert str(row.money_like) == "3.10"
    assert (row.big, row.object_id) == (9007199254740993, 26)


def test_many_rows_are_read_at_once(models):
    assert [
        row.id
        for row in models.KitsRow.list_from_json(
            '[{"id": 1, "row": null, "rows": null}, {"id": null, "row": null, "rows": []}]'
        )
    ] == [1, None]


def test_psycopgs_class_row_makes_models(connection, models):
    connection.execute("insert into public.numbers (small) values (1)")
    with connection.cursor(row_factory=psycopg.rows.class_row(models.NumbersRow)) as cursor:
        row = cursor.execute("select * from public.numbers").fetchone()

    assert row.small == 1


def test_an_enum_without_labels_admits_null_alone(models):
    adapter = TypeAdapter(models.Empty | None)

    assert adapter.validate_python(None) is None
    with pytest.raises(ValidationError):
        adapter.validate_python("x")


def test_ids_are_not_bound_to_a_version(models):
    assert models.TextsUpdate(identifier=UUID(int=0)).payload() == {"identifier": str(UUID(int=0))}


FILLED = [
    {"plain": "a"},
    {"plain": "a", "slug": None, "Total": None, "stamped": None},
    {"plain": "a", "slug": "", "Total": 5},
    {"plain": ""},
    {"slug": "a"},
]


@pytest.mark.parametrize("payload", FILLED, ids=str)
def test_what_a_trigger_fills_in_is_not_asked_for(connection, models, payload):
    assert refused_by_model(models.FilledInsert, payload) == refused_by_database(connection, "filled", payload)
