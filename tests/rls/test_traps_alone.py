"""Failures of row level security, each in a schema of its own: found without a specification, with one, or told why not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from library import LEGACY, Library, again, messages

from kitdb.catalog.read import read_catalog
from kitdb.findings import Finding
from kitdb.rls.discover import discovery
from kitdb.rls.matrix import gather

TRAPS = tomllib.loads((Path(__file__).parent / "traps/alone.toml").read_text())
SPECIFIED = [name for name, trap in TRAPS.items() if "specified" in trap]
SEEN = [name for name, trap in TRAPS.items() if "specified" not in trap]


def written(name: str) -> str:
    return ("" if TRAPS[name].get("explicit") else LEGACY) + str(TRAPS[name]["sql"])


def seen(empty: Library, sql: str) -> list[Finding]:
    """The findings without a specification."""
    with (
        empty.sandbox.connect("supabase_admin", empty.database) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute("set local role postgres; " + sql)
        connection.execute("reset role")
        with discovery(again(connection), read_catalog(connection)) as found:
            return list(gather(found.events()).findings)


@pytest.mark.parametrize("name", SEEN)
def test_a_failure_is_found_without_a_specification(empty: Library, name: str) -> None:
    trap = TRAPS[name]
    found = seen(empty, written(name))

    if trap.get("sound"):
        assert messages([finding for finding in found if finding.severity != "info"]) == []
    elif "found" in trap:
        assert any(message.startswith(trap["found"]) for message in messages(found)), messages(found)
    else:
        assert trap["why"]


@pytest.mark.parametrize("name", SPECIFIED)
def test_a_failure_is_found_with_a_specification(empty: Library, name: str) -> None:
    found = messages(empty.check(written(name), TRAPS[name]["access"]).findings)

    assert any(message.startswith(TRAPS[name]["specified"]) for message in found), found
