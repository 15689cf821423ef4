"""Which relations and functions are modelled, by patterns of their names."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from kitdb.names import QualifiedName


@dataclass(frozen=True, slots=True)
class Selection:
    """Globs of names ("kit_*") or of names with their schema ("billing.*"); without `include` it is everything."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __contains__(self, name: QualifiedName) -> bool:
        return (not self.include or _matches(name, self.include)) and not _matches(name, self.exclude)


EVERYTHING = Selection()


def _matches(name: QualifiedName, patterns: tuple[str, ...]) -> bool:
    texts = (name.name, f"{name.schema}.{name.name}")
    return any(fnmatchcase(text, pattern) for pattern in patterns for text in texts)
