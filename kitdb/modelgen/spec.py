"""What models are made from: a catalog's relations, types and functions as any language needs them (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from kitdb.catalog.model import Catalog, Column, Constraint, Relation, RelationKind, Routine, Type, TypeRef
from kitdb.modelgen.catalog_views import CatalogViews, is_told_not_null
from kitdb.modelgen.condition import (
    VALUE,
    ColumnValue,
    Condition,
    IsNull,
    Kind,
    Negation,
    NotTranslated,
    columns_of,
    conjuncts,
    parse_condition,
)
from kitdb.modelgen.selection import EVERYTHING, Selection
from kitdb.modelgen.triggers import set_by_triggers
from kitdb.names import QualifiedName

InsertMode = Literal["required", "optional", "never"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type of Postgres or of a known extension, by its bare name ("int4", "timestamptz", "citext")."""

    name: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """`dimensions` is what the column declares; Postgres does not hold values to it.

    `nullable` is about its elements, which only a NOT NULL domain keeps from being null.
    """

    element: TypeSpec
    dimensions: int = 1
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """An enum, domain or composite of the `ModelSpec`, or a relation's row type."""

    kind: Literal["enum", "domain", "composite", "row"]
    name: QualifiedName


@dataclass(frozen=True, slots=True)
class RangeOf:
    subtype: TypeSpec
    multirange: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A type that only the database knows; its values travel as JSON has them."""

    text: str


TypeSpec: TypeAlias = Scalar | ArrayOf | Named | RangeOf | Unknown


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A column as one may read and write it.

    `nullable` is the truth of the database (NOT NULL, domains, checks), `required` that an insert must give it.
    `checks` names the constraints that have a say in it. `filled` says that a trigger may set it before an
    insert is checked, `refilled` before an update is.
    """

    column: str
    type: TypeSpec
    nullable: bool = True
    insert: InsertMode = "optional"
    update: bool = True
    has_default: bool = False
    generated: bool = False
    identity: Literal["always", "by default"] | None = None
    comment: str | None = None
    checks: tuple[str, ...] = ()
    filled: bool = False
    refilled: bool = False

    @property
    def required(self) -> bool:
        return self.insert == "required"


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A check constraint: the conditions that must each hold (unknown passes), or why there are none.

    Where it is not `validated`, rows from before it may break it. Where it is `late`, a trigger may change its columns
    first, so that it says nothing of what is sent.
    """

    name: str
    definition: str
    columns: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    reason: str | None = None
    validated: bool = True
    enforced: bool = True
    comment: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class RelationSpec:
    name: QualifiedName
    kind: RelationKind
    fields: tuple[FieldSpec, ...]
    checks: tuple[CheckSpec, ...] = ()
    primary_key: tuple[str, ...] = ()
    insertable: bool = True
    updatable: bool = True
    comment: str | None = None

    @property
    def is_view(self) -> bool:
        return self.kind in ("view", "materialized view")


@dataclass(frozen=True, slots=True)
class EnumSpec:
    name: QualifiedName
    labels: tuple[str, ...]
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class DomainSpec:
    """`wire` is False where a cast to json gives its values another form over PostgREST."""

    name: QualifiedName
    base: TypeSpec
    not_null: bool = False
    checks: tuple[CheckSpec, ...] = ()
    comment: str | None = None
    wire: bool = True


@dataclass(frozen=True, slots=True)
class CompositeSpec:
    """A composite type, or a relation's row type where a column or an argument has it."""

    name: QualifiedName
    fields: tuple[FieldSpec, ...]
    of_relation: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ArgumentSpec:
    name: str
    type: TypeSpec
    required: bool
    nullable: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A function that can be called by its name and named arguments.

    It gives rows of `columns` where it has OUT arguments or RETURNS TABLE, else values of `returns` (None: nothing).
    """

    name: QualifiedName
    signature: str
    arguments: tuple[ArgumentSpec, ...] = ()
    returns: TypeSpec | None = None
    columns: tuple[FieldSpec, ...] = ()
    returns_set: bool = False
    overloaded: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ConstraintSpec:
    """A constraint, or a unique index, by the name that an error reports."""

    name: str
    table: QualifiedName
    kind: Literal["primary key", "unique", "check", "foreign key", "exclude"]
    columns: tuple[str, ...] = ()
    references: QualifiedName | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Everything in it is ordered by name; fields have the primary key first."""

    relations: tuple[RelationSpec, ...] = ()
    enums: tuple[EnumSpec, ...] = ()
    domains: tuple[DomainSpec, ...] = ()
    composites: tuple[CompositeSpec, ...] = ()
    functions: tuple[FunctionSpec, ...] = ()
    constraints: tuple[ConstraintSpec, ...] = ()


_SCALARS = frozenset(
    """
    int2 int4 int8 oid numeric float4 float8 bool text varchar bpchar name char bytea uuid date time timetz timestamp
    timestamptz interval json jsonb inet cidr macaddr macaddr8 money bit varbit tsvector tsquery xml jsonpath pg_lsn
    xid xid8 cid tid txid_snapshot pg_snapshot point line lseg box path polygon circle refcursor regclass regproc
    regprocedure regoper regoperator regtype regrole regnamespace regconfig regdictionary regcollation
    """.split()
)
_EXTENSION_SCALARS = frozenset("citext hstore ltree lquery ltxtquery vector halfvec sparsevec".split())
_RANGES: Mapping[str, str] = {
    "int4": "int4",
    "int8": "int8",
    "num": "numeric",
    "ts": "timestamp",
    "tstz": "timestamptz",
    "date": "date",
}
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("int2", "int4", "int8"), "integer"),
    "numeric": "numeric",
    "float8": "float",
    "bool": "boolean",
    **dict.fromkeys(("text", "varchar"), "text"),
    **dict.fromkeys(("json", "jsonb"), "json"),
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "time": "time",
    "uuid": "uuid",
    "bytea": "bytes",
}
# Under these, text that differs in any byte is not equal.
_PLAIN_COLLATIONS = frozenset(
    {None, 'pg_catalog."C"', 'pg_catalog."default"', 'pg_catalog."POSIX"', "pg_catalog.ucs_basic"}
)
_PSEUDO = frozenset("trigger event_trigger internal language_handler fdw_handler index_am_handler cstring".split())


def model_spec(catalog: Catalog, schemas: Sequence[str] = ("public",), selection: Selection = EVERYTHING) -> ModelSpec:
    """What there is to model in these schemas, with the types of other schemas that it uses."""
    return _Reader(catalog, tuple(schemas), selection).spec()


def modelled(catalog: Catalog, schemas: Sequence[str], selection: Selection = EVERYTHING) -> list[Relation]:
    """The relations that there are models of. A partition is written and read through its table."""
    return [
        relation
        for relation in catalog.relations
        if relation.name in selection and relation.name.schema in schemas and not relation.partition_bound
    ]


def constraint_specs(relations: Iterable[Relation]) -> Iterator[ConstraintSpec]:
    """The constraints and unique indexes of those among the relations that are tables, by name."""
    found = {}
    for table in relations:
        if table.definition is not None:
            continue
        for c in table.constraints:
            if c.kind != "not null":
                found[c.name, table.name] = ConstraintSpec(
                    c.name, table.name, c.kind, c.columns, c.references, c.comment
                )
        for index in table.indexes:
            if index.unique and index.constraint is None:
                columns = tuple(column for column in index.columns if column)
                found[index.name, table.name] = ConstraintSpec(
                    index.name, table.name, "unique", columns, comment=index.comment
                )
    for key in sorted(found):
        yield found[key]


class _Reader:
    def __init__(self, catalog: Catalog, schemas: tuple[str, ...], selection: Selection) -> None:
        self.catalog = catalog
        self.schemas = schemas
        self.selection = selection
        self.multiranges = {type_.multirange: type_ for type_ in catalog.types if type_.multirange}
        self.json_casts = {what for what in catalog.not_covered if what.startswith("cast ")}
        self.fields: dict[QualifiedName, dict[str, FieldSpec]] = {}
        self.free_fields: dict[int, FieldSpec] = {}
        self.views = CatalogViews(catalog, self.never_null)
        self.known_types: dict[tuple[str, int], TypeSpec] = {}
        self.known_kinds: dict[tuple[str, str | None], Kind] = {}
        self.not_null_types: dict[str, bool] = {}
        self.default_types: dict[str, bool] = {}

    def spec(self) -> ModelSpec:
        found = modelled(self.catalog, self.schemas, self.selection)
        relations = [self.table(relation) if relation.definition is None else self.view(relation) for relation in found]
        functions = list(self.functions())
        types = self.types(relations, functions)
        return ModelSpec(
            relations=tuple(sorted(relations, key=lambda relation: relation.name)),
            enums=tuple(type_ for type_ in types if isinstance(type_, EnumSpec)),
            domains=tuple(type_ for type_ in types if isinstance(type_, DomainSpec)),
            composites=tuple(type_ for type_ in types if isinstance(type_, CompositeSpec)),
            functions=tuple(functions),
            constraints=tuple(constraint_specs(found)),
        )

    # Relations

    def table(self, relation: Relation) -> RelationSpec:
        constraints = [constraint for constraint in relation.constraints if constraint.kind == "check"]
        named = {name for constraint in constraints for name in constraint.columns}
        kinds = {c.name: self.kind(c.type, c.collation) for c in relation.columns if c.name in named}
        filled = set_by_triggers(self.catalog, relation, "INSERT")
        changed = filled | set_by_triggers(self.catalog, relation, "UPDATE")
        checks = [_check(constraint, kinds, changed) for constraint in constraints]
        of_column: dict[str, list[CheckSpec]] = {name: [] for name in changed}
        for check in checks:
            for name in check.columns:
                of_column.setdefault(name, []).append(check)
        fields = [
            self.field(column, of_column[column.name], filled, changed)
            if column.name in of_column
            else self.free_field(column)
            for column in relation.columns
        ]
        return RelationSpec(
            name=relation.name,
            kind=relation.kind,
            fields=_ordered(relation, fields),
            checks=tuple(checks),
            primary_key=relation.primary_key,
            insertable=relation.insertable,
            updatable=relation.updatable,
            comment=relation.comment,
        )

    def free_field(self, column: Column) -> FieldSpec:
        """One that no check and no trigger has a say in: the same for columns that are one object in the catalog."""
        found = self.free_fields.get(id(column))
        if found is None:
            found = self.free_fields[id(column)] = self.field(column)
        return found

    def field(
        self,
        column: Column,
        checks: Sequence[CheckSpec] = (),
        filled: Set[str] = frozenset(),
        changed: Set[str] = frozenset(),
    ) -> FieldSpec:
        """`checks` are those of the table that name the column."""
        has_default = column.name in filled or column.default is not None or self.has_domain_default(column.type)
        nullable = not (column.not_null or self.is_not_null(column.type) or _checked_not_null(column.name, checks))
        writable = column.generated is None and column.identity != "always"
        required = not nullable and not has_default and column.identity is None
        return FieldSpec(
            column=column.name,
            type=self.type(column.type),
            nullable=nullable,
            insert="never" if not writable else "required" if required else "optional",
            update=writable,
            has_default=has_default or column.identity is not None,
            generated=column.generated is not None,
            identity=column.identity,
            comment=column.comment,
            checks=tuple([check.name for check in checks]),
            filled=column.name in filled,
            refilled=column.name in changed,
        )

    def view(self, relation: Relation) -> RelationSpec:
        return RelationSpec(
            name=relation.name,
            kind=relation.kind,
            fields=_ordered(relation, [self.view_field(relation, column) for column in relation.columns]),
            insertable=relation.insertable,
            updatable=relation.updatable,
            comment=relation.comment,
        )

    def view_field(self, view: Relation, column: Column) -> FieldSpec:
        base = self.base_field(view, column.name)
        never_null = self.views.column(view, column.name).never_null or is_told_not_null(column)
        nullable = not (self.is_not_null(column.type) or never_null)
        writable = column.updatable and (base is None or base.insert != "never")
        return FieldSpec(
            column=column.name,
            type=self.type(column.type),
            nullable=nullable,
            insert="optional" if writable else "never",
            update=writable,
            has_default=True,
            comment=column.comment or (base.comment if base else None),
        )

    def base_field(self, view: Relation, column: str) -> FieldSpec | None:
        """The table's column that a view's column is."""
        base = self.views.base(view, column)
        return self.fields_of(base[0])[base[1].name] if base else None

    def never_null(self, relation: Relation, column: Column) -> bool:
        if relation.definition is not None:
            return self.is_not_null(column.type)
        return not self.fields_of(relation)[column.name].nullable

    def fields_of(self, table: Relation) -> dict[str, FieldSpec]:
        if table.name not in self.fields:
            self.fields[table.name] = {field.column: field for field in self.table(table).fields}
        return self.fields[table.name]

    # Types

    def type(self, reference: TypeRef) -> TypeSpec:
        key = (reference.text, reference.dimensions)
        found = self.known_types.get(key)
        if found is None:
            found = self.known_types[key] = self.read_type(reference)
        return found

    def read_type(self, reference: TypeRef) -> TypeSpec:
        element = self.element(reference)
        if not reference.array:
            return element
        nullable = not any(domain.not_null for domain in self.domains(replace(reference, array=False)))
        return ArrayOf(element, max(reference.dimensions, 1), nullable)

    def element(self, reference: TypeRef) -> TypeSpec:
        name = reference.name
        if user := self.catalog.type_by_name.get(name):
            return self.user_type(user)
        if name in self.multiranges:
            return RangeOf(self.subtype(self.multiranges[name]), multirange=True)
        if name in self.catalog.by_name:
            return Named("row", name)
        if name.schema == "pg_catalog":
            return _built_in(name.name, reference.modifier) or Unknown(reference.text)
        return Scalar(name.name) if name.name in _EXTENSION_SCALARS else Unknown(reference.text)

    def user_type(self, type_: Type) -> TypeSpec:
        match type_.kind:
            case "range":
                return RangeOf(self.subtype(type_))
            case "enum" | "domain" | "composite" as kind:
                return Named(kind, type_.name)

    def subtype(self, range_: Type) -> TypeSpec:
        return self.type(range_.subtype) if range_.subtype else Unknown(str(range_.name))

    def domains(self, reference: TypeRef) -> Iterator[Type]:
        """The domain that a type is, and those below it."""
        found = None if reference.array else self.catalog.type_by_name.get(reference.name)
        if found and found.kind == "domain" and found.base:
            yield found
            yield from self.domains(found.base)

    def is_not_null(self, reference: TypeRef) -> bool:
        found = self.not_null_types.get(reference.text)
        if found is None:
            found = self.not_null_types[reference.text] = any(
                domain.not_null or _checked_not_null(VALUE, self.domain(domain).checks)
                for domain in self.domains(reference)
            )
        return found

    def has_domain_default(self, reference: TypeRef) -> bool:
        found = self.default_types.get(reference.text)
        if found is None:
            found = any(domain.default is not None for domain in self.domains(reference))
            self.default_types[reference.text] = found
        return found

    def kind(self, reference: TypeRef, collation: str | None) -> Kind:
        """What a value of the type can be compared as; a domain is its base."""
        known = (reference.text, collation)
        if known not in self.known_kinds:
            self.known_kinds[known] = self.read_kind(reference, collation)
        return self.known_kinds[known]

    def read_kind(self, reference: TypeRef, collation: str | None) -> Kind:
        if reference.array:
            return self.array_kind(reference)
        for domain in self.domains(reference):
            collation = collation or domain.collation
            reference = domain.base or reference
        if reference.array:
            return self.array_kind(reference)
        match self.element(reference):
            case Scalar("text" | "varchar") if collation not in _PLAIN_COLLATIONS:
                return "other"
            case Scalar("timestamp" | "timestamptz" | "time") if reference.modifier >= 0:
                return "other"  # rounded before it is checked
            case Scalar(name):
                return _KINDS.get(name, "other")
            case Named("enum"):
                return "enum"
            case Named("composite" | "row"):
                return "composite"
        return "other"

    def array_kind(self, reference: TypeRef) -> Kind:
        match self.kind(replace(reference, array=False), None):
            case "text":
                return "text array"
            case "integer":
                return "integer array"
            case "enum":
                return "enum array"
        return "array"

    def types(
        self, relations: Iterable[RelationSpec], functions: Iterable[FunctionSpec]
    ) -> list[EnumSpec | DomainSpec | CompositeSpec]:
        """The types of the schemas and those that are used, whatever their schema."""
        found: dict[Named, EnumSpec | DomainSpec | CompositeSpec] = {}
        waiting: list[TypeSpec] = [
            self.user_type(type_) for type_ in self.catalog.types if type_.name.schema in self.schemas
        ]
        waiting += [field.type for relation in relations for field in relation.fields]
        for function in functions:
            waiting += [argument.type for argument in function.arguments]
            waiting += [field.type for field in function.columns]
            waiting += [function.returns] if function.returns and not _is_row(function.returns) else []
        while waiting:
            for named in named_in(waiting.pop()):
                if named not in found:
                    found[named] = self.named(named)
                    waiting += _parts(found[named])
        return sorted(found.values(), key=lambda type_: type_.name)

    def named(self, named: Named) -> EnumSpec | DomainSpec | CompositeSpec:
        if named.kind == "row":
            relation = self.catalog.by_name[named.name]
            fields = tuple(self.attribute(column) for column in relation.columns)
            return CompositeSpec(named.name, fields, of_relation=True, comment=relation.comment)
        type_ = self.catalog.type_by_name[named.name]
        if named.kind == "enum":
            return EnumSpec(type_.name, type_.labels, type_.comment)
        if named.kind == "domain":
            return self.domain(type_)
        return CompositeSpec(type_.name, tuple(map(self.attribute, type_.attributes)), comment=type_.comment)

    def attribute(self, column: Column) -> FieldSpec:
        """Nothing but a domain keeps an attribute of a composite value from being null."""
        return FieldSpec(column.name, self.type(column.type), comment=column.comment)

    def domain(self, type_: Type) -> DomainSpec:
        base = type_.base or TypeRef("text", QualifiedName("pg_catalog", "text"))
        kinds = {VALUE: self.kind(base, type_.collation)}
        return DomainSpec(
            name=type_.name,
            base=self.type(base),
            not_null=type_.not_null,
            checks=tuple(_check(constraint, kinds) for constraint in type_.constraints),
            comment=type_.comment,
            wire=f"cast {type_.name} → json" not in self.json_casts,
        )

    # Functions

    def functions(self) -> Iterator[FunctionSpec]:
        callable_ = [routine for routine in self.catalog.routines if self.is_callable(routine)]
        times = Counter(routine.name for routine in callable_)
        for routine in callable_:
            yield self.function(routine, overloaded=times[routine.name] > 1)

    def is_callable(self, routine: Routine) -> bool:
        """Whether PostgREST can call it: by named arguments."""
        return (
            routine.kind == "function"
            and routine.name.schema in self.schemas
            and routine.name in self.selection
            and routine.returns is not None
            and routine.returns.name.name not in _PSEUDO
            and all(argument.name for argument in routine.arguments if argument.mode in ("in", "inout", "variadic"))
        )

    def function(self, routine: Routine, overloaded: bool) -> FunctionSpec:
        given = [a for a in routine.arguments if a.mode in ("in", "inout", "variadic")]
        out = [a for a in routine.arguments if a.mode in ("out", "inout", "table")]
        returns = self.type(routine.returns) if routine.returns and not out else None
        return FunctionSpec(
            name=routine.name,
            signature=routine.signature,
            arguments=tuple(
                ArgumentSpec(a.name or "", self.type(a.type), a.default is None, not self.is_not_null(a.type))
                for a in given
            ),
            returns=None if returns == Unknown("void") else returns,
            columns=tuple(FieldSpec(a.name or f"column{n}", self.type(a.type)) for n, a in enumerate(out, 1)),
            returns_set=routine.returns_set,
            overloaded=overloaded,
            comment=routine.comment,
        )


def by_dependency(types: Sequence[DomainSpec | CompositeSpec]) -> list[DomainSpec | CompositeSpec]:
    """Each after what it is made of: an alias is evaluated where it stands."""
    by_name = {type_.name: type_ for type_ in types}
    ordered: dict[QualifiedName, DomainSpec | CompositeSpec] = {}

    def add(type_: DomainSpec | CompositeSpec, above: frozenset[QualifiedName]) -> None:
        parts = [type_.base] if isinstance(type_, DomainSpec) else [spec.type for spec in type_.fields]
        for name in [named.name for part in parts for named in named_in(part)]:
            if name in by_name and name not in above and name not in ordered:
                add(by_name[name], above | {name})
        ordered[type_.name] = type_

    for type_ in types:
        if type_.name not in ordered:
            add(type_, frozenset({type_.name}))
    return list(ordered.values())


def _ordered(relation: Relation, fields: Iterable[FieldSpec]) -> tuple[FieldSpec, ...]:
    """The primary key, then by name: the physical order differs between a table that grew and one made at once."""
    by_name = {field.column: field for field in fields}
    key = [by_name.pop(column) for column in relation.primary_key]
    return (*key, *(by_name[name] for name in sorted(by_name)))


def _check(constraint: Constraint, kinds: Mapping[str, Kind], changed: Set[str] = frozenset()) -> CheckSpec:
    """`changed` are the columns that triggers set."""
    conditions: tuple[Condition, ...] = ()
    reason = None
    try:
        conditions = conjuncts(parse_condition(constraint.expression or "", kinds))
    except NotTranslated as error:
        reason = str(error)
    return CheckSpec(
        name=constraint.name,
        definition=constraint.definition,
        columns=constraint.columns,
        conditions=conditions,
        reason=reason,
        validated=constraint.validated,
        enforced=constraint.enforced,
        comment=constraint.comment,
        late=not changed.isdisjoint(constraint.columns),
    )


def _checked_not_null(column: str, checks: Iterable[CheckSpec]) -> bool:
    return any(
        isinstance(condition, Negation)
        and isinstance(condition.item, IsNull)
        and isinstance(condition.item.item, ColumnValue)
        and columns_of(condition) == (column,)
        for check in checks
        if check.validated and check.enforced
        for condition in check.conditions
    )


def _built_in(name: str, modifier: int) -> TypeSpec | None:
    for suffix, multirange in (("multirange", True), ("range", False)):
        if name.endswith(suffix) and name.removesuffix(suffix) in _RANGES:
            return RangeOf(Scalar(_RANGES[name.removesuffix(suffix)]), multirange)
    if name not in _SCALARS:
        return None
    if name in ("varchar", "bpchar") and modifier >= 0:
        return Scalar(name, length=modifier - 4)
    if name == "numeric" and modifier >= 0:
        scale = (modifier - 4) & 0x7FF
        return Scalar(name, precision=(modifier - 4) >> 16, scale=scale - 0x800 if scale & 0x400 else scale)
    return Scalar(name)


def named_in(type_: TypeSpec) -> Iterator[Named]:
    """The types that the type is made of and that have names of their own."""
    match type_:
        case Named():
            yield type_
        case ArrayOf(element):
            yield from named_in(element)
        case RangeOf(subtype):
            yield from named_in(subtype)


def _parts(type_: EnumSpec | DomainSpec | CompositeSpec) -> list[TypeSpec]:
    match type_:
        case DomainSpec(base=base):
            return [base]
        case CompositeSpec(fields=fields):
            return [field.type for field in fields]
        case _:
            return []


def _is_row(type_: TypeSpec) -> bool:
    return isinstance(type_, Named) and type_.kind == "row"
