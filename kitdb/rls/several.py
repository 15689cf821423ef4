"""Several rows in one statement; where one of them stops it, in halves, down to a row alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from kitdb.rls.run import Observation
from kitdb.rls.statements import Key, Values, Writer

T = TypeVar("T")

_MOST = 32  # rows of one statement


def in_halves(
    groups: Sequence[Sequence[T]],
    run: Callable[[Sequence[Sequence[T]]], Sequence[Observation]],
    is_told: Callable[[Sequence[T], Observation], bool],
) -> Iterator[tuple[Sequence[T], Observation]]:
    """Each group with how its statement ended, or where that does not tell of each of them, its parts with theirs."""
    left = [group[start : start + _MOST] for group in groups for start in range(0, len(group), _MOST)]
    while left:
        halves = []
        for group, seen in zip(left, run(left), strict=True):
            if len(group) == 1 or is_told(group, seen):
                yield group, seen
            else:
                middle = len(group) // 2
                halves += [group[:middle], group[middle:]]
        left = halves


def rows_by_key(writer: Writer, seen: Observation) -> dict[Key, dict[str, Any]]:
    """What an inspection found of each row."""
    return dict(_rows(writer, writer.key, seen))


def rows_by_values(writer: Writer, given: Sequence[Values], seen: Observation) -> list[dict[str, Any]] | None:
    """The row that each of the given became, where nothing leaves that in doubt."""
    found = list(_rows(writer, tuple(given[0]), seen))
    rows = dict(found)
    wanted = [tuple(values.values()) for values in given]
    if len(found) != len(rows) or len(set(wanted)) != len(wanted) or set(wanted) != rows.keys():
        return None
    return [rows[values] for values in wanted]


def _rows(writer: Writer, columns: Sequence[str], seen: Observation) -> Iterator[tuple[Key, dict[str, Any]]]:
    names = [column.name for column in writer.relation.columns]
    places = [names.index(name) for name in columns]
    for row in json.loads(seen.seen) if seen.seen else []:
        yield tuple(row["values"][n] for n in places), row


def in_turns(items: Iterable[T], sort: Callable[[T], object], row: Callable[[T], Key]) -> list[list[T]]:
    """The items of each sort, in groups that name every row once."""
    groups: dict[tuple[object, int], list[T]] = {}
    times: Counter[tuple[object, Key]] = Counter()
    for item in items:
        kind = sort(item)
        times[kind, row(item)] += 1
        groups.setdefault((kind, times[kind, row(item)]), []).append(item)
    return list(groups.values())
