"""Results as JSON: the same facts as the table, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TextIO

from kitdb.findings import Finding, Result


def write(results: Sequence[Result], out: TextIO) -> None:
    passed = all(result.passed for result in results)
    document = {"passed": passed, "results": [_result(result) for result in results]}
    pieces = json.dumps(document, indent=2, ensure_ascii=False).split(_FINDINGS)
    out.write(pieces[0])
    for result, piece in zip((one for one in results if one.findings), pieces[1:], strict=True):
        out.write(f"[{','.join(map(_finding, result.findings))}\n      ]{piece}")
    out.write("\n")


# Where the findings of a result go. With an indent, the encoder is written in Python, and there may be many of them.
_FINDINGS = json.dumps("\0")
_flat = json.JSONEncoder(ensure_ascii=False, separators=(",\n          ", ": ")).encode


def _result(result: Result) -> dict[str, Any]:
    return {
        "subject": result.subject,
        "passed": result.passed,
        "seconds": round(result.seconds, 3),
        "notes": list(result.notes),
        "findings": "\0" if result.findings else [],
    }


def _finding(finding: Finding) -> str:
    return f"\n        {{\n          {_flat(finding_value(finding))[1:-1]}\n        }}"


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
