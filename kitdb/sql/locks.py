"""Which locks an operation takes on relations that exist, as Postgres 15 to 18 take them (measured in the tests).

https://www.postgresql.org/docs/18/explicit-locking.html names the modes and what each is in the way of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kitdb.sql import operations as op

Mode = Literal[
    "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE", "ACCESS EXCLUSIVE",
]  # fmt: skip

# What a lock of the mode keeps others from, in a person's words.
EFFECTS: dict[Mode, str] = {
    "ACCESS SHARE": "nobody waits",
    "ROW SHARE": "nobody waits",
    "ROW EXCLUSIVE": "nobody waits",
    "SHARE UPDATE EXCLUSIVE": "only vacuum and other schema changes wait",
    "SHARE": "writes wait",
    "SHARE ROW EXCLUSIVE": "writes wait",
    "EXCLUSIVE": "writes wait",
    "ACCESS EXCLUSIVE": "reads and writes wait",
}


@dataclass(frozen=True, slots=True)
class RelationLock:
    """One lock; `relation` is a name as SQL writes it, or what it belongs to ("the table of public.kits_idx")."""

    mode: Mode
    relation: str

    def __str__(self) -> str:
        return f"{self.mode} on {self.relation} ({EFFECTS[self.mode]})"


def locks(operation: op.Operation) -> tuple[RelationLock, ...]:
    """The strongest lock on each relation; nothing for those that the operation itself makes.

    What only reads its tables (a view's query, SELECT) is left out, and so is what the parser could not read: see
    `unknown`.
    """
    match operation:
        case op.CreateTable(constraints=constraints):
            return tuple(_referenced(constraints))
        case op.AddColumn(table, _, constraints):
            return (RelationLock("ACCESS EXCLUSIVE", str(table)), *_referenced(constraints))
        case op.AddConstraint(table, op.ForeignKey(references=references)):
            modes = [RelationLock("SHARE ROW EXCLUSIVE", str(table))]
            return (*modes, *([RelationLock("SHARE ROW EXCLUSIVE", str(references))] if references != table else []))
        case op.ValidateConstraint(table):
            return (RelationLock("SHARE UPDATE EXCLUSIVE", str(table)),)
        case op.Analyze(tables) | op.Vacuum(tables, full=False):
            return tuple(RelationLock("SHARE UPDATE EXCLUSIVE", str(table)) for table in tables)
        case op.Vacuum(tables):
            return tuple(RelationLock("ACCESS EXCLUSIVE", str(table)) for table in tables)
        case op.Lock(table, mode):
            return (RelationLock(_mode(mode), str(table)),)
        case op.EnableTrigger(table) | op.DisableTrigger(table) | op.CreateTrigger(table=table):
            return (RelationLock("SHARE ROW EXCLUSIVE", str(table)),)
        case op.AttachPartition(table, partition):
            return (
                RelationLock("SHARE UPDATE EXCLUSIVE", str(table)),
                RelationLock("ACCESS EXCLUSIVE", str(partition)),
            )
        case op.DetachPartition(table, partition, concurrently):
            held: Mode = "SHARE UPDATE EXCLUSIVE" if concurrently else "ACCESS EXCLUSIVE"
            return (RelationLock(held, str(table)), RelationLock("ACCESS EXCLUSIVE", str(partition)))
        case op.CreateIndex(table=table, concurrently=concurrently):
            return (RelationLock("SHARE UPDATE EXCLUSIVE" if concurrently else "SHARE", str(table)),)
        case op.DropIndex(index, concurrently=concurrently):
            held = "SHARE UPDATE EXCLUSIVE" if concurrently else "ACCESS EXCLUSIVE"
            return (RelationLock(held, f"the table of {index}"),)
        case op.Reindex(kind, name, concurrently):
            held = "SHARE UPDATE EXCLUSIVE" if concurrently else "SHARE"
            owner = (
                f"the table of {name}"
                if kind == "index"
                else str(name)
                if kind == "table"
                else f"every table of {kind}"
            )
            return (
                RelationLock(held, owner),
                *([] if concurrently else [RelationLock("ACCESS EXCLUSIVE", "its indexes")]),
            )
        case op.RefreshMaterializedView(view, concurrently):
            return (RelationLock("EXCLUSIVE" if concurrently else "ACCESS EXCLUSIVE", str(view)),)
        case op.CreateView(view, or_replace=True):
            return (RelationLock("ACCESS EXCLUSIVE", str(view)),)
        case op.DropView(view):
            return (RelationLock("ACCESS EXCLUSIVE", str(view)),)
        case op.SetOptions("table" | "index", name) | op.ResetOptions("table" | "index", name):
            return (RelationLock("SHARE UPDATE EXCLUSIVE", str(name)),)
        case op.Comment("table" | "view" | "column" | "materialized view" as kind, name):
            return (RelationLock("SHARE UPDATE EXCLUSIVE", name.rpartition(".")[0] if kind == "column" else name),)
        case op.Rename(kind, name) | op.ChangeOwner(kind, name) | op.SetSchema(kind, name):
            return (RelationLock("ACCESS EXCLUSIVE", name),) if kind in _RELATIONS else ()
        case op.Insert(table) | op.Update(table) | op.Delete(table) | op.Merge(table):
            return (RelationLock("ROW EXCLUSIVE", str(table)),)
        case op.Copy(table, writes=writes):
            return (RelationLock("ROW EXCLUSIVE", str(table)),) if table is not None and writes else ()
        case op.Grant() | op.Revoke() | op.CreateView() | op.CreatePublication() | op.AlterPublication():
            return ()
    table = getattr(operation, "table", None)
    return (RelationLock("ACCESS EXCLUSIVE", str(table)),) if table is not None else ()


def _mode(text: str) -> Mode:
    plain = text.upper().replace("_", " ").removesuffix(" MODE")
    return next((mode for mode in EFFECTS if mode == plain), "ACCESS EXCLUSIVE")


def unknown(operation: op.Operation) -> bool:
    """Whether the locks depend on what the text alone does not show: code that runs, a statement that is not read."""
    return isinstance(operation, op.Other | op.Do | op.Call)


_RELATIONS = (
    "table",
    "column",
    "view",
    "materialized view",
    "index",
    "sequence",
    "foreign table",
    "constraint",
    "policy",
    "trigger",
)


def _referenced(constraints: tuple[op.Constraint, ...]) -> list[RelationLock]:
    return [
        RelationLock("SHARE ROW EXCLUSIVE", str(constraint.references))
        for constraint in constraints
        if isinstance(constraint, op.ForeignKey)
    ]
