"""What statements do: one small dataclass for each SQL command, in the command's own words.

Reading SQL gives operations, and rendering them gives SQL. Names are qualified, types are spelled as `format_type`
spells them, expressions and bodies are the text as written without the parentheses around it. `at` is where
in the statement the part stands that the operation is about; it does not count in `==`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kitdb.names import QualifiedName

Command = Literal["all", "select", "insert", "update", "delete"]
Action = Literal["no action", "restrict", "cascade", "set null", "set default"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Other(Operation):
    """What is not read into anything else; `tag` names the command ("alter operator")."""

    text: str
    tag: str


@dataclass(frozen=True, slots=True)
class PsqlCommand(Operation):
    r"""A line for psql (`\restrict`), which a server does not understand."""

    text: str


# Parts of tables


@dataclass(frozen=True, slots=True)
class Identity:
    always: bool
    options: str | None = None


@dataclass(frozen=True, slots=True)
class Generated:
    expression: str
    stored: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column without its constraints, which stand beside it (NOT NULL is here)."""

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    identity: Identity | None = None
    generated: Generated | None = None
    collation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """`name` is None where Postgres will choose it."""

    name: str | None = None
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PrimaryKey(Constraint):
    columns: tuple[str, ...]
    using_index: str | None = None
    include: tuple[str, ...] = ()
    without_overlaps: bool = False
    deferrable: bool = False
    initially_deferred: bool = False


@dataclass(frozen=True, slots=True)
class Unique(Constraint):
    columns: tuple[str, ...]
    using_index: str | None = None
    include: tuple[str, ...] = ()
    without_overlaps: bool = False
    nulls_not_distinct: bool = False
    deferrable: bool = False
    initially_deferred: bool = False


@dataclass(frozen=True, slots=True)
class Check(Constraint):
    expression: str
    not_valid: bool = False
    no_inherit: bool = False
    not_enforced: bool = False


@dataclass(frozen=True, slots=True)
class NotNull(Constraint):
    """NOT NULL as a constraint of the table (Postgres 18)."""

    column: str
    not_valid: bool = False
    no_inherit: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey(Constraint):
    """`references_columns` is empty where the primary key is meant, `on_delete_columns` where all of them are set."""

    columns: tuple[str, ...]
    references: QualifiedName
    references_columns: tuple[str, ...] = ()
    on_delete: Action = "no action"
    on_update: Action = "no action"
    on_delete_columns: tuple[str, ...] = ()
    match_full: bool = False
    period: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    not_valid: bool = False
    not_enforced: bool = False


@dataclass(frozen=True, slots=True)
class Exclude(Constraint):
    """`text` is all that follows EXCLUDE."""

    text: str


# Tables


@dataclass(frozen=True, slots=True)
class CreateTable(Operation):
    """`query` is that of CREATE TABLE AS; `like` and `inherits` say where columns come from that are not listed."""

    table: QualifiedName
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    temporary: bool = False
    unlogged: bool = False
    if_not_exists: bool = False
    inherits: tuple[QualifiedName, ...] = ()
    like: tuple[QualifiedName, ...] = ()
    partition_of: QualifiedName | None = None
    partition_by: str | None = None
    query: str | None = None
    server: str | None = None
    default_partition: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DropTable(Operation):
    table: QualifiedName
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Truncate(Operation):
    table: QualifiedName
    restart_identity: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class AddColumn(Operation):
    """`constraints` are those written with the column, its REFERENCES for example."""

    table: QualifiedName
    column: Column
    constraints: tuple[Constraint, ...] = ()
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropColumn(Operation):
    table: QualifiedName
    column: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class AlterColumnType(Operation):
    table: QualifiedName
    column: str
    type: str
    using: str | None = None
    collation: str | None = None


@dataclass(frozen=True, slots=True)
class SetDefault(Operation):
    table: QualifiedName
    column: str
    expression: str


@dataclass(frozen=True, slots=True)
class DropDefault(Operation):
    table: QualifiedName
    column: str


@dataclass(frozen=True, slots=True)
class SetNotNull(Operation):
    table: QualifiedName
    column: str


@dataclass(frozen=True, slots=True)
class DropNotNull(Operation):
    table: QualifiedName
    column: str


@dataclass(frozen=True, slots=True)
class AddIdentity(Operation):
    table: QualifiedName
    column: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class DropIdentity(Operation):
    table: QualifiedName
    column: str
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropExpression(Operation):
    table: QualifiedName
    column: str
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class AddConstraint(Operation):
    table: QualifiedName
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class DropConstraint(Operation):
    table: QualifiedName
    name: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class ValidateConstraint(Operation):
    table: QualifiedName
    name: str


@dataclass(frozen=True, slots=True)
class EnableRowLevelSecurity(Operation):
    table: QualifiedName


@dataclass(frozen=True, slots=True)
class DisableRowLevelSecurity(Operation):
    table: QualifiedName


@dataclass(frozen=True, slots=True)
class ForceRowLevelSecurity(Operation):
    table: QualifiedName


@dataclass(frozen=True, slots=True)
class NoForceRowLevelSecurity(Operation):
    table: QualifiedName


@dataclass(frozen=True, slots=True)
class SetLogged(Operation):
    table: QualifiedName
    logged: bool


@dataclass(frozen=True, slots=True)
class SetTablespace(Operation):
    table: QualifiedName
    tablespace: str


@dataclass(frozen=True, slots=True)
class SetAccessMethod(Operation):
    table: QualifiedName
    method: str | None


@dataclass(frozen=True, slots=True)
class SetReplicaIdentity(Operation):
    """`identity` is "default", "full", "nothing" or "using index"."""

    table: QualifiedName
    identity: str
    index: str | None = None


@dataclass(frozen=True, slots=True)
class SetOptions(Operation):
    """SET (security_invoker = on), of a table, view or index."""

    kind: str
    name: QualifiedName
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResetOptions(Operation):
    kind: str
    name: QualifiedName
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttachPartition(Operation):
    table: QualifiedName
    partition: QualifiedName


@dataclass(frozen=True, slots=True)
class DetachPartition(Operation):
    table: QualifiedName
    partition: QualifiedName
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class EnableTrigger(Operation):
    """`name` may be "all" or "user", `mode` "origin", "always" or "replica"."""

    table: QualifiedName
    name: str
    mode: str = "origin"


@dataclass(frozen=True, slots=True)
class DisableTrigger(Operation):
    table: QualifiedName
    name: str


# Indexes


@dataclass(frozen=True, slots=True)
class CreateIndex(Operation):
    """`columns` are the elements as written: a column, or an expression, with its operator class and order."""

    name: str | None
    table: QualifiedName
    columns: tuple[str, ...]
    unique: bool = False
    concurrently: bool = False
    if_not_exists: bool = False
    method: str = "btree"
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    where: str | None = None
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DropIndex(Operation):
    index: QualifiedName
    if_exists: bool = False
    cascade: bool = False
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class Reindex(Operation):
    """`kind` is "index", "table", "schema", "system" or "database"."""

    kind: str
    name: QualifiedName | None
    concurrently: bool = False


# Policies


@dataclass(frozen=True, slots=True)
class CreatePolicy(Operation):
    """`roles` is empty where TO is not written, which means public."""

    name: str
    table: QualifiedName
    command: Command = "all"
    permissive: bool = True
    roles: tuple[str, ...] = ()
    using: str | None = None
    with_check: str | None = None


@dataclass(frozen=True, slots=True)
class AlterPolicy(Operation):
    """What is None stays as it is."""

    name: str
    table: QualifiedName
    roles: tuple[str, ...] | None = None
    using: str | None = None
    with_check: str | None = None


@dataclass(frozen=True, slots=True)
class DropPolicy(Operation):
    name: str
    table: QualifiedName
    if_exists: bool = False


# Functions, triggers, views


@dataclass(frozen=True, slots=True)
class CreateFunction(Operation):
    """A function or procedure.

    `types` are those of its input arguments, which with the name identify it; `arguments` is the list as written.
    `settings` are its SET clauses, with None for FROM CURRENT.
    """

    function: QualifiedName
    types: tuple[str, ...] = ()
    arguments: str = ""
    returns: str | None = None
    language: str | None = None
    body: str = ""
    security_definer: bool = False
    settings: tuple[tuple[str, str | None], ...] = ()
    volatility: str = "volatile"
    strict: bool = False
    or_replace: bool = False
    procedure: bool = False

    @property
    def signature(self) -> str:
        return f"{self.function}({', '.join(self.types)})"


@dataclass(frozen=True, slots=True)
class AlterFunction(Operation):
    """What is None stays as it is; `types` is None where the arguments are not written."""

    function: QualifiedName
    types: tuple[str, ...] | None
    kind: str = "function"
    security_definer: bool | None = None
    settings: tuple[tuple[str, str | None], ...] = ()
    reset: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DropFunction(Operation):
    function: QualifiedName
    types: tuple[str, ...] | None
    kind: str = "function"
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class CreateTrigger(Operation):
    """`timing` is "before", "after" or "instead of"."""

    name: str
    table: QualifiedName
    function: QualifiedName
    timing: str
    events: tuple[str, ...]
    columns: tuple[str, ...] = ()
    for_each_row: bool = False
    when: str | None = None
    arguments: tuple[str, ...] = ()
    or_replace: bool = False
    constraint: bool = False


@dataclass(frozen=True, slots=True)
class DropTrigger(Operation):
    name: str
    table: QualifiedName
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class CreateView(Operation):
    """`relations` are the tables and views that its query names, common table expressions left out."""

    view: QualifiedName
    query: str
    columns: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    relations: tuple[QualifiedName, ...] = ()
    or_replace: bool = False
    temporary: bool = False
    materialized: bool = False
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropView(Operation):
    view: QualifiedName
    materialized: bool = False
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RefreshMaterializedView(Operation):
    view: QualifiedName
    concurrently: bool = False


# Types, schemas, sequences, extensions


@dataclass(frozen=True, slots=True)
class CreateEnum(Operation):
    type: QualifiedName
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddEnumValue(Operation):
    type: QualifiedName
    value: str
    if_not_exists: bool = False
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class RenameEnumValue(Operation):
    type: QualifiedName
    value: str
    to: str


@dataclass(frozen=True, slots=True)
class CreateType(Operation):
    """A composite or range type."""

    type: QualifiedName
    kind: str
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateDomain(Operation):
    domain: QualifiedName
    type: str
    not_null: bool = False
    default: str | None = None
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class DropType(Operation):
    type: QualifiedName
    kind: str = "type"
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class CreateSchema(Operation):
    schema: str
    if_not_exists: bool = False
    authorization: str | None = None


@dataclass(frozen=True, slots=True)
class DropSchema(Operation):
    schema: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class CreateSequence(Operation):
    sequence: QualifiedName
    options: str = ""
    if_not_exists: bool = False
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class DropSequence(Operation):
    sequence: QualifiedName
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class CreateExtension(Operation):
    extension: str
    schema: str | None = None
    if_not_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class DropExtension(Operation):
    extension: str
    if_exists: bool = False
    cascade: bool = False


# Any kind of object; `kind` is the SQL word ("table", "materialized view"), `object` its name as SQL


@dataclass(frozen=True, slots=True)
class Drop(Operation):
    kind: str
    object: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Rename(Operation):
    """`part` is what is renamed inside the object: a column, constraint, policy, trigger."""

    kind: str
    object: str
    to: str
    part: str | None = None


@dataclass(frozen=True, slots=True)
class SetSchema(Operation):
    kind: str
    object: str
    schema: str


@dataclass(frozen=True, slots=True)
class ChangeOwner(Operation):
    kind: str
    object: str
    owner: str


@dataclass(frozen=True, slots=True)
class Comment(Operation):
    kind: str
    object: str
    text: str | None


# Privileges


@dataclass(frozen=True, slots=True)
class Privilege:
    """`name` is "all" for ALL PRIVILEGES."""

    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant(Operation):
    """`kind` is "table", "function", … or "all tables in schema", … with schemas as `objects`."""

    privileges: tuple[Privilege, ...]
    kind: str
    objects: tuple[str, ...]
    grantees: tuple[str, ...]
    grant_option: bool = False


@dataclass(frozen=True, slots=True)
class Revoke(Operation):
    privileges: tuple[Privilege, ...]
    kind: str
    objects: tuple[str, ...]
    grantees: tuple[str, ...]
    grant_option: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class GrantRole(Operation):
    roles: tuple[str, ...]
    grantees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RevokeRole(Operation):
    roles: tuple[str, ...]
    grantees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlterDefaultPrivileges(Operation):
    """`roles` is empty for the current one, `schemas` for all. The action's `objects` are empty."""

    action: Grant | Revoke
    roles: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()


# Rows


@dataclass(frozen=True, slots=True)
class Select(Operation):
    pass


@dataclass(frozen=True, slots=True)
class Insert(Operation):
    """`columns` are those that are written; `rows` the constants, of tables that settings of the platform are in."""

    table: QualifiedName
    columns: tuple[str, ...] = field(default=(), compare=False, repr=False)
    rows: tuple[tuple[str, ...], ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Update(Operation):
    """`columns` are those that are set."""

    table: QualifiedName
    where: bool
    columns: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Delete(Operation):
    table: QualifiedName
    where: bool


@dataclass(frozen=True, slots=True)
class Merge(Operation):
    table: QualifiedName


@dataclass(frozen=True, slots=True)
class Copy(Operation):
    """`table` is None for COPY (query) TO."""

    table: QualifiedName | None
    from_stdin: bool = False
    writes: bool = False


# Sessions, transactions, servers


@dataclass(frozen=True, slots=True)
class Transaction(Operation):
    """`command` is "begin", "commit", "rollback", "savepoint", "release", "rollback to", "prepare", …"""

    command: str


@dataclass(frozen=True, slots=True)
class SetParameter(Operation):
    """SET; `value` is None for DEFAULT, and for RESET ("all" as `name`: RESET ALL)."""

    name: str
    value: str | None
    local: bool = False


@dataclass(frozen=True, slots=True)
class Do(Operation):
    language: str
    body: str


@dataclass(frozen=True, slots=True)
class Call(Operation):
    procedure: QualifiedName


@dataclass(frozen=True, slots=True)
class Lock(Operation):
    table: QualifiedName
    mode: str


@dataclass(frozen=True, slots=True)
class Vacuum(Operation):
    tables: tuple[QualifiedName, ...] = ()
    full: bool = False


@dataclass(frozen=True, slots=True)
class Analyze(Operation):
    tables: tuple[QualifiedName, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster(Operation):
    table: QualifiedName | None


@dataclass(frozen=True, slots=True)
class AlterSystem(Operation):
    name: str


@dataclass(frozen=True, slots=True)
class CreateDatabase(Operation):
    name: str


@dataclass(frozen=True, slots=True)
class DropDatabase(Operation):
    name: str


@dataclass(frozen=True, slots=True)
class CreatePublication(Operation):
    publication: str
    tables: tuple[QualifiedName, ...] = ()
    schemas: tuple[str, ...] = ()
    all_tables: bool = False


@dataclass(frozen=True, slots=True)
class AlterPublication(Operation):
    """`action` is "add", "drop" or "set"."""

    publication: str
    action: str
    tables: tuple[QualifiedName, ...] = ()
    schemas: tuple[str, ...] = ()
