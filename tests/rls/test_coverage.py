"""Rows for rights that few rows show: nothing of a sound specification stays unproved."""

from __future__ import annotations

import pytest
from library import Library, messages

pytestmark = pytest.mark.server

JOBS = """
create table companies (id uuid primary key, name text not null);
create table company_users (company_id uuid references companies, user_id uuid references auth.users,
  role text not null default 'recruiter' check (role in ('recruiter', 'owner')), primary key (company_id, user_id));
create table jobs (id uuid primary key default gen_random_uuid(), company_id uuid not null references companies,
  title text not null, is_open boolean not null default false);
create table applications (id uuid primary key default gen_random_uuid(), job_id uuid not null references jobs,
  candidate_id uuid not null references auth.users, letter text, status text not null default 'submitted'
  check (status in ('submitted', 'withdrawn')), unique (job_id, candidate_id));
alter table companies enable row level security;
alter table company_users enable row level security;
alter table jobs enable row level security;
alter table applications enable row level security;
create policy mine on company_users for select to authenticated using (user_id = (select auth.uid()));
create policy open on jobs for select to authenticated using (is_open);
create policy ours on jobs for select to authenticated using (exists (
  select from company_users u where u.company_id = jobs.company_id and u.user_id = (select auth.uid())));
create policy mine on applications for select to authenticated using (candidate_id = (select auth.uid()));
create policy apply on applications for insert to authenticated with check (
  candidate_id = (select auth.uid()) and exists (select from jobs j where j.id = job_id and j.is_open));
grant select on company_users, jobs, applications to authenticated;
grant insert (job_id, candidate_id, letter) on applications to authenticated;
"""

RIGHTS = """
[tables.company_users]
rows.own = "user_id = :uid"
allow = ["user: select own"]

[tables.jobs]
rows.open = "is_open"
rows.ours = "exists (select from company_users u where u.company_id = jobs.company_id and u.user_id = :uid)"
rows.owned = "exists (select from company_users u where u.company_id = jobs.company_id and u.user_id = :uid and role = 'owner')"
allow = ["user: select open or ours"]

[tables.applications]
rows.mine = "candidate_id = :uid"
rows.open = "exists (select from jobs j where j.id = applications.job_id and j.is_open)"
rows.withdrawn = "status = 'withdrawn'"
allow = ["user: select mine", "user: insert(job_id, candidate_id, letter) mine and open"]
"""


def test_an_insert_of_some_columns_below_one_parent_of_many_kinds_is_proved(empty: Library) -> None:
    found = empty.check(JOBS, RIGHTS)

    assert messages([finding for finding in found.findings if finding.severity != "info"]) == []
    inserts = {c.after: c.actual for c in found.cells if (c.object, c.actor, c.columns) == ("applications", "user", ())}
    assert inserts["mine, open"] == "allowed"
    assert inserts["mine"] == "refused"


def test_what_the_parent_forbids_is_refused(empty: Library) -> None:
    found = empty.check(JOBS.replace("and j.is_open));\ngrant", "));\ngrant"), RIGHTS)

    assert any(message.startswith("leak: user can insert into applications") for message in messages(found.findings))


@pytest.mark.parametrize("key", ["int", "uuid", "text"])
def test_members_are_met_without_a_foreign_key(empty: Library, key: str) -> None:
    tables = f"""
        create table notes (id {key} primary key, org_id {key} not null, body text);
        create table members (org_id {key}, user_id uuid, primary key (org_id, user_id));
        alter table notes enable row level security;
        alter table members enable row level security;
        create policy mine on members for select to authenticated using (user_id = (select auth.uid()));
        create policy theirs on notes for select to authenticated using (exists (
          select from members m where m.org_id = notes.org_id and m.user_id = (select auth.uid())));
        grant select on notes, members to authenticated;
    """
    rights = """
        [tables.members]
        rows.own = "user_id = :uid"
        allow = ["user: select own"]
        [tables.notes]
        rows.theirs = "exists (select from members m where m.org_id = notes.org_id and m.user_id = :uid)"
        allow = ["user: select theirs"]
    """

    found = empty.check(tables, rights)

    assert messages([finding for finding in found.findings if finding.severity != "info"]) == []
