"""SQL to paste that shows a finding: the rows it needs, then the request, in a transaction that is rolled back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kitdb.catalog.model import Catalog, Column, Constraint, Relation
from kitdb.names import QualifiedName
from kitdb.rls.access import USERS, Access
from kitdb.rls.actors import Principal
from kitdb.rls.hints import mentioned
from kitdb.rls.judge import Decision, explain
from kitdb.rls.rows import bucket_insertion, user_insertion
from kitdb.rls.run import Attempt, Runner, transcript
from kitdb.rls.statements import Row, Statement, Writer, as_text
from kitdb.rls.subject import STRANGE_BUCKET, Subject

Values = Mapping[str, str | None]

_NOW = re.compile(r"\b(?:now|\w+_timestamp)\(|\b(?:CURRENT_|LOCALTIME)", re.IGNORECASE)
_FRACTION = re.compile(r":\d\d\.\d+")
_MOST = 40  # rows: a reader wants to see what matters


@dataclass(slots=True)
class Witness:
    """Knows the rows that were built, and finds those that a statement needs."""

    runner: Runner
    catalog: Catalog
    access: Access
    principals: tuple[Principal, ...]
    rows: dict[QualifiedName, list[Values]] = field(default_factory=dict)

    def transcript(self, subject: Subject, decision: Decision) -> str:
        """The decision's statement as its caller, after the rows that it is about."""
        return transcript(decision.principal.caller, str(decision.statement), list(self._setup(subject, decision)))

    def call(self, caller: Principal, text: str, needed: Sequence[tuple[Relation, Values]]) -> str:
        """What the caller sends, after these rows and those that they refer to."""
        found = _Found(self, caller)
        if caller.uid:
            found.user(caller.uid)
        for relation, values in needed:
            found.row(relation, values)
        return transcript(caller.caller, text, list(found.silently()))

    def _rows_about(self, subject: Subject, decision: Decision) -> Iterator[Values]:
        """The decision's row, and where the statement fails at another row of the table, that one."""
        if decision.row is not None:
            yield decision.row
        if decision.actual != "broken" or decision.command == "insert" or isinstance(decision.statement, str):
            return
        every = self.of(subject.relation)
        alone = [[row for row in (decision.row, other) if row is not None] for other in (decision.row, *every)]
        if subject.writer.key:
            met = self.runner.run([self._only(subject, decision, decision.statement, rows) for rows in alone])
            shown = (rows[-1:] for rows, seen in zip(alone, met, strict=True) if explain(seen) == decision.detail)
            yield from next(shown, every)
        else:
            yield from every

    def _only(self, subject: Subject, decision: Decision, tried: Statement, rows: Sequence[Values]) -> Attempt:
        """The statement where the table has these rows alone."""
        kept = [Row(row, {}) for row in rows]
        return Attempt(tried, decision.principal.caller, prepare=subject.writer.delete_all(but=kept), once=True)

    def _setup(self, subject: Subject, decision: Decision) -> Iterator[str]:
        found = _Found(self, decision.principal)
        if subject.bucket == STRANGE_BUCKET:
            found.add(bucket_insertion())
        if decision.principal.uid:
            found.user(decision.principal.uid)
        for row in self._rows_about(subject, decision):
            if decision.command == "insert":
                found.parents(subject.relation, row)
            else:
                found.row(subject.relation, row)
            found.around(subject.relation, row)
        yield from found.silently()

    def insertion(self, subject: Subject, values: Values) -> str:
        """The insertion of a row by somebody who may do everything, after the rows that it refers to."""
        found = _Found(self, self.principals[0])
        found.parents(subject.relation, values)
        return transcript(None, as_text(subject.writer.insertion(dict(values))), list(found.silently()))

    def of(self, relation: Relation) -> list[Values]:
        if relation.name not in self.rows:
            writer = Writer(relation)
            names = [column.name for column in relation.columns]
            found = self.runner.connection.execute(writer.everything(()).text)
            self.rows[relation.name] = [dict(zip(names, values, strict=True)) for values, _ in found]
        return self.rows[relation.name]


@dataclass(slots=True)
class _Found:
    """The insertions that one statement needs, parents first, each once."""

    witness: Witness
    principal: Principal
    statements: dict[str, None] = field(default_factory=dict)
    seen: set[tuple[QualifiedName, tuple[str | None, ...]]] = field(default_factory=set)

    def add(self, statement: str) -> None:
        self.statements[statement + ";"] = None

    def silently(self) -> Iterator[str]:
        """The insertions: no trigger may change the rows, and no foreign key asks for more of them than matter."""
        if self.statements:
            yield "set local session_replication_role = replica;"
            yield from list(self.statements)[:_MOST]
            yield "set local session_replication_role = origin;"

    def user(self, uid: str | None) -> None:
        principal = next((p for p in self.witness.principals if p.uid == uid), None)
        if principal is not None:
            self.add(user_insertion(principal))

    def row(self, relation: Relation, values: Values) -> None:
        self.parents(relation, values)
        keys = {name for key in relation.constraints if key.kind != "check" for name in key.columns}
        left = {c.name for c in relation.columns if c.name not in keys and _is_now(c, values[c.name])}
        kept = {c.name: values[c.name] for c in relation.columns if not c.generated and c.name not in left}
        statement = as_text(Writer(relation).insertion(kept))
        if any(column.identity == "always" for column in relation.columns):
            statement = statement.replace(") values (", ") overriding system value values (", 1)
        self.add(statement)

    def parents(self, relation: Relation, values: Values) -> None:
        for key in relation.constraints:
            if key.kind == "foreign key" and key.references and key.references != relation.name:
                self._parent(key, values)

    def _parent(self, key: Constraint, values: Values) -> None:
        wanted = [values.get(name) for name in key.columns]
        if None in wanted:
            return
        if key.references == USERS:
            self.user(wanted[0])
            return
        parent = self.witness.catalog.by_name.get(key.references) if key.references else None
        for row in self.witness.of(parent) if parent else ():
            if parent and [row[name] for name in key.referenced_columns] == wanted:
                self._once(parent, row)

    def _once(self, relation: Relation, values: Values) -> None:
        marker = (relation.name, tuple(values.values()))
        if marker not in self.seen:  # a cycle of foreign keys comes back here
            self.seen.add(marker)
            self.row(relation, values)

    def around(self, relation: Relation, values: Values) -> None:
        """Rows of the tables that decide about this one: those that tie it, or its parents, to the caller."""
        tying = [name for c in relation.constraints if c.kind in ("primary key", "foreign key") for name in c.columns]
        keys = {values.get(name) for name in tying} - {None, self.principal.uid}
        for name in sorted(mentioned(self.witness.catalog, self.witness.access, relation)):
            other = self.witness.catalog.by_name[name]
            if other.managed or other.kind not in ("table", "partitioned table"):
                continue
            mine = [row for row in self.witness.of(other) if self.principal.uid in row.values()]
            tied = [row for row in mine if self.principal.uid and keys & set(row.values())]
            # a policy that forgets to tie them together is content with any row of the caller's
            for row in tied or mine[: 1 if self.principal.uid else 0]:
                self._once(other, row)


def _is_now(column: Column, value: str | None) -> bool:
    """Whether the default put the time of the run there: values of our own have no fractions of a second."""
    return bool(value and _NOW.search(column.default or "") and _FRACTION.search(value))
