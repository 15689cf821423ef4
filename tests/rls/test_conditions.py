"""What is said of each condition: whether it was true, false, NULL and decisive, and what rows could not be built."""

from __future__ import annotations

import pytest
from library import Library
from psycopg.errors import UndefinedTable

from kitdb.rls.matrix import Matrix, Part

pytestmark = pytest.mark.server

CHESTS = """
create type state as enum ('draft', 'open', 'lost', 'sunk');
create table "Chest" (id uuid primary key default gen_random_uuid(), owner_id uuid default auth.uid(), state state not null
  default 'draft', constraint "none is lost" check ({check}));
create table "key ring" (id uuid primary key default gen_random_uuid(), chest uuid not null references "Chest");
alter table "Chest" enable row level security;
alter table "key ring" enable row level security;
create policy mine on "Chest" for select to authenticated using (owner_id = (select auth.uid()) and state <> 'draft');
create policy below on "key ring" for select to authenticated using (exists (
  select from "Chest" where "Chest".id = "key ring".chest));
grant select on "Chest", "key ring" to authenticated;
"""
RIGHTS = """
[tables.Chest]
rows.mine = "owner_id = :uid and state <> 'draft'"
allow = ["user: select mine"]
[tables."key ring"]
rows.below = "exists (select from \\"Chest\\" c where c.id = \\"key ring\\".chest and c.owner_id = :uid and c.state <> 'draft')"
allow = ["user: select below"]
"""


def parts(found: Matrix, condition: str) -> dict[str, Part]:
    return {part.text: part for each in found.coverage if each.condition == condition for part in each.parts}


def test_a_row_that_one_value_of_many_allows_is_there(empty: Library) -> None:
    found = empty.check(CHESTS.format(check="owner_id is not null or state = 'sunk'"), RIGHTS)

    assert found.not_covered == ()
    mine = parts(found, 'policy mine on "Chest"')
    assert [part.was for part in mine.values()] == ["true, false, NULL, decisive", "true, false, decisive"]


def test_a_row_that_cannot_be_is_named(empty: Library) -> None:
    found = empty.check(CHESTS.format(check="owner_id is not null and state <> 'lost'"), RIGHTS)

    named = {note.subject: note.why for note in found.not_covered}
    assert named['"Chest".owner_id'].startswith("no row without it could be built: ")
    assert "none is lost" in named['"Chest".owner_id']
    assert named['"Chest".state'].startswith("no row with lost could be built: ")


def test_what_a_policy_looks_up_is_seen_through_the_policies_there(empty: Library) -> None:
    found = empty.check(CHESTS.format(check="true"), RIGHTS)

    (part,) = parts(found, 'policy below on "key ring"').values()
    assert part.was == "true, false, decisive"


def test_a_condition_that_is_never_true_is_named_beside_a_specification(empty: Library) -> None:
    tables = CHESTS.format(check="true").replace("and state <> 'draft'", "or pg_catalog.length(state::text) > 99")

    found = empty.check(tables, RIGHTS)

    assert ('policy mine on "Chest"', "no user and no row were there for which length((state)::text) > 99") in [
        (note.subject, note.why) for note in found.not_covered
    ]


def test_what_another_condition_says_already_is_not_decisive(empty: Library) -> None:
    tables = CHESTS.format(check="true").replace("and state <> 'draft')", "or owner_id is not null)")

    found = empty.check(tables, "")

    mine = parts(found, 'policy mine on "Chest"')
    assert {text: part.shown for text, part in mine.items()} == {
        "owner_id = ( SELECT auth.uid() AS uid)": False,
        "owner_id IS NOT NULL": True,
    }
    assert [note for note in found.not_covered if "mine" in note.subject] == []


def test_objects_in_other_buckets_look_the_same_but_for_the_bucket(empty: Library) -> None:
    tables = """
        create table teams (id uuid primary key, owner uuid references auth.users);
        insert into storage.buckets (id, name) values ('plans', 'plans');
        create policy theirs on storage.objects for select to authenticated using (bucket_id = 'plans' and exists (
          select from teams t where t.id::text = (storage.foldername(name))[1] and t.owner = (select auth.uid())));
        grant select on teams to authenticated;
    """

    found = empty.check(tables, "")

    assert [part.shown for part in parts(found, "policy theirs on storage.objects").values()] == [True, True]


def test_columns_of_few_characters_get_values(empty: Library) -> None:
    tables = """
        create table wallets (id bigint generated always as identity primary key, owner uuid not null references auth.users,
          currency char(3) not null, code varchar(4) not null unique, mark char not null);
        alter table wallets enable row level security;
        create policy mine on wallets for select to authenticated using (owner = (select auth.uid()));
        grant select on wallets to authenticated;
    """

    found = empty.check(tables, '[tables.wallets]\nallow = ["user: select owner = :uid"]\n')

    assert found.not_covered == ()
    assert found.passed


def test_rows_of_a_key_of_several_columns_differ_in_what_decides(empty: Library) -> None:
    tables = """
        create table halls (id bigint generated always as identity primary key, owner uuid not null references auth.users);
        create table courts (id bigint generated always as identity primary key, hall bigint not null references halls,
          label text not null, retired_at timestamptz, unique (hall, label));
        alter table courts enable row level security;
        create policy there on courts for select to authenticated using (retired_at is null and label <> 'test');
        grant select on courts to authenticated;
    """

    rights = """
        [tables.courts]
        rows.there = "retired_at is null and label <> 'test'"
        allow = ["user: select there"]
    """

    found = empty.check(tables, rights)

    assert found.not_covered == ()
    assert [part.shown for part in parts(found, "policy there on courts").values()] == [True, True]
    assert found.passed


LOUD = """
    create table loud (id int primary key, owner uuid not null references auth.users);
    alter table loud enable row level security;
    create policy mine on loud for all to authenticated using (owner = (select auth.uid()));
    grant select, insert on loud to authenticated;
    create function log() returns trigger language plpgsql as $$ begin {}; return new; end $$;
    create trigger log after insert on loud for each row execute function log();
"""
OWN = '[tables.loud]\nrows.own = "owner = :uid"\nallow = ["user: select own"]\n'


def test_an_insert_that_no_trigger_survives_is_broken(empty: Library) -> None:
    found = empty.check(LOUD.format("insert into missing values (1)"), OWN)

    (told,) = [each for each in found.findings if each.severity == "error"]
    assert told.name == "broken-policy"
    assert told.message == 'nobody can insert into loud without an error: relation "missing" does not exist (42P01)'
    assert told.evidence is not None
    with empty.sandbox.connect("postgres", empty.database) as connection, connection.transaction(force_rollback=True):
        connection.execute(LOUD.format("insert into missing values (1)").encode())
        connection.execute("reset role")
        with pytest.raises(UndefinedTable):
            connection.execute(told.evidence.removeprefix("begin;").removesuffix("rollback;").encode())


def test_an_insert_that_a_trigger_refuses_to_everybody_is_not_covered(empty: Library) -> None:
    found = empty.check(LOUD.format("raise exception 'not today'"), OWN)

    assert [each for each in found.findings if each.severity == "error"] == []
    assert [(note.subject, note.why) for note in found.not_covered] == [
        ("user, guest insert loud", "nobody could insert a row: not today (P0001)")
    ]


def test_a_default_that_a_policy_cannot_bear_is_met(empty: Library) -> None:
    tables = """
        create table shares (id int primary key, owner uuid not null references auth.users, parts int not null default 0);
        alter table shares enable row level security;
        create policy big on shares for select to authenticated using (owner = (select auth.uid()) and 10 / parts > 1);
        grant select on shares to authenticated;
    """

    found = empty.check(tables, '[tables.shares]\nrows.own = "owner = :uid"\nallow = ["user: may select own"]\n')

    assert [each.message for each in found.findings if each.severity == "error"] == [
        "user cannot select shares without an error: division by zero (22012) (guest too)"
    ]


def test_objects_of_several_kinds_are_there(empty: Library) -> None:
    tables = """
        insert into storage.buckets (id, name) values ('plans', 'plans');
        create policy mine on storage.objects for select to authenticated using (
          bucket_id = 'plans' and (storage.foldername(name))[1] = (select auth.uid())::text and name like '%.png');
    """

    found = empty.check(tables, '[storage.plans]\nallow = ["user: select folder[1] = :uid"]\n')

    assert [each.name for each in found.findings if each.severity == "error"] == ["denied"]


def test_a_view_that_asks_who_looks_can_be_specified(empty: Library) -> None:
    tables = """
        create table orders (id int primary key, buyer uuid not null references auth.users, total int not null default 0);
        alter table orders enable row level security;
        create view mine as select id, total, buyer from orders where buyer = {};
        grant select on mine to authenticated;
    """
    rights = '[views.mine]\nrows.own = "buyer = :uid"\nallow = ["user: select own"]\n'

    assert empty.check(tables.format("(select auth.uid())"), rights).passed
    hole = empty.check(tables.format("(select auth.uid()) or total >= 0"), rights)

    assert [each.name for each in hole.findings if each.severity == "error"] == ["leak"]


def test_rows_that_refer_to_each_other_are_tied(empty: Library) -> None:
    tables = """
        create table teams (id uuid primary key default gen_random_uuid(), lead uuid, name text not null);
        create table people (id uuid primary key references auth.users, team uuid not null references teams);
        alter table teams add foreign key (lead) references people deferrable initially deferred;
        alter table teams enable row level security;
        create function my_team() returns uuid language sql stable security definer set search_path = '' as
          $$ select team from public.people where id = (select auth.uid()) $$;
        create policy see on teams for select to authenticated using (id = (select my_team()));
        create policy lead on teams for update to authenticated using (lead = (select auth.uid()));
        grant select, update (name) on teams to authenticated;
    """
    rights = """
        [tables.teams]
        rows.ours = "id = (select team from people where id = :uid)"
        rows.led = "lead = :uid"
        allow = ["user: select ours", "user: update(name) ours and led"]
        [functions]
        "my_team()" = ["anon", "user", "service"]
    """

    found = empty.check(tables, rights)

    assert [f.message for f in found.findings if f.severity == "error"] == []
    assert found.not_covered == ()
    assert "allowed" in {c.actual for c in found.cells if (c.object, c.command, c.actor) == ("teams", "update", "user")}


def test_an_insert_that_leaves_the_owner_to_its_default_is_tried(empty: Library) -> None:
    tables = """
        create table notes (id uuid primary key default gen_random_uuid(), title text not null,
          state text not null default 'draft', user_id uuid not null default auth.uid() references auth.users);
        alter table notes enable row level security;
        create policy mine on notes for select to authenticated using (user_id = (select auth.uid()));
        create policy add on notes for insert to authenticated with check (user_id = (select auth.uid()) and {});
        grant select, insert (title, state) on notes to authenticated;
    """
    rights = """
        [tables.notes]
        rows.own = "user_id = :uid"
        rows.draft = "state = 'draft'"
        allow = ["user: select own", "user: insert(title, state) own and draft"]
    """

    sound = empty.check(tables.format("state = 'draft'"), rights)
    hole = empty.check(tables.format("state <> 'kitdb'"), rights)

    assert [f.message for f in sound.findings if f.severity == "error"] == []
    assert sound.not_covered == ()
    inserts = {c.after: c.actual for c in sound.cells if (c.command, c.actor, c.columns) == ("insert", "user", ())}
    assert inserts["own, draft"] == "allowed"
    assert inserts["own"] == "refused"
    assert [f.name for f in hole.findings if f.severity == "error"] == ["leak"]
