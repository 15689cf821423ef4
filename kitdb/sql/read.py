"""Statements, read into operations with Postgres's own parser.

The parser's tree comes as JSON: as protobuf messages, a chain of some fifty operators is nested too deeply to decode.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

from kitdb.errors import KitdbError, Place
from kitdb.sql import operations as op
from kitdb.sql.operations import Operation
from kitdb.sql.readers import objects, policies, privileges, routines, rows, sessions, tables
from kitdb.sql.readers.expressions import Expression, describe, kept_tree
from kitdb.sql.readers.source import Node, Source, options
from kitdb.sql.scan import tokens
from kitdb.sql.split import Statement, position


def _load_native() -> Any:
    """The bindings alone: the package around them loads protobuf and a class for each kind of node."""
    package = find_spec("postgast")
    if package is None or package.origin is None:
        return None
    spec = spec_from_file_location("postgast.native", Path(package.origin).with_name("native.py"))
    if spec is None or spec.loader is None:
        return None
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except OSError:  # there is no library for this platform
        return None
    return module


native = _load_native()


class NoParser(KitdbError):
    """Postgres's parser comes as a compiled library, and there is none for every platform."""

    hint = "Install kitdb on Linux, on Windows or on a Mac with Apple silicon."

    def __init__(self) -> None:
        super().__init__("the SQL parser (postgast) is not available here")


class BadStatement(KitdbError):
    """A statement that Postgres's parser rejects; the place is where it stopped, `offset` the same in the statement."""

    def __init__(self, message: str, statement: Statement, offset: int, path: str) -> None:
        self.statement = statement
        self.offset = offset
        super().__init__(message, place=place(statement, offset, path))


def place(statement: Statement, offset: int, path: str) -> Place:
    """The place in the file of a character of the statement."""
    line, column = position(statement.text, offset)
    return Place(path, statement.line + line - 1, column if line > 1 else statement.column + column - 1)


class Parsed(NamedTuple):
    """The tree of a statement whose locations count from `base` bytes before it."""

    node: Node
    base: int


def read(
    statement: Statement, path: str = "<sql>", schema: str = "public", parsed: Parsed | None = None
) -> tuple[Operation, ...]:
    """What a statement does, in order; unqualified names are in `schema`. Raises BadStatement."""
    if parsed is not None:
        return tuple(_operations(parsed.node, Source(statement.text, schema, parsed.base)))
    if statement.kind == "meta":
        return (op.PsqlCommand(statement.text),)
    return _read_alone(statement, path, schema)


def _read_alone(statement: Statement, path: str, schema: str) -> tuple[Operation, ...]:
    try:
        parsed = _parse(statement.text)
    except _Rejected as rejection:
        raise BadStatement(rejection.message, statement, rejection.offset, path) from None
    source = Source(statement.text, schema)
    if parsed is None:
        return (op.Other(statement.text, source.tag()),)
    return tuple(operation for node in parsed for operation in _operations(node["stmt"], source))


def parsed_together(statements: Iterable[Statement]) -> Iterator[Parsed | None]:
    """For each statement what `read` would parse, with as few calls of the parser as will do.

    None where the statement has to be parsed by itself, so that it is known what is wrong with which.
    """
    batch: list[str] = []
    size = 0
    for statement in statements:
        alone = statement.kind == "meta" or (statement.word == "insert" and len(statement.text) > _LARGE)
        if alone or size > _TOGETHER:
            yield from _parse_together(batch)
            batch, size = [], 0
        if alone:
            yield None
        else:
            batch.append(statement.text)
            size += len(statement.text)
    yield from _parse_together(batch)


_TOGETHER = 20_000  # characters; a tree takes fifty times as much


def _parse_together(texts: Sequence[str]) -> Iterator[Parsed | None]:
    text = ";\n".join(texts)
    try:
        found = _parse_text(text) if texts else []
    except _Rejected:
        found = None
    if found is None or len(found) != len(texts):
        yield from [None] * len(texts)
        return
    base = 0
    for node, part in zip(found, texts, strict=True):
        yield Parsed(node["stmt"], base)
        base += len(part if part.isascii() else part.encode()) + 2


def read_expression(text: str) -> Expression:
    """What an expression is made of. Raises KitdbError if it is none."""
    tree = expression_tree(text)
    return Expression() if tree is None else describe(tree)


@lru_cache(maxsize=512)
def expression_tree(text: str) -> Node | None:
    """The parser's own tree of an expression, None if it is nested too deeply. Raises KitdbError if it is none.

    Whoever asks again gets the same tree, which is there to be read; its locations mean nothing.
    """
    known = kept_tree(text)
    if known is not None:
        return known
    try:
        parsed = _parse(f"select {text}")
    except _Rejected:
        raise KitdbError(f"not an expression: {text}") from None
    match parsed:
        case None:
            return None
        case [{"stmt": {"SelectStmt": {"targetList": [{"ResTarget": {"val": expression, **target}}], **select}}}] if (
            not target.keys() - {"location"} and not select.keys() - {"limitOption", "op"}
        ):
            tree: Node = expression
            return tree
        case _:
            raise KitdbError(f"not an expression: {text}")


class _Rejected(Exception):
    """`offset` counts characters, from 0."""

    def __init__(self, message: str, offset: int) -> None:
        self.message = message
        self.offset = offset
        super().__init__(message)


def _parse(text: str) -> list[Node] | None:
    """The statements of a text, None if they are nested more deeply than Python can follow."""
    if len(text) > _LARGE and (head := _head_of_insert(text)):
        # The tree of a long list of rows takes fifty times its text, and nothing is read from it.
        encoded = _encoded(text)
        _run(native.lib.pg_query_split_with_parser, native.lib.pg_query_free_split_result, encoded, text)
        return _parse_text(f"{head} values (null)")
    return _parse_text(text)


def _parse_text(text: str) -> list[Node] | None:
    encoded = _encoded(text)
    return _run(native.lib.pg_query_parse, native.lib.pg_query_free_parse_result, encoded, text, _tree)


def _encoded(text: str) -> bytes:
    """The text as the parser takes it, if there is a parser."""
    if native is None:
        raise NoParser
    null = text.find("\0")
    if null >= 0:  # it would end the text for the parser
        raise _Rejected("a null character, which SQL text cannot hold", null)
    try:
        return text.encode()
    except UnicodeEncodeError as unencodable:
        raise _Rejected("a character that UTF-8 cannot encode", unencodable.start) from None


_LARGE = 300


def _head_of_insert(text: str) -> str | None:
    for token in tokens(text):
        match token.word:
            case "insert" if token.start == 0:
                pass
            case "values" if token.depth == 0:
                head = text[: token.start]
                return None if "buckets" in head.lower() else head  # the rows of storage.buckets are read
            case "select" | "with" | "overriding":
                return None
            case _ if token.start == 0:
                return None
    return None


def _run(
    function: Any, free: Any, encoded: bytes, text: str, made: Callable[[Any], list[Node] | None] = lambda _: None
) -> list[Node] | None:
    result = function(encoded)
    try:
        if result.error:
            error = result.error.contents
            # The position is in characters, though the tree's locations are in bytes.
            raise _Rejected(error.message.decode(), min(max(error.cursorpos - 1, 0), max(len(text) - 1, 0)))
        return made(result)
    finally:
        free(result)


_DECODER = json.JSONDecoder()


def _tree(result: Any) -> list[Node] | None:
    try:
        parsed: list[Node] = _DECODER.raw_decode(result.parse_tree.decode())[0].get("stmts", [])
    except RecursionError:
        return None
    return parsed


def _operations(node: Node, source: Source) -> Iterator[Operation]:
    kind, content = next(iter(node.items()))
    reader = _READERS.get(kind)
    if reader is None:
        yield op.Other(source.text, source.tag())
    else:
        yield from reader(content, source)


def _create_schema(node: Node, source: Source) -> Iterator[Operation]:
    yield from objects.create_schema(node, source)
    inside = Source(source.text, node.get("schemaname", source.schema), source.base)
    for element in node.get("schemaElts", ()):
        yield from _operations(element, inside)


def _explain(node: Node, source: Source) -> Iterator[Operation]:
    """EXPLAIN ANALYZE runs the statement."""
    chosen = dict(options(node.get("options", ())))
    if chosen.get("analyze", "off").lower() not in ("off", "false", "0"):
        yield from _operations(node["query"], source)
    else:
        yield op.Select()


_READERS: dict[str, Callable[[Node, Source], Iterable[Operation]]] = {
    "AlterDefaultPrivilegesStmt": privileges.alter_default_privileges,
    "AlterDomainStmt": objects.alter_domain,
    "AlterEnumStmt": objects.alter_enum,
    "AlterFunctionStmt": routines.alter_function,
    "AlterObjectSchemaStmt": objects.set_schema,
    "AlterOwnerStmt": objects.change_owner,
    "AlterPolicyStmt": policies.alter_policy,
    "AlterPublicationStmt": objects.alter_publication,
    "AlterSystemStmt": sessions.alter_system,
    "AlterTableStmt": tables.alter_table,
    "CallStmt": routines.call,
    "ClusterStmt": sessions.cluster,
    "CommentStmt": objects.comment,
    "CompositeTypeStmt": objects.create_composite_type,
    "CopyStmt": rows.copy,
    "CreateDomainStmt": objects.create_domain,
    "CreateEnumStmt": objects.create_enum,
    "CreateExtensionStmt": objects.create_extension,
    "CreateForeignTableStmt": tables.create_foreign_table,
    "CreateFunctionStmt": routines.create_function,
    "CreatePolicyStmt": policies.create_policy,
    "CreatePublicationStmt": objects.create_publication,
    "CreateRangeStmt": objects.create_range_type,
    "CreateSchemaStmt": _create_schema,
    "CreateSeqStmt": objects.create_sequence,
    "CreateStmt": tables.create_table,
    "CreateTableAsStmt": tables.create_table_as,
    "CreateTrigStmt": routines.create_trigger,
    "CreatedbStmt": sessions.create_database,
    "DeleteStmt": rows.delete,
    "DoStmt": routines.do,
    "DropStmt": objects.drop,
    "DropdbStmt": sessions.drop_database,
    "ExplainStmt": _explain,
    "GrantRoleStmt": privileges.grant_role,
    "GrantStmt": privileges.grant,
    "IndexStmt": objects.create_index,
    "InsertStmt": rows.insert,
    "LockStmt": sessions.lock,
    "MergeStmt": rows.merge,
    "RefreshMatViewStmt": objects.refresh_materialized_view,
    "ReindexStmt": sessions.reindex,
    "RenameStmt": objects.rename,
    "SelectStmt": rows.select,
    "TransactionStmt": sessions.transaction,
    "TruncateStmt": rows.truncate,
    "UpdateStmt": rows.update,
    "VacuumStmt": sessions.vacuum,
    "VariableSetStmt": sessions.set_parameter,
    "ViewStmt": objects.create_view,
}
