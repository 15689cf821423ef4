"""The vocabulary of the matrix: cells, what was expected of each and what happened, and the whole of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kitdb.errors import Place
from kitdb.findings import Finding
from kitdb.rls.run import Outcome

Command = Literal["select", "insert", "update", "delete", "upsert", "execute", "truncate"]
Expectation = Literal["allowed", "denied", "either"]
Verdict = Literal["ok", "leak", "denied", "broken", "vacuous", "undecided"]

WORST_FIRST: tuple[Verdict, ...] = ("leak", "denied", "broken", "ok", "vacuous", "undecided")


@dataclass(frozen=True, slots=True)
class Cell:
    """One square: an actor, an object, a command, the rows it starts from and leaves, the columns it touches.

    `columns` is empty where rows are what is asked about. `rows` names the classes the row is in ("own, listed",
    "other"), `after` those of the row it becomes. It joins `probes` decisions, each on one row for one caller: one
    statement on all rows makes a decision on each. `caller` made the telling statement, `request`.
    """

    actor: str
    object: str
    command: Command
    columns: tuple[str, ...]
    rows: str
    after: str | None
    expected: Expectation
    actual: Outcome
    verdict: Verdict
    probes: int
    caller: str = ""
    detail: str = ""
    place: Place | None = None
    evidence: str | None = None
    request: str = ""


@dataclass(frozen=True, slots=True)
class NotCovered:
    """Something the run could not decide, named so that nobody takes it for checked."""

    subject: str
    why: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.why}"


Event = Cell | Finding | NotCovered


@dataclass(frozen=True, slots=True)
class Matrix:
    """A whole run: its cells, what is wrong, and what could not be decided."""

    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...]
    not_covered: tuple[NotCovered, ...]

    @property
    def probes(self) -> int:
        """Decisions on single rows, of which the cells are made up."""
        return sum(cell.probes for cell in self.cells)

    @property
    def passed(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)

    def count(self, verdict: Verdict) -> int:
        return sum(cell.verdict == verdict for cell in self.cells)


def gather(events: Iterable[Event]) -> Matrix:
    """The matrix that a run's events amount to."""
    cells: list[Cell] = []
    findings: list[Finding] = []
    not_covered: list[NotCovered] = []
    for event in events:
        match event:
            case Cell():
                cells.append(event)
            case Finding():
                findings.append(event)
            case NotCovered():
                not_covered.append(event)
    return Matrix(tuple(cells), tuple(findings), tuple(not_covered))
