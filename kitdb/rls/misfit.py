"""Row classes that a table does not take: which one it is, and the word in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import psycopg

from kitdb.catalog.model import Catalog, Relation
from kitdb.database import Connection
from kitdb.rls.access import BadAccess, meant, split_name, subject_of
from kitdb.rls.actors import Principal
from kitdb.rls.hints import names_in
from kitdb.rls.predicate import RowClass, parameters, value_of
from kitdb.rls.statements import Writer
from kitdb.rls.subject import Subject, classify

_NAME = re.compile(r'(?:"(?:""|[^"])+"|[^\W\d][\w$]*)(?:\s*\.\s*(?:"(?:""|[^"])+"|[^\W\d][\w$]*))*')


def misfit(
    connection: Connection, catalog: Catalog, subject: Subject, principals: Sequence[Principal], error: psycopg.Error
) -> BadAccess:
    """The row class whose predicate fails by itself, where rows could not be told apart for the `error`."""
    for row_class in subject.classes:
        assert subject.access is not None  # noqa: S101  # it has row classes
        alone = replace(subject.access, classes=(row_class,))
        try:
            with connection.transaction():
                classify(connection, Subject(subject.relation, alone, subject.bucket), principals)
        except psycopg.Error as inner:
            return _told(connection, catalog, subject, row_class, principals[0], inner)
    return BadAccess(f"{subject.name}: {_first(error)}", place=subject.access.place if subject.access else None)


def _told(
    connection: Connection,
    catalog: Catalog,
    subject: Subject,
    row_class: RowClass,
    caller: Principal,
    error: psycopg.Error,
) -> BadAccess:
    message = f"{subject.name}, rows.{row_class.name}: {_first(error)}"
    offset = _offset(connection, subject.writer, row_class, caller)
    if offset is None:
        return BadAccess(message, place=row_class.place)
    word = _NAME.match(row_class.predicate, offset)
    guess = _meant(catalog, subject.relation, row_class.predicate, word[0], error.sqlstate) if word else ""
    return BadAccess(message + guess, place=row_class.place_of(offset))


def _offset(connection: Connection, writer: Writer, row_class: RowClass, caller: Principal) -> int | None:
    """Where in the predicate the server finds fault before it looks at any row."""
    text, moved = "select (", []
    at = 0
    for start, end, name in parameters(row_class.predicate):
        text += row_class.predicate[at:start] + value_of(name, caller.claims)
        moved.append((len(text), end))
        at = end
    text += row_class.predicate[at:]
    end_of_text = len(text)
    try:
        with connection.transaction():
            connection.execute(f"{text}\n) from {writer.table} where false".encode())
    except psycopg.Error as error:
        if error.diag.statement_position is None:
            return None
        position = min(int(error.diag.statement_position) - 1, end_of_text)
        before = [(there, here) for there, here in moved if there <= position]
        there, here = before[-1] if before else (len("select ("), 0)
        return max(0, min(here + position - there, len(row_class.predicate)))
    return None


def _meant(catalog: Catalog, relation: Relation, predicate: str, word: str, sqlstate: str | None) -> str:
    """The name that is like the one that is not there."""
    parts = split_name(word if '"' in word else word.lower())
    match sqlstate:
        case "42703":
            named = names_in(predicate)
            tables = (relation, *(other for other in catalog.relations if other.name.name in named))
            return meant(parts[-1], {column.name for table in tables for column in table.columns})
        case "42P01":
            return meant(".".join(parts), {subject_of(one.name) for one in catalog.relations if not one.managed})
        case "42883":
            return meant(parts[-1], {routine.name.name for routine in catalog.routines})
    return ""


def _first(error: psycopg.Error) -> str:
    return str(error).splitlines()[0]
