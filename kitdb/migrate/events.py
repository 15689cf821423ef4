"""What happens while migrations are applied, for whoever wants to show it."""

from __future__ import annotations

from dataclasses import dataclass

from kitdb.errors import Place
from kitdb.migrate.files import Migration
from kitdb.migrate.plan import PlannedMigration


@dataclass(frozen=True, slots=True)
class Session:
    """Another session of the server: who it is and what it last ran; ages in seconds."""

    pid: int
    application: str
    user: str
    client: str
    age: float
    query: str

    def __str__(self) -> str:
        parts = [f"pid {self.pid}", self.application, self.user, self.client]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class WaitingForRunner:
    """Another run of kitdb works on this database; `holder` is None when its session cannot be seen."""

    holder: Session | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Started:
    planned: PlannedMigration
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class StatementDone:
    """A statement of a long file, or of one that runs statement by statement."""

    migration: Migration
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A statement waits for a lock that other sessions hold; `wanted` is that lock ("AccessExclusiveLock on kits").

    The place has a line only where one statement was sent by itself: of a whole file the server does not tell yet
    which of its statements waits.
    """

    migration: Migration
    place: Place
    wanted: str
    blockers: tuple[Session, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Retrying:
    """A try ended at a lock timeout or a deadlock; everything of it is rolled back and done again."""

    migration: Migration
    reason: str
    attempt: int
    attempts: int
    delay: float
    blockers: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What the server said while a migration ran: NOTICE, WARNING."""

    migration: Migration
    severity: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class IndexRebuilt:
    """An index that an earlier, interrupted run left INVALID was dropped, to be built again."""

    migration: Migration
    index: str


@dataclass(frozen=True, slots=True)
class Applied:
    planned: PlannedMigration
    seconds: float


@dataclass(frozen=True, slots=True)
class AlreadyApplied:
    """Another runner applied the file between our plan and our turn."""

    migration: Migration


Event = (
    WaitingForRunner | Started | StatementDone | Blocked | Retrying | Notice | IndexRebuilt | Applied | AlreadyApplied
)
