"""What is wrong with these files?"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from kitdb.errors import CannotRead, KitdbError, MissingPath, Place
from kitdb.findings import Finding, Result
from kitdb.lint.ignore import Allowance
from kitdb.lint.rule import Problem, Rule, all_rules, find_rule
from kitdb.lint.script import File, Misused, Part, Script, read_file, read_text
from kitdb.lint.state import State
from kitdb.sql import operations as op
from kitdb.sql.operations import Operation
from kitdb.sql.read import place
from kitdb.sql.split import Statement


def lint_files(
    paths: Sequence[Path],
    *,
    earlier: Sequence[Path] = (),
    together: bool = False,
    exposed_schemas: tuple[str, ...] = ("public",),
) -> tuple[Result, ...]:
    """One result a file, in order; a folder stands for the .sql files in it.

    `earlier` files come first: they are read for what they define, and not judged. Without `together` each file is
    applied by itself to a database that holds what the ones before it made; with it all are new at once, as declared
    schemas are, or pending migrations.
    """
    began = time.perf_counter()
    before = [read_file(path, "earlier") for path in _files(earlier)]
    files = [read_file(path, "together" if together else str(path)) for path in _files(paths)]
    return _lint(before, files, exposed_schemas, began)


def lint_text(text: str, path: str = "<sql>", *, exposed_schemas: tuple[str, ...] = ("public",)) -> Result:
    """The same for one text."""
    began = time.perf_counter()
    (result,) = _lint([], [read_text(text, path, path)], exposed_schemas, began)
    return result


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise MissingPath("the path", path, "Name SQL files, or folders that hold some.")
        if not path.is_dir():
            yield path
            continue
        try:
            found = sorted(file for file in path.iterdir() if file.suffix == ".sql" and file.is_file())
        except OSError as error:
            raise CannotRead(f"cannot read {path}: {error.strerror}", hint="Check the folder's permissions.") from None
        if not found:
            raise KitdbError(f"{path} holds no .sql file", hint="Name SQL files, or folders that hold some.")
        yield from found


def _lint(
    earlier: Sequence[File], files: Sequence[File], exposed_schemas: tuple[str, ...], began: float
) -> tuple[Result, ...]:
    final, before = State(), State()
    for file in (*earlier, *files):
        _apply(file, final)
    for file in earlier:
        _apply(file, before)
    results = []
    for file in files:
        findings = sorted(_findings(file, before, final, exposed_schemas), key=_order)
        ended = time.perf_counter()
        results.append(Result(file.path, tuple(findings), ended - began, _notes(file)))
        began = ended
    return tuple(results)


def _apply(file: File, state: State) -> None:
    for part in file.parts:
        for operation in part.operations:
            state.apply(operation, file.origin)


def _order(finding: Finding) -> tuple[int, int, str]:
    where = finding.place
    return (where.line or 0, where.column or 0, finding.code) if where else (0, 0, finding.code)


def _findings(file: File, before: State, final: State, exposed_schemas: tuple[str, ...]) -> Iterator[Finding]:
    for part in file.parts:
        script = Script(file, part.statement, before, final, exposed_schemas)
        used: set[Allowance] = set()
        for operation in part.operations:
            for rule in all_rules():
                for problem in rule.check(operation, script):
                    allowance = _allowance(part, rule)
                    if allowance is None:
                        yield _finding(rule, problem, operation, script)
                    else:
                        used.add(allowance)
            before.apply(operation, file.origin)
        yield from _misused([allowance for allowance in part.allowances if allowance not in used], script)
    nowhere = Script(file, Statement("", 0, 1, 1, 0, 0), before, final, exposed_schemas)
    yield from _misused(file.loose, nowhere)


def _allowance(part: Part, rule: Rule) -> Allowance | None:
    named = (allowance for allowance in part.allowances if allowance.rule in (rule.name, rule.code))
    return next((allowance for allowance in named if allowance.problem is None), None)


def _misused(unused: Sequence[Allowance], script: Script) -> Iterator[Finding]:
    for allowance in unused:
        stale = allowance.problem is None and find_rule(allowance.rule) is not None
        operation = Misused(allowance, stale)
        for rule in all_rules():
            for problem in rule.check(operation, script):
                where = Place(script.file.path, allowance.line, allowance.column)
                yield _made(rule, problem, where)


def _finding(rule: Rule, problem: Problem, operation: Operation, script: Script) -> Finding:
    at = operation.at if problem.at is None else problem.at
    return _made(rule, problem, place(script.statement, at, script.file.path))


def _made(rule: Rule, problem: Problem, where: Place) -> Finding:
    return Finding(rule.code, rule.name, rule.severity, problem.message, where, problem.subject, rule.help)


_ROW_LEVEL_SECURITY = re.compile(r"row\s+level\s+security", re.IGNORECASE)


def _notes(file: File) -> tuple[str, ...]:
    """What was not looked into, so that nobody takes silence for an answer."""
    bodies = [
        (part.statement.line, operation.body)
        for part in file.parts
        for operation in part.operations
        if isinstance(operation, op.Do)
    ]
    notes = [f"line {line}: what this DO block does is not checked" for line, _ in bodies]
    return tuple(notes)
