"""What a spec says of columns, views, types and functions."""

from __future__ import annotations

import pytest

from kitdb.modelgen.spec import ArrayOf, Named, RangeOf, Scalar, Unknown, model_spec
from kitdb.names import QualifiedName


@pytest.fixture(scope="session")
def spec(catalog):
    return model_spec(catalog)


def public(name):
    return QualifiedName("public", name)


def field(spec, relation, column):
    found = next(r for r in spec.relations if r.name == public(relation))
    return next(f for f in found.fields if f.column == column)


def function(spec, signature):
    return next(f for f in spec.functions if f.signature == signature)


@pytest.mark.parametrize(
    ("column", "nullable", "insert", "update"),
    [
        ("needed", False, "required", True),
        ("given", False, "optional", True),
        ("may", True, "optional", True),
        ("always", False, "never", False),
        ("by_default", False, "optional", True),
        ("doubled", True, "never", False),
        ("checked", False, "required", True),
        ("unchecked", True, "optional", True),
    ],
)
def test_what_an_insert_and_an_update_may_set(spec, column, nullable, insert, update):
    found = field(spec, "required", column)

    assert (found.nullable, found.insert, found.update) == (nullable, insert, update)


@pytest.mark.parametrize(
    ("relation", "column", "type_"),
    [
        ("numbers", "money_like", Scalar("numeric", precision=10, scale=2)),
        ("numbers", "rounded", Scalar("numeric", precision=2, scale=-3)),
        ("texts", "limited", Scalar("varchar", length=5)),
        ("texts", "folded", Scalar("citext")),
        ("collections", "matrix", ArrayOf(Scalar("int4"), 2)),
        ("collections", "decimals", ArrayOf(Scalar("numeric", precision=6, scale=2))),
        ("collections", "prices", RangeOf(Scalar("numeric"))),
        ("collections", "price_sets", RangeOf(Scalar("numeric"), multirange=True)),
        ("collections", "many", RangeOf(Scalar("int4"), multirange=True)),
        ("collections", "pair", Named("composite", QualifiedName("public", "pair"))),
        ("kits", "row", Named("row", QualifiedName("public", "texts"))),
        ("domains", "work", Named("domain", QualifiedName("public", "work_email"))),
    ],
)
def test_types_are_what_columns_have(spec, relation, column, type_):
    assert field(spec, relation, column).type == type_


@pytest.mark.parametrize(
    ("view", "column", "nullable", "insert"),
    [
        ("simple", "needed", False, "optional"),
        ("simple", "may be", True, "optional"),
        ("simple", "always", False, "never"),
        ("simple", "shouted", True, "never"),
        ("on_view", "needed", False, "optional"),
        ("aliased", "needed", False, "never"),
        ("joined", "needed", False, "never"),
        ("joined", "id", True, "never"),
        ("counted", "count", False, "never"),
        ("named_like_columns", "id", True, "never"),
        ("told", "needed", False, "never"),
        ("united", "needed", False, "never"),
        ("frozen", "needed", False, "never"),
        ("written", "a", False, "optional"),
    ],
)
def test_a_view_knows_no_more_than_its_definition_shows(spec, view, column, nullable, insert):
    found = field(spec, view, column)

    assert (found.nullable, found.insert) == (nullable, insert)


def test_functions_are_called_by_named_arguments(spec):
    signatures = {f.signature for f in spec.functions}

    assert "public.unnamed(integer)" not in signatures
    assert "public.write_it()" not in signatures
    assert "public.act(integer)" not in signatures


def test_a_default_belongs_to_the_argument_that_has_it(spec):
    found = function(spec, "public.defaults_after_out(integer,integer)")

    assert [(argument.name, argument.required) for argument in found.arguments] == [("a", True), ("b", False)]
    assert [column.column for column in found.columns] == ["z"]


def test_an_argument_may_be_null_unless_its_domain_forbids_it(spec):
    (email,) = function(spec, "public.table_of(public.email)").arguments

    assert not email.nullable
    assert function(spec, "public.nothing()").returns is None
    assert function(spec, "public.any_of(anyelement)").returns == Unknown("anyelement")


def test_checks_that_only_the_database_can_hold_say_why(spec):
    checks = next(relation.checks for relation in spec.relations if relation.name == public("checks"))

    assert {check.name: check.reason for check in checks if check.reason} == {
        "checks_w_check": "the function lower is not understood",
        "checks_y_check": "a comparison of this type (other with enum) is not understood",
        "checks_z_check": "a comparison of this type (other with float) is not understood",
        "checks_aa_check": "OPERATOR is not understood",
        "checks_bb_check": "the pattern cannot be carried over: \\s depends on the locale or is Postgres's own",
        "pair": "it computes with a condition",
    }


def test_types_of_other_schemas_are_there_where_they_are_used(catalog):
    names = [type_.name for type_ in model_spec(catalog, ["public"]).enums]

    assert model_spec(catalog, ["nowhere"]).enums == ()
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("column", "insert", "filled"),
    [
        ("slug", "optional", True),
        ("Total", "optional", True),
        ("stamped", "optional", True),
        ("plain", "required", False),
    ],
)
def test_what_a_trigger_sets_need_not_be_given(spec, column, insert, filled):
    found = field(spec, "filled", column)

    assert (found.insert, found.filled, found.nullable) == (insert, filled, False)


def test_a_check_of_what_a_trigger_sets_says_nothing_of_what_is_sent(spec):
    checks = next(relation.checks for relation in spec.relations if relation.name == public("filled"))

    assert {check.name: check.late for check in checks} == {
        "filled_Total_check": True,
        "filled_plain_check": False,
        "filled_slug_check": True,
    }
