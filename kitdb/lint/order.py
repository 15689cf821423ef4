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
    shipped = [*earlier]
    folders = {path.parent for path in (*paths, *shipped) if _DATED.match(path.name)}
    problems: dict[Path, str] = {}
    seen: dict[tuple[Path, str], Path] = {}
    for path in (*shipped, *paths):
        if path.parent not in folders:
            continue
        matched = _MIGRATION.match(path.name)
        if matched is None:
            problems[path] = "its name is not <version>_<name>.sql, so it is never applied"
            continue
        version = matched[1]
        newest = max((version_of(one) for one in shipped if one.parent == path.parent), default="")
        if (other := seen.setdefault((path.parent, version), path)) != path:
            problems[path] = f"it has the version of {other.name}: one version can be applied once"
        elif path in paths and path not in shipped and version < newest:
            problems[path] = f"its version is older than {newest}, which is there already"
    return {path: problem for path, problem in problems.items() if path in paths}


def version_of(path: Path) -> str:
    matched = _MIGRATION.match(path.name)
    return matched[1] if matched else ""
