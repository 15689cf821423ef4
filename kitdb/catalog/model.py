"""What one database is: the objects of its schemas, frozen, ordered and compared with `==`.

Definitions are what Postgres prints (`pg_get_*def`, `format_type`) with an empty `search_path`, so every name in them
is qualified. Objects are tied together by name, never by oid: two databases with the same structure are equal. Compare
only catalogs read from servers of the same major version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kitdb.names import QualifiedName

RelationKind = Literal["table", "partitioned table", "view", "materialized view", "foreign table"]
TypeKind = Literal["enum", "domain", "composite", "range"]
ConstraintKind = Literal["primary key", "unique", "check", "foreign key", "exclude", "not null"]
RoutineKind = Literal["function", "procedure", "aggregate", "window"]
PolicyCommand = Literal["all", "select", "insert", "update", "delete"]
ArgumentMode = Literal["in", "out", "inout", "variadic", "table"]
ObjectKind = Literal["table", "column", "sequence", "function", "schema", "type", "database", "default privileges"]


@dataclass(frozen=True, slots=True)
class TypeRef:
    """The type of a column, an argument or a domain: what it is called, and what it is made of.

    `text` is `format_type` ("numeric(10,2)", "public.kit_status[]"). `name` is the type itself with its array brackets
    and modifiers gone ("pg_catalog.numeric"); `array` says that the column holds an array of it.
    """

    text: str
    name: QualifiedName
    array: bool = False
    dimensions: int = 0
    modifier: int = -1


@dataclass(frozen=True, slots=True)
class Grant:
    """One privilege of one role on one object, explicit also where the built-in default gives it.

    `object` is the name as SQL writes it, a function's with its argument types ("public.f(integer)"), and empty for the
    database itself; `column` names the column of a column privilege. PUBLIC is the role "public".
    """

    kind: ObjectKind
    object: str
    grantee: str
    privilege: str
    grantable: bool = False
    grantor: str = ""
    column: str | None = None


@dataclass(frozen=True, slots=True)
class DefaultPrivilege:
    """What new objects that `role` makes in `schema` (None: in every schema) grant to `grantee`.

    Only what differs from the built-in default; `revoked` says that they lack a privilege of that.
    """

    role: str
    schema: str | None
    kind: Literal["tables", "sequences", "functions", "types", "schemas", "large objects"]
    grantee: str
    privilege: str
    grantable: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    name: str
    owner: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `position` is its rank among the columns that were not dropped, from 1.

    `default` is never that of a generated column, nor that of the column's domain. `collation`, `storage` and
    `compression` are there where they differ from the type's. `updatable` is about views: whether a write reaches it.
    """

    name: str
    position: int
    type: TypeRef
    not_null: bool = False
    default: str | None = None
    identity: Literal["always", "by default"] | None = None
    generated: str | None = None
    generated_kind: Literal["stored", "virtual"] | None = None
    collation: str | None = None
    storage: str | None = None
    compression: str | None = None
    statistics: int | None = None
    comment: str | None = None
    inherited: bool = False
    updatable: bool = True
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a table or a domain; `columns` are those it names, in its own order.

    NOT NULL is the column's flag. Where Postgres 18 knows more than that (not validated, not inherited), there is a
    constraint as well; its name is not structure otherwise.
    """

    name: str
    on: QualifiedName
    kind: ConstraintKind
    definition: str
    columns: tuple[str, ...] = ()
    expression: str | None = None
    references: QualifiedName | None = None
    referenced_columns: tuple[str, ...] = ()
    on_update: str | None = None
    on_delete: str | None = None
    validated: bool = True
    deferrable: bool = False
    deferred: bool = False
    inherited: bool = False
    index: str | None = None
    comment: str | None = None
    enforced: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    """One index; `columns` are the plain columns it is keyed on ("" stands for an expression)."""

    name: str
    table: QualifiedName
    definition: str
    columns: tuple[str, ...]
    included: tuple[str, ...] = ()
    unique: bool = False
    primary: bool = False
    nulls_not_distinct: bool = False
    method: str = "btree"
    predicate: str | None = None
    constraint: str | None = None
    valid: bool = True
    parent: QualifiedName | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One row of pg_policy, in the words of CREATE POLICY. PUBLIC is the role "public"."""

    name: str
    table: QualifiedName
    command: PolicyCommand
    permissive: bool
    roles: tuple[str, ...]
    using: str | None
    with_check: str | None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    name: str
    table: QualifiedName
    definition: str
    function: QualifiedName
    enabled: Literal["origin", "disabled", "replica", "always"] = "origin"
    constraint: str | None = None
    comment: str | None = None
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rewrite rule other than a view's own."""

    name: str
    table: QualifiedName
    definition: str
    comment: str | None = None
    enabled: Literal["origin", "disabled", "replica", "always"] = "origin"


@dataclass(frozen=True)  # without slots, so that what is worked out from one can be kept with it
class Relation:
    """A table or anything that is read like one, with what hangs on it.

    `managed` relations are the platform's (`auth.users`, `storage.objects`): of them, only the policies and the
    triggers that call somebody else's function are the project's. They are here when they have such, or when a foreign
    key of the project refers to them.
    """

    name: QualifiedName
    kind: RelationKind
    owner: str
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    policies: tuple[Policy, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    rules: tuple[Rule, ...] = ()
    row_level_security: bool = False
    force_row_level_security: bool = False
    persistence: Literal["permanent", "unlogged", "temporary"] = "permanent"
    options: tuple[str, ...] = ()
    definition: str | None = None
    partition_key: str | None = None
    partition_bound: str | None = None
    parents: tuple[QualifiedName, ...] = ()
    of_type: QualifiedName | None = None
    access_method: str | None = None
    replica_identity: str = "default"
    replica_identity_index: str | None = None
    clustered_on: str | None = None
    populated: bool = True
    insertable: bool = True
    updatable: bool = True
    server: str | None = None
    comment: str | None = None
    managed: bool = False

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of the primary key, in its order; empty where there is none."""
        return next((c.columns for c in self.constraints if c.kind == "primary key"), ())

    @property
    def security_invoker(self) -> bool:
        """Whether a view reads with the caller's rights."""
        return self._is_on("security_invoker")

    @property
    def security_barrier(self) -> bool:
        """Whether a view's own conditions come before any filter that may tell what it looks at."""
        return self._is_on("security_barrier")

    def _is_on(self, option: str) -> bool:
        return any(told.lower() in {f"{option}={on}" for on in ("true", "on", "1", "yes")} for told in self.options)


@dataclass(frozen=True, slots=True)
class Sequence:
    name: QualifiedName
    owner: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    owned_by: tuple[QualifiedName, str] | None = None
    identity: bool = False
    comment: str | None = None
    unlogged: bool = False


@dataclass(frozen=True, slots=True)
class Type:
    """An enum, a domain, a composite type or a range; the fields of the other kinds stay empty."""

    name: QualifiedName
    kind: TypeKind
    owner: str
    labels: tuple[str, ...] = ()
    base: TypeRef | None = None
    not_null: bool = False
    default: str | None = None
    collation: str | None = None
    constraints: tuple[Constraint, ...] = ()
    attributes: tuple[Column, ...] = ()
    subtype: TypeRef | None = None
    multirange: QualifiedName | None = None
    definition: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    name: str | None
    type: TypeRef
    mode: ArgumentMode = "in"
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Routine:
    """A function, procedure or aggregate; `signature` is `name(argument types)` as regprocedure prints it."""

    name: QualifiedName
    signature: str
    kind: RoutineKind
    owner: str
    definition: str
    language: str
    arguments: tuple[Argument, ...] = ()
    returns: TypeRef | None = None
    returns_set: bool = False
    rows: float = 0
    security_definer: bool = False
    strict: bool = False
    volatility: Literal["immutable", "stable", "volatile"] = "volatile"
    leakproof: bool = False
    parallel: str = "unsafe"
    config: tuple[str, ...] = ()
    body: str = ""
    comment: str | None = None

    @property
    def search_path(self) -> str | None:
        """The value of SET search_path, None where the caller's is used."""
        for setting in self.config:
            name, _, value = setting.partition("=")
            if name == "search_path":
                return value
        return None


@dataclass(frozen=True, slots=True)
class Extension:
    name: str
    schema: str
    version: str


@dataclass(frozen=True, slots=True)
class EventTrigger:
    name: str
    event: str
    function: QualifiedName
    owner: str
    tags: tuple[str, ...] = ()
    enabled: str = "origin"
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    name: str
    owner: str
    all_tables: bool
    operations: tuple[str, ...]
    tables: tuple[tuple[QualifiedName, tuple[str, ...], str | None], ...] = ()
    schemas: tuple[str, ...] = ()
    via_root: bool = False
    generated_columns: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Extended statistics; `definition` has the columns in their physical order, the three lists are sorted."""

    name: QualifiedName
    table: QualifiedName
    definition: str
    owner: str
    comment: str | None = None
    target: int | None = None
    kinds: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bucket:
    """One row of storage.buckets, without its times and owner."""

    id: str
    name: str
    public: bool
    file_size_limit: int | None = None
    allowed_mime_types: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    superuser: bool
    bypass_rls: bool
    inherit: bool
    login: bool
    member_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalog:
    """One database, without what extensions own and what Postgres itself brings.

    Every tuple is ordered by name, so that two reads of the same structure are equal and print the same.
    `not_covered` names objects that exist and that this model has no place for ("cast text → public.color"): whoever
    compares catalogs must say so instead of "no changes".
    """

    major: int
    schemas: tuple[Schema, ...] = ()
    relations: tuple[Relation, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    types: tuple[Type, ...] = ()
    routines: tuple[Routine, ...] = ()
    grants: tuple[Grant, ...] = ()
    default_privileges: tuple[DefaultPrivilege, ...] = ()
    extensions: tuple[Extension, ...] = ()
    event_triggers: tuple[EventTrigger, ...] = ()
    publications: tuple[Publication, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    roles: tuple[Role, ...] = ()
    not_covered: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[QualifiedName, Relation]:
        return {relation.name: relation for relation in self.relations}

    @cached_property
    def type_by_name(self) -> dict[QualifiedName, Type]:
        return {type_.name: type_ for type_ in self.types}

    @cached_property
    def below(self) -> dict[QualifiedName, list[Relation]]:
        """By relation, those with a foreign key to it, its partitions and the tables that inherit from it."""
        found: dict[QualifiedName, list[Relation]] = {}
        for relation in self.relations:
            keys = (c.references for c in relation.constraints if c.references)
            for name in dict.fromkeys((*keys, *relation.parents)):
                found.setdefault(name, []).append(relation)
        return found

    @cached_property
    def named(self) -> dict[str, list[Relation]]:
        """By name without schema, the relations of that name."""
        found: dict[str, list[Relation]] = {}
        for relation in self.relations:
            found.setdefault(relation.name.name, []).append(relation)
        return found

    @cached_property
    def granted(self) -> frozenset[tuple[str, str, str]]:
        """Every privilege that is held: on what, which in small letters, by whom."""
        return frozenset((grant.object, grant.privilege.lower(), grant.grantee) for grant in self.grants)

    def policies(self) -> Iterator[Policy]:
        for relation in self.relations:
            yield from relation.policies
