"""Where a policy is written: what made or changed it last."""

from __future__ import annotations

from kitdb.names import QualifiedName
from kitdb.sql.written import written


def places(*texts: str) -> dict[tuple[str, str], str]:
    found = written((f"{number}.sql", text) for number, text in enumerate(texts, 1))
    return {(str(table), name): str(place) for (table, name), place in found.policies.items()}


def test_the_last_statement_that_changed_it_is_its_place():
    first = "create table t ();\ncreate policy a on t;\ncreate policy gone on t;"
    later = "-- so\n  alter policy a on t using (true);\ndrop policy gone on t;"

    assert places(first) == {("public.t", "a"): "1.sql:2:1", ("public.t", "gone"): "1.sql:3:1"}
    assert places(first, later) == {("public.t", "a"): "2.sql:2:3"}


def test_a_policy_is_followed_through_renames():
    moved = 'create table t (); create policy a on t;\nalter policy a on t rename to "b c"; alter table t rename to "U v";\nalter table "U v" set schema q;'

    assert places(moved) == {('q."U v"', "b c"): "1.sql:1:20"}


def test_what_is_no_sql_is_passed_over():
    assert places("create policy of nothing;\ncreate policy a on t; select '") == {("public.t", "a"): "1.sql:2:1"}


def test_a_table_and_a_view_have_places():
    found = written([("1.sql", "create table t ();\ncreate view v as select 1;\ncreate table if not exists t ();")])

    assert {name: place.line for name, place in found.relations.items()} == {
        QualifiedName("public", "t"): 1,
        QualifiedName("public", "v"): 2,
    }
