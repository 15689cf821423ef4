from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from deploys import QUICK

from kitdb.migrate.events import Applied, Blocked, Retrying, WaitingForRunner
from kitdb.migrate.failure import MigrationFailed
from kitdb.migrate.lock import LOCK_KEY, LockNotFree, RunnerLock


def apart(work):
    """The work in a thread of its own, and what it returned or raised."""
    outcome: list = []

    def run():
        try:
            outcome.append(work())
        except Exception as error:  # noqa: BLE001  # handed to the test
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


@pytest.mark.parametrize(
    "slow",
    [
        "create table a (id int); select pg_sleep(1.5);",
        "-- kitdb: no-transaction\ncreate table a (id int);\nselect pg_sleep(1.5);\ncreate index concurrently i on a (id);",
    ],
)
def test_of_two_runners_one_applies_and_the_other_waits_and_has_nothing_to_do(project, slow):
    project.write("1_a.sql", slow)
    first, outcome = apart(project.migrate)
    assert project.eventually(lambda: project.backends() >= 2)

    second = project.migrate()

    first.join()
    assert [event.planned.migration.version for event in outcome[0] if isinstance(event, Applied)] == ["1"]
    (waiting,) = [event for event in second if isinstance(event, WaitingForRunner)]
    assert waiting.holder.application == "kitdb migrate (lock)"
    assert not [event for event in second if isinstance(event, Applied)]
    assert project.history() == ["1"]


def test_two_processes_apply_each_file_once_and_the_waiting_one_names_the_holder(project):
    project.write("1_a.sql", "create table a (id int); select pg_sleep(1);")
    project.write("2_b.sql", "create index concurrently i on a (id);")
    processes = [project.start("migrate"), project.start("migrate")]
    results = [(*process.communicate(timeout=60), process.returncode) for process in processes]

    assert [code for _, _, code in results] == [0, 0]
    assert project.history() == ["1", "2"]
    assert sorted(out.splitlines()[-1].split()[0] for out, _, _ in results) == ["2", "nothing"]
    waited = "".join(err for _, err, _ in results)
    assert "waiting for another run of kitdb (pid" in waited


def test_who_waits_too_long_is_told_who_has_the_lock(project):
    project.write("1_a.sql", "select 1;")
    lock = RunnerLock(lambda: project.connect("kitdb migrate (lock)"))
    list(lock.acquire(0))
    with pytest.raises(LockNotFree, match=r"pid \d+, kitdb migrate \(lock\)"):
        project.migrate(replace(QUICK, runner_wait=0.5))
    lock.release()
    assert project.migrate()


def test_the_lock_is_gone_with_the_connection_that_held_it(project):
    lock = RunnerLock(lambda: project.connect("kitdb migrate (lock)"))
    list(lock.acquire(0))
    project.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kitdb migrate (lock)'"
    )
    assert project.eventually(
        lambda: (
            project.query(
                f"select count(*) from pg_locks where locktype = 'advisory' and objid = {LOCK_KEY & 0xFFFFFFFF}"
            )
            == [(0,)]
        )
    )
    lock.release()


def test_the_lock_is_in_nobodys_way(project):
    """Neither its holder nor who waits for it keeps a snapshot that an index build would wait for."""
    project.execute("create table a (id int)")
    lock = RunnerLock(lambda: project.connect("kitdb migrate (lock)"))
    list(lock.acquire(0))
    waiting, outcome = apart(lambda: project.migrate(replace(QUICK, runner_wait=2)))
    started = time.monotonic()
    with project.connect() as connection:
        connection.execute("set statement_timeout = '10s'")
        connection.execute("create index concurrently i on a (id)")
    lock.release()
    waiting.join()
    assert project.query("select indisvalid from pg_index where indexrelid = 'i'::regclass") == [(True,)]
    assert time.monotonic() - started < 10
    assert isinstance(outcome[0], list)


def test_a_blocked_statement_says_who_is_in_the_way_and_goes_on_when_it_is_gone(project):
    project.execute("create table a (id int)")
    project.write("1_a.sql", "select 1;\nalter table a add column n int;")
    with project.sandbox.connect("supabase_admin", project.database, autocommit=False) as blocker:
        blocker.execute("select * from a")
        running, outcome = apart(lambda: project.migrate(replace(QUICK, lock_timeout=0)))
        project.eventually(lambda: project.query("select count(*) from pg_locks where not granted") != [(0,)])
        time.sleep(0.8)
        blocker.rollback()
    running.join()
    blocked = next(event for event in outcome[0] if isinstance(event, Blocked))
    assert blocked.wanted == "AccessExclusiveLock on a"
    assert blocked.blockers[0].query == "select * from a"
    assert project.history() == ["1"]


def test_a_lock_timeout_is_tried_again_as_a_whole_and_then_succeeds(project):
    project.execute("create table a (id int)")
    project.write("1_a.sql", "create table b (id int);\nalter table a add column n int;")
    with project.sandbox.connect("supabase_admin", project.database, autocommit=False) as blocker:
        blocker.execute("select * from a")
        running, outcome = apart(lambda: project.migrate(replace(QUICK, lock_timeout=0.5, attempts=20)))
        assert project.eventually(lambda: project.query("select count(*) from pg_locks where not granted") != [(0,)])
        time.sleep(1)
        blocker.rollback()
    running.join()
    retries = [event for event in outcome[0] if isinstance(event, Retrying)]
    assert retries
    assert retries[0].reason == "lock timeout"
    assert "select * from a" in str([session.query for session in retries[0].blockers])
    assert project.history() == ["1"]


def test_tries_are_bounded_and_nothing_of_the_file_is_kept(project):
    project.execute("create table a (id int)")
    project.write("1_a.sql", "create table b (id int);\nalter table a add column n int;")
    with project.sandbox.connect("supabase_admin", project.database, autocommit=False) as blocker:
        blocker.execute("select * from a")
        with pytest.raises(MigrationFailed) as caught:
            project.migrate(replace(QUICK, lock_timeout=0.2, attempts=2))
        blocker.rollback()
    assert caught.value.error.sqlstate == "55P03"
    assert caught.value.place.line == 2
    assert project.query("select to_regclass('b')") == [(None,)]


def test_a_lock_timeout_that_the_file_sets_wins(project):
    project.execute("create table a (id int)")
    project.write("1_a.sql", "set lock_timeout = '100ms';\nalter table a add column n int;")
    with project.sandbox.connect("supabase_admin", project.database, autocommit=False) as blocker:
        blocker.execute("select * from a")
        with pytest.raises(MigrationFailed) as caught:
            project.migrate(replace(QUICK, lock_timeout=0, attempts=1))
        blocker.rollback()
    assert caught.value.error.sqlstate == "55P03"


def test_a_deadlock_is_tried_again(project):
    project.execute("create table a (id int); create table b (id int)")
    project.write(
        "1_a.sql",
        "lock table a in access exclusive mode;\nselect pg_sleep(0.5);\nlock table b in access exclusive mode;",
    )
    with project.sandbox.connect("supabase_admin", project.database, autocommit=False) as other:
        # The other session is patient: the deadlock is found by the migration's.
        other.execute("set local deadlock_timeout = '30s'")
        other.execute("lock table b in access exclusive mode")
        running, outcome = apart(lambda: project.migrate(replace(QUICK, lock_timeout=0, attempts=20)))
        assert project.eventually(
            lambda: project.query("select count(*) from pg_locks where relation = 'a'::regclass and granted") == [(1,)]
        )
        other.execute("lock table a in access exclusive mode")
        other.rollback()
    running.join()
    assert [event.reason for event in outcome[0] if isinstance(event, Retrying)][:1] == ["deadlock"]
    assert project.history() == ["1"]


def test_an_index_build_that_met_a_lock_timeout_is_tried_again_from_scratch(project):
    project.execute("create table a (id int)")
    project.write("1_i.sql", "create index concurrently i on a (id);")
    with project.sandbox.connect("supabase_admin", project.database, autocommit=False) as blocker:
        blocker.execute("lock table a in row exclusive mode")
        running, outcome = apart(lambda: project.migrate(replace(QUICK, lock_timeout=0.4, attempts=20)))
        assert project.eventually(lambda: project.query("select count(*) from pg_locks where not granted") != [(0,)])
        time.sleep(1)
        blocker.rollback()
    running.join()
    assert [event for event in outcome[0] if isinstance(event, Retrying)]
    assert project.query("select indisvalid from pg_index where indrelid = 'a'::regclass") == [(True,)]
