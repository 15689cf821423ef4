"""A specification that notices every broken guard, and one that does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from library import Library

from kitdb.catalog.read import read_catalog
from kitdb.rls.access import parse_access
from kitdb.rls.check import bench
from kitdb.rls.conditions import parse_condition, written_condition
from kitdb.rls.mutants import Mutant, mutants
from kitdb.rls.mutate import Score, mutate

TAGS = ("tags", "visits", '"Loan Cards"')


def score(library: Library, text: str, *names: str) -> Score:
    """The score on a few objects: the whole library's takes long."""
    connect = library.sandbox.connect
    with connect("supabase_admin", library.database) as connection:
        catalog = read_catalog(connection)
    with bench(lambda user: connect(user, library.database), catalog, parse_access(text)) as prepared:
        return Score(tuple(mutate(prepared, only=names)))


def test_every_guard_of_a_complete_specification_is_noticed(library: Library) -> None:
    found = score(library, Path(library.access.path).read_text(), *TAGS)

    assert found.count("noticed") > 20
    assert [v.mutant.sql for v in found.survivors] == []
    noticed = {v.mutant.sql for v in found.verdicts if v.fate == "noticed"}
    assert "alter policy tags_all on public.tags using (true)" in noticed
    assert 'drop policy cards_for_members on public."Loan Cards"' in noticed
    assert "alter table public.tags disable row level security" in noticed


def test_a_survivor_names_the_change_and_the_rule(library: Library) -> None:
    text = Path(library.access.path).read_text()
    loose = text.replace('allow = ["user: select, insert, delete own"]', 'allow = ["user: may select, insert, delete"]')
    assert loose != text

    found = score(library, loose, "tags")

    told = {v.mutant.sql: v.finding for v in found.survivors}
    survivor = told["alter policy tags_all on public.tags using (true)"]
    assert survivor is not None
    assert "user can now" in survivor.message
    assert survivor.place is not None
    assert survivor.place.line == next(n for n, line in enumerate(loose.splitlines(), 1) if "may select" in line)
    assert "user: select, insert, delete" in (survivor.help or "")


def test_nothing_of_a_mutant_stays(library: Library) -> None:
    with library.sandbox.connect("supabase_admin", library.database) as connection:
        before = read_catalog(connection)
    score(library, Path(library.access.path).read_text(), "tags")

    with library.sandbox.connect("supabase_admin", library.database) as connection:
        assert read_catalog(connection) == before


@pytest.mark.parametrize(
    "text",
    [
        "(a = 1)",
        "((a = 1) AND ((b = 'x AND y') OR (\"AND\" IS NULL)))",
        "(NOT (a))",
        "(EXISTS ( SELECT 1 FROM t WHERE ((t.id = k.id) AND (t.o = auth.uid()))))",
        "CASE WHEN (a AND b) THEN true ELSE (c OR d) END",
        "(a NOT IN (1, 2))",
    ],
)
def test_a_condition_is_taken_apart_and_put_together(text: str) -> None:
    once = written_condition(parse_condition(text))

    assert written_condition(parse_condition(once)) == once


def test_mutants_have_no_double(library: Library) -> None:
    with library.sandbox.connect("supabase_admin", library.database) as connection:
        found: list[Mutant] = list(mutants(read_catalog(connection), library.access, ("public",)))

    assert len({mutant.sql for mutant in found}) == len(found)
    assert len(found) > 100
