"""The findings of check-rls as SARIF, with every rule that there is."""

from __future__ import annotations

from typing import TextIO

from kitdb.findings import Finding
from kitdb.report import sarif
from kitdb.report.access_view import AccessView
from kitdb.rls.kinds import KINDS

_ABOUT = {
    "KD801": "Somebody can do more than the specification says.",
    "KD802": "Somebody cannot do what the specification says.",
    "KD803": "A request fails inside a policy or in what it calls.",
    "KD804": "A line of the specification was not put to the test.",
    "KD805": "A role holds a privilege that no request needs.",
    "KD806": "A bucket is public, or is not, other than specified.",
    "KD807": "A function fails for everybody who may call it.",
    "KD808": "A finding was accepted until a date that is over.",
    "KD809": "A finding is accepted that is not there.",
    "KD810": "Rows are safe only from statements that read a column.",
}


def write(view: AccessView, out: TextIO) -> None:
    rules = [
        Finding(k.code, k.name, k.severity, _ABOUT.get(k.code, k.name.replace("-", " ")), help=k.help) for k in KINDS
    ]
    sarif.write([view.result], out, rules=rules)
