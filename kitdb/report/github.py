"""Annotations that GitHub Actions shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from kitdb.findings import Finding, Result
from kitdb.report.table import summary

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def write(results: Sequence[Result], out: TextIO, *, noun: str = "subject") -> None:
    for result in results:
        for finding in result.findings:
            out.write(_annotation(finding) + "\n")
        for note in result.notes:
            out.write(f"::notice title=kitdb::{_text(f'{result.subject}: {note}')}\n")
    out.write(summary(results, noun) + "\n")


def _annotation(finding: Finding) -> str:
    properties = {"title": f"{finding.code} {finding.name}"}
    place = finding.place
    if place is not None:
        properties["file"] = place.path
        if place.line is not None:
            properties["line"] = str(place.line)
        if place.column is not None:
            properties["col"] = str(place.column)
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    return f"::{_COMMANDS[finding.severity]} {listed}::{_text(message)}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
