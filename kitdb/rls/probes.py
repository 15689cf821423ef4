"""The writes to try: few enough to be quick, and each row class, column and move of a row among them."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from kitdb.catalog.model import Catalog
from kitdb.names import QualifiedName
from kitdb.rls.access import Access
from kitdb.rls.actors import Actor, Principal
from kitdb.rls.effects import Effects, Event, asks_caller, effects, is_for, looks_at_itself
from kitdb.rls.hints import names_in
from kitdb.rls.judge import DENIED, Decision, Expected, Probe, Truths, expect
from kitdb.rls.line import Verb
from kitdb.rls.matrix import Command, Expectation, Verdict
from kitdb.rls.paths import Paths
from kitdb.rls.predicate import EveryRow, class_names
from kitdb.rls.rights import Rights
from kitdb.rls.rows import Data
from kitdb.rls.run import Attempt, Observation, Runner
from kitdb.rls.run import Key as Control
from kitdb.rls.several import in_halves, rows_by_values
from kitdb.rls.statements import Key, Row, Statement, Values, names_caller
from kitdb.rls.subject import STRANGE_BUCKET, Subject
from kitdb.rls.sweeps import Sweep, delete_sweep, update_sweep
from kitdb.rls.values import Maker, makers

_OF_A_KIND = 2  # rows tried of each kind that a caller can tell apart
_CANDIDATES = 24
_AGAIN = 12  # rows that are put in once more, for what no new row showed
_OPEN_ROWS = 16
_CLOSED_ROWS = 10
_LIKELY_ROWS = 3
_MOVES = 9  # values tried of a column that decides access
_ROUNDS = 4
_WORTH_ONE = 2  # columns, for a statement that writes them all

Samples = Mapping[str, tuple[str, ...]]
Change = tuple[Key, tuple[tuple[str, str | None], ...]]
"""The key of a row, and the columns it is given with their values."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that could be inserted, and what the row classes would say of it for each caller.

    `room` says that a row with the same unique values has to go first.
    """

    values: Values
    truths: Mapping[str, Truths]
    room: bool = False


@dataclass(slots=True)
class Workshop:
    """What the probes of one subject are made from: its rows, rows to insert, values for its columns."""

    runner: Runner
    catalog: Catalog
    access: Access
    data: Data
    principals: tuple[Principal, ...]
    subject: Subject
    rows: list[Row]
    since: int
    stamps: frozenset[str]
    samples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    controls: dict[Control, Observation] = field(default_factory=dict)  # what a superuser's statements do
    stuck: dict[tuple[Command, tuple[str, str] | None], list[Row]] = field(default_factory=dict)
    siblings: dict[str, Subject] = field(default_factory=dict)  # the other buckets
    candidates: list[Candidate] = field(default_factory=list)
    barred: tuple[Values, Observation] | None = None  # an insert that failed, where none did not
    becomes: dict[Change, Mapping[str, Truths] | None] = field(
        default_factory=dict
    )  # in a superuser's hands, by caller
    fewer: dict[frozenset[str], list[Candidate]] = field(default_factory=dict)  # by the columns that may be given
    effects: dict[Event, Effects] = field(default_factory=dict)  # handed on with what else is known of the subject
    looks_at_itself: bool = True  # functions or row classes at other rows of the table
    alone: frozenset[str] = frozenset()  # columns whose writing makes no difference to access, other columns or tables

    def __post_init__(self) -> None:
        if self.effects:
            return
        relation = self.subject.relation
        self.effects = {event: effects(self.catalog, relation, event) for event in get_args(Event)}
        predicates = [row_class.predicate for row_class in self.subject.classes]
        self.looks_at_itself = looks_at_itself(self.catalog, relation, predicates)
        keys = {name for c in relation.constraints if c.references or len(c.columns) > 1 for name in c.columns}
        computed = {name for column in relation.columns if column.generated for name in names_in(column.generated)}
        tied = self.effects["UPDATE"].names | keys | computed
        self.alone = frozenset(c.name for c in relation.columns if c.name not in tied and self.is_neutral(c.name))

    def is_apart(self, event: Event) -> bool:
        """Whether what becomes of a row that is written has nothing to do with others, written with it or not."""
        found = self.effects[event]
        return found.alone and not found.heeds_caller and not self.looks_at_itself and bool(self.subject.writer.key)

    def is_silent(self, command: Command) -> bool:
        """Whether no trigger has a say in the command, so that nothing is lost where all of them are switched off."""
        relation = self.subject.relation
        return not relation.managed and not any(is_for(trigger, _event(command)) for trigger in relation.triggers)

    def buckets(self) -> list[str]:
        return [*(bucket.id for bucket in self.catalog.buckets), STRANGE_BUCKET]

    def object_names(self, prefix: str) -> Iterator[tuple[str, str | None]]:
        """Names of objects in the bucket, and their owners."""
        return self.data.paths.get(str(self.subject.bucket), Paths()).names(self.principals, prefix)

    def bucket(self, name: str) -> Subject:
        if name not in self.siblings:
            self.siblings[name] = Subject(self.subject.relation, self.access.of_bucket(name), name)
        return self.siblings[name]

    # -------- preparation, as superuser

    def prepare(self) -> None:
        self._try_columns()
        self.candidates = self._new_rows()

    def _try_columns(self) -> None:
        """For each column values that a superuser can write to some row, so that a refusal means something."""
        columns = [column.name for column in self.subject.writable()]
        # Triggers are turned off for those left only: switching them makes the server forget its plans.
        for values, rows, quiet in ((2, 1, False), (2, 1, True), (12, 3, True)):
            left = [name for name in columns if name not in self.reached]
            self._try_values(left, values=values, rows=rows, quiet=quiet)

    def _try_values(self, columns: Sequence[str], *, values: int, rows: int, quiet: bool) -> None:
        asked: list[tuple[str, str, bool, Row]] = []
        for name in columns:
            for value, usable in self._sample_values(name, values):
                differing = [row for row in self.rows if row.values[name] != value]
                few = differing[:: max(len(differing) // rows, 1)][:rows]
                asked += ((name, value, usable, row) for row in few)
        done = set() if quiet else self._written_at_once([(name, value, row) for name, value, _, row in asked])
        alone = [n for n, (name, value, _, row) in enumerate(asked) if (name, value, id(row)) not in done]
        updates = (self.subject.writer.update(row, {name: value}) for name, value, _, row in (asked[n] for n in alone))
        found = dict(zip(alone, self.runner.run([Attempt(u, None, quiet=quiet) for u in updates]), strict=True))
        for number, (name, value, usable, _) in enumerate(asked):
            if number not in found or found[number].effective:
                self.reached.add(name)
                if usable and value not in self.samples.get(name, ()):
                    self.samples[name] = (*self.samples.get(name, ()), value)

    def _written_at_once(self, asked: Sequence[tuple[str, str, Row]]) -> set[tuple[str, str, int]]:
        """What could be written together, row by row, of the columns that make no difference to each other."""
        changes: dict[int, dict[str, str]] = {}
        for name, value, row in asked:
            if name in self.alone:
                changes.setdefault(id(row), {}).setdefault(name, value)
        rows = {id(row): row for _, _, row in asked}
        wanted = {row: values for row, values in changes.items() if len(values) >= _WORTH_ONE}
        updates = (self.subject.writer.update(rows[row], values) for row, values in wanted.items())
        found = self.runner.run([Attempt(update, None) for update in updates])
        return {
            (name, value, row)
            for (row, values), seen in zip(wanted.items(), found, strict=True)
            if seen.effective
            for name, value in values.items()
        }

    def _sample_values(self, column: str, most: int) -> list[tuple[str, bool]]:
        """New values, and old ones of other rows; of a foreign key's new ones none is of use but to write it at all."""
        recipe = self.data.recipes.get(self.subject.relation.name)
        there = dict.fromkeys(value for row in self.rows if (value := row.values[column]) is not None)
        fillers = recipe.fillers.get(column, ()) if recipe else self._makers(column)
        if not fillers or fillers[0](1) != fillers[0](2):
            most -= most == 2  # a value that no row has is enough
        made = [fillers[n % len(fillers)](1000 + n) for n in range(most)] if fillers else []
        keys = [c for c in self.subject.relation.constraints if c.kind == "foreign key" and column in c.columns]
        if not keys:
            return [(value, True) for value in dict.fromkeys((*made, *[*there][:most]))]
        parents = [v for var in recipe.variables for o in var.options if (v := o.values.get(column))] if recipe else []
        known = [(value, True) for value in dict.fromkeys((*parents, *there))]
        return [*known[:3], *((value, False) for value in made[:1])]

    def _makers(self, column: str) -> tuple[Maker, ...]:
        return makers(self.subject.writer.types[column], self.catalog.type_by_name)[:2]

    def _new_rows(self) -> list[Candidate]:
        """Rows of every class that a superuser can insert."""
        found: list[Candidate] = []
        failed: list[tuple[Values, Observation]] = []
        batch = [(values, False) for values in self._new_values()]
        for _ in range(_ROUNDS):
            again = []
            tried = list(zip(batch, self._inserted(batch), strict=True))
            failed += [(values, seen) for (values, _), seen in tried if not seen.done]
            for (values, room), seen in tried:
                if seen.effective and (candidate := self._candidate(values, room, seen)):
                    found.append(candidate)
                elif not seen.done and (changed := self._again(values, room, seen)):
                    again.append(changed)
            batch = [(values, room) for values, room in again if not (room and self._is_like_one(values, found))]
        # rows that are there, once more in their own place
        again = [(values, True) for values in self._kinds_without(found)]
        tried = list(zip(again, self._inserted(again), strict=True))
        made = (self._candidate(values, True, seen) for (values, _), seen in tried if seen.done)
        found += [candidate for candidate in made if candidate]
        failed += [(values, seen) for (values, _), seen in tried if not seen.done]
        if failed and not found:
            self.barred = failed[-1]
        return found

    def _kinds_without(self, found: Sequence[Candidate]) -> list[Values]:
        """Rows that are there of which some caller could not insert the like yet, as far as they can be given."""
        if not self.subject.writer.key or self.subject.bucket is not None or self.subject.relation.kind == "view":
            return []
        names = [column.name for column in self.subject.writable()]
        covered = {(p.name, _kind_of(c.truths[p.name], c.values, p)) for c in found for p in self.principals}
        missing = []
        for row in self.rows:
            kinds = {(p.name, _kind_of(row.truths[p.name], row.values, p)) for p in self.principals if p.owns}
            if not kinds <= covered and set(self.subject.writer.key) <= {*names}:
                covered |= kinds
                missing.append({name: row.values[name] for name in names})
        return missing[:_AGAIN]

    def within_rights(self, held: frozenset[str]) -> list[Candidate]:
        """The rows that give more columns than these once more without the others, which take their defaults."""
        if held not in self.fewer:
            wide = [c for c in self.candidates if not set(c.values) <= held and set(c.values) & held]
            given = [({n: value for n, value in c.values.items() if n in held}, c.room) for c in wide]
            once = list({tuple(values.items()): (values, room) for values, room in given}.values())
            once = once if self.subject.bucket is None else []
            mine = [each for each in once if self._asks_caller(each[0])][:_CANDIDATES]
            others = [each for each in once if each not in mine]
            made = zip(others, self._inserted(others), strict=True)
            found = (self._candidate(values, room, seen) for (values, room), seen in made if seen.effective)
            self.fewer[held] = [candidate for candidate in (*found, *map(self._of_each, mine)) if candidate]
        return self.fewer[held]

    def _asks_caller(self, values: Values) -> bool:
        """Whether a column that is left out takes something of the caller's."""
        left_out = (column for column in self.subject.relation.columns if column.name not in values)
        return any(column.default and asks_caller(column.default) for column in left_out)

    def _of_each(self, given: tuple[Values, bool]) -> Candidate | None:
        """The row that each caller makes of the values, in a superuser's hands."""
        values, room = given
        users = [principal for principal in self.principals if principal.uid]
        attempts = [replace(self.insertion(values, p, (p,), room=room), as_superuser=True) for p in users]
        truths: dict[str, Truths] = {p.name: dict.fromkeys(self.subject.class_names) for p in self.principals}
        there = False
        for principal, seen in zip(users, self.runner.run(attempts), strict=True):
            if rows := json.loads(seen.seen) if seen.seen else []:
                truths |= self.subject.writer.named_truths((principal,), rows[-1]["truths"])
                there = True
        return Candidate(values, truths, room) if there else None

    def _is_like_one(self, values: Values, found: Sequence[Candidate]) -> bool:
        """Whether the row in whose place this would come is for every caller what one of those found is."""
        told = [name for name in values if name in self.read_columns()]
        there = next((row for row in self.rows if all(row.values[name] == values[name] for name in told)), None)
        if there is None:
            return False
        return any(self._are_alike(there, values, candidate) for candidate in found)

    def _are_alike(self, row: Row, values: Values, candidate: Candidate) -> bool:
        return all(
            row.truths[p.name] == candidate.truths[p.name]
            and names_caller(values, p) == names_caller(candidate.values, p)
            for p in self.principals
        )

    def _inserted(self, batch: Sequence[tuple[Values, bool]]) -> list[Observation]:
        """How a superuser's INSERT of each ended: of several at once, where nothing comes of that."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for number, (values, room) in enumerate(batch):
            if values and not room and self.is_apart("INSERT"):
                groups.setdefault(tuple(values), []).append(number)
        found: dict[int, Observation] = {}
        together = [[batch[n][0] for n in group] for group in groups.values()]
        numbers = {id(values): n for n, (values, _) in enumerate(batch)}
        for group, seen in in_halves(together, self._insert_each, self._tells_of_each):
            rows = rows_by_values(self.subject.writer, group, seen)
            for place, values in enumerate(group):
                found[numbers[id(values)]] = replace(seen, seen=json.dumps([rows[place]])) if rows else seen
        alone = [n for n in range(len(batch)) if n not in found]
        attempts = [self.insertion(batch[n][0], None, self.principals, room=batch[n][1]) for n in alone]
        found |= zip(alone, self.runner.run(attempts), strict=True)
        return [found[n] for n in range(len(batch))]

    def _insert_each(self, groups: Sequence[Sequence[Values]]) -> list[Observation]:
        writer = self.subject.writer
        inspect = writer.inspection(self.principals, self.since, None)
        return self.runner.run([Attempt(writer.insert_each(group), None, inspect=inspect) for group in groups])

    def _tells_of_each(self, group: Sequence[Values], seen: Observation) -> bool:
        return seen.done and rows_by_values(self.subject.writer, group, seen) is not None

    def _again(self, values: Values, room: bool, seen: Observation) -> tuple[Values, bool] | None:
        """What to try after a refusal: where a row is in the way, the same without it; else repaired values."""
        recipe = self.data.recipes.get(self.subject.relation.name)
        if seen.state == "23505":
            return None if room else (values, True)
        if recipe is None:
            return None
        number = next(self.data.numbers)
        changed = recipe.repair(values, seen.state, seen.constraint, seen.column, number, self.data.generator)
        return (changed, room) if changed else None

    def _candidate(self, values: Values, room: bool, seen: Observation) -> Candidate | None:
        rows = json.loads(seen.seen) if seen.seen else []
        if self.subject.relation.kind == "view" and not self.subject.classes:
            return Candidate(values, {p.name: {} for p in self.principals}, room)
        if not rows:
            return None
        return Candidate(values, self.subject.writer.named_truths(self.principals, rows[-1]["truths"]), room)

    def _new_values(self) -> Iterator[Values]:
        if self.subject.bucket is not None:
            for name, owner in self.object_names("new-"):
                owned = {"owner_id": owner} | ({"owner": owner} if self.subject.relation.column("owner") else {})
                yield {"bucket_id": self.subject.bucket, "name": name, **owned}
            return
        if self.subject.relation.name == QualifiedName("storage", "buckets"):
            yield {"id": "kitdb-new", "name": "kitdb-new"}
            return
        recipe = self.data.recipes.get(self.subject.relation.name)
        if self.subject.relation.kind == "view" and self.subject.relation.insertable:
            yield from self._view_values()
        if recipe is None:
            return
        known = {column.name for column in self.subject.writable()}
        for values in recipe.combinations(self.data.generator, _CANDIDATES, owned=1):
            complete = recipe.complete(values, next(self.data.numbers))
            yield {name: value for name, value in complete.items() if name in known}

    def _view_values(self) -> Iterator[Values]:
        """Rows of the view again, with new values where it has one for each row and they are no user's."""
        uids = {p.uid for p in self.principals}
        names = [column.name for column in self.subject.writable()]
        fresh: dict[str, Maker] = {}
        for name in names:
            values = [row.values[name] for row in self.rows]
            if len(set(values)) == len(values) and not set(values) & uids and (made := self._makers(name)):
                fresh[name] = made[0]
        for row in self.rows[:6]:
            number = next(self.data.numbers) + 100000
            yield {name: row.values[name] for name in names}
            yield {name: fresh[name](number) if name in fresh else row.values[name] for name in names}

    def insertion(
        self,
        values: Values,
        principal: Principal | None,
        about: Sequence[Principal],
        *,
        room: bool,
        returning: tuple[str, ...] = (),
    ) -> Attempt:
        writer = self.subject.writer
        return Attempt(
            writer.insert(values, returning),
            principal.caller if principal else None,
            inspect=writer.inspection(about, self.since, None),
            prepare=writer.make_room(values) if room else None,
            shared=not self.looks_at_itself,
            returns=bool(returning),
        )

    # -------- one actor

    def sweeps(self, actor: Actor, principal: Principal, rights: Rights, *, blind: bool = False) -> list[Sweep]:
        """Statements on all rows at once, where rows can be told apart afterwards."""
        key = self.subject.writer.key
        if not self.rows or not key or self.subject.relation.kind == "view":
            return []
        if not blind and not set(key) <= rights.select:
            return []
        found = []
        carrier = self.carrier(actor, [c.name for c in self.subject.writable() if c.name in rights.update])
        if carrier and self.is_neutral(carrier):
            sample = (carrier, self.samples[carrier][0])
            found.append(update_sweep(self.subject, principal, self.since, sample, blind=blind))
        if rights.delete:
            found.append(delete_sweep(self.subject, principal, blind=blind))
        return [self._with_control(sweep) for sweep in found]

    def _with_control(self, sweep: Sweep) -> Sweep:
        return replace(sweep, control=self.shared_control(sweep.attempt, sweep.command))

    def narrowed(self, actor: Actor, sweep: Sweep) -> Sweep | None:
        """The sweep without the rows that stand in its way: those stuck for everybody, or for the caller alone."""
        if self.controls[sweep.control.key].done:
            rows = [row for row in self.rows if self._is_kept_from(actor, sweep, row)]
        else:
            rows = self._stuck(sweep)
        if not 0 < len(rows) < len(self.rows):
            return None
        if sweep.carrier:
            return self._with_control(update_sweep(self.subject, sweep.principal, self.since, sweep.carrier, but=rows))
        return self._with_control(delete_sweep(self.subject, sweep.principal, but=rows))

    def _stuck(self, sweep: Sweep) -> list[Row]:
        """The rows that not even a superuser can write so: a trigger or a key of others holds them."""
        known = (sweep.command, sweep.carrier)
        if known not in self.stuck:
            alone = replace(sweep.control, inspect=None)
            tried = [replace(alone, statement=sweep.of_one(row)) for row in self.rows]
            self.runner.learn(tried, self.controls)
            self.stuck[known] = [
                row for row, one in zip(self.rows, tried, strict=True) if not self.controls[one.key].done
            ]
        return self.stuck[known]

    def _is_kept_from(self, actor: Actor, sweep: Sweep, row: Row) -> bool:
        """Whether the actor may begin with the row, and may not leave it as it would be: an error for all of them."""
        columns = (sweep.carrier[0],) if sweep.carrier else ()
        truths = row.truths[sweep.principal.name]
        begun = expect(self.subject, actor, sweep.command, columns, truths, None)
        return begun.what is None and expect(self.subject, actor, sweep.command, columns, truths, truths) == DENIED

    def control(self, probe: Probe) -> Attempt:
        """What shows that the probe's statement can have an effect: the same as superuser."""
        if probe.attempt.inspect:  # which is about the one caller
            return replace(probe.attempt, as_superuser=True)
        return self.shared_control(probe.attempt, probe.command)

    def shared_control(self, attempt: Attempt, command: Command) -> Attempt:
        """One control for all callers, unless something looks at the claims even when a superuser writes."""
        event = _event(command)
        caller = attempt.caller if self.effects[event].heeds_caller else self.principals[0].caller
        return replace(attempt, as_superuser=True, caller=caller)

    def carrier(self, actor: Actor, columns: Sequence[str]) -> str | None:
        """A column to try rows with: one that no predicate reads, and that the actor may write if any."""
        rules = self.subject.rules_for(actor, "update")
        told = {name for name in columns if any(rule.covers(name) for rule in rules)}
        usable = [name for name in columns if self.samples.get(name)]
        ties = {
            *self.subject.writer.key,
            *(n for c in self.subject.relation.constraints if c.references for n in c.columns),
        }
        order = {
            name: (not self.is_neutral(name), name not in told, name in ties, number)
            for number, name in enumerate(columns)
        }
        return min(usable, key=order.__getitem__, default=None)

    def is_neutral(self, column: str) -> bool:
        """Whether the column may hold one value in all rows, and decides nothing."""
        unique = {name for index in self.subject.relation.indexes if index.unique for name in index.columns}
        return column not in self.read_columns() | unique | set(self.subject.writer.key)

    def of(
        self,
        actor: Actor,
        callers: Sequence[Principal],
        rights: Rights,
        swept: Mapping[tuple[str, str], Sequence[Row]],
        *,
        thorough: bool,
        verbs: Container[Command],
    ) -> Iterator[Probe]:
        """The writes of an actor: rows by each of its callers, columns and moves by the first.

        Of what is `swept`, by caller and command, the rows that were left out.
        Without `thorough`, another actor of the same role and rules has tried the columns and moves.
        """
        maker = _Maker(self, actor, tuple(callers), rights)
        for number, principal in enumerate(callers):
            if "update" in verbs:
                yield from maker.updates(principal, swept.get((principal.name, "update"), self.rows))
            if "delete" in verbs:
                yield from maker.deletes(principal, swept.get((principal.name, "delete"), self.rows))
            if "insert" in verbs:
                yield from maker.inserts(principal, thorough=thorough and number == 0)
        if thorough and "update" in verbs:
            yield from maker.changes(callers[0])
        if thorough and "upsert" in verbs:
            yield from maker.upserts(callers[0])

    def refusals(self, actor: Actor, principal: Principal, rights: Rights) -> Iterator[Decision]:
        """Columns that the role cannot write, whatever the row: a statement on no rows was refused."""
        relation, writer = self.subject.relation, self.subject.writer
        rows = _distinct(row.truths[principal.name] for row in self.rows)
        new = _distinct(candidate.truths[principal.name] for candidate in self.candidates)
        for column in self.subject.writable() if self.subject.bucket is None else ():
            name = (column.name,)
            reached = column.name in self.reached or (relation.kind == "view" and bool(self.rows))
            if column.name not in rights.update and relation.updatable:
                expected = self._promised(actor, "update", name, rows)
                yield _refusal("update", name, expected, principal, writer.may_update(name), reached=reached)
            if column.name not in rights.insert and relation.insertable:
                expected = self._promised(actor, "insert", name, new)
                yield _refusal("insert", name, expected, principal, writer.may_insert(name), reached=reached)
        if not rights.delete and relation.updatable and relation.kind != "materialized view":
            expected = self._promised(actor, "delete", (), rows)
            yield _refusal("delete", (), expected, principal, writer.may_delete(), reached=bool(self.rows))

    def _promised(self, actor: Actor, verb: Verb, columns: tuple[str, ...], rows: Sequence[Truths]) -> Expected:
        """The most that the specification promises for any of the rows."""
        found = [expect(self.subject, actor, verb, columns, truths, truths) for truths in rows]
        order = ("allowed", "either", "denied")
        return min(found, key=lambda expected: order.index(expected.what or "denied"), default=Expected("denied"))

    def other_value(self, row: Row, column: str) -> str | None:
        return next((value for value in self.samples.get(column, ()) if value != row.values[column]), None)

    def read_columns(self) -> set[str]:
        """Columns that a predicate reads, or that tie the row to another."""
        recipe = self.data.recipes.get(self.subject.relation.name)
        varied = {name for variable in recipe.variables for name in variable.columns} if recipe else set()
        return varied | set(self.data.hints.get(self.subject.relation.name, {}))


def _event(command: Command) -> Event:
    return "DELETE" if command == "delete" else "UPDATE"


@dataclass(frozen=True, slots=True)
class _Maker:
    shop: Workshop
    actor: Actor
    callers: tuple[Principal, ...]
    rights: Rights
    inserted: set[object] = field(default_factory=set)  # kinds of rows that one of the callers tries to insert

    @property
    def subject(self) -> Subject:
        return self.shop.subject

    # -------- update

    def _updatable(self) -> list[str]:
        return [c.name for c in self.subject.writable() if c.name in self.rights.update]

    def updates(self, principal: Principal, rows: Sequence[Row]) -> Iterator[Probe]:
        """A few rows of each kind, one by one."""
        carrier = self.shop.carrier(self.actor, self._updatable()) if rows else None
        for row in _representatives(rows, principal, _OF_A_KIND) if carrier else ():
            if carrier and (value := self.shop.other_value(row, carrier)) is not None:
                yield self._update(principal, row, {carrier: value}, ())

    def changes(self, principal: Principal) -> Iterator[Probe]:
        """Each column of a row that may be changed and of one that may not, and every move of rows of each kind."""
        columns = self._updatable()
        carrier = self.shop.carrier(self.actor, columns)
        kinds = self._kinds(principal)
        open_rows = [row for row in kinds if self._touchable(principal, row)]
        closed_rows = [row for row in kinds if row not in open_rows]
        told = [row for row in open_rows if self._allowed(principal, row) == "allowed"]
        # where nothing says which rows may be changed, it is likelier of those that are more the caller's
        likely = told[:1] or sorted(open_rows, key=lambda row: -sum(map(bool, row.signature(principal))))[:_LIKELY_ROWS]
        yield from self._returned(principal, open_rows[:3], carrier)
        touchable = [row for row in self.shop.rows if self._touchable(principal, row)]
        at_once = {id(row): self._at_once(principal, row, columns) for row in (*likely, *closed_rows[:1])}
        for column in columns:
            # other rows may refer to a key: so several are tried
            few = touchable[:6] if column in self.subject.writer.key else likely
            for row in (*few, *closed_rows[:1]):
                if (value := self.shop.other_value(row, column)) is not None:
                    probe = self._update(principal, row, {column: value}, (column,))
                    joint = at_once.get(id(row)) if column in self.shop.alone else None
                    yield replace(probe, at_once=joint) if joint else probe
        for row in open_rows[:_OPEN_ROWS]:
            for changes in self._moves(row, set(columns)):
                yield self._update(principal, row, changes, tuple(changes))
        # the nearer a row is to being the caller's, the likelier that a policy errs about it
        closed_rows.sort(key=lambda row: -sum(map(bool, row.signature(principal))))
        for row in closed_rows[:_CLOSED_ROWS]:
            for changes in self._moves(row, set(columns), principal):
                yield self._update(principal, row, changes, tuple(changes))

    def _at_once(self, principal: Principal, row: Row, columns: Sequence[str]) -> Attempt | None:
        """One statement that writes all columns of the row that make no difference to anything else."""
        if not self.shop.effects["UPDATE"].alone or self.subject.bucket is not None or not self.subject.writer.key:
            return None
        alone = [name for name in columns if name in self.shop.alone]
        changes = {name: value for name in alone if (value := self.shop.other_value(row, name)) is not None}
        if len(changes) < _WORTH_ONE:
            return None
        writer = self.subject.writer
        update = writer.update(row, changes, readable=self.rights.select)
        return Attempt(update, principal.caller, inspect=writer.inspection((), self.shop.since, row))

    def _kinds(self, principal: Principal) -> list[Row]:
        """A row of each kind that the rules for updates tell apart, or those for reading: the new row must be seen."""
        names = sorted(self._told_apart("update") | self._told_apart("select"))
        kinds: dict[object, Row] = {}
        for row in self.shop.rows:
            truths = row.truths[principal.name]
            kind = (tuple(truths[name] for name in names), names_caller(row.values, principal))
            kinds.setdefault(kind, row)
        return list(kinds.values())

    def _returned(self, principal: Principal, rows: Sequence[Row], carrier: str | None) -> Iterator[Probe]:
        returning = self._returnable()
        for row in rows:
            if carrier and returning and (value := self.shop.other_value(row, carrier)) is not None:
                yield self._update(principal, row, {carrier: value}, (), returning)

    def _touchable(self, principal: Principal, row: Row) -> bool:
        return self._allowed(principal, row) != "denied"

    def _allowed(self, principal: Principal, row: Row) -> Expectation | None:
        return expect(self.subject, self.actor, "update", (), row.truths[principal.name], None).what

    def _moves(self, row: Row, columns: set[str], to: Principal | None = None) -> list[Values]:
        """Changes that may put the row into another class: each value of a column that decides access.

        With `to`, those only that would make it that caller's, or nobody's.
        """
        if self.subject.bucket is not None:
            return self._object_moves(columns, to)
        recipe = self.shop.data.recipes.get(self.subject.relation.name)
        moves: list[Values] = []
        for variable in recipe.variables if recipe else ():
            options = variable.of(to.uid)[:3] if to and to.uid else variable.options[:_MOVES]
            for option in options:
                changes = {name: option.values.get(name) for name in variable.columns if name in columns}
                if changes and any(row.values[name] != value for name, value in changes.items()):
                    moves.append(changes)
        return moves

    def _object_moves(self, columns: set[str], to: Principal | None) -> list[Values]:
        """Into every other bucket that the actor is held to, and to every name."""
        others = [bucket for bucket in self.shop.buckets() if bucket != self.subject.bucket]
        moves: list[Values] = [{"bucket_id": b} for b in others if is_held(self.actor, self.shop.bucket(b), self.shop)]
        names = self.shop.object_names("moved-")
        moves += [{"name": name} for name, owner in names if to is None or owner == to.uid]
        return [changes for changes in moves if set(changes) <= columns]

    def _elsewhere(self, changes: Values) -> Expectation:
        """What is expected of an object that leaves its bucket: who may add to the other one may move it there."""
        told = self.shop.access.of_bucket(str(changes["bucket_id"])) if "bucket_id" in changes else None
        return "either" if told and told.rules_for(self.actor, "insert") else "denied"

    def _update(
        self,
        principal: Principal,
        row: Row,
        changes: Values,
        columns: tuple[str, ...],
        returning: tuple[str, ...] = (),
    ) -> Probe:
        writer = self.subject.writer
        attempt = Attempt(
            writer.update(row, changes, returning, self.rights.select),
            principal.caller,
            inspect=writer.inspection((principal,), self.shop.since, row),
            returns=bool(returning),
        )
        probe = self._probe(principal, "update", columns, tuple(changes), row, attempt, returning)
        return replace(probe, old=row.values, changes=changes, elsewhere=self._elsewhere(changes))

    def _probe(
        self,
        principal: Principal,
        command: Command,
        columns: tuple[str, ...],
        written: tuple[str, ...],
        row: Row | None,
        attempt: Attempt,
        needs: tuple[str, ...] = (),
    ) -> Probe:
        bucket = self.subject.bucket is not None  # an object is written whole
        return Probe(
            self.subject,
            principal,
            command,
            () if bucket else columns,
            () if bucket else written,
            row.truths[principal.name] if row else None,
            attempt,
            needs,
            stamps=self.shop.stamps,
        )

    # -------- delete

    def deletes(self, principal: Principal, rows: Sequence[Row]) -> Iterator[Probe]:
        if not self.rights.delete:
            return
        for row in _representatives(rows, principal, _OF_A_KIND + 1):
            attempt = Attempt(self.subject.writer.delete(row, self.rights.select), principal.caller)
            yield replace(self._probe(principal, "delete", (), (), row, attempt), old=row.values)

    # -------- insert

    def inserts(self, principal: Principal, *, thorough: bool) -> Iterator[Probe]:
        if not self.rights.insert:
            return
        returning = self._returnable()
        told = self._told_apart("insert")
        chosen = self._chosen(principal, None if thorough else told)
        if not thorough and told == {*self.subject.class_names}:
            chosen = [c for c in chosen if self._kind(c, principal) not in self.inserted]  # as another was tried
        self.inserted.update(self._kind(candidate, principal) for candidate in chosen)
        for candidate in chosen:
            yield self._insert(principal, candidate, ())
        for candidate in self._chosen(principal, told) if returning and thorough else ():
            yield self._insert(principal, candidate, (), returning)
        good = next((c for c in chosen if self._insertable(principal, c)), None)
        if good is None or not thorough or self.subject.bucket is not None:
            return
        for column in self.subject.writable():
            if column.name not in good.values and column.name in self.rights.insert:
                for value in self.shop.samples.get(column.name, ())[:1]:
                    more = replace(good, values={**good.values, column.name: value})
                    yield self._insert(principal, more, (column.name,))

    def _kind(self, candidate: Candidate, principal: Principal) -> object:
        return _kind_of(candidate.truths[principal.name], candidate.values, principal)

    def _chosen(self, principal: Principal, classes: Collection[str] | None) -> list[Candidate]:
        """A candidate of every kind, as the classes tell them apart (None: all); those that may be written first."""
        held = self.rights.insert
        kinds: dict[object, Candidate] = {}
        candidates = [*self.shop.candidates, *self.shop.within_rights(held)]
        order = sorted(candidates, key=lambda c: (not set(c.values) <= held, c.room, len(c.values)))
        for candidate in order:
            truths = candidate.truths[principal.name]
            kind = tuple(truth for name, truth in truths.items() if classes is None or name in classes)
            # a careless check reads a path in its own way
            path = candidate.values["name"] if self.subject.bucket and classes is None else None
            kinds.setdefault((kind, names_caller(candidate.values, principal), path), candidate)
        return list(kinds.values())

    def _told_apart(self, verb: Verb) -> set[str]:
        """The row classes that the actor's rules for the verb speak of; all, where every row is only held to `may`."""
        rules = self.subject.rules_for(self.actor, verb)
        if rules and all(not rule.exact and isinstance(rule.before, EveryRow) for rule in rules):
            return set(self.subject.class_names)
        return {name for rule in rules for name in (*class_names(rule.before), *class_names(rule.after or EveryRow()))}

    def _insertable(self, principal: Principal, candidate: Candidate) -> bool:
        columns = tuple(candidate.values) if self.subject.bucket is None else ()
        truths = candidate.truths[principal.name]
        return expect(self.subject, self.actor, "insert", columns, None, truths).what in ("allowed", "either")

    def _insert(
        self, principal: Principal, candidate: Candidate, columns: tuple[str, ...], returning: tuple[str, ...] = ()
    ) -> Probe:
        values = candidate.values
        attempt = self.shop.insertion(values, principal, (principal,), room=candidate.room, returning=returning)
        probe = self._probe(principal, "insert", columns, tuple(values), None, attempt, returning)
        probe = replace(probe, given=values)
        if columns:
            return replace(probe, changes={name: values[name] for name in columns})
        return replace(probe, known=candidate.truths[principal.name])

    def _returnable(self) -> tuple[str, ...]:
        """Columns to ask back: the key, or one that the role may read."""
        key = self.subject.writer.key
        if key and set(key) <= self.rights.select:
            return key
        return tuple(sorted(self.rights.select))[:1]

    # -------- upsert

    def upserts(self, principal: Principal) -> Iterator[Probe]:
        """On a row that is there, as PostgREST does it: every column of the payload is set again."""
        relation = self.subject.relation
        key = relation.primary_key
        both = self.rights.insert & self.rights.update & self.rights.select
        if not key or self.subject.bucket is not None or not set(key) <= self.rights.insert:
            return
        carrier = self.shop.carrier(self.actor, [c.name for c in self.subject.writable() if c.name in both])
        if carrier is None or carrier in key:
            return
        required = [c.name for c in relation.columns if c.not_null and c.default is None and not c.generated]
        given = [c.name for c in self.subject.writable() if c.name in {*key, *required, *both}]
        few = _representatives(self.shop.rows, principal, 1)
        open_rows = [row for row in few if self._touchable(principal, row)]
        closed_rows = [row for row in few if row not in open_rows]
        for row in (*open_rows[:3], *closed_rows[:3]):
            if (value := self.shop.other_value(row, carrier)) is not None:
                payload: Values = {name: row.values[name] for name in given} | {carrier: value}
                attempt = self._upsert(principal, row, payload)
                yield replace(self._probe(principal, "upsert", (), tuple(payload), row, attempt), old=row.values)

    def _upsert(self, principal: Principal, row: Row, payload: Values) -> Attempt:
        writer = self.subject.writer
        return Attempt(
            writer.upsert(payload, self.subject.relation.primary_key, tuple(payload)),
            principal.caller,
            inspect=writer.inspection((principal,), self.shop.since, row),
        )


def is_held(actor: Actor, subject: Subject, shop: Workshop) -> bool:
    """Whether the specification binds the actor here: one that passes by all policies only where it is spoken of."""
    if not any(role.name == actor.role and role.bypass_rls for role in shop.catalog.roles):
        return True
    if subject.access is not None and any(actor.name in rule.actors for rule in subject.access.rules):
        return True
    # Storage itself has granted everything to a role that passes by its policies
    return not subject.relation.managed and shop.access.mentions(actor.name)


def _kind_of(truths: Truths, values: Mapping[str, str | None], principal: Principal) -> object:
    return (tuple(truths.values()), names_caller(values, principal))


def _representatives(rows: Sequence[Row], principal: Principal, each: int) -> list[Row]:
    """A few rows of every class that the caller can tell apart."""
    taken: dict[object, int] = {}
    chosen = []
    for row in rows:
        signature = row.signature(principal)
        if taken.get(signature, 0) < each:
            taken[signature] = taken.get(signature, 0) + 1
            chosen.append(row)
    return chosen


def _distinct(truths: Iterable[Truths]) -> list[Truths]:
    return list({tuple(each.values()): each for each in truths}.values())


def _refusal(
    command: Command,
    columns: tuple[str, ...],
    expected: Expected,
    principal: Principal,
    statement: Statement,
    *,
    reached: bool,
) -> Decision:
    what = expected.what or "either"
    verdict: Verdict = "denied" if what == "allowed" else "ok"
    if not reached:
        verdict = "undecided" if verdict == "denied" else "vacuous"
    return Decision(
        command, columns, "every row", None, what, "refused", verdict, principal, "", expected.place, statement
    )
