"""A private server as a child process that cannot outlive us, also when we are root or are killed."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from kitdb.errors import KitdbError
from kitdb.sandbox.folder import HeldFolder, make_folder, remove_leftover
from kitdb.sandbox.servers import Server
from kitdb.sandbox.stand_ins import CONTROL_PATH_MAJOR, program_in

Identity = Literal["self", "user namespace", "nobody"]

IO_METHOD_MAJOR = 18
PORT = 5432  # only a part of the socket's file name: nothing listens on TCP
START_SECONDS = 60
STOP_SECONDS = 20
ENOUGH_SHARED_MEMORY = 256 * 1024 * 1024  # bytes free in /dev/shm before it is used
ENOUGH_SPACE = 64 * 1024 * 1024  # bytes free in a folder that a sandbox can live in
LONGEST_FOLDER = 80  # characters: a unix socket's path is limited to about 104

# Speed instead of durability: a sandbox that crashes is thrown away. `mmap` keeps the dynamic shared memory in the data
# directory, so that nothing of it outlives the directory.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "logical",
    "max_wal_senders": "2",
    "shared_buffers": "16MB",
    "dynamic_shared_memory_type": "mmap",
    "max_connections": "40",
    "max_worker_processes": "0",
    "max_logical_replication_workers": "0",
    "jit": "off",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_min_messages": "warning",
}

# The guard is the server's parent. It reads from a pipe that only we hold: when we close it, or die in whatever way,
# the read ends, the server is told to quit, and the folder goes. A server that ends by itself leaves the file `ended`.
# It is told again and again: what a shell runs in the background ignores SIGQUIT until it is a server that listens.
# It finds the pipe as stdin, which a background job of a shell would lose, and the folder's lock as stdout.
_GUARD = """
exec 3<&0 4>&1 >/dev/null
dir=$1; shift
"$@" </dev/null >>"$dir/log" 2>&1 3<&- 4<&- &
pid=$!
{ read -r _ <&3; while [ ! -e "$dir/ended" ] && kill -QUIT $pid; do sleep 0.02; done; } 2>/dev/null &
reader=$!
wait $pid
: >"$dir/ended"
wait $reader
rm -rf -- "$dir" || { sleep 1; rm -rf -- "$dir"; }
"""

_NEW_USER_NAMESPACE = 0x10000000  # CLONE_NEWUSER, unshare(2)


class CannotStartServer(KitdbError):
    """A sandbox's server did not come up."""

    hint = "Run kitdb doctor: it tries each server that it finds and says what is missing."


def as_identity(identity: Identity) -> dict[str, Any]:
    """What subprocess needs to run a program as somebody Postgres accepts: never as root."""
    match identity:
        case "self":
            return {}
        case "user namespace":
            return {"preexec_fn": _enter_user_namespace}
        case "nobody":
            user = _nobody()
            return {"user": user[0], "group": user[1], "extra_groups": []}


def _nobody() -> tuple[int, int]:
    import pwd  # noqa: PLC0415  # not on Windows

    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return entry.pw_uid, entry.pw_gid


def give_to_nobody(folder: Path) -> None:
    """Let the account nobody use, and in the end remove, the folder and all in it."""
    for place, _, names in os.walk(folder):
        for name in (".", *names):
            os.chown(Path(place) / name, *_nobody(), follow_symlinks=False)


def _enter_user_namespace() -> None:
    # Postgres refuses to run as uid 0, and initdb wants a name for its uid. In a user namespace of its own it sees an
    # account's uid, which is us outside: every file stays ours, and no account is needed.
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_USER_NAMESPACE):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_named_user()} {user} 1")
    Path("/proc/self/gid_map").write_text(f"1 {group} 1")


@lru_cache
def _named_user() -> int:
    """The uid of any account but root's."""
    import pwd  # noqa: PLC0415  # not on Windows

    return next((entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid), 1)


def _has_name(user: int) -> bool:
    import pwd  # noqa: PLC0415  # not on Windows

    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


@lru_cache
def server_identity() -> Identity:
    """As whom servers run here: ourselves; in a user namespace where we are root or have no name; else as nobody."""
    user = os.geteuid()
    if user and _has_name(user):
        return "self"
    _named_user()  # looked up before the fork: afterwards it might wait for a lock that nobody opens
    try:
        done = subprocess.run(["/bin/sh", "-c", ":"], **as_identity("user namespace"), check=False)
        allowed = done.returncode == 0
    except (OSError, subprocess.SubprocessError):
        allowed = False
    if allowed:
        return "user namespace"
    return "self" if user else "nobody"


def is_usable(program: Path, identity: Identity) -> bool:
    """May the server's identity run this program? Below root's home, nobody may not."""
    if identity != "nobody":
        return True
    open_to_all = all(folder.stat().st_mode & 0o001 for folder in program.parents)
    return open_to_all and program.stat().st_mode & 0o005 == 0o005


def runtime_folder() -> Path:
    """The folder in which sandboxes live: memory where it is large enough, else the temporary folder."""
    shared = Path("/dev/shm")  # noqa: S108  # the sandbox's own folder in it is private
    if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free >= ENOUGH_SHARED_MEMORY:
        return shared
    temporary = Path(tempfile.gettempdir())
    return temporary if len(str(temporary)) <= LONGEST_FOLDER else Path("/tmp")  # noqa: S108


@dataclass(slots=True)
class ServerProcess:
    """A running server, its guard and their folder, which goes with them."""

    held: HeldFolder
    guard: subprocess.Popen[bytes]
    pipe: int

    @property
    def folder(self) -> Path:
        return self.held.path

    @property
    def socket_folder(self) -> Path:
        return self.folder

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def log_tail(self, lines: int = 12) -> str:
        try:
            return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def running(self) -> bool:
        return self.guard.poll() is None and not (self.folder / "ended").exists()

    def wait_until_ready(self) -> None:
        """Return when the server takes connections; raise `CannotStartServer` when it will not."""
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if not self.running():
                raise self._stopped()
            if time.monotonic() > deadline:
                raise CannotStartServer(
                    f"the sandbox's server did not start within {START_SECONDS} s: {self._reason()}"
                )
            time.sleep(0.002)

    def _stopped(self) -> CannotStartServer:
        reason = self._reason()
        full = os.strerror(errno.ENOSPC) in reason or shutil.disk_usage(self.folder).free < ENOUGH_SPACE
        return CannotStartServer(
            f"the sandbox's server stopped while starting: {reason}",
            hint=f"Free some space in {self.folder.parent}, or set TMPDIR to a larger folder." if full else None,
        )

    def _ready(self) -> bool:
        # The eighth line of postmaster.pid is the server's own word on its state.
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].startswith("ready")

    def _reason(self) -> str:
        tail = self.log_tail().splitlines()
        telling = [line for line in tail if "FATAL" in line or "PANIC" in line or "error" in line.lower()]
        return (telling or tail or ["no word in its log"])[-1].strip()

    def stop_cleanly(self) -> None:
        """Shut the server down with everything written, and keep the folder."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while self.running():
            if time.monotonic() > deadline:
                raise CannotStartServer(f"the sandbox's server did not stop within {STOP_SECONDS} s")
            time.sleep(0.002)

    def close(self) -> None:
        """End the server and remove its folder; safe to call twice."""
        if self.pipe >= 0:
            os.close(self.pipe)
            self.pipe = -1
            try:
                self.guard.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.guard.kill()
                remove_leftover(self.folder)
            self.held.release()


def start_guarded(
    command: Callable[[Path], Sequence[str | Path]], identity: Identity, parent: Path, prefix: str
) -> ServerProcess:
    """Run a command in a new private folder, under a guard that ends it and removes the folder when we are gone."""
    held = make_folder(parent, prefix)
    folder = held.path
    reading, writing = os.pipe()
    try:
        if identity == "nobody":
            os.chown(folder, *_nobody())
        guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "kitdb-guard", folder, *command(folder)],
            stdin=reading,
            stdout=held.lock,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **as_identity(identity),
        )
    except BaseException as error:
        os.close(writing)
        held.remove()
        if isinstance(error, (OSError, subprocess.SubprocessError)):
            raise CannotStartServer(f"cannot start the sandbox's server: {error}") from error
        raise
    finally:
        os.close(reading)
    return ServerProcess(held, guard, writing)


def server_command(server: Server, folder: Path, prefix: Path | None = None) -> list[str | Path]:
    """The command line of a server whose data and socket are in the folder, with the stand-ins of a prefix."""
    program, settings = server.bin / "postgres", dict(SETTINGS)
    if server.major >= IO_METHOD_MAJOR:
        settings["io_method"] = "sync"  # no worker processes for reading what is in memory
    if prefix and server.major >= CONTROL_PATH_MAJOR:
        settings["extension_control_path"] = f"{prefix}:$system"
    elif prefix:
        program = program_in(prefix) or program
    options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
    return [program, "-D", folder / "data", "-k", folder, "-p", str(PORT), *options]
