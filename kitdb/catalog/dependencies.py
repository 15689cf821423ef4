"""Which objects of a database need which others, as Postgres notes it, and which casts it makes by itself."""

from __future__ import annotations

from dataclasses import dataclass

from kitdb.catalog.read import Connection, ask, snapshot
from kitdb.catalog.structure import ObjectId


@dataclass(frozen=True, slots=True, order=True)
class Dependency:
    """`object` needs `needs`; `follows` says that it goes by itself when the other is dropped."""

    object: ObjectId
    needs: ObjectId
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """Postgres can turn `source` into `target`; by itself in an assignment where `assignment` says so."""

    source: str
    target: str
    assignment: bool


def read_dependencies(connection: Connection) -> tuple[Dependency, ...]:
    """Every dependency between two objects that can be named; defaults are objects of the kind "default"."""
    with snapshot(connection):
        # Of tables made a moment ago, the server knows no number: it would go through all of them for each.
        connection.execute("set local enable_nestloop = off")
        rows = ask(connection, ("dependencies",), {})["dependencies"]
    return tuple(
        Dependency(ObjectId(row["kind"], row["name"]), ObjectId(row["needs_kind"], row["needs_name"]), row["follows"])
        for row in rows
    )


def read_casts(connection: Connection) -> frozenset[Cast]:
    with snapshot(connection):
        rows = ask(connection, ("casts",), {})["casts"]
    return frozenset(Cast(**row) for row in rows)
