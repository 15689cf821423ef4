"""The declared schema: SQL files that say what the database should be, and the order in which they load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import psycopg

from kitdb.database import Connection
from kitdb.diff import roles
from kitdb.diff.render import q
from kitdb.errors import KitdbError, MissingPath, Place
from kitdb.sql import operations as op
from kitdb.sql.files import read_sql
from kitdb.sql.read import read
from kitdb.sql.split import Statement, position, split
from kitdb.sql.transactions import execute_as_hosted, needs_superuser

# What an object that is declared further down looks like to the one that needs it: undefined table, column, function,
# object, schema; or a foreign key to a column whose unique constraint is yet to come.
_NOT_THERE_YET = frozenset({"42P01", "42703", "42883", "42704", "3F000", "42830", "42P17"})
_TOGETHER = 500
# A relation, another object, a function or a schema of that name.
_THERE_ALREADY = frozenset({"42P07", "42710", "42723", "42P06"})


class NotLoadable(KitdbError):
    """A declared statement that Postgres refuses, in whatever order."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared statement: its file, and the text with the comments right above it."""

    path: Path
    statement: Statement
    text: str

    @property
    def place(self) -> Place:
        return Place(str(self.path), self.statement.line, self.statement.column)


def declared_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The SQL files that the paths name, each folder's by name, in the order of the paths. Raises `MissingPath`."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("*.sql"))
        elif path.is_file():
            found.append(path)
        elif matches := sorted(path.parent.glob(path.name)) if _is_pattern(path) else []:
            found += matches
        else:
            raise MissingPath("the declared schema", path, "Make it (kitdb init), or name it as schemas in kitdb.toml.")
    return tuple(dict.fromkeys(found))


def _is_pattern(path: Path) -> bool:
    return any(mark in path.name for mark in "*?[")


def read_declared(files: Iterable[Path]) -> tuple[Declared, ...]:
    """Every statement of the files, in order. Raises `CannotRead`, `Unterminated`, `NotLoadable` for psql commands."""
    return tuple(declared for path in files for declared in _statements(path))


def _statements(path: Path) -> list[Declared]:
    text = read_sql(path)
    statements = split(text, str(path))
    for statement in statements:
        if statement.kind != "sql":
            word = statement.text.split(maxsplit=1)[0]
            place = Place(str(path), statement.line, statement.column)
            raise NotLoadable(f"{word} has no place in a declared schema", place=place, hint="Declare objects in SQL.")
    return [Declared(path, statement, _with_comments(text, statement)) for statement in statements]


def _with_comments(text: str, statement: Statement) -> str:
    return text[statement.leading : statement.stop].strip().replace("\r\n", "\n")


def load(connection: Connection, declared: Sequence[Declared]) -> tuple[Declared, ...]:
    """Run the statements, and return them in the order that worked.

    A statement that needs what is declared after it waits for its turn. Raises `NotLoadable` for the first one that
    finds no turn.
    """
    declared = _without_roles_made_beside(connection, declared)
    waiting, loaded = list(declared), []
    # Most files are in a working order: a file at a time, and statement by statement where one has to wait.
    for piece in _pieces(declared):
        if _try(connection, piece) is not None:
            break
        loaded += piece
    waiting = waiting[len(loaded) :]
    while waiting:
        later: list[Declared] = []
        first_error: psycopg.Error | None = None
        for one in waiting:
            error = _try(connection, [one])
            if error is None:
                loaded.append(one)
            elif error.sqlstate not in _NOT_THERE_YET:
                raise _not_loadable(one, error, declared)
            else:
                first_error = first_error or error
                later.append(one)
        if len(later) == len(waiting) and first_error:
            raise _not_loadable(later[0], first_error, declared)
        waiting = later
    return tuple(loaded)


def _pieces(declared: Sequence[Declared]) -> Iterator[list[Declared]]:
    """Each file's statements, of a long one some at a time: a transaction holds a lock on every table that it makes."""
    for _, group in groupby(declared, key=lambda one: one.path):
        file = list(group)
        yield from (file[start : start + _TOGETHER] for start in range(0, len(file), _TOGETHER))


def _without_roles_made_beside(connection: Connection, declared: Sequence[Declared]) -> Sequence[Declared]:
    if not any(roles.makes_roles(one.statement.text) for one in declared):
        return declared
    made = roles.made_beside(connection)
    return [
        replace(one, statement=one.statement._replace(text=roles.without(one.statement.text, made))) for one in declared
    ]


def _try(connection: Connection, statements: Sequence[Declared]) -> psycopg.Error | None:
    try:
        with connection.transaction():
            if any(needs_superuser(one.statement.text, one.statement.word) for one in statements):
                for one in statements:
                    execute_as_hosted(connection, one.statement)
            else:
                connection.execute("\n;\n".join(one.statement.text for one in statements).encode())
    except psycopg.Error as error:
        if connection.broken:
            raise
        return error
    return None


def _not_loadable(one: Declared, error: psycopg.Error, declared: Iterable[Declared]) -> NotLoadable:
    diagnostic = error.diag
    place = one.place
    if diagnostic.statement_position:
        line, column = position(one.statement.text, int(diagnostic.statement_position) - 1)
        column += one.statement.column - 1 if line == 1 else 0
        place = Place(str(one.path), one.statement.line + line - 1, column)
    message = diagnostic.message_primary or str(error)
    detail = f" ({diagnostic.message_detail})" if diagnostic.message_detail else ""
    hint = diagnostic.message_hint or "Correct the declaration; nothing was written."
    twin = _twin(one, declared) if error.sqlstate in _THERE_ALREADY else None
    if twin is not None:
        hint = f"It is declared at {twin.place} too: keep one of the two."
    return NotLoadable(f"{message}{detail} (SQLSTATE {error.sqlstate})", place=place, hint=hint)


def declared_name(one: Declared) -> tuple[str, bool] | None:
    """What the statement makes, by name, and whether that is a member of a table."""
    for operation in read(one.statement):
        match operation:
            case op.CreateTable(table=name) | op.CreateSequence(sequence=name):
                return str(name), False
            case op.CreateView(view=name) | op.CreateFunction(function=name):
                return str(name), False
            case op.CreateEnum(type=name) | op.CreateType(type=name):
                return str(name), False
            case op.CreateDomain():
                return str(getattr(operation, "domain", getattr(operation, "name", ""))), False
            case op.CreateSchema(schema=schema):
                return q(schema), False
            case op.CreateIndex(name=index, table=table) if index is not None:
                return f"{q(table.schema)}.{q(index)}", False
            case op.CreatePolicy(name=policy, table=table):
                return f"{table}.{q(policy)}", True
            case op.CreateTrigger(name=trigger, table=table):
                return f"{table}.{q(trigger)}", True
    return None


def _twin(one: Declared, declared: Iterable[Declared]) -> Declared | None:
    """Another statement that makes the same."""
    key = _key(one)
    return next((other for other in declared if key and other is not one and _key(other) == key), None)


def _key(one: Declared) -> tuple[str, tuple[str, ...]] | None:
    name = declared_name(one)
    return (name[0], getattr(read(one.statement)[0], "types", ())) if name else None
