"""What statements do: one small dataclass for each SQL command, in the command's own words.

Reading SQL gives operations, and rendering them gives SQL. Names are qualified, types are spelled as `format_type`
spells them, expressions and bodies are the text as written without the parentheses around it. `at` is where
in the statement the part stands that the operation is about; it does not count in `==`.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from kitdb.names import QualifiedName
from kitdb.sql.record import Record, record

Command = Literal["all", "select", "insert", "update", "delete"]
Action = Literal["no action", "restrict", "cascade", "set null", "set default"]


@record(kw_only=True)
class Operation(Record):
    at: int = field(default=0, compare=False, repr=False)


@record()
class Other(Operation):
    """What is not read into anything else; `tag` names the command ("alter operator")."""

    text: str
    tag: str


@record()
class PsqlCommand(Operation):
    r"""A line for psql (`\restrict`), which a server does not understand."""

    text: str


# Parts of tables


@record()
class Identity(Record):
    always: bool
    options: str | None = None


@record()
class Generated(Record):
    expression: str
    stored: bool


@record()
class Column(Record):
    """A column without its constraints, which stand beside it (NOT NULL is here)."""

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    identity: Identity | None = None
    generated: Generated | None = None
    collation: str | None = None


@record(kw_only=True)
class Constraint(Record):
    """`name` is None where Postgres will choose it."""

    name: str | None = None
    at: int = field(default=0, compare=False, repr=False)


@record()
class PrimaryKey(Constraint):
    columns: tuple[str, ...]
    using_index: str | None = None
    include: tuple[str, ...] = ()
    without_overlaps: bool = False
    deferrable: bool = False
    initially_deferred: bool = False


@record()
class Unique(Constraint):
    columns: tuple[str, ...]
    using_index: str | None = None
    include: tuple[str, ...] = ()
    without_overlaps: bool = False
    nulls_not_distinct: bool = False
    deferrable: bool = False
    initially_deferred: bool = False


@record()
class Check(Constraint):
    expression: str
    not_valid: bool = False
    no_inherit: bool = False
    not_enforced: bool = False


@record()
class NotNull(Constraint):
    """NOT NULL as a constraint of the table (Postgres 18)."""

    column: str
    not_valid: bool = False
    no_inherit: bool = False


@record()
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


@record()
class Exclude(Constraint):
    """`text` is all that follows EXCLUDE."""

    text: str


# Tables


@record()
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


@record()
class DropTable(Operation):
    table: QualifiedName
    if_exists: bool = False
    cascade: bool = False


@record()
class Truncate(Operation):
    table: QualifiedName
    restart_identity: bool = False
    cascade: bool = False


@record()
class AddColumn(Operation):
    """`constraints` are those written with the column, its REFERENCES for example."""

    table: QualifiedName
    column: Column
    constraints: tuple[Constraint, ...] = ()
    if_not_exists: bool = False


@record()
class DropColumn(Operation):
    table: QualifiedName
    column: str
    if_exists: bool = False
    cascade: bool = False


@record()
class AlterColumnType(Operation):
    table: QualifiedName
    column: str
    type: str
    using: str | None = None
    collation: str | None = None


@record()
class SetDefault(Operation):
    table: QualifiedName
    column: str
    expression: str


@record()
class DropDefault(Operation):
    table: QualifiedName
    column: str


@record()
class SetNotNull(Operation):
    table: QualifiedName
    column: str


@record()
class DropNotNull(Operation):
    table: QualifiedName
    column: str


@record()
class AddIdentity(Operation):
    table: QualifiedName
    column: str
    identity: Identity


@record()
class DropIdentity(Operation):
    table: QualifiedName
    column: str
    if_exists: bool = False


@record()
class DropExpression(Operation):
    table: QualifiedName
    column: str
    if_exists: bool = False


@record()
class AddConstraint(Operation):
    table: QualifiedName
    constraint: Constraint


@record()
class DropConstraint(Operation):
    table: QualifiedName
    name: str
    if_exists: bool = False
    cascade: bool = False


@record()
class ValidateConstraint(Operation):
    table: QualifiedName
    name: str


@record()
class EnableRowLevelSecurity(Operation):
    table: QualifiedName


@record()
class DisableRowLevelSecurity(Operation):
    table: QualifiedName


@record()
class ForceRowLevelSecurity(Operation):
    table: QualifiedName


@record()
class NoForceRowLevelSecurity(Operation):
    table: QualifiedName


@record()
class SetLogged(Operation):
    table: QualifiedName
    logged: bool


@record()
class SetTablespace(Operation):
    table: QualifiedName
    tablespace: str


@record()
class SetAccessMethod(Operation):
    table: QualifiedName
    method: str | None


@record()
class SetReplicaIdentity(Operation):
    """`identity` is "default", "full", "nothing" or "using index"."""

    table: QualifiedName
    identity: str
    index: str | None = None


@record()
class SetOptions(Operation):
    """SET (security_invoker = on), of a table, view or index."""

    kind: str
    name: QualifiedName
    options: tuple[tuple[str, str], ...]


@record()
class ResetOptions(Operation):
    kind: str
    name: QualifiedName
    options: tuple[str, ...]


@record()
class AttachPartition(Operation):
    table: QualifiedName
    partition: QualifiedName


@record()
class DetachPartition(Operation):
    table: QualifiedName
    partition: QualifiedName
    concurrently: bool = False


@record()
class EnableTrigger(Operation):
    """`name` may be "all" or "user", `mode` "origin", "always" or "replica"."""

    table: QualifiedName
    name: str
    mode: str = "origin"


@record()
class DisableTrigger(Operation):
    table: QualifiedName
    name: str


# Indexes


@record()
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


@record()
class DropIndex(Operation):
    index: QualifiedName
    if_exists: bool = False
    cascade: bool = False
    concurrently: bool = False


@record()
class Reindex(Operation):
    """`kind` is "index", "table", "schema", "system" or "database"."""

    kind: str
    name: QualifiedName | None
    concurrently: bool = False


# Policies


@record()
class CreatePolicy(Operation):
    """`roles` is empty where TO is not written, which means public."""

    name: str
    table: QualifiedName
    command: Command = "all"
    permissive: bool = True
    roles: tuple[str, ...] = ()
    using: str | None = None
    with_check: str | None = None


@record()
class AlterPolicy(Operation):
    """What is None stays as it is."""

    name: str
    table: QualifiedName
    roles: tuple[str, ...] | None = None
    using: str | None = None
    with_check: str | None = None


@record()
class DropPolicy(Operation):
    name: str
    table: QualifiedName
    if_exists: bool = False


# Functions, triggers, views


@record()
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


@record()
class AlterFunction(Operation):
    """What is None stays as it is; `types` is None where the arguments are not written."""

    function: QualifiedName
    types: tuple[str, ...] | None
    kind: str = "function"
    security_definer: bool | None = None
    settings: tuple[tuple[str, str | None], ...] = ()
    reset: tuple[str, ...] = ()


@record()
class DropFunction(Operation):
    function: QualifiedName
    types: tuple[str, ...] | None
    kind: str = "function"
    if_exists: bool = False
    cascade: bool = False


@record()
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


@record()
class DropTrigger(Operation):
    name: str
    table: QualifiedName
    if_exists: bool = False
    cascade: bool = False


@record()
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


@record()
class DropView(Operation):
    view: QualifiedName
    materialized: bool = False
    if_exists: bool = False
    cascade: bool = False


@record()
class RefreshMaterializedView(Operation):
    view: QualifiedName
    concurrently: bool = False


# Types, schemas, sequences, extensions


@record()
class CreateEnum(Operation):
    type: QualifiedName
    values: tuple[str, ...]


@record()
class AddEnumValue(Operation):
    type: QualifiedName
    value: str
    if_not_exists: bool = False
    before: str | None = None
    after: str | None = None


@record()
class RenameEnumValue(Operation):
    type: QualifiedName
    value: str
    to: str


@record()
class CreateType(Operation):
    """A composite or range type."""

    type: QualifiedName
    kind: str
    columns: tuple[Column, ...] = ()


@record()
class CreateDomain(Operation):
    domain: QualifiedName
    type: str
    not_null: bool = False
    default: str | None = None
    constraints: tuple[Constraint, ...] = ()


@record()
class AddDomainConstraint(Operation):
    domain: QualifiedName
    constraint: Constraint


@record()
class DropType(Operation):
    type: QualifiedName
    kind: str = "type"
    if_exists: bool = False
    cascade: bool = False


@record()
class CreateSchema(Operation):
    schema: str
    if_not_exists: bool = False
    authorization: str | None = None


@record()
class DropSchema(Operation):
    schema: str
    if_exists: bool = False
    cascade: bool = False


@record()
class CreateSequence(Operation):
    sequence: QualifiedName
    options: str = ""
    if_not_exists: bool = False
    temporary: bool = False


@record()
class DropSequence(Operation):
    sequence: QualifiedName
    if_exists: bool = False
    cascade: bool = False


@record()
class CreateExtension(Operation):
    extension: str
    schema: str | None = None
    if_not_exists: bool = False
    cascade: bool = False


@record()
class DropExtension(Operation):
    extension: str
    if_exists: bool = False
    cascade: bool = False


# Any kind of object; `kind` is the SQL word ("table", "materialized view"), `object` its name as SQL


@record()
class Drop(Operation):
    kind: str
    object: str
    if_exists: bool = False
    cascade: bool = False


@record()
class Rename(Operation):
    """`part` is what is renamed inside the object: a column, constraint, policy, trigger."""

    kind: str
    object: str
    to: str
    part: str | None = None


@record()
class SetSchema(Operation):
    kind: str
    object: str
    schema: str


@record()
class ChangeOwner(Operation):
    kind: str
    object: str
    owner: str


@record()
class Comment(Operation):
    kind: str
    object: str
    text: str | None


# Privileges


@record()
class Privilege(Record):
    """`name` is "all" for ALL PRIVILEGES."""

    name: str
    columns: tuple[str, ...] = ()


@record()
class Grant(Operation):
    """`kind` is "table", "function", … or "all tables in schema", … with schemas as `objects`."""

    privileges: tuple[Privilege, ...]
    kind: str
    objects: tuple[str, ...]
    grantees: tuple[str, ...]
    grant_option: bool = False


@record()
class Revoke(Operation):
    privileges: tuple[Privilege, ...]
    kind: str
    objects: tuple[str, ...]
    grantees: tuple[str, ...]
    grant_option: bool = False
    cascade: bool = False


@record()
class GrantRole(Operation):
    roles: tuple[str, ...]
    grantees: tuple[str, ...]


@record()
class RevokeRole(Operation):
    roles: tuple[str, ...]
    grantees: tuple[str, ...]


@record()
class AlterDefaultPrivileges(Operation):
    """`roles` is empty for the current one, `schemas` for all. The action's `objects` are empty."""

    action: Grant | Revoke
    roles: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()


# Rows


@record()
class Select(Operation):
    pass


@record()
class Insert(Operation):
    """`columns` are those that are written; `rows` the constants, of tables that settings of the platform are in."""

    table: QualifiedName
    columns: tuple[str, ...] = field(default=(), compare=False, repr=False)
    rows: tuple[tuple[str, ...], ...] = field(default=(), compare=False, repr=False)


@record()
class Update(Operation):
    """`columns` are those that are set."""

    table: QualifiedName
    where: bool
    columns: tuple[str, ...] = field(default=(), compare=False, repr=False)


@record()
class Delete(Operation):
    table: QualifiedName
    where: bool


@record()
class Merge(Operation):
    table: QualifiedName


@record()
class Copy(Operation):
    """`table` is None for COPY (query) TO."""

    table: QualifiedName | None
    from_stdin: bool = False
    writes: bool = False


# Sessions, transactions, servers


@record()
class Transaction(Operation):
    """`command` is "begin", "commit", "rollback", "savepoint", "release", "rollback to", "prepare", …"""

    command: str


@record()
class SetParameter(Operation):
    """SET; `value` is None for DEFAULT, and for RESET ("all" as `name`: RESET ALL)."""

    name: str
    value: str | None
    local: bool = False


@record()
class Do(Operation):
    language: str
    body: str


@record()
class Call(Operation):
    procedure: QualifiedName


@record()
class Lock(Operation):
    table: QualifiedName
    mode: str


@record()
class Vacuum(Operation):
    tables: tuple[QualifiedName, ...] = ()
    full: bool = False


@record()
class Analyze(Operation):
    tables: tuple[QualifiedName, ...] = ()


@record()
class Cluster(Operation):
    table: QualifiedName | None


@record()
class AlterSystem(Operation):
    name: str


@record()
class CreateDatabase(Operation):
    name: str


@record()
class DropDatabase(Operation):
    name: str


@record()
class CreatePublication(Operation):
    publication: str
    tables: tuple[QualifiedName, ...] = ()
    schemas: tuple[str, ...] = ()
    all_tables: bool = False


@record()
class AlterPublication(Operation):
    """`action` is "add", "drop" or "set"."""

    publication: str
    action: str
    tables: tuple[QualifiedName, ...] = ()
    schemas: tuple[str, ...] = ()
