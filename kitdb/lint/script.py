"""The files under lint: their statements with what each does, and what is known around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from kitdb.errors import CannotRead
from kitdb.lint.ignore import Allowance, allowances
from kitdb.lint.signatures import with_bare_types
from kitdb.lint.state import Opaque, State, Table, column_of
from kitdb.lint.transaction import Transaction
from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.bodies import Embedded, read_body
from kitdb.sql.files import read_sql
from kitdb.sql.operations import Operation
from kitdb.sql.read import BadStatement, parsed_together, read
from kitdb.sql.record import Record, record
from kitdb.sql.scan import Unclosed, tokens
from kitdb.sql.split import Statement, Unterminated, position, split
from kitdb.sql.transactions import may_need_no_transaction, needs_no_transaction


@record()
class Unread(Operation):
    """A statement that is not SQL, or a file that is no text: nothing is known about it, but of a CREATE TABLE which
    table was meant."""

    message: str
    whole_file: bool = False
    table: QualifiedName | None = None


@record()
class Misused(Operation):
    """An allowance that names no rule, gives no reason or allows nothing."""

    allowance: Allowance
    stale: bool = False


@record()
class Opened(Operation):
    """A file begins; `problem` is what is wrong with its name or with its place among the others, `edited` how it
    differs from what a database says was applied."""

    path: str
    problem: str | None = None
    edited: str | None = None


@record()
class BrokenBody(Operation):
    """The body of a function or DO block that is no PL/pgSQL."""

    message: str


@record()
class DynamicSql(Operation):
    """A function that runs a text in which `arguments` of it stand unquoted."""

    function: op.CreateFunction
    arguments: tuple[str, ...]


@record()
class InvalidIndex(Operation):
    """An index of a catalog that CREATE INDEX CONCURRENTLY left unfinished."""

    index: QualifiedName
    table: QualifiedName


@record()
class OutdatedExtension(Operation):
    """An extension of a catalog that its server has a newer version of."""

    extension: str
    version: str
    available: str


@record()
class UnusedIndex(Operation):
    """An index of a running database that no query has used since it counts."""

    index: QualifiedName
    table: QualifiedName
    megabytes: int


@record()
class DeadRows(Operation):
    """A table of a running database with many rows that are gone and not yet made room of."""

    table: QualifiedName
    dead: int
    alive: int


@record()
class Part(Record):
    """`inner` are the operations that a DO block may run: whether it does depends on what it finds."""

    statement: Statement
    operations: tuple[Operation, ...]
    allowances: tuple[Allowance, ...] = ()
    inner: frozenset[int] = frozenset()


@record()
class File(Record):
    """`origin` names the set of files that are applied for the first time together; `loose` are allowances after the
    last statement."""

    path: str
    parts: tuple[Part, ...]
    transaction: bool
    origin: str | None
    text: str = ""
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
    transaction: Transaction = field(default_factory=Transaction)
    inner: bool = False

    def is_new(self, name: QualifiedName) -> bool:
        """Whether the table is made by the same set of files, so that it is empty and nobody uses it yet."""
        if name.schema == "pg_temp":
            return True
        table = self.before.tables.get(name)
        if table is not None:
            return table.created is not None and table.origin == self.file.origin
        view = self.before.views.get(name)
        return view is not None and view.origin == self.file.origin

    def may_enable_rls(self, table: Table) -> bool:
        """Whether code makes SQL that enables row level security, of nobody knows which of the tables that it finds."""
        lookup = self.final.lookup
        return lookup.secured_when_made or any(map(table.may_be_found_by, lookup.blocks_that_enable_rls))

    def may_create_policies(self, table: Table) -> bool:
        return any(map(table.may_be_found_by, self.final.lookup.blocks_that_create_policies))

    def has_index(self, table: QualifiedName, columns: Sequence[str]) -> bool:
        """Whether an index of the final table begins with these columns, in any order."""
        for index in self.final.lookup.indexes.get(table, ()):
            if index.where is None and index.method in ("btree", "hash"):
                first = [column_of(part) or "" for part in index.columns[: len(columns)]]
                if sorted(first) == sorted(columns):
                    return True
        return False

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
        Part(statement, operations, own, inner)
        for (statement, operations, inner), own in zip(read_statements(statements, path), allowed, strict=True)
    ]
    return File(path, (*parts, *unclosed), _runs_in_transaction(text, parts), origin, text, loose)


def read_statements(
    statements: Sequence[Statement], path: str
) -> Iterator[tuple[Statement, tuple[Operation, ...], frozenset[int]]]:
    """Each statement with what it does, and the numbers of those operations that are inside of a DO block."""
    schema = "public"
    for statement, parsed in zip(statements, parsed_together(statements), strict=True):
        try:
            operations = tuple(map(with_bare_types, read(statement, path, schema, parsed)))
        except BadStatement as error:
            operations = (Unread(error.message, table=_table_meant(statement, schema), at=error.offset),)
        bodies = [
            with_bare_types(found)
            for operation in operations
            if isinstance(operation, _WITH_BODY)
            for found in _read_body(operation, statement, path, schema)
        ]
        if bodies:
            inner = frozenset(range(len(operations), len(operations) + len(bodies)))
            operations = (*operations, *bodies)
        else:
            inner = frozenset()
        yield statement, operations, inner
        for operation in operations:
            if isinstance(operation, op.SetParameter) and operation.name in ("search_path", "all"):
                schema = _first_schema(operation.value or "")


_WITH_BODY = (op.Do, op.CreateFunction)


def _read_body(operation: Operation, statement: Statement, path: str, schema: str) -> Iterator[Operation]:
    """What a DO block runs, and what can be said of a function's body without running it."""
    match operation:
        case op.Do(language="plpgsql", body=body):
            found = read_body(body)
        case op.CreateFunction(language="plpgsql", body=body, returns=returns):
            deep = "execute" in body.lower()
            found = read_body(
                body, block=False, returns=returns or "void", names=argument_names(operation.arguments), deep=deep
            )
        case _:
            return
    base = max(statement.text.find(body), 0)
    if found.problem is not None:
        message, line = found.problem
        yield BrokenBody(message, at=base + _line_start(body, line))
    if isinstance(operation, op.CreateFunction):
        names = {*argument_names(operation.arguments)}
        spliced = [name for part in found.statements if not part.constant for name in part.spliced]
        mine = tuple(dict.fromkeys(name for name in spliced if name in names or name.startswith("$")))
        if mine:
            yield DynamicSql(operation, mine)
        return
    if not found.readable and found.problem is None:
        yield Opaque(body, at=base)
    for part in found.statements:
        yield from _embedded(part, base, path, schema)


def _embedded(part: Embedded, base: int, path: str, schema: str) -> Iterator[Operation]:
    if not part.constant:
        yield Opaque(part.text, at=base + part.start)
        return
    inner = Statement(part.text, 0, 1, 1, 0, len(part.text))
    try:
        operations = read(inner, path, schema)
    except BadStatement:
        # Variables of the block may stand in places where SQL alone has none.
        yield Opaque(part.text, at=base + part.start)
        return
    for operation in operations:
        yield _moved(operation, base + part.start)


def _moved(operation: Operation, by: int) -> Operation:
    """The operation with its places counted from the beginning of the statement around it."""
    moved = replace(operation, at=operation.at + by)
    match moved:
        case op.AddColumn(constraints=constraints):
            return replace(moved, constraints=tuple(replace(part, at=part.at + by) for part in constraints))
        case op.AddConstraint(constraint=constraint):
            return replace(moved, constraint=replace(constraint, at=constraint.at + by))
        case _:
            return moved


def _line_start(body: str, line: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = body.find("\n", start) + 1
    return start


_MODES = ("in", "out", "inout", "variadic")


def argument_names(arguments: str) -> tuple[str, ...]:
    """The names of a function's arguments, where they have one."""
    found: list[str] = []
    words: list[str] = []
    for token in (*tokens(arguments), None):
        if token is None or (token.word == "," and token.depth == 0):
            named = [word for word in words if word.lower() not in _MODES]
            if len(named) > 1:
                found.append(named[0].strip('"') if named[0].startswith('"') else named[0].lower())
            words = []
        else:
            words.append(arguments[token.start : token.end])
    return tuple(dict.fromkeys(found))


def _table_meant(statement: Statement, schema: str) -> QualifiedName | None:
    """The name after CREATE TABLE, in a statement that is none."""
    found = islice((statement.text[token.start : token.end] for token in tokens(statement.text)), 12)
    try:
        meant = _CREATES_TABLE.match(" ".join(found))
    except Unclosed:
        return None
    if meant is None:
        return None
    *qualifier, name = (
        part[1:-1].replace('""', '"') if part.startswith('"') else part.lower() for part in meant[1].split(" . ")
    )
    return QualifiedName(qualifier[-1] if qualifier else schema, name)


_NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_CREATES_TABLE = re.compile(rf"create (?:unlogged )?table (?:if not exists )?({_NAME}(?: \. {_NAME})*)", re.IGNORECASE)


def _first_schema(search_path: str) -> str:
    named = [schema.strip() for schema in search_path.split(",")]
    return next((schema for schema in named if schema not in ("", "$user")), "public")


# The two ways to say that a file wants no transaction: kitdb's own, and the Supabase CLI's.
_NO_TRANSACTION = re.compile(r"--[ \t]*(?:kitdb:[ \t]*no-transaction|pg-delta: transaction=false)[ \t]*\r?\Z")


def _runs_in_transaction(text: str, parts: Sequence[Part]) -> bool:
    """Whether the file is applied in one transaction: unless it says otherwise, or nothing in it could be."""
    head = text[: parts[0].statement.start] if parts else text
    for line in head.splitlines():
        if _NO_TRANSACTION.match(line.strip()):
            return False
        if line.strip() and not line.strip().startswith("--"):
            break
    if not may_need_no_transaction(text):
        return True
    alone = [
        needs_no_transaction(part.statement.text, part.statement.word)
        for part in parts
        if not all(isinstance(operation, _NEUTRAL) for operation in part.operations)
    ]
    return not alone or not all(alone)


_NEUTRAL = (op.SetParameter, op.Select, op.PsqlCommand, Opened)
