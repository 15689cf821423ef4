"""SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, TextIO

from kitdb import __version__
from kitdb.findings import Finding, Result

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
# What GitHub sorts security findings by.
_SECURITY = {"error": "8.0", "warning": "5.0", "info": "2.0"}


def write(results: Sequence[Result], out: TextIO, *, rules: Sequence[Finding] = ()) -> None:
    """`rules` stand for the findings that there could be, with what each is about as its message."""
    findings = [finding for result in results for finding in result.findings]
    described = {rule.code: rule.message for rule in rules}
    known = {finding.code: finding for finding in (*findings, *rules)}
    order = {code: index for index, code in enumerate(sorted(known))}
    run = {
        "tool": {
            "driver": {
                "name": "kitdb",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(known[code], described.get(code)) for code in order],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, order[finding.code]) for finding in findings],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notes(results)}],
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    out.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _rule(finding: Finding, description: str | None) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": finding.code,
        "name": "".join(word.capitalize() for word in finding.name.split("-")),
        "shortDescription": {"text": description or finding.name},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }
    if finding.help:
        rule["help"] = {"text": finding.help}
    if finding.code[:3] in ("KD4", "KD5", "KD6", "KD8"):
        rule["properties"] = {"tags": ["security"], "security-severity": _SECURITY[finding.severity]}
    return rule


def _result(finding: Finding, index: int) -> dict[str, Any]:
    text = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    value: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "partialFingerprints": {"kitdb/v1": hashlib.sha256(finding.key.encode()).hexdigest()},
    }
    location = _location(finding)
    if location:
        value["locations"] = [location]
    known = {"engine": finding.engine, "confidence": finding.confidence, "evidence": finding.evidence}
    properties = {key: part for key, part in known.items() if part is not None}
    if properties:
        value["properties"] = properties
    return value


def _location(finding: Finding) -> dict[str, Any] | None:
    location: dict[str, Any] = {}
    if finding.place is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.place.path)}}
        if finding.place.line is not None:
            region: dict[str, Any] = {"startLine": finding.place.line}
            if finding.place.column is not None:
                region["startColumn"] = finding.place.column
            if finding.excerpt is not None:
                region["snippet"] = {"text": finding.excerpt}
            physical["region"] = region
        location["physicalLocation"] = physical
    if finding.subject:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.subject}]
    return location or None


def _uri(path: str) -> str:
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else pure.as_posix().replace("%", "%25").replace(" ", "%20")


def _notes(results: Sequence[Result]) -> list[dict[str, Any]]:
    return [
        {"level": "note", "message": {"text": f"{result.subject}: {note}"}}
        for result in results
        for note in result.notes
    ]
