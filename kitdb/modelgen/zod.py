"""Zod 4 schemas out of a `ModelSpec` (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from typing import NamedTuple

from kitdb.modelgen.condition import VALUE, ColumnValue, Condition, IsNull, Negation, Value, Within, columns_of
from kitdb.modelgen.python_fields import choices_of
from kitdb.modelgen.python_names import key, model_names
from kitdb.modelgen.spec import (
    ArrayOf,
    CheckSpec,
    CompositeSpec,
    DomainSpec,
    EnumSpec,
    FieldSpec,
    FunctionSpec,
    ModelSpec,
    Named,
    RangeOf,
    RelationSpec,
    Scalar,
    TypeSpec,
    Unknown,
    by_dependency,
)
from kitdb.modelgen.typescript import HEADER, property_key, typescript_errors
from kitdb.modelgen.typescript_layout import (
    Chain,
    Generic,
    Member,
    Members,
    Node,
    Tuple,
    assignment,
    literal,
    settled,
    stays_short,
)
from kitdb.modelgen.zod_conditions import all_of

_SCALARS: Mapping[str, str] = {
    **{
        name: f"pg.{name}" for name in "int2 int4 int8 oid numeric uuid bytea date time timestamp interval inet".split()
    },
    "float4": "pg.float",
    "float8": "pg.float",
    "bool": "z.boolean()",
    "timetz": "pg.time",
    "timestamptz": "pg.timestamp",
    "json": "pg.json",
    "jsonb": "pg.json",
    "cidr": "pg.inet",
}
# What PostgREST writes in another form than it takes.
_READ: Mapping[str, str] = {"int8": "pg.int8Read", "hstore": "pg.hstore"}
# What JavaScript, its environments and the runtime above have under these names is used in the file.
_TAKEN = frozenset(
    """
    Array BigInt Checked Condition ConstraintErrors DATE DatabaseError Error Exact Infinity INTEGER INTERVAL JSON Map
    Math NUMBER NaN Number Object Operand Operator Promise RANGE ReadonlyMap RegExp SPECIAL Set SqlstateErrors String
    Symbol TIME UUID Values ZONE
    """.split()
)


def zod_models(spec: ModelSpec) -> str:
    """The file's text. The same spec gives the same bytes."""
    runtime = (files("kitdb.modelgen") / "runtime.ts").read_text(encoding="utf-8")
    blocks = [text for _, text in _Writer(spec).blocks()]
    start = HEADER.format(language="zod") + '\nimport * as z from "zod"\n'
    return "\n".join([start, *([runtime] if blocks else []), *blocks, typescript_errors(spec.constraints)])


class _Column(NamedTuple):
    """A column's schema in each of a relation's three; None where it has none."""

    row: Member
    insert: Member | None
    update: Member | None


class _Writer:
    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self.free_columns: dict[tuple[int, bool], _Column] = {}
        self.column_types: dict[tuple[int, bool], Node] = {}
        self.names = model_names(spec, _TAKEN)

    def blocks(self) -> Iterator[tuple[str, str]]:
        """Each schema under its name, after those that it is made of."""
        for enum in self.spec.enums:
            yield self.block(self.names["enum", *key(enum.name)], self.enum(enum))
        for type_ in by_dependency([*self.spec.domains, *self.spec.composites]):
            if isinstance(type_, DomainSpec):
                yield self.block(self.names["domain", *key(type_.name)], self.domain(type_))
            else:
                yield self.block(self.names["composite", *key(type_.name)], self.composite(type_))
        for relation in self.spec.relations:
            yield from _Relation(self, relation).blocks()
        for function in self.spec.functions:
            if function.arguments:
                yield self.block(self.names["Arguments", function.signature], self.arguments(function))
            if function.columns or function.returns is not None:
                yield self.block(self.names["Result", function.signature], self.result(function))

    def block(self, name: str, schema: Node) -> tuple[str, str]:
        type_ = Generic("z.infer", (f"typeof {name}",))
        return name, f"{assignment(f'export const {name}', schema)}\n{assignment(f'export type {name}', type_)}\n"

    # Types

    def column_type(self, type_: TypeSpec, *, read: bool = False) -> Node:
        """That of a column, whose type is one object wherever it occurs."""
        found = self.column_types.get((id(type_), read))
        if found is None:
            found = self.column_types[id(type_), read] = self.type(type_, read=read)
        return found

    def type(self, type_: TypeSpec, *, read: bool = False) -> Node:
        match type_:
            case Scalar():
                return _scalar(type_, read=read)
            case ArrayOf(element, dimensions, nullable):
                found = _call("z.array", _then(self.type(element, read=read), nullable=nullable))
                for _ in range(dimensions - 1):
                    found = _call("z.array", _then(found, nullable=True))
                return found
            case Named("row", name):
                return self.names["composite", *key(name)]
            case Named(kind, name):
                return self.names[kind, *key(name)]
            case RangeOf(_, multirange):
                return "pg.multirange" if multirange else "pg.range"
            case Unknown():
                return "pg.json"

    def enum(self, enum: EnumSpec) -> Node:
        found = _call("z.enum", Tuple(tuple(map(literal, enum.labels)))) if enum.labels else "z.never()"
        return _described(found, enum.comment)

    def domain(self, domain: DomainSpec) -> Node:
        enforced = [check for check in domain.checks if check.enforced and check.validated]
        scales = _scales({VALUE: domain.base})
        checks = [_holds(check, VALUE, check.conditions, scales) for check in enforced if check.conditions]
        unchecked = [check for check in domain.checks if check.reason or check not in enforced]
        base = _checked(self.type(domain.base), checks) if domain.wire else "pg.json"
        return _described(base, domain.comment, unchecked)

    def composite(self, composite: CompositeSpec) -> Node:
        return _described(self.nulls(composite.fields), composite.comment)

    def nulls(self, fields: Iterable[FieldSpec], *, read: bool = False) -> Node:
        """An object every part of which may be null."""
        members = [
            (f.column, _described(_then(self.type(f.type, read=read), nullable=True), f.comment)) for f in fields
        ]
        return _object("z.object", members)

    # Functions

    def arguments(self, function: FunctionSpec) -> Node:
        members = [
            (a.name, _then(self.type(a.type), nullable=a.nullable, optional=not a.required)) for a in function.arguments
        ]
        return _described(_object("z.strictObject", members), function.comment)

    def result(self, function: FunctionSpec) -> Node:
        """What a request gets: one value, or the array of them where the function returns a set."""
        found = self.nulls(function.columns, read=True) if function.columns else self.returned(function.returns)
        return _described(_call("z.array", found) if function.returns_set else found, function.comment)

    def returned(self, returns: TypeSpec | None) -> Node:
        if isinstance(returns, Named) and returns.kind == "row":
            return self.names.get(("Row", *key(returns.name))) or "pg.json"
        return _then(self.type(returns, read=True), nullable=True) if returns else "pg.json"


class _Relation:
    """The schemas of one relation."""

    def __init__(self, writer: _Writer, relation: RelationSpec) -> None:
        self.writer = writer
        self.relation = relation
        self.listed_when_read = choices_of(relation, [check for check in relation.checks if check.validated])
        self.early = [check for check in relation.checks if not check.late]
        self.listed = choices_of(relation, self.early)
        self.columns = {spec.column: self.column(spec) for spec in relation.fields}

    def blocks(self) -> Iterator[tuple[str, str]]:
        relation, columns, names = self.relation, self.columns.values(), self.writer.names
        row = Members(tuple(column.row for column in columns), open=True, is_value=True)
        yield self.block(names["Row", *key(relation.name)], _described(_call("z.object", row), relation.comment))
        if relation.insertable:
            nulls = [f.column for f in relation.fields if f.insert != "never" and not f.has_default]
            members = {name: column.insert for name, column in self.columns.items() if column.insert is not None}
            yield self.block(names["Insert", *key(relation.name)], self.payload(members, nulls))
        if relation.updatable:
            members = {name: column.update for name, column in self.columns.items() if column.update is not None}
            yield self.block(names["Update", *key(relation.name)], self.payload(members))

    def block(self, name: str, schema: Node) -> tuple[str, str]:
        return self.writer.block(name, schema)

    def column(self, spec: FieldSpec) -> _Column:
        """One without checks is the same wherever it occurs."""
        if spec.checks:
            return self.new_column(spec)
        known, key = self.writer.free_columns, (id(spec), self.relation.is_view)
        found = known.get(key)
        if found is None:
            found = known[key] = self.new_column(spec)
        return found

    def new_column(self, spec: FieldSpec) -> _Column:
        name = property_key(spec.column)
        comment = _comment(spec.comment)
        insert, update = None, None
        if spec.insert != "never":
            insert = self.written(name, spec, spec.filled, comment, optional=not spec.required)
        if spec.update:
            update = self.written(name, spec, spec.refilled, comment, optional=True)
        return _Column(self.read(name, spec, comment), insert, update)

    def read(self, name: str, spec: FieldSpec, comment: str | None) -> Member:
        found = _listed(self.listed_when_read.get(spec.column)) or self.writer.column_type(spec.type, read=True)
        return _member(name, found, comment, nullable=spec.nullable)

    def payload(self, members: Mapping[str, Member], nulls: Sequence[str] = ()) -> Node:
        """`nulls` are the columns that are null where they are left out."""
        relation = self.relation
        schema: Node = _call("z.strictObject", Members(tuple(members.values()), open=True, is_value=True))
        if not relation.checks:
            return _described(schema, relation.comment)
        enforced = [check for check in relation.checks if check.enforced]
        early = [check for check in enforced if check.reason is None and not check.late]
        known = [check for check in early if members.keys() >= set(_columns(check))]
        scales = _scales({spec.column: spec.type for spec in relation.fields})
        checks = [_row_holds(check, nulls, scales) for check in known if _of_many(check)]
        unchecked = [check for check in enforced if check not in known]
        return _described(_checked(schema, checks), relation.comment, unchecked)

    def written(self, name: str, spec: FieldSpec, filled: bool, comment: str | None, *, optional: bool) -> Member:
        nullable = spec.nullable or filled or self.relation.is_view
        values = self.listed.get(spec.column)
        found = _listed(values) or self.writer.column_type(spec.type)
        if found == "pg.json" and not nullable:
            found = "pg.jsonNotNull"
        if spec.checks:
            found = _checked(found, self.checks(spec, values))
        return _member(name, found, comment, nullable=nullable, optional=optional)

    def checks(self, spec: FieldSpec, values: Sequence[Value] | None) -> list[Node]:
        """What neither the list of its values nor NOT NULL says."""
        found = []
        for check in self.of_column.get(spec.column, ()):
            own = [condition for condition in check.conditions if columns_of(condition) == (spec.column,)]
            left = [c for c in own if (spec.nullable or not _is_not_null(c)) and not _is_list(c, values)]
            if left:
                found.append(_holds(check, spec.column, left, _scales({spec.column: spec.type})))
        return found

    @cached_property
    def of_column(self) -> dict[str, list[CheckSpec]]:
        """The checks that bind what is sent, by the columns that they name."""
        found: dict[str, list[CheckSpec]] = {}
        for check in self.early:
            if check.enforced:
                for column in dict.fromkeys(_columns(check)):
                    found.setdefault(column, []).append(check)
        return found


def _scalar(type_: Scalar, *, read: bool) -> Node:
    found = (_READ.get(type_.name) if read else None) or _SCALARS.get(type_.name, "z.string()")
    if type_.length is not None:
        return _checked(found, [_call("pg.atMost", str(type_.length))])
    if type_.precision is not None:
        return _checked(found, [_call("pg.digits", str(type_.precision), str(type_.scale))])
    return found


# Checks


def _columns(check: CheckSpec) -> list[str]:
    return [column for condition in check.conditions for column in columns_of(condition)]


def _of_many(check: CheckSpec) -> list[Condition]:
    """What no column's own schema can hold."""
    return [condition for condition in check.conditions if len(columns_of(condition)) != 1]


def _is_not_null(condition: Condition) -> bool:
    return isinstance(condition, Negation) and isinstance(condition.item, IsNull)


def _is_list(condition: Condition, values: Sequence[Value] | None) -> bool:
    return isinstance(condition, Within) and isinstance(condition.item, ColumnValue) and condition.values == values


def _scales(types: Mapping[str, TypeSpec]) -> dict[str, int]:
    return {name: type_.scale for name, type_ in types.items() if isinstance(type_, Scalar) and type_.scale is not None}


def _holds(check: CheckSpec, column: str, conditions: Sequence[Condition], scales: Mapping[str, int]) -> Node:
    return _call("pg.holds", literal(check.name), literal(column), all_of(conditions, scales))


def _row_holds(check: CheckSpec, nulls: Sequence[str], scales: Mapping[str, int]) -> Node:
    conditions = _of_many(check)
    columns = list(dict.fromkeys(column for condition in conditions for column in columns_of(condition)))
    absent = _strings(column for column in columns if column in nulls)
    return _call("pg.rowHolds", literal(check.name), _strings(columns), absent, all_of(conditions, scales))


# Expressions


def _call(function: str, *items: Node) -> Chain:
    head, _, name = function.rpartition(".")
    return Chain(head, ((f".{name}", items),))


def _then(node: Node, *, nullable: bool = False, optional: bool = False) -> Node:
    if nullable:
        node = _method(node, "nullable")
    return _method(node, "optional") if optional else node


def _method(node: Node, name: str, *items: Node) -> Chain:
    match node:
        case Chain(head, calls):
            return Chain(head, (*calls, (f".{name}", items)))
        case str() if node.endswith("()"):
            return _method(_call(node.removesuffix("()")), name, *items)
        case _:
            return Chain(str(node), ((f".{name}", items),))


def _checked(schema: Node, checks: Sequence[Node]) -> Node:
    return _call("pg.checked", schema, *checks) if checks else schema


def _member(name: str, schema: Node, comment: str | None, *, nullable: bool, optional: bool = False) -> Member:
    """The member of an object, on one line where that is plain to see."""
    if isinstance(schema, str):
        line = f"{name}: {schema}"
        if nullable:
            line += ".nullable()"
        if optional:
            line += ".optional()"
        if comment:
            line += f".describe({comment})"
        if stays_short(line):
            return line
    node = _then(schema, nullable=nullable, optional=optional)
    return settled(name, _method(node, "describe", comment) if comment else node)


def _comment(text: str | None) -> str | None:
    return literal(text) if text and text.strip() else None


def _object(function: str, members: Iterable[tuple[str, Node]]) -> Node:
    return _call(function, Members(tuple((property_key(name), node) for name, node in members), True, True))


def _listed(values: Sequence[Value] | None) -> Node | None:
    return (
        _call("z.literal", Tuple(tuple(literal(v) if isinstance(v, str) else str(v) for v in values)))
        if values
        else None
    )


def _described(schema: Node, comment: str | None, unchecked: Sequence[CheckSpec] = ()) -> Node:
    """With the comment as its description, and the checks that only the database enforces."""
    said: list[tuple[str, Node]] = []
    if text := _comment(comment):
        said.append(("description", text))
    if unchecked:
        checks = tuple((property_key(check.name), literal(check.definition)) for check in unchecked)
        said.append(("unchecked", Members(checks, is_value=True)))
    match said:
        case []:
            return schema
        case [("description", str() as text)]:
            return _method(schema, "describe", text)
    return _call("pg.about", Members(tuple(said), is_value=True), schema)


def _strings(texts: Iterable[str]) -> Node:
    return Tuple(tuple(map(literal, texts)))
