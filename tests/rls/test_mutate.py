"""A specification that notices every broken guard, and one that does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from library import Library

from kitdb.catalog.read import read_catalog
from kitdb.rls.access import parse_access
from kitdb.rls.check import bench
from kitdb.rls.conditions import parse_condition, written_condition
from kitdb.rls.mutants import Mutant, mutants
from kitdb.rls.mutate import Score, mutate
from kitdb.sandbox import Sandbox

STATES = """
create table orders (id int primary key, owner uuid not null references auth.users, state text not null check (state in ('draft', 'sent', 'done')));
alter table orders enable row level security;
revoke all on orders from anon, authenticated;
grant select, update (state) on orders to authenticated;
create policy see on orders for select to authenticated using (owner = auth.uid());
create policy edit on orders for update to authenticated
  using (owner = auth.uid() and state = 'draft') with check (owner = auth.uid() and state in ('draft', 'sent'));
"""
STATED = """
[tables.orders]
rows.own = "owner = :uid"
rows.draft = "state = 'draft'"
CLASS
allow = ["user: select own", "user: may update(state) own"]
"""
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
    assert any(change.startswith("drop policy tags_all on public.tags; create policy") for change in noticed)


TRIGGERS = """
create table papers (id int primary key, owner_id uuid not null, title text, verdict text not null default 'open');
alter table papers enable row level security; grant select, update (title, verdict) on papers to authenticated;
create function frozen() returns trigger language plpgsql as $$ begin new.verdict := old.verdict; return new; end $$;
create trigger frozen before update on papers for each row execute function frozen();
create function mine(whose uuid) returns boolean language sql stable set search_path = '' as 'select whose = auth.uid()';
create policy own on papers to authenticated using (mine(owner_id)) with check (mine(owner_id));
"""
FROZEN = """
[tables.papers]
rows.own = "owner_id = :uid"
allow = ["user: select own", "user: update(title) own"]
"""


def test_a_trigger_that_keeps_a_column_is_broken_too(sandbox: Sandbox, database: str) -> None:
    with sandbox.connect("postgres", database) as connection:
        connection.execute(TRIGGERS)
    found = score(Library(sandbox, database), FROZEN, "papers")

    fates = {verdict.mutant.sql: verdict.fate for verdict in found.verdicts}
    assert fates["alter table public.papers disable trigger frozen"] == "noticed"
    assert fates["alter function public.mine(uuid) security definer"] == "no difference"
    assert fates["alter function public.mine(uuid) reset search_path"] == "no difference"
    assert not found.survivors


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
    helps = {v.finding.help for v in found.survivors if v.finding and v.finding.subject == "tags"}
    assert "Write delete as 'user: delete own': tried, it is exact." in helps
    assert all("user: select, insert, delete" not in (help_ or "") for help_ in helps)
    # what is proposed passes, and lets no mutant through
    lines = [re.sub(r".* as ('.*?'): tried.*", r"\1", help_ or "") for help_ in helps]
    exact = score(
        library,
        text.replace('allow = ["user: select, insert, delete own"]', f"allow = [{', '.join(sorted(lines))}]"),
        "tags",
    )
    assert not exact.survivors


def test_a_line_that_no_named_rows_make_exact_is_said_to_need_others(sandbox: Sandbox, database: str) -> None:
    with sandbox.connect("postgres", database) as connection:
        connection.execute(STATES)

    blind = score(Library(sandbox, database), STATED.replace("CLASS", ""), "orders")
    named = score(
        Library(sandbox, database), STATED.replace("CLASS", "rows.open = \"state in ('draft', 'sent')\""), "orders"
    )

    assert {v.finding.help for v in blind.survivors if v.finding} == {
        "No rows that the section names make update exact for user: define rows.NAME for those that it may really update,"
        " and write them in the line, without may."
    }
    assert {v.finding.help for v in named.survivors if v.finding} == {
        "Write update as 'user: update(state) own and draft -> open': tried, it is exact."
    }


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
