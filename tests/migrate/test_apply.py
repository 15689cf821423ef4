from __future__ import annotations

import pytest

from kitdb.errors import KitdbError
from kitdb.migrate.apply import REPLAY
from kitdb.migrate.events import Applied, IndexRebuilt, Notice, StatementDone
from kitdb.migrate.failure import MigrationFailed
from kitdb.migrate.indexes import InvalidIndex
from kitdb.migrate.ledger import read_ledger


def applied(events) -> list[str]:
    return [event.planned.migration.version for event in events if isinstance(event, Applied)]


def test_pending_files_are_applied_in_order_and_a_second_run_has_nothing_to_do(project):
    project.write("2_b.sql", "alter table a add column n int;")
    project.write("1_a.sql", "create table a (id int);")
    assert applied(project.migrate()) == ["1", "2"]
    assert project.migrate() == []


def test_the_history_is_what_the_supabase_cli_would_have_written(project):
    project.write(
        "20250101000000_first file.sql", "-- why\ncreate table a (id int);\n\ninsert into a values (1);;\n-- end\n"
    )
    project.migrate()
    rows = project.query("select version, name, statements from supabase_migrations.schema_migrations")
    assert rows == [
        ("20250101000000", "first file", ["-- why\ncreate table a (id int)", "insert into a values (1)", "-- end"])
    ]
    columns = project.query(
        "select column_name from information_schema.columns where table_schema = 'supabase_migrations'"
        " and table_name = 'schema_migrations' order by ordinal_position"
    )
    assert columns == [("version",), ("statements",), ("name",)]


def test_the_history_is_made_where_there_is_none(project):
    project.query("drop schema supabase_migrations cascade; select 1")
    project.write("1_a.sql", "create table a (id int);")
    project.migrate()
    assert project.history() == ["1"]


def test_a_history_of_an_old_cli_is_completed(project):
    project.query(
        "drop table supabase_migrations.schema_migrations;"
        "create table supabase_migrations.schema_migrations (version text primary key);"
        "alter table supabase_migrations.schema_migrations owner to postgres;"
        "insert into supabase_migrations.schema_migrations values ('1'); select 1"
    )
    project.write("1_a.sql", "create table a (id int);")
    project.write("2_b.sql", "create table b (id int);")
    assert applied(project.migrate()) == ["2"]


def test_a_file_that_fails_leaves_nothing_and_those_before_it_stay(project):
    project.write("1_a.sql", "create table a (id int);")
    project.write("2_b.sql", "create table b (id int);\nselect 1 / 0;\n")
    project.write("3_c.sql", "create table c (id int);")
    with pytest.raises(MigrationFailed) as caught:
        project.migrate()
    assert (caught.value.place.line, caught.value.place.column) == (2, 1)
    assert caught.value.error.sqlstate == "22012"
    assert project.history() == ["1"]
    assert project.query("select to_regclass('b')") == [(None,)]


def test_an_empty_file_and_one_of_comments_are_applied(project):
    project.write("1_empty.sql", "")
    project.write("2_comment.sql", "-- nothing to do\n/* really */\n")
    assert applied(project.migrate()) == ["1", "2"]
    assert project.query("select statements from supabase_migrations.schema_migrations where version = '1'") == [([],)]


def test_settings_and_roles_of_a_file_do_not_reach_the_next_one(project):
    project.write("1_a.sql", "set search_path = ''; set role anon; set statement_timeout = '1h';")
    project.write("2_b.sql", "create table here (id int);")
    project.migrate()
    assert project.query("select relowner::regrole::text from pg_class where oid = 'public.here'::regclass") == [
        ("postgres",)
    ]


def test_deferred_constraints_are_checked_under_the_settings_of_their_file(project):
    project.write(
        "1_a.sql",
        "create table a (id int primary key, other int references a deferrable initially deferred);\n"
        "insert into a values (1, 2);\n",
    )
    with pytest.raises(MigrationFailed, match="violates foreign key"):
        project.migrate()
    assert project.history() == []


def test_what_the_server_says_meanwhile_is_passed_on(project):
    project.write("1_a.sql", "do $$ begin raise notice 'hello'; raise warning 'look out' using hint = 'there'; end $$;")
    said = [(event.severity, event.message, event.hint) for event in project.migrate() if isinstance(event, Notice)]
    assert ("NOTICE", "hello", None) in said
    assert ("WARNING", "look out", "there") in said


def test_a_dump_runs_as_it_is(project):
    project.write(
        "1_dump.sql",
        "\\restrict abc\nset client_encoding = 'UTF8';\nselect pg_catalog.set_config('search_path', '', false);\n"
        "create table public.a (id int, t text);\n"
        "copy public.a (id, t) from stdin;\n1\tone; 'quoted'\n2\t\\N\n3\t\\\\.\n\\.\n\n"
        "copy public.a (id, t) from stdin;\n\\.\n"
        "alter table public.a add primary key (id);\n\\unrestrict abc\n",
    )
    project.migrate()
    assert project.query("select * from public.a order by 1") == [(1, "one; 'quoted'"), (2, None), (3, "\\.")]


def test_rows_of_a_copy_that_do_not_fit_are_located(project):
    project.write("1_a.sql", "create table a (id int);\n\ncopy a from stdin;\n1\nx\n\\.\n")
    with pytest.raises(MigrationFailed) as caught:
        project.migrate()
    assert caught.value.place.line == 3
    assert any("line 2" in detail for detail in caught.value.details)


def test_a_file_that_begins_and_commits_itself_is_one_transaction_all_the_same(project):
    project.write("1_a.sql", "begin;\ncreate table a (id int);\nselect 1 / 0;\ncommit;\n")
    with pytest.raises(MigrationFailed) as caught:
        project.migrate()
    assert caught.value.place.line == 3
    assert project.query("select to_regclass('a')") == [(None,)]
    project.write("1_a.sql", "begin;\ncreate table a (id int);\ncommit;\n")
    assert applied(project.migrate()) == ["1"]


def test_windows_line_ends_unicode_and_odd_quoting_arrive_as_they_are(project):
    project.write(
        "1_a.sql",
        "create table \"Größe; --\" (\"a'b\" text default E'it\\'s; \\\\');\r\n"
        "insert into \"Größe; --\" values ($x$;'$y$;$x$), (default), (U&'\\0041'), ('😀');\r\n"
        "create function f() returns int language sql begin atomic; select 1; select case when true then 2 end; end;\r\n"
        'create rule r as on delete to "Größe; --" do also (select 1; select 2);\r\n'
        "/* a /* nested; */ comment; */ select f();\r\n",
    )
    project.migrate()
    assert project.query('select * from "Größe; --"') == [(";'$y$;",), ("it's; \\",), ("A",), ("😀",)]


def test_twenty_thousand_statements_are_applied_and_a_late_error_is_located(project):
    lines = ["create table a (id int);", *(f"insert into a values ({number});" for number in range(20000))]
    project.write("1_a.sql", "\n".join(lines))
    project.migrate()
    assert project.query("select count(*) from a") == [(20000,)]
    project.write("2_b.sql", "\n".join(["select 1;"] * 201 + ["  select 1 / 0 as zero;", "select 2;"]))
    with pytest.raises(MigrationFailed) as caught:
        project.migrate()
    assert (caught.value.place.line, caught.value.place.column) == (202, 3)
    assert caught.value.excerpt[0] == "202 |   select 1 / 0 as zero;"
    assert caught.value.excerpt[1] == "        ^"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("select 1;\nselect\n  nope;\n", 3, 3),
        ("create table a (id int);\n\nselec 1;", 3, 1),
        ("select 'ä', 'ö', nope;", 1, 18),
        ("-- c\ndo $$\nbegin\n  perform 1;\n  perform 1 / 0;\nend $$;", 5, 3),
        ("do $$ begin\n\n  perform nope from pg_class;\nend $$;", 3, 11),
        (
            "create function f() returns int language plpgsql as $f$\nbegin\n  return 1 / 0;\nend $f$;\nselect 1;\nselect f();",
            3,
            3,
        ),
        (
            'create function public."F x"() returns int language plpgsql as \'\nbegin\n\n  return 1 / 0;\nend\';\nselect "F x"();',
            4,
            3,
        ),
        ("create table a (id int primary key);\ninsert into a values (1);\ninsert into a values (1);", 3, 1),
        ("begin;\nselect 1;\n  select nope;\ncommit;", 3, 10),
    ],
)
def test_an_error_has_the_line_and_column_of_the_file(project, text, line, column):
    project.write("1_a.sql", text)
    with pytest.raises(MigrationFailed) as caught:
        project.migrate()
    assert (caught.value.place.line, caught.value.place.column) == (line, column)


# --- statement by statement --------------------------------------------------------------------------------------------


def test_an_index_is_built_concurrently_outside_of_a_transaction(project):
    project.write("1_a.sql", "create table a (id int);")
    project.write("2_i.sql", "set lock_timeout = '2s';\ncreate index concurrently a_id on a (id);")
    events = project.migrate()
    assert [event.number for event in events if isinstance(event, StatementDone)] == [1, 2]
    assert project.history() == ["1", "2"]
    assert project.query("select indisvalid from pg_index where indexrelid = 'a_id'::regclass") == [(True,)]


def test_a_file_that_stopped_in_between_goes_on_after_it_was_corrected(project):
    project.write("1_a.sql", "create table a (id int);")
    text = "-- kitdb: no-transaction\ninsert into a values (1);\ninsert into a values (2);\ninsert into b values (3);\n"
    project.write("2_b.sql", text)
    with pytest.raises(MigrationFailed) as caught:
        project.migrate()
    assert caught.value.place.line == 4
    assert "statements before it are done" in caught.value.hint
    with project.connect() as connection:
        progress = read_ledger(connection).progress("2")
    assert (progress.done, progress.total) == (2, 3)

    project.write("2_b.sql", text.replace("into b", "into a"))
    assert applied(project.migrate()) == ["2"]
    assert project.query("select id from a order by 1") == [(1,), (2,), (3,)]


def test_settings_of_statements_that_ran_are_set_again_when_a_file_goes_on(project):
    project.write("1_a.sql", "create schema s; create table s.a (id int);")
    text = "-- kitdb: no-transaction\nset search_path = s;\ninsert into a values (1);\ninsert into nope values (2);\n"
    project.write("2_b.sql", text)
    with pytest.raises(MigrationFailed):
        project.migrate()
    project.write("2_b.sql", text.replace("nope", "a"))
    project.migrate()
    assert project.query("select count(*) from s.a") == [(2,)]


def test_an_edit_of_what_already_ran_is_refused(project):
    project.write("1_a.sql", "-- kitdb: no-transaction\ncreate table a (id int);\nselect nope;\n")
    with pytest.raises(MigrationFailed):
        project.migrate()
    project.write("1_a.sql", "-- kitdb: no-transaction\ncreate table a (id text);\nselect 1;\n")
    with pytest.raises(KitdbError, match="1 of its statements have run"):
        project.migrate()


def leave_invalid_index(project, name="a_id"):
    project.write("1_a.sql", "create table a (id int); insert into a values (1), (1);")
    project.migrate()
    with project.connect() as connection, pytest.raises(Exception, match=r"duplicate|unique"):
        connection.execute(f"create unique index concurrently {name} on a (id)")
    assert project.query("select indisvalid from pg_index where not indisvalid") == [(False,)]


def test_an_index_left_invalid_is_built_again(project):
    leave_invalid_index(project)
    project.query("delete from a where ctid = '(0,1)' returning 1")
    project.write("2_i.sql", "create unique index concurrently a_id on a (id);")
    events = project.migrate()
    assert [event.index for event in events if isinstance(event, IndexRebuilt)] == ["a_id"]
    assert project.query("select indisvalid from pg_index where indexrelid = 'a_id'::regclass") == [(True,)]


def test_an_invalid_index_is_never_taken_for_the_one_that_exists(project):
    leave_invalid_index(project)
    project.query("delete from a where ctid = '(0,1)' returning 1")
    project.write("2_i.sql", "create unique index concurrently if not exists a_id on a (id);")
    project.migrate()
    assert project.query("select indisvalid from pg_index where indexrelid = 'a_id'::regclass") == [(True,)]


def test_an_invalid_index_that_may_be_that_of_a_statement_without_a_name_is_refused(project):
    leave_invalid_index(project, "a_id_idx")
    project.write("2_i.sql", "create index concurrently on a (id);")
    with pytest.raises(InvalidIndex, match="a_id_idx"):
        project.migrate()


def test_a_failed_build_leaves_no_invalid_index(project):
    project.write("1_a.sql", "create table a (id int); insert into a values (1), (1);")
    project.write("2_i.sql", "create unique index concurrently a_id on a (id);")
    with pytest.raises(MigrationFailed):
        project.migrate()
    assert project.query("select count(*) from pg_index where not indisvalid") == [(0,)]
    project.query("delete from a where ctid = '(0,1)' returning 1")
    assert applied(project.migrate()) == ["2"]


def test_statements_that_run_by_themselves_may_not_stand_in_a_transaction(project):
    project.write("1_a.sql", "create table a (id int);")
    project.write("2_v.sql", "vacuum analyze a;")
    project.write(
        "3_m.sql",
        "-- pg-delta: transaction=false\ninsert into a values (1);\nvacuum a;\ncreate index concurrently on a (id);",
    )
    assert applied(project.migrate()) == ["1", "2", "3"]


def test_a_throwaway_server_runs_the_transactions_in_the_middle_of_old_files_as_written(project):
    project.write(
        "1_a.sql",
        "create table a (id int);\n"
        "begin;\ndrop publication if exists supabase_realtime;\ncreate publication supabase_realtime;\ncommit;\n"
        "create type kind as enum ('x');\nbegin;\nalter type kind add value 'y';\ncommit;\n"
        "begin;\ncreate table b (k kind default 'y');\ncommit;\nstart transaction;\ncreate table c ();\nrollback;\n",
    )
    project.write("2_d.sql", "create table d (id int);")
    with pytest.raises(KitdbError, match="would end kitdb's transaction"):
        project.migrate()

    events = project.migrate(REPLAY)

    assert applied(events) == ["1", "2"]
    assert not [event for event in events if isinstance(event, Notice)]
    there = project.query("select to_regclass('a'), to_regclass('b'), to_regclass('c'), to_regclass('d')")
    assert there == [("a", "b", None, "d")]


def test_a_throwaway_server_lets_postgres_make_what_hosted_supabase_lets_it_make(project):
    project.write(
        "1_a.sql",
        "create table a (id int);\n"
        "create function secure() returns event_trigger language plpgsql as $$ begin\n"
        "  if (select rolsuper from pg_roles where rolname = current_user) then raise 'still a superuser'; end if;\n"
        "  create table if not exists made_by_it (id int);\nend $$;\n"
        "create event trigger mine on ddl_command_end when tag in ('CREATE VIEW') execute function secure();\n"
        "create view v as select * from a;\n"
        "create publication whole for tables in schema public -- no semicolon",
    )
    project.write("2_wrong.sql", "select 1;\nalter event trigger nothing disable;\n")

    with pytest.raises(MigrationFailed, match="nothing") as failed:
        project.migrate(REPLAY)

    assert str(failed.value.place).endswith("2_wrong.sql:2:1")
    assert project.history() == ["1"]
    assert project.query("select to_regclass('made_by_it'), rolsuper from pg_roles where rolname = 'postgres'") == [
        ("made_by_it", False)
    ]
