"""Machines that are unlike the usual one: little memory, no room, nothing to write to, no rights, many at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from ends import eventually, gone

import kitdb
from kitdb.sandbox import golden, open_sandbox, process, start_sandbox
from kitdb.sandbox.process import CannotStartServer
from kitdb.sandbox.prune import find, prune
from kitdb.sandbox.servers import choose_server

pytestmark = pytest.mark.server

HOLD = """
import sys, time
from kitdb.sandbox import open_sandbox
sandbox = open_sandbox()
pid = (sandbox.process.data / "postmaster.pid").read_text().split()[0]
print(sandbox.process.folder, pid, sandbox.process.guard.pid, flush=True)
time.sleep(60)
"""

OPEN_FOUR = """
from contextlib import ExitStack
from kitdb.sandbox import open_sandbox
with ExitStack() as stack:
    boxes = [stack.enter_context(open_sandbox()) for _ in range(4)]
    for box in boxes:
        with box.connect() as connection:
            connection.execute("create table only_once ()")
    print(len({box.process.folder for box in boxes}))
"""

OPEN_ONE = """
from kitdb.errors import KitdbError
from kitdb.sandbox import open_sandbox
try:
    with open_sandbox() as box, box.connect() as connection:
        connection.execute("select auth.uid()")
        print(box.process.folder)
except KitdbError as error:
    print(type(error).__name__, error, "|", error.hint)
"""


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def elsewhere(setup: str, code: str, *, as_user: str = "", **environment: str) -> str:
    """Run Python in a mount namespace of its own, where the shell lines have changed the machine."""
    if (
        os.geteuid()
        or shutil.which("unshare") is None
        or subprocess.run(["unshare", "-m", "true"], check=False).returncode
    ):
        pytest.skip("a mount namespace needs root and util-linux")
    script = f'set -e\n{textwrap.dedent(setup)}\nexec {as_user} "$@"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(kitdb.__file__).parents[1]), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# --- many at once


def test_thirty_two_at_once_over_eight_processes_with_a_cold_cache(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: run(OPEN_FOUR, KITDB_CACHE=str(tmp_path)), range(8)))

    assert answers == ["4"] * 8
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


# --- little room


def test_where_shared_memory_is_small_the_temporary_folder_is_used(tmp_path: Path):
    place = elsewhere("mount -t tmpfs -o size=64m tmpfs /dev/shm", OPEN_ONE, TMPDIR=str(tmp_path))
    assert place.startswith(str(tmp_path))


def test_a_temporary_folder_with_a_long_name_is_passed_over(tmp_path: Path):
    long = tmp_path / ("x" * 200)
    long.mkdir()
    place = elsewhere("mount -t tmpfs -o size=64m tmpfs /dev/shm", OPEN_ONE, TMPDIR=str(long))
    assert place.startswith("/tmp/kitdb-")


def test_no_room_anywhere_is_one_error_that_names_the_remedy_and_leaves_nothing(tmp_path: Path):
    small = tmp_path / "small"
    small.mkdir()
    said = elsewhere(
        f"mount -t tmpfs -o size=8m tmpfs /dev/shm; mount -t tmpfs -o size=8m tmpfs {small}",
        OPEN_ONE + f"\nimport os\nprint(sorted(os.listdir({str(small)!r})))",
        TMPDIR=str(small),
        KITDB_CACHE=str(tmp_path / "cache"),
    )
    assert "TMPDIR" in said
    assert said.splitlines()[-1] == "[]"


def test_no_room_in_the_cache_is_one_error_that_names_the_remedy(tmp_path: Path):
    said = elsewhere(f"mount -t tmpfs -o size=4m tmpfs {tmp_path}", OPEN_ONE, KITDB_CACHE=str(tmp_path))
    assert "KITDB_CACHE" in said


def test_a_home_that_cannot_be_written_is_no_hindrance(tmp_path: Path):
    setup = f"mount --bind {tmp_path} {tmp_path}; mount -o remount,ro,bind {tmp_path}"
    environment = {"HOME": str(tmp_path), "XDG_CACHE_HOME": "", "KITDB_CACHE": ""}
    assert "kitdb-" in elsewhere(setup, OPEN_ONE, **environment)


# --- few rights


def test_an_ordinary_user_has_sandboxes_too(tmp_path: Path):
    tmp_path.chmod(0o777)
    prefix = Path(sys.base_prefix)
    # The interpreter may live below root's home, which others may not enter.
    setup = f"""
        top=$(mktemp -d); mount --bind {prefix} "$top"
        case {prefix} in /root/*) mount -t tmpfs -o mode=755 tmpfs /root; mkdir -p {prefix}; mount --move "$top" {prefix};; esac
        chmod 755 {tmp_path.parent} {tmp_path.parent.parent}
    """
    place = elsewhere(
        setup, OPEN_ONE, as_user="setpriv --reuid=12345 --regid=12345 --clear-groups --inh-caps=-all",
        HOME=str(tmp_path), KITDB_CACHE=str(tmp_path / "cache"), PYTHONDONTWRITEBYTECODE="1",
    )  # fmt: skip
    assert place.startswith(("/dev/shm/kitdb-", "/tmp/kitdb-"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_root_without_user_namespaces_uses_nobody_and_changes_no_account_or_folder(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("kitdb.sandbox.server_identity", lambda: "nobody")
    monkeypatch.setenv("KITDB_CACHE", str(tmp_path / "cache"))
    accounts = Path("/etc/passwd").read_bytes()
    parents = {path: path.stat() for path in (Path("/"), Path("/tmp"), Path("/dev/shm"), Path.home(), tmp_path)}

    with open_sandbox() as sandbox, sandbox.connect() as connection:
        connection.execute("select auth.uid()")
        folder = sandbox.process.folder
        assert folder.stat().st_uid == 65534

    assert not folder.exists()
    assert Path("/etc/passwd").read_bytes() == accounts
    for path, before in parents.items():
        assert (path.stat().st_mode, path.stat().st_uid) == (before.st_mode, before.st_uid)


def test_a_server_that_nobody_may_run_is_refused_with_the_remedy(tmp_path: Path, monkeypatch):
    real = choose_server("auto", None)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "bin").symlink_to(real.bin)
    monkeypatch.setattr("kitdb.sandbox.server_identity", lambda: "nobody")
    with pytest.raises(CannotStartServer, match="closed to the account nobody"):
        start_sandbox(replace(real, bin=closed / "bin"))


def test_where_no_user_namespace_may_be_made_root_is_told_apart(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    def refused() -> None:
        raise PermissionError(1, "unshare")

    monkeypatch.setattr(process, "_enter_user_namespace", refused)
    process.server_identity.cache_clear()
    try:
        assert process.server_identity() == "nobody"
    finally:
        process.server_identity.cache_clear()


# --- the cache


def test_what_was_used_least_recently_leaves_the_cache(tmp_path: Path, monkeypatch):
    for number in range(4):
        (tmp_path / f"golden-15-explicit-{number}").mkdir()
        os.utime(tmp_path / f"golden-15-explicit-{number}", (time.time() - number * 60,) * 2)
    os.utime(tmp_path / "golden-15-explicit-1", (time.time() - 40 * 86400,) * 2)

    golden.evict(tmp_path, keep=2)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["golden-15-explicit-0", "golden-15-explicit-2"]


def test_what_is_in_use_stays_in_the_cache(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("KITDB_CACHE", str(tmp_path))
    with open_sandbox():
        pass
    (name,) = [path.name for path in tmp_path.glob("golden-*") if path.is_dir()]
    with golden._locked(tmp_path, name, golden.fcntl.LOCK_SH):
        assert golden.evict(tmp_path, keep=0) == []
    assert golden.evict(tmp_path, keep=0) == [tmp_path / name]
    with open_sandbox() as sandbox:
        assert sandbox.process.folder.exists()


def test_a_half_made_directory_of_a_killed_builder_is_not_used_and_goes(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("KITDB_CACHE", str(tmp_path))
    stale = tmp_path / "staging-abc"
    (stale / "data").mkdir(parents=True)
    os.utime(stale, (0, 0))
    with open_sandbox():
        assert not stale.exists()


# --- leftovers


def test_a_whole_process_group_killed_at_once_leaves_nothing():
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    folder, server, guard = parent.stdout.readline().split()

    os.killpg(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert eventually(lambda: not Path(folder).exists())
    assert eventually(lambda: gone(int(server)) and gone(int(guard)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_builder_of_the_cache_ended_in_the_middle_leaves_nothing_that_the_next_one_does_not_remove(
    monkeypatch, number: signal.Signals
):
    top = Path(tempfile.mkdtemp(prefix="kitdb test ", dir="/tmp"))  # short: a socket lies below it
    cache, place = top / "cache", top / "run"
    place.mkdir()
    code = f"from pathlib import Path\nimport kitdb.sandbox.golden as g\ng.runtime_folder = lambda: Path({str(place)!r})\n{HOLD}"
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "KITDB_CACHE": str(cache)},
    )  # fmt: skip
    assert eventually(lambda: list(place.glob("kitdb-build-*/data/PG_VERSION")))

    parent.send_signal(number)
    parent.wait()

    assert eventually(lambda: not list(place.iterdir()))
    monkeypatch.setenv("KITDB_CACHE", str(cache))
    with open_sandbox():
        assert not list(cache.glob("staging-*"))
        assert len([path for path in cache.glob("golden-*") if path.is_dir()]) == 1
    shutil.rmtree(top)


def test_prune_removes_what_a_killed_guard_left_and_nothing_else():
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    folder, server, guard = parent.stdout.readline().split()
    with open_sandbox() as other:
        assert folder not in list(prune(containers=False))
        subprocess.run(["kill", "-KILL", guard, *children(guard)], check=True)
        parent.kill()
        parent.wait()
        parent.stdout.close()
        assert Path(folder).exists()
        assert (folder, "left behind") in {(found.name, found.state) for found in find(containers=False)}

        assert folder in list(prune(containers=False))

        assert not Path(folder).exists()
        assert eventually(lambda: gone(int(server)))
        with other.connect() as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def children(guard: str) -> list[str]:
    """The guard's own shells, but not the server."""
    done = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", guard], capture_output=True, text=True, check=True)
    return [line.split()[0] for line in done.stdout.splitlines() if "postgres" not in line]


def test_the_command_lists_running_sandboxes_and_leaves_them(tmp_path: Path):
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere.sock"}
    with open_sandbox() as sandbox:
        for arguments in (["prune"], ["list"]):
            done = subprocess.run(
                [sys.executable, "-m", "kitdb", "sandbox", *arguments],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
        assert str(sandbox.process.folder) in done.stdout
        with sandbox.connect() as connection:
            assert connection.execute("select 1").fetchone() == (1,)
