"""Files that migrate would skip, refuse or apply in an order that nobody meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

_MIGRATION = re.compile(r"([0-9]+)_(.*)\.sql\Z")
_DATED = re.compile(r"[0-9]{14}_")


def order_problems(paths: Sequence[Path], earlier: Iterable[Path] = ()) -> dict[Path, str]:
    """What is wrong with the name of a file among those in its folder.

    `earlier` are files that are shipped already: what comes before one of them would be refused.
    """
    shipped, given = {*earlier}, {*paths}
    folders = {path.parent for path in (*given, *shipped) if _DATED.match(path.name)}
    newest: dict[Path, str] = {}
    for one in shipped:
        newest[one.parent] = max(newest.get(one.parent, ""), version_of(one))
    problems: dict[Path, str] = {}
    seen: dict[tuple[Path, str], Path] = {}
    for path in (*sorted(shipped), *paths):
        if path.parent not in folders:
            continue
        matched = _MIGRATION.match(path.name)
        if matched is None:
            problems[path] = "its name is not <version>_<name>.sql, so it is never applied"
            continue
        version = matched[1]
        if (other := seen.setdefault((path.parent, version), path)) != path:
            problems[path] = f"it has the version of {other.name}: one version can be applied once"
        elif path in given and path not in shipped and version < newest.get(path.parent, ""):
            problems[path] = f"its version is older than {newest[path.parent]}, which is there already"
    return {path: problem for path, problem in problems.items() if path in given}


def version_of(path: Path) -> str:
    matched = _MIGRATION.match(path.name)
    return matched[1] if matched else ""
