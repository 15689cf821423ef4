"""Models and database agree: by the values of `--verify`, and by whatever Hypothesis thinks of."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from kitdb.catalog.read import read_catalog
from kitdb.modelgen.generate import models_of
from kitdb.modelgen.python import python_models
from kitdb.modelgen.regex import parse_regex
from kitdb.modelgen.selection import Selection
from kitdb.modelgen.spec import model_spec
from kitdb.modelgen.values import example
from kitdb.modelgen.verify import verify_models
from kitdb.sandbox import SUPERUSER
from tests.modelgen.test_wires import CHECKED, refused_by_database, refused_by_model, write_back


@pytest.fixture
def superuser(sandbox, torture):
    with sandbox.connect(SUPERUSER, torture) as connection:
        connection.execute("set search_path = public, extensions")
        yield connection


def test_the_hardest_schema_is_proven(superuser, catalog):
    proofs = list(verify_models(superuser, catalog, models_of(catalog)))

    assert [failure for proof in proofs for failure in proof.failures] == []
    assert [proof.table for proof in proofs if proof.note] == []
    assert sum(proof.rows for proof in proofs) > 800
    known = {
        check.name
        for relation in model_spec(catalog).relations
        for check in relation.checks
        if check.reason or check.late or len(check.columns) > 1  # which waits for columns that were left out
    }
    checks = next(proof for proof in proofs if proof.table == "public.checks")
    assert set(checks.only_database) <= known


def only(*tables: str) -> Selection:
    return Selection(include=tables)


def test_nothing_of_the_proof_stays(superuser, catalog):
    for _ in verify_models(superuser, catalog, models_of(catalog, selection=only("checks"))):
        pass

    assert superuser.execute("select count(*) from public.checks").fetchone() == (0,)


@pytest.fixture
def kinds(superuser):
    """A table with a row whose values the proof would take, too."""
    superuser.execute(
        "create table public.kinds (id uuid primary key default '00000000-0000-4000-8000-000000000000', name text unique);"
        "insert into public.kinds (name) values ('a')"
    )
    yield
    superuser.execute("drop table public.kinds")


@pytest.mark.usefixtures("kinds")
def test_rows_that_are_there_already_are_in_nobodys_way(superuser):
    (proof,) = verify_models(
        superuser, read_catalog(superuser), models_of(read_catalog(superuser), selection=only("kinds"))
    )

    assert (proof.failures, proof.only_database) == ((), {})
    assert superuser.execute("select name from public.kinds").fetchall() == [("a",)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("    small: pg.SmallInt | None\n", "    small: pg.Bytea | None\n"), "cannot read the row"),
        (("    g: str | None", "    g: int | None"), "the model refuses what the database accepts"),
        (('pg.exact("0")', 'pg.exact("-1")'), "the model accepts what the database refuses"),
    ],
)
def test_models_that_are_wrong_are_caught(superuser, catalog, wrong, said):
    models = models_of(catalog, selection=only("checks", "numbers"))
    files = dict(python_models(models.spec))
    name = next(name for name, text in files.items() if wrong[0] in text)
    files[name] = files[name].replace(*wrong)

    proofs = list(verify_models(superuser, catalog, type(models)(files, models.spec)))

    assert any(said in failure for proof in proofs for failure in proof.failures)


@pytest.mark.parametrize("pattern", ["^[a-z]+$", "^(ab|cd){2,3}x?$", "^[^@]+@[^@]+$", r"^\d{4}-\d\d$"])
def test_an_example_matches_its_pattern(pattern):
    node = parse_regex(pattern)

    assert re.search(pattern, example(node))
    assert re.search(pattern, example(node, more=2))


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
NUMBER = st.integers(-(2**31), 2**31 - 1) | st.integers(-12, 12)
ANYTHING: dict[str, st.SearchStrategy] = {
    **dict.fromkeys("a b c dd ii jj".split(), NUMBER),
    "d": st.integers(-(2**15), 2**15 - 1),
    **dict.fromkeys("e f g h i j v cc kk bb w".split(), TEXT | st.from_regex(r"\A[a-zA-Z' _%\\]{0,6}\Z")),
    "k": st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9).map(str),
    "l": st.decimals(allow_nan=False, places=3, min_value=-2000, max_value=2000).map(str),
    "m": st.floats(allow_nan=False, allow_infinity=False, width=32),
    "o": st.recursive(st.none() | st.booleans() | TEXT, lambda inner: st.lists(inner, max_size=2), max_leaves=3),
    "p": st.lists(TEXT | st.none(), max_size=3),
    "q": st.lists(NUMBER | st.none(), max_size=3),
    "r": st.lists(st.sampled_from(["a", "b", "c"]) | st.none(), max_size=3),
    "t": st.booleans(),
    "u": st.binary(max_size=4).map(lambda data: "\\x" + data.hex()),
    "x": TEXT,
    "ee": st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    "ff": st.datetimes().map(lambda moment: moment.isoformat() + "+05:30"),
    "gg": st.dates().map(str),
    "hh": st.dates().map(str),
}
PAYLOADS = st.fixed_dictionaries({}, optional={name: values | st.none() for name, values in ANYTHING.items()}).filter(
    bool
)
SETTINGS = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SETTINGS
@given(payload=PAYLOADS)
def test_what_the_model_refuses_the_database_refuses(connection, models, payload):
    if refused_by_model(models.ChecksInsert, payload):
        assert refused_by_database(connection, "checks", payload)


@SETTINGS
@given(payload=PAYLOADS)
def test_what_the_database_accepts_is_read_and_comes_back_the_same(connection, models, payload):
    if refused_by_database(connection, "checks", payload):
        return

    number = write_back(connection, "checks", payload)
    found = read(connection, number)
    row = models.ChecksRow.from_json(found[1])
    models.ChecksRow.model_validate(found[0])
    again = {name: getattr(row, name) for name in payload}
    other = write_back(connection, "checks", models.ChecksInsert(**again).payload())

    before, after = json.loads(found[1]), json.loads(read(connection, other)[1])
    assert {**before, "id": None} == {**after, "id": None}


def read(connection, number):
    with connection.cursor(row_factory=dict_row) as cursor:
        from_psycopg = cursor.execute("select * from public.checks where id = %s", [number]).fetchone()
    statement = "select to_json(kitdb_row)::text from public.checks kitdb_row where id = %s"
    return from_psycopg, connection.execute(statement, [number]).fetchone()[0]


KNOWN = {column for column, _, known in CHECKED if known}


@SETTINGS
@given(payload=PAYLOADS)
def test_what_only_the_database_refuses_is_listed(connection, models, payload):
    """Alone, a column is held to no check but its own."""
    for column in payload.keys() & KNOWN:
        alone = {column: payload[column]}
        if refused_by_database(connection, "checks", alone):
            assert refused_by_model(models.ChecksInsert, alone)
