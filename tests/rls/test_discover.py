"""Without a specification: what is nearly always wrong is found, what is meant that way is no error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from library import again

from kitdb.catalog.read import read_catalog
from kitdb.findings import Finding
from kitdb.rls.access import parse_access
from kitdb.rls.check import check
from kitdb.rls.discover import Discovery, discovery
from kitdb.rls.lock import changes, read_lock, write_lock
from kitdb.rls.matrix import Matrix, gather
from kitdb.sandbox import Sandbox

# A shared notebook: owners, members of a notebook, and a list of colours for everybody.
BASE = """
create table notebooks (id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users,
  name text not null);
create table members (notebook_id uuid references notebooks, user_id uuid references auth.users,
  primary key (notebook_id, user_id));
create table notes (id uuid primary key default gen_random_uuid(), notebook_id uuid references notebooks,
  author_id uuid not null default auth.uid() references auth.users, body text, public boolean not null default false);
create table colours (id int primary key, name text);
alter table notebooks enable row level security;
alter table members enable row level security;
alter table notes enable row level security;
alter table colours enable row level security;
revoke all on notebooks, members, notes, colours from public, anon, authenticated, service_role;
grant select, insert, update, delete on notebooks, notes to authenticated;
grant select on members to authenticated;
grant select on notes, colours to anon, authenticated;
create policy notebooks_own on notebooks for all to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy members_select on members for select to authenticated using (user_id = (select auth.uid()));
create policy notes_public on notes for select to anon, authenticated using (public);
create policy notes_select on notes for select to authenticated using (author_id = (select auth.uid())
  or exists (select from members m where m.notebook_id = notes.notebook_id and m.user_id = (select auth.uid())));
create policy notes_insert on notes for insert to authenticated with check (author_id = (select auth.uid()) and
  (notebook_id is null or exists (select from notebooks n where n.id = notes.notebook_id)));
create policy notes_update on notes for update to authenticated using (author_id = (select auth.uid()))
  with check (author_id = (select auth.uid()) and
  (notebook_id is null or exists (select from notebooks n where n.id = notes.notebook_id)));
create policy notes_delete on notes for delete to authenticated using (author_id = (select auth.uid()));
create policy colours_all on colours for select using (true);
"""


class Notebook:
    def __init__(self, sandbox: Sandbox, database: str) -> None:
        self.sandbox, self.database = sandbox, database

    def look(self, change: str = "", specify: bool = False) -> tuple[Discovery, Matrix, str]:
        with (
            self.sandbox.connect("supabase_admin", self.database) as connection,
            connection.transaction(force_rollback=True),
        ):
            connection.execute("set local role postgres; " + change)
            connection.execute("reset role")
            catalog = read_catalog(connection)
            with discovery(again(connection), catalog) as found:
                matrix = gather(found.events())
                draft = found.draft()
                found.lock()
            return found, matrix, draft.finished(again(connection)) if specify else ""

    def held_to(self, text: str, change: str = "") -> Matrix:
        with (
            self.sandbox.connect("supabase_admin", self.database) as connection,
            connection.transaction(force_rollback=True),
        ):
            connection.execute("set local role postgres; " + change)
            connection.execute("reset role")
            return gather(check(again(connection), read_catalog(connection), parse_access(text)))


@pytest.fixture(scope="module")
def notebook(sandbox: Sandbox) -> Iterator[Notebook]:
    name = sandbox.clone()
    with sandbox.connect("postgres", name) as connection:
        connection.execute(BASE)
    yield Notebook(sandbox, name)
    sandbox.drop(name)


def wrong(matrix: Matrix) -> list[str]:
    return [told(finding) for finding in matrix.findings if finding.severity != "info"]


def told(finding: Finding) -> str:
    return f"{finding.name}: {finding.message}"


def test_a_sound_database_has_information_only(notebook: Notebook) -> None:
    _, matrix, _ = notebook.look()

    assert wrong(matrix) == []
    assert matrix.passed
    assert len(matrix.cells) > 100
    # public on purpose
    assert "others-rows-read: anon and user can select notes, rows of other users" in map(told, matrix.findings)
    assert not any(finding.subject == "colours" for finding in matrix.findings)


ROLES = (
    "create table user_roles (id int generated always as identity primary key, user_id uuid not null references auth.users,"
    " role text not null default 'user'); alter table user_roles enable row level security; grant select, insert, update on"
    " user_roles to authenticated; create function is_admin(u uuid) returns boolean language sql stable security definer set"
    " search_path = public as $$ select exists (select from user_roles where user_id = u and role = 'admin') $$;"
    " create policy own on user_roles for select to authenticated using (user_id = auth.uid());"
    " create policy assign on user_roles for all to authenticated using (is_admin(auth.uid()));"
)

HOLES = [
    ("alter table notes disable row level security",
     "rls-off: row level security is off on notes and its policies count for nothing: anon can select"),
    ("create table diary (id int primary key, user_id uuid references auth.users); grant select on diary to anon",
     "rls-off: row level security is off on diary: anon can select"),
    ("alter policy notes_delete on notes using (true)", "others-rows-written: user can delete from notes, rows of other users"),
    ("alter policy notes_update on notes using (true) with check (true)",
     "others-rows-written: user can update notes, rows of other users"),
    ("alter policy notes_insert on notes with check (true)", "forged-owner: user can insert into notes, rows of other users"),
    ("alter policy notebooks_own on notebooks with check (true); create policy see on notebooks for select using (true)",
     "row-given-away: user can update notebooks (owner_id) so that the row is another's"),
    ("alter policy notes_delete on notes using (author_id is distinct from auth.uid())",
     "others-rows-written: user can delete from notes"),
    ("alter policy notes_delete on notes using (exists (select from members m where m.user_id = auth.uid()))",
     "others-rows-written: user can delete from notes"),
    ("grant delete on notes to anon; create policy a on notes for delete to anon using (public)",
     "anonymous-write: anon can delete from notes, without signing in"),
    ("grant insert on notes to anon; create policy a on notes for insert to anon with check (true);",
     "anonymous-write: anon can insert into notes"),
    ("grant insert, update on colours to authenticated; create policy w on colours for update to authenticated using (true)",
     "others-rows-written: every user can update colours, every row of it"),
    ("create view all_notes as select * from notes; grant select on all_notes to anon",
     "view-past-policies: anon can select all_notes, rows that the policies below it hide"),
    ("create view people as select id, email from auth.users; grant select on people to authenticated",
     "view-past-policies: user can select people"),
    ("create policy admins on notes for select to authenticated using (auth.jwt() -> 'user_metadata' ->> 'role' = 'admin')",
     "user-metadata: policy admins on notes trusts user_metadata"),
    ("create policy loop on members for select to authenticated using (exists (select from members m where m.user_id is null))",
     "broken-policy: user cannot select members without an error"),
    ("create policy never on notes for select to anon using (author_id = auth.uid())",
     "policy-without-effect: policy never on notes can never hold"),
    ("create policy idle on members for delete to authenticated using (user_id = auth.uid())",
     "policy-without-effect: policy idle on members is for authenticated, who lacks the privilege to delete"),
    ("alter policy notes_insert on notes with check (author_id = auth.uid())",
     "hidden-parent: user can insert into notes below rows of notebooks that it cannot see"),
    ("alter table colours disable row level security; alter publication supabase_realtime add table colours",
     "realtime-without-rls: every change of colours is sent"),
    ("create function broken() returns int language plpgsql as 'begin return (select nope from notes); end';"
     "grant execute on function broken() to anon", "broken-function: broken() fails for anon"),
    ("create function note_of(note_id uuid) returns setof notes language sql security definer as"
     " 'select * from public.notes n where n.id = note_id'; grant execute on function note_of(uuid) to authenticated",
     "function-past-policies: anon can call note_of(uuid) and is given rows of notes that it cannot see"),
    ("create function drop_note(p_id uuid) returns void language sql security definer as"
     " 'delete from public.notes where id = p_id'; grant execute on function drop_note(uuid) to authenticated",
     "function-past-policies: anon can call drop_note(uuid), which changes rows of notes of other users"),
    ("insert into storage.buckets (id, name) values ('files', 'files'); create policy w on storage.objects for all"
     " to authenticated using (bucket_id = 'files')",
     "others-rows-written: user can delete from storage.files, rows of other users"),
    # what a new profile says by itself makes nobody special
    ("create type office as enum ('reader', 'admin'); create table profiles (id uuid primary key references auth.users,"
     " role office not null default 'reader'); grant select on profiles to authenticated;"
     " create policy readers on notes for delete to authenticated using"
     " (exists (select from profiles where id = auth.uid() and role = 'reader'))",
     "others-rows-written: user can delete from notes, rows of other users"),
    ("create table stats (user_id uuid references auth.users, day date, total int not null, primary key (user_id, day));"
     " alter table stats enable row level security; create function add_stats(p_user_id uuid, p_day date, p_total int)"
     " returns void language sql security definer as 'insert into public.stats values ($1, $2, $3) on conflict (user_id, day)"
     " do update set total = stats.total + excluded.total'",
     "function-past-policies: anon can call add_stats(uuid,date,integer), which changes rows of stats of other users"),
    # roles for which no policy counts
    ("create table t (id int primary key); alter table t enable row level security;"
     " grant create on schema public to authenticated; alter table t owner to authenticated",
     "role-past-policies: authenticated owns t, and policies do not count for the owner"),
    # who makes an administrator
    (ROLES + "create policy join_in on user_roles for insert to authenticated with check (user_id = auth.uid())",
     "self-made-admin: user can insert an own row into user_roles with any role, by which policies tell who may do more"),
    (ROLES + "create policy mine on user_roles for update to authenticated using (user_id = auth.uid())",
     "self-made-admin: user can update user_roles.role of the own row, by which policies tell who may do more"),
    ("create table people (id uuid primary key references auth.users, name text, is_admin boolean not null default false);"
     " alter table people enable row level security; grant select, update on people to authenticated;"
     " create policy self on people for all to authenticated using (id = auth.uid());"
     " create policy staff on notes for delete to authenticated"
     " using (exists (select from people p where p.id = auth.uid() and p.is_admin))",
     "self-made-admin: user can update people.is_admin of the own row, by which policies tell who may do more"),
    ("create table people (id uuid primary key references auth.users, role text not null default 'user');"
     " alter table people enable row level security; create function greet() returns trigger language plpgsql security"
     " definer as $$ begin insert into public.people values (new.id, coalesce(new.raw_user_meta_data ->> 'role', 'user'));"
     " return new; end $$; create trigger greet after insert on auth.users for each row execute function greet()",
     "self-made-admin: whoever signs up chooses people.role: greet takes it from raw_user_meta_data"),
    ("grant insert on members to authenticated;"
     " create policy join_in on members for insert to authenticated with check (user_id = auth.uid())",
     "self-made-admin: user can insert into members below rows of notebooks that it cannot see (notebook_id), and so join"),
    # conditions that say something else than they seem to
    ("create policy bought on notes for delete to authenticated using"
     " (exists (select from members m where m.notebook_id = notebook_id and m.user_id = auth.uid()))",
     "compared-with-itself: policy bought on notes compares m.notebook_id with itself"),
    ("create table people (id uuid primary key references auth.users, name text);"
     " alter table people enable row level security; grant select on people to authenticated;"
     " create policy all_of_them on people for select using (true); create policy own on storage.objects for select to"
     " authenticated using (exists (select from people where id = auth.uid() and (storage.foldername(name))[1] = id::text))",
     "compared-with-itself: policy own on storage.objects looks at the folder of people.name"),
    ("create policy curl on notes for select to authenticated"
     " using (current_setting('request.headers', true)::json ->> 'user-agent' = 'curl')",
     "request-header: policy curl on notes trusts a header of the request"),
    ("create table parts (id int primary key, owner text default current_user); alter table parts enable row level"
     " security; grant select on parts to authenticated; create policy own on parts for select using (owner = current_user)",
     "role-for-user: policy own on parts compares a column with the role's name"),
    # what a condition reads and the caller may not
    ("create table bans (user_id uuid); alter table bans enable row level security; grant select on bans to authenticated;"
     " create policy unbanned on colours for insert to authenticated with check"
     " (not exists (select from bans where user_id = auth.uid())); grant insert on colours to authenticated",
     "policy-reads-nothing: policy unbanned on colours reads bans, of which no policy shows user a row"),
    ("create table bans (user_id uuid); revoke all on bans from authenticated, anon;"
     " create policy unbanned on notes as restrictive to authenticated using"
     " (not exists (select from bans where user_id = auth.uid()))",
     "policy-without-right: policy unbanned on notes reads bans, which user may not select"),
    ("create function fine() returns boolean language sql as 'select true'; revoke execute on function fine() from public,"
     " anon, authenticated; create policy f on notes for select to authenticated using (fine())",
     "policy-without-right: policy f on notes calls fine(), which user may not execute"),
    ("create table drops (id int primary key, owner_id uuid); alter table drops enable row level security;"
     " grant update, select on drops to authenticated;"
     " create policy u on drops for update to authenticated using (owner_id = auth.uid())",
     "policy-without-effect: policy u on drops lets user update rows, and no policy lets it see one"),
    # a condition that fails on rows that are there is a finding, not the end
    ("alter policy colours_all on colours using"
     " (name = (select notebook_id::text from members where user_id = auth.uid()))",
     "broken-policy: user cannot select colours without an error: more than one row returned by a subquery"),
    ("alter policy colours_all on colours using (current_setting('app.tenant') = name)",
     "broken-policy: user cannot select colours without an error: unrecognized configuration parameter"),
    # functions and buckets
    ("create function run(q text) returns void language plpgsql as 'begin execute q; end'",
     "function-runs-sql: anon can call run(text), which runs q as SQL"),
    ("create function count_of(kind text) returns bigint language plpgsql as $$ declare n bigint; begin"
     " execute 'select count(*) from pg_class where relname = ''' || kind || '''' into n; return n; end $$",
     "function-runs-sql: anon can call count_of(text), which runs kind as SQL"),
    ("create function post_as(author uuid, words text) returns void language sql security definer as"
     " 'insert into public.notes (author_id, body) values (author, words)'",
     "function-past-policies: anon can call post_as(uuid,text), which adds rows to notes for other users"),
    ("create policy b on storage.buckets for all to authenticated using (true)", "leak: user can update storage.buckets"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), HOLES, ids=[change[:60] for change, _ in HOLES])
def test_what_is_nearly_always_wrong_is_found(notebook: Notebook, change: str, expected: str) -> None:
    _, matrix, _ = notebook.look(change)

    assert any(message.startswith(expected) for message in wrong(matrix)), wrong(matrix)


def test_the_policy_that_lets_it_is_named_among_others(notebook: Notebook) -> None:
    _, matrix, _ = notebook.look(
        ROLES + "create policy mine on user_roles for update to authenticated using (user_id = auth.uid());"
        "create policy later on user_roles for update to authenticated using (is_admin(user_id));"
        "create policy open on notes for delete to authenticated using (true)"
    )

    found = wrong(matrix)
    assert (
        "self-made-admin: user can update user_roles.role of the own row, by which policies tell who may do more"
        " (policy mine on user_roles lets it)" in found
    )
    assert (
        "others-rows-written: user can delete from notes, rows of other users (policy open on notes lets it)" in found
    )


PROFILES = """
create type office as enum ('reader', 'admin');
create table profiles (id uuid primary key references auth.users, role office not null default 'reader');
alter table profiles enable row level security;
grant select on profiles to authenticated;
create policy self on profiles for select to authenticated using (id = auth.uid());
"""

HARMLESS = [
    # whoever owns a notebook may be anything in it
    "alter table members add role text not null default 'reader' check (role in ('reader', 'admin'));"
    " grant insert on members to authenticated; create policy join_own on members for insert to authenticated with check"
    " (exists (select from notebooks n where n.id = notebook_id and n.owner_id = auth.uid()));"
    " create policy notes_admin on notes for delete to authenticated using (exists (select from members m where"
    " m.notebook_id = notes.notebook_id and m.user_id = auth.uid() and m.role = 'admin'))",
    # a member may do to a notebook's notes what its owner may
    "create policy shared on notes for update to authenticated using (exists (select from members m where"
    " m.notebook_id = notes.notebook_id and m.user_id = auth.uid())) with check (exists (select from members m where"
    " m.notebook_id = notes.notebook_id and m.user_id = auth.uid()))",
    "create table countries (code text primary key); grant select on countries to anon, authenticated",
    "create view mine with (security_invoker = true) as select * from notes; grant select on mine to anon, authenticated",
    "create view names as select name from colours; grant select on names to anon",
    "create table drafts (id int primary key, owner_id uuid); alter table drafts enable row level security",
    "create function my_notes() returns setof notes language sql security definer set search_path = '' as"
    " 'select * from public.notes where author_id = auth.uid()'; revoke execute on function my_notes() from public;"
    " grant execute on function my_notes() to authenticated",
    "create policy nobody on colours for delete to authenticated using (false)",
    # whoever is an administrator may write rows of others
    "create table user_roles (id int generated always as identity primary key, user_id uuid not null references auth.users,"
    " role text not null); alter table user_roles enable row level security; grant select, insert on user_roles to"
    " authenticated; create function is_admin(u uuid) returns boolean language sql stable security definer set search_path"
    " = public as $$ select exists (select from user_roles where user_id = u and role = 'admin') $$;"
    " create policy own on user_roles for select using (user_id = auth.uid());"
    " create policy assign on user_roles for all using (is_admin(auth.uid())); grant update, delete on user_roles to"
    " authenticated",
    ROLES,
    # what is safe although it looks like a hole
    "create function tally(kind text) returns bigint language plpgsql as $$ declare n bigint; begin"
    " execute 'select count(*) from pg_class where relname = $1' into n using kind; return n; end $$",
    "create table shares (id uuid primary key, token text not null); alter table shares enable row level security;"
    " grant select on shares to anon; create policy by_token on shares for select to anon"
    " using (token = current_setting('request.headers', true)::json ->> 'x-share-token')",
    # an office that nobody can give to oneself
    "create table people (id uuid primary key references auth.users, name text, role text not null default 'user');"
    " alter table people enable row level security; grant select, update (name) on people to authenticated;"
    " create policy self on people for all to authenticated using (id = auth.uid());"
    " create policy staff on notes for delete to authenticated"
    " using (exists (select from people p where p.id = auth.uid() and p.role = 'admin'))",
    "create table people (id uuid primary key references auth.users, role text not null default 'user');"
    " alter table people enable row level security; grant select, update on people to authenticated;"
    " create policy self on people for select to authenticated using (id = auth.uid());"
    " create policy self_too on people for update to authenticated using (id = auth.uid() and role = 'user')"
    " with check (id = auth.uid() and role = 'user'); create policy staff on notes for delete to authenticated"
    " using (exists (select from people p where p.id = auth.uid() and p.role = 'admin'))",
    PROFILES + "create policy staff on notes for delete to authenticated using"
    " (exists (select from profiles where id = auth.uid() and role = 'admin'))",
]


@pytest.mark.parametrize("change", HARMLESS, ids=[change[:60] for change in HARMLESS])
def test_what_may_be_meant_so_is_no_error(notebook: Notebook, change: str) -> None:
    _, matrix, _ = notebook.look(change)

    assert wrong(matrix) == []


def notes_on(matrix: Matrix) -> list[str]:
    return [str(note) for note in matrix.not_covered]


def test_a_branch_for_administrators_is_reached(notebook: Notebook) -> None:
    change = PROFILES + (
        "create table companies (id int primary key, name text not null); alter table companies enable row level security;"
        "grant insert on companies to authenticated; create policy c on companies for insert to authenticated"
        " with check (exists (select from profiles where id = auth.uid() and role = 'admin'))"
    )
    _, matrix, _ = notebook.look(change)

    inserts = {
        (cell.after, cell.actual) for cell in matrix.cells if cell.object == "companies" and cell.actor == "user"
    }
    assert ("profiles_admin", "allowed") in inserts
    assert any(actual == "refused" for _, actual in inserts)
    assert not any("companies" in note for note in notes_on(matrix))


def test_a_condition_that_nobody_met_is_named(notebook: Notebook) -> None:
    change = (
        "create policy trusted on notes for update to authenticated"
        " using (author_id = auth.uid() and auth.jwt() ->> 'iss' = 'elsewhere')"
    )
    _, matrix, _ = notebook.look(change)

    assert any(note.startswith("policy trusted on notes: no user and no row were there") for note in notes_on(matrix))


CLINICS = """
create type clinic_role as enum ('patient', 'doctor', 'admin');
create table clinics (id uuid primary key default gen_random_uuid(), name text not null);
create table staff (clinic_id uuid references clinics, user_id uuid references auth.users,
  role clinic_role not null default 'patient', primary key (clinic_id, user_id));
create function has_role(clinic uuid, variadic wanted clinic_role[]) returns boolean language sql stable security definer
  set search_path = '' return exists (select from public.staff s where s.clinic_id = clinic
  and s.user_id = auth.uid() and s.role = any (wanted));
create table visits (id bigint generated always as identity primary key, clinic_id uuid not null references clinics,
  patient_id uuid not null references auth.users, during tstzrange not null, status text not null default 'requested'
  check (status in ('requested', 'confirmed')), exclude using gist (during with &&) where (status = 'confirmed'));
alter table clinics enable row level security;
alter table staff enable row level security;
alter table visits enable row level security;
grant select, insert, update on staff, visits to authenticated;
create policy staff_all on staff for all to authenticated using (has_role(clinic_id, 'admin'));
create policy visits_select on visits for select to authenticated
  using (patient_id = auth.uid() or has_role(clinic_id, 'admin'));
create policy visits_insert on visits for insert to authenticated
  with check (patient_id = auth.uid() and status = 'requested' and has_role(clinic_id, 'patient'));
create function confirm(visit bigint) returns void language sql security definer set search_path = ''
  as $$ update public.visits set status = 'confirmed' where id = visit $$;
"""


def test_users_are_something_else_in_each_parent(notebook: Notebook) -> None:
    _, matrix, text = notebook.look(CLINICS, specify=True)

    visits = text.partition("[tables.visits]")[2].partition("\n[")[0]
    assert '"user: select own or has_role_admin"' in visits
    assert '"user: insert own and status_requested and has_role_patient"' in visits
    changed = [c for c in matrix.cells if (c.object, c.command, c.actual) == ("staff", "update", "allowed")]
    assert any("admin" in cell.rows for cell in changed)
    assert all("admin" in cell.rows for cell in changed)
    # times of confirmed visits may not overlap, and that hid what the function does
    assert (
        "function-past-policies: anon can call confirm(bigint), which changes rows of visits of other users"
        in wrong(matrix)
    )


def test_an_office_that_a_policy_names_to_a_function_is_not_to_be_taken(notebook: Notebook) -> None:
    join = "create policy join_in on staff for insert to authenticated with check (user_id = auth.uid()%s);"

    held = notebook.look(CLINICS + join % " and role = 'patient'")
    taken = notebook.look(CLINICS + join % "")

    assert not any("self-made-admin" in told for told in wrong(held[1]))
    assert any(told.startswith("self-made-admin: user can insert an own row into staff") for told in wrong(taken[1]))


def test_rows_below_an_object_of_storage_are_built_and_what_cannot_be_is_told_once(notebook: Notebook) -> None:
    change = """
    insert into storage.buckets (id, name) values ('files', 'files');
    create table documents (id int generated always as identity primary key, name text not null,
      object_id uuid not null references storage.objects, created_by uuid not null references auth.users);
    create table never (id int primary key, a text, b text, check (id <> id));
    alter table documents enable row level security; alter table never enable row level security;
    grant all on documents, never to authenticated, anon;
    create policy d on documents for select to authenticated using (created_by = auth.uid());
    create policy n on never for all to authenticated using (true);
    create policy up on storage.objects for insert to authenticated with check (bucket_id = 'files'
      and owner = auth.uid() and (storage.foldername(name))[1] = auth.uid()::text);
    create function uploaded() returns trigger language plpgsql security definer as $$ begin
      insert into public.documents (name, object_id, created_by) values (new.path_tokens[2], new.id, new.owner);
      return new; end $$;
    create trigger uploaded after insert on storage.objects for each row execute function uploaded();
    """
    _, matrix, _ = notebook.look(change)

    allowed = {
        (cell.object, cell.command) for cell in matrix.cells if cell.actor == "user" and cell.actual == "allowed"
    }
    assert ("documents", "select") in allowed
    assert ("storage.files", "insert") in allowed
    assert not any("documents" in note for note in notes_on(matrix))
    assert [note.split(":")[0] for note in notes_on(matrix) if "never" in note] == ["never.id", "never"]


BAD = """
create table "odd ""one" ("select" int, "ключ" text, doubled int generated always as (1 + 1) stored, body xml, at point,
  span int4range, flags bit(3), net inet, owner_id uuid references auth.users);
create table loud (id int primary key, owner_id uuid references auth.users);
create function shout() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create trigger shout before update or delete on loud for each row execute function shout();
create table looped (id int primary key, owner_id uuid references auth.users);
create table logs (id int, owner_id uuid references auth.users, day date, primary key (id, day)) partition by range (day);
create table logs_26 partition of logs for values from ('2026-01-01') to ('2027-01-01');
create table hens (id int primary key, egg_id int not null, owner_id uuid references auth.users);
create table eggs (id int primary key, hen_id int not null references hens deferrable initially deferred);
alter table hens add foreign key (egg_id) references eggs deferrable initially deferred;
do $$ begin
  execute 'create table wide (id int primary key, owner_id uuid references auth.users, '
    || (select string_agg(format('c%s int', n), ', ') from generate_series(1, 300) n) || ')';
end $$;
do $$ declare name text; begin
  foreach name in array array['odd "one', 'loud', 'looped', 'logs', 'hens', 'wide'] loop
    execute format('alter table %I enable row level security', name);
    execute format('revoke all on %I from anon, authenticated', name);
    execute format('grant select, update, delete on %I to authenticated', name);
    execute format('create policy own on %I to authenticated using (owner_id = auth.uid())', name);
  end loop;
end $$;
create policy again on looped for select to authenticated using (exists (select from looped l where l.id = looped.id));
"""


def test_tables_that_are_hard_to_fill_are_seen_or_named(notebook: Notebook) -> None:
    _, matrix, _ = notebook.look(BAD)

    seen = {cell.object for cell in matrix.cells if cell.actor == "user" and cell.command == "select"
            and cell.rows == "own" and cell.actual == "allowed"}  # fmt: skip
    assert {'odd "one', "loud", "logs", "wide"} <= {name.replace('""', '"').strip('"') for name in seen}
    assert "hens" in seen or any(note.startswith("hens") for note in notes_on(matrix))
    assert {f.name for f in matrix.findings if f.subject == "looped" and f.severity == "error"} == {"broken-policy"}
    assert any("loud" in note and "no" in note for note in notes_on(matrix))


def test_a_unique_value_that_tells_of_hidden_rows_is_information(notebook: Notebook) -> None:
    _, matrix, _ = notebook.look(
        "create unique index notebook_names on notebooks (name); alter table notebooks add code text unique"
    )

    assert matrix.passed
    assert [f.message for f in matrix.findings if f.name == "unique-oracle"] == [
        "user learns from notebook_names whether a row that it cannot see has a value of notebooks.name"
        " (and from 1 more)"
    ]


def test_what_goes_with_a_row_is_told_once_a_table(notebook: Notebook) -> None:
    tables = "".join(
        f"create table {name} (id int primary key, notebook_id uuid references notebooks on delete cascade,"
        f" author_id uuid references auth.users); alter table {name} enable row level security;"
        f" grant select on {name} to authenticated; create policy all_of_it on {name} for select using (true);"
        for name in ("pages", "stickers")
    )
    _, matrix, _ = notebook.look(tables)

    assert [f.message for f in matrix.findings if f.name == "cascade-to-others"] == [
        "what user may delete of notebooks takes rows of pages, stickers of other users with it"
    ]


def test_evidence_of_a_finding_is_a_transaction_to_paste(notebook: Notebook) -> None:
    _, matrix, _ = notebook.look("alter policy notes_delete on notes using (true)")

    evidence = next(f.evidence for f in matrix.findings if f.name == "others-rows-written") or ""
    assert evidence.startswith("begin;")
    assert 'set local role "authenticated";' in evidence
    assert 'delete from "public"."notes" where "notes"."id" = ' in evidence


def test_the_specification_it_writes_passes_and_notices_a_hole(notebook: Notebook) -> None:
    _, _, text = notebook.look(specify=True)

    sound = notebook.held_to(text)
    holed = notebook.held_to(text, "alter policy notes_delete on notes using (true)")

    assert sound.passed, [told(f) for f in sound.findings]
    assert "rows.own" in text
    assert '"user: delete own",' in text or '"user: delete author",' in text
    assert any(told(f).startswith("leak: user can delete from notes") for f in holed.findings)


def test_what_looks_wrong_is_told_above_its_line(notebook: Notebook) -> None:
    _, _, text = notebook.look("alter policy notes_delete on notes using (true)", specify=True)

    lines = text.splitlines()
    comment = next(n for n, line in enumerate(lines) if "LOOKS WRONG: user can delete from notes" in line)
    assert "delete" in lines[comment + 1]


LOCK_CHANGES = [
    ("grant update (name) on colours to anon; grant select (user_id) on members to anon", []),
    ("revoke select on notes from anon; grant select (id, body) on notes to anon",
     ["anon may no longer read notes.notebook_id", "anon may no longer read notes.author_id",
      "anon may no longer read notes.public"]),
    ("grant delete on notes to anon; create policy a on notes for delete to anon using (public)",
     ["anon may now delete from notes, rows: public"]),
    ("create function fresh() returns int language sql as 'select 1'; grant execute on function fresh() to anon",
     ["anon may now call fresh()"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), LOCK_CHANGES, ids=[change[:50] for change, _ in LOCK_CHANGES])
def test_a_lock_tells_each_right_that_changed(notebook: Notebook, change: str, expected: list[str]) -> None:
    before = write_lock(notebook.look()[0].lock())
    after = notebook.look(change)[0].lock()

    messages = [f.message for f in changes(read_lock(before, "access.lock"), after, "access.lock")]

    assert [m for m in messages if m.startswith("anon")] == expected


def test_a_lock_reads_back_as_it_was_written(notebook: Notebook) -> None:
    lock = notebook.look()[0].lock()

    assert list(changes(read_lock(write_lock(lock), "x"), lock, "x")) == []
