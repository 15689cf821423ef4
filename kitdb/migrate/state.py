"""Where each migration stands, on disk and in the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kitdb.migrate.files import Migration, MigrationFolder
from kitdb.migrate.ledger import AppliedMigration, Ledger, Progress
from kitdb.migrate.plan import EditedMigration, compare_applied

State = Literal["applied", "pending", "unfinished", "edited", "missing"]


@dataclass(frozen=True, slots=True)
class MigrationState:
    """One version: "edited" was changed after it was applied, "missing" has no file, "unfinished" stopped in between.

    `note` says more in words ("2 of 5 statements done").
    """

    version: str
    name: str
    state: State
    applied_at: datetime | None = None
    applied_by: str | None = None
    seconds: float | None = None
    note: str = ""


def migration_states(folder: MigrationFolder, ledger: Ledger) -> tuple[MigrationState, ...]:
    """Every version that is on disk or in the history, in order."""
    applied = ledger.by_version()
    states = [
        _on_disk(migration, applied.get(migration.version), ledger.progress(migration.version))
        for migration in folder.migrations
    ]
    on_disk = {migration.version for migration in folder.migrations}
    states += [
        MigrationState(row.version, row.name or "", "missing", row.applied_at, row.applied_by, row.seconds, "no file")
        for row in ledger.applied
        if row.version not in on_disk
    ]
    return tuple(sorted(states, key=lambda state: state.version))


def _on_disk(migration: Migration, row: AppliedMigration | None, progress: Progress | None) -> MigrationState:
    if row is None:
        if progress is None:
            return MigrationState(migration.version, migration.name, "pending")
        note = f"{progress.done} of {progress.total} statements done"
        return MigrationState(migration.version, migration.name, "unfinished", note=note)
    problem, warning = compare_applied(migration, row)
    state: State = "edited" if isinstance(problem, EditedMigration) else "applied"
    note = f"changed at {problem.place}" if problem else "comments changed" if warning else ""
    return MigrationState(migration.version, migration.name, state, row.applied_at, row.applied_by, row.seconds, note)
