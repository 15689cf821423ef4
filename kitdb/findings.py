"""What the engines have to say: findings, and the results that hold them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kitdb.errors import Place

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

# How something is known: read from the SQL, seen in a catalog, or seen while the statement ran.
Engine = Literal["static", "catalog", "traced"]
Confidence = Literal["certain", "likely", "possible"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, with a place.

    `code` is stable for ever ("KD101"), `name` is its readable twin ("foreign-key-validates-under-lock"); `subject`
    is the object it is about ("public.kits"); `help` is one imperative sentence; `evidence` is SQL that shows it.
    `excerpt` is the line of the file that the place is in.
    """

    code: str
    name: str
    severity: Severity
    message: str
    place: Place | None = None
    subject: str | None = None
    help: str | None = None
    evidence: str | None = None
    engine: Engine | None = None
    confidence: Confidence | None = None
    excerpt: str | None = None

    @property
    def key(self) -> str:
        """The same for the same finding in tomorrow's run, whatever moved above it in the file."""
        path = self.place.path if self.place else ""
        return "|".join((self.code, path, self.subject or "", self.message))


@dataclass(frozen=True, slots=True)
class Result:
    """What one check of one subject (a file, a matrix, a database) found, and how long it took."""

    subject: str
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @property
    def passed(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)
