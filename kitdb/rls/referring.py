"""What a foreign key does past the policies: rows put below one that is hidden, and hidden rows that go with one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kitdb.catalog.model import Catalog, Constraint, Relation
from kitdb.findings import Finding
from kitdb.rls.access import subject_of
from kitdb.rls.evidence import Values, Witness
from kitdb.rls.judge import Decision
from kitdb.rls.kinds import CASCADE, HIDDEN_PARENT
from kitdb.rls.line import Verb
from kitdb.rls.owners import Owners
from kitdb.rls.run import Attempt, Runner
from kitdb.rls.statements import Row, key_of
from kitdb.rls.verdicts import finding

if TYPE_CHECKING:
    from kitdb.rls.check import Seen

Tried = tuple["Seen", Decision]
RowsOf = Mapping[tuple[str, str], Sequence[Values]]
"""Rows by their table and the name of the caller whom something keeps from them."""

_MOST_PARENTS = 3
_MOST_TABLES = 3
_MOST_INSERTS = 3


# ---------------------------------------------------------------- what was seen


def keys_to_guarded(catalog: Catalog, relation: Relation, owners: Owners) -> Iterator[Constraint]:
    """The foreign keys of a table to the keys of others, but for those that name a user."""
    for key in relation.constraints:
        parent = catalog.by_name.get(key.references) if key.references else None
        if key.kind != "foreign key" or parent is None or parent.managed or parent is relation:
            continue
        if set(key_of(parent)) == set(key.referenced_columns) and not set(key.columns) & set(owners.of(relation)):
            yield key


def below_hidden(runner: Runner, verb: Verb, key: Constraint, tries: Sequence[Tried], hidden: RowsOf) -> Tried | None:
    """A write that went through, and goes through below rows that are hidden from the caller too."""
    for part, d in tries:
        if not d.principal.owns or d.row is None or (verb == "update" and not set(key.columns) <= part.held.update):
            continue
        above = hidden.get((str(key.references), d.principal.name), ())
        rows = [dict(zip(key.columns, (row[n] for n in key.referenced_columns), strict=True)) for row in above]
        attempts = [_again(part, verb, d, values) for values in rows[:_MOST_PARENTS]]
        if attempts and all(found.effective for found in runner.run(attempts)):
            return part, replace(d, row={**d.row, **rows[0]}, statement=attempts[0].statement)
        return None
    return None


def _again(part: Seen, verb: Verb, d: Decision, values: Values) -> Attempt:
    """The same write with other values."""
    writer, old = part.subject.writer, d.row or {}
    if verb == "update":
        update = writer.update(Row(old, {}), values, readable=part.held.select)
        return Attempt(update, d.principal.caller, once=True)
    new = {**old, **values}
    return Attempt(writer.insert(new), d.principal.caller, prepare=writer.make_room(new), once=True)


def puts(verb: Verb, relation: Relation, key: Constraint) -> str:
    """What such a write does, but for why it should not."""
    does = "insert into" if verb == "insert" else "move rows of"
    parent = subject_of(key.references) if key.references else ""
    return f"{does} {subject_of(relation.name)} below rows of {parent}"


def taken_along(
    catalog: Catalog, relation: Relation, tries: Sequence[Tried], kept: RowsOf
) -> dict[str, tuple[Constraint, Tried]]:
    """The tables whose rows, kept from the caller, go with a row that it deletes: by which key, and such a deletion."""
    shown: dict[str, tuple[Constraint, Tried]] = {}
    for child in catalog.relations:
        for key in child.constraints:
            if key.references != relation.name or key.on_delete != "cascade" or child is relation:
                continue
            if found := _taking(child, key, tries, kept):
                shown.setdefault(subject_of(child.name), (key, found))
    return shown


def takes(tables: Collection[str], subject: str, actors: str) -> str:
    """What such a deletion does, but for why it should not."""
    names = [*tables]
    more = f" and {len(names) - _MOST_TABLES} more" if len(names) > _MOST_TABLES else ""
    return f"what {actors} may delete of {subject} takes rows of {', '.join(names[:_MOST_TABLES])}{more}"


def _taking(child: Relation, key: Constraint, tries: Sequence[Tried], kept: RowsOf) -> Tried | None:
    """A deletion that takes such a row of the child with it."""
    pairs = [*zip(key.columns, key.referenced_columns, strict=True)]
    for part, d in tries:
        row, below = d.row or {}, kept.get((str(child.name), d.principal.name), ())
        if any(all(c[own] == row.get(theirs) for own, theirs in pairs) for c in below):
            return part, d
    return None


# ---------------------------------------------------------------- beside a specification


def told_by_keys(
    runner: Runner, catalog: Catalog, owners: Owners, seen: Sequence[Seen], witness: Witness
) -> Iterator[Finding]:
    """Warnings of rows that the specification hides: whether that matters here is for it to say."""
    hidden = _hidden(seen)
    by_table: dict[str, list[Seen]] = {}
    for part in seen if hidden else ():
        if part.subject.relation.kind in ("table", "partitioned table") and not part.subject.relation.managed:
            by_table.setdefault(part.subject.name, []).append(part)
    for parts in by_table.values():
        relation = parts[0].subject.relation
        for key in keys_to_guarded(catalog, relation, owners):
            yield from _below(runner, relation, key, parts, hidden, witness)
        yield from _along(runner, catalog, parts, by_table, hidden, witness)


def _hidden(seen: Sequence[Seen]) -> RowsOf:
    """The rows that no line lets the caller read, and that it does not see."""
    found: dict[tuple[str, str], list[Values]] = {}
    for part in seen:
        for d in part.decisions:
            unread = d.actual in ("no rows", "refused") and d.expected == "denied"
            if (d.command, d.columns) == ("select", ()) and unread and d.row is not None:
                found.setdefault((str(part.subject.relation.name), d.principal.name), []).append(d.row)
    return found


def _below(
    runner: Runner, relation: Relation, key: Constraint, parts: Sequence[Seen], hidden: RowsOf, witness: Witness
) -> Iterator[Finding]:
    told: dict[str, tuple[Verb, Tried]] = {}
    tried: set[object] = set()
    for part in parts:
        kind = (part.actor.role, part.subject.rules_of(part.actor))
        if kind in tried or set(told) & set(part.actor.lineage):
            continue  # another has tried the same, or has it from one that it also is
        tried.add(kind)
        verb, tries = _writes(part)
        if found := below_hidden(runner, verb, key, tries, hidden):
            told[part.actor.name] = (verb, found)
    if told:
        verb, (part, shown) = next(iter(told.values()))
        message = f"{' and '.join(told)} can {puts(verb, relation, key)} that {_they(told)} must not see"
        message += f" ({', '.join(key.columns)})"
        evidence = witness.transcript(part.subject, shown)
        yield finding(HIDDEN_PARENT, message, part.subject.name, None, evidence)


def _writes(part: Seen) -> tuple[Verb, list[Tried]]:
    """The inserts that went through, else the updates; first those of rows that are of few classes."""
    done = [d for d in part.decisions if d.actual == "allowed" and d.verdict == "ok"]
    inserts = [d for d in done if d.command == "insert"]
    updates = [d for d in done if d.command == "update"]
    few = sorted(inserts or updates, key=lambda d: (d.after or d.rows).count(","))
    return ("insert" if inserts else "update"), [(part, d) for d in few]


def _along(
    runner: Runner,
    catalog: Catalog,
    parts: Sequence[Seen],
    by_table: Mapping[str, Sequence[Seen]],
    hidden: RowsOf,
    witness: Witness,
) -> Iterator[Finding]:
    told: dict[str, tuple[list[str], Tried]] = {}
    for part in parts:
        if set(told) & set(part.actor.lineage):
            continue
        done = [d for d in part.decisions if (d.command, d.actual, d.verdict) == ("delete", "allowed", "ok")]
        found = taken_along(catalog, part.subject.relation, [(part, d) for d in done], hidden)
        tables = [name for name, (key, tried) in found.items() if _may_come(runner, key, tried, by_table.get(name, ()))]
        if tables:
            told[part.actor.name] = (tables, found[tables[0]][1])
    if told:
        tables, (part, shown) = next(iter(told.values()))
        alone = replace(shown, statement=part.subject.writer.delete(Row(shown.row or {}, {}), part.held.select))
        message = f"{takes(tables, part.subject.name, ' and '.join(told))} with it that {_they(told)} must not see"
        evidence = witness.transcript(part.subject, alone)
        yield finding(CASCADE, message, part.subject.name, None, evidence, severity="warning")


def _may_come(runner: Runner, key: Constraint, deletion: Tried, parts: Sequence[Seen]) -> bool:
    """Whether another user may put a row below the one that is deleted, so that such rows are no work of ours alone."""
    row, caller = deletion[1].row or {}, deletion[1].principal
    values = dict(zip(key.columns, (row[name] for name in key.referenced_columns), strict=True))
    writes = (_writes(part) for part in parts)
    tries = [tried for verb, done in writes for tried in done if verb == "insert"]
    others = [
        (part, d) for part, d in tries if d.row and d.principal.owns and d.principal.uid not in (None, caller.uid)
    ]
    attempts = [_again(part, "insert", d, values) for part, d in others[:_MOST_INSERTS]]
    return any(found.effective for found in runner.run(attempts))


def _they(actors: Collection[str]) -> str:
    return "it" if len(actors) == 1 else "they"
