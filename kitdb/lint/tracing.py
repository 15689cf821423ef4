"""Files, judged by what they do in a sandbox and by what they leave behind there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kitdb.catalog.model import Catalog
from kitdb.catalog.read import read_catalog
from kitdb.database import Connection
from kitdb.findings import Result
from kitdb.lint.live import lint_catalog
from kitdb.lint.merge import merged, with_end_state
from kitdb.lint.run import Judgement, Options
from kitdb.lint.script import File
from kitdb.lint.signatures import bare_signature
from kitdb.lint.trace import Facts, Tracer


@dataclass(frozen=True)
class Traced:
    """The judgements with what was seen; `rest` is what the rules say of the database in the end beyond them."""

    judgements: tuple[Judgement, ...]
    rest: Result | None = None
    statements: int = 0
    seconds: float = 0.0

    @property
    def results(self) -> tuple[Result, ...]:
        return (*(one.result for one in self.judgements), *filter(None, (self.rest,)))


def traced(
    connection: Connection,
    earlier: Sequence[File],
    judgements: Sequence[Judgement],
    options: Options,
    *,
    together: bool = False,
) -> Traced:
    """Run the files in an empty database of a sandbox, after the earlier ones, and say what came of it.

    Where a file cannot be run, its findings and those of later files stay what the text alone gives, and a note says
    so.
    """
    tracer = Tracer(connection)
    for file in earlier:
        failed = tracer.replay(file)
        if failed is not None:
            line, message = failed
            return Traced(tuple(_untraced(judgements, f"{file.path}:{line} fails in the sandbox: {message}")))
    before = _catalog(connection)
    old = tracer.relations() if together else None
    seen: list[Judgement] = []
    statements, began = 0, time.perf_counter()
    for index, judgement in enumerate(judgements):
        facts = tracer.trace(judgement.file, old=old)
        statements += len(facts)
        seen.append(merged(judgement, facts, options))
        stopped = _stopped(facts)
        if stopped is not None:
            why = f"{judgement.file.path} fails in the sandbox: {stopped}"
            rest = _untraced(judgements[index + 1 :], why)
            return Traced((*seen, *rest), statements=statements, seconds=time.perf_counter() - began)
    seconds = time.perf_counter() - began
    after = _catalog(connection)
    found, known = lint_catalog(after, options).findings, _objects(after)
    done, left = with_end_state(seen, found, lint_catalog(before, options).findings, known)
    return Traced(done, left, statements, seconds)


def _catalog(connection: Connection) -> Catalog:
    connection.execute("reset all")
    return read_catalog(connection)


def _objects(catalog: Catalog) -> frozenset[str]:
    relations = (str(relation.name) for relation in catalog.relations if not relation.managed)
    return frozenset((*relations, *(bare_signature(routine.signature) for routine in catalog.routines)))


def _stopped(facts: dict[int, Facts]) -> str | None:
    """What ended the file, which leaves nothing behind then."""
    failures = [fact.failure for fact in facts.values() if fact.failure is not None]
    return failures[0][1] if failures else None


def _untraced(judgements: Sequence[Judgement], why: str) -> Iterator[Judgement]:
    for judgement in judgements:
        yield replace(judgement, notes=(*judgement.notes, f"not traced: {why}"))
