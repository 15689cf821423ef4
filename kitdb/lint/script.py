"""The files under lint: their statements with what each does, and what is known around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kitdb.errors import CannotRead
from kitdb.lint.ignore import Allowance, allowances
from kitdb.lint.state import State
from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.files import read_sql
from kitdb.sql.operations import Operation
from kitdb.sql.read import BadStatement, read
from kitdb.sql.split import Statement, Unterminated, position, split


@dataclass(frozen=True, slots=True)
class Unread(Operation):
    """A statement that is not SQL, or a file that is no text: nothing is known about it."""

    message: str
    whole_file: bool = False


@dataclass(frozen=True, slots=True)
class Misused(Operation):
    """An allowance that names no rule, gives no reason or allows nothing."""

    allowance: Allowance
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    statement: Statement
    operations: tuple[Operation, ...]
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """`origin` names the set of files that are applied for the first time together; `loose` are allowances after the
    last statement."""

    path: str
    parts: tuple[Part, ...]
    transaction: bool
    origin: str | None
    loose: tuple[Allowance, ...] = ()


@dataclass
class Script:
    """What a rule may ask about besides the operation itself.

    `before` is the state that the operation meets, `final` the one after all files.
    """

    file: File
    statement: Statement
    before: State
    final: State
    exposed_schemas: tuple[str, ...] = ("public",)

    def is_new(self, name: QualifiedName) -> bool:
        """Whether the table is made by the same set of files, so that it is empty and nobody uses it yet."""
        if name.schema == "pg_temp":
            return True
        table = self.before.tables.get(name)
        if table is not None:
            return table.created is not None and table.origin == self.file.origin
        view = self.before.views.get(name)
        return view is not None and view.origin == self.file.origin

    def is_exposed(self, name: QualifiedName) -> bool:
        return name.schema in self.exposed_schemas


def read_file(path: Path, origin: str | None) -> File:
    """The file, whatever is in it: what cannot be read is in its place."""
    try:
        text = read_sql(path)
    except CannotRead as error:
        line = error.place.line if error.place and error.place.line else 1
        nowhere = Statement("", 0, line, 1, 0, 0)
        return File(str(path), (Part(nowhere, (Unread(error.message, whole_file=True),)),), True, origin)
    return read_text(text, str(path), origin)


def read_text(text: str, path: str, origin: str | None) -> File:
    text = text.removeprefix("\ufeff")
    unclosed: list[Part] = []
    try:
        statements = split(text, path)
    except Unterminated as error:
        statements = error.statements
        line, column = position(text, error.offset)
        rest = Statement("", error.offset, line, column, error.offset, len(text))
        unclosed = [Part(rest, (Unread(error.message),))]
    allowed, loose = allowances(text, statements)
    parts = [
        Part(statement, operations, own)
        for (statement, operations), own in zip(_read_all(statements, path), allowed, strict=True)
    ]
    return File(path, (*parts, *unclosed), _runs_in_transaction(text, parts), origin, loose)


def _read_all(statements: Sequence[Statement], path: str) -> Iterator[tuple[Statement, tuple[Operation, ...]]]:
    schema = "public"
    for statement in statements:
        try:
            operations = read(statement, path, schema)
        except BadStatement as error:
            operations = (Unread(error.message, at=error.offset),)
        yield statement, operations
        for operation in operations:
            if isinstance(operation, op.SetParameter) and operation.name in ("search_path", "all"):
                schema = _first_schema(operation.value or "")


def _first_schema(search_path: str) -> str:
    named = [schema.strip() for schema in search_path.split(",")]
    return next((schema for schema in named if schema not in ("", "$user")), "public")


# The two ways to say that a file wants no transaction: kitdb's own, and the Supabase CLI's.
_NO_TRANSACTION = re.compile(r"--[ \t]*(?:kitdb:[ \t]*no-transaction|pg-delta: transaction=false)[ \t]*\r?\Z")


def _runs_in_transaction(text: str, parts: Sequence[Part]) -> bool:
    """Whether the file is applied in one transaction: unless it says otherwise, or nothing in it could be."""
    for line in text.splitlines():
        if _NO_TRANSACTION.match(line.strip()):
            return False
        if line.strip() and not line.strip().startswith("--"):
            break
    operations = [operation for part in parts for operation in part.operations]
    counted = [part for part in operations if not isinstance(part, op.SetParameter | op.Select | op.PsqlCommand)]
    return not counted or not all(needs_no_transaction(operation) for operation in counted)


def needs_no_transaction(operation: Operation) -> bool:
    """Whether Postgres refuses it inside of a transaction block."""
    match operation:
        case (
            op.CreateIndex(concurrently=True) | op.DropIndex(concurrently=True) | op.DetachPartition(concurrently=True)
        ):
            return True
        case op.Reindex(kind=kind, concurrently=concurrently):
            return concurrently or kind in ("schema", "system", "database")
        case op.Vacuum() | op.AlterSystem() | op.CreateDatabase() | op.DropDatabase() | op.Cluster(table=None):
            return True
        case op.Other(tag=tag):
            return tag in _ALONE
        case _:
            return False


_ALONE = ("create tablespace", "drop tablespace", "create subscription", "drop subscription", "discard all")
