"""Every server of this machine in turn: Postgres changes from one major version to the next what it can alter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kitdb.sandbox import Sandbox, open_sandbox
from kitdb.sandbox.servers import NoServer


@pytest.fixture(scope="session", params=["local", "embedded"])
def server(request) -> Iterator[Sandbox]:
    try:
        sandbox = open_sandbox(request.param)
    except NoServer:
        pytest.skip(f"no {request.param} server")
    with sandbox:
        yield sandbox


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("server")
