"""Where findings of check-rls are put, and what is said of what was not tried."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kitdb.sandbox import Sandbox

pytestmark = pytest.mark.server

NOTES = """create table public."my notes" (id int primary key, "Owner" uuid not null references auth.users (id), body text, secret text);
alter table public."my notes" enable row level security;
create policy own on public."my notes" for all to authenticated using ("Owner" = (select auth.uid()));
grant select (id, "Owner", body), insert, delete on public."my notes" to authenticated;
"""
LATER = """-- later
grant select (secret) on public."my notes" to authenticated;
create function public.fresh() returns int language sql as 'select 1';
revoke execute on function public.fresh() from public, anon, authenticated;
insert into storage.buckets (id, name, public) values ('it''s open', 'it''s open', true);
grant execute on function public.fresh() to anon;
"""
ACCESS = """[tables."my notes"]
rows.own = '"Owner" = :uid'
allow = ["user: select(id, Owner, body), insert, delete own"]
"""
ALONE = """create table public.notes (id int primary key, owner uuid not null references auth.users (id), code text not null,
  at timestamptz not null default now(), during tstzrange not null default tstzrange(now(), now() + interval '1 hour'));
alter table public.notes enable row level security;
create policy casts on public.notes for select to authenticated using (owner = auth.uid() and code::uuid is not null);
grant select on public.notes to authenticated;
create table public.never (id int primary key, at date not null check (at > 'infinity'));
alter table public.never enable row level security;
create policy all_of_it on public.never for select to anon using (true);
grant select on public.never to anon;
create function public.missing(n int) returns int language plpgsql as $$ begin return (select nope from public.notes); end $$;
create function public.asks(t text) returns bigint language plpgsql as
  $$ declare n bigint; begin execute 'select count(*) from ' || t into n; return n; end $$;
insert into storage.buckets (id, name, public) values ('open', 'open', true);
create table public.costly ("The Owner" uuid not null references auth.users (id), "a""b" int primary key);
alter table public.costly enable row level security;
create policy own on public.costly for all to authenticated using ("The Owner" = (select auth.uid()));
grant select, insert, truncate on public.costly to authenticated;
create table public.counted (id serial primary key);
grant all on sequence public.counted_id_seq to anon;
create schema other;
alter default privileges in schema public revoke all on tables from anon, authenticated;
revoke truncate on public.costly from anon;
"""


def project(folder: Path, *migrations: str) -> Path:
    (folder / "supabase/migrations").mkdir(parents=True)
    (folder / "supabase/policies").mkdir()
    for number, text in enumerate(migrations, 1):
        (folder / f"supabase/migrations/{number}_a.sql").write_text(text)
    return folder


def kitdb(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kitdb", "check-rls", "-q", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


def test_a_grant_a_function_and_a_bucket_are_told_where_they_are_made(tmp_path):
    project(tmp_path, NOTES, LATER)
    (tmp_path / "supabase/policies/access.toml").write_text(ACCESS)

    done = kitdb(tmp_path)

    places = {
        line.partition(": ")[0].rpartition("/")[2]: line for line in done.stdout.splitlines() if ": error " in line
    }
    assert 'user can select "my notes".secret' in places["2_a.sql:2:1"], done.stdout
    assert "anon can call fresh()" in places["2_a.sql:6:1"]
    assert "bucket it's open is public" in places["2_a.sql:5:1"]
    assert "The grant of its own: select (secret) to authenticated. The specification: supabase/policies" in done.stdout


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    folder = project(tmp_path_factory.mktemp("alone"), ALONE)
    forms = ("junit", "json", "markdown", "html")
    done = kitdb(folder, *(part for form in forms for part in ("--report", f"{form}=out/{form}")))
    return folder, done


def test_a_function_that_fails_is_one_finding_at_the_function_and_a_failed_case(alone):
    folder, done = alone

    told = [line for line in done.stdout.splitlines() if "KD807" in line]
    assert told == [
        "supabase/migrations/1_a.sql:10:1: error KD807 broken-function: missing(integer) fails for anon, user and guest:"
        ' column "nope" does not exist (42703)'
    ]
    assert "it failed in the same way with 3 different values" in done.stdout
    assert "(observed)" not in done.stdout + (folder / "out/json").read_text()
    suites = {suite.get("name"): suite for suite in ElementTree.parse(folder / "out/junit").iter("testsuite")}
    assert suites["missing(integer)"].get("failures") == "3"
    assert suites["asks(text)"].get("failures") == "0"
    assert "storage.kitdb-other" not in suites
    assert [case.get("name") for case in suites["never"] if case.find("skipped") is not None][:1] == ["anon select"]


def test_what_was_not_tried_is_not_said_to_be_closed(alone):
    folder, done = alone

    (closed,) = [line for line in done.stdout.splitlines() if line.startswith("closed to everybody")]
    assert "never" not in closed
    assert "storage.open" not in closed
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["never", "select", "?", "–", "–"] in rows
    assert any(row[:4] == ["storage.open", "select", "by", "name"] for row in rows)
    assert "| never | select | ? | – | – |" in (folder / "out/markdown").read_text()
    data = (folder / "out/html").read_text()
    assert '"object":"never","command":"select","actor":"anon","right":null' in data
    assert '"untried":true' in data


def test_sql_that_is_shown_can_be_run(alone, sandbox: Sandbox):
    _, done = alone
    errors = [f for f in json.loads((alone[0] / "out/json").read_text())["findings"] if f["code"] == "KD803"]
    name = sandbox.clone()
    with sandbox.connect("supabase_admin", name) as connection:
        connection.execute(ALONE)  # type: ignore[arg-type]  # a constant
        for found in errors:
            said = ""
            try:
                connection.execute(found["evidence"])
            except Exception as error:  # noqa: BLE001  # its message is what is compared
                said = str(error).splitlines()[0]
                connection.execute("rollback")
            assert said
            assert said in found["message"]
        connection.execute('create index on public.costly ("The Owner");')
    sandbox.drop(name)
    assert errors
    assert 'create index on public.costly ("The Owner");' in done.stdout
    assert 'has a value of costly."a""b"' in done.stdout


def test_whoever_may_truncate_is_told_without_a_specification(alone):
    _, done = alone

    assert "error KD805 excess-privilege: authenticated may truncate costly" in done.stdout
    assert " on sequence " not in done.stdout


def test_two_runs_say_the_same(alone):
    folder, _ = alone

    kitdb(folder, "--report", "json=out/again")

    first, second = (json.loads((folder / "out" / name).read_text()) for name in ("json", "again"))
    assert any('into "public"."notes"' in (cell["evidence"] or "") for cell in first["cells"])
    for key in ("cells", "findings", "not_covered"):
        assert first[key] == second[key]


def test_tables_that_nobody_granted_are_taken_to_be_exposed(tmp_path):
    done = kitdb(
        project(tmp_path, "create table public.a (id int primary key, owner uuid references auth.users (id));")
    )

    assert done.returncode == 1
    assert "KD828 exposure-assumed: exposure legacy: the table is not granted explicitly" in done.stdout
    assert "KD811" in done.stdout


def test_a_project_without_tables_is_told_what_to_do(tmp_path):
    done = kitdb(project(tmp_path, "create schema nothing_yet;"))

    assert done.returncode == 1
    assert "KD804 vacuous: nothing could be checked" in done.stdout
    assert "help: Make tables in the migrations, or name the schemas that they are in" in done.stdout
    assert "exposure legacy" not in done.stdout


def test_a_database_that_is_only_read_says_what_was_not_looked_at(tmp_path, sandbox: Sandbox):
    name = sandbox.clone()
    with sandbox.connect("postgres", name) as connection:
        connection.execute(NOTES + ALONE)  # type: ignore[arg-type]  # a constant

    done = kitdb(tmp_path, "--db-url", sandbox.url(database=name))

    sandbox.drop(name)
    assert "closed to everybody: counted\n" in done.stdout
    for subject in ('"my notes"', "notes", "never", "missing(integer)", "storage.open"):
        assert f"not covered: {subject}: " in done.stdout
