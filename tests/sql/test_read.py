from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitdb.errors import KitdbError
from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.read import BadStatement, NoParser, read, read_expression
from kitdb.sql.readers.expressions import FunctionCall
from kitdb.sql.split import split

FOLDER = Path(__file__).parent


def test_every_command_is_read_into_operations():
    statements = split((FOLDER / "operations.sql").read_text())

    listing = "".join(f"{s.text}\n" + "".join(f"    {show(o)}\n" for o in read(s)) for s in statements)

    assert listing == (FOLDER / "operations.txt").read_text()


def show(value: object) -> str:
    """A dataclass by what is not its default, the place of an operation before it."""
    if isinstance(value, QualifiedName):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(show(item) for item in value)}]"
    if not is_dataclass(value):
        return repr(value)
    told = [
        f"{field.name}={show(getattr(value, field.name))}"
        for field in fields(value)
        if field.compare and (field.default is MISSING or getattr(value, field.name) != field.default)
    ]
    at = f"@{value.at} " if getattr(value, "at", 0) else ""
    return f"{at}{type(value).__name__}({', '.join(told)})"


def read_one(text: str) -> op.Operation:
    (statement,) = split(text)
    (operation,) = read(statement)
    return operation


def test_unqualified_names_are_in_the_schema_that_the_caller_names():
    (statement,) = split("drop table a, b.c")

    assert read(statement, schema="x") == (op.DropTable(QualifiedName("x", "a")), op.DropTable(QualifiedName("b", "c")))


def test_where_a_part_stands_does_not_matter_for_equality():
    assert read_one("alter table t drop a") == read_one("alter  table  t  drop  a")


def test_text_is_cut_out_of_statements_with_other_letters():
    operation = read_one("/* ü */ alter table é add ü text default 'é' not null check (ü <> 'ß')")

    assert operation == op.AddColumn(
        QualifiedName("public", "é"),
        op.Column("ü", "text", not_null=True, default="'é'"),
        (op.Check("ü <> 'ß'"),),
    )


@pytest.mark.parametrize(
    ("written", "spelled"),
    {
        "int": "integer",
        "int4": "integer",
        "pg_catalog.int4": "integer",
        "int8[]": "bigint[]",
        "smallint": "smallint",
        "float": "double precision",
        "float(3)": "real",
        "decimal(10, 2)": "numeric(10,2)",
        "varchar": "character varying",
        "varchar(20)[][]": "character varying(20)[][]",
        "char": "character(1)",
        '"char"': '"char"',
        "bpchar": "bpchar",
        "timestamp": "timestamp without time zone",
        "timestamptz(3)": "timestamp(3) with time zone",
        "time with time zone": "time with time zone",
        "interval": "interval",
        "interval(3)": "interval(3)",
        "interval day to second(2)": "interval day to second(2)",
        "interval month": "interval month",
        "bit varying(3)": "bit varying(3)",
        "extensions.vector(1536)": "extensions.vector(1536)",
        "geometry(Point, 4326)": "geometry(point,4326)",
        '"Kit Status"': '"Kit Status"',
        "uuid": "uuid",
    }.items(),
)
def test_types_are_spelled_as_format_type_spells_them(written, spelled):
    operation = read_one(f"alter table t add a {written}")

    assert isinstance(operation, op.AddColumn)
    assert operation.column.type == spelled


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("select 1;\n  select 'é' frm x y;", 'syntax error at or near "x"', "a.sql:2:18"),
        ("-- é\n  select 'é\né' frm x y;", 'syntax error at or near "x"', "a.sql:3:8"),
        ("select 1 +", "syntax error at end of input", "a.sql:1:10"),
        ("select 1; select \0;", "a null character, which SQL text cannot hold", "a.sql:1:18"),
        ("select '\udc80'", "a character that UTF-8 cannot encode", "a.sql:1:9"),
        ("{{ ref('x') }}", 'syntax error at or near "{"', "a.sql:1:1"),
        ("select 1 \\gexec", 'syntax error at or near "\\"', "a.sql:1:10"),
    ],
)
def test_a_syntax_error_has_its_place_in_the_file(text, message, place):
    *_, last = split(text)

    with pytest.raises(BadStatement) as caught:
        read(last, "a.sql")

    assert str(caught.value) == f"{place}: {message}"


def test_a_platform_without_the_parser_is_told(monkeypatch):
    monkeypatch.setattr("kitdb.sql.read.native", None)

    with pytest.raises(NoParser, match="not available here"):
        read_one("select 1")


def test_a_long_chain_of_operators_is_read():
    assert read_one("insert into t select " + " || ".join(["'a'"] * 200)) == op.Insert(QualifiedName("public", "t"))


ROWS = ", ".join(["(1, 'values')"] * 20_000)


def test_a_long_insert_is_read():
    assert read_one(f"insert into t (a) values {ROWS}") == op.Insert(QualifiedName("public", "t"))


def test_a_syntax_error_in_a_long_insert_is_found():
    (statement,) = split(f"insert into t (a)\n values {ROWS}, x y")

    with pytest.raises(BadStatement) as caught:
        read(statement)

    assert statement.text[caught.value.offset :] == "x y"


def test_what_is_nested_too_deeply_is_kept_as_text():
    text = "create view v as select " + "+".join(["1"] * 20_000)

    assert read_one(text) == op.Other(text, "create view")


@pytest.mark.parametrize("folder", ["schemas", "policies", "migrations", "sandbox/baseline"])
def test_all_sql_that_kitdb_ships_is_read(folder):
    for path in (Path(op.__file__).parents[1] / folder).rglob("*.sql"):
        for statement in split(path.read_text(), str(path)):
            assert read(statement, str(path))


def test_an_expression_tells_what_it_is_made_of():
    expression = read_expression(
        "(select auth.uid()) = owner_id and exists (select 1 from kits k where k.owner_id = auth.uid()) or name = 'a'"
    )

    assert expression.calls == (FunctionCall("auth.uid", once=True), FunctionCall("auth.uid", once=False))
    assert expression.columns == ("owner_id", "k.owner_id", "name")
    assert expression.texts == ("a",)
    assert expression.relations == ("kits",)
    assert expression.always is None


@pytest.mark.parametrize(
    ("text", "always"),
    {
        "true": True,
        "false": False,
        "not false": True,
        "1 = 1": True,
        "'a' = 'a'": True,
        "null = null": None,
        "null": None,
        "id = id": True,
        "id = other": None,
        "a or true": True,
        "a and false": False,
        "a and true": None,
        "true and (select true)": True,
        "(select true from t)": None,
        "'t'::bool": True,
        "true::boolean": True,
        "coalesce(true, a)": True,
        "id is not null": None,
        "1 < 2": None,
        "a = " + " || ".join(["'b'"] * 300): None,
    }.items(),
)
def test_a_condition_that_needs_no_row_is_known(text, always):
    assert read_expression(text).always is always


@pytest.mark.parametrize("text", ["", "a b c", "1; select 2", "a, b", "a from t where", ")"])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(KitdbError, match="not an expression"):
        read_expression(text)


NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=100, deadline=None)
@given(NAMES, NAMES, TEXTS)
def test_parts_survive_whatever_is_in_names_and_texts(table, column, text):
    name, part = (f'"{value.replace(chr(34), chr(34) * 2)}"' for value in (table, column))
    literal = "'" + text.replace("'", "''") + "'"

    (statement,) = split(
        f"alter table {name} add {part} text default {literal} check ({part} <> {literal}), drop {part}"
    )
    add, drop = read(statement)

    expected = QualifiedName("public", table)
    assert add == op.AddColumn(
        expected, op.Column(column, "text", default=literal), (op.Check(f"{part} <> {literal}"),)
    )
    assert drop == op.DropColumn(expected, column)
    assert statement.text[drop.at :] == f"drop {part}"
