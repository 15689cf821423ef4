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

GRANTED = "grant execute on all functions in schema public to authenticated"
PURSES = """
create table purses (id bigint generated always as identity primary key, owner_id uuid not null references auth.users,
  currency text not null, balance int not null default 0 check (balance >= 0), "closed at" timestamptz,
  unique (owner_id, currency));
create table moves (id bigint generated always as identity primary key, source bigint references purses,
  target bigint not null references purses, note text, ref text not null unique, made_at timestamptz not null);
create table entries (id bigint generated always as identity primary key, purse_id bigint not null references purses,
  move_id bigint not null references moves, delta int not null);
create table bills (id uuid primary key default gen_random_uuid(), purse_id bigint not null references purses,
  payer_id uuid not null references auth.users, amount int not null check (amount between 1 and 500),
  state text not null default 'draft' check (state in ('draft', 'sent', 'paid')), due timestamptz);
alter table purses enable row level security;
alter table moves enable row level security;
alter table entries enable row level security;
alter table bills enable row level security;
create function mine(p bigint) returns boolean language sql stable security definer set search_path = public as
  $$ select exists (select from purses where id = p and owner_id = auth.uid()) $$;
revoke all on purses, moves, entries, bills from anon, authenticated;
grant select on purses, moves, entries, bills to authenticated;
create policy p on purses for select to authenticated using (owner_id = auth.uid());
create policy m on moves for select to authenticated using (mine(source) or mine(target));
create policy e on entries for select to authenticated using (mine(purse_id));
create policy b on bills for select to authenticated using (payer_id = auth.uid() or mine(purse_id));
create schema inner_part;
create function inner_part."move it"(p_from bigint, p_to bigint, p_amount int) returns void language sql set search_path = public
  as $$
  with m as (insert into moves (source, target, ref, made_at) values (p_from, p_to, gen_random_uuid(), now()) returning id)
  insert into entries (purse_id, move_id, delta) select p.id, m.id, p_amount from m, purses p where p.id in (p_from, p_to);
  update purses set balance = balance - p_amount where id = p_from;
  update purses set balance = balance + p_amount where id = p_to $$;
"""
MONEY = """
create or replace function send(p_from bigint, p_to bigint, p_amount int) returns void language plpgsql
  security definer set search_path = public as $$ declare a purses; b purses; begin
  select * into a from purses where id = p_from and owner_id = auth.uid();
  if not found then raise exception 'no such purse' using errcode = '42501'; end if;
  if {amount} then raise exception 'how much?'; end if;
  select * into b from purses where id = p_to and "closed at" is null;
  if not found or a.currency <> b.currency then raise exception 'it cannot take that'; end if;
  perform inner_part."move it"(p_from, p_to, p_amount); end $$;
create or replace function settle(p_bill uuid, p_from bigint) returns void language plpgsql
  security definer set search_path = public as $$ declare b bills; begin
  select * into b from bills where id = p_bill and payer_id = auth.uid();
  if b.state is distinct from 'sent' or b.due < now() then raise exception 'nothing to pay'; end if;
  if not exists (select from purses f join purses t on t.id = b.purse_id and t.currency = f.currency
    where f.id = p_from and {purse}) then raise exception 'no such purse'; end if;
  perform inner_part."move it"(p_from, b.purse_id, b.amount);
  update bills set state = 'paid' where id = p_bill; end $$;
create or replace function statement(p_purse bigint, p_since timestamptz default '2000-01-01')
  returns table (entry bigint, delta int, note text) language sql stable security definer set search_path = public as $$
  select e.id, e.delta, m.note from entries e join moves m on m.id = e.move_id
  where e.purse_id = p_purse and m.made_at >= p_since and {statement} $$;
create or replace function worth(p_purse bigint) returns int language sql stable security definer set search_path = public
  as $$ select balance from purses where id = p_purse and {statement} $$;
create or replace function plan(p_at timestamptz, p_kind text) returns text language plpgsql as $$ begin
  if p_at < now() then raise exception 'in the past'; end if;
  if p_kind not in ('weekly', 'yearly') then raise exception 'what kind?'; end if;
  return p_kind; end $$;
create or replace function never(p_word text) returns void language plpgsql as
  $$ begin raise exception 'not with that'; end $$;
revoke execute on all functions in schema public from public, anon;
"""
MONEY_HELD = {"amount": "p_amount <= 0", "purse": "f.owner_id = auth.uid()", "statement": "mine(p_purse)"}
MONEY_OPEN = {"amount": "p_amount = 0", "purse": "true", "statement": "true"}
HALLS = """
create table invites (id uuid primary key default gen_random_uuid(), club_id uuid not null references clubs,
  code text not null unique, role text not null default 'member' check (role in ('owner', 'member')),
  used_at timestamptz, expires_at timestamptz not null);
create table halls (id bigint primary key, club_id uuid not null references clubs, torn_down timestamptz);
create table bookings (id bigint generated always as identity primary key, hall_id bigint not null references halls,
  guest uuid not null references auth.users, starts timestamptz not null);
alter table invites enable row level security;
alter table halls enable row level security;
alter table bookings enable row level security;
revoke all on invites, halls, bookings from anon, authenticated;
grant select on halls, bookings to authenticated;
create policy h on halls for select to authenticated using (torn_down is null);
create policy b on bookings for select to authenticated
  using (guest = auth.uid() or exists (select from halls h where h.id = hall_id and in_club(h.club_id)));
"""
CLUB_HELD = {"hall": "club_id = p_club", "role": "i.role"}
CLUB_OPEN = {"hall": "true", "role": "coalesce(p_role, i.role)"}
JOINING = """
create or replace function book(p_club uuid, p_hall bigint, p_guest uuid, p_start timestamptz) returns void
  language plpgsql security definer set search_path = public as $$ begin
  if not in_club(p_club) then raise exception 'members only' using errcode = '42501'; end if;
  if p_start < now() then raise exception 'in the past'; end if;
  if not exists (select from halls where id = p_hall and torn_down is null and {hall}) then
    raise exception 'no such hall'; end if;
  insert into bookings (hall_id, guest, starts) values (p_hall, p_guest, p_start); end $$;
create or replace function redeem(p_code text, p_role text default null) returns void
  language plpgsql security definer set search_path = public as $$ declare i invites; begin
  select * into i from invites where code = p_code and used_at is null and expires_at > now();
  if not found then raise exception 'no such code'; end if;
  insert into club_members (club_id, user_id, role) values (i.club_id, auth.uid(), {role});
  update invites set used_at = now() where id = i.id; end $$;
revoke execute on all functions in schema public from public, anon;
"""


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


def test_functions_are_called_with_crossed_rows_in_the_state_they_ask_for_and_amounts_below_zero(
    sandbox: Sandbox, database: str
) -> None:
    before, _ = look(sandbox, database, PURSES + MONEY.format(**MONEY_HELD) + GRANTED)
    after, _ = look(sandbox, database, MONEY.format(**MONEY_OPEN))

    assert told(before) == []
    assert sorted(m.partition(" can call ")[2] for m in told(after)) == [
        "send(bigint,bigint,integer), which changes rows of purses of other users",
        "settle(uuid,bigint), which changes rows of purses of other users",
        "statement(bigint,timestamp with time zone) and is given rows of moves that it cannot see",
        "worth(bigint) and is given rows of purses that it cannot see",
    ]
    uncovered = {each.subject: each.why for each in before.not_covered if "user execute" in each.subject}
    assert uncovered.keys() == {"user execute never(text)"}
    assert uncovered["user execute never(text)"].startswith("not with that (P0001), in ")


def test_a_code_is_worth_what_it_says_and_a_row_is_looked_at_where_it_is_written(
    sandbox: Sandbox, database: str
) -> None:
    before, _ = look(sandbox, database, CLUB + HALLS + JOINING.format(**CLUB_HELD) + GRANTED)
    after, _ = look(sandbox, database, JOINING.format(**CLUB_OPEN))

    assert told(before) == []
    assert sorted(m.partition(" can call ")[2] for m in told(after)) == [
        "book(uuid,bigint,uuid,timestamp with time zone), which writes to bookings below a row of clubs that it refuses:"
        " it looks at another one named",
        "redeem(text,text), which makes it owner in club_members.role for a code that does not say so",
    ]


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
    assert not [each for each in matrix.not_covered if each.subject.startswith("polic")]


def test_rows_of_numbers_and_ids_are_known_again_and_shown(sandbox: Sandbox, database: str) -> None:
    matrix, _ = look(sandbox, database, """
        create table pairs (id int primary key, owner uuid not null references auth.users);
        alter table pairs enable row level security;
        create policy mine on pairs for select to authenticated using (owner = (select auth.uid()));
        grant select on pairs to authenticated;
        create function every_pair() returns setof pairs language sql security definer set search_path = public as
          $$ select * from pairs $$;
        create function my_pairs() returns setof pairs language sql security definer set search_path = public as
          $$ select * from pairs where owner = auth.uid() $$;
    """)  # fmt: skip

    (found,) = [each for each in matrix.findings if each.name == "function-past-policies"]
    assert found.message == "anon can call every_pair() and is given rows of pairs that it cannot see"
    assert found.evidence is not None
    assert 'insert into "public"."pairs"' in found.evidence
