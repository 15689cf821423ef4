from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from ends import eventually
from testcontainers.core.docker_client import DockerClient

from kitdb.database import connection_parameters
from kitdb.sandbox import Sandbox, open_sandbox
from kitdb.sandbox.docker import NoEngine, NoImage
from kitdb.sandbox.process import CannotStartServer

pytestmark = pytest.mark.server

HOLD = """
import sys, time
from kitdb.sandbox import open_sandbox
sandbox = open_sandbox("docker", image=sys.argv[1])
print(sandbox.host.held.path, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def container(image: str) -> Iterator[Sandbox]:
    with open_sandbox("docker", image=image) as running:
        yield running


def containers() -> list[str]:
    client = DockerClient().client
    try:
        return [name.lstrip("/") for container in client.api.containers(all=True) for name in container["Names"]]
    finally:
        client.close()


def test_a_container_is_a_sandbox_like_any_other(container: Sandbox):
    with container.connect("authenticator") as connection:
        connection.execute("set role authenticated")
        connection.execute(
            "select set_config('request.jwt.claims', '{\"sub\": \"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"}', false)"
        )
        assert str(connection.execute("select auth.uid()").fetchone()[0]) == "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    with container.connect() as connection:
        assert connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,)


def test_its_report_names_the_image_and_the_version(container: Sandbox, image: str):
    assert image in str(container)
    assert str(container.server.major) in container.server.version


def test_a_clone_is_apart_from_its_source_and_can_be_dropped(container: Sandbox):
    name = container.clone()
    with container.connect(database=name) as connection:
        connection.execute("create table only_here ()")
    with container.connect() as connection:
        assert connection.execute("select to_regclass('public.only_here')").fetchone() == (None,)

    container.drop(name)

    with container.connect() as connection:
        assert connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone() is None


def test_urls_work_and_hold_no_password(container: Sandbox):
    password = Path(connection_parameters(container.url())["passfile"]).read_text().strip().rpartition(":")[2]
    assert password not in container.url() + container.psql() + str(container) + repr(container)
    with psycopg.connect(container.url("authenticator")) as connection:
        assert connection.execute("select session_user").fetchone() == ("authenticator",)


def test_the_password_file_is_ours_alone_and_nobody_enters_without_it(container: Sandbox):
    parameters = connection_parameters(container.url())
    path = Path(parameters["passfile"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://postgres@{parameters['host']}:{parameters['port']}/postgres?passfile=/dev/null")


def test_closing_removes_the_container_and_the_folder(image: str):
    with open_sandbox("docker", image=image) as sandbox:
        folder = sandbox.host.held.path
        assert folder.name in containers()

    assert folder.name not in containers()
    assert not folder.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_parent_is_killed(image: str, number: signal.Signals):
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLD, image], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    folder = Path(parent.stdout.readline().strip())
    assert folder.name in containers()

    parent.send_signal(number)
    parent.wait()
    parent.stdout.close()

    assert eventually(lambda: folder.name not in containers(), 30)
    assert eventually(lambda: not folder.exists())


def test_a_parent_killed_while_the_container_is_being_made_leaves_nothing(image: str):
    name = f"kitdb-test-{uuid.uuid4().hex}"
    code = f"import kitdb.sandbox.docker as docker; docker._name = lambda _: {name!r}\n{HOLD}"
    parent = subprocess.Popen([sys.executable, "-c", code, image], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert eventually(lambda: name in containers(), 30)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert eventually(lambda: name not in containers(), 30)


def test_an_image_that_cannot_be_had_is_named(image: str):
    with pytest.raises(NoImage, match="kitdb-test/none:1"):
        open_sandbox("docker", image="kitdb-test/none:1")


def test_a_container_that_stops_while_starting_says_why_and_is_removed(image: str, monkeypatch: pytest.MonkeyPatch):
    name = f"kitdb-test-{uuid.uuid4().hex}"
    monkeypatch.setattr("kitdb.sandbox.docker._name", lambda _: name)
    monkeypatch.setattr("kitdb.sandbox.docker._SETTINGS", {"shared_buffers": "nonsense"})
    with pytest.raises(CannotStartServer, match="shared_buffers"):
        open_sandbox("docker", image=image)
    assert name not in containers()


def test_without_an_engine_the_error_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    with pytest.raises(NoEngine) as caught:
        open_sandbox("docker")
    assert "DOCKER_HOST" in caught.value.hint


def test_check_rls_runs_in_a_container(image: str, tmp_path: Path):
    environment = {**os.environ, "KITDB_SANDBOX_IMAGE": image}
    subprocess.run(
        [sys.executable, "-m", "kitdb", "init", "--template", "phase0", str(tmp_path)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    done = subprocess.run(
        [sys.executable, "-m", "kitdb", "check-rls", "--sandbox", "docker"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert image in done.stdout + done.stderr


def test_stand_ins_are_found_in_the_container_too(container: Sandbox):
    name = container.clone()
    with container.connect(database=name) as connection:
        connection.execute("create extension pgjwt with schema extensions")
        assert connection.execute("select valid from verify(sign('{}', 'secret'), 'secret')").fetchone() == (True,)

    assert container.note_stand_ins(name) == ("pgjwt",)

    container.drop(name)


def test_postgres_may_create_what_hosted_projects_let_it_create_and_nothing_else(container: Sandbox):
    name = container.clone()
    with container.connect(database=name) as connection:
        connection.execute("create extension dblink with schema extensions")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create extension file_fdw")
    container.drop(name)


# --- an image with a baseline of its own


@pytest.fixture(scope="module")
def supabase_image(image: str) -> str:
    maker = Path(__file__).parents[1] / "docker" / "make-supabase-image"
    return subprocess.run([maker, image], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


@pytest.mark.parametrize("exposure", ["explicit", "legacy"])
def test_the_images_own_baseline_is_kept_and_told_apart(supabase_image: str, exposure):
    with open_sandbox("docker", image=supabase_image, exposure=exposure) as sandbox:
        assert any("the image's own" in note for note in sandbox.notes)
        with sandbox.connect() as connection:
            connection.execute("create table notes (id int)")
            owner, granted, made = connection.execute(
                "select (select tableowner from pg_tables where schemaname = 'auth' and tablename = 'users'),"
                " has_table_privilege('anon', 'notes', 'select'), to_regrole('supabase_realtime_admin') is not null"
            ).fetchone()
    assert (owner, granted, made) == ("supabase_auth_admin", exposure == "legacy", False)


def test_check_rls_proves_a_project_in_it(supabase_image: str, tmp_path: Path):
    files = {
        "migrations/1_notes.sql": """
            create table notes (id bigint generated always as identity primary key, owner uuid references auth.users, body text);
            alter table notes enable row level security;
            revoke all on notes from anon, authenticated;
            grant select on notes to authenticated;
            create policy own on notes for select to authenticated using (true);
        """,
        "policies/access.toml": '[tables.notes]\nrows.own = "owner = :uid"\nallow = ["user: select own"]\n',
    }
    for name, text in files.items():
        path = tmp_path / "supabase" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kitdb", "check-rls", "--sandbox", "docker", "--sandbox-image", supabase_image],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    open_to_all = check()
    migration = tmp_path / "supabase" / "migrations" / "1_notes.sql"
    migration.write_text(migration.read_text().replace("using (true)", "using (owner = auth.uid())"))
    closed = check()

    assert open_to_all.returncode == 1, open_to_all.stdout + open_to_all.stderr
    assert "user can select" in open_to_all.stdout
    assert closed.returncode == 0, closed.stdout + closed.stderr
    assert "the image's own" in closed.stderr
