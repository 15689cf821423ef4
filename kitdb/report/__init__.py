"""How results are shown: the only package that draws."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from json import dumps  # the name json is this package's module
from typing import Any, TextIO

from kitdb.findings import Result


def write(results: Sequence[Result], format: str, *, noun: str = "subject", out: TextIO | None = None) -> None:
    """Write the results of a check; `noun` is what one result is about.

    Formats are "table", "json", "sarif", "github", "gitlab", "junit" and "markdown".
    """
    module = import_module(f"kitdb.report.{format}")  # one format is needed, not all
    with_noun = {"noun": noun} if format in ("table", "github", "markdown") else {}
    module.write(results, out or sys.stdout, **with_noun)


def write_lines(format: str, value: Any, lines: Iterable[str], out: TextIO | None = None) -> None:
    """A short answer: the value for a program, the lines for a person."""
    out = out or sys.stdout
    if format == "json":
        out.write(dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")
    else:
        out.writelines(f"{line}\n" for line in lines)
    out.flush()  # whoever reads from a pipe need not wait for the end of the command
