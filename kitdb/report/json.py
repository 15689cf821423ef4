"""Results as JSON: the same facts as the table, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TextIO

from kitdb.findings import Finding, Result


def write(results: Sequence[Result], out: TextIO) -> None:
    document = {"passed": all(result.passed for result in results), "results": [_result(result) for result in results]}
    out.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _result(result: Result) -> dict[str, Any]:
    return {
        "subject": result.subject,
        "passed": result.passed,
        "seconds": round(result.seconds, 3),
        "notes": list(result.notes),
        "findings": [finding_value(finding) for finding in result.findings],
    }


def finding_value(finding: Finding) -> dict[str, Any]:
    """A finding as JSON has it; `key` stays the same when lines move."""
    place = finding.place
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "path": place.path if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "subject": finding.subject,
        "help": finding.help,
        "evidence": finding.evidence,
        "engine": finding.engine,
        "confidence": finding.confidence,
        "key": finding.key,
    }
