"""`check-rls` on a project of 300 tables and 600 policies, with a specification and without one.

The project is what a company grows to in some years: teams, members and their roles, and in each of 33 areas projects,
tasks and comments below them, documents and who they are shared with, settings, labels, invoices and events. Policies
ask helper functions, look into other tables, or compare an owner. The specification says what they amount to.

.venv/bin/python benchmarks/access_large.py [AREAS]        needs nothing but kitdb
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AREAS = 33
WANTED = 60.0  # seconds

_BASE = """
create schema private;
grant usage on schema private to authenticated;

create table profiles (
  id uuid primary key references auth.users on delete cascade,
  display_name text not null check (char_length(display_name) between 1 and 80),
  avatar_url text,
  created_at timestamptz not null default now()
);
create table teams (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references profiles on delete cascade,
  name text not null,
  created_at timestamptz not null default now()
);
create table memberships (
  team_id uuid not null references teams on delete cascade,
  user_id uuid not null references profiles on delete cascade,
  role text not null default 'member' check (role in ('member', 'admin')),
  primary key (team_id, user_id)
);
create index on memberships (user_id);
create index on teams (owner_id);

create function private.is_member(team uuid) returns boolean language sql stable security definer set search_path = ''
as $$ select exists (select from public.memberships m where m.team_id = team and m.user_id = (select auth.uid())) $$;
create function private.is_admin(team uuid) returns boolean language sql stable security definer set search_path = ''
as $$ select exists (select from public.memberships m
        where m.team_id = team and m.user_id = (select auth.uid()) and m.role = 'admin') $$;
revoke execute on all functions in schema private from public;
grant execute on all functions in schema private to authenticated;
create function private.touch() returns trigger language plpgsql set search_path = ''
as $$ begin new.updated_at := now(); return new; end $$;

alter table profiles enable row level security;
alter table teams enable row level security;
alter table memberships enable row level security;
create policy profiles_read on profiles for select to authenticated using (true);
create policy profiles_write on profiles for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));
create policy teams_read on teams for select to authenticated
  using (owner_id = (select auth.uid()) or private.is_member(id));
create policy teams_write on teams for all to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy memberships_read on memberships for select to authenticated using (user_id = (select auth.uid()));
create policy memberships_write on memberships for all to authenticated
  using (exists (select from teams t where t.id = team_id and t.owner_id = (select auth.uid())))
  with check (exists (select from teams t where t.id = team_id and t.owner_id = (select auth.uid())));
"""

_AREA = """
create table AREA_projects (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references teams on delete cascade,
  name text not null,
  description text,
  status text not null default 'open' check (status in ('open', 'paused', 'done')),
  created_at timestamptz not null default now()
);
create table AREA_tasks (
  id uuid primary key default gen_random_uuid(),
  project_id uuid not null references AREA_projects on delete cascade,
  assignee_id uuid references profiles on delete set null,
  title text not null,
  priority int not null default 0 check (priority between 0 and 9),
  due_on date,
  updated_at timestamptz not null default now()
);
create table AREA_comments (
  id bigint generated always as identity primary key,
  task_id uuid not null references AREA_tasks on delete cascade,
  author_id uuid not null default auth.uid() references profiles on delete cascade,
  body text not null,
  created_at timestamptz not null default now()
);
create table AREA_documents (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references profiles on delete cascade,
  title text not null,
  content jsonb not null default '{}',
  is_public boolean not null default false,
  updated_at timestamptz not null default now()
);
create table AREA_document_shares (
  document_id uuid not null references AREA_documents on delete cascade,
  user_id uuid not null references profiles on delete cascade,
  note text,
  primary key (document_id, user_id)
);
create table AREA_settings (
  user_id uuid primary key references profiles on delete cascade,
  theme text not null default 'light',
  options jsonb not null default '{}'
);
create table AREA_labels (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references teams on delete cascade,
  name text not null,
  colour text,
  unique (team_id, name)
);
create table AREA_invoices (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references teams on delete cascade,
  number text not null unique,
  amount_cents int not null check (amount_cents >= 0),
  paid boolean not null default false
);
create table AREA_events (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references teams on delete cascade,
  actor_id uuid not null references profiles on delete cascade,
  what text not null,
  details jsonb,
  created_at timestamptz not null default now()
);
create index on AREA_projects (team_id);
create index on AREA_tasks (project_id);
create index on AREA_tasks (assignee_id);
create index on AREA_comments (task_id);
create index on AREA_comments (author_id);
create index on AREA_documents (owner_id);
create index on AREA_document_shares (user_id);
create index on AREA_invoices (team_id);
create index on AREA_events (team_id);
create index on AREA_events (actor_id);
create trigger touch before update on AREA_tasks for each row execute function private.touch();
create trigger touch before update on AREA_documents for each row execute function private.touch();

alter table AREA_projects enable row level security;
alter table AREA_tasks enable row level security;
alter table AREA_comments enable row level security;
alter table AREA_documents enable row level security;
alter table AREA_document_shares enable row level security;
alter table AREA_settings enable row level security;
alter table AREA_labels enable row level security;
alter table AREA_invoices enable row level security;
alter table AREA_events enable row level security;

create policy projects_read on AREA_projects for select to authenticated using (private.is_member(team_id));
create policy projects_write on AREA_projects for all to authenticated
  using (private.is_admin(team_id)) with check (private.is_admin(team_id));
create policy tasks_read on AREA_tasks for select to authenticated
  using (exists (select from AREA_projects p where p.id = project_id and private.is_member(p.team_id)));
create policy tasks_write on AREA_tasks for all to authenticated
  using (exists (select from AREA_projects p where p.id = project_id and private.is_member(p.team_id)))
  with check (exists (select from AREA_projects p where p.id = project_id and private.is_member(p.team_id)));
create policy comments_read on AREA_comments for select to authenticated
  using (exists (select from AREA_tasks t where t.id = task_id));
create policy comments_write on AREA_comments for all to authenticated
  using (author_id = (select auth.uid()))
  with check (author_id = (select auth.uid()) and exists (select from AREA_tasks t where t.id = task_id));
create policy documents_read on AREA_documents for select to anon, authenticated
  using (is_public or owner_id = (select auth.uid()));
create policy documents_write on AREA_documents for all to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy shares_read on AREA_document_shares for select to authenticated using (user_id = (select auth.uid()));
create policy shares_write on AREA_document_shares for all to authenticated
  using (exists (select from AREA_documents d where d.id = document_id and d.owner_id = (select auth.uid())))
  with check (exists (select from AREA_documents d where d.id = document_id and d.owner_id = (select auth.uid())));
create policy settings_read on AREA_settings for select to authenticated using (user_id = (select auth.uid()));
create policy settings_write on AREA_settings for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy labels_read on AREA_labels for select to authenticated using (private.is_member(team_id));
create policy labels_write on AREA_labels for all to authenticated
  using (private.is_member(team_id)) with check (private.is_member(team_id));
create policy invoices_read on AREA_invoices for select to authenticated using (private.is_admin(team_id));
create policy invoices_write on AREA_invoices for update to authenticated
  using (private.is_admin(team_id)) with check (private.is_admin(team_id));
create policy events_read on AREA_events for select to authenticated using (private.is_member(team_id));
create policy events_write on AREA_events for insert to authenticated
  with check (actor_id = (select auth.uid()) and private.is_member(team_id));
"""

# the platform's own defaults taken back, as a careful project does
_GRANTS = """
revoke all on all tables in schema public from anon, authenticated, service_role;
revoke all on all sequences in schema public from anon, authenticated, service_role;
grant usage on all sequences in schema public to authenticated, service_role;
grant select, insert, update, delete on all tables in schema public to authenticated, service_role;
"""

_AREA_GRANTS = "grant select on AREA_documents to anon;\n"

_BASE_ACCESS = """
[tables.profiles]
rows.self = "id = :uid"
allow = ["user: select", "user: update self -> self", "service: select, insert, update, delete"]

[tables.teams]
rows.own    = "owner_id = :uid"
rows.joined = "exists (select from memberships m where m.team_id = teams.id and m.user_id = :uid)"
allow = [
  "user: select own or joined",
  "user: insert own",
  "user: update own -> own",
  "user: delete own",
  "service: select, insert, update, delete",
]

[tables.memberships]
rows.mine       = "user_id = :uid"
rows.of_my_team = "exists (select from teams t where t.id = memberships.team_id and t.owner_id = :uid)"
allow = [
  "user: select mine or of_my_team",
  "user: insert of_my_team",
  "user: update of_my_team -> of_my_team",
  "user: delete of_my_team",
  "service: select, insert, update, delete",
]
"""

_AREA_ACCESS = """
[tables.AREA_projects]
rows.ours = "exists (select from memberships m where m.team_id = AREA_projects.team_id and m.user_id = :uid)"
rows.led  = "exists (select from memberships m where m.team_id = AREA_projects.team_id and m.user_id = :uid and m.role = 'admin')"
allow = [
  "user: select ours",
  "user: insert led",
  "user: update led -> led",
  "user: delete led",
  "service: select, insert, update, delete",
]

[tables.AREA_tasks]
rows.ours = "exists (select from AREA_projects p join memberships m on m.team_id = p.team_id where p.id = AREA_tasks.project_id and m.user_id = :uid)"
allow = ["user: select, insert, delete ours", "user: update ours -> ours", "service: select, insert, update, delete"]

[tables.AREA_comments]
rows.ours = "exists (select from AREA_tasks t join AREA_projects p on p.id = t.project_id join memberships m on m.team_id = p.team_id where t.id = AREA_comments.task_id and m.user_id = :uid)"
rows.mine = "author_id = :uid"
allow = [
  "user: select ours or mine",
  "user: insert mine and ours",
  "user: update mine -> mine and ours",
  "user: delete mine",
  "service: select, insert, update, delete",
]

[tables.AREA_documents]
rows.own    = "owner_id = :uid"
rows.public = "is_public"
allow = [
  "anon: select public",
  "user: select own or public",
  "user: insert own",
  "user: update own -> own",
  "user: delete own",
  "service: select, insert, update, delete",
]

[tables.AREA_document_shares]
rows.to_me   = "user_id = :uid"
rows.of_mine = "exists (select from AREA_documents d where d.id = AREA_document_shares.document_id and d.owner_id = :uid)"
allow = [
  "user: select to_me or of_mine",
  "user: insert of_mine",
  "user: update of_mine -> of_mine",
  "user: delete of_mine",
  "service: select, insert, update, delete",
]

[tables.AREA_settings]
rows.own = "user_id = :uid"
allow = ["user: select own", "user: update own -> own", "service: select, insert, update, delete"]

[tables.AREA_labels]
rows.ours = "exists (select from memberships m where m.team_id = AREA_labels.team_id and m.user_id = :uid)"
allow = ["user: select, insert, delete ours", "user: update ours -> ours", "service: select, insert, update, delete"]

[tables.AREA_invoices]
rows.led = "exists (select from memberships m where m.team_id = AREA_invoices.team_id and m.user_id = :uid and m.role = 'admin')"
allow = ["user: select led", "user: update led -> led", "service: select, insert, update, delete"]

[tables.AREA_events]
rows.ours = "exists (select from memberships m where m.team_id = AREA_events.team_id and m.user_id = :uid)"
rows.mine = "actor_id = :uid"
allow = ["user: select ours", "user: insert mine and ours", "service: select, insert, update, delete"]
"""  # noqa: E501


def main() -> int:
    areas = int(sys.argv[1]) if len(sys.argv) > 1 else AREAS
    slow = 0
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        sql = write(root, areas)
        tables, policies = len(re.findall("create table", sql)), len(re.findall("create policy", sql))
        print(f"{tables} tables, {policies} policies, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for label, access in (("with access.toml", root / "access.toml"), ("without", root / "none.toml")):
            start, before = time.perf_counter(), cpu()
            done = run(root, access)
            seconds = time.perf_counter() - start
            told = ", ".join(line.lstrip("✓ ") for line in done.stderr.splitlines() if " for " in line)
            used = f"{cpu() - before:.1f} s of CPU with its server"
            print(f"{label:16} {seconds:6.1f} s, {used}; {told}; exit {done.returncode}")
            slow += seconds > WANTED
    return 1 if slow else 0


def write(root: Path, areas: int) -> str:
    """The project; its migration's text."""
    names = [f"area_{number:02}" for number in range(1, areas + 1)]
    areas_of = lambda text: [text.replace("AREA", name) for name in names]  # noqa: E731
    sql = "".join((_BASE, *areas_of(_AREA), _GRANTS, *areas_of(_AREA_GRANTS)))
    access = "".join((_BASE_ACCESS, *areas_of(_AREA_ACCESS)))
    (root / "migrations").mkdir()
    (root / "migrations" / "20260101000000_project.sql").write_text(sql)
    (root / "access.toml").write_text(access)
    return sql


def run(root: Path, access: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KITDB_MIGRATIONS": str(root / "migrations"), "KITDB_ACCESS": str(access)}
    command = [sys.executable, "-m", "kitdb", "check-rls"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return done


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
