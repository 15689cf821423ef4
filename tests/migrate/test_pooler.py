"""Through PgBouncer in transaction mode, where a session is many server connections."""

from __future__ import annotations

import pytest
from deploys import QUICK, Project
from poolers import PGBOUNCER, pooler

from kitdb import database as databases
from kitdb.migrate.apply import apply
from kitdb.migrate.lock import LOCK_KEY
from kitdb.migrate.wire import ConnectionLost

pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed (Debian: apt install pgbouncer)")


@pytest.fixture
def pooled(project: Project, tmp_path):
    with pooler(project.sandbox, tmp_path, mode="transaction") as port:
        yield f"postgresql://postgres@127.0.0.1:{port}/{project.database}"


def advisory_locks(project) -> int:
    return project.query(
        f"select count(*) from pg_locks where locktype = 'advisory' and objid = {LOCK_KEY & 0xFFFFFFFF}"
    )[0][0]


def settings_left(project, url) -> set[str]:
    """What other clients of the pool would find set in its server connections."""
    found = set()
    for _ in range(8):
        with databases.connect(url) as connection:
            rows = connection.execute(
                "select name from pg_settings where source = 'session' and name not in ('application_name', 'client_encoding', 'transaction_isolation', 'transaction_read_only', 'transaction_deferrable')"
            )
            found |= {row[0] for row in rows}
    return found


def test_files_are_applied_and_nothing_is_left_in_the_pool(project, pooled):
    project.write("1_a.sql", "set search_path = ''; set statement_timeout = '1h'; create table public.a (id int);")
    project.write("2_i.sql", "set lock_timeout = '2s';\ncreate index concurrently i on a (id);")
    project.write("3_f.sql", "-- kitdb: no-transaction\nset work_mem = '7MB';\ninsert into a values (1);")

    done = project.run("migrate", KITDB_DB_URL=pooled)

    assert done.returncode == 0, done.stderr
    assert project.history() == ["1", "2", "3"]
    assert advisory_locks(project) == 0
    assert settings_left(project, pooled) == set()


def test_a_file_that_fails_leaves_nothing_in_the_pool_either(project, pooled):
    project.write("1_a.sql", "-- kitdb: no-transaction\nset search_path = '';\nselect nope;")
    assert project.run("migrate", KITDB_DB_URL=pooled).returncode == 3
    assert advisory_locks(project) == 0
    assert settings_left(project, pooled) == set()


def test_two_runners_apply_each_file_once(project, pooled):
    project.write("1_a.sql", "create table a (id int); select pg_sleep(1);")
    project.write("2_i.sql", "create index concurrently i on a (id);")
    processes = [project.start("migrate", KITDB_DB_URL=pooled) for _ in range(2)]
    results = [(*process.communicate(timeout=60), process.returncode) for process in processes]
    assert [code for _, _, code in results] == [0, 0], results
    assert project.history() == ["1", "2"]
    assert advisory_locks(project) == 0


def test_a_killed_client_leaves_no_backend_and_no_lock(project, pooled):
    project.write("1_a.sql", "create table a (id int);\nselect pg_sleep(60);\n")
    process = project.start("migrate", KITDB_DB_URL=pooled)
    sleeping = "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
    assert project.eventually(lambda: project.query(sleeping) == [(1,)])
    process.kill()
    process.communicate()
    assert project.eventually(lambda: project.query(sleeping) == [(0,)] and advisory_locks(project) == 0, 3)
    assert project.history() == []
    project.write("1_a.sql", "create table a (id int);")
    assert project.run("migrate", KITDB_DB_URL=pooled).returncode == 0


def test_a_pool_of_one_connection_is_one_clear_line(project, tmp_path, monkeypatch):
    monkeypatch.setattr("kitdb.migrate.apply.ANSWER_SECONDS", 1.0)
    project.write("1_a.sql", "create table a (id int);")
    with pooler(project.sandbox, tmp_path, mode="transaction", size=1) as port:
        url = f"postgresql://postgres@127.0.0.1:{port}/{project.database}"
        with pytest.raises(ConnectionLost) as caught:
            list(
                apply(
                    lambda name: databases.connect(url, application_name=name),
                    project.files(),
                    QUICK,
                )
            )
    assert "two connections" in caught.value.hint
