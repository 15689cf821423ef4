"""The access matrix as one HTML file: no network, nothing to install, every cell can be opened."""

from __future__ import annotations

import base64
import datetime
import hashlib
import html
import json
import re
from importlib.resources import files
from typing import Any, TextIO

from kitdb import __version__
from kitdb.catalog.model import Policy
from kitdb.findings import Finding
from kitdb.report.access_view import OPEN, WRONG, AccessView
from kitdb.rls.actors import Actor
from kitdb.rls.matrix import Cell, Command
from kitdb.rls.run import transcript


def write(view: AccessView, out: TextIO) -> None:
    page = (files("kitdb.report") / "access.html").read_text(encoding="utf-8")
    script = page.partition('<script id="code">')[2].partition("</script>")[0]
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = {"policy": f"'sha256-{hashed}'", "summary": html.escape(view.summary), "data": _embedded(_data(view))}
    out.write(re.sub(r"\{\{(policy|summary|data)\}\}", lambda found: parts[found[1]], page))


def _embedded(value: Any) -> str:
    """JSON that no name in it can turn into markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return re.sub("[<>&\u2028\u2029\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _data(view: AccessView) -> dict[str, Any]:
    matrix = view.matrix
    return {
        "version": __version__,
        "made": datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "passed": matrix.passed,
        "specified": view.specified,
        "server": view.server,
        "seconds": round(view.seconds, 1),
        "tries": matrix.probes,
        "cells": len(matrix.cells),
        "counts": {verdict: matrix.count(verdict) for verdict in ("ok", *WRONG, *OPEN)},
        "specification": view.access.path,
        "actors": [{"name": actor.name, "role": actor.role, "also": actor.lineage[1:]} for actor in view.actors],
        "callers": {name: _before(view, name) for name in {cell.caller for cell in matrix.cells}},
        "objects": [_object(view, name) for name in view.objects],
        "squares": [
            _square(view, name, command, actor, cells)
            for name, squares in view.objects.items()
            for command, by_actor in squares.items()
            for actor in view.actors
            if (cells := by_actor.get(actor.name, [])) or view.untried(name, command, actor, ())
        ],
        "findings": [_finding(view, finding) for finding in view.findings],
        "conditions": [[each.condition, part.text, part.was] for each in matrix.coverage for part in each.parts],
        "notCovered": [[note.subject, note.why] for note in matrix.not_covered],
    }


def _before(view: AccessView, name: str) -> str:
    """What comes before the caller's request in psql."""
    caller = view.callers.get(name)
    return transcript(caller.caller if caller else None, "").removesuffix(";\nrollback;")


def _object(view: AccessView, name: str) -> dict[str, Any]:
    relation = view.deciding.relation(name)
    bucket = relation is not None and relation.managed and name.startswith("storage.")
    return {
        "name": name,
        "kind": "function" if relation is None else "bucket" if bucket else relation.kind,
        "rls": relation.row_level_security if relation and relation.kind.endswith("table") else None,
        "made": str(view.written.relations.get(relation.name, "")) if relation else "",
        "classes": view.row_classes(name),
        "policies": [_policy(view, policy) for policy in relation.policies] if relation else [],
    }


def _policy(view: AccessView, policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "command": policy.command,
        "permissive": policy.permissive,
        "roles": policy.roles,
        "using": policy.using,
        "check": policy.with_check,
        "place": str(view.deciding.place(policy) or ""),
    }


def _square(view: AccessView, name: str, command: Command, actor: Actor, cells: list[Cell]) -> dict[str, Any]:
    return {
        "object": name,
        "command": command,
        "actor": actor.name,
        "right": view.right(name, command, actor),
        "as": view.inherited(name, command, actor),
        "rules": [[rule.text, str(rule.place)] for rule in view.rules(name, command, actor)],
        "policies": [policy.name for policy in view.policies(name, command, actor)],
        "untried": view.untried(name, command, actor, cells),
        "cells": [_cell(cell) for cell in cells],
    }


def _cell(cell: Cell) -> list[Any]:
    return [
        cell.columns,
        cell.rows,
        cell.after or "",
        cell.expected,
        cell.actual,
        cell.verdict,
        cell.probes,
        cell.caller,
        cell.detail,
        cell.request,
        cell.evidence or "",
    ]


def _finding(view: AccessView, finding: Finding) -> dict[str, Any]:
    shown = next(
        (c for c in view.matrix.cells if c.evidence and (c.object, c.evidence) == (finding.subject, finding.evidence)),
        None,
    )
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "place": str(finding.place or ""),
        "object": finding.subject or "",
        "help": finding.help or "",
        "sql": finding.evidence or "",
        "actor": shown.actor if shown else next((a.name for a in view.actors if _is_about(finding, a)), ""),
        "command": shown.command if shown else "",
    }


def _is_about(finding: Finding, actor: Actor) -> bool:
    return finding.message.startswith(f"{actor.name} ")
