"""PgBouncer in front of a sandbox: on a port of the loopback, for what does not speak to a unix socket."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kitdb.sandbox import Sandbox
from kitdb.sandbox.process import PORT, as_identity, server_identity

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

CONFIG = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 100
server_round_robin = 1
ignore_startup_parameters = extra_float_digits
logfile = {folder}/log
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def pooler(sandbox: Sandbox, folder: Path, *, mode: str, size: int = 5) -> Iterator[int]:
    """A running PgBouncer; its port. `auth_type = any` takes the user from the `*` entry: see `with_user`."""
    port = free_port()
    config = folder / f"pgbouncer-{mode}.ini"
    host = sandbox.process.socket_folder
    text = CONFIG.format(host=host, port=PORT, listen=port, mode=mode, size=size, folder=folder)
    config.write_text(text.replace(f"port={PORT}\n", f"port={PORT} user=postgres\n", 1))
    # It refuses to run as root, as Postgres does.
    process = subprocess.Popen(
        [PGBOUNCER, config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_identity(server_identity())
    )
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)
