"""The history as a person corrects it, and what the command line says of it."""

from __future__ import annotations

import json

import pytest


def states(project) -> dict[str, str]:
    done = project.run("status", "--format", "json")
    assert done.returncode == 0, done.stderr
    return {row["version"]: row["state"] for row in json.loads(done.stdout)["migrations"]}


def test_status_says_where_each_migration_stands(project):
    project.write("1_a.sql", "create table a (id int);")
    project.write("2_b.sql", "create table b (id int);")
    project.migrate()
    project.write("2_b.sql", "create table b (id text);")
    project.write("3_c.sql", "-- kitdb: no-transaction\ncreate table c (id int);\nselect nope;")
    project.write("4_d.sql", "create table d (id int);")
    project.execute("insert into supabase_migrations.schema_migrations (version) values ('0')")
    assert states(project) == {"0": "missing", "1": "applied", "2": "edited", "3": "pending", "4": "pending"}
    assert project.run("status", "--check").returncode == 1


def test_status_of_a_database_without_history_reads_only(project):
    project.query("drop schema supabase_migrations cascade; create role onlooker login; select 1")
    project.write("1_a.sql", "create table a (id int);")
    url = project.sandbox.url("onlooker", project.database)
    done = project.run("status", "--format", "json", KITDB_DB_URL=url)
    assert json.loads(done.stdout)["counts"] == {"pending": 1}
    assert project.query("select to_regnamespace('supabase_migrations')") == [(None,)]
    project.query("drop role onlooker; select 1")


def test_a_dry_run_needs_only_select_on_the_history(project):
    project.write("1_a.sql", "create table a (id int);")
    project.migrate()
    project.write("2_b.sql", "alter table a add column n int;\ncreate index on a (n);")
    project.query(
        "create role onlooker login; grant usage on schema supabase_migrations to onlooker;"
        "grant select on supabase_migrations.schema_migrations to onlooker; select 1"
    )
    done = project.run("migrate", "--dry-run", KITDB_DB_URL=project.sandbox.url("onlooker", project.database))
    assert done.returncode == 0, done.stderr
    assert "ACCESS EXCLUSIVE on public.a (reads and writes wait)" in done.stdout
    assert "  2:1  create index on a (n)\n      SHARE on public.a (writes wait)\n" in done.stdout
    assert project.history() == ["1"]
    project.query("drop owned by onlooker; drop role onlooker; select 1")


def test_a_dry_run_names_mode_and_place_in_json(project):
    project.write("1_i.sql", "create index concurrently i on auth.users (id);")
    done = project.run("migrate", "--dry-run", "--format", "json")
    (pending,) = json.loads(done.stdout)["pending"]
    assert pending["mode"] == "statements"
    assert pending["statements"][0]["locks"] == [
        "SHARE UPDATE EXCLUSIVE on auth.users (only vacuum and other schema changes wait)"
    ]


def test_a_dry_run_knows_what_is_new_by_its_later_names(project):
    project.write(
        "1_a.sql", 'create table a (id int);\nalter table a rename to "B c";\nalter table "B c" set schema extensions;'
    )
    project.write("2_b.sql", 'alter table extensions."B c" add n int;\nalter table auth.users disable trigger user;')
    pending = json.loads(project.run("migrate", "--dry-run", "--format", "json").stdout)["pending"]
    locks = [statement["locks"] for file in pending for statement in file["statements"]]
    assert [bool(taken) for taken in locks] == [False, False, False, False, True]


def test_an_edit_can_be_accepted(project):
    project.write("1_a.sql", "create table a (id int);")
    project.migrate()
    project.write("1_a.sql", "create table a (id int primary key);")
    assert project.run("migrate").returncode == 3
    done = project.run("repair", "--accept", "1")
    assert (done.returncode, done.stdout) == (0, "recorded as applied: 1_a.sql\n")
    assert project.run("migrate").returncode == 0
    assert project.query("select statements from supabase_migrations.schema_migrations") == [
        (["create table a (id int primary key)"],)
    ]


def test_a_version_is_marked_applied_without_running_and_reverted_without_undoing(project):
    project.write("1_a.sql", "create table a (id int);")
    assert project.run("repair", "--applied", "1").returncode == 0
    assert project.query("select to_regclass('a')") == [(None,)]
    assert states(project) == {"1": "applied"}
    assert project.run("repair", "--reverted", "1").returncode == 0
    assert states(project) == {"1": "pending"}
    assert project.run("migrate").returncode == 0
    assert project.history() == ["1"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--applied", "7"),
        ("--reverted", "7"),
        ("--accept", "7"),
        ("--accept", "1"),
        ("--done", "7:1"),
        ("--done", "1:9"),
    ],
)
def test_a_correction_of_what_is_not_there_is_refused_and_changes_nothing(project, arguments):
    project.write("1_a.sql", "-- kitdb: no-transaction\ncreate table a (id int);")
    done = project.run("repair", *arguments)
    assert done.returncode == 3
    assert done.stderr.startswith("error: ")
    assert states(project) == {"1": "pending"}


def test_statements_that_were_finished_by_hand_can_be_recorded(project):
    project.write(
        "1_a.sql", "-- kitdb: no-transaction\ncreate table a (id int);\nselect nope;\ninsert into a values (2);\n"
    )
    assert project.run("migrate").returncode == 3
    assert states(project) == {"1": "unfinished"}
    assert project.run("repair", "--done", "1:2").returncode == 0
    assert project.run("migrate").returncode == 0
    assert project.query("select id from a") == [(2,)]


def test_a_database_that_was_never_under_migrations_is_adopted(project):
    project.write("1_a.sql", "create table a (id int primary key);")
    project.write("2_b.sql", "create table b (id int primary key);")
    project.execute("create table a (id int primary key)")
    done = project.run("baseline")
    assert done.returncode == 1
    assert "- table public.b" in done.stdout
    assert project.query("select count(*) from supabase_migrations.schema_migrations") == [(0,)]

    assert project.run("baseline", "--to", "1").returncode == 0
    assert states(project) == {"1": "applied", "2": "pending"}
    assert project.run("migrate").returncode == 0
    again = project.run("baseline")
    assert again.returncode == 3
    assert "has a history already" in again.stderr


def test_drift_is_found_and_told_object_by_object(project):
    project.write("1_a.sql", "create table a (id int primary key, n int); create collation c (locale = 'C');")
    project.migrate()
    same = project.run("verify")
    assert same.returncode == 0
    assert same.stdout.startswith("no drift: the database is what its 1 migration gives\nnot covered: ")
    project.execute("alter table a alter column n set not null; create table b (id int)")
    done = project.run("verify", "--format", "json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["drift"] is True
    assert any("table public.b" in line for line in found["differences"])
    assert any("public.a.n" in line for line in found["differences"])


def test_several_databases_are_migrated_each_by_itself(project, tmp_path):
    project.write("1_a.sql", "create table a (id int);")
    other = project.sandbox.clone()
    broken = project.sandbox.clone()
    try:
        with project.sandbox.connect(database=broken) as connection:
            connection.execute("create table a (id int)")
        urls = [
            project.url,
            "",
            "# one more",
            project.sandbox.url(database=broken),
            project.sandbox.url(database=other),
        ]
        file = tmp_path / "urls.txt"
        file.write_text("\n".join(urls))

        done = project.run("migrate", "--targets", str(file), "--jobs", "2")

        assert done.returncode == 1, done.stderr
        assert done.stdout.splitlines()[-2] == "2 of 3 databases are up to date"
        assert broken in done.stdout.splitlines()[-1]
        assert 'relation "a" already exists' in done.stdout
        for name in (project.database, other):
            with project.sandbox.connect(database=name) as connection:
                assert connection.execute("select version from supabase_migrations.schema_migrations").fetchall() == [
                    ("1",)
                ]
    finally:
        project.sandbox.drop(other)
        project.sandbox.drop(broken)


def test_a_bad_line_among_the_targets_is_named_without_its_password(project, tmp_path):
    project.write("1_a.sql", "select 1;")
    file = tmp_path / "urls.txt"
    file.write_text("postgresql://ok@localhost/x\nmysql://me:hunter22@h/x\n")
    done = project.run("migrate", "--targets", str(file))
    assert done.returncode == 3
    assert "urls.txt:2: the database URL" in done.stderr
    assert "hunter22" not in done.stderr + done.stdout


def test_events_are_one_json_object_a_line(project):
    project.write("1_a.sql", "create table a (id int); do $$ begin raise warning 'w'; end $$;")
    events = project.events()
    assert [event["event"] for event in events] == ["started", "notice", "applied", "finished"]
    assert events[-1]["applied"] == 1
