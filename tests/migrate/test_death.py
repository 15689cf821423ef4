from __future__ import annotations

import os
import random
import signal
import time

import pytest
from deploys import Project

from kitdb.sandbox import open_sandbox


def rows(project) -> int | None:
    found = project.query("select to_regclass('public.a') is not null")
    return project.query("select count(*) from a")[0][0] if found[0][0] else None


def test_a_killed_client_leaves_no_backend_and_nothing_of_the_file(project):
    project.write("1_a.sql", "create table a (id int);\nselect pg_sleep(60);\n")
    process = project.start("migrate")
    assert project.eventually(
        lambda: (
            project.query(
                "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
            )
            == [(1,)]
        )
    )

    process.kill()
    process.communicate()
    killed = time.monotonic()

    assert project.eventually(lambda: project.backends() == 0, 3)
    assert time.monotonic() - killed < 3
    assert project.history() == []
    project.write("1_a.sql", "create table a (id int);\n")
    assert project.run("migrate").returncode == 0


def test_a_client_killed_in_an_index_build_leaves_no_backend_and_the_next_run_builds_it(project):
    project.execute("create table a (id int); insert into a select generate_series(1, 1000)")
    project.write("1_i.sql", "create index concurrently i on a (id);\n")
    with project.sandbox.connect("supabase_admin", project.database, autocommit=False) as blocker:
        blocker.execute("lock table a in row exclusive mode")  # the build waits for us in its second phase
        process = project.start("migrate", "--lock-timeout", "0")
        assert project.eventually(lambda: project.query("select count(*) from pg_index where not indisvalid") == [(1,)])
        process.kill()
        process.communicate()
        assert project.eventually(lambda: project.backends() == 0, 3)
        blocker.rollback()
    assert project.history() == []
    status = project.run("status")
    assert "0 of 1 statements done" in status.stdout

    done = project.run("migrate")

    assert done.returncode == 0, done.stderr
    assert "INVALID index i" in done.stderr
    assert project.query("select indisvalid from pg_index where indrelid = 'a'::regclass") == [(True,)]


@pytest.mark.parametrize("attempt", range(6))
def test_killed_at_any_moment_a_file_is_there_wholly_or_not_at_all(project, attempt):
    project.write("1_a.sql", "create table a (id int);\n" + "insert into a values (1);\n" * 3000)
    chance = random.Random(attempt)
    process = project.start("migrate")
    time.sleep(0.25 + chance.random() * 0.5)
    process.kill()
    process.communicate()

    assert project.eventually(lambda: project.backends() == 0, 3)
    found = project.query("select to_regclass('supabase_migrations.schema_migrations') is not null")
    history = project.history() if found[0][0] else []
    assert rows(project) == (3000 if history else None)

    assert project.run("migrate").returncode == 0
    assert rows(project) == 3000
    assert project.history() == ["1"]


def test_ctrl_c_is_one_line_and_leaves_nothing_behind(project):
    project.write("1_a.sql", "create table a (id int);\nselect pg_sleep(60);\n")
    process = project.start("migrate")
    assert project.eventually(
        lambda: (
            project.query(
                "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
            )
            == [(1,)]
        )
    )

    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("interrupted")
    assert project.eventually(lambda: project.backends() == 0, 3)
    assert project.query("select to_regclass('a')") == [(None,)]


def test_a_server_that_ends_our_connection_is_one_clear_line(project):
    project.write("1_a.sql", "create table a (id int);\nselect pg_sleep(60);\n")
    process = project.start("migrate")
    assert project.eventually(
        lambda: (
            project.query(
                "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
            )
            == [(1,)]
        )
    )

    project.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
    )
    _, err = process.communicate(timeout=20)

    assert process.returncode == 3
    assert "Traceback" not in err
    assert "error: the server ended the connection" in err
    assert project.history() == []


def test_a_server_that_crashes_is_one_clear_line_and_nothing_is_half_applied(tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    with open_sandbox() as box:
        project = Project(folder, box, "postgres")
        project.write("1_a.sql", "create table a (id int);\nselect pg_sleep(60);\n")
        process = project.start("migrate")
        assert project.eventually(
            lambda: project.query("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == [(1,)]
        )

        os.kill(project.query("select pid from pg_stat_activity where wait_event = 'PgSleep'")[0][0], signal.SIGKILL)
        _, err = process.communicate(timeout=20)

        assert process.returncode == 3
        assert "Traceback" not in err
        assert "the connection to the server was lost" in err or "the server ended the connection" in err
