"""What `read_catalog` sees, on every server of this machine."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from kitdb.catalog.model import Catalog, DefaultPrivilege, Grant
from kitdb.catalog.read import read_catalog
from kitdb.names import QualifiedName
from kitdb.sandbox import SUPERUSER

EVERYTHING = (Path(__file__).parent / "everything.sql").read_text()


@pytest.fixture(scope="module")
def everything_database(server):
    name = server.clone()
    with server.connect(SUPERUSER, name) as connection:
        connection.execute(EVERYTHING)
    yield name
    server.drop(name)


@pytest.fixture(scope="module")
def everything(server, everything_database) -> Catalog:
    with server.connect(SUPERUSER, everything_database) as connection:
        return read_catalog(connection)


def public(name):
    return QualifiedName("public", name)


def routine(catalog, signature):
    return next(routine for routine in catalog.routines if routine.signature == signature)


def one(things, name):
    return next(thing for thing in things if thing.name == name)


def test_a_fresh_project_has_an_empty_public_schema(fresh):
    catalog = read_catalog(fresh)

    assert [schema.name for schema in catalog.schemas] == ["public"]
    assert (catalog.relations, catalog.types, catalog.routines, catalog.sequences) == ((), (), (), ())
    assert (catalog.event_triggers, catalog.buckets, catalog.not_covered) == ((), (), ())
    assert [publication.name for publication in catalog.publications] == ["supabase_realtime"]


def test_a_database_without_any_schema_can_be_read(fresh):
    fresh.execute("drop schema public cascade")

    catalog = read_catalog(fresh)

    assert catalog.schemas == ()


def test_every_kind_of_relation_is_read(everything):
    assert {str(relation.name): relation.kind for relation in everything.relations if not relation.managed} == {
        '"Odd Schema"."Order ""by"""': "table",
        "public.animal": "table",
        "public.author": "table",
        "public.book": "table",
        "public.counted": "view",
        "public.dog": "table",
        "public.names": "view",
        "public.profile": "table",
        "public.reading": "partitioned table",
        "public.reading_2025": "table",
        "public.reading_rest": "table",
        "public.remote": "foreign table",
        "public.replaced": "view",
        "public.scratch": "table",
        "public.ten": "view",
        "public.totals": "materialized view",
        "public.typed": "table",
        '"select"."table"': "table",
    }


def test_columns_are_numbered_without_the_dropped_ones(everything):
    author = everything.by_name[public("author")]

    assert [column.position for column in author.columns] == list(range(1, 17))
    assert author.columns[-1].name == "gone"
    assert author.column("dropped") is None


def test_identity_generated_and_default_are_told_apart(everything):
    author = everything.by_name[public("author")]

    assert (author.column("id").identity, author.column("id").default) == ("always", None)
    assert author.column("full_name").generated == "(\"group\" || '!'::text)"
    assert (author.column("full_name").generated_kind, author.column("full_name").default) == ("stored", None)
    assert author.column("old_number").default == "nextval('public.author_old_number_seq'::regclass)"


@pytest.mark.parametrize(
    ("column", "text", "name", "array"),
    [
        ("price", "numeric(10,2)", QualifiedName("pg_catalog", "numeric"), False),
        ("moods", "public.mood[]", public("mood"), True),
        ("matrix", "integer[]", QualifiedName("pg_catalog", "int4"), True),
        ("email", "public.email", public("email"), False),
        ("tempos", "public.tempos", public("tempos"), False),
    ],
)
def test_types_are_qualified_names(everything, column, text, name, array):
    type_ = everything.by_name[public("author")].column(column).type

    assert (type_.text, type_.name, type_.array) == (text, name, array)


def test_column_settings_show_only_where_they_differ_from_the_type(everything):
    author = everything.by_name[public("author")]

    assert author.column("gone").storage == "external"
    assert (author.column("code").statistics, author.column("code").options) == (200, ("n_distinct=5",))
    assert author.column("code").collation == 'pg_catalog."C"'
    assert (author.column("group").storage, author.column("group").collation) == (None, None)


def test_constraints_say_what_they_enforce(everything):
    author, book = everything.by_name[public("author")], everything.by_name[public("book")]

    assert {constraint.kind for constraint in author.constraints} == {"check", "primary key", "unique"}
    assert not one(author.constraints, "slow").validated
    assert one(author.constraints, "later").deferred
    key = one(book.constraints, "book_author_id_fkey")
    assert (key.columns, key.references, key.referenced_columns) == (("author_id",), public("author"), ("id",))
    assert (key.on_delete, key.on_update) == ("set null", "no action")
    assert author.primary_key == ("id",)


def test_not_null_is_the_flag_of_the_column_on_every_version(everything):
    kinds = {constraint.kind for relation in everything.relations for constraint in relation.constraints}

    assert "not null" not in kinds
    assert everything.by_name[public("animal")].column("legs").not_null


def test_not_null_that_is_not_validated_is_a_constraint_and_no_flag(fresh):
    if fresh.info.server_version < 180000:
        pytest.skip("since Postgres 18")
    fresh.execute("create table t (a int); alter table t add constraint filled not null a not valid")

    (table,) = read_catalog(fresh).relations

    assert not table.column("a").not_null
    assert [(constraint.kind, constraint.validated) for constraint in table.constraints] == [("not null", False)]


def test_virtual_columns_and_checks_that_are_not_enforced_are_told_apart(fresh):
    if fresh.info.server_version < 180000:
        pytest.skip("since Postgres 18")
    fresh.execute("create table t (a int, b int generated always as (a * 2), check (a > 0) not enforced)")

    (table,) = read_catalog(fresh).relations

    assert (table.column("b").generated, table.column("b").generated_kind) == ("(a * 2)", "virtual")
    assert [constraint.enforced for constraint in table.constraints] == [False]


def test_indexes_name_plain_columns_and_mark_expressions(everything):
    index = one(everything.by_name[public("author")].indexes, "author_lower")

    assert (index.columns, index.included, index.predicate) == (("", "price"), ("email",), "(price > (1)::numeric)")
    partition = everything.by_name[public("reading_2025")]
    assert one(partition.indexes, "reading_2025_value_idx").parent == public("reading_value_idx")


def test_policies_speak_the_words_of_create_policy(everything):
    everything_policy, own_rows = everything.by_name[public("author")].policies

    assert (own_rows.command, own_rows.roles, own_rows.using) == ("select", ("anon", "authenticated"), "(id > 0)")
    assert (everything_policy.permissive, everything_policy.roles) == (False, ("public",))
    assert everything_policy.comment == "all of them"


def test_triggers_know_their_state_and_whether_a_partition_inherits_them(everything):
    (touch,) = everything.by_name[public("author")].triggers
    (cloned,) = everything.by_name[public("reading_2025")].triggers
    (checked,) = everything.by_name[public("book")].triggers

    assert (touch.enabled, touch.function, touch.inherited) == ("disabled", public("touch"), False)
    assert cloned.inherited
    assert checked.constraint == "checked"


def test_partitions_and_children_name_their_parents(everything):
    reading, partition = everything.by_name[public("reading")], everything.by_name[public("reading_2025")]

    assert reading.partition_key == "RANGE (at)"
    assert partition.partition_bound.startswith("FOR VALUES FROM ('2025-01-01 00:00:00+00')")
    assert partition.parents == (public("reading"),)
    assert [column.inherited for column in everything.by_name[public("dog")].columns] == [True, True, False]


def test_relations_know_their_settings(everything):
    author = everything.by_name[public("author")]

    assert (author.row_level_security, author.force_row_level_security) == (True, True)
    assert author.options == ("fillfactor=70", "toast.autovacuum_enabled=false")
    assert (author.replica_identity, author.replica_identity_index) == ("index", "author_pkey")
    assert everything.by_name[public("scratch")].persistence == "unlogged"
    assert everything.by_name[public("typed")].of_type == public("pair")
    assert not everything.by_name[public("totals")].populated
    assert everything.by_name[public("names")].security_invoker


def test_views_know_what_can_be_written(everything):
    names, counted = everything.by_name[public("names")], everything.by_name[public("counted")]
    replaced = everything.by_name[public("replaced")]

    assert (names.insertable, names.updatable) == (True, True)
    assert {column.name: column.updatable for column in names.columns} == {
        "id": True,
        "group": True,
        "full_name": True,
        "one": False,
    }
    assert (counted.insertable, counted.updatable) == (False, False)
    assert (replaced.insertable, replaced.updatable) == (True, False)
    assert all(column.updatable for column in replaced.columns)


def test_a_foreign_table_without_a_handler_is_read(everything):
    remote = everything.by_name[public("remote")]

    assert (remote.server, remote.options) == ("far", ("place=there",))
    assert remote.column("id").options == ("name=x",)


def test_types_know_what_they_are_made_of(everything):
    types = everything.type_by_name

    assert types[public("mood")].labels == ("sad", "o'k", 'très "bien"', "a\\b")
    assert types[public("empty_enum")].labels == ()
    email = types[public("email")]
    assert (email.base.text, email.not_null, email.default, email.collation) == (
        "text",
        True,
        "'x@y'::text",
        'pg_catalog."C"',
    )
    assert [constraint.expression for constraint in email.constraints] == [
        "(VALUE ~ '@'::text)",
        "(length(VALUE) < 100)",
    ]
    assert types[public("work_email")].base.name == public("email")
    assert [attribute.name for attribute in types[public("pair")].attributes] == ["a", "b", "c d"]
    assert (types[public("tempo_range")].subtype.text, types[public("tempo_range")].multirange) == (
        "numeric",
        public("tempos"),
    )


def test_row_types_and_the_functions_of_ranges_are_not_objects_of_their_own(everything):
    assert public("author") not in everything.type_by_name
    assert not {"tempo_range", "tempos", "mood_range"} & {routine.name.name for routine in everything.routines}


def test_routines_know_their_arguments(everything):
    add, books = routine(everything, "public.add(integer,integer)"), routine(everything, "public.books(text[])")

    assert [(a.name, a.mode, a.default) for a in add.arguments] == [
        ("a", "in", None),
        ("b", "in", "2"),
        ("total", "out", None),
    ]
    assert (add.strict, add.volatility, add.parallel, add.search_path) == (True, "immutable", "safe", '""')
    assert [argument.mode for argument in books.arguments] == ["variadic", "table", "table"]
    assert (books.security_definer, books.returns_set, books.rows) == (True, True, 7)
    assert routine(everything, "public.pairs(integer,public.pair)").arguments[0].name is None


def test_procedures_and_aggregates_are_routines(everything):
    total = routine(everything, "public.total(integer)")

    assert routine(everything, 'public."do it"(integer)').kind == "procedure"
    assert routine(everything, 'public."do it"(integer)').returns is None
    assert total.kind == "aggregate"
    assert total.definition == (
        "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', PARALLEL = SAFE)"
    )


def test_privileges_are_explicit_where_none_were_granted(everything):
    owner = [grant for grant in everything.grants if grant.object == "public.scratch" and grant.grantee == SUPERUSER]
    execute = [grant.grantee for grant in everything.grants if grant.object == "public.add(integer,integer)"]
    revoked = [grant.grantee for grant in everything.grants if grant.object == "public.add(text)"]

    assert {grant.privilege for grant in owner} >= {"select", "insert", "update", "delete", "truncate"}
    assert "public" in execute
    assert "public" not in revoked


def test_privileges_of_columns_schemas_types_and_sequences_are_read(everything):
    granted = {(g.kind, g.object, g.grantee, g.privilege, g.column) for g in everything.grants}

    assert ("column", "public.author", "authenticated", "update", "group") in granted
    assert ("schema", '"Odd Schema"', "anon", "usage", None) in granted
    assert ("schema", '"Odd Schema"', "public", "usage", None) not in granted
    assert ("type", "public.mood", "authenticated", "usage", None) in granted
    assert ("type", "public.mood", "public", "usage", None) not in granted
    assert ("sequence", "public.ticket", "anon", "usage", None) in granted
    assert Grant("table", "public.author", "anon", "select", True, SUPERUSER) in everything.grants


def test_default_privileges_are_what_differs_from_the_built_in_ones(everything):
    privileges = set(everything.default_privileges)

    assert DefaultPrivilege("postgres", "public", "tables", "anon", "select") in privileges
    assert DefaultPrivilege("postgres", None, "functions", "public", "execute", revoked=True) in privileges
    assert DefaultPrivilege("postgres", "Odd Schema", "types", "authenticated", "usage", grantable=True) in privileges
    assert not [privilege for privilege in privileges if privilege.schema is None and privilege.grantee == "postgres"]


def test_comments_are_read_everywhere(everything):
    author = everything.by_name[public("author")]
    comments = [
        one(everything.schemas, "Odd Schema").comment,
        author.comment,
        author.column("group").comment,
        one(author.constraints, "at least").comment,
        one(author.indexes, "author_code").comment,
        author.triggers[0].comment,
        everything.by_name[public("scratch")].rules[0].comment,
        everything.by_name[public("totals")].comment,
        everything.type_by_name[public("mood")].comment,
        everything.type_by_name[public("pair")].attributes[0].comment,
        one(everything.type_by_name[public("email")].constraints, "has_at").comment,
        routine(everything, "public.total(integer)").comment,
        everything.event_triggers[0].comment,
        one(everything.publications, "changes").comment,
        everything.statistics[0].comment,
    ]

    assert None not in comments
    assert comments[:2] == ['it\'s "odd" \\ ünïcode', "who writes"]


def test_publications_name_their_tables_columns_and_conditions(everything):
    changes, whole = one(everything.publications, "changes"), one(everything.publications, "whole")

    assert changes.tables == ((public("author"), ("code", "id"), "(id > 5)"), (public("book"), (), None))
    assert changes.operations == ("insert", "update")
    assert (whole.schemas, whole.via_root) == (("Odd Schema",), True)


def test_what_the_model_has_no_place_for_is_named(everything):
    assert everything.not_covered == (
        "cast public.mood → public.pair",
        'collation "Odd Schema".german',
        "foreign data wrapper nowhere",
        "foreign server far",
        "operator public.===(integer,integer)",
        "text search configuration public.simple_copy",
    )


def test_what_the_project_added_to_the_platforms_tables_is_read(everything):
    managed = {str(relation.name): relation for relation in everything.relations if relation.managed}

    assert set(managed) == {"auth.users", "storage.objects"}
    assert [policy.name for policy in managed["storage.objects"].policies] == ["own folder"]
    assert [trigger.name for trigger in managed["auth.users"].triggers] == ["greet"]
    assert managed["storage.objects"].triggers == ()


def test_buckets_are_read_as_rows(everything):
    dump, covers = everything.buckets

    assert (dump.id, dump.public, dump.file_size_limit, dump.allowed_mime_types) == ("a dump", False, None, None)
    assert (covers.file_size_limit, covers.allowed_mime_types) == (5_000_000, ("image/png", "image/jpeg"))


def test_temporary_tables_and_members_of_extensions_are_left_out(fresh):
    fresh.execute("create temporary table passing (a int)")
    fresh.execute(
        "create schema stats; drop extension pg_stat_statements; create extension pg_stat_statements schema stats"
    )

    catalog = read_catalog(fresh)

    assert catalog.relations == ()
    assert catalog.routines == ()
    assert ("pg_stat_statements", "stats") in [(extension.name, extension.schema) for extension in catalog.extensions]


def test_named_schemas_are_read_and_no_others(server, everything_database):
    with server.connect(SUPERUSER, everything_database) as connection:
        catalog = read_catalog(connection, ["Odd Schema", "storage", "nowhere"])

    assert [schema.name for schema in catalog.schemas] == ["Odd Schema", "storage"]
    assert {relation.name.schema for relation in catalog.relations} == {"Odd Schema", "storage"}
    assert catalog.by_name[QualifiedName("storage", "objects")].managed


@pytest.mark.parametrize("role", ["postgres", "anon", "authenticator"])
def test_no_privilege_is_needed_to_read_the_structure(server, everything_database, everything, role):
    with server.connect(SUPERUSER, everything_database) as connection:
        connection.execute(psycopg.sql.SQL("set session authorization {}").format(psycopg.sql.Identifier(role)))
        catalog = read_catalog(connection)

    assert catalog.relations == everything.relations
    assert catalog.routines == everything.routines
    assert catalog.grants == everything.grants


def test_rows_that_the_role_cannot_see_are_named_and_not_taken_for_absent(server, everything_database):
    with server.connect(SUPERUSER, everything_database) as connection:
        connection.execute("set session authorization anon")
        catalog = read_catalog(connection)

    assert catalog.buckets == ()
    assert "rows of storage.buckets, which this role cannot read" in catalog.not_covered


def test_two_reads_are_equal(server, everything_database, everything):
    with server.connect("postgres", everything_database) as connection:
        connection.execute("set search_path = public, extensions; set intervalstyle = iso_8601; set datestyle = german")

        again = read_catalog(connection)

    assert again == everything


def test_a_transaction_of_the_caller_is_read_from_inside_and_left_as_it_was(fresh):
    with fresh.transaction(force_rollback=True):
        fresh.execute("set local search_path = public; create table t (a int)")

        catalog = read_catalog(fresh)

        assert [relation.name.name for relation in catalog.relations] == ["t"]
        assert fresh.execute("show search_path").fetchone() == ("public",)
        fresh.execute("insert into t values (1)")


def test_reading_takes_the_same_few_round_trips_whatever_there_is(fresh, monkeypatch):
    sent = []
    execute = psycopg.Cursor.execute
    monkeypatch.setattr(
        psycopg.Cursor,
        "execute",
        lambda self, query, *rest, **named: sent.append(query) or execute(self, query, *rest, **named),
    )
    fresh.execute("select format('create table t%s (a int primary key)', n) from generate_series(1, 50) n")
    sent.clear()

    read_catalog(fresh)

    assert len(sent) <= 6
