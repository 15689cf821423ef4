"""docs/traps.md says of every trap of the tests how it is found."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kitdb.rls.kinds import KINDS

HERE = Path(__file__).parent
CODES = {kind.name: kind.code for kind in KINDS}


def code_of(message: str) -> str:
    name = message.partition(":")[0]
    return f"{CODES[name]} `{name}`"


def in_phase0(holes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    found: dict[str, dict[str, None]] = {}
    for hole in holes:
        found.setdefault(hole["trap"], {})[code_of(hole["found"])] = None
    yield from ("| trap | finding |", "|---|---|")
    yield from (f"| {trap} | {', '.join(codes)} |" for trap, codes in found.items())


def alone(traps: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield from ("| trap | without a specification | with one |", "|---|---|---|")
    for trap in traps:
        if trap.get("sound"):
            continue
        title = trap["trap"].replace("|", "\\|")
        seen = code_of(trap["found"]) if "found" in trap else ""
        told = code_of(trap["specified"]) if "specified" in trap else ""
        yield f"| {title} | {seen or (trap.get('why', '') and 'not found: ' + trap['why'])} | {told} |"


def tables() -> str:
    first = tomllib.loads((HERE / "traps/phase0.toml").read_text())["hole"]
    second = tomllib.loads((HERE / "traps/alone.toml").read_text()).values()
    return "\n".join((*in_phase0(first), "", "## In schemas of their own", "", *alone(second))) + "\n"


def test_the_page_of_traps_is_what_the_tests_find() -> None:
    page = (HERE.parents[1] / "docs/traps.md").read_text()

    assert page.endswith(tables())
