"""Codes and sentences for clients, by SQLSTATE and by constraint."""

from __future__ import annotations

import importlib

import psycopg
import pytest

from kitdb.catalog.read import read_catalog
from kitdb.modelgen.errors import SQLSTATES, constraint_errors
from kitdb.modelgen.generate import generate_models
from kitdb.modelgen.spec import ConstraintSpec
from kitdb.names import QualifiedName
from tests.modelgen.conftest import import_models

PROFILES, KITS = QualifiedName("public", "profiles"), QualifiedName("public", "kits")


@pytest.mark.parametrize(
    ("constraint", "code", "message"),
    [
        (
            ConstraintSpec("profiles_username_key", PROFILES, "unique", ("username",)),
            "profiles_username_taken",
            "This username is already taken.",
        ),
        (
            ConstraintSpec("likes_key", QualifiedName("public", "kit_likes"), "unique", ("kit_id", "user_id")),
            "kit_likes_kit_id_user_id_taken",
            "This combination of kit and user already exists.",
        ),
        (
            ConstraintSpec("kits_owner_id_fkey", KITS, "foreign key", ("owner_id",), PROFILES),
            "kits_owner_id_unknown",
            "The owner does not exist, or is still in use.",
        ),
        (
            ConstraintSpec("kits_price_not_negative", KITS, "check", ("price_cents",)),
            "kits_price_not_negative",
            "The price cents is not allowed.",
        ),
        (
            ConstraintSpec("kits_lower", KITS, "unique", ()),
            "kits_taken",
            "This already exists.",
        ),
        (
            ConstraintSpec("kits_price", KITS, "check", ("price_cents",), comment="A price is\nnot negative."),
            "kits_price",
            "A price is not negative.",
        ),
    ],
)
def test_a_constraint_has_a_code_and_a_sentence(constraint, code, message):
    assert constraint_errors([constraint]) == {constraint.name: (code, message)}


def test_a_name_that_tables_share_gets_what_they_agree_on():
    both = [ConstraintSpec("positive", table, "check", (column,)) for table, column in ((KITS, "a"), (PROFILES, "b"))]

    assert constraint_errors(both) == {"positive": SQLSTATES["23514"]}


@pytest.fixture(scope="module")
def shop(sandbox, tmp_path_factory):
    name = sandbox.clone()
    with sandbox.connect("postgres", name) as connection:
        connection.execute(
            """
            create table maker (id int primary key, name text unique check (name <> ''));
            create table thing (id int primary key, maker_id int not null references maker, code text);
            create unique index thing_code on thing (lower(code));
            comment on constraint maker_name_check on maker is 'A name is not empty.';
            insert into maker values (1, 'a'); insert into thing values (1, 1, 'x');
            """
        )
        models = import_models(
            generate_models(read_catalog(connection)), tmp_path_factory.mktemp("shop"), "shop_models"
        )
        yield connection, importlib.import_module(f"{models.__name__}.errors")
    sandbox.drop(name)


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        ("insert into maker values (2, 'a')", "maker_name_taken", "This name is already taken."),
        ("insert into maker values (2, '')", "maker_name_check", "A name is not empty."),
        ("insert into thing values (2, 9)", "thing_maker_id_unknown", "The maker does not exist, or is still in use."),
        ("delete from maker", "thing_maker_id_unknown", "The maker does not exist, or is still in use."),
        ("insert into thing values (2, 1, 'X')", "thing_taken", "This already exists."),
        ("insert into thing values (2, null)", "missing_value", "A required value is missing."),
        ("insert into thing values (99999999999, 1)", "out_of_range", "A number is too large or too small."),
        ("select nothing", "out_of_date", "This version of the app is out of date."),
        ("do $$ begin raise division_by_zero; end $$", "unexpected", "Something went wrong."),
    ],
)
def test_an_error_is_explained_whichever_way_it_comes(shop, statement, code, message):
    connection, errors = shop

    with pytest.raises(psycopg.Error) as caught:
        connection.execute(statement)
    diag = caught.value.diag

    assert errors.explain(diag.sqlstate, diag.constraint_name) == (code, message)
    assert errors.explain_response({"code": diag.sqlstate, "message": diag.message_primary}) == (code, message)


def test_an_error_that_nobody_knows_is_explained_too(shop):
    _, errors = shop

    assert errors.explain_response({}) == errors.UNKNOWN
    assert errors.explain_response({"code": "PGRST116", "message": None}).code == "not_found"
