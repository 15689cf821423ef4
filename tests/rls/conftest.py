"""The library, once a test process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from library import HERE, Library, Shelf, again

from kitdb.catalog.read import read_catalog
from kitdb.rls.check import bench
from kitdb.sandbox import Sandbox


@pytest.fixture(scope="session")
def library(sandbox: Sandbox) -> Iterator[Library]:
    with built(sandbox) as found:
        yield found


@pytest.fixture(scope="session")
def shelf(sandbox: Sandbox) -> Iterator[Shelf]:
    # a library of its own: while it is filled, its transaction keeps everybody else from changing it
    with (
        built(sandbox) as own,
        sandbox.connect("supabase_admin", own.database) as connection,
        bench(again(connection), read_catalog(connection), own.access) as filled,
    ):
        yield Shelf(filled)


@pytest.fixture(scope="module")
def empty(sandbox: Sandbox) -> Iterator[Library]:
    """A database with nothing of a project's in it."""
    name = sandbox.clone()
    yield Library(sandbox, name)
    sandbox.drop(name)


@contextmanager
def built(sandbox: Sandbox) -> Iterator[Library]:
    name = sandbox.clone()
    with sandbox.connect("postgres", name) as connection:
        connection.execute((HERE / "library.sql").read_text())
    yield Library(sandbox, name)
    sandbox.drop(name)
