"""The schema of access.toml for editors: it takes what kitdb takes, and marks what kitdb refuses."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from library import HERE

SCHEMA = json.loads(files("kitdb.rls").joinpath("access.schema.json").read_text(encoding="utf-8"))
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}
KNOWN = {
    "$schema", "title", "description", "type", "additionalProperties", "properties", "anyOf", "required", "items",
    "pattern", "$ref", "definitions", "propertyNames",
}  # fmt: skip


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """The part of JSON Schema that the file uses."""
    assert set(schema) <= KNOWN
    if "$ref" in schema:
        return fits(value, SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]])
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return False
    if "anyOf" in schema and not any(fits(value, option) for option in schema["anyOf"]):
        return False
    if isinstance(value, dict):
        known = schema.get("properties", {})
        rest = schema.get("additionalProperties", {})
        if not all(fits(key, schema.get("propertyNames", {})) for key in value):
            return False
        return all(key in value for key in schema.get("required", ())) and all(
            fits(item, known[key]) if key in known else rest is not False and fits(item, rest)
            for key, item in value.items()
        )
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {})) for item in value)
    return not isinstance(value, str) or re.search(schema.get("pattern", ""), value) is not None


@pytest.mark.parametrize(
    "path", [Path(str(files("kitdb.policies") / "access.toml")), HERE / "library.toml"], ids=["phase0", "library"]
)
def test_specifications_fit(path: Path) -> None:
    assert fits(tomllib.loads(path.read_text()), SCHEMA)


GOOD = [
    '[actors]\nguest = { role = "authenticated", claims = { is_anonymous = true } }',
    'extends = ["base.toml"]',
    '[tables.private.secrets]\nrows.own = "owner = :uid"\nallow = ["user: may select own"]',
    '[tables."Odd name"]\nallow = "anon, user: select(*, -\\"x y\\") not own"',
    '[actors]\nrobot = { role = "robot", claims = { app_metadata = { role = "x" } } }',
    '[[accept]]\nfinding = "unique-oracle"\non = "profiles"\nwhy = "public"\nuntil = 2027-06-01',
    '[functions]\n"f()" = "user"',
]
BAD = [
    '[actors]\nuser = { is = "anon" }',
    '[actors]\n"a, b" = { is = "user" }',
    "[table.kits]",
    '[tables.kits]\nalow = ["user: select"]',
    '[tables.kits]\nallow = ["user select"]',
    '[tables.kits]\nallow = ["user: read"]',
    "[tables.kits]\nallow = [1]",
    '[tables.kits]\nrows.own = true',
    '[storage.covers]\npublic = "yes"',
    "[actors]\nadmin = { claims = {} }",
    '[[accept]]\nfinding = "leak"\non = "kits"',
    "[functions]\n\"f()\" = true",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_what_kitdb_reads_fits(text: str) -> None:
    assert fits(tomllib.loads(text), SCHEMA)


@pytest.mark.parametrize("text", BAD)
def test_what_kitdb_refuses_does_not_fit(text: str) -> None:
    assert not fits(tomllib.loads(text), SCHEMA)
