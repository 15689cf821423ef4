"""Functions called with what belongs to others: what they give away, and what they change, past all policies."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from psycopg import sql

from kitdb.catalog.model import Argument, Catalog, Column, Relation, Routine
from kitdb.findings import Finding
from kitdb.names import QualifiedName
from kitdb.rls import run
from kitdb.rls.access import Access, signature_of, subject_of
from kitdb.rls.actors import Principal
from kitdb.rls.calls import MOST_CALLS, Call, Calls, called, literal
from kitdb.rls.evidence import Witness
from kitdb.rls.hints import bodies_behind, names_in
from kitdb.rls.kinds import DYNAMIC, FUNCTION
from kitdb.rls.matrix import NotCovered
from kitdb.rls.meanings import given, meanings, optional
from kitdb.rls.offices import Offices, memberships, offices
from kitdb.rls.owners import Owners, find_owners
from kitdb.rls.ready import PLENTY, Wish, make_ready, quietly, wished
from kitdb.rls.rows import Data
from kitdb.rls.run import Attempt, Observation, Runner, transcript
from kitdb.rls.statements import Row, Statement, Values, Writer, identifier, key_of, statement
from kitdb.rls.surface import executable, execution, is_callable, value_for
from kitdb.rls.ties import Rows, Ties, keys_up
from kitdb.rls.values import AMOUNTS, TIMES
from kitdb.rls.verdicts import finding

_TELLING = 6  # letters: what is shorter may be in a result by chance
_TELLING_NUMBER = (
    "1000000 + ('x' || pg_catalog.left(pg_catalog.md5(pg_catalog.concat_ws(' ', {}, {})), 5))::bit(20)::integer"
)
_DIGITS = re.compile(r"-?\d{7,}(?:\.\d+)?")
_SUMMED = re.compile(r"\b(?:sum|avg|count|min|max)\s*\(", re.IGNORECASE)
_DULL = ("bool", "int2", "int4", "int8", "numeric", "float4", "float8", "timestamptz", "timestamp", "date")
_MOST_TRIED = 2
_MOST_SHOWN = 3  # rows of a table, beside a finding
_MOST_CROSSED = 4
_NONE = Decimal(0)
_RAN, _SYNTAX = "KD009", "42601"
_SQL = f"do $kitdb$ begin raise sqlstate '{_RAN}'; end $kitdb$"


def past_policies(
    runner: Runner,
    catalog: Catalog,
    schemas: Sequence[str],
    principals: Sequence[Principal],
    data: Data,
    untried: Sequence[NotCovered],
) -> Iterator[Finding | NotCovered]:
    """Functions that run their arguments, and those with their owner's rights, called with other people's arguments.

    `untried` are the callers and functions for which the usual arguments were no good: what no other arguments were any
    good for either is told again.
    """
    owners = find_owners(catalog, schemas)
    caller = _Caller(
        runner, catalog, tuple(principals), data, owners, offices(catalog, owners), memberships(catalog, owners),
        executable(runner.connection, {p.caller.role for p in principals}, schemas),
        {each.subject: each for each in untried},
    )  # fmt: skip
    for routine in catalog.routines:
        if routine.name.schema in schemas and is_callable(routine):
            yield from caller.inject(routine)
            if routine.kind == "function":
                yield from caller.call(routine)
    yield from caller.untried.values()


def _is_trusted(catalog: Catalog, routine: Routine) -> bool:
    """Whether it, or one that it calls, runs with its owner's rights."""
    if routine.security_definer:
        return True
    behind = set(bodies_behind(catalog, names_in(routine.body)))
    return any(other.security_definer and other.body in behind for other in catalog.routines)


@dataclass(frozen=True, slots=True)
class _Change:
    """What a call did to one row."""

    relation: Relation
    before: Values | None
    after: Values | None

    @property
    def columns(self) -> list[Column]:
        if self.before is None or self.after is None:
            return list(self.relation.columns)
        return [c for c in self.relation.columns if self.before[c.name] != self.after[c.name]]

    def grown(self) -> dict[str, Decimal] | None:
        """By how much each number has changed, if nothing else has but times."""
        if self.before is None or self.after is None:
            return None
        columns = [c for c in self.columns if c.type.name.name not in TIMES]
        if any(c.type.name.name not in AMOUNTS for c in columns):
            return None
        return {c.name: _number(self.after[c.name]) - _number(self.before[c.name]) for c in columns}


@dataclass(slots=True)
class _Met:
    """What one actor met: the calls that got through, and the errors of the others."""

    passing: list[Statement] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def note(self, call: Call, seen: Observation) -> None:
        if seen.done:
            self.passing.append(call.statement)
        else:
            self.errors[f"{seen.message} ({seen.state})"] += 1


def _distance(routine: Routine, seen: Observation) -> tuple[bool, bool, int]:
    """How far a call was from changing something: less, the later the line at which the function gave up."""
    line = re.search(rf"\b{re.escape(routine.name.name)}\"?\([^\n]*?\)\D*(\d+)", seen.context)
    return not seen.done, not seen.seen, -int(line[1]) if line else 0


def _untried(principal: Principal, routine: Routine) -> str:
    return execution(principal.actor, signature_of(routine))


@dataclass(slots=True)
class _Caller:
    runner: Runner
    catalog: Catalog
    principals: tuple[Principal, ...]
    data: Data
    owners: Owners
    offices: Offices
    memberships: frozenset[QualifiedName]
    executable: Collection[tuple[str, str]]
    untried: dict[str, NotCovered]

    def call(self, routine: Routine) -> Iterator[Finding]:
        """Called with rows as they are, and once more with rows as the function asks for them."""
        tables, trusted = self._tables(routine), _is_trusted(self.catalog, routine)
        owning = [p for p in self.principals if p.actor == "user" and p.owns]
        waiting = [p for p in self.principals if _untried(p, routine) in self.untried]
        if len(owning) < 2 or not (waiting or (trusted and tables)):
            return
        newcomer = next((p for p in self.principals if p.actor == "user" and p.uid and not p.owns), None)
        anon = next((p for p in self.principals if p.actor == "anon"), None)
        callers = [c for c in (anon, owning[0], newcomer) if c is not None and self._may_call(c, routine)]
        wishes = wished(self.catalog, self.owners, tables, routine, self.offices)
        found: list[Finding] = []
        met: dict[str, _Met] = {}
        with self.runner.connection.transaction(force_rollback=True):
            for relation in tables:
                self._write_texts(relation, routine)
                self._write_numbers(relation, routine)
            found += self._called(routine, tables, callers, owning[1], wishes, met, trusted=trusted)
            self._try(routine, waiting, met)
            if not found and (trusted or any(_untried(p, routine) in self.untried for p in waiting)):
                is_new = make_ready(self.runner.connection, self.catalog, wishes)
                start = 0 if is_new else MOST_CALLS
                found += self._called(routine, tables, callers, owning[1], wishes, met, trusted=trusted, start=start)
                self._try(routine, waiting, met)
        self._tell(routine, waiting, met)
        yield from found

    def _may_call(self, principal: Principal, routine: Routine) -> bool:
        return (routine.signature, principal.caller.role) in self.executable

    def _try(self, routine: Routine, waiting: Sequence[Principal], met: Mapping[str, _Met]) -> None:
        """What somebody got through with, tried by those who did not get through."""
        passing = [call for each in met.values() for call in each.passing][:_MOST_TRIED]
        for principal in waiting:
            subject = _untried(principal, routine)
            if passing and subject in self.untried:
                attempts = [Attempt(call, principal.caller, answers=True, once=True) for call in passing]
                if any(seen.done or seen.state == "42501" for seen in self.runner.run(attempts)):
                    del self.untried[subject]

    def _tell(self, routine: Routine, waiting: Sequence[Principal], met: Mapping[str, _Met]) -> None:
        """How those who did not get through with anything were answered most."""
        for principal in waiting:
            subject, errors = _untried(principal, routine), met.get(principal.actor, _Met()).errors
            if subject in self.untried and errors:
                (why, times), total = errors.most_common(1)[0], errors.total()
                self.untried[subject] = NotCovered(subject, f"{why}, in {times} of {total} calls with other arguments")

    def _write_texts(self, relation: Relation, routine: Routine) -> None:
        """In the columns that the function names and that are empty, texts by which a row is known again."""
        words = names_in(routine.body)
        texts = [c for c in relation.columns if c.type.name.name == "text" and not c.type.array and not c.generated]
        for column in (c for c in texts if c.name in words and not c.not_null):
            table, name = sql.SQL(Writer(relation).table), sql.Identifier(column.name)
            text = "update {} set {} = 'kitdb ' || pg_catalog.md5(ctid::text) where {} is null"
            quietly(self.runner.connection, sql.SQL(text).format(table, name, name))

    def _write_numbers(self, relation: Relation, routine: Routine) -> None:
        """Something to take from, by which the row is known, where the function names a number that is nothing."""
        words, keys = names_in(routine.body), {name for c in keys_up(relation) for name in c.columns}
        for column in relation.columns:
            is_number = column.type.name.name in AMOUNTS and not column.type.array and not column.generated
            if is_number and column.name in words and column.name not in keys and column.name not in key_of(relation):
                table, name = sql.SQL(Writer(relation).table), sql.Identifier(column.name)
                key = sql.SQL(", ").join(map(sql.Identifier, key_of(relation)))
                telling = sql.SQL(_TELLING_NUMBER).format(sql.Literal(f"{relation.name} {column.name}"), key)
                for number in (telling, sql.SQL("1000")):
                    text = sql.SQL("update {0} set {1} = {2} where {1} = 0").format(table, name, number)
                    quietly(self.runner.connection, text)

    def _called(
        self,
        routine: Routine,
        tables: Sequence[Relation],
        callers: Sequence[Principal],
        victim: Principal,
        wishes: Sequence[Wish],
        met: dict[str, _Met],
        *,
        trusted: bool,
        start: int = 0,
    ) -> Iterator[Finding]:
        rows = {r.name: self._rows(r) for r in self._with_parents(tables)}
        inspect = _inspection(tables, run.mark(self.runner.connection), rows) if tables else None
        meant, left = (
            meanings(self.catalog, self.owners, tables, routine, some) for some in (given(routine), optional(routine))
        )
        for caller in callers:
            ties = Ties(self.catalog, self.owners, self.memberships, rows, caller)
            calls = Calls(self.catalog, self.offices, self.data, routine, meant, left, tables, ties, victim, wishes)
            judge = _Judge(self.runner, routine, tables, rows, ties, self.offices, self.memberships, victim, calls)
            noted = met.setdefault(caller.actor, _Met())
            for call, seen in self._tried(calls, caller, inspect, start):
                noted.note(call, seen)
                if trusted and seen.done and (told := judge.told(call, seen)):
                    text = f"{caller.actor} can call {signature_of(routine)}{told}"
                    witness = Witness(self.runner, self.catalog, Access(""), self.principals)
                    shown = witness.call(caller, call.statement.text, list(_about(call, tables, rows)))
                    yield finding(FUNCTION, text, signature_of(routine), None, shown)
                    return

    def _tried(
        self, calls: Calls, caller: Principal, inspect: Statement | None, start: int
    ) -> Iterator[tuple[Call, Observation]]:
        """Some calls, and then those that got furthest with more arguments."""
        first = self._answers(calls.all()[start : start + MOST_CALLS], caller, inspect)
        yield from first
        further = sorted(first, key=lambda each: _distance(calls.routine, each[1]))
        bases = {call.keys: call for call, _ in reversed(further) if call.values is not None}
        best = [call for call, _ in further if bases.get(call.keys) is call][:_MOST_TRIED]
        yield from self._answers(calls.variations(best, [call for call, _ in first]), caller, inspect)

    def _answers(
        self, calls: Sequence[Call], caller: Principal, inspect: Statement | None
    ) -> list[tuple[Call, Observation]]:
        attempts = [Attempt(c.statement, caller.caller, inspect=inspect, answers=True, once=True) for c in calls]
        return list(zip(calls, self.runner.run(attempts), strict=True))

    def inject(self, routine: Routine) -> Iterator[Finding]:
        """Arguments that become part of a statement: a quote in them ends it, or they are one by themselves."""
        if not re.search(r"\bexecute\b", routine.body, re.IGNORECASE):
            return
        every = given(routine)
        texts = [a for a in every if a.type.name.name in ("text", "varchar", "name") and not a.type.array]
        callers = (next((p for p in self.principals if p.actor == actor), None) for actor in ("anon", "user"))
        for caller in (c for c in callers if c is not None):
            for argument in texts:
                calls = [called(routine, self._giving(every, argument, text)) for text in (_SQL, "a", "a'")]
                attempts = [Attempt(call, caller.caller, answers=True, once=True) for call in calls]
                ran, plain, quoted = self.runner.run(attempts)
                if ran.state == _RAN or (quoted.state == _SYNTAX and plain.state != _SYNTAX):
                    told = f"{caller.actor} can call {signature_of(routine)}, which runs {argument.name or 'it'} as SQL"
                    shown = transcript(caller.caller, calls[0 if ran.state == _RAN else 2].text)
                    yield finding(DYNAMIC, told, signature_of(routine), None, shown)
                    return

    def _giving(self, every: Sequence[Argument], argument: Argument, text: str) -> str:
        values = (literal(text, a) if a is argument else value_for(self.catalog, self.data, a) for a in every)
        return sql.SQL(", ").join(values).as_string()

    # -------- what it is about

    def _tables(self, routine: Routine) -> list[Relation]:
        """The tables that it names, or that a function behind it does, its own first."""
        own = names_in(routine.body)
        behind = frozenset().union(own, *map(names_in, bodies_behind(self.catalog, own)))
        tables = [
            r for r in self.catalog.relations
            if r.name.name in behind and r.kind in ("table", "partitioned table") and not r.managed and key_of(r)
            and not r.partition_bound
        ]  # fmt: skip
        return sorted(tables, key=lambda relation: relation.name.name not in own)

    def _with_parents(self, tables: Sequence[Relation]) -> list[Relation]:
        """The tables, and all that they refer to."""
        found = {relation.name: relation for relation in tables}
        left = list(tables)
        while left:
            for key in keys_up(left.pop()):
                parent = self.catalog.by_name.get(key.references) if key.references else None
                if parent is not None and not parent.managed and parent.name not in found:
                    found[parent.name] = parent
                    left.append(parent)
        return list(found.values())

    def _rows(self, relation: Relation) -> list[Values]:
        names = [column.name for column in relation.columns]
        found = self.runner.connection.execute(Writer(relation).everything(()).text)
        return [dict(zip(names, values, strict=True)) for values, _ in found]


def _about(call: Call, tables: Sequence[Relation], rows: Rows) -> Iterator[tuple[Relation, Values]]:
    """The rows that the call chooses, or a few of each table that the function names."""
    for relation in tables:
        if relation.kind == "table" and not relation.managed:
            there = rows[relation.name]
            named = [row for row in there if any(f"'{row[name]}'" in call.statement.text for name in key_of(relation))]
            chosen = named or [row for row in there if call.keys & set(row.values())] or there
            yield from ((relation, row) for row in chosen[:_MOST_SHOWN])


def _inspection(tables: Sequence[Relation], since: int, rows: Rows) -> Statement:
    """Every row of the tables, if one was written or is gone."""
    written, parts = [], []
    for relation in tables:
        name = identifier(relation.name).as_string()
        texts = ", ".join(f"{sql.Identifier(c.name).as_string()}::text" for c in relation.columns)
        written.append(f"exists (select from {name} where xmin::text::bigint > {since})")  # quoted
        written.append(f"(select count(*) from {name}) <> {len(rows[relation.name])}")  # noqa: S608  # quoted
        parts.append(f"(select coalesce(jsonb_agg(array[{texts}]::text[]), '[]') from {name})")  # noqa: S608  # quoted
    query = "select case when {} then jsonb_build_array({})::text end"
    return statement("{}", query.format(" or ".join(written), ", ".join(parts)))


# ---------------------------------------------------------------- what came of it


@dataclass(slots=True)
class _Judge:
    """Tells what a function did for one caller that policies would not have let it do."""

    runner: Runner
    routine: Routine
    tables: Sequence[Relation]
    rows: Rows
    ties: Ties
    offices: Offices
    memberships: frozenset[QualifiedName]
    victim: Principal
    calls: Calls
    refused: dict[str, bool] = field(default_factory=dict)
    sums: bool = field(init=False)
    visible: dict[QualifiedName, set[tuple[str | None, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bodies = (self.routine.body, *bodies_behind(self.calls.catalog, names_in(self.routine.body)))
        self.sums = any(_SUMMED.search(body) for body in bodies)

    def told(self, call: Call, seen: Observation) -> str | None:
        changes = self._changes(seen)
        for change in changes:
            of_change = self._with_code if call.handed else self._of_change
            if (told := of_change(call, change, changes)) and not self._directly(change):
                return told
        if not call.handed and (told := self._crossed(call, changes)):
            return told
        return None if call.handed else self._given(call, seen.answer or "[]", changes)

    def _crossed(self, call: Call, changes: Sequence[_Change]) -> str | None:
        """Rows written below one for which the function refuses, where the call has named another."""
        written = [(c.relation, row) for c in changes if (row := c.after or c.before)]
        for parent, other in self.calls.elsewhere(call, written):
            if self._refuses(other):
                table, above = subject_of(written[0][0].name), subject_of(parent.name)
                return (
                    f", which writes to {table} below a row of {above} that it refuses: it looks at another one named"
                )
        return None

    def _refuses(self, call: Call) -> bool:
        text = call.statement.text
        if text not in self.refused and len(self.refused) < _MOST_CROSSED:
            seen = self._request(call.statement, answers=True)
            self.refused[text] = seen.state == "42501" or seen.state.startswith("P0")
        return self.refused.get(text, False)

    def _with_code(self, call: Call, change: _Change, every: Sequence[_Change]) -> str | None:
        """With a code that somebody has told, all is as it should be but what the caller makes of itself."""
        row, told = change.after or {}, [c.before for c in every if c.before and call.handed & set(c.before.values())]
        for (name, column), office in self.offices.items():
            own = name == change.relation.name and any(row.get(h) == self.ties.caller.uid for h in office.holders)
            value, before = row.get(column), (change.before or {}).get(column)
            is_chosen = value in call.given and not any(value in other.values() for other in told)
            if own and is_chosen and office.gained(before, value):
                return f", which makes it {value} in {subject_of(name)}.{column} for a code that does not say so"
        return None

    def _changes(self, seen: Observation) -> list[_Change]:
        if not seen.seen:
            return []
        found = []
        for relation, listed in zip(self.tables, json.loads(seen.seen), strict=True):
            names, key = [c.name for c in relation.columns], key_of(relation)
            after = {tuple(row[k] for k in key): row for row in (dict(zip(names, v, strict=True)) for v in listed)}
            before = {tuple(row[k] for k in key): row for row in self.rows[relation.name]}
            places = [place for place in {**before, **after} if before.get(place) != after.get(place)]
            found += [_Change(relation, before.get(place), after.get(place)) for place in places]
        return found

    def _of_change(self, call: Call, change: _Change, every: Sequence[_Change]) -> str | None:
        if change.before is None:
            return self._added(call, change, every)
        table = subject_of(change.relation.name)
        if self.ties.tied(change.relation, change.before):
            return self._raised(change)
        if self._is_paid(change, every) or not self._is_chosen(call, change.relation, change.before):
            return None
        if self._counts(change) and not self._is_taken(change, every):
            return None
        if self._others_in(change.relation, change.before):
            return f", which changes rows of {table} of other users"
        if not self._sees(change.relation, change.before):
            return f", which changes rows of {table} that it cannot see"
        return None

    def _raised(self, change: _Change) -> str | None:
        """The caller's own row, that makes it somebody whom policies ask for."""
        if change.before is None or change.after is None:
            return None
        for column in change.columns:
            office = self.offices.get((change.relation.name, column.name))
            own = office is not None and any(change.after[h] == self.ties.caller.uid for h in office.holders)
            if office is not None and own and office.gained(change.before[column.name], change.after[column.name]):
                value = change.after[column.name]
                return f", which sets {subject_of(change.relation.name)}.{column.name} of its own row to {value}"
        return None

    def _added(self, call: Call, change: _Change, every: Sequence[_Change]) -> str | None:
        row, table = change.after or {}, subject_of(change.relation.name)
        if self.ties.names(row):
            return self._joined(change, every)
        ties = self.ties.with_more([(c.relation, c.after) for c in every if c.before is None and c.after])
        chosen = any(uid in call.keys for uid in self._others_in(change.relation, row)) or not given(self.routine)
        if self._others_in(change.relation, row) and chosen and not ties.tied(change.relation, row):
            return f", which adds rows to {table} for other users"
        return None

    def _joined(self, change: _Change, every: Sequence[_Change]) -> str | None:
        """The caller made a member of something that was there: as somebody special, or of what it cannot see."""
        row = change.after or {}
        fresh = [(c.relation.name, c.after) for c in every if c.before is None and c.after]
        if any(c.before and self.ties.names(c.before) for c in every):
            return None  # an invitation is used up
        parents = [
            (parent, above)
            for parent, above in list(self.ties.scene(change.relation, row))[1:]
            if (parent.name, above) not in fresh and not self.ties.names(above)
        ]
        if not parents or any(self.ties.tied(*parent) for parent in parents):
            return None
        table = subject_of(change.relation.name)
        for (name, column), office in self.offices.items():
            own = name == change.relation.name and any(row[h] == self.ties.caller.uid for h in office.holders)
            if own and office.gained(None, row[column]):
                return f", which adds an own row to {table} with {column} {row[column]}"
        if change.relation.name in self.memberships and not any(self._sees(*parent) for parent in parents[:1]):
            return (
                f", which adds an own row to {table} below a row of {subject_of(parents[0][0].name)} that it cannot see"
            )
        return None

    def _counts(self, change: _Change) -> bool:
        """Whether only numbers and times change, none of which the caller gave: likes, views, what is left."""
        if change.after is None:
            return False
        types = [c.type.name.name for c in change.columns]
        if not all(t in AMOUNTS or t in TIMES for t in types):
            return False
        amounts = any(a.type.name.name in AMOUNTS for a in given(self.routine))
        return not amounts or (change.before is not None and self._sees(change.relation, change.before))

    def _is_paid(self, change: _Change, every: Sequence[_Change]) -> bool:
        """Whether what there is more of, the caller's own rows have less of."""
        grown = change.grown()
        return grown is not None and all(more > 0 for more in grown.values()) and self._from_own(every, grown.values())

    def _is_taken(self, change: _Change, every: Sequence[_Change]) -> bool:
        """Whether there is less: of what the caller's own rows have more of, or of somebody's that it cannot see."""
        grown = change.grown() or {}
        less = {name: more for name, more in grown.items() if more < 0}
        if not less or change.before is None:
            return False
        hidden = bool(self._others_in(change.relation, change.before)) and not self._sees(
            change.relation, change.before
        )
        alike = [other for other in every if other.relation is change.relation]
        return hidden or self._from_own(alike, less.values())

    def _from_own(self, every: Sequence[_Change], grown: Collection[Decimal]) -> bool:
        """Whether numbers in rows of the caller's change by as much the other way."""
        own = [
            less
            for change in every
            if change.before and self.ties.tied(change.relation, change.before)
            for less in (change.grown() or {}).values()
        ]
        return bool(grown) and all(any(less * more < 0 and abs(less) >= abs(more) for less in own) for more in grown)

    def _is_chosen(self, call: Call, relation: Relation, row: Values) -> bool:
        """Whether the arguments say that it is this row, or there are none that could."""
        if not call.keys:
            return True
        names = {
            *key_of(relation),
            *(n for key in keys_up(relation) for n in key.columns),
            *self.ties.owners.of(relation),
        }
        return any(row[name] in call.keys for name in names)

    def _others_in(self, relation: Relation, row: Mapping[str, str | None]) -> set[str]:
        """The other users whom the row names."""
        named = {row[name] for name in self.ties.owners.of(relation)} | {self.victim.uid} & set(row.values())
        return {uid for uid in named if uid and uid != self.ties.caller.uid}

    def _sees(self, relation: Relation, row: Values) -> bool:
        return tuple(row[name] for name in key_of(relation)) in self._visible(relation)

    def _visible(self, relation: Relation) -> set[tuple[str | None, ...]]:
        if relation.name not in self.visible:
            read = Writer(relation).read(key_of(relation))
            found = self._request(read, read_only=True, answers=True)
            keys = {tuple(values) for values in json.loads(found.answer or "[]")} if found.done else set()
            self.visible[relation.name] = keys
        return self.visible[relation.name]

    def _request(self, asked: Statement, *, read_only: bool = False, answers: bool = False) -> Observation:
        attempt = Attempt(asked, self.ties.caller.caller, read_only=read_only, answers=answers, once=True)
        return self.runner.run([attempt])[0]

    def _directly(self, change: _Change) -> bool:
        """Whether a request without the function does the same."""
        writer, before, after = Writer(change.relation), change.before, change.after
        if after is None:
            return before is not None and self._request(writer.delete(Row(before, {}))).effective
        written = {c.name: after[c.name] for c in change.columns if not c.generated and c.identity != "always"}
        if before is None:
            return self._request(writer.insert(written)).effective
        return bool(written) and self._request(writer.update(Row(before, {}), written)).effective

    # -------- what it gives back

    def _given(self, call: Call, answer: str, changes: Sequence[_Change]) -> str | None:
        for relation in self.tables:
            hidden = [row for row in self.rows[relation.name] if not self._sees(relation, row)]
            if self._is_given(call, answer, relation, hidden):
                own = [*self._told_with_own(relation), *self._joined_by(relation, changes)]
                if not own or self._is_given(call, answer, relation, [row for row in hidden if row not in own]):
                    return f" and is given rows of {subject_of(relation.name)} that it cannot see"
        return None

    def _is_given(self, call: Call, answer: str, relation: Relation, hidden: Sequence[Values]) -> bool:
        shown = [row for row in self.rows[relation.name] if row not in hidden]
        hidden_texts, shown_texts = (_texts(relation, some, with_numbers=not self.sums) for some in (hidden, shown))
        texts = hidden_texts - shown_texts - call.given - self.ties.caller.marks
        return any(_tells(answer, text) for text in texts if text) or any(
            _holds(answer, relation, row) for row in hidden
        )

    def _told_with_own(self, relation: Relation) -> list[Values]:
        """The rows that one refers to which the caller sees and which is its own: they are told with that."""
        return [
            above
            for other in self.tables
            for key in keys_up(other)
            if key.references == relation.name
            for row in self.rows[other.name]
            if (above := self.ties.above(key, row)) and self._sees(other, row)
            if any(self.ties.names(values) for _, values in self.ties.scene(other, row))
        ]

    def _joined_by(self, relation: Relation, changes: Sequence[_Change]) -> list[Values]:
        """The rows that the caller has become a member of."""
        joining = [(c.relation, c.after) for c in changes if c.relation.name in self.memberships and c.before is None]
        return [
            above
            for other, row in joining
            if row and self.ties.names(row)
            for parent, above in self.ties.scene(other, row)
            if parent.name == relation.name
        ]


def _number(text: str | None) -> Decimal:
    """What Postgres has written; nothing, and money with its signs, count as none."""
    try:
        number = Decimal(text or "0")
    except InvalidOperation:
        return _NONE
    return number if number.is_finite() else _NONE


def _texts(relation: Relation, rows: Sequence[Values], *, with_numbers: bool) -> set[str | None]:
    """Texts, and long numbers, that tell of a row wherever they turn up."""
    columns = [c for c in relation.columns if c.name not in _references(relation)]
    names = [c.name for c in columns if c.type.name.name not in _DULL]
    numbers = [c.name for c in columns if c.type.name.name in AMOUNTS and with_numbers]
    return {row[name] for row in rows for name in names if len(row[name] or "") >= _TELLING} | {
        row[name]
        for row in rows
        for name in numbers
        if _DIGITS.fullmatch(row[name] or "") and _number(row[name]) != Decimal(PLENTY)
    }


def _tells(answer: str, text: str) -> bool:
    """Whether the text is in what is given back, not as a part of a longer one."""
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    return written in answer and bool(re.search(rf"(?<!\w){re.escape(written)}(?!\w)", answer))


def _holds(answer: str, relation: Relation, row: Values) -> bool:
    """Whether one of the objects given back is the row: its key, and something besides.

    A number says little: with such a key, a text besides has to be the row's too.
    """
    key = set(key_of(relation))
    for told in json.loads(answer):
        if isinstance(told, dict):
            same = {name for name in told if name in row and _is_same(told[name], row[name])}
            texts = {name for name in told if name in row and isinstance(told[name], str)}
            if key <= same and (key < texts or (same & texts) - key):
                return True
    return False


def _is_same(told: object, value: str | None) -> bool:
    return isinstance(told, str | int) and not isinstance(told, bool) and str(told) == value


def _references(relation: Relation) -> set[str]:
    """Columns whose values are in other tables as well."""
    return {name for c in relation.constraints if c.kind in ("foreign key", "primary key") for name in c.columns}
