"""Several sessions on copies of a database find out what one alone does."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from library import Library

from kitdb.catalog.read import read_catalog
from kitdb.rls import check as checking
from kitdb.rls.access import parse_access
from kitdb.rls.check import Bench, bench
from kitdb.rls.crew import in_order
from kitdb.rls.matrix import Matrix, gather
from kitdb.rls.mutate import mutate
from kitdb.rls.seeds import BadSeed, Seed


@pytest.fixture(autouse=True)
def cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_cores", lambda: 3)


def prepared(library: Library, classes: str = "", seeds: Sequence[Seed] = ()) -> AbstractContextManager[Bench]:
    with library.sandbox.connect("supabase_admin", library.database) as connection:
        catalog = read_catalog(connection)
    access = parse_access(classes) if classes else library.access
    connect = lambda role: library.sandbox.connect(role, library.database)  # noqa: E731
    return bench(connect, catalog, access, seeds=seeds, original=(library.sandbox, library.database))


def databases(library: Library) -> set[str]:
    with library.sandbox.connect() as connection:
        return {name for (name,) in connection.execute("select datname from pg_database")}


def plain(matrix: Matrix) -> list[object]:
    # evidence and requests hold times at which rows were made
    return [replace(cell, evidence=None, request="") for cell in matrix.cells] + [
        replace(finding, evidence=None) for finding in matrix.findings
    ]


def test_several_sessions_give_the_matrix_of_one(library: Library) -> None:
    before = databases(library)

    with prepared(library) as several:
        assert len(several.others) == 2
        together = gather(several.events())
        alone = gather(replace(several, others=()).events())

    assert plain(together) == plain(alone)
    assert together.passed
    assert databases(library) == before


def test_an_error_in_one_session_ends_all(library: Library) -> None:
    before = databases(library)
    text = '[tables.books]\nrows.odd = "(title || id::text)::int > 0"\nallow = []'

    with prepared(library, text) as several, pytest.raises(Exception, match="books"):
        gather(several.events())

    assert databases(library) == before


def test_several_sessions_give_the_mutation_score_of_one(library: Library) -> None:
    with prepared(library) as several:
        together = list(mutate(several, only={"tags"}))
        alone = list(mutate(replace(several, others=()), only={"tags"}))

    assert len(together) > 5
    assert [(v.mutant, v.fate, v.by) for v in together] == [(v.mutant, v.fate, v.by) for v in alone]


def test_a_seed_is_due_when_it_has_run(library: Library) -> None:
    before = databases(library)
    seed = """create table odd (id int primary key, of int references odd deferrable initially deferred);
        insert into odd values (1, 2)"""

    with pytest.raises(BadSeed, match="odd_of_fkey"), prepared(library, seeds=[Seed(seed)]):
        pass

    assert databases(library) == before


def test_whoever_stops_listening_is_not_kept_waiting(library: Library) -> None:
    with prepared(library) as several:
        events = several.events()
        next(event for event in events)
        events.close()
        again = gather(several.events(only={"books"}))

    assert again.passed


def test_results_come_in_the_order_of_the_jobs() -> None:
    seen = threading.Event()

    def do(worker: str, job: int) -> tuple[str, int]:
        if job == 0:
            seen.wait(10)  # the first is done last
        elif job == 3:
            seen.set()
        return worker, job

    found = list(in_order(["a", "b"], range(4), do, lambda worker: None))

    assert [job for _, job in found] == [0, 1, 2, 3]
    assert {worker for worker, _ in found} == {"a", "b"}


def test_an_error_stands_where_its_result_would() -> None:
    def do(worker: str, job: int) -> int:
        if job == 1:
            raise ValueError("one")
        return job

    found = in_order(["a", "b"], range(9), do, lambda worker: None)

    assert next(found) == 0
    with pytest.raises(ValueError, match="one"):
        next(found)
