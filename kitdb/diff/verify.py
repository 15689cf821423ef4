"""Proof by execution: what the declared files give, what the migrations give, and whether the two are one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kitdb.catalog.model import Catalog
from kitdb.catalog.read import read_catalog
from kitdb.database import Connection
from kitdb.diff.compare import Differences, differences
from kitdb.diff.declared import Declared, load
from kitdb.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class DeclaredState:
    """The declared statements in an order that works, and the catalog that they give."""

    statements: tuple[Declared, ...]
    catalog: Catalog


@contextmanager
def scratch(sandbox: Sandbox) -> Iterator[tuple[str, Connection]]:
    """A database of its own with the baseline, and a connection to it as the role that migrations run as."""
    name = sandbox.clone()
    try:
        with sandbox.connect(database=name) as connection:
            yield name, connection
    finally:
        sandbox.drop(name)


def declared_state(sandbox: Sandbox, declared: Sequence[Declared]) -> DeclaredState:
    """Load the declared statements into a database of the sandbox. Raises `NotLoadable`."""
    with scratch(sandbox) as (_, connection):
        ordered = load(connection, declared)
        return DeclaredState(ordered, read_catalog(connection))


def compare_with(connection: Connection, wanted: Catalog) -> Differences:
    """What the database behind the connection still lacks to be the wanted one."""
    return differences(read_catalog(connection), wanted)
