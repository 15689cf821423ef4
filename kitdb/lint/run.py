"""What is wrong with these files?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kitdb.errors import CannotRead, KitdbError, MissingPath, Place
from kitdb.findings import Confidence, Finding, Result, Severity
from kitdb.lint.ignore import Allowance
from kitdb.lint.order import order_problems
from kitdb.lint.privileges import Privileges
from kitdb.lint.profile import chosen_rules
from kitdb.lint.rule import Problem, Rule, find_rule, rules_for
from kitdb.lint.script import File, Misused, Opened, Part, Script, Unread, read_file, read_text
from kitdb.lint.state import State, Table
from kitdb.lint.transaction import Transaction
from kitdb.sql import operations as op
from kitdb.sql.operations import Operation
from kitdb.sql.read import place
from kitdb.sql.record import Record, record
from kitdb.sql.split import Statement

# A table of so many rows is read in a moment.
SMALL = 10_000


@dataclass(frozen=True)
class Options:
    """How files are judged.

    `severities` are those that the project gives to rules (by code); `seed` is what is there before the first file,
    and `sizes` the number of rows of its tables, as far as anybody knows.
    """

    exposed_schemas: tuple[str, ...] = ("public",)
    rules: tuple[Rule, ...] = field(default_factory=chosen_rules)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    seed: Sequence[Operation] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    _by_kind: dict[tuple[type[Operation], bool, frozenset[str]], tuple[Rule, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def idle_in(self, text: str) -> frozenset[str]:
        """The codes of the rules that have nothing to look for in a file with this text."""
        return frozenset(rule.code for rule in self.rules if rule.within is not None and not rule.within(text))

    def rules_for(
        self, operation: Operation, *, first: bool = True, idle: frozenset[str] = frozenset()
    ) -> tuple[Rule, ...]:
        """The rules that look at such an operation, which is the first of its statement or a later one."""
        key = (type(operation), first, idle)
        found = self._by_kind.get(key)
        if found is None:
            looking = rules_for(key[0], self.rules)
            found = tuple(one for one in looking if (first or not one.once) and one.code not in idle)
            self._by_kind[key] = found
        return found


@record()
class Judged(Record):
    """A finding with the rule's own words; `index` is that of the statement, None where there is none."""

    finding: Finding
    rule: Rule
    problem: Problem
    part: Part | None = None
    index: int | None = None


@record()
class Judgement(Record):
    """All about one file."""

    file: File
    judged: tuple[Judged, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def result(self) -> Result:
        return Result(self.file.path, tuple(one.finding for one in self.judged), self.seconds, self.notes)


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
    options = Options(exposed_schemas)
    return tuple(one.result for one in judge_files(paths, options, earlier=earlier, together=together))


def lint_text(
    text: str, path: str = "<sql>", *, exposed_schemas: tuple[str, ...] = ("public",), options: Options | None = None
) -> Result:
    """The same for one text."""
    (judgement,) = judge([], [read_text(text, path, path)], options or Options(exposed_schemas))
    return judgement.result


def judge_files(
    paths: Sequence[Path],
    options: Options,
    *,
    earlier: Sequence[Path] = (),
    together: bool = False,
    edited: Mapping[Path, str] | None = None,
) -> tuple[Judgement, ...]:
    """As `lint_files`, with all that is known of each finding; `edited` says of files that they are applied already, as
    something else."""
    began = time.perf_counter()
    new = [*sql_files(paths)]
    judged = set(new)
    old = [path for path in sql_files(earlier) if path not in judged]
    before = [read_file(path, "earlier") for path in old]
    problems = order_problems(new, old)
    files = [
        _opened(read_file(path, "together" if together else str(path)), problems.get(path), (edited or {}).get(path))
        for path in new
    ]
    return judge(before, files, options, began)


def rejudge(
    judgement: Judgement, all_of_them: Sequence[Judgement], options: Options, earlier: Sequence[Path]
) -> Callable[[str], Judgement]:
    """What would be said of the file if its text were another."""
    before = [read_file(path, "earlier") for path in sql_files(earlier)]
    number = all_of_them.index(judgement)
    others = [one.file for one in all_of_them]

    def lint(text: str) -> Judgement:
        changed = read_text(text, judgement.file.path, judgement.file.origin)
        files = [changed if index == number else file for index, file in enumerate(others)]
        return judge(before, files, options)[number]

    return lint


def _opened(file: File, problem: str | None, edited: str | None) -> File:
    opened = Part(Statement("", 0, 1, 1, 0, 0), (Opened(file.path, problem, edited),))
    return replace(file, parts=(opened, *file.parts)) if problem or edited else file


def sql_files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those of folders, in order."""
    for path in paths:
        if not (path.exists() or path.is_symlink()):
            raise MissingPath("the path", path, "Name SQL files, or folders that hold some.")
        if not path.is_dir():
            yield path
            continue
        try:
            # A link to nowhere is there to be reported.
            found = sorted(file for file in path.iterdir() if file.suffix == ".sql" and not file.is_dir())
        except OSError as error:
            raise CannotRead(f"cannot read {path}: {error.strerror}", hint="Check the folder's permissions.") from None
        if not found:
            raise KitdbError(f"{path} holds no .sql file", hint="Name SQL files, or folders that hold some.")
        yield from found


def judge(
    earlier: Sequence[File], files: Sequence[File], options: Options, began: float | None = None
) -> tuple[Judgement, ...]:
    """What the rules have to say about each file, given what the ones before it define."""
    began = time.perf_counter() if began is None else began
    final, before = _seeded(options), _seeded(options)
    for file in (*earlier, *files):
        _apply(file, final)
    for file in earlier:
        _apply(file, before)
    judgements = []
    for file in files:
        judged = sorted(_judged(file, before, final, options), key=_order)
        ended = time.perf_counter()
        judgements.append(Judgement(file, tuple(judged), _notes(file), ended - began))
        began = ended
    return tuple(judgements)


def _seeded(options: Options) -> State:
    state = State(privileges=Privileges(automatic=not options.seed))
    for operation in options.seed:
        state.apply(operation, "seed")
    return state


def _apply(file: File, state: State) -> None:
    for part in file.parts:
        for operation in part.operations:
            _apply_one(operation, file, state)


def _apply_one(operation: Operation, file: File, state: State) -> None:
    if isinstance(operation, Unread) and operation.table is not None:
        state.tables.setdefault(operation.table, Table(operation.table, operation, file.origin))
    else:
        state.apply(operation, file.origin)


def _order(judged: Judged) -> tuple[int, int, str]:
    where = judged.finding.place
    return (where.line or 0, where.column or 0, judged.finding.code) if where else (0, 0, judged.finding.code)


def _judged(file: File, before: State, final: State, options: Options) -> Iterator[Judged]:
    used: set[Allowance] = set()
    lines = _Lines(file.text)
    transaction = Transaction(open=file.transaction)
    idle = options.idle_in(file.text)
    for index, part in enumerate(file.parts):
        script = Script(file, part.statement, before, final, options.exposed_schemas, transaction)
        for number, operation in enumerate(part.operations):
            script.inner = number in part.inner
            needless = before.has_already(operation)
            for rule in options.rules_for(operation, first=number == 0, idle=idle):
                if needless and not rule.once:
                    continue
                for problem in rule.check(operation, script):
                    allowance = _allowance(part, rule)
                    if allowance is None:
                        finding = _finding(rule, problem, operation, script, options, lines)
                        yield Judged(finding, rule, problem, part, index)
                    else:
                        used.add(allowance)
            _apply_one(operation, file, before)
            transaction.apply(operation, script.is_new)
    nowhere = Script(file, Statement("", 0, 1, 1, 0, 0), before, final, options.exposed_schemas)
    given = dict.fromkeys((*(one for part in file.parts for one in part.allowances), *file.loose))
    yield from _misused([one for one in given if one not in used], nowhere, options, lines)


def _allowance(part: Part, rule: Rule) -> Allowance | None:
    named = (allowance for allowance in part.allowances if allowance.rule in (rule.name, rule.code))
    return next((allowance for allowance in named if allowance.problem is None), None)


def _misused(unused: Iterable[Allowance], script: Script, options: Options, lines: _Lines) -> Iterator[Judged]:
    for allowance in unused:
        named = find_rule(allowance.rule)
        if named is not None and named not in options.rules and allowance.problem is None:
            continue  # the rule is off
        operation = Misused(allowance, allowance.problem is None and named is not None)
        for rule in options.rules_for(operation):
            for problem in rule.check(operation, script):
                where = Place(script.file.path, allowance.line, allowance.column)
                yield Judged(_made(rule, problem, where, options, lines), rule, problem)


def _finding(
    rule: Rule, problem: Problem, operation: Operation, script: Script, options: Options, lines: _Lines
) -> Finding:
    at = operation.at if problem.at is None else problem.at
    if script.inner and problem.confidence == "certain":
        problem = replace(problem, confidence="possible")
    return _made(rule, problem, place(script.statement, at, script.file.path), options, lines)


def _made(rule: Rule, problem: Problem, where: Place, options: Options, lines: _Lines) -> Finding:
    severity, message = _weighed(rule, problem, options)
    return Finding(
        rule.code,
        rule.name,
        severity,
        message,
        where,
        problem.subject,
        rule.help,
        engine="static",
        confidence=_confidence(rule, problem),
        excerpt=None if problem.secret else lines.at(where.line or 1),
    )


def _confidence(rule: Rule, problem: Problem) -> Confidence:
    # What a lock does to the others depends on the table, which the text does not show.
    return "likely" if rule.code.startswith("KD1") and problem.confidence == "certain" else problem.confidence


def _weighed(rule: Rule, problem: Problem, options: Options) -> tuple[Severity, str]:
    """The severity, which for locks depends on how large the table is, where that is known."""
    severity = options.severities.get(rule.code) or problem.severity or rule.severity
    rows = options.sizes.get(problem.subject or "")
    if rows is None or not rule.code.startswith("KD1"):
        return severity, problem.message
    if rows < SMALL:
        return "info", f"{problem.message} (about {rows} rows: a moment)"
    return severity, f"{problem.message} (about {rows} rows)"


@dataclass
class _Lines:
    text: str
    _lines: list[str] | None = None

    def at(self, number: int) -> str | None:
        if self._lines is None:
            self._lines = self.text.split("\n")
        line = self._lines[number - 1].rstrip("\r") if number <= len(self._lines) else ""
        return line[:_LONGEST] or None


_LONGEST = 500  # characters of a line that are shown


def _notes(file: File) -> tuple[str, ...]:
    """What was not looked into, so that nobody takes silence for an answer."""
    return tuple(
        f"line {part.statement.line}: what this DO block in {operation.language} does is not checked"
        for part in file.parts
        for operation in part.operations
        if isinstance(operation, op.Do) and operation.language != "plpgsql"
    )
