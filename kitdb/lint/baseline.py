"""Findings that were there when a project began to be linted, so that only new ones count.

A file of one line a finding, sorted: code, file, subject and message, in a form that survives moved lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from kitdb.errors import CannotRead, CannotWrite, MissingPath
from kitdb.findings import Finding, Result

_HEAD = "# Findings that are not reported. Written by kitdb lint --write-baseline.\n"


def read_baseline(path: Path) -> Counter[str]:
    """How often each finding is expected. Raises `MissingPath`, `CannotRead`."""
    if not path.is_file():
        raise MissingPath("the baseline", path, "Write it with kitdb lint --write-baseline.")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"cannot read {path}: {error}", hint="Write it anew with --write-baseline.") from None
    return Counter(line for line in lines if line and not line.startswith("#"))


def write_baseline(path: Path, results: Iterable[Result], root: Path) -> int:
    """Write all findings; how many there are. Raises `CannotWrite`."""
    keys = sorted(_key(finding, root) for result in results for finding in result.findings)
    try:
        path.write_text(_HEAD + "".join(f"{key}\n" for key in keys), encoding="utf-8")
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from None
    return len(keys)


def without_known(results: Sequence[Result], known: Counter[str], root: Path) -> tuple[tuple[Result, ...], int]:
    """The results without what the baseline has, and the number of its lines that fit nothing any more."""
    left = Counter(known)
    kept = []
    for result in results:
        findings = []
        for finding in result.findings:
            key = _key(finding, root)
            if left[key] > 0:
                left[key] -= 1
            else:
                findings.append(finding)
        kept.append(replace(result, findings=tuple(findings)))
    return tuple(kept), sum(left.values())


def _key(finding: Finding, root: Path) -> str:
    path = finding.place.path if finding.place else ""
    try:
        path = Path(path).absolute().relative_to(root.absolute()).as_posix() if path else ""
    except ValueError:
        path = Path(path).name
    return "|".join((finding.code, path, finding.subject or "", " ".join(finding.message.split())))
