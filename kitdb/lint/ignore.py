"""Comments that allow a finding: `-- kitdb: allow RULE: reason`.

An allowance counts for the statement it stands in or before, or for the one that ends on its line. `allow-file` counts
for the whole file, and `allow-begin` for all statements up to an `allow-end` of the same rules, or to the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kitdb.sql.record import Record, record
from kitdb.sql.scan import Unclosed, comments
from kitdb.sql.split import Statement, position

_DIRECTIVE = re.compile(r"--[ \t]*kitdb:[ \t]*([\w-]*)[ \t]*(.*)", re.IGNORECASE)
# Other engines' directives.
_NOT_OURS = ("no-transaction",)


@record()
class Allowance(Record):
    """`rule` and `reason` as written; `problem` is what is wrong with the comment by itself."""

    rule: str
    reason: str
    start: int
    line: int
    column: int
    problem: str | None = None
    end: int = 0
    scope: str = "allow"


def allowances(text: str, statements: Sequence[Statement]) -> tuple[list[tuple[Allowance, ...]], tuple[Allowance, ...]]:
    """Those of each statement, and those that belong to none."""
    own: list[list[Allowance]] = [[] for _ in statements]
    loose: list[Allowance] = []
    if "kitdb:" not in text.lower():
        return [() for _ in statements], ()
    opened: dict[str, tuple[Allowance, int]] = {}
    for index, (start, stop) in enumerate(_gaps(text, statements)):
        for allowance in _found(text, start, stop):
            before = statements[index - 1] if index else None
            match allowance.scope:
                case "allow-file":
                    _give(own, allowance, range(len(statements)), loose)
                case "allow-begin":
                    opened[allowance.rule] = (allowance, index)
                case "allow-end" if allowance.rule in opened:
                    first, begin = opened.pop(allowance.rule)
                    _give(own, first, range(begin, index), loose)
                case "allow-end":
                    loose.append(replace(allowance, problem="nothing begins what it ends"))
                case _ if before is not None and "\n" not in text[before.end : allowance.start]:
                    own[index - 1].append(allowance)
                case _:
                    _give(own, allowance, range(index, min(index + 1, len(statements))), loose)
    for allowance, begin in opened.values():
        _give(own, allowance, range(begin, len(statements)), loose)
    return [tuple(found) for found in own], tuple(loose)


def _give(own: list[list[Allowance]], allowance: Allowance, to: range, loose: list[Allowance]) -> None:
    for index in to:
        own[index].append(allowance)
    if not to:
        loose.append(allowance)


def _gaps(text: str, statements: Sequence[Statement]) -> Iterator[tuple[int, int]]:
    """For each statement all that stands after the one before it, itself included; then the rest."""
    start = 0
    for statement in statements:
        yield start, statement.end
        start = statement.data[1] + 2 if statement.data else statement.end
    yield start, len(text)


def _found(text: str, start: int, stop: int) -> Iterator[Allowance]:
    try:
        for begin, end in comments(text, start, stop):
            directive = _DIRECTIVE.fullmatch(text[begin:end].rstrip())
            if directive and directive[1].lower() not in _NOT_OURS:
                yield from _read(text, begin, end, directive[1].lower(), directive[2])
    except Unclosed:
        return


_SCOPES = ("allow", "allow-file", "allow-begin", "allow-end")


def _read(text: str, start: int, end: int, word: str, rest: str) -> Iterator[Allowance]:
    line, column = position(text, start)
    if word not in _SCOPES:
        yield Allowance(word, "", start, line, column, f"kitdb knows no directive {word!r}", end)
        return
    rules, _, reason = (part.strip() for part in rest.partition(":"))
    problem = None if reason or word == "allow-end" else "it gives no reason"
    for rule in rules.split(","):
        named = problem if rule.strip() else "it names no rule"
        yield Allowance(rule.strip(), reason, start, line, column, named, end, word)
