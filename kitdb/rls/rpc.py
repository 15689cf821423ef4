"""Functions called with what belongs to others: what they give away, and what they change, past all policies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from psycopg import sql

from kitdb.catalog.model import Argument, Catalog, Relation, Routine
from kitdb.findings import Finding
from kitdb.rls.access import signature_of, subject_of
from kitdb.rls.actors import Principal
from kitdb.rls.hints import names_in
from kitdb.rls.kinds import DYNAMIC, FUNCTION
from kitdb.rls.rows import Data
from kitdb.rls.run import Attempt, Observation, Runner, transcript
from kitdb.rls.statements import Statement, Writer, identifier, key_of, statement
from kitdb.rls.surface import ABOUT_USER, is_callable, value_for
from kitdb.rls.verdicts import finding

_TELLING = 6  # letters: what is shorter may be in a result by chance
_DULL = ("bool", "int2", "int4", "int8", "numeric", "float4", "float8", "timestamptz", "timestamp", "date")
_MOST_CALLS = 4
_RAN, _SYNTAX = "KD009", "42601"
_SQL = f"do $kitdb$ begin raise sqlstate '{_RAN}'; end $kitdb$"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table that the function names, with the texts that only it has."""

    relation: Relation
    values: Mapping[str, str | None]


def past_policies(
    runner: Runner,
    catalog: Catalog,
    schemas: Sequence[str],
    principals: Sequence[Principal],
    data: Data,
) -> Iterator[Finding]:
    """Functions that run their arguments, and those with their owner's rights, called with other people's arguments."""
    caller = _Caller(runner, catalog, tuple(principals), data)
    for routine in catalog.routines:
        if routine.name.schema in schemas and is_callable(routine):
            yield from caller.inject(routine)
            if routine.security_definer:
                yield from caller.call(routine)


@dataclass(slots=True)
class _Caller:
    runner: Runner
    catalog: Catalog
    principals: tuple[Principal, ...]
    data: Data

    def call(self, routine: Routine) -> Iterator[Finding]:
        tables = self._tables(routine)
        victims = [p for p in self.principals if p.actor == "user" and p.owns]
        callers = [next((p for p in self.principals if p.actor == actor), None) for actor in ("anon", "user")]
        others = victims[1:2]
        if not tables or not others:
            return
        with self.runner.connection.transaction(force_rollback=True):
            for relation in tables:
                self._write_texts(relation, routine)
            found = list(self._called(routine, tables, [c for c in callers if c is not None], others[0]))
        yield from found

    def _write_texts(self, relation: Relation, routine: Routine) -> None:
        """In the columns that the function names and that are empty, texts by which a row is known again."""
        words = names_in(routine.body)
        texts = [c for c in relation.columns if c.type.name.name == "text" and not c.type.array and not c.generated]
        for column in (c for c in texts if c.name in words and not c.not_null):
            # a check may want something else
            with suppress(psycopg.Error), self.runner.connection.transaction():
                table, name = sql.SQL(Writer(relation).table), sql.Identifier(column.name)
                text = "update {} set {} = 'kitdb ' || pg_catalog.md5(ctid::text) where {} is null"
                self.runner.connection.execute("set local session_replication_role = replica")
                self.runner.connection.execute(sql.SQL(text).format(table, name, name))
                self.runner.connection.execute("set local session_replication_role = origin")

    def _called(
        self, routine: Routine, tables: Sequence[Relation], callers: Sequence[Principal], victim: Principal
    ) -> Iterator[Finding]:
        rows = [row for relation in tables for row in self._rows(relation)]
        for caller in callers:
            calls = self._calls(routine, victim, rows)
            inspect = self._inspection(tables)
            before = self._look(inspect)
            attempts = [Attempt(c, caller.caller, inspect=inspect, answers=True, once=True) for c in calls]
            for call, seen in zip(calls, self.runner.run(attempts), strict=True):
                if seen.done and (told := self._told(routine, caller, victim, rows, before, seen)):
                    yield finding(FUNCTION, told, signature_of(routine), None, transcript(caller.caller, call.text))
                    return

    def inject(self, routine: Routine) -> Iterator[Finding]:
        """Arguments that become part of a statement: a quote in them ends it, or they are one by themselves."""
        if not re.search(r"\bexecute\b", routine.body, re.IGNORECASE):
            return
        given = [a for a in routine.arguments if a.mode in ("in", "inout", "variadic") and a.default is None]
        texts = [a for a in given if a.type.name.name in ("text", "varchar", "name") and not a.type.array]
        callers = (next((p for p in self.principals if p.actor == actor), None) for actor in ("anon", "user"))
        for caller in (c for c in callers if c is not None):
            for argument in texts:
                calls = [self._statement(routine, self._giving(given, argument, text)) for text in (_SQL, "a", "a'")]
                attempts = [Attempt(call, caller.caller, answers=True, once=True) for call in calls]
                ran, plain, quoted = self.runner.run(attempts)
                if ran.state == _RAN or (quoted.state == _SYNTAX and plain.state != _SYNTAX):
                    told = f"{caller.actor} can call {signature_of(routine)}, which runs {argument.name or 'it'} as SQL"
                    shown = transcript(caller.caller, calls[0 if ran.state == _RAN else 2].text)
                    yield finding(DYNAMIC, told, signature_of(routine), None, shown)
                    return

    def _giving(self, given: Sequence[Argument], argument: Argument, text: str) -> str:
        values = (_literal(text, a) if a is argument else value_for(self.catalog, self.data, a) for a in given)
        return sql.SQL(", ").join(values).as_string()

    # -------- what to call it with

    def _tables(self, routine: Routine) -> list[Relation]:
        words = names_in(routine.body)
        return [
            r for r in self.catalog.relations
            if r.name.name in words and r.kind == "table" and not r.managed and r.row_level_security and key_of(r)
        ]  # fmt: skip

    def _rows(self, relation: Relation) -> list[_Row]:
        names = [column.name for column in relation.columns]
        found = self.runner.connection.execute(Writer(relation).everything(()).text)
        return [_Row(relation, dict(zip(names, values, strict=True))) for values, _ in found]

    def _calls(self, routine: Routine, victim: Principal, rows: Sequence[_Row]) -> list[Statement]:
        """Plausible arguments, and those of rows of somebody else's."""
        given = [a for a in routine.arguments if a.mode in ("in", "inout", "variadic") and a.default is None]
        theirs = [row for row in rows if victim.uid in row.values.values()]
        choices: list[tuple[sql.Composable, ...]] = [tuple(value_for(self.catalog, self.data, a) for a in given)]
        few = theirs[: _MOST_CALLS - 1] if given else ()
        choices += [tuple(self._of(row, victim, a) for a in given) for row in few]
        kept = {sql.SQL(", ").join(values).as_string(): None for values in choices}
        return [self._statement(routine, values) for values in kept]

    def _of(self, row: _Row, victim: Principal, argument: Argument) -> sql.Composable:
        """The row's value for the argument: of the column that it is named for, else the row's key."""
        name = (argument.name or "").removeprefix("p_").strip("_").lower()
        singular = _singular(row.relation.name.name.lower())
        alike = [
            column
            for column in row.relation.columns
            if column.type.name == argument.type.name and column.type.array == argument.type.array
        ]
        for column in alike:
            if name in (column.name, f"{singular}_{column.name}", f"target_{column.name}"):
                return _literal(row.values[column.name], argument)
        if "user" in name or "owner" in name or ABOUT_USER.search(name):
            mine = argument.type.name.name == "uuid"
            return _literal(victim.uid, argument) if mine else value_for(self.catalog, self.data, argument)
        for column in alike:
            if row.relation.primary_key == (column.name,):
                return _literal(row.values[column.name], argument)
        if argument.type.name.name == "uuid":
            keys = [row.values[column.name] for column in alike if column.name in row.relation.primary_key]
            return _literal((keys or [victim.uid])[0], argument)
        return value_for(self.catalog, self.data, argument)

    def _statement(self, routine: Routine, values: str) -> Statement:
        name = identifier(routine.name).as_string()
        query = "select coalesce(jsonb_agg(to_jsonb(kitdb_result)), '[]')::text from {}({}) as kitdb_result"
        return statement("{}", query.format(name, values))

    # -------- what came of it

    def _inspection(self, tables: Sequence[Relation]) -> Statement:
        """Every row of the tables, as one text, to see which are gone or changed."""
        parts = [
            f"(select coalesce(jsonb_agg(to_jsonb(kitdb_row)), '[]') from {identifier(r.name).as_string()} kitdb_row)"  # noqa: S608  # quoted
            for r in tables
        ]
        return statement("{}", f"select jsonb_build_array({', '.join(parts)})::text")

    def _look(self, inspect: Statement) -> list[list[dict[str, object]]]:
        row = self.runner.connection.execute(inspect.text).fetchone()
        found: list[list[dict[str, object]]] = json.loads(row[0]) if row else []
        return found

    def _told(
        self,
        routine: Routine,
        caller: Principal,
        victim: Principal,
        rows: Sequence[_Row],
        before: list[list[dict[str, object]]],
        seen: Observation,
    ) -> str | None:
        tables = self._tables(routine)
        name = signature_of(routine)
        after: list[list[dict[str, object]]] = json.loads(seen.seen) if seen.seen else before
        for relation, old, new in zip(tables, before, after, strict=True):
            kept = [json.dumps(row, sort_keys=True) for row in new]
            lost = [row for row in old if json.dumps(row, sort_keys=True) not in kept]
            if any(self._is_of(row, victim, caller) for row in lost):
                return (
                    f"{caller.actor} can call {name}, which changes rows of {subject_of(relation.name)} of other users"
                )
            known = [json.dumps(row, sort_keys=True) for row in old]
            added = [row for row in new if json.dumps(row, sort_keys=True) not in known]
            if any(self._is_of(row, victim, caller) for row in added):
                return f"{caller.actor} can call {name}, which adds rows to {subject_of(relation.name)} for other users"
        for relation in tables:
            answer = seen.answer or "[]"
            hidden, shown = self._hidden(relation, caller, rows)
            texts = self._texts(relation, hidden) - self._texts(relation, shown) - {caller.uid}
            if any(text in answer for text in texts if text) or any(_holds(answer, relation, row) for row in hidden):
                table = subject_of(relation.name)
                return f"{caller.actor} can call {name} and is given rows of {table} that it cannot see"
        return None

    def _is_of(self, row: Mapping[str, object], victim: Principal, caller: Principal) -> bool:
        return victim.uid in row.values() and (caller.uid is None or caller.uid not in row.values())

    def _hidden(self, relation: Relation, caller: Principal, rows: Sequence[_Row]) -> tuple[list[_Row], list[_Row]]:
        """The rows that the caller cannot see, and those that it can."""
        visible, key = self._visible(relation, caller), key_of(relation)
        mine = [row for row in rows if row.relation is relation]
        shown = [row for row in mine if tuple(row.values[name] for name in key) in visible]
        return [row for row in mine if row not in shown], shown

    def _texts(self, relation: Relation, rows: Sequence[_Row]) -> set[str | None]:
        """Texts that tell of a row wherever they turn up."""
        names = [
            c.name for c in relation.columns if c.type.name.name not in _DULL and c.name not in _references(relation)
        ]
        return {row.values[name] for row in rows for name in names if len(row.values[name] or "") >= _TELLING}

    def _visible(self, relation: Relation, caller: Principal) -> set[tuple[str | None, ...]]:
        attempt = Attempt(
            Writer(relation).read(key_of(relation)), caller.caller, read_only=True, answers=True, once=True
        )
        found = self.runner.run([attempt])[0]
        return {tuple(values) for values in json.loads(found.answer or "[]")} if found.done else set()


def _literal(value: str | None, argument: Argument) -> sql.Composable:
    return sql.SQL("{}::{}").format(sql.Literal(value), sql.SQL(argument.type.text))


def _singular(table: str) -> str:
    return table[:-3] + "y" if table.endswith("ies") else table.rstrip("s")


def _holds(answer: str, relation: Relation, row: _Row) -> bool:
    """Whether one of the objects given back is the row: its key, and something besides."""
    key = set(key_of(relation))
    for given in json.loads(answer):
        if isinstance(given, dict):
            shared = {name for name in given if name in row.values and isinstance(given[name], str)}
            if key < shared and all(given[name] == row.values[name] for name in shared if name in key):
                return True
    return False


def _references(relation: Relation) -> set[str]:
    """Columns whose values are in other tables as well."""
    return {name for c in relation.constraints if c.kind in ("foreign key", "primary key") for name in c.columns}
