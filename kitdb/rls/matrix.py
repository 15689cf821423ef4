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


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a condition that AND, OR and NOT do not divide: what it was for the rows and callers that were there.

    `decides`: once true and once not, the whole would have been something else if it had been.
    """

    text: str
    true: bool
    false: bool
    null: bool
    decides: bool

    @property
    def was(self) -> str:
        """What it was, in words."""
        values = {"true": self.true, "false": self.false, "NULL": self.null, "decisive": self.decides}
        return ", ".join(value for value, met in values.items() if met)

    @property
    def shown(self) -> bool:
        return self.true and (self.false or self.null) and self.decides


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far one condition, of a policy or a row class, was put to the test."""

    object: str
    condition: str
    parts: tuple[Part, ...]


Event = Cell | Finding | NotCovered | Coverage


@dataclass(frozen=True, slots=True)
class Matrix:
    """A whole run: its cells, what is wrong, and what could not be decided."""

    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...]
    not_covered: tuple[NotCovered, ...]
    coverage: tuple[Coverage, ...] = ()

    @property
    def probes(self) -> int:
        """Decisions on single rows, of which the cells are made up."""
        return sum(cell.probes for cell in self.cells)

    @property
    def passed(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for each in self.coverage for part in each.parts)

    def count(self, verdict: Verdict) -> int:
        return sum(cell.verdict == verdict for cell in self.cells)


def gather(events: Iterable[Event]) -> Matrix:
    """The matrix that a run's events amount to."""
    cells: list[Cell] = []
    findings: list[Finding] = []
    not_covered: list[NotCovered] = []
    coverage: list[Coverage] = []
    for event in events:
        match event:
            case Cell():
                cells.append(event)
            case Finding():
                findings.append(event)
            case NotCovered():
                not_covered.append(event)
            case Coverage():
                coverage.append(event)
    return Matrix(tuple(cells), tuple(findings), tuple(not_covered), tuple(coverage))
