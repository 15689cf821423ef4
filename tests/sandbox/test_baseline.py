"""The baseline against what is known of hosted Supabase."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from kitdb.sandbox import SUPERUSER, Sandbox, start_sandbox
from kitdb.sandbox.servers import find_servers

pytestmark = pytest.mark.server

USER = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


@pytest.fixture(scope="module", params=find_servers(), ids=str)
def server(request) -> Iterator[Sandbox]:
    with start_sandbox(request.param) as running:
        yield running


@pytest.fixture
def project(server: Sandbox) -> Iterator[psycopg.Connection]:
    """A connection as postgres, whose work is undone."""
    name = server.clone()
    with server.connect(database=name) as connection:
        yield connection
    server.drop(name)


# --- roles


@pytest.mark.parametrize(
    ("role", "attributes"),
    [
        ("anon", "inherit"),
        ("authenticated", "inherit"),
        ("service_role", "inherit bypassrls"),
        ("authenticator", "login"),
        ("postgres", "login inherit createdb createrole replication bypassrls"),
        ("supabase_admin", "login inherit superuser createdb createrole replication bypassrls"),
        ("supabase_auth_admin", "login createrole"),
        ("supabase_storage_admin", "login createrole"),
        ("supabase_realtime_admin", ""),
    ],
)
def test_roles_have_the_attributes_of_the_platform(project, role, attributes):
    row = project.execute(
        "select rolcanlogin, rolinherit, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
        " from pg_roles where rolname = %s",
        (role,),
    ).fetchone()
    names = ("login", "inherit", "superuser", "createdb", "createrole", "replication", "bypassrls")
    assert [name for name, has in zip(names, row, strict=True) if has] == attributes.split()


@pytest.mark.parametrize(
    ("member", "of", "is_member"),
    [
        ("authenticator", "anon", True),
        ("authenticator", "authenticated", True),
        ("authenticator", "service_role", True),
        ("postgres", "authenticated", True),
        ("postgres", "service_role", True),
        ("postgres", "pg_read_all_data", True),
        ("postgres", "supabase_admin", False),
        ("postgres", "supabase_auth_admin", False),
        ("postgres", "supabase_storage_admin", False),
        ("postgres", "supabase_realtime_admin", False),
        ("anon", "authenticated", False),
    ],
)
def test_memberships(project, member, of, is_member):
    assert project.execute("select pg_has_role(%s, %s, 'member')", (member, of)).fetchone() == (is_member,)


@pytest.mark.parametrize(
    ("role", "setting"),
    [
        ("anon", "statement_timeout=3s"),
        ("authenticated", "statement_timeout=8s"),
        ("authenticator", "statement_timeout=8s"),
        ("authenticator", "lock_timeout=8s"),
        ("postgres", 'search_path="$user", public, extensions'),
    ],
)
def test_settings_of_roles(project, role, setting):
    row = project.execute("select rolconfig from pg_roles where rolname = %s", (role,)).fetchone()
    assert setting in row[0]


# --- what postgres is allowed on the platform's tables, and what not

ALLOWED = [
    "create policy own on storage.objects for select using (true)",
    "create policy own on storage.objects using (true); alter policy own on storage.objects rename to mine;"
    " alter policy mine on storage.objects using (false); drop policy mine on storage.objects",
    "create policy own on storage.buckets for insert with check (true)",
    "create policy own on auth.users for select using (true)",
    "create policy own on realtime.messages for select using (true)",
    "do $$ begin execute 'create policy own on storage.objects using (true)'; end $$",
    "drop policy if exists nothing on storage.objects",
    "create trigger mine after insert on auth.users for each row execute function handle()",
    "create trigger mine after insert on auth.users for each row execute function handle();"
    " alter trigger mine on auth.users rename to ours; drop trigger ours on auth.users",
    "create trigger mine before update on storage.objects for each row execute function handle()",
    "drop trigger if exists nothing on auth.users",
    "insert into storage.buckets (id, name) values ('a', 'a')",
    "insert into auth.users (id, email) values (gen_random_uuid(), 'a@example.com')",
    "update auth.users set raw_app_meta_data = '{}'",
    "create table profile (id uuid primary key references auth.users on delete cascade)",
    "create view people as select id, email from auth.users",
    "select auth.uid(), auth.role(), auth.jwt(), auth.email()",
    "alter publication supabase_realtime set table plain",
    "alter default privileges in schema public grant select on tables to anon",
    "create schema own; create table own.t (); grant usage on schema own to anon",
    "create role app nologin; grant app to authenticator",
    "alter role authenticator set pgrst.db_schemas = 'public, own'",
    "set local session_replication_role = replica",
    "create extension if not exists pg_trgm with schema extensions",
]

FORBIDDEN = [
    "alter table auth.users add column mine int",
    "alter table auth.users drop column email",
    "alter table auth.users disable trigger all",
    "alter table auth.users owner to postgres",
    "create table auth.mine ()",
    "create function auth.mine() returns int language sql as 'select 1'",
    "create or replace function auth.uid() returns uuid language sql as 'select null::uuid'",
    "drop function auth.uid()",
    "create index on auth.users (email)",
    "drop table auth.users",
    "alter table storage.objects enable row level security",
    "alter table storage.objects add column mine int",
    "create table storage.mine ()",
    "create index on storage.objects (name)",
    "drop table storage.buckets cascade",
    "create table realtime.mine ()",
    "alter table realtime.messages disable row level security",
    "drop schema auth cascade",
    "create schema mine authorization supabase_auth_admin",
    "set role supabase_storage_admin",
    "set role supabase_admin",
    "alter role supabase_admin nologin",
    "alter role postgres superuser",
    "insert into auth.schema_migrations values ('1')",
    "create extension file_fdw",
    "alter system set log_statement = 'none'",
    "drop event trigger kitdb_lend_owners_rights",
    "copy plain to program 'true'",
]

SETUP = """
    create table plain (id int primary key);
    create function handle() returns trigger language plpgsql as 'begin return new; end';
"""


@pytest.mark.parametrize("statement", ALLOWED)
def test_what_hosted_projects_may_do_is_done(project, statement):
    project.execute(SETUP)
    with project.transaction():
        project.execute(statement)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_hosted_projects_may_not_do_is_refused(project, statement):
    project.execute(SETUP)
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidGrantOperation)):
        project.execute(statement)


def test_the_owners_rights_are_lent_for_one_statement_only(project):
    with project.transaction():
        project.execute("create policy other on storage.objects using (true)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), project.transaction():
            project.execute("alter table storage.objects disable row level security")
    with pytest.raises(psycopg.errors.DuplicateObject):
        project.execute(
            "create policy own on storage.objects using (true); create policy own on storage.objects using (true)"
        )
    assert project.execute("select pg_has_role('postgres', 'supabase_storage_admin', 'member')").fetchone() == (False,)


def test_the_api_roles_are_lent_nothing(server: Sandbox):
    with server.connect("authenticator") as connection:
        connection.execute("set role authenticated")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create policy own on storage.objects using (true)")


def test_two_databases_make_policies_at_once(server: Sandbox):
    names, failures = [server.clone(), server.clone()], []

    def work(name: str) -> None:
        try:
            with server.connect(database=name) as connection:
                for number in range(10):
                    connection.execute(f"create policy own_{number} on storage.objects using (true)")
        except psycopg.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in names:
        server.drop(name)
    assert failures == []


# --- claims


def claims(connection: psycopg.Connection, **settings: str | None) -> tuple:
    with connection.transaction(force_rollback=True):
        for name, value in settings.items():
            connection.execute("select set_config(%s, %s, true)", (name.replace("__", "."), value))
        return connection.execute("select auth.uid()::text, auth.role(), auth.email()").fetchone()


def test_claims_are_read_from_the_json_and_missing_or_empty_ones_are_null(project):
    assert claims(project) == (None, None, None)
    assert claims(project, request__jwt__claims="") == (None, None, None)
    found = claims(project, request__jwt__claims=f'{{"sub": "{USER}", "role": "authenticated", "email": "a@b.c"}}')
    assert found == (USER, "authenticated", "a@b.c")


def test_a_claim_of_its_own_comes_first(project):
    other = USER.replace("6", "7")
    assert claims(project, request__jwt__claim__sub=other, request__jwt__claims=f'{{"sub": "{USER}"}}')[0] == other


def test_an_empty_subject_in_the_json_is_an_error(project):
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        claims(project, request__jwt__claims='{"sub": ""}')


# --- storage, realtime, history


def test_storage_is_behind_rls_without_policies_and_granted_to_the_api(project):
    rows = project.execute(
        "select relname, relrowsecurity, pg_get_userbyid(relowner), (select count(*) from pg_policy where polrelid = c.oid),"
        " has_table_privilege('anon', oid, 'insert'), has_table_privilege('authenticated', oid, 'delete')"
        " from pg_class c where oid in ('storage.objects'::regclass, 'storage.buckets'::regclass) order by 1"
    ).fetchall()
    assert rows == [(name, True, "supabase_storage_admin", 0, True, True) for name in ("buckets", "objects")]


def test_names_of_objects_are_taken_apart(project):
    row = project.execute(
        "select storage.foldername('a/b/c.tar.gz'), storage.filename('a/b/c.tar.gz'), storage.extension('a/b/c.tar.gz'),"
        " storage.foldername('c.txt')"
    ).fetchone()
    assert row == (["a", "b"], "c.tar.gz", "gz", [])


def test_rows_of_storage_are_not_deleted_by_sql_unless_the_api_does(project):
    project.execute("insert into storage.buckets (id, name) values ('a', 'a')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        project.execute("delete from storage.buckets")
    with project.transaction():
        project.execute("set local storage.allow_delete_query = 'true'")
        assert project.execute("delete from storage.buckets").rowcount == 1


def test_realtime_has_a_partitioned_table_behind_rls_and_an_empty_publication(project):
    row = project.execute(
        "select relkind, relrowsecurity from pg_class where oid = 'realtime.messages'::regclass"
    ).fetchone()
    assert row == ("p", True)
    assert project.execute(
        "select pg_get_userbyid(pubowner) from pg_publication where pubname = 'supabase_realtime'"
    ).fetchone() == ("postgres",)
    assert project.execute("select count(*) from pg_publication_tables").fetchone() == (0,)


def test_users_are_hidden_from_the_api(project):
    for role in ("anon", "authenticated", "service_role"):
        assert project.execute("select has_table_privilege(%s, 'auth.users', 'select')", (role,)).fetchone() == (False,)


def test_the_history_is_the_clis(project):
    rows = project.execute(
        "select attname, format_type(atttypid, -1) from pg_attribute"
        " where attrelid = 'supabase_migrations.schema_migrations'::regclass and attnum > 0 order by attnum"
    ).fetchall()
    assert rows == [("version", "text"), ("statements", "text[]"), ("name", "text")]


def test_the_database_belongs_to_postgres_and_so_does_a_clone(server: Sandbox):
    name = server.clone()
    with server.connect(SUPERUSER) as connection:
        rows = connection.execute(
            "select pg_get_userbyid(datdba) from pg_database where datname in ('postgres', %s)", (name,)
        ).fetchall()
    server.drop(name)
    assert rows == [("postgres",), ("postgres",)]
