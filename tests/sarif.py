"""SARIF, held against the schema of the standard, which an npm package brings."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

SCHEMA = (
    Path(__file__).parents[1] / ".venv/npm/sarif/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
)
needs_schema = pytest.mark.skipif(not SCHEMA.is_file(), reason="the schema of SARIF is not installed (make npm)")


@cache
def _validator() -> Any:
    return fastjsonschema.compile(json.loads(SCHEMA.read_text(encoding="utf-8")), use_default=False)


def assert_valid(text: str) -> None:
    """Raise if the text is not what SARIF 2.1.0 allows."""
    _validator()(json.loads(text))
