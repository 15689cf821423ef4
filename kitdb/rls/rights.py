"""What a role may do to a relation at all, whatever the row: tried with statements that touch none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kitdb.names import QualifiedName
from kitdb.rls.actors import Principal
from kitdb.rls.run import Attempt, Runner
from kitdb.rls.statements import Statement
from kitdb.rls.subject import Subject

Verb = Literal["select", "insert", "update", "delete"]

# Want of a right, or a thing that nobody can do: a view that takes no rows, a column that is generated.
_IMPOSSIBLE = ("42501", "55000", "0A000", "428C9")


@dataclass(frozen=True, slots=True)
class Rights:
    """The columns that a role may select, insert and update, and whether it may delete."""

    select: frozenset[str] = frozenset()
    insert: frozenset[str] = frozenset()
    update: frozenset[str] = frozenset()
    delete: bool = False


RightsOf = Mapping[tuple[str, QualifiedName], Rights]


@dataclass(frozen=True, slots=True)
class _Question:
    role: str
    subject: Subject
    verb: Verb
    columns: tuple[str, ...]

    def statement(self) -> Statement:
        writer = self.subject.writer
        match self.verb:
            case "select":
                return writer.may_select(self.columns)
            case "insert":
                return writer.may_insert(self.columns)
            case "update":
                return writer.may_update(self.columns)
            case "delete":
                return writer.may_delete()


def read_rights(runner: Runner, subjects: Iterable[Subject], principals: Sequence[Principal]) -> RightsOf:
    """By role and relation. First whole tables are asked for; where that is refused, column by column."""
    callers = {p.caller.role: p for p in reversed(principals)}
    relations = {subject.relation.name: subject for subject in subjects}.values()
    granted = _granted(runner, sorted(callers), [subject.writer.table for subject in relations])
    whole = [
        _Question(role, subject, verb, columns)
        for role in sorted(callers)
        for subject in relations
        for verb, columns in _verbs(subject)
        if (role, subject.writer.table, verb) in granted
    ]
    answered = dict(zip(whole, _ask(runner, whole, callers), strict=True))
    single = [
        _Question(asked.role, asked.subject, asked.verb, (column,))
        for asked, good in answered.items()
        if not good and len(asked.columns) > 1
        for column in asked.columns
    ]
    answered |= zip(single, _ask(runner, single, callers), strict=True)
    return {
        (role, subject.relation.name): _rights(answered, role, subject) for role in callers for subject in relations
    }


# Where not even one column is granted there is nothing to ask.
_GRANTED = """
select r.role, t.name, v.verb
from unnest(%(roles)s::text[]) as r(role), unnest(%(tables)s::text[]) as t(name),
  unnest(array['select', 'insert', 'update', 'delete']) as v(verb)
where case v.verb when 'delete' then has_table_privilege(r.role, t.name, 'DELETE')
  else has_any_column_privilege(r.role, t.name, v.verb) end
"""


def _granted(runner: Runner, roles: Sequence[str], tables: Sequence[str]) -> set[tuple[str, str, str]]:
    found = runner.connection.execute(_GRANTED, {"roles": list(roles), "tables": list(tables)})
    return {(role, table, verb) for role, table, verb in found}


def _ask(runner: Runner, questions: Sequence[_Question], callers: Mapping[str, Principal]) -> list[bool]:
    attempts = [Attempt(q.statement(), callers[q.role].caller, once=True) for q in questions]
    # what fails otherwise (a policy that recurses) is for the rows to show
    return [found.state not in _IMPOSSIBLE for found in runner.run(attempts)]


def _rights(answered: Mapping[_Question, bool], role: str, subject: Subject) -> Rights:
    held: dict[Verb, set[str]] = {"select": set(), "insert": set(), "update": set(), "delete": set()}
    for question, good in answered.items():
        if good and question.role == role and question.subject is subject:
            held[question.verb].update(question.columns or ("*",))
    return Rights(frozenset(held["select"]), frozenset(held["insert"]), frozenset(held["update"]), bool(held["delete"]))


def _verbs(subject: Subject) -> Iterator[tuple[Verb, tuple[str, ...]]]:
    relation = subject.relation
    yield "select", tuple(column.name for column in relation.columns)
    if relation.kind in ("materialized view", "foreign table"):
        return
    columns = tuple(column.name for column in subject.writable())
    if columns and relation.insertable:
        yield "insert", columns
    if columns and relation.updatable:
        yield "update", columns
    if relation.updatable:
        yield "delete", ()
