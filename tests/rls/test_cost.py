"""What policies work out for every row, and where they read whole tables, as the plans tell."""

from __future__ import annotations

import pytest
from library import LEGACY, Library

pytestmark = pytest.mark.server

TABLES = """
create table "Teams" (id uuid primary key, name text);
create table members (team_id uuid references "Teams", user_id uuid references auth.users, role text);
create table notes (id int primary key, team_id uuid references "Teams", "Owner" uuid references auth.users, body text);
alter table "Teams" enable row level security;
alter table members enable row level security;
alter table notes enable row level security;
create function is_admin() returns boolean language sql stable security definer set search_path = '' as
  $$select exists (select from public.members where user_id = auth.uid() and role = 'admin')$$;
"""
COSTLY = """
create policy mine on members for select using (user_id = auth.uid());
create policy team on notes for select using (exists (
  select from members m where m.team_id = notes.team_id and m.user_id = (select auth.uid())));
create policy own on notes for update using ("Owner" = (select auth.uid()));
create policy admins on notes for delete to authenticated using (is_admin());
"""
CHEAP = """
create index on members (user_id, team_id);
create index on notes ("Owner");
create policy mine on members for select using (user_id = (select auth.uid()));
create policy team on notes for select using (exists (
  select from members m where m.team_id = notes.team_id and m.user_id = (select auth.uid())));
create policy own on notes for update using ("Owner" = (select auth.uid()));
create policy admins on notes for delete to authenticated using ((select is_admin()));
"""
RIGHTS = """
[tables.members]
rows.own = "user_id = :uid"
allow = ["anon, user: may select, insert, update, delete"]
[tables.notes]
rows.own = '"Owner" = :uid'
allow = ["anon, user: may select, insert, update, delete"]
"""


def costs(empty: Library, policies: str) -> list[str]:
    found = empty.check(LEGACY + TABLES + policies, RIGHTS).findings
    return sorted(finding.message for finding in found if finding.name == "policy-cost")


def test_what_is_worked_out_or_read_for_every_row_is_told(empty: Library) -> None:
    assert costs(empty, COSTLY) == [
        "policies on members work out auth.uid() for every row",
        "policies on notes work out is_admin() for every row",
        "policies read every row of members for notes, for want of an index on user_id",
        "policies read every row of members, for want of an index on user_id",
        'policies read every row of notes, for want of an index on "Owner"',
    ]


def test_what_is_worked_out_once_and_found_by_an_index_is_not(empty: Library) -> None:
    assert costs(empty, CHEAP) == []
