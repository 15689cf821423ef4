"""Functions with their owner's rights, and claims of the token: the hole is told, the sound form is not."""

from __future__ import annotations

import pytest
from library import again, messages

from kitdb.catalog.read import read_catalog
from kitdb.rls.discover import discovery
from kitdb.rls.matrix import Matrix, gather
from kitdb.sandbox import Sandbox

CLUB = """
create table clubs (id uuid primary key default gen_random_uuid(), name text, points int not null default 0);
create table club_members (club_id uuid references clubs, user_id uuid references auth.users,
  role text not null default 'member' check (role in ('owner', 'member')), primary key (club_id, user_id));
create table orders (id uuid primary key default gen_random_uuid(), club_id uuid not null references clubs,
  user_id uuid not null references auth.users);
alter table clubs enable row level security;
alter table club_members enable row level security;
alter table orders enable row level security;
create function in_club(c uuid) returns boolean language sql stable security definer set search_path = public as
  $$ select exists (select from club_members where club_id = c and user_id = auth.uid()) $$;
create function owns_club(c uuid) returns boolean language sql stable security definer set search_path = public as
  $$ select exists (select from club_members where club_id = c and user_id = auth.uid() and role = 'owner') $$;
revoke all on clubs, club_members, orders from anon, authenticated;
grant select on clubs, club_members, orders to authenticated;
grant update (name) on clubs to authenticated;
create policy c on clubs for select to authenticated using (in_club(id));
create policy u on clubs for update to authenticated using (owns_club(id));
create policy m on club_members for select to authenticated using (in_club(club_id));
create policy o on orders for select to authenticated using (user_id = auth.uid());
"""
ROLE = """create function set_role(p_club uuid, p_member uuid, p_role text) returns void language plpgsql
  security definer set search_path = public as $$ begin
  if not {}(p_club) then raise exception 'no' using errcode = '42501'; end if;
  update club_members set role = p_role where club_id = p_club and user_id = p_member; end $$"""
TRANSFER = """create function transfer(p_from uuid, p_to uuid, p_amount int) returns void language plpgsql
  security definer set search_path = public as $$ begin
  if p_amount <= 0 or not {} or not owns_club(p_to) then raise exception 'no' using errcode = '42501'; end if;
  update clubs set points = points - p_amount where id = p_from;
  update clubs set points = points + p_amount where id = p_to; end $$"""
ORDER = """create function place(p_club uuid, p_customer uuid, p_items jsonb) returns void language plpgsql
  security definer set search_path = public as $$ begin
  if not exists (select from clubs where id = p_club) then raise exception 'no club'; end if;
  if (select count(*) from jsonb_to_recordset(p_items) as i (club_id uuid, quantity int)) = 0 then
    raise exception 'nothing'; end if;
  insert into orders (club_id, user_id) values (p_club, {}); end $$"""


def look(sandbox: Sandbox, database: str, schema: str) -> tuple[Matrix, str]:
    with sandbox.connect("postgres", database) as connection:
        connection.execute(schema.encode())
    with (
        sandbox.connect("supabase_admin", database) as connection,
        discovery(again(connection), read_catalog(connection)) as found,
    ):
        return gather(found.events()), found.draft().text()


def told(matrix: Matrix) -> list[str]:
    return [m for m in messages(matrix.findings) if m.startswith("function-past-policies")]


@pytest.mark.parametrize(
    ("function", "sound", "hole", "message"),
    [
        (ROLE, "owns_club", "in_club", "set_role(uuid,uuid,text), which sets club_members.role of its own row to owner"),
        (TRANSFER, "owns_club(p_from)", "true", "transfer(uuid,uuid,integer), which changes rows of clubs that it"),
        (ORDER, "auth.uid()", "p_customer", "place(uuid,uuid,jsonb), which adds rows to orders for other users"),
    ],
)  # fmt: skip
def test_what_a_function_trusts_is_told(
    sandbox: Sandbox, database: str, function: str, sound: str, hole: str, message: str
) -> None:
    before, _ = look(sandbox, database, CLUB + function.format(sound) + "; revoke execute on all functions in schema"
                     " public from public, anon; grant execute on all functions in schema public to authenticated")  # fmt: skip
    after, _ = look(sandbox, database, function.format(hole).replace("create function", "create or replace function"))

    assert told(before) == []
    assert [m for m in told(after) if f"user can call {message}" in m], told(after)


def test_callers_have_the_tenants_and_offices_that_policies_ask_for(sandbox: Sandbox, database: str) -> None:
    matrix, text = look(sandbox, database, """
        create table shops (id uuid primary key default gen_random_uuid(), name text);
        create table goods (id uuid primary key default gen_random_uuid(), shop_id uuid not null references shops);
        alter table shops enable row level security;
        alter table goods enable row level security;
        revoke all on shops, goods from anon, authenticated;
        grant select, delete on goods to authenticated;
        create function my_shop() returns uuid language sql stable as
          $$ select nullif(auth.jwt() -> 'app_metadata' ->> 'shop_id', '')::uuid $$;
        create policy r on goods for select to authenticated using (shop_id = (select my_shop()));
        create policy d on goods for delete to authenticated
          using (shop_id = (select my_shop()) and auth.jwt() -> 'app_metadata' -> 'roles' ? 'manager');
    """)  # fmt: skip

    assert 'manager = { is = "user", claims = { app_metadata = { roles = ["manager"] } } }' in text
    assert '"user: select ' in text
    assert '"manager: delete ' in text
    assert '"user: delete ' not in text
    assert not [subject for subject, _ in matrix.not_covered if subject.startswith("polic")]
