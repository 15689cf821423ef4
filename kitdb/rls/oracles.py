"""Unique values that tell whoever may insert that a row is there which it cannot see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kitdb.catalog.model import Relation
from kitdb.findings import Finding
from kitdb.names import quote_identifier
from kitdb.rls.kinds import ORACLE
from kitdb.rls.owners import Owners
from kitdb.rls.verdicts import finding

if TYPE_CHECKING:
    from kitdb.rls.check import Seen


def unique_oracles(name: str, seen: Sequence[Seen], owners: Owners) -> Iterator[Finding]:
    """A warning for each unique index, beside a specification: whether such a row is a secret is for it to say."""
    for (index, columns), actors in _telling(seen, owners).items():
        yield finding(ORACLE, _message(name, index, columns, actors), name, severity="warning")


def of_table(name: str, seen: Sequence[Seen], owners: Owners) -> Iterator[Finding]:
    """One line for the table, without a specification."""
    found = _telling(seen, owners)
    if found:
        (index, columns), actors = next(iter(found.items()))
        more = f" (and from {len(found) - 1} more)" if len(found) > 1 else ""
        yield finding(ORACLE, _message(name, index, columns, actors) + more, name)


def _message(name: str, index: str, columns: Sequence[str], actors: Sequence[str]) -> str:
    learn, they = ("learns", "it") if len(actors) == 1 else ("learn", "they")
    values = ", ".join(f"{name}.{quote_identifier(column)}" for column in columns)
    told = f"{' and '.join(actors)} {learn} from {quote_identifier(index)}"
    return f"{told} whether a row that {they} cannot see has a value of {values}"


def _telling(seen: Sequence[Seen], owners: Owners) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """By unique index and its columns, the actors whose own row may collide there with one that is hidden from them."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for part in seen:
        for index in _indexes(part, owners):
            told = found.setdefault(index, [])
            # what an actor has from another that it also is, is told once
            if not set(told) & set(part.actor.lineage):
                told.append(part.actor.name)
    return found


def _indexes(part: Seen, owners: Owners) -> Iterator[tuple[str, tuple[str, ...]]]:
    relation = part.subject.relation
    hidden = any(d.command == "select" and d.reached and d.actual in ("no rows", "refused") for d in part.decisions)
    if not hidden or not any(d.command == "insert" and d.actual == "allowed" for d in part.decisions):
        return
    mine = set(owners.of(relation))
    for index in relation.indexes:
        telling = [name for name in index.columns if name in part.held.insert and not _is_random(relation, name)]
        # with an owner among them, only one's own rows can collide
        if index.unique and telling and telling == [*index.columns] and not set(telling) & mine:
            yield index.name, tuple(telling)


def _is_random(relation: Relation, name: str) -> bool:
    column = relation.column(name)
    return column is not None and (column.identity is not None or column.type.name.name == "uuid")
