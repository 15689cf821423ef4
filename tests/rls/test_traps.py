"""Traps that text rules miss, each on a small schema of its own: sound, then with the trap in it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from library import Library, messages


@dataclass(frozen=True)
class Trap:
    sql: str
    access: str
    hole: str
    expected: str


TRAPS = {
    "a state machine that may go anywhere": Trap(
        """
        create table orders (id int primary key, owner_id uuid not null, note text,
          status text not null default 'requested' check (status in ('requested', 'cancelled', 'paid')));
        alter table orders enable row level security;
        grant select, update (status) on orders to authenticated;
        create policy see on orders for select to authenticated using (owner_id = auth.uid());
        create policy cancel on orders for update to authenticated
          using (owner_id = auth.uid() and status = 'requested') with check (owner_id = auth.uid() and status = 'cancelled');
        """,
        """
        [tables.orders]
        rows.own = "owner_id = :uid"
        rows.requested = "status = 'requested'"
        rows.cancelled = "status = 'cancelled'"
        allow = ["user: select own", "user: update(status) own and requested -> own and cancelled"]
        """,
        "alter policy cancel on orders with check (owner_id = auth.uid())",
        "leak: user can update orders.status",
    ),
    "not in, where one of the list is null": Trap(
        """
        create table blocked (owner_id uuid not null, who uuid);
        create table posts (id int primary key, owner_id uuid not null, body text);
        alter table posts enable row level security; alter table blocked enable row level security;
        grant select on posts, blocked to authenticated;
        create policy see on posts for select to authenticated using (owner_id = auth.uid());
        """,
        """
        [tables.posts]
        rows.own = "owner_id = :uid"
        allow = ["user: select own"]
        [tables.blocked]
        allow = ["user: may select"]
        """,
        "create policy others on posts for select to authenticated"
        " using (auth.uid() is not null and owner_id not in (select who from blocked))",
        "leak: user can select posts",
    ),
    "a policy for service_role that is for everybody": Trap(
        """
        create table jobs (id int primary key, owner_id uuid not null, body text);
        alter table jobs enable row level security;
        grant select on jobs to authenticated;
        create policy see on jobs for select to authenticated using (owner_id = auth.uid());
        """,
        """
        [tables.jobs]
        rows.own = "owner_id = :uid"
        allow = ["user: select own"]
        """,
        'create policy "Service role full access" on jobs for all using (true) with check (true)',
        "leak: user can select jobs",
    ),
    "a trigger that copies what is not meant for the reader": Trap(
        """
        create table secrets (id uuid primary key, owner_id uuid not null, word text);
        create table feed (id bigint generated always as identity primary key, word text);
        alter table secrets enable row level security; alter table feed enable row level security;
        grant select, insert on secrets to authenticated; grant select on feed to authenticated;
        create policy own on secrets to authenticated using (owner_id = auth.uid());
        """,
        """
        [tables.secrets]
        rows.own = "owner_id = :uid"
        allow = ["user: select, insert own"]
        [tables.feed]
        allow = []
        """,
        "create function copy() returns trigger language plpgsql security definer as"
        " 'begin insert into public.feed (word) values (new.word); return new; end';"
        "create trigger copy after insert on secrets for each row execute function copy();"
        "create policy all_of_it on feed for select to authenticated using (true)",
        "leak: user can select feed",
    ),
    "coalesce that takes nobody for the system": Trap(
        """
        create table things (id int primary key, owner_id uuid, body text);
        alter table things enable row level security;
        grant select on things to anon, authenticated;
        create policy see on things for select using (owner_id = auth.uid());
        """,
        """
        [tables.things]
        rows.own = "owner_id = :uid"
        allow = ["user: select own"]
        """,
        "create policy orphans on things for select using (owner_id is not distinct from auth.uid())",
        "leak: anon can select things",
    ),
    "a slip of and and or": Trap(
        """
        create table papers (id int primary key, owner_id uuid not null, shared boolean not null default false, old boolean not null default false);
        alter table papers enable row level security;
        grant select on papers to authenticated;
        create policy see on papers for select to authenticated using ((owner_id = auth.uid() or shared) and not old);
        """,
        """
        [tables.papers]
        rows.open = "(owner_id = :uid or shared) and not old"
        allow = ["user: select open"]
        """,
        "alter policy see on papers using (owner_id = auth.uid() or shared and not old)",
        "leak: user can select papers",
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_told_from_what_it_looks_like(library: Library, name: str) -> None:
    trap = TRAPS[name]
    objects = [line.strip()[8:-1] for line in trap.access.splitlines() if line.strip().startswith("[tables.")]

    sound = messages(library.check(trap.sql, trap.access, only=objects).findings)
    holed = messages(library.check(trap.sql + trap.hole, trap.access, only=objects).findings)

    assert [m for m in sound if not m.startswith("excess-privilege")] == []
    assert any(message.startswith(trap.expected) for message in holed), holed
