"""Every server of this machine in turn: what is read must not depend on its version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kitdb.sandbox import SUPERUSER, Sandbox, open_sandbox
from kitdb.sandbox.servers import NoServer


@pytest.fixture(scope="session", params=["local", "embedded"])
def server(request) -> Iterator[Sandbox]:
    """A sandbox on a server of each source; `fresh` connects to a new database in it."""
    try:
        sandbox = open_sandbox(request.param)
    except NoServer:
        pytest.skip(f"no {request.param} server")
    with sandbox:
        yield sandbox


@pytest.fixture
def fresh(server):
    """A connection of the superuser's to a fresh database with the Supabase baseline."""
    name = server.clone()
    with server.connect(SUPERUSER, name) as connection:
        yield connection
    server.drop(name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("server")
