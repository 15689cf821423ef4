"""What the statements so far have made of a database: as much as the rules ask about.

Tables that are only altered are known without their columns. What a DO block or a function does when it runs is not
known at all; `notes` in a result say where that matters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, NamedTuple

from kitdb.lint.privileges import Privileges
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql import operations as op
from kitdb.sql.operations import Operation
from kitdb.sql.record import Record, record
from kitdb.sql.scan import tokens


@record()
class Opaque(Operation):
    """Code that runs with the migration and makes its SQL when it does."""

    text: str


class Block(NamedTuple):
    """A DO block that makes SQL when it runs, the `number`th of them."""

    number: int
    body: str
    origin: str | None


@record(frozen=False)
class Table(Record):
    """`created` is the statement that made it, None if it was there before; `origin` is the set of files that did.

    `blocks` is the number of DO blocks that made SQL before there was such a table.
    """

    name: QualifiedName
    created: Operation | None = None
    origin: str | None = None
    row_level_security: bool = False
    partitioned: bool = False
    columns: dict[str, Column] = field(default_factory=dict)
    checks: dict[str, op.Check | op.NotNull] = field(default_factory=dict)
    constraints: dict[str, Constrained] = field(default_factory=dict)
    parents: tuple[QualifiedName, ...] = ()
    row_level_security_from: Operation | None = None
    blocks: int = 0

    def may_be_found_by(self, block: Block) -> bool:
        return self.blocks <= block.number or self.origin == block.origin

    @property
    def complete(self) -> bool:
        """Whether all of its columns are known."""
        match self.created:
            case op.CreateTable(like=(), inherits=(), partition_of=None, query=None):
                return True
            case _:
                return False

    def primary_key(self) -> tuple[str, ...]:
        keys = (part.constraint for part in self.constraints.values())
        return next((key.columns for key in keys if isinstance(key, op.PrimaryKey)), ())


@record(frozen=False)
class Constrained(Record):
    """A constraint as it is now and as it was written, and the operation that made it."""

    constraint: op.Constraint
    written: op.Constraint
    made: Operation
    origin: str | None = None


@record(frozen=False)
class Index(Record):
    """`columns` are as written, names quoted where they have to be; `constraint` where it belongs to one."""

    name: QualifiedName
    table: QualifiedName
    columns: tuple[str, ...]
    made: Operation
    origin: str | None = None
    unique: bool = False
    method: str = "btree"
    where: str | None = None
    include: tuple[str, ...] = ()
    constraint: bool = False


@record(frozen=False)
class Column(Record):
    type: str
    not_null: bool
    origin: str | None = None


@record(frozen=False)
class Policy(Record):
    """A policy as it is now, and which operation gave it its present roles and expressions."""

    definition: op.CreatePolicy
    roles_from: Operation
    using_from: Operation
    with_check_from: Operation
    origin: str | None = None


@record(frozen=False)
class Function(Record):
    """`definer_from` is the operation that last said whose rights it has."""

    definition: op.CreateFunction
    definer_from: Operation
    origin: str | None = None
    path_from: Operation | None = None


@record(frozen=False)
class View(Record):
    definition: op.CreateView
    created: Operation
    options: dict[str, str]
    origin: str | None = None


@record(frozen=False)
class Enum(Record):
    origin: str | None = None
    added: dict[str, str | None] = field(default_factory=dict)


_ROW_LEVEL_SECURITY = re.compile(r"row\s+level\s+security", re.IGNORECASE)


class Lookup:
    """What hangs together in a state, found without a search."""

    def __init__(self, state: State) -> None:
        self.policies: dict[QualifiedName, list[Policy]] = defaultdict(list)
        self.policy_from: dict[int, Policy] = {}
        self.indexes: dict[QualifiedName, list[Index]] = defaultdict(list)
        self.indexes_from: dict[int, list[Index]] = defaultdict(list)
        self.table_from: dict[int, Table] = {}
        self.table_secured_by: dict[int, Table] = {}
        self.table_with: dict[int, Table] = {}
        self.blocks_that_enable_rls = [block for block in state.blocks if _ROW_LEVEL_SECURITY.search(block.body)]
        self.blocks_that_create_policies = [block for block in state.blocks if "policy" in block.body.lower()]
        # An event trigger may secure each table as it is made.
        self.secured_when_made = any(
            function.definition.returns == "event_trigger" and _ROW_LEVEL_SECURITY.search(function.definition.body)
            for function in state.functions.values()
        )
        for (name, _), policy in state.policies.items():
            self.policies[name].append(policy)
            for made in (policy.with_check_from, policy.using_from, policy.roles_from):
                self.policy_from[id(made)] = policy
        for index in state.indexes.values():
            self.indexes[index.table].append(index)
            self.indexes_from[id(index.made)].append(index)
        for table in state.tables.values():
            self.table_from[id(table.created)] = table
            self.table_secured_by[id(table.row_level_security_from)] = table
            for part in table.constraints.values():
                self.table_with[id(part.written)] = table


def _unquoted(name: str) -> QualifiedName:
    """What `str` made of a qualified name, taken back."""
    parts = [name[token.start : token.end] for token in tokens(name) if token.word != "."]
    *schema, last = (part[1:-1].replace('""', '"') if part.startswith('"') else part for part in parts)
    return QualifiedName(schema[0] if schema else "public", last)


# What comes often and changes nothing that is kept here.
_WITHOUT_EFFECT = frozenset((op.Comment, op.Copy, op.Delete, op.Select, op.Update))


@dataclass
class State:
    tables: dict[QualifiedName, Table] = field(default_factory=dict)
    dropped: set[QualifiedName] = field(default_factory=set)
    policies: dict[tuple[QualifiedName, str], Policy] = field(default_factory=dict)
    functions: dict[tuple[QualifiedName, tuple[str, ...]], Function] = field(default_factory=dict)
    views: dict[QualifiedName, View] = field(default_factory=dict)
    enums: dict[QualifiedName, Enum] = field(default_factory=dict)
    schemas: dict[str, str | None] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    _block: str = ""
    indexes: dict[QualifiedName, Index] = field(default_factory=dict)
    domains: dict[QualifiedName, op.CreateDomain] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)
    published: dict[QualifiedName, Operation] = field(default_factory=dict)
    settings: dict[str, str | None] = field(default_factory=dict)
    privileges: Privileges = field(default_factory=Privileges)
    public_buckets: set[str] = field(default_factory=set)
    added_values: dict[str | None, list[tuple[QualifiedName, str]]] = field(default_factory=dict)
    _lookup: Lookup | None = None

    @property
    def lookup(self) -> Lookup:
        """For a state that stays as it is: it is made anew after each change."""
        if self._lookup is None:
            self._lookup = Lookup(self)
        return self._lookup

    @property
    def has_history(self) -> bool:
        """Whether what there is seems to be known."""
        return any(table.created is not None for table in self.tables.values())

    def known(self, name: QualifiedName) -> Table:
        """What is known of a table: nothing, of one that was there before."""
        return self.tables.get(name) or Table(name)

    def table(self, name: QualifiedName) -> Table:
        """The table's entry, made if there is none."""
        return self.tables.setdefault(name, Table(name))

    def columns_of_type(self, name: QualifiedName) -> Iterator[tuple[Table, str]]:
        """The columns of a type or domain, or of an array of it."""
        spelled = {f"{written}{array}" for written in (str(name), quote_identifier(name.name)) for array in ("", "[]")}
        for table in self.tables.values():
            for column, known in table.columns.items():
                if known.type in spelled:
                    yield table, column

    def apply(self, operation: Operation, origin: str | None) -> None:
        """Take one operation into account; `origin` names the set of files it belongs to."""
        kind = type(operation)
        if kind in _WITHOUT_EFFECT:
            return
        self._lookup = None
        _APPLIED.get(kind, State._apply_to_others)(self, operation, origin)

    def _apply_to_others(self, operation: Operation, origin: str | None) -> None:
        match operation:
            case op.Insert(columns=columns, rows=rows):
                self._apply_to_buckets(columns, rows)
            case op.CreateView(view=view, or_replace=True) if known := self.views.get(view):
                self.views[view] = View(operation, operation, dict(operation.options), known.origin)
            case op.CreateView(view=view):
                self.views[view] = View(operation, operation, dict(operation.options), origin)
                self.privileges.create_table(view)
            case op.DropView(view=view):
                self.views.pop(view, None)
                self.privileges.forget(str(view))
            case op.Grant() | op.Revoke():
                self.privileges.apply(operation)
            case op.AlterDefaultPrivileges():
                self.privileges.apply_default(operation)
            case op.CreateDomain(domain=domain):
                self.domains[domain] = operation
            case op.AddDomainConstraint(domain=domain, constraint=constraint) if made := self.domains.get(domain):
                self.domains[domain] = replace(made, constraints=(*made.constraints, constraint))
            case op.Other(text=text, tag="create role" | "create user" | "create group"):
                self.roles.add(_third_word(text))
            case op.CreatePublication() | op.AlterPublication():
                self._publish(operation)
            case op.SetParameter(name=name, value=value):
                self.settings[name] = value
            case op.SetOptions(name=name, options=options) if name in self.views:
                self.views[name].options.update(options)
            case op.ResetOptions(name=name, options=names) if name in self.views:
                for option in names:
                    self.views[name].options.pop(option, None)
            case op.CreateEnum(type=enum):
                self.enums[enum] = Enum(origin)
            case op.AddEnumValue(type=enum, value=value):
                self.enums.setdefault(enum, Enum()).added[value] = origin
                self.added_values.setdefault(origin, []).append((enum, value))
            case op.DropType(type=enum):
                self.enums.pop(enum, None)
            case op.CreateSchema(schema=schema):
                self.schemas.setdefault(schema, origin)
            case op.DropSchema(schema=schema):
                self._drop_schema(schema)
            case op.Do(body=body, language="plpgsql"):
                self._block = body
            case op.Do(body=body):
                self.blocks.append(Block(len(self.blocks), body, origin))
            case Opaque():
                self.blocks.append(Block(len(self.blocks), self._block, origin))

    def has_already(self, operation: Operation) -> bool:
        """Whether a column is there that is added if it is not."""
        match operation:
            case op.AddColumn(table=name, column=column, if_not_exists=True):
                return column.name in self.known(name).columns
            case _:
                return False

    def domain(self, type_name: str) -> op.CreateDomain | None:
        schema, _, name = type_name.rpartition(".")
        return self.domains.get(QualifiedName(schema or "public", name))

    def _apply_to_tables(self, operation: Operation, origin: str | None) -> None:
        match operation:
            case op.CreateTable(table=name, if_not_exists=True) if name in self.tables:
                pass
            case op.CreateTable(table=name):
                self.dropped.discard(name)
                self.tables[name] = Table(
                    name,
                    operation,
                    origin,
                    partitioned=operation.partition_by is not None,
                    columns={part.name: Column(part.type, part.not_null, origin) for part in operation.columns},
                    parents=(*operation.inherits, *filter(None, (operation.partition_of,))),
                    blocks=len(self.blocks),
                )
                self.privileges.create_table(name)
                for constraint in operation.constraints:
                    self._constrain(self.tables[name], constraint, operation, origin)
            case op.DropTable(table=name):
                self.tables.pop(name, None)
                self.dropped.add(name)
                self.published.pop(name, None)
                self.privileges.forget(str(name))
                self.indexes = {key: index for key, index in self.indexes.items() if index.table != name}
                self.policies = {key: policy for key, policy in self.policies.items() if key[0] != name}
            case op.Rename(kind="column", part=str(part), to=to):
                for table in self._named(operation.object):
                    self._rename_column(table, part, to)
            case op.Rename(kind="constraint", part=str(part), to=to):
                for table in self._named(operation.object):
                    table.constraints = {to if name == part else name: made for name, made in table.constraints.items()}
                    table.checks = {to if name == part else name: check for name, check in table.checks.items()}
            case op.Rename(kind="index", to=to):
                for key in [key for key in self.indexes if str(key) == operation.object]:
                    self.indexes[QualifiedName(key.schema, to)] = self.indexes.pop(key)
            case op.Rename(kind="type" | "domain", to=to, part=None):
                self._rename_type(_unquoted(operation.object), to)
            case op.Rename(kind="policy", part=str(part), to=to):
                for table in self._named(operation.object):
                    self._rename_policy((table.name, part), (table.name, to))
            case op.Rename(kind="table", to=to):
                for table in self._named(operation.object):
                    self._move(table, QualifiedName(table.name.schema, to))
            case op.SetSchema(kind="table", schema=schema):
                for table in self._named(operation.object):
                    self._move(table, QualifiedName(schema, table.name.name))

    def _named(self, name: str) -> list[Table]:
        return [table for table in self.tables.values() if str(table.name) == name]

    def _move(self, table: Table, name: QualifiedName) -> None:
        del self.tables[table.name]
        self.dropped.discard(name)
        self.privileges.rename(str(table.name), str(name))
        for index in self.indexes.values():
            if index.table == table.name:
                index.table = name
        if table.name in self.published:
            self.published[name] = self.published.pop(table.name)
        for key in [key for key in self.policies if key[0] == table.name]:
            self._rename_policy(key, (name, key[1]))
        table.name = name
        self.tables[name] = table

    def _rename_policy(self, key: tuple[QualifiedName, str], to: tuple[QualifiedName, str]) -> None:
        if policy := self.policies.pop(key, None):
            policy.definition = replace(policy.definition, table=to[0], name=to[1])
            self.policies[to] = policy

    def _rename_column(self, table: Table, old: str, to: str) -> None:
        table.columns = {to if name == old else name: column for name, column in table.columns.items()}
        for made in table.constraints.values():
            columns = getattr(made.constraint, "columns", ())
            if old in columns:
                renamed: Any = {"columns": tuple(to if name == old else name for name in columns)}
                made.constraint = replace(made.constraint, **renamed)
        for index in self.indexes.values():
            if index.table == table.name:
                index.columns = tuple(_renamed(part, old, to) for part in index.columns)

    def _rename_type(self, old: QualifiedName, to: str) -> None:
        name = QualifiedName(old.schema, to)
        for table, column in list(self.columns_of_type(old)):
            known = table.columns[column]
            known.type = f"{name}[]" if known.type.endswith("[]") else str(name)
        if old in self.enums:
            self.enums[name] = self.enums.pop(old)
        if old in self.domains:
            self.domains[name] = self.domains.pop(old)

    def _drop_schema(self, schema: str) -> None:
        self.schemas.pop(schema, None)
        for name in [name for name in self.tables if name.schema == schema]:
            self._apply_to_tables(op.DropTable(name), None)
        self.views = {name: view for name, view in self.views.items() if name.schema != schema}
        self.functions = {key: function for key, function in self.functions.items() if key[0].schema != schema}

    def _apply_to_columns(self, operation: Operation, origin: str | None) -> None:
        match operation:
            case op.AddColumn() if self.has_already(operation):
                pass
            case op.AddColumn(table=name, column=column, constraints=constraints):
                if column.name not in self.table(name).columns:
                    self.table(name).columns[column.name] = Column(column.type, column.not_null, origin)
                for constraint in constraints:
                    self._constrain(self.table(name), constraint, operation, origin)
            case op.DropColumn(table=name, column=gone):
                self.table(name).columns.pop(gone, None)
                self._drop_what_uses(name, gone)
            case op.AlterColumnType(table=name, column=changed, type=type_name):
                if known := self.table(name).columns.get(changed):
                    known.type = type_name
            case op.SetNotNull(table=name, column=changed):
                if known := self.table(name).columns.get(changed):
                    known.not_null = True
            case op.DropNotNull(table=name, column=changed):
                if known := self.table(name).columns.get(changed):
                    known.not_null = False
            case op.AddConstraint(table=name, constraint=constraint):
                self._constrain(self.table(name), constraint, operation, origin)
            case op.DropConstraint(table=name, name=gone):
                self.table(name).checks.pop(gone, None)
                self.table(name).constraints.pop(gone, None)
                self.indexes.pop(QualifiedName(name.schema, gone), None)
            case op.ValidateConstraint(table=name, name=valid):
                if check := self.table(name).checks.get(valid):
                    self.table(name).checks[valid] = replace(check, not_valid=False)
                if made := self.table(name).constraints.get(valid):
                    made.constraint = _validated(made.constraint)
            case op.EnableRowLevelSecurity(table=name) | op.DisableRowLevelSecurity(table=name):
                self.table(name).row_level_security = isinstance(operation, op.EnableRowLevelSecurity)
                self.table(name).row_level_security_from = operation
            case op.AttachPartition(table=parent, partition=name):
                self.table(name).parents = (*self.table(name).parents, parent)
            case op.DetachPartition(table=parent, partition=name):
                self.table(name).parents = tuple(one for one in self.table(name).parents if one != parent)

    def _constrain(self, table: Table, constraint: op.Constraint, made: Operation, origin: str | None) -> None:
        name = constraint.name or _chosen_name(table, constraint)
        table.constraints[name] = Constrained(constraint, constraint, made, origin)
        match constraint:
            case op.Check() | op.NotNull():
                # NOT VALID says nothing in CREATE TABLE: there is no row that it could be wrong of.
                proved = replace(constraint, not_valid=False) if isinstance(made, op.CreateTable) else constraint
                table.checks[name] = proved
            case op.PrimaryKey(columns=columns):
                for part in columns:
                    if column := table.columns.get(part):
                        column.not_null = True
        match constraint:
            case op.PrimaryKey(columns=columns, using_index=None) | op.Unique(columns=columns, using_index=None):
                key = QualifiedName(table.name.schema, name)
                spelled = tuple(map(quote_identifier, columns))
                self.indexes[key] = Index(key, table.name, spelled, made, origin, unique=True, constraint=True)

    def _apply_to_indexes(self, operation: op.CreateIndex | op.DropIndex, origin: str | None) -> None:
        if isinstance(operation, op.DropIndex):
            self.indexes.pop(operation.index, None)
            return
        table = operation.table
        columns = "_".join(re.sub(r"\W+", "_", part) for part in operation.columns)
        key = QualifiedName(table.schema, operation.name or f"{table.name}_{columns}_idx")
        if key in self.indexes and operation.if_not_exists:
            return
        self.indexes[key] = Index(
            key,
            table,
            tuple(map(_spelled, operation.columns)),
            operation,
            origin,
            operation.unique,
            operation.method,
            operation.where,
            operation.include,
        )

    def _drop_what_uses(self, table: QualifiedName, column: str) -> None:
        known = self.table(table)
        known.constraints = {
            name: made
            for name, made in known.constraints.items()
            if column not in getattr(made.constraint, "columns", ())
        }
        self.indexes = {
            key: index
            for key, index in self.indexes.items()
            if index.table != table or column not in map(column_of, index.columns)
        }

    def _publish(self, operation: op.CreatePublication | op.AlterPublication) -> None:
        if operation.publication != "supabase_realtime":
            return
        match operation:
            case op.AlterPublication(action="drop"):
                for table in operation.tables:
                    self.published.pop(table, None)
                return
            case op.AlterPublication(action="set"):
                self.published.clear()
        self.published.update(dict.fromkeys(operation.tables, operation))

    def _apply_to_buckets(self, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        for row in rows:
            written = dict(zip(columns, row, strict=False))
            if written.get("public", "").lower() in ("true", "t", "1"):
                self.public_buckets.add(written.get("id", ""))

    def default_partition(self, table: QualifiedName) -> QualifiedName | None:
        made = (one.created for one in self.tables.values())
        return next(
            (
                one.table
                for one in made
                if isinstance(one, op.CreateTable) and one.default_partition and one.partition_of == table
            ),
            None,
        )

    def columns_of(self, name: QualifiedName) -> frozenset[str]:
        """The columns that are known of a table."""
        table = self.tables.get(name)
        return frozenset(table.columns) if table else frozenset()

    def _apply_to_policies(self, operation: Operation, origin: str | None) -> None:
        match operation:
            case op.CreatePolicy(name=name, table=table):
                self.policies[table, name] = Policy(operation, operation, operation, operation, origin)
            case op.DropPolicy(name=name, table=table):
                self.policies.pop((table, name), None)
            case op.AlterPolicy(name=name, table=table) if known := self.policies.get((table, name)):
                if operation.roles is not None:
                    known.definition = replace(known.definition, roles=operation.roles)
                    known.roles_from = operation
                if operation.using is not None:
                    known.definition = replace(known.definition, using=operation.using)
                    known.using_from = operation
                if operation.with_check is not None:
                    known.definition = replace(known.definition, with_check=operation.with_check)
                    known.with_check_from = operation

    def _apply_to_functions(self, operation: Operation, origin: str | None) -> None:
        match operation:
            case op.CreateFunction(function=name, types=types):
                known = self.functions.get((name, types))
                first = known.origin if known else origin
                self.functions[name, types] = Function(operation, operation, first, operation)
                self.privileges.create_function(operation.signature, name.schema)
            case op.DropFunction(function=name, types=given):
                for key in self._overloads(name, given):
                    self.privileges.forget(self.functions.pop(key).definition.signature)
            case op.AlterFunction(function=name, types=given, security_definer=definer, settings=settings):
                for key in self._overloads(name, given):
                    known = self.functions[key]
                    kept = () if "all" in operation.reset else known.definition.settings
                    changed = {**dict(kept), **dict(settings)}
                    if definer is not None:
                        known.definer_from = operation
                    if settings or operation.reset:
                        known.path_from = operation
                    known.definition = replace(
                        known.definition,
                        security_definer=known.definition.security_definer if definer is None else definer,
                        settings=tuple(entry for entry in changed.items() if entry[0] not in operation.reset),
                    )

    def _overloads(
        self, name: QualifiedName, types: tuple[str, ...] | None
    ) -> list[tuple[QualifiedName, tuple[str, ...]]]:
        return [key for key in self.functions if key[0] == name and types in (None, key[1])]


_APPLIED: dict[type[Operation], Callable[[State, Any, str | None], None]] = {
    **dict.fromkeys((op.CreateTable, op.DropTable, op.Rename, op.SetSchema), State._apply_to_tables),
    **dict.fromkeys((op.CreatePolicy, op.AlterPolicy, op.DropPolicy), State._apply_to_policies),
    **dict.fromkeys((op.CreateFunction, op.AlterFunction, op.DropFunction), State._apply_to_functions),
    **dict.fromkeys((op.CreateIndex, op.DropIndex), State._apply_to_indexes),
    **dict.fromkeys(
        (
            op.AddColumn,
            op.DropColumn,
            op.AlterColumnType,
            op.SetNotNull,
            op.DropNotNull,
            op.AddConstraint,
            op.DropConstraint,
            op.ValidateConstraint,
            op.EnableRowLevelSecurity,
            op.DisableRowLevelSecurity,
            op.AttachPartition,
            op.DetachPartition,
        ),
        State._apply_to_columns,
    ),
}

_COLUMN = re.compile(r'(?:("(?:[^"]|"")+")|[^\W\d][\w$]*)(?=\s|$)')


def column_of(element: str) -> str | None:
    """The column that an element of an index is about, if it is no expression."""
    found = _COLUMN.match(element)
    return _plain(found[0]) if found else None


def _spelled(element: str) -> str:
    found = _COLUMN.match(element)
    return quote_identifier(_plain(found[0])) + element[found.end() :] if found else element


def _renamed(element: str, old: str, to: str) -> str:
    found = _COLUMN.match(element)
    return quote_identifier(to) + element[found.end() :] if found and _plain(found[0]) == old else element


def _chosen_name(table: Table, constraint: op.Constraint) -> str:
    """The name that Postgres gives, as long as nothing else has it."""
    match constraint:
        case op.PrimaryKey():
            return f"{table.name.name}_pkey"
        case op.Unique(columns=columns):
            return f"{table.name.name}_{'_'.join(columns)}_key"
        case op.ForeignKey(columns=columns):
            return f"{table.name.name}_{'_'.join(columns)}_fkey"
        case _:
            return f"#{len(table.constraints)}"


def _validated(constraint: op.Constraint) -> op.Constraint:
    match constraint:
        case op.Check() | op.NotNull() | op.ForeignKey():
            return replace(constraint, not_valid=False)
        case _:
            return constraint


def _third_word(text: str) -> str:
    words = [text[token.start : token.end] for token in islice(tokens(text), 3)]
    return _plain(words[-1]) if words else ""


def is_never_null(table: Table, column: str) -> bool:
    """Whether Postgres can see without a scan that the column holds no null."""
    known = table.columns.get(column)
    if known is not None and known.not_null:
        return True
    return any(_rules_null_out(check, column) for check in table.checks.values() if not check.not_valid)


def not_null_by(check: op.Check | op.NotNull | None) -> str | None:
    """The column of which a check says that it is not null, and nothing else."""
    match check:
        case op.NotNull(column=column):
            return column
        case op.Check(expression=expression):
            match list(_terms(expression)):
                case [(column, "is", "not", "null")]:
                    return column
    return None


def _rules_null_out(check: op.Check | op.NotNull, column: str) -> bool:
    if isinstance(check, op.NotNull):
        return check.column == column
    return (column, "is", "not", "null") in _terms(check.expression)


def _terms(expression: str) -> Iterator[tuple[str, ...]]:
    """The words between the ANDs of a condition that has nothing but ANDs."""
    words = [_plain(expression[token.start : token.end]) for token in tokens(expression)]
    words = [word for word in words if word not in ("(", ")")]
    if "or" in words or "not" in [word for before, word in zip(["", *words], words, strict=False) if before != "is"]:
        return
    term: list[str] = []
    for word in [*words, "and"]:
        if word == "and":
            yield tuple(term)
            term = []
        else:
            term.append(word)


def _plain(token: str) -> str:
    return token[1:-1].replace('""', '"') if token.startswith('"') else token.lower()
