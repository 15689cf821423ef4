"""Rows that users make by themselves, and that open others' rows to them although a state says that they wait."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kitdb.catalog.model import Catalog, Column, Relation
from kitdb.names import QualifiedName
from kitdb.rls.access import subject_of
from kitdb.rls.as_written import verbs_of
from kitdb.rls.check import Seen
from kitdb.rls.evidence import Values
from kitdb.rls.hints import bodies_behind, literals_in, names_in
from kitdb.rls.judge import Decision
from kitdb.rls.owners import Owners, is_signed
from kitdb.rls.rows import checks_of
from kitdb.rls.run import Attempt, Runner
from kitdb.rls.statements import Writer, statement

_WAITING = re.compile(
    r"pending|requested|invited|waiting|awaiting\w*|proposed|unconfirmed|unapproved|unverified|submitted|open",
    re.IGNORECASE,
)
_AGREED = re.compile(r"(?:is_)?(?:accepted|approved|confirmed|verified)(?:_at|_on)?|joined_at", re.IGNORECASE)
_MOST_INSERTS = 6
_MOST_OTHERS = 6
_MOST_HIDDEN = 40


@dataclass(frozen=True, slots=True)
class State:
    """A column that says whether the other side has agreed: what it says before, and what a user might write."""

    column: str
    waiting: frozenset[str | None]
    agreed: tuple[str, ...]


def states(catalog: Catalog, relation: Relation) -> tuple[State, ...]:
    """The columns whose new rows wait for somebody."""
    return tuple(state for column in relation.columns if (state := _state(catalog, relation, column)))


def _state(catalog: Catalog, relation: Relation, column: Column) -> State | None:
    default = literals_in(column.default or "")
    kind = column.type.name.name
    if _AGREED.fullmatch(column.name):
        if kind == "bool" and column.default == "false":
            return State(column.name, frozenset(("false",)), ("true",))
        if kind in ("timestamptz", "timestamp", "date") and column.default is None and not column.not_null:
            return State(column.name, frozenset((None,)), ("2026-01-01",))
    known = catalog.type_by_name.get(column.type.name)
    checked = [value for check in checks_of(relation, column) for value in literals_in(check.expression or "")]
    values = tuple(dict.fromkeys((*getattr(known, "labels", ()), *checked)))
    waiting = frozenset(value for value in values if _WAITING.fullmatch(value))
    if waiting & {*default} and len(values) > 1:
        return State(column.name, waiting, tuple(value for value in values if value not in waiting))
    return None


@dataclass(slots=True)
class Consent:
    """Tries whether a row of a table that users write opens rows of others to them."""

    runner: Runner
    catalog: Catalog
    owners: Owners
    members: Mapping[QualifiedName, frozenset[str]]  # by table, the columns by which policies look for the caller
    hidden: Mapping[tuple[str, str], list[Values]]  # by table and caller, the rows that it cannot see

    def skipped(self, part: Seen) -> Iterator[tuple[Decision, State, Relation]]:
        """An insertion that opened a row, the state of what was inserted, and whose row it was: one for each state."""
        table = part.subject.relation
        asked_by = self._asking(table) if table.name in self.members else []
        for state in states(self.catalog, table) if asked_by else ():
            found = next((shown for d in self._own(part) for shown in self._tried(part, state, d, asked_by)), None)
            if found:
                yield found[0], state, found[1]

    def _own(self, part: Seen) -> list[Decision]:
        """Rows that callers might insert for themselves, of the columns that they hold."""
        columns, held = self.members[part.subject.relation.name], part.held.insert
        every = [
            replace(d, row={name: value for name, value in d.row.items() if name in held})
            for d in part.decisions
            if d.command == "insert" and d.row and held and d.principal.owns and d.principal.name != "mallory"
        ]
        by_place: dict[tuple[str | None, ...], Decision] = {}
        for d in every:
            naming = sorted(name for name, value in _signed(part, d).items() if value == d.principal.uid)
            if columns & {*naming}:
                by_place[d.principal.name, *naming, None, *sorted(d.row or ())] = d
        return list(by_place.values())[:_MOST_INSERTS]

    def _asking(self, table: Relation) -> list[Relation]:
        """The tables whose rows policies show to whom a row of the table names."""
        found = []
        for relation in self.catalog.relations:
            texts = [p.using or "" for p in relation.policies if p.permissive and "select" in verbs_of(p)]
            every = [*texts, *bodies_behind(self.catalog, names_in(" ".join(texts)))]
            if relation is not table and any(table.name.name in names_in(text) for text in every):
                found.append(relation)
        return found

    def _tried(
        self, part: Seen, state: State, d: Decision, asked_by: Sequence[Relation]
    ) -> Iterator[tuple[Decision, Relation]]:
        for relation in asked_by:
            others: dict[tuple[tuple[str, str | None], ...], list[Values]] = {}
            for row in self.hidden.get((str(relation.name), d.principal.name), ()):
                if values := self._naming(part, d, relation, row):
                    others.setdefault(tuple(values.items()), []).append(row)
            for naming, rows in [*others.items()][:_MOST_OTHERS]:
                for inserted, said in self._inserted(part, state, d, dict(naming)):
                    if self._opens(part, inserted, {state.column: said}, relation, rows[:_MOST_HIDDEN]):
                        yield inserted, relation

    def _naming(self, part: Seen, d: Decision, relation: Relation, row: Values) -> Values:
        """What a new row of the table says to be about the other's row."""
        table = part.subject.relation
        mine = {name for name, value in _signed(part, d).items() if value == d.principal.uid}
        found: dict[str, str | None] = {}
        users = [row[name] for name in self.owners.of(relation) if row.get(name) not in (None, d.principal.uid)]
        for name in self.owners.of(table):
            if name not in mine and users:
                found[name] = users[0]
        for key in table.constraints:
            if key.kind != "foreign key" or len(key.columns) != 1 or {*key.columns} & (mine | found.keys()):
                continue
            if key.references == relation.name:
                found[key.columns[0]] = row[key.referenced_columns[0]]
            for theirs in relation.constraints:
                if theirs.kind == "foreign key" and theirs.references == key.references and len(theirs.columns) == 1:
                    found[key.columns[0]] = row[theirs.columns[0]]
        return {name: value for name, value in found.items() if value is not None}

    def _inserted(self, part: Seen, state: State, d: Decision, naming: Values) -> Iterator[tuple[Decision, str | None]]:
        """The row as the caller may insert it: left to wait, or said to be agreed, where that is kept."""
        plain = {name: value for name, value in {**(d.row or {}), **naming}.items() if name != state.column}
        tries: list[dict[str, str | None]] = [plain]
        if state.column in part.held.insert:
            tries += [{**plain, state.column: value} for value in state.agreed]
        for values in tries:
            attempt = self._insertion(part, d, values, state.column)
            found = self.runner.run([attempt])[0]
            given = state.column in values
            if found.effective and (found.seen not in state.waiting if given else found.seen in state.waiting):
                yield replace(d, row=values, statement=attempt.statement), found.seen

    def _insertion(self, part: Seen, d: Decision, values: dict[str, str | None], column: str) -> Attempt:
        writer = part.subject.writer
        tying = {name for key in part.subject.relation.constraints for name in key.columns if key.kind == "foreign key"}
        whole = _signed(part, replace(d, row=values))
        names = [name for name in whole if name in tying or name in self.owners.of(part.subject.relation)]
        kept = statement(
            "select {}::text from {} where {} limit 1", writer.columns[column], writer.table, writer.where(whole, names)
        )
        return Attempt(
            writer.insert(values), d.principal.caller, inspect=kept, prepare=writer.make_room(values), once=True
        )

    def _opens(
        self, part: Seen, inserted: Decision, said: Values, relation: Relation, rows: Collection[Values]
    ) -> bool:
        """Whether the row opens one of those that were hidden."""
        values = {**_signed(part, inserted), **said}
        own, writer = part.subject.writer, Writer(relation)
        prepare = own.insert(values)
        if own.key and {*own.key} <= values.keys():
            prepare = own.upsert(values, own.key, tuple(said))
        attempts = [
            Attempt(
                statement("select 1 from {} where {}", writer.table, writer.find(row, writer.types)),
                inserted.principal.caller, prepare=prepare, shared=True, read_only=True, once=True,
            )
            for row in rows
        ]  # fmt: skip
        return any(found.effective for found in self.runner.run(attempts))


def _signed(part: Seen, d: Decision) -> Values:
    """The row with the columns that name its writer by themselves."""
    columns = (column.name for column in part.subject.relation.columns if is_signed(column))
    return {**dict.fromkeys(columns, d.principal.uid), **(d.row or {})}


def opened(part: Seen, inserted: Decision, state: State, relation: Relation) -> str:
    """What was seen, in words."""
    subject, other = part.subject.name, subject_of(relation.name)
    given = (inserted.row or {}).get(state.column)
    reads = f"and so reads rows of {other}"
    if given is None:
        return f"user can insert into {subject} an own row whose {state.column} says that it waits, {reads}"
    return f"user can insert into {subject} an own row with {state.column} {given}, where a new one waits, {reads}"
