"""The `Database` type of supabase-js, made from a catalog as `supabase gen types` makes it (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kitdb.catalog.model import Argument, Catalog, Column, Relation, Routine, Type, TypeRef
from kitdb.modelgen.catalog_views import CatalogViews
from kitdb.modelgen.collation import english
from kitdb.modelgen.relationships import Relationship, relationships
from kitdb.modelgen.selection import EVERYTHING, Selection
from kitdb.modelgen.typescript_layout import (
    NOTHING,
    Array,
    Both,
    Generic,
    Member,
    Members,
    Node,
    Tuple,
    Union,
    key,
    literal,
    settled,
    union,
)
from kitdb.names import QualifiedName, quote_identifier

Dialect = Literal["kitdb", "supabase"]

_TYPES = {
    "bool": "boolean",
    **dict.fromkeys("int2 int4 int8 float4 float8 numeric".split(), "number"),
    **dict.fromkeys(
        "bytea bpchar varchar date text citext time timetz timestamp timestamptz uuid vector interval".split(),
        "string",
    ),
    **dict.fromkeys(("json", "jsonb"), "Json"),
    "void": "undefined",
    "record": "Record<string, unknown>",
}
_GIVEN = ("in", "inout", "variadic")
_UNNAMED = frozenset({"json", "jsonb", "text"})
# Of several functions that clash, the error names them in the order of their types' oids.
_OIDS = {
    name: number
    for number, name in enumerate(
        "bool bytea char name int8 int2 int4 text oid json xml point float4 float8 money _bool _bytea _int2 _int4 "
        "_text _bpchar _varchar _int8 _float4 _float8 inet bpchar varchar date time timestamp _timestamp _date "
        "timestamptz _timestamptz interval _numeric timetz numeric uuid _uuid tsvector jsonb _jsonb".split()
    )
}


class _Written(NamedTuple):
    """A table's column in its three types."""

    row: Member
    insert: Member
    update: Member


@dataclass(frozen=True, slots=True)
class _Function:
    routine: Routine
    given: tuple[Argument, ...]


def database_type(
    catalog: Catalog, schemas: Sequence[str], dialect: Dialect = "kitdb", selection: Selection = EVERYTHING
) -> Members:
    """Schemas, their tables, views, functions, enums and composite types, each in the order of their names."""
    return _Database(catalog, schemas, dialect, selection).type()


def enum_labels(catalog: Catalog, schemas: Sequence[str], dialect: Dialect = "kitdb") -> dict[str, dict[str, Type]]:
    """The enums by schema and name, in the order of their names."""
    return {
        schema: {type_.name.name: type_ for type_ in _named(_enums(catalog, schema, dialect))}
        for schema in sorted(schemas, key=english)
    }


def _enums(catalog: Catalog, schema: str, dialect: Dialect) -> list[Type]:
    """One without labels is no enum to the Supabase CLI."""
    return [
        type_
        for type_ in catalog.types
        if type_.kind == "enum" and type_.name.schema == schema and (type_.labels or dialect == "kitdb")
    ]


def _named(objects: Iterable[Type]) -> list[Type]:
    return sorted(objects, key=lambda type_: english(type_.name.name))


class _Database:
    def __init__(self, catalog: Catalog, schemas: Sequence[str], dialect: Dialect, selection: Selection) -> None:
        self.catalog = catalog
        self.schemas = sorted(set(schemas), key=english)
        self.exact = dialect == "kitdb"
        self.dialect: Dialect = dialect
        self.selection = selection
        self.column_types: dict[str, Node] = {}
        self.columns_of_tables: dict[int, _Written] = {}
        self.views = CatalogViews(catalog, lambda _relation, _column: False)
        selected = [r for r in catalog.relations if r.name.schema in self.schemas and r.name in selection]
        self.relations = sorted(
            (relation for relation in selected if not relation.managed),
            key=lambda relation: english(relation.name.name),
        )
        self.known = {relation.name for relation in self.relations}
        self.relationships = relationships(self.relations, self.views)
        self.functions = sorted(self.callable(), key=self.function_order)
        self.computed = self.computed_fields()

    def type(self) -> Members:
        return Members(tuple((key(schema), self.schema(schema)) for schema in self.schemas), open=True)

    def schema(self, schema: str) -> Node:
        here = [relation for relation in self.relations if relation.name.schema == schema]
        tables = [(key(r.name.name), self.table(r)) for r in here if r.definition is None]
        views = [(key(r.name.name), self.view(r)) for r in here if r.definition is not None]
        enums = [
            (key(type_.name.name), union(*map(literal, type_.labels)) if type_.labels else "never")
            for type_ in _named(_enums(self.catalog, schema, self.dialect))
        ]
        composites = [
            (key(type_.name.name), self.composite(type_))
            for type_ in _named(t for t in self.catalog.types if t.kind == "composite" and t.name.schema == schema)
            if type_.attributes
        ]
        parts = {
            "Tables": tables,
            "Views": views,
            "Functions": list(self.function_types(schema)),
            "Enums": enums,
            "CompositeTypes": composites,
        }
        return Members(
            tuple((name, Members(tuple(found), open=True) if found else NOTHING) for name, found in parts.items()),
            open=True,
        )

    # Relations

    def table(self, table: Relation) -> Node:
        columns = [self.column_of_table(column) for column in self.columns(table)]
        return Members(
            (
                *self.row(table, [column.row for column in columns]),
                ("Insert", Members(tuple(column.insert for column in columns), open=True)),
                ("Update", Members(tuple(column.update for column in columns), open=True)),
                ("Relationships", self.relationships_of(table)),
            ),
            open=True,
        )

    def column_of_table(self, column: Column) -> _Written:
        """The same for columns that are one object in the catalog."""
        found = self.columns_of_tables.get(id(column))
        if found is None:
            found = self.columns_of_tables[id(column)] = self.new_column(column)
        return found

    def new_column(self, column: Column) -> _Written:
        name, nullable = key(column.name), self.is_declared_nullable(column)
        type_ = self.column(column, nullable=nullable)
        row = settled(name, type_)
        if column.identity == "always" or column.generated is not None:
            return _Written(row, f"{name}?: never", f"{name}?: never")
        update = settled(f"{name}?", type_)
        may_omit = nullable or column.identity is not None or column.default is not None
        return _Written(row, update if may_omit else row, update)

    def view(self, view: Relation) -> Node:
        columns = self.columns(view)
        written = Members(tuple(self.written_through(view, column) for column in columns), open=True)
        stored = view.kind == "materialized view"
        row: list[Member] = [(key(c.name), self.column(c, nullable=self.is_nullable(view, c))) for c in columns]
        parts: list[tuple[str, Node]] = [*self.row(view, row)]
        if view.insertable and not stored:
            parts.append(("Insert", written))
        if view.updatable and not stored:
            parts.append(("Update", written))
        return Members((*parts, ("Relationships", self.relationships_of(view))), open=True)

    def columns(self, relation: Relation) -> list[Column]:
        return sorted(relation.columns, key=lambda column: english(column.name))

    def row(self, relation: Relation, columns: Sequence[Member]) -> list[tuple[str, Node]]:
        computed = self.computed.get(relation.name, {})
        fields: list[Member] = [*columns]
        fields += [(key(name), _or_null(self.returned(function))) for name, function in computed.items()]
        return [
            ("Row", Members(tuple(fields), open=True)),
            ("ComputedFields", union(*map(literal, computed)) if computed else "never"),
        ]

    def column(self, column: Column, *, nullable: bool) -> Node:
        found = self.column_type(column.type)
        if found == "Json" and not nullable:
            return "NonNullable<Json>"
        return _or_null(found) if nullable else found

    def is_declared_nullable(self, column: Column) -> bool:
        return not (column.not_null or self.views.is_not_null(column.type))

    def is_nullable(self, relation: Relation, column: Column) -> bool:
        if not self.is_declared_nullable(column):
            return False
        return relation.definition is None or not self.views.column(relation, column.name).plain

    def written_through(self, view: Relation, column: Column) -> tuple[str, Node]:
        base = self.views.base(view, column.name) if self.exact and not view.triggers else None
        never = base is not None and (base[1].identity == "always" or base[1].generated is not None)
        if never or not column.updatable:
            return f"{key(column.name)}?", "never"
        return f"{key(column.name)}?", self.column(column, nullable=True)

    def relationships_of(self, relation: Relation) -> Node:
        return Tuple(tuple(self.relationship(found) for found in self.relationships[relation.name]))

    def relationship(self, found: Relationship) -> Node:
        # The CLI compares the schema's name with its quoted form, and finds no columns where they differ.
        known = self.exact or quote_identifier(found.relation.schema) == found.relation.schema
        return Members(
            (
                ("foreignKeyName", literal(found.name)),
                ("columns", _strings(found.columns) if known else "null"),
                ("isOneToOne", "true" if found.one_to_one and known else "false"),
                ("referencedRelation", literal(found.referenced.name)),
                ("referencedColumns", _strings(found.referenced_columns) if known else "null"),
            ),
            open=True,
        )

    # Types

    def column_type(self, reference: TypeRef) -> Node:
        """Of a domain, what it is made of: one level of it."""
        if reference.text not in self.column_types:
            self.column_types[reference.text] = self.read_column_type(reference)
        return self.column_types[reference.text]

    def read_column_type(self, reference: TypeRef) -> Node:
        domain = None if reference.array else self.catalog.type_by_name.get(reference.name)
        if domain and domain.kind == "domain" and domain.base:
            reference = domain.base
        return self.type_of(reference)

    def type_of(self, reference: TypeRef) -> Node:
        found = self.named(reference.name)
        return Array(found) if reference.array else found

    def named(self, name: QualifiedName) -> Node:
        if name.name.startswith("_") and not self.exact:
            return Array(self.named(QualifiedName(name.schema, name.name[1:])))
        if name.name in _TYPES and not self.exact:
            return _TYPES[name.name]
        if type_ := self.catalog.type_by_name.get(name):
            return self.user_type(type_)
        if name.name in _TYPES:
            return _TYPES[name.name]
        relation = self.catalog.by_name.get(name)
        if relation is None or name not in self.known:
            return "unknown"
        return f'{_reference(name, "Tables" if relation.definition is None else "Views")}["Row"]'

    def user_type(self, type_: Type) -> Node:
        known = type_.name.schema in self.schemas
        match type_.kind:
            case "enum" if type_.labels:
                return _reference(type_.name, "Enums") if known else union(*map(literal, type_.labels))
            case "enum":
                return "never" if self.exact else "unknown"
            case "composite" if known and type_.attributes:
                return _reference(type_.name, "CompositeTypes")
        return "unknown"

    def composite(self, type_: Type) -> Node:
        attributes = sorted(type_.attributes, key=lambda column: column.position)
        return Members(tuple((key(a.name), _or_null(self.type_of(a.type))) for a in attributes), open=True)

    # Functions

    def callable(self) -> Iterator[_Function]:
        for routine in self.catalog.routines:
            given = tuple(a for a in routine.arguments if a.mode in _GIVEN)
            if routine.name.schema not in self.schemas or routine.name not in self.selection:
                continue
            if routine.kind == "function" and routine.returns:
                given = tuple(sorted(given, key=lambda argument: english(argument.name or "")))
                if routine.returns.name.name not in ("trigger", "event_trigger") and self.can_be_called(given):
                    yield _Function(routine, given)

    def can_be_called(self, given: Sequence[Argument]) -> bool:
        unnamed = [argument for argument in given if not argument.name]
        if not unnamed or all(a.default is not None and _is_plain(a) for a in unnamed):
            return True
        return len(given) == 1 and (_is_plain(given[0]) or self.row_of(given[0]) is not None)

    def row_of(self, argument: Argument) -> QualifiedName | None:
        """The relation whose row the argument is, or the composite type that it is."""
        name = argument.type.name
        if argument.type.array:
            return None
        type_ = self.catalog.type_by_name.get(name)
        return name if name in self.catalog.by_name or (type_ and type_.kind == "composite") else None

    def function_order(self, function: _Function) -> tuple[object, ...]:
        routine = function.routine
        returns = routine.returns.text if routine.returns else ""
        return english(routine.name.name), english(_arguments_text(routine)), english(returns)

    def computed_fields(self) -> dict[QualifiedName, dict[str, _Function]]:
        found: dict[QualifiedName, dict[str, _Function]] = {}
        for function in self.functions:
            row = self.row_of(function.given[0]) if len(function.given) == 1 else None
            if row is not None and row in self.catalog.by_name and row.schema == function.routine.name.schema:
                found.setdefault(row, {}).setdefault(function.routine.name.name, function)
        return found

    def function_types(self, schema: str) -> Iterator[tuple[str, Node]]:
        found: dict[str, list[_Function]] = {}
        for function in self.functions:
            if function.routine.name.schema == schema:
                found.setdefault(function.routine.name.name, []).append(function)
        types: dict[str, Node] = {
            name: union(*(self.function(function, same) for function in same)) for name, same in found.items()
        }
        if not self.exact:
            types |= {name: _CONSTRUCTOR for name in self.range_constructors(schema) if name not in types}
        for name in sorted(types, key=english):
            yield key(name), types[name]

    def range_constructors(self, schema: str) -> list[str]:
        return [t.multirange.name for t in self.catalog.types if t.multirange and t.multirange.schema == schema]

    def function(self, function: _Function, same: Sequence[_Function]) -> Node:
        error = self.conflict(function, same) or self.no_embedding(function)
        returns: Node = self.result(function)
        if error:
            returns = Both(Members((("error", "true"),)), literal(error))
        parts = [("Args", self.arguments(function)), ("Returns", returns)]
        if options := self.setof_options(function):
            parts.append(("SetofOptions", options))
        return Members(tuple(parts))

    def arguments(self, function: _Function) -> Node:
        if not function.given:
            return "Record<PropertyKey, never>"
        optional = self.optional(function)
        return Members(
            tuple((f"{key(a.name or '')}{'?' if a in optional else ''}", self.argument_type(a)) for a in function.given)
        )

    def optional(self, function: _Function) -> list[Argument]:
        if self.exact:
            return [argument for argument in function.given if argument.default is not None]
        # The CLI lays the flags of the arguments given along all of them, results included.
        everything = function.routine.arguments
        given = [argument for argument in everything if argument.mode in _GIVEN]
        defaults = sum(argument.default is not None for argument in given)
        flags = [False] * (len(given) - defaults) + [True] * defaults
        return [argument for argument, flag in zip(everything, flags, strict=False) if flag]

    def argument_type(self, argument: Argument) -> Node:
        found = self.type_of(argument.type)
        if argument.name and isinstance(found, str) and found.endswith('["Row"]'):
            return Generic("Omit", (found, found.removesuffix('["Row"]') + '["ComputedFields"]'))
        return found

    def result(self, function: _Function) -> Node:
        routine = function.routine
        found = self.returned(function)
        collapsed = routine.rows <= 1 and self.returns_row_of(routine) is not None
        return Array(found) if routine.returns_set and not collapsed else found

    def returned(self, function: _Function) -> Node:
        routine = function.routine
        modes = ("out", "inout", "table") if self.exact and _is_record(routine) else ("table",)
        columns = [a for a in routine.arguments if a.mode in modes]
        if columns:
            columns = sorted(columns, key=lambda argument: english(argument.name or ""))
            return Members(
                tuple((key(a.name or f"column{n}"), self.type_of(a.type)) for n, a in enumerate(columns, 1)), open=True
            )
        relation = self.catalog.by_name.get(routine.returns.name) if routine.returns else None
        if relation and not (routine.returns and routine.returns.array) and relation.name.schema == routine.name.schema:
            rows = [
                (key(c.name), self.column(c, nullable=self.is_nullable(relation, c))) for c in self.columns(relation)
            ]
            return Members(tuple(rows), open=True)
        return self.type_of(routine.returns) if routine.returns else "unknown"

    def returns_row_of(self, routine: Routine) -> QualifiedName | None:
        return self.row_of(Argument(None, routine.returns)) if routine.returns else None

    def setof_options(self, function: _Function) -> Node | None:
        routine = function.routine
        to = self.returns_row_of(routine)
        if to is None:
            return None
        only = routine.arguments[0] if len(routine.arguments) == 1 else None
        source = self.row_of(only) if only else None
        many = routine.returns_set and routine.rows > 1
        return Members(
            (
                ("from", literal(source.name if source else "*")),
                ("to", literal(to.name)),
                ("isOneToOne", "false" if many else "true"),
                ("isSetofReturn", "true" if routine.returns_set else "false"),
            ),
            open=True,
        )

    def no_embedding(self, function: _Function) -> str | None:
        """A function of a row alone is a computed field; called by itself it cannot be."""
        unnamed = len(function.given) == 1 and not function.given[0].name
        if unnamed and self.row_of(function.given[0]):
            name = function.routine.name
            return (
                f"the function {name.schema}.{name.name} with parameter or with a single unnamed json/jsonb parameter, "
                "but no matches were found in the schema cache"
            )
        return None

    def conflict(self, function: _Function, same: Sequence[_Function]) -> str | None:
        """What PostgREST answers where the arguments do not tell which function is meant."""
        name = function.routine.name
        others = [other for other in same if other is not function]
        full = f"{name.schema}.{name.name}"
        if not function.given:
            for other in others:
                if len(other.given) == 1 and not other.given[0].name and other.given[0].default is not None:
                    returns = _type_name(other.routine.returns) if other.routine.returns else "unknown"
                    return _no_candidate(f"{full}(), {full}( => {returns})")
        if len(function.given) == 1 and function.given[0].name:
            only = function.given[0]
            clash = [
                other
                for other in others
                if len(other.given) == 1
                and other.given[0].name == only.name
                and _type_name(other.given[0].type) != _type_name(only.type)
            ]
            if clash:
                types = sorted((_type_name(f.given[0].type) for f in [function, *clash]), key=_type_order)
                return _no_candidate(", ".join(f"{full}({only.name} => {type_})" for type_ in types))
        return None


_CONSTRUCTOR = Members((("Args", "Record<PropertyKey, never>"), ("Returns", "unknown")))


def _no_candidate(candidates: str) -> str:
    return (
        f"Could not choose the best candidate function between: {candidates}. Try renaming the parameters or the "
        "function itself in the database so function overloading can be resolved"
    )


def _type_name(reference: TypeRef) -> str:
    return f"_{reference.name.name}" if reference.array else reference.name.name


def _type_order(name: str) -> tuple[int, str]:
    return _OIDS.get(name, len(_OIDS)), name


def _is_plain(argument: Argument) -> bool:
    return not argument.type.array and argument.type.name.name in _UNNAMED


def _is_record(routine: Routine) -> bool:
    return routine.returns is not None and routine.returns.name.name == "record"


def _arguments_text(routine: Routine) -> str:
    """As pg_get_function_arguments has them."""
    modes = {"out": "OUT ", "inout": "INOUT ", "variadic": "VARIADIC "}
    return ", ".join(
        f"{modes.get(a.mode, '')}{f'{a.name} ' if a.name else ''}{a.type.text}"
        + (f" DEFAULT {a.default}" if a.default is not None else "")
        for a in routine.arguments
        if a.mode != "table"
    )


def _or_null(found: Node) -> Node:
    match found:
        case "unknown":
            return found
        case Union(items):
            return Union((*items, "null"))
        case _:
            return Union((found, "null"))


def _reference(name: QualifiedName, kind: str) -> str:
    return f"Database[{literal(name.schema)}][{literal(kind)}][{literal(name.name)}]"


def _strings(texts: Iterable[str]) -> Node:
    return Tuple(tuple(map(literal, texts)))
