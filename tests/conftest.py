"""Fixtures of all tests: a real server, started by itself, one a test process."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from kitdb.sandbox import Sandbox, open_sandbox


def pytest_configure() -> None:
    """Ctrl-C reaches the programs that tests start, also where a shell has started us in the background without it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a server says so in its fixtures; `-m "not server"` runs the others."""
    for item in items:
        if "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker("server")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A server with the Supabase baseline; take `database` for one that a test may change."""
    with open_sandbox() as running:
        yield running


@pytest.fixture
def database(sandbox: Sandbox) -> Iterator[str]:
    """The name of a fresh database with the Supabase baseline in the session's sandbox."""
    name = sandbox.clone()
    yield name
    sandbox.drop(name)
