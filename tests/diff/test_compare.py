"""How two catalogs differ, on values."""

from __future__ import annotations

from dataclasses import replace

from kitdb.catalog.model import Catalog, Column, Constraint, Grant, Index, Policy, Relation, Sequence, TypeRef
from kitdb.diff.compare import differences
from kitdb.names import QualifiedName

KITS = QualifiedName("public", "kits")
TEXT = TypeRef("text", QualifiedName("pg_catalog", "text"))
INTEGER = TypeRef("integer", QualifiedName("pg_catalog", "int4"))
POLICY = Policy("own rows", KITS, "select", True, ("anon",), "true", None)
TABLE = Relation(
    KITS, "table", "postgres", columns=(Column("id", 1, INTEGER), Column("name", 2, TEXT)), policies=(POLICY,)
)
BEFORE = Catalog(18, relations=(TABLE,))


def after(**changes) -> Catalog:
    return Catalog(18, relations=(replace(TABLE, **changes),))


def test_equal_catalogs_do_not_differ():
    found = differences(BEFORE, BEFORE)

    assert not found
    assert list(found) == []


def test_objects_on_one_side_are_listed_with_their_side():
    found = differences(BEFORE, Catalog(18, relations=(replace(TABLE, name=QualifiedName("public", "songs")),)))

    assert list(found) == [
        "- column public.kits.id",
        "- column public.kits.name",
        '- policy public.kits."own rows"',
        "- table public.kits",
        "+ column public.songs.id",
        "+ column public.songs.name",
        '+ policy public.songs."own rows"',
        "+ table public.songs",
    ]


def test_a_table_that_is_missing_whole_is_one_line():
    key = Constraint("kits_pkey", KITS, "primary key", "PRIMARY KEY (id)", ("id",))
    index = Index("kits_name", KITS, "CREATE INDEX kits_name ON public.kits USING btree (name)", ("name",))
    grant = Grant("table", "public.kits", "anon", "select")
    serial = Sequence(
        QualifiedName("public", "kits_id_seq"), "postgres", "integer", 1, 1, 1, 9, 1, False, owned_by=(KITS, "id")
    )
    whole = replace(
        BEFORE, relations=(replace(TABLE, constraints=(key,), indexes=(index,)),), grants=(grant,), sequences=(serial,)
    )

    assert list(differences(whole, Catalog(18)).brief()) == ["- table public.kits"]
    assert list(differences(whole, replace(whole, relations=(replace(TABLE, constraints=(key,)),))).brief()) == [
        "- index public.kits_name"
    ]


def test_a_change_names_the_fields_with_both_values():
    found = differences(BEFORE, after(columns=(Column("id", 1, TEXT, not_null=True), Column("name", 2, TEXT))))

    assert list(found) == ["~ column public.kits.id (not_null, type)"]
    assert [str(field) for field in found.changed[0].fields] == ["not_null: False → True", "type: 'integer' → 'text'"]


def test_a_policy_that_opens_up_is_a_change():
    found = differences(BEFORE, after(policies=(replace(POLICY, roles=("public",)),)))

    assert list(found) == ['~ policy public.kits."own rows" (roles)']


def test_the_order_of_a_tables_columns_is_no_difference():
    moved = (Column("name", 1, TEXT), Column("id", 2, INTEGER))

    assert not differences(BEFORE, after(columns=moved))
    assert differences(after(kind="view"), after(kind="view", columns=moved))


def test_of_the_platforms_relations_only_policies_and_triggers_count():
    grant = Grant("table", "public.kits", "anon", "select")
    platform = Catalog(18, relations=(replace(TABLE, managed=True),), grants=(grant,))
    changed = Catalog(18, relations=(replace(TABLE, managed=True, columns=(), policies=()),))

    assert list(differences(platform, changed)) == ['- policy public.kits."own rows"']


def test_the_same_privilege_from_another_hand_is_no_difference():
    from_owner = replace(BEFORE, grants=(Grant("table", "public.kits", "anon", "select", grantor="postgres"),))
    from_admin = replace(BEFORE, grants=(Grant("table", "public.kits", "anon", "select", grantor="admin"),))

    assert not differences(from_owner, from_admin)


def test_what_is_not_covered_is_named_even_where_nothing_differs():
    catalog = replace(BEFORE, not_covered=("cast text → json",))

    found = differences(catalog, catalog)

    assert not found
    assert found.not_covered == ("cast text → json",)
