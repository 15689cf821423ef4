"""Who can do what, in the form that was asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TextIO

from kitdb import report
from kitdb.errors import CannotWrite
from kitdb.report.access_view import AccessView

_OF_FINDINGS = ("github", "gitlab")


def write(view: AccessView, format: str, out: TextIO | None = None) -> None:
    """Write one run of check-rls. Formats: table, json, sarif, junit, github, gitlab, markdown, html, sql."""
    out = out or sys.stdout
    if format in _OF_FINDINGS:
        report.write([view.result], format, noun="matrix", out=out)
    else:
        import_module(f"kitdb.report.access_{format}").write(view, out)  # one format is needed, not all


def write_files(view: AccessView, files: Iterable[tuple[str, Path]]) -> None:
    """Write the run into files, each in its format. Raises `CannotWrite`."""
    for form, path in files:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8") as out:
                write(view, form, out)
        except OSError as error:
            raise CannotWrite(path, error.strerror or str(error)) from None
