"""The executed matrix: each actor tries each command on each object, row and column, held to the specification."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg

from kitdb.catalog.model import Catalog, Column, Relation
from kitdb.database import Connection
from kitdb.errors import KitdbError
from kitdb.names import QualifiedName
from kitdb.rls import run, statements, surface
from kitdb.rls.access import Access, BadAccess, ObjectAccess, resolve
from kitdb.rls.actors import Actor, Principal, principals
from kitdb.rls.judge import Decision, Expected, Probe, cells, decide, expect, explain, label
from kitdb.rls.matrix import Cell, Event, Expectation, NotCovered, Verdict
from kitdb.rls.rows import (
    STRANGE_BUCKET,
    Data,
    Row,
    Subject,
    Values,
    build,
    classify,
    key_of,
    object_names,
    objects_relation,
)
from kitdb.rls.run import Attempt, Outcome
from kitdb.rls.verdicts import accepted, findings_of, uncovered

Connect = Callable[[str], Connection]

SUPERUSER = "supabase_admin"
_ROWS_OF_A_KIND = 2
_CANDIDATES = 40
_VALUES_OF_A_MOVE = 9


class BadSeed(KitdbError):
    """A seed that was to be run before the check fails."""


def check(
    connect: Connect,
    catalog: Catalog,
    access: Access,
    *,
    schemas: tuple[str, ...] = ("public",),
    seeds: Sequence[str] = (),
    seed: int = 0,
    today: datetime.date | None = None,
) -> Iterator[Event]:
    """Cells as they are decided, then findings and what was not covered; `matrix.gather` puts them together.

    `connect` gives a connection for a role; the superuser's is used, and whatever is built in it is rolled back.
    Raises `BadAccess` where the specification does not fit the database.
    """
    access = resolve(access, catalog, schemas=schemas)
    with connect(SUPERUSER) as connection, run.session(connection):
        yield from accepted(_events(connection, catalog, access, schemas, seeds, seed), access, today)


def _events(
    connection: Connection,
    catalog: Catalog,
    access: Access,
    schemas: tuple[str, ...],
    seeds: Sequence[str],
    seed: int,
) -> Iterator[Event]:
    for text in seeds:
        _seed(connection, text)
    callers = principals(access.actors, seed)
    data = build(connection, catalog, access, callers, seed)
    yield from (NotCovered(*note.split(": ", 1)) for note in data.not_covered)
    checker = _Checker(connection, catalog, access, schemas, callers, data)
    yield from checker.events()


def _seed(connection: Connection, text: str) -> None:
    try:
        with connection.transaction():
            connection.execute(text)
    except psycopg.Error as error:
        raise BadSeed(f"a seed fails: {str(error).splitlines()[0]}") from error


@dataclass(frozen=True, slots=True)
class Rights:
    """What a role may do to a relation at all, whatever the row. `broken` is an error where an answer was due."""

    select: frozenset[str] = frozenset()
    insert: frozenset[str] = frozenset()
    update: frozenset[str] = frozenset()
    delete: bool = False


@dataclass(slots=True)
class _Checker:
    connection: Connection
    catalog: Catalog
    access: Access
    schemas: tuple[str, ...]
    principals: tuple[Principal, ...]
    data: Data
    since: int = 0
    rights: dict[tuple[str, QualifiedName], Rights] = field(default_factory=dict)
    samples: dict[QualifiedName, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def events(self) -> Iterator[Event]:
        subjects = list(self._subjects())
        self._read_rights({subject.relation.name: subject.relation for subject in subjects}.values())
        self.since = run.mark(self.connection)
        for subject in subjects:
            rows = self._classified(subject)
            self._try_columns(subject, rows)
            candidates = self._candidates(subject)
            for actor in self._actors(subject):
                found = self._of_actor(subject, actor, rows, candidates)
                yield from found
                yield from findings_of(subject, actor, found)
                yield from uncovered(subject, actor, found)
        yield from surface.functions(self.connection, self.catalog, self.access, self.schemas, self.principals)
        yield from surface.excess(self.connection, self.catalog, self.access, self.schemas)
        yield from surface.buckets(self.catalog, self.access)

    # -------- what there is

    def _subjects(self) -> Iterator[Subject]:
        specified = {found.relation for found in self.access.objects if found.kind != "bucket"}
        for relation in self.catalog.relations:
            if relation.name in specified or (relation.name.schema in self.schemas and not relation.managed):
                yield Subject(relation, self.access.of_relation(relation.name))
        objects = objects_relation(self.catalog)
        for bucket in (*(bucket.id for bucket in self.catalog.buckets), STRANGE_BUCKET):
            yield Subject(objects, self.access.of_bucket(bucket), bucket)

    def _actors(self, subject: Subject) -> Iterator[Actor]:
        """The actors held to the file: the service role where the file says anything about it."""
        for actor in self.access.actors:
            bypasses = any(role.name == actor.role and role.bypass_rls for role in self.catalog.roles)
            # Storage itself has granted everything to roles that bypass its policies
            told = subject.access is not None and any(actor.name in r.actors for r in subject.access.rules)
            if bypasses and (subject.bucket is not None or not self.access.mentions(actor.name)) and not told:
                continue
            yield actor

    def _callers(self, actor: Actor) -> tuple[Principal, ...]:
        return tuple(p for p in self.principals if p.actor == actor.name)

    def _classified(self, subject: Subject) -> list[Row]:
        try:
            with self.connection.transaction():
                return classify(self.connection, subject, self.principals)
        except psycopg.Error as error:
            raise self._blame(subject, error) from error

    def _blame(self, subject: Subject, error: psycopg.Error) -> BadAccess:
        """The row class whose predicate fails by itself."""
        message = str(error).splitlines()[0]
        for row_class in subject.classes:
            assert subject.access is not None  # noqa: S101  # it has row classes
            alone = Subject(subject.relation, _only(subject.access, row_class.name), subject.bucket)
            try:
                with self.connection.transaction():
                    classify(self.connection, alone, self.principals)
            except psycopg.Error as inner:
                message = str(inner).splitlines()[0]
                return BadAccess(f"{subject.name}, rows.{row_class.name}: {message}", place=row_class.place)
        return BadAccess(f"{subject.name}: {message}", place=subject.access.place if subject.access else None)

    # -------- rights of a role, whatever the row

    def _read_rights(self, relations: Iterable[Relation]) -> None:
        roles = {p.caller.role: p for p in reversed(self.principals)}
        asked = [(role, relation) for role in sorted(roles) for relation in relations]
        whole: list[tuple[str, Relation, str, tuple[str, ...]]] = []
        for role, relation in asked:
            whole += [(role, relation, verb, columns) for verb, columns in _verbs(relation)]
        answers = self._try_rights(whole, roles)
        again = [
            (role, relation, verb, (column,))
            for (role, relation, verb, columns), good in zip(whole, answers, strict=True)
            if not good and len(columns) > 1
            for column in columns
        ]
        found: dict[tuple[str, QualifiedName], dict[str, set[str]]] = {}
        tried = [*zip(whole, answers, strict=True), *zip(again, self._try_rights(again, roles), strict=True)]
        for (role, relation, verb, columns), good in tried:
            if good:
                found.setdefault((role, relation.name), {}).setdefault(verb, set()).update(columns or ("*",))
        for role, relation in asked:
            kinds = found.get((role, relation.name), {})
            self.rights[role, relation.name] = Rights(
                frozenset(kinds.get("select", ())),
                frozenset(kinds.get("insert", ())),
                frozenset(kinds.get("update", ())),
                "delete" in kinds,
            )

    def _try_rights(
        self, asked: Sequence[tuple[str, Relation, str, tuple[str, ...]]], roles: Mapping[str, Principal]
    ) -> list[bool]:
        attempts = [
            Attempt(_rights_statement(relation, verb, columns), roles[role].caller)
            for role, relation, verb, columns in asked
        ]
        # Want of rights is a refusal; what fails otherwise (a policy that recurses) is for the rows to show.
        impossible = ("42501", "55000", "0A000", "428C9")
        return [answer.found.state not in impossible for answer in run.run(self.connection, attempts)]

    # -------- values that can be written

    def _try_columns(self, subject: Subject, rows: Sequence[Row]) -> None:
        """For each column two values that a superuser can write to some row, so that a refusal means something."""
        relation = subject.relation
        if relation.name in self.samples or not rows:
            return
        recipe = self.data.recipes.get(relation.name)
        asked: list[tuple[str, str, Attempt]] = []
        for column in _writable(relation):
            makers = recipe.fillers.get(column.name, ()) if recipe else ()
            values = [maker(1000 + number) for number, maker in enumerate(makers[:4])]
            values += [value for row in rows[:40] if (value := row.values[column.name]) is not None]
            for value in dict.fromkeys(values):
                row = next((r for r in rows if r.values[column.name] != value), None)
                if row is None or sum(name == column.name for name, _, _ in asked) >= 6:
                    continue
                changes = {column.name: value}
                inspect = statements.inspection(subject, (), self.since, row, changes)
                asked.append(
                    (column.name, value, Attempt(statements.update(subject, row, changes), None, inspect, quiet=True))
                )
        found: dict[str, tuple[str, ...]] = {}
        for (name, value, _), answer in zip(asked, run.run(self.connection, [a for *_, a in asked]), strict=True):
            if answer.found.effective:
                found[name] = (*found.get(name, ()), value)
        self.samples[relation.name] = found

    def _other_value(self, subject: Subject, row: Row, column: str) -> str | None:
        values = self.samples.get(subject.relation.name, {}).get(column, ())
        return next((value for value in values if value != row.values[column]), None)

    # -------- one actor on one subject

    def _of_actor(
        self, subject: Subject, actor: Actor, rows: Sequence[Row], candidates: Sequence[_Candidate]
    ) -> list[Cell]:
        decisions: list[Decision] = []
        writes: list[Probe] = []
        for number, principal in enumerate(self._callers(actor)):
            rights = self.rights[principal.caller.role, subject.relation.name]
            decisions += self._select(subject, actor, principal, rights, rows)
            writes += self._updates(subject, actor, principal, rights, rows, thorough=number == 0)
            writes += self._deletes(subject, principal, rights, rows)
            writes += self._inserts(subject, actor, principal, rights, candidates, thorough=number == 0)
            if number == 0:
                decisions += self._refusals(subject, actor, principal, rights, rows, candidates)
                writes += self._upserts(subject, actor, principal, rights, rows)
        answers = run.run(self.connection, [probe.attempt for probe in writes])
        for probe, answer in zip(writes, answers, strict=True):
            if decision := decide(probe, answer, subject.access, actor):
                decisions.append(decision)
        return cells(actor, subject.name, decisions)

    # select: one read of everything, compared key by key

    def _select(
        self, subject: Subject, actor: Actor, principal: Principal, rights: Rights, rows: Sequence[Row]
    ) -> list[Decision]:
        wanted = [(row, expect(subject.access, actor, "select", (), row.truths[principal.name], None)) for row in rows]
        key = key_of(subject.relation)
        readable = [c.name for c in subject.relation.columns if c.name in rights.select]
        shown = key if key and set(key) <= rights.select else tuple(readable)
        if not shown:
            names = tuple(c.name for c in subject.relation.columns)
            statement = statements.shown_read(subject, names[:1] or ("*",))
            return [self._seen(principal, row, expected, "refused", statement) for row, expected in wanted]
        attempt = Attempt(statements.read(subject, shown), principal.caller, read_only=True, answers=True, control=True)
        answer = run.run(self.connection, [attempt])[0]
        statement = statements.shown_read(subject, shown)
        if not answer.found.done:
            outcome = answer.outcome
            return [
                self._seen(principal, row, expected, outcome, statement, explain(answer.found))
                for row, expected in wanted
            ]
        left = _counted(json.loads(answer.found.answer or "[]"))
        decisions = []
        # rows that look alike in the columns shown are told apart by number alone: those that should be seen first
        for row, expected in sorted(wanted, key=lambda pair: pair[1].what == "denied"):
            values = tuple(row.values[name] for name in shown)
            seen = left.get(values, 0) > 0
            left[values] = left.get(values, 0) - 1
            decisions.append(self._seen(principal, row, expected, "allowed" if seen else "no rows", statement))
        return [*decisions, *self._select_columns(subject, actor, principal, rights, decisions, wanted)]

    def _seen(
        self, principal: Principal, row: Row, expected: Expected, outcome: Outcome, statement: str, detail: str = ""
    ) -> Decision:
        what: Expectation = expected.what or "either"
        return Decision(
            "select", (), label(row.truths[principal.name]), None, what, outcome, _seen_verdict(what, outcome),
            principal, detail, expected.rule.place if expected.rule else None, statement,
        )  # fmt: skip

    def _select_columns(
        self,
        subject: Subject,
        actor: Actor,
        principal: Principal,
        rights: Rights,
        decisions: Sequence[Decision],
        wanted: Sequence[tuple[Row, Expected]],
    ) -> Iterator[Decision]:
        """Per column: the rows seen, where the role may read the column, against the rows whose column it may read."""
        seen = {id(row): d.actual == "allowed" for (row, _), d in zip(_denied_last(wanted), decisions, strict=True)}
        for column in subject.relation.columns:
            held = column.name in rights.select
            for row, base in wanted:
                expected = expect(subject.access, actor, "select", (column.name,), row.truths[principal.name], None)
                if expected.what == base.what and held:
                    continue  # the read of the row has decided it
                outcome: Outcome = "refused" if not held else "allowed" if seen[id(row)] else "no rows"
                statement = statements.shown_read(subject, (column.name,))
                yield Decision(
                    "select", (column.name,), label(row.truths[principal.name]), None, expected.what or "either",
                    outcome, _seen_verdict(expected.what or "either", outcome), principal, "",
                    expected.rule.place if expected.rule else None, statement,
                )  # fmt: skip

    # rights that a role does not have at all

    def _refusals(
        self,
        subject: Subject,
        actor: Actor,
        principal: Principal,
        rights: Rights,
        rows: Sequence[Row],
        candidates: Sequence[_Candidate],
    ) -> Iterator[Decision]:
        """Columns that the role cannot write, whatever the row: a statement on no rows is refused."""
        relation = subject.relation
        if subject.bucket is not None:
            return
        samples = self.samples.get(relation.name, {})
        for column in _writable(relation):
            name = (column.name,)
            if column.name not in rights.update and relation.updatable:
                expected = self._best(subject, actor, "update", name, [r.truths[principal.name] for r in rows])
                statement = statements.may_update(relation, name)
                yield _refused("update", name, expected, principal, statement, bool(samples.get(column.name)))
            if column.name not in rights.insert and relation.insertable:
                after = [c.truths[principal.name] for c in candidates]
                expected = self._best(subject, actor, "insert", name, after)
                statement = statements.may_insert(relation, name)
                yield _refused("insert", name, expected, principal, statement, bool(samples.get(column.name)))
        if not rights.delete and relation.kind != "materialized view":
            expected = self._best(subject, actor, "delete", (), [r.truths[principal.name] for r in rows])
            yield _refused("delete", (), expected, principal, statements.may_delete(relation), bool(rows))

    def _best(
        self, subject: Subject, actor: Actor, verb: Any, columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]]
    ) -> Expected:
        """The most that the specification promises for any of the rows."""
        found = [expect(subject.access, actor, verb, columns, truths, truths) for truths in rows]
        for what in ("allowed", "either"):
            for expected in found:
                if expected.what == what:
                    return expected
        return Expected("denied")

    # update

    def _updates(
        self, subject: Subject, actor: Actor, principal: Principal, rights: Rights, rows: Sequence[Row], thorough: bool
    ) -> Iterator[Probe]:
        columns = [c.name for c in _writable(subject.relation) if c.name in rights.update]
        if not columns:
            return
        few = _representatives(rows, principal, _ROWS_OF_A_KIND)
        carrier = self._carrier(subject, columns)
        readable = _returnable(subject.relation, rights)
        for row in few:
            if carrier and (value := self._other_value(subject, row, carrier)) is not None:
                yield self._update(subject, principal, row, {carrier: value}, ())
                if thorough and readable:
                    yield self._update(subject, principal, row, {carrier: value}, (), readable)
        if not thorough:
            return
        open_rows = [row for row in few if self._touchable(subject, actor, principal, row)]
        closed_rows = [row for row in few if row not in open_rows]
        for row in (*open_rows[:1], *closed_rows[:1]):
            for column in columns:
                if column != carrier and (value := self._other_value(subject, row, column)) is not None:
                    yield self._update(subject, principal, row, {column: value}, (column,))
        for row in (*open_rows, *closed_rows[:3]):
            moves = self._moves(subject, row, set(columns))
            for changes in moves if row in open_rows else moves[:2]:
                yield self._update(subject, principal, row, changes, tuple(changes))

    def _carrier(self, subject: Subject, columns: Sequence[str]) -> str | None:
        """A column that no predicate reads, to try rows with: its value makes no difference to who may do what."""
        read = self._read_columns(subject)
        samples = self.samples.get(subject.relation.name, {})
        usable = [name for name in columns if samples.get(name)]
        key = key_of(subject.relation)
        return min(usable, key=lambda name: (name in read, name in key, columns.index(name)), default=None)

    def _read_columns(self, subject: Subject) -> set[str]:
        recipe = self.data.recipes.get(subject.relation.name)
        varied = {name for variable in recipe.variables for name in variable.columns} if recipe else set()
        return varied | set(self.data.hints.get(subject.relation.name, {}))

    def _touchable(self, subject: Subject, actor: Actor, principal: Principal, row: Row) -> bool:
        expected = expect(subject.access, actor, "update", (), row.truths[principal.name], None)
        return expected.what != "denied"

    def _moves(self, subject: Subject, row: Row, columns: set[str]) -> list[Values]:
        """Changes that may put the row into another class: each value of a column that decides access."""
        if subject.bucket is not None:
            return self._object_moves(subject, columns)
        recipe = self.data.recipes.get(subject.relation.name)
        moves: list[Values] = []
        for variable in recipe.variables if recipe else ():
            for values in (*variable.core, *variable.rest)[:_VALUES_OF_A_MOVE]:
                changes = {name: values.get(name) for name in variable.columns if name in columns}
                if changes and any(row.values[name] != value for name, value in changes.items()):
                    moves.append(changes)
        return moves

    def _object_moves(self, subject: Subject, columns: set[str]) -> list[Values]:
        others = [b.id for b in self.catalog.buckets if b.id != subject.bucket] + [STRANGE_BUCKET]
        moves: list[Values] = [{"bucket_id": bucket} for bucket in others if bucket != subject.bucket]
        moves += [{"name": name} for name, _ in object_names(self.principals, "moved-")]
        return [changes for changes in moves if set(changes) <= columns]

    def _update(
        self,
        subject: Subject,
        principal: Principal,
        row: Row,
        changes: Values,
        columns: tuple[str, ...],
        returning: tuple[str, ...] = (),
    ) -> Probe:
        about = () if subject.bucket is not None else columns
        return Probe(
            principal,
            "update",
            about,
            () if subject.bucket is not None else tuple(changes),
            row.truths[principal.name],
            Attempt(
                statements.update(subject, row, changes, returning),
                principal.caller,
                inspect=statements.inspection(subject, (principal,), self.since, row, changes),
                control=True,
            ),
            _class_names(subject),
            bool(returning),
        )

    # delete

    def _deletes(self, subject: Subject, principal: Principal, rights: Rights, rows: Sequence[Row]) -> Iterator[Probe]:
        if not rights.delete:
            return
        for row in _representatives(rows, principal, _ROWS_OF_A_KIND + 1):
            yield Probe(
                principal,
                "delete",
                (),
                (),
                row.truths[principal.name],
                Attempt(statements.delete(subject, row), principal.caller, control=True),
                _class_names(subject),
            )

    # insert

    def _candidates(self, subject: Subject) -> list[_Candidate]:
        """New rows of every class, with what the row classes say of each for each caller."""
        found = [*self._new_values(subject)]
        attempts = [self._insert_attempt(subject, values, None, self.principals) for values in found]
        names = _class_names(subject)
        candidates = []
        for values, answer in zip(found, run.run(self.connection, attempts), strict=True):
            rows = json.loads(answer.found.seen) if answer.found.seen else []
            if not answer.found.effective or not rows:
                continue
            parts = rows[-1]["truths"]
            truths = {
                p.name: dict(zip(names, parts[len(names) * n : len(names) * (n + 1)], strict=True))
                for n, p in enumerate(self.principals)
            }
            candidates.append(_Candidate(values, truths))
        return candidates

    def _new_values(self, subject: Subject) -> Iterator[Values]:
        if subject.bucket is not None:
            for name, owner in object_names(self.principals, "new-"):
                yield {"bucket_id": subject.bucket, "name": name, "owner_id": owner}
            return
        recipe = self.data.recipes.get(subject.relation.name)
        if recipe is None:
            return
        known = {c.name for c in _writable(subject.relation)}
        for number, values in enumerate(recipe.combinations(self.data.generator, _CANDIDATES)):
            complete = recipe.complete(values, 5000 + number)
            yield {name: value for name, value in complete.items() if name in known}

    def _insert_attempt(
        self,
        subject: Subject,
        values: Values,
        principal: Principal | None,
        about: Sequence[Principal],
        returning: tuple[str, ...] = (),
        column: str | None = None,
    ) -> Attempt:
        changes = {column: values[column]} if column else {}
        return Attempt(
            statements.insert(subject, values, returning),
            principal.caller if principal else None,
            inspect=statements.inspection(subject, about, self.since, None, changes),
            prepare=statements.make_room(subject, values),
            control=principal is not None,
            quiet=False,
        )

    def _inserts(
        self,
        subject: Subject,
        actor: Actor,
        principal: Principal,
        rights: Rights,
        candidates: Sequence[_Candidate],
        thorough: bool,
    ) -> Iterator[Probe]:
        if not rights.insert:
            return
        readable = _returnable(subject.relation, rights)
        chosen = _chosen(candidates, principal, rights, _ROWS_OF_A_KIND)
        for candidate in chosen:
            yield self._insert(subject, principal, candidate.values, ())
            if readable:
                yield self._insert(subject, principal, candidate.values, (), returning=readable)
        if not thorough or subject.bucket is not None:
            return
        good = next((c for c in chosen if self._insertable(subject, actor, principal, c)), None)
        if good is None:
            return
        for column in _writable(subject.relation):
            if column.name in good.values or column.name not in rights.insert:
                continue
            for value in self.samples.get(subject.relation.name, {}).get(column.name, ())[:1]:
                yield self._insert(subject, principal, {**good.values, column.name: value}, (column.name,))

    def _insertable(self, subject: Subject, actor: Actor, principal: Principal, candidate: _Candidate) -> bool:
        columns = tuple(candidate.values) if subject.bucket is None else ()
        truths = candidate.truths[principal.name]
        return expect(subject.access, actor, "insert", columns, None, truths).what in ("allowed", "either")

    def _insert(
        self,
        subject: Subject,
        principal: Principal,
        values: Values,
        columns: tuple[str, ...],
        returning: tuple[str, ...] = (),
    ) -> Probe:
        attempt = self._insert_attempt(
            subject, values, principal, (principal,), returning, columns[0] if columns else None
        )
        given = () if subject.bucket is not None else tuple(values)
        names = _class_names(subject)
        return Probe(principal, "insert", columns, given, None, attempt, names, bool(returning))

    # upsert

    def _upserts(
        self, subject: Subject, actor: Actor, principal: Principal, rights: Rights, rows: Sequence[Row]
    ) -> Iterator[Probe]:
        """On a row that is there, as PostgREST does it: every column of the payload is set again."""
        relation = subject.relation
        key = relation.primary_key
        both = rights.insert & rights.update & rights.select
        if not key or subject.bucket is not None or not set(key) <= rights.insert:
            return
        carrier = self._carrier(subject, [c.name for c in _writable(relation) if c.name in both])
        if carrier is None or carrier in key:
            return
        required = [c.name for c in relation.columns if c.not_null and c.default is None and not c.generated]
        few = _representatives(rows, principal, 1)
        open_rows = [row for row in few if self._touchable(subject, actor, principal, row)]
        closed_rows = [row for row in few if row not in open_rows]
        for row in (*open_rows[:3], *closed_rows[:3]):
            if (value := self._other_value(subject, row, carrier)) is None:
                continue
            payload: Values = {name: row.values[name] for name in (*key, *required)} | {carrier: value}
            changes = {carrier: value}
            yield Probe(
                principal,
                "upsert",
                (),
                tuple(payload),
                row.truths[principal.name],
                Attempt(
                    statements.upsert(subject, payload, key, tuple(payload)),
                    principal.caller,
                    inspect=statements.inspection(subject, (principal,), self.since, row, changes),
                    control=True,
                ),
                _class_names(subject),
            )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A row that could be inserted, and what the row classes would say of it for each caller."""

    values: Values
    truths: Mapping[str, Mapping[str, Any]]


def _chosen(candidates: Sequence[_Candidate], principal: Principal, rights: Rights, each: int) -> list[_Candidate]:
    """A few candidates of every class, those first that the role may write all columns of."""
    ranked = sorted(candidates, key=lambda c: (not set(c.values) <= rights.insert, len(c.values)))
    taken: dict[tuple[Any, ...], int] = {}
    chosen = []
    for candidate in ranked:
        signature = tuple(candidate.truths[principal.name].values())
        if taken.get(signature, 0) < each:
            taken[signature] = taken.get(signature, 0) + 1
            chosen.append(candidate)
    return chosen


def _representatives(rows: Sequence[Row], principal: Principal, each: int) -> list[Row]:
    """A few rows of every class that the caller can tell apart."""
    taken: dict[tuple[Any, ...], int] = {}
    chosen = []
    for row in rows:
        signature = row.signature(principal)
        if taken.get(signature, 0) < each:
            taken[signature] = taken.get(signature, 0) + 1
            chosen.append(row)
    return chosen


def _refused(
    command: Any, columns: tuple[str, ...], expected: Expected, principal: Principal, statement: str, reached: bool
) -> Decision:
    what = expected.what or "either"
    verdict: Verdict = "ok" if what == "either" else "denied" if what == "allowed" else "ok"
    if not reached:
        verdict = "undecided" if verdict == "denied" else "vacuous"
    place = expected.rule.place if expected.rule else None
    return Decision(command, columns, "every row", None, what, "refused", verdict, principal, "", place, statement)


def _seen_verdict(expected: Expectation, outcome: Outcome) -> Verdict:
    if outcome in ("broken", "undecided"):
        return "broken"
    if expected == "either" or (expected == "allowed") == (outcome == "allowed"):
        return "ok"
    return "leak" if expected == "denied" else "denied"


def _denied_last(wanted: Sequence[tuple[Row, Expected]]) -> list[tuple[Row, Expected]]:
    return sorted(wanted, key=lambda pair: pair[1].what == "denied")


def _counted(found: Iterable[Sequence[str | None]]) -> dict[tuple[str | None, ...], int]:
    counts: dict[tuple[str | None, ...], int] = {}
    for values in found:
        counts[tuple(values)] = counts.get(tuple(values), 0) + 1
    return counts


def _only(access: ObjectAccess, name: str) -> ObjectAccess:
    return replace(access, classes=tuple(c for c in access.classes if c.name == name))


def _class_names(subject: Subject) -> tuple[str, ...]:
    return tuple(row_class.name for row_class in subject.classes)


def _writable(relation: Relation) -> list[Column]:
    """Columns that a statement may give a value to."""
    return [
        c
        for c in relation.columns
        if not c.generated and c.identity != "always" and (relation.kind != "view" or c.updatable)
    ]


def _returnable(relation: Relation, rights: Rights) -> tuple[str, ...]:
    """Columns to ask back: the key, or whatever the role may read."""
    key = key_of(relation)
    if key and set(key) <= rights.select:
        return key
    return tuple(sorted(rights.select))[:1]


def _verbs(relation: Relation) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "select", tuple(column.name for column in relation.columns)
    if relation.kind in ("materialized view", "foreign table"):
        return
    columns = tuple(column.name for column in _writable(relation))
    if columns and relation.insertable:
        yield "insert", columns
    if columns and relation.updatable:
        yield "update", columns
    if relation.updatable:
        yield "delete", ()


def _rights_statement(relation: Relation, verb: str, columns: tuple[str, ...]) -> str:
    match verb:
        case "select":
            return statements.may_select(relation, columns)
        case "insert":
            return statements.may_insert(relation, columns)
        case "update":
            return statements.may_update(relation, columns)
        case _:
            return statements.may_delete(relation)
