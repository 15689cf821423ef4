"""The access matrix as JSON: every cell, for programs."""

from __future__ import annotations

import dataclasses
import json
from typing import TextIO

from kitdb.report.access_view import AccessView
from kitdb.report.json import finding_value


def write(view: AccessView, out: TextIO) -> None:
    matrix = view.matrix
    document = {
        "passed": matrix.passed,
        "server": view.server,
        "seconds": round(view.seconds, 3),
        "probes": matrix.probes,
        "cells": [dataclasses.asdict(cell) for cell in matrix.cells],
        "findings": [finding_value(finding) for finding in view.findings],
        "coverage": [dataclasses.asdict(each) for each in matrix.coverage],
        "not_covered": [dataclasses.asdict(note) for note in matrix.not_covered],
    }
    out.write(json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")
