"""What the transaction of a file holds on to by the time that a statement runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.operations import Operation


@dataclass
class Transaction:
    """`exclusive` are the tables in use that nobody else can read any more; `unproved` the constraints that were added
    NOT VALID; `said` that a finding about it was made."""

    open: bool = True
    exclusive: dict[QualifiedName, Operation] = field(default_factory=dict)
    unproved: set[tuple[QualifiedName, str]] = field(default_factory=set)
    lock_timeout: bool = False
    said: set[str] = field(default_factory=set)

    def apply(self, operation: Operation, is_new: Callable[[QualifiedName], bool]) -> None:
        """Take a statement into account. Outside of a transaction, its locks are gone with it."""
        if type(operation) not in _TOLD:
            return
        match operation:
            case op.SetParameter(name="lock_timeout", value=value):
                self.lock_timeout = value not in (None, "0", "default")
                return
            case op.Transaction(command="commit" | "rollback"):
                self.exclusive.clear()
                self.unproved.clear()
                return
        if not self.open:
            return
        match operation:
            case op.AddConstraint(table, op.ForeignKey(name=str(name), not_valid=True)):
                self.unproved.add((table, name))
            case op.AddConstraint(table, op.Check(name=str(name), not_valid=True)):
                self.unproved.add((table, name))
        locked = exclusively_locked(operation)
        if locked is not None and not is_new(locked):
            self.exclusive.setdefault(locked, operation)


_STRONGEST = (
    op.AddColumn, op.DropColumn, op.AlterColumnType, op.SetDefault, op.DropDefault, op.SetNotNull, op.DropNotNull,
    op.AddIdentity, op.DropIdentity, op.DropExpression, op.DropConstraint, op.EnableRowLevelSecurity,
    op.DisableRowLevelSecurity, op.ForceRowLevelSecurity, op.NoForceRowLevelSecurity, op.SetLogged, op.SetTablespace,
    op.SetAccessMethod, op.SetReplicaIdentity, op.CreatePolicy, op.AlterPolicy, op.DropPolicy, op.DropTrigger,
    op.DropTable, op.Truncate,
)  # fmt: skip

_TOLD = frozenset((
    *_STRONGEST, op.SetParameter, op.Transaction, op.AddConstraint, op.DetachPartition, op.AttachPartition, op.Cluster,
    op.Vacuum, op.RefreshMaterializedView, op.Lock,
))  # fmt: skip


def exclusively_locked(operation: Operation) -> QualifiedName | None:
    """The table that an operation takes ACCESS EXCLUSIVE on, so that reads and writes of it wait."""
    match operation:
        case op.AddConstraint(table, constraint):
            return None if isinstance(constraint, op.ForeignKey) else table
        case op.DetachPartition(table, concurrently=False):
            return table
        case op.AttachPartition(partition=partition):
            return partition
        case op.Cluster(table=QualifiedName() as table):
            return table
        case op.Vacuum(tables=(table, *_), full=True):
            return table
        case op.RefreshMaterializedView(view, concurrently=False):
            return view
        case op.Lock(table, "access exclusive"):
            return table
        case _ if isinstance(operation, _STRONGEST):
            named = getattr(operation, "table", None)
            return named if isinstance(named, QualifiedName) else None
        case _:
            return None


def blocking(operation: Operation) -> QualifiedName | None:
    """The table whose writes wait for an operation, whatever else does."""
    match operation:
        case op.AddConstraint(table) | op.CreateTrigger(table=table) | op.CreateIndex(table=table, concurrently=False):
            return table
        case op.EnableTrigger(table) | op.DisableTrigger(table):
            return table
        case _:
            return exclusively_locked(operation)
