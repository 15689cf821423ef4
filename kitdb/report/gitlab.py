"""A code quality report, as GitLab shows it in a merge request."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, TextIO

from kitdb.findings import Finding, Result

_SEVERITIES = {"error": "critical", "warning": "minor", "info": "info"}


def write(results: Sequence[Result], out: TextIO) -> None:
    seen: Counter[str] = Counter()
    values = []
    for result in results:
        for finding in result.findings:
            seen[finding.key] += 1
            values.append(_issue(finding, seen[finding.key], result.subject))
    out.write(json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def _issue(finding: Finding, number: int, subject: str) -> dict[str, Any]:
    place = finding.place
    # Two equal findings of a file are two issues, and each needs a fingerprint of its own.
    fingerprint = hashlib.sha256(f"{finding.key}|{number}".encode()).hexdigest()
    return {
        "description": f"{finding.name}: {finding.message}",
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": place.path if place else subject,
            "lines": {"begin": place.line if place and place.line else 1},
        },
    }
