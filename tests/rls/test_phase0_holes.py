"""Phase 0 with one hole at a time: each is found on the object that it is in, and without holes nothing is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from library import Library, Shelf, again, messages

from kitdb.catalog.read import read_catalog
from kitdb.rls.access import load_access
from kitdb.rls.check import EVERYTHING, Focus, bench
from kitdb.rls.matrix import Command
from kitdb.sandbox import Sandbox

_TOLD: dict[str, Command] = {
    "select": "select", "insert into": "insert", "update": "update", "delete from": "delete", "upsert": "upsert",
    "call": "execute",
}  # fmt: skip


@dataclass(frozen=True)
class Hole:
    """`apart` says that rows must be built for it: a table is new, or a condition that no row was made for."""

    trap: str
    sql: str
    on: list[str]
    found: str
    apart: bool = False
    new: bool = False

    @property
    def focus(self) -> Focus | None:
        """The command that the finding is about; what triggers do is looked at afresh."""
        told = re.match(rf"(?:leak|denied|broken-policy): \w+ can(?:not)? ({'|'.join(_TOLD)}) ", self.found)
        if self.found.startswith(("role-past-policies", "excess-privilege", "bucket-public", "function-runs-sql")):
            return Focus(frozenset(("execute",)))
        return Focus(frozenset((_TOLD[told[1]],))) if told and " trigger " not in self.sql else None


HOLES = [Hole(**h) for h in tomllib.loads((Path(__file__).parent / "traps/phase0.toml").read_text())["hole"]]


@pytest.fixture(scope="module")
def phase0(sandbox: Sandbox) -> Iterator[Library]:
    name = sandbox.clone()
    with sandbox.connect("postgres", name) as connection:
        for path in sorted((files("kitdb") / "migrations").iterdir(), key=lambda path: path.name):
            if path.name.endswith(".sql"):
                connection.execute(path.read_text())
    access = load_access(Path(str(files("kitdb") / "policies" / "access.toml")))
    yield Library(sandbox, name, access)
    sandbox.drop(name)


@pytest.fixture(scope="module")
def filled(phase0: Library) -> Iterator[Shelf]:
    # a database of its own: while it is filled, its transaction keeps everybody else from filling it
    name = phase0.sandbox.clone(phase0.database)
    with (
        phase0.sandbox.connect("supabase_admin", name) as connection,
        bench(again(connection), read_catalog(connection), phase0.access) as prepared,
    ):
        yield Shelf(prepared)
    phase0.sandbox.drop(name)


def test_without_a_hole_nothing_is_found(filled: Shelf) -> None:
    sound = filled.check("")

    assert messages(sound.findings) == []
    assert sound.not_covered == ()


def _id(hole: Hole) -> str:
    return f"{hole.trap}: {hole.sql}"[:100]


@pytest.mark.parametrize("hole", [hole for hole in HOLES if not hole.apart], ids=_id)
def test_a_hole_is_found(filled: Shelf, hole: Hole) -> None:
    found = messages(filled.check(hole.sql, hole.on, hole.focus).findings)

    assert any(message.startswith(hole.found) for message in found), found


@pytest.mark.parametrize("hole", [hole for hole in HOLES if hole.apart], ids=_id)
def test_a_hole_is_found_in_rows_made_for_it(phase0: Library, hole: Hole) -> None:
    found = messages(phase0.check(hole.sql, only=hole.on).findings)

    assert any(message.startswith(hole.found) for message in found), found


HARMLESS = [
    "alter function private.bought_kit_ids() security invoker",  # a buyer may read the own purchases anyway
    "alter policy kits_delete on kits using ((select auth.uid()) = owner_id)",
    "create policy own_again on kits for select to authenticated using (owner_id = auth.uid() and price_cents >= 0)",
    "create policy no_guests on purchases as restrictive for delete to authenticated using (false)",
    "alter policy notifications_update on notifications with check (user_id = auth.uid() and is_read is not null)",
    "alter table kits force row level security",
]


def test_what_only_looks_like_a_hole_is_none(filled: Shelf) -> None:
    assert messages(filled.check(";".join(HARMLESS), ["kits", "purchases", "notifications"], EVERYTHING).findings) == []
