"""Rows made as a function asks for them: not yet used, not expired, open, with something to take from."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import psycopg
from psycopg import sql

from kitdb.catalog.model import Catalog, Column, Relation, Routine
from kitdb.database import Connection
from kitdb.names import QualifiedName
from kitdb.rls.conditions import closing
from kitdb.rls.hints import bodies_behind, literals_in, names_in
from kitdb.rls.owners import Owners
from kitdb.rls.statements import Writer, key_of
from kitdb.rls.ties import keys_up
from kitdb.rls.values import AMOUNTS, FUTURE, PAST, TIMES

PLENTY = "1000000"
_MOST_ROWS = 200

_NOW = r"(?:now\s*\(\)|\w+_timestamp\b(?:\s*\(\))?|current_date|localtimestamp)"
_REFUSES = re.compile(
    r"\b(?:els)?if\s+((?:(?!\bthen\b)[^;])*?)\s+then\s+raise\s+(?!notice|warning|info|log|debug)", re.I
)
_ASSIGNED = re.compile(r"\bset\s+(?!search_path)((?:(?!\bwhere\b|\breturning\b|\bfrom\b)[^;])*)", re.IGNORECASE)
_TARGET = re.compile(r"(?:(?<=set)|(?<=,))\s*[\w.\"]+\s*=", re.IGNORECASE)
_INSERTED = re.compile(r"\binsert\s+into\s+[\w.\"]+(?:\s+as\s+\w+)?\s*\([^()]*\)", re.IGNORECASE)
_NEGATED = re.compile(r"\bnot\s+(?:exists\s*)?\(", re.IGNORECASE)
_ALIKE = re.compile(
    r"\b(?!new\.|old\.)(\w+)\.(\w+)\s*(?:=|<>|!=|is\s+(?:not\s+)?distinct\s+from)\s*(?!new\.|old\.)(\w+)\.(\w+)\b",
    re.IGNORECASE,
)

_EACH = """
declare place tid;
begin
  for place in select ctid from {table} where {unlike} limit {most} loop
    begin
      update {table} set {name} = {value} where ctid = place;
    exception when others then null;  -- a constraint does not let it
    end;
  end loop;
end
"""

Aim = Literal["null", "value", "alike", "at least", "gone"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a column should be so that the function goes on: NULL, a value, at least that, or alike in all rows.

    Or that the rows are not there yet.
    """

    table: QualifiedName
    column: str
    aim: Aim
    value: str = ""


def wished(
    catalog: Catalog,
    owners: Owners,
    tables: Sequence[Relation],
    routine: Routine,
    special: Container[tuple[QualifiedName, str]],
) -> tuple[Wish, ...]:
    """What the function, and what is behind it, asks of rows; not what makes callers `special`."""
    text = "\n;\n".join(_texts(catalog, tables, routine))
    names = names_in(text)
    kinds = ("table", "partitioned table")
    named = [r for r in catalog.relations if r.name.name in names and r.kind in kinds and not r.managed]
    return tuple(
        wish
        for relation in named
        for wish in (*_wishes(relation, owners, text, names), *_told_once(relation, owners, routine))
        if (relation.name, wish.column) not in special
    )


def make_ready(connection: Connection, catalog: Catalog, wishes: Sequence[Wish]) -> bool:
    """Rows changed to what is wished for, each that no constraint keeps as it is; whether any was."""
    changed = [_fulfil(connection, catalog.by_name[wish.table], wish) for wish in wishes]
    return any(changed)


def _texts(catalog: Catalog, tables: Sequence[Relation], routine: Routine) -> Iterator[str]:
    """The function's body, those behind it, and those of the triggers on the tables."""
    yield routine.body
    yield from dict.fromkeys(bodies_behind(catalog, names_in(routine.body)))
    fired = {trigger.function for relation in tables for trigger in relation.triggers}
    yield from (r.body for r in catalog.routines if r.name in fired)


# ---------------------------------------------------------------- what is asked


def _wishes(relation: Relation, owners: Owners, text: str, names: frozenset[str]) -> Iterator[Wish]:
    """What the text asks of columns of the table."""
    conditions = _conditions(text)
    refusing, negated = _refusing(conditions), _negated(conditions)
    alike = {
        a[1].lower() for a in _ALIKE.findall(text) if a[1].lower() == a[3].lower() and a[0].lower() != a[2].lower()
    }
    tied = {name for key in keys_up(relation) for name in key.columns}
    for column in relation.columns:
        if column.name not in names or column.name in key_of(relation) or column.generated or column.type.array:
            continue
        found = sorted(
            (_is_turned(place, refusing, negated), place, right, wrong)
            for place, right, wrong in _asked(conditions, column)
        )
        told = (wrong if is_turned else right for is_turned, _, right, wrong in found)
        level: _Goal | None = ("alike", "") if column.name in alike else None
        goal, users = next((goal for goal in told if goal), level), owners.of(relation)
        is_free = column.name not in tied and column.name not in users
        if goal is not None and (is_free or (goal[0] == "null" and len(users) > 1)):
            yield Wish(relation.name, column.name, *goal)


def _conditions(text: str) -> str:
    """The text without what it writes: an assignment asks for nothing."""
    text = _ASSIGNED.sub(lambda found: _TARGET.sub(_blank, found[0]), text)
    return _INSERTED.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _refusing(text: str) -> list[tuple[int, int]]:
    """Where it says what it refuses: `if … then raise`."""
    return [found.span(1) for found in _REFUSES.finditer(text)]


def _negated(text: str) -> list[tuple[int, int]]:
    return [(found.end(), closing(text, found.end() - 1)) for found in _NEGATED.finditer(text)]


def _is_turned(place: int, refusing: Sequence[tuple[int, int]], negated: Sequence[tuple[int, int]]) -> bool:
    """Whether what stands there must not be so for the function to go on."""
    return sum(start <= place < end for start, end in (*refusing, *negated)) % 2 == 1


_Goal = tuple[Aim, str]
_Asked = tuple[int, _Goal | None, _Goal | None]
"""Where something is asked, what makes it so, and what makes it not so."""


def _asked(text: str, column: Column) -> Iterator[_Asked]:
    name = rf'(?<![\w"$\'])(?:"?\w+"?\s*\.\s*)?"?{re.escape(column.name)}"?(?![\w"(\'])'
    flags, type_ = re.IGNORECASE, column.type.name.name
    for found in re.finditer(rf"{name}\s+is\s+(not\s+)?null\b", text, flags):
        goal: _Goal | None = ("null", "") if not column.not_null else None
        yield found.start(), *((None, goal) if found[1] else (goal, None))
    if type_ in TIMES:
        yield from _times(text, name)
    elif type_ == "bool":
        yield from _flags(text, name)
    elif type_ in AMOUNTS:
        yield from _amounts(text, name)
    else:
        yield from _states(text, name)


def _times(text: str, name: str) -> Iterator[_Asked]:
    later: _Goal = ("value", FUTURE)
    earlier: _Goal = ("value", PAST)
    for pattern, signs in ((rf"{name}\s*([<>])=?\s*{_NOW}", "><"), (rf"{_NOW}\s*([<>])=?\s*{name}", "<>")):
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield found.start(), *((later, earlier) if found[1] == signs[0] else (earlier, later))


def _flags(text: str, name: str) -> Iterator[_Asked]:
    true: _Goal = ("value", "true")
    false: _Goal = ("value", "false")
    pattern = (
        rf"(\bnot\s+)?{name}(?!\s*(?:\.|:=|is\s+(?:not\s+)?null|bool))(\s*(?:=\s*|is\s+)false|\s+is\s+not\s+true)?"
    )
    for found in re.finditer(pattern, text, re.IGNORECASE):
        yield found.start(), *((false, true) if bool(found[1]) != bool(found[2]) else (true, false))


def _amounts(text: str, name: str) -> Iterator[_Asked]:
    much: _Goal = ("at least", PLENTY)
    none: _Goal = ("value", "0")
    for found in re.finditer(rf"{name}\s*(-(?![->])|>(?!>)|<(?![>@]))", text, re.IGNORECASE):
        yield found.start(), *((none, much) if found[1] == "<" else (much, None if found[1] == "-" else none))
    for found in re.finditer(rf"(?<![<>-])([<>])=?\s*{name}", text, re.IGNORECASE):
        yield found.start(), *((none, much) if found[1] == ">" else (much, none))


def _states(text: str, name: str) -> Iterator[_Asked]:
    cast = r"(?:::[\w.\"]+)?"
    equal = rf"{name}{cast}\s*(=|<>|!=|is\s+(?:not\s+)?distinct\s+from)\s*('(?:[^']|'')*')"
    listed = rf"{name}{cast}\s*(not\s+in|in|=\s*any|<>\s*all)\s*\(+\s*(?:array\s*\[)?\s*('(?:[^']|'')*')"
    for pattern in (equal, listed):
        for found in re.finditer(pattern, text, re.IGNORECASE):
            sign = re.sub(r"\s+", " ", found[1].lower())
            same = sign in ("=", "is not distinct from", "in", "= any", "=any")
            goal: _Goal = ("value", next(iter(literals_in(found[2])), ""))
            yield found.start(), *((goal, None) if same else (None, goal))


def _told_once(relation: Relation, owners: Owners, routine: Routine) -> Iterator[Wish]:
    """That what the function adds once for each row of another table is not there yet."""
    added = rf'\binsert\s+into\s+(?:"?\w+"?\.)?"?{re.escape(relation.name.name)}(?!\w)'
    if re.search(added, routine.body, re.IGNORECASE):
        users, tied = owners.of(relation), {key.columns for key in keys_up(relation)}
        keys = [c.columns for c in relation.constraints if c.kind in ("primary key", "unique")]
        if any(columns in tied and not set(columns) & set(users) for columns in keys):
            yield Wish(relation.name, "", "gone")


# ---------------------------------------------------------------- rows


def _fulfil(connection: Connection, relation: Relation, wish: Wish) -> bool:
    table, name = sql.SQL(Writer(relation).table), sql.Identifier(wish.column)
    if wish.aim == "gone":
        return quietly(connection, sql.SQL("delete from {}").format(table))
    column = relation.column(wish.column)
    type_ = sql.SQL(column.type.text if column else "text")
    value: sql.Composable = sql.SQL("{}::{}").format(sql.Literal(wish.value), type_)
    if wish.aim == "null":
        value = sql.SQL("null")
    elif wish.aim == "alike":
        value = sql.SQL("(select min({}::text)::{} from {})").format(name, type_, table)
    unlike = sql.SQL("({0} < {1}) is not false" if wish.aim == "at least" else "{0} is distinct from {1}").format(
        name, value
    )
    each = sql.SQL(_EACH).format(table=table, name=name, value=value, unlike=unlike, most=sql.Literal(_MOST_ROWS))
    counted = sql.SQL("select count(*) from {} where {}").format(table, unlike)
    with suppress(psycopg.Error), connection.transaction():
        before = connection.execute(counted).fetchone()
        quietly(connection, sql.SQL("do {}").format(sql.Literal(each.as_string())))
        return connection.execute(counted).fetchone() != before
    return False


def quietly(connection: Connection, change: sql.Composed) -> bool:
    """Whether the change was made to a row, with triggers off; a constraint may not let it."""
    with suppress(psycopg.Error), connection.transaction():
        connection.execute("set local session_replication_role = replica")
        done = connection.execute(change).rowcount > 0
        connection.execute("set local session_replication_role = origin")
        return done
    return False
