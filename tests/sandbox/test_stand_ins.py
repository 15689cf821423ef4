from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kitdb.sandbox import Sandbox, open_sandbox, start_sandbox
from kitdb.sandbox.servers import Server, find_servers
from kitdb.sandbox.stand_ins import PRIVILEGED, stand_in_files

pytestmark = pytest.mark.server

NAMES = sorted(name.removesuffix(".control") for name in stand_in_files() if name.endswith(".control"))


@pytest.fixture(scope="module", params=find_servers(), ids=str)
def server(request) -> Iterator[Sandbox]:
    with start_sandbox(request.param) as running:
        yield running


@pytest.fixture
def project(server: Sandbox) -> Iterator[psycopg.Connection]:
    """A connection as postgres to a fresh database."""
    name = server.clone()
    with server.connect(database=name) as connection:
        yield connection
    server.drop(name)


def one(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def create(connection: psycopg.Connection, name: str, schema: str = "extensions") -> None:
    connection.execute(f'create extension if not exists "{name}" with schema {schema}')


@pytest.mark.parametrize("name", NAMES)
def test_every_extension_of_a_supabase_project_can_be_created_by_postgres(project, name):
    create(project, name)
    assert one(project, f"select count(*) from pg_extension where extname = '{name}'") == 1


def test_pgcrypto_and_uuid_ossp_are_there_from_the_beginning(project):
    found = project.execute(
        "select extname from pg_extension where extnamespace = 'extensions'::regnamespace"
    ).fetchall()
    assert {("pgcrypto",), ("uuid-ossp",)} <= set(found)


def test_digests_are_those_of_the_standards(project):
    assert one(project, "select encode(digest('abc', 'sha1'), 'hex')") == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert (
        one(project, "select encode(digest(repeat('a', 200), 'sha1'), 'hex')")
        == "e61cfffe0d9195a525fc6cf06ca2d77119c24a40"
    )
    assert str(one(project, "select encode(digest('abc', 'sha256'), 'hex')")).startswith("ba7816bf8f01cfea")
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        project.execute("select digest('abc', 'nonsense')")


def test_hmacs_are_those_of_the_standard(project):
    found = one(project, "select encode(hmac('what do ya want for nothing?', 'Jefe', 'sha256'), 'hex')")
    assert found == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    found = one(project, "select encode(hmac('what do ya want for nothing?', 'Jefe', 'sha1'), 'hex')")
    assert found == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"


def test_passwords_are_checked_as_with_the_real_crypt(project):
    project.execute("create table secret as select crypt('right', gen_salt('bf')) as password")
    assert one(project, "select password like '$2a$06$%' and length(password) = 60 from secret") is True
    assert one(project, "select password = crypt('right', password) from secret") is True
    assert one(project, "select password = crypt('wrong', password) from secret") is False


def test_what_was_encrypted_is_read_with_the_same_password_only(project):
    project.execute(
        "create table letter as select pgp_sym_encrypt('hello', 'key') as text, encrypt('hello', 'k', 'aes') as raw"
    )
    assert one(project, "select pgp_sym_decrypt(text, 'key') from letter") == "hello"
    assert one(project, "select convert_from(decrypt(raw, 'k', 'aes'), 'UTF8') from letter") == "hello"
    with pytest.raises(psycopg.errors.ExternalRoutineInvocationException, match="Wrong key"):
        project.execute("select pgp_sym_decrypt(text, 'other') from letter")


def test_random_bytes_have_the_length_asked_for_and_differ(project):
    assert one(project, "select length(gen_random_bytes(100))") == 100
    assert one(project, "select gen_random_bytes(16) <> gen_random_bytes(16)") is True


def test_uuids_of_names_are_those_of_the_standard(project):
    assert one(project, "select uuid_generate_v5(uuid_ns_dns(), 'python.org')") == uuid.uuid5(
        uuid.NAMESPACE_DNS, "python.org"
    )
    assert one(project, "select uuid_generate_v3(uuid_ns_dns(), 'python.org')") == uuid.uuid3(
        uuid.NAMESPACE_DNS, "python.org"
    )
    assert one(project, "select uuid_generate_v4()").version == 4
    assert one(project, "select uuid_generate_v1()").version == 1
    assert one(project, "select uuid_nil()") == uuid.UUID(int=0)


def test_tokens_are_signed_by_the_standard_and_verified(project):
    create(project, "pgjwt")
    token = one(project, 'select sign(\'{"sub":"1234567890","name":"John Doe","admin":true}\', \'secret\')')
    assert token == (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiYWRtaW4iOnRydWV9"
        ".TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ"
    )
    assert project.execute("select valid, payload ->> 'sub' from verify(%s, 'secret')", (token,)).fetchone() == (
        True,
        "1234567890",
    )
    assert project.execute("select valid from verify(%s, 'other')", (token,)).fetchone() == (False,)


def test_a_queue_gives_each_message_once_until_it_is_archived(project):
    create(project, "pgmq", "public")
    project.execute("select pgmq.create('jobs')")
    first = one(project, "select pgmq.send('jobs', '{\"n\": 1}')")
    project.execute("select pgmq.send('jobs', '{\"n\": 2}', 30)")
    assert project.execute("select msg_id, message from pgmq.read('jobs', 30, 5)").fetchall() == [(first, {"n": 1})]
    assert project.execute("select msg_id from pgmq.read('jobs', 30, 5)").fetchall() == []
    assert one(project, f"select pgmq.archive('jobs', {first})") is True
    assert one(project, "select count(*) from pgmq.a_jobs") == 1
    assert one(project, "select queue_length from pgmq.metrics('jobs')") == 1
    assert one(project, "select pgmq.drop_queue('jobs')") is True


def test_a_job_is_scheduled_into_a_table_and_taken_out(project):
    create(project, "pg_cron", "pg_catalog")
    number = one(project, "select cron.schedule('nightly', '0 3 * * *', 'select 1')")
    assert one(project, "select cron.schedule('nightly', '0 4 * * *', 'select 1')") == number
    assert project.execute("select jobname, schedule, username from cron.job").fetchall() == [
        ("nightly", "0 4 * * *", "postgres")
    ]
    assert one(project, "select cron.unschedule('nightly')") is True
    with pytest.raises(psycopg.errors.RaiseException):
        project.execute("select cron.unschedule('nightly')")


def test_requests_are_queued_and_never_sent(project):
    create(project, "pg_net")
    assert one(project, "select net.http_get('https://example.com')") == 1
    assert one(project, "select net.http_post('https://example.com', '{}'::jsonb)") == 2
    assert one(project, "select count(*) from net.http_request_queue") == 2
    create(project, "http")
    assert one(project, "select status from http_get('https://example.com')") == 503


def test_a_schema_is_checked(project):
    create(project, "pg_jsonschema")
    schema = '{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 3}}}'
    for instance, good in (
        ('{"a": 3}', True),
        ('{"a": 2}', False),
        ('{"a": "x"}', False),
        ("{}", False),
        ("[]", False),
    ):
        assert one(project, f"select json_matches_schema('{schema}', '{instance}')") is good


def test_vectors_are_measured(project):
    create(project, "vector")
    project.execute("create table item (embedding extensions.vector(3))")
    project.execute("insert into item values ('[1,2,3]'), ('[1,0,0]')")
    assert one(project, "select '[0,3,4]'::vector <-> '[0,0,0]'::vector") == 5
    assert one(project, "select embedding::text from item order by embedding <-> '[1,0,1]' limit 1") == "[1,0,0]"


def test_vault_keeps_secrets(project):
    create(project, "supabase_vault", "vault")
    project.execute("select vault.create_secret('hush', 'name')")
    assert one(project, "select decrypted_secret from vault.decrypted_secrets where name = 'name'") == "hush"


def test_what_a_project_makes_use_of_is_noted_and_what_every_project_has_is_not(server: Sandbox):
    before = server.notes
    name = server.clone()
    assert server.note_stand_ins(name) == ()
    assert server.notes == before
    with server.connect(database=name) as connection:
        create(connection, "pgjwt")

    assert server.note_stand_ins(name) == ("pgjwt",)

    assert any("pgjwt" in note for note in server.notes)
    server.drop(name)


def test_without_stand_ins_what_the_server_lacks_is_lacking():
    with open_sandbox(stand_ins=False) as sandbox, sandbox.connect() as connection, pytest.raises(psycopg.Error):
        connection.execute("create extension pg_cron")


@pytest.mark.parametrize("stand_ins", [True, False])
def test_postgres_may_create_what_the_server_trusts_and_what_hosted_projects_allow(
    foreign_server: str, stand_ins: bool
):
    query = "select distinct name, trusted or not superuser from pg_available_extension_versions"
    with psycopg.connect(foreign_server) as connection:
        as_it_is = dict(connection.execute(query).fetchall())
    with open_sandbox(stand_ins=stand_ins) as sandbox, sandbox.connect() as connection:
        in_sandbox = dict(connection.execute(query).fetchall())

    expected = {name: allowed or name in PRIVILEGED for name, allowed in as_it_is.items()}
    assert {name: allowed for name, allowed in in_sandbox.items() if name in as_it_is} == expected
    assert any(not allowed for allowed in expected.values())


def test_the_servers_installation_is_never_written_to():
    def state(server: Server) -> list[tuple[str, int, int]]:
        share = server.bin.parent
        return sorted((str(path), path.lstat().st_size, path.lstat().st_mtime_ns) for path in share.rglob("*.control"))

    for each in find_servers():
        before = state(each)
        with start_sandbox(each) as sandbox, sandbox.connect() as connection:
            create(connection, "pg_cron", "pg_catalog")
        assert state(each) == before
        assert Path(each.bin / "postgres").exists()
