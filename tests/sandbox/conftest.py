"""What tests of sandboxes share: a server that is nobody's sandbox, a container engine."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from kitdb.sandbox.docker import engine_problem
from kitdb.sandbox.process import runtime_folder, server_command, server_identity, start_guarded
from kitdb.sandbox.servers import choose_server

INITDB = '"$1" -D "$2" -U boss -A trust -N --no-instructions -E UTF8 --locale=C.UTF-8; shift 2; exec "$@"'


@pytest.fixture(scope="session")
def foreign_server() -> Iterator[str]:
    """The URL of a server as somebody has one, with its superuser "boss"."""
    server = choose_server("auto", None)
    process = start_guarded(
        lambda folder: [
            "/bin/sh", "-c", INITDB, "sh", server.bin / "initdb", folder / "data", *server_command(server, folder)
        ],
        server_identity(), runtime_folder(), "kitdb-test-",
    )  # fmt: skip
    process.wait_until_ready()
    yield f"postgresql://boss@/postgres?host={process.socket_folder}"
    process.close()


@pytest.fixture(scope="session")
def image() -> str:
    """The image that the container tests start; without an engine or an image they are skipped, with the reason."""
    if problem := engine_problem():
        pytest.skip(f"NO CONTAINER ENGINE ANSWERS, so no container is tested: {problem}")
    if not (name := os.environ.get("KITDB_TEST_IMAGE")):
        pytest.skip("KITDB_TEST_IMAGE NAMES NO IMAGE, so no container is tested; .ci/docker-engine start makes one")
    return name
