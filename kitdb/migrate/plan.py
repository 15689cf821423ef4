"""What is to be done: the pending files, how each of them runs, and every reason not to begin."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from kitdb.errors import KitdbError, Place, Refused
from kitdb.migrate.files import Migration, MigrationFolder
from kitdb.migrate.ledger import AppliedMigration, Ledger, Progress
from kitdb.sql.scan import Unclosed, tokens
from kitdb.sql.split import (
    Statement,
    Unterminated,
    history_statements,
    split,
    split_with_history,
    words,
)
from kitdb.sql.transactions import needs_no_transaction

Mode = Literal["transaction", "statements"]

# Either line puts a file outside of a transaction, whatever is in it. The second is the Supabase CLI's, which wants it
# to be the first line and exactly this.
_DIRECTIVE = re.compile(r"--[ \t]*kitdb:[ \t]*no-transaction[ \t]*\Z")
_CLI_DIRECTIVE = "-- pg-delta: transaction=false"

# The meta-commands that pg_dump writes around a dump: they only concern psql.
_HARMLESS_META = (r"\restrict", r"\unrestrict")

# How statements begin: the first word, and the second where it takes one to tell.
_BEGIN = {"begin": "", "start": "transaction"}
_COMMIT = {"commit": "", "end": ""}
_TRANSACTION_CONTROL = {**_BEGIN, **_COMMIT, "rollback": "", "abort": "", "prepare": "transaction"}
# Settings go with either kind of statement.
_NEUTRAL = dict.fromkeys(("set", "reset", "select", "show"), "")


class EditedMigration(KitdbError):
    """An applied file is no longer what was applied; `difference` shows the statements that changed."""

    hint = "Restore the file and put the change into a new migration, or accept it with kitdb repair --accept."

    def __init__(self, migration: Migration, place: Place, difference: Sequence[str]) -> None:
        self.difference = tuple(difference)
        super().__init__(f"migration {migration.version} was changed after it was applied", place=place)


class MissingMigration(KitdbError):
    """The history has a version that no file has."""

    hint = "Fetch the file from where it was applied, or mark the version as reverted: kitdb repair --reverted VERSION."


class OlderMigration(KitdbError):
    """A file is older than what is already applied."""

    hint = "Give it a newer version, or apply it all the same with --include-all."


class CannotRun(KitdbError):
    """A file holds something that no runner could apply as it stands."""


class UnknownVersion(KitdbError):
    """A version named on the command line that no file has."""


@dataclass(frozen=True, slots=True)
class PlannedMigration:
    """A pending file, its statements, what the history will keep of them, and how it runs.

    `mode` "transaction" is one transaction for the whole file; "statements" is each statement by itself, from number
    `done` on (an earlier run stopped there). `interrupted` says that statement `done + 1` had been begun.
    """

    migration: Migration
    statements: tuple[Statement, ...]
    history: tuple[str, ...] = ()
    mode: Mode = "transaction"
    done: int = 0
    interrupted: bool = False

    @property
    def runnable(self) -> tuple[Statement, ...]:
        """The statements that reach the server: no meta-commands, no BEGIN and COMMIT around the file."""
        return tuple(statement for statement in self.statements if not is_skipped(statement))


@dataclass(frozen=True, slots=True)
class Plan:
    """The pending migrations in order, and what a person should know although it stops nothing."""

    pending: tuple[PlannedMigration, ...]
    applied: tuple[AppliedMigration, ...] = ()
    warnings: tuple[str, ...] = field(default=())


def make_plan(
    folder: MigrationFolder,
    ledger: Ledger,
    *,
    to: str | None = None,
    include_all: bool = False,
    own_transactions: bool = False,
) -> Plan:
    """What has to run, checked to the end before anything does. Raises `Refused` with all reasons at once.

    `own_transactions` lets a file begin and commit in its middle.
    """
    applied = ledger.by_version()
    problems: list[KitdbError] = []
    warnings = [f"{name} is skipped: its name is not <version>_<name>.sql" for name in folder.skipped]
    problems += _missing(folder, ledger)
    for migration in folder.migrations:
        if row := applied.get(migration.version):
            problem, warning = compare_applied(migration, row)
            problems += [problem] if problem else []
            warnings += [warning] if warning else []
    pending = [migration for migration in folder.migrations if migration.version not in applied]
    if to is not None:
        pending = _up_to(to, folder, pending)
    if not include_all:
        problems += _older(pending, ledger)
    planned: list[PlannedMigration] = []
    for migration in pending:
        try:
            planned.append(_planned(migration, ledger.progress(migration.version), own_transactions=own_transactions))
        except Refused as refused:
            problems += refused.errors
        except KitdbError as error:
            problems.append(error)
    if problems:
        raise problems[0] if len(problems) == 1 else Refused(problems)
    return Plan(tuple(planned), ledger.applied, tuple(warnings))


def prefix_checksum(statements: Sequence[Statement]) -> str:
    """What identifies the statements that already ran of a file that goes statement by statement."""
    return hashlib.sha256("\0".join(statement.text for statement in statements).encode()).hexdigest()


def _missing(folder: MigrationFolder, ledger: Ledger) -> list[KitdbError]:
    on_disk = {migration.version for migration in folder.migrations}
    return [
        MissingMigration(
            f"version {row.version} ({row.name or 'no name'}) is applied, and {folder.path} has no file for it"
        )
        for row in ledger.applied
        if row.version not in on_disk
    ]


def _older(pending: Sequence[Migration], ledger: Ledger) -> list[KitdbError]:
    newest = max((row.version for row in ledger.applied), default="")
    return [
        OlderMigration(
            f"this file is pending, but the newer version {newest} is already applied", place=Place(str(migration.path))
        )
        for migration in pending
        if migration.version < newest and ledger.progress(migration.version) is None
    ]


def _up_to(to: str, folder: MigrationFolder, pending: Sequence[Migration]) -> list[Migration]:
    versions = [migration.version for migration in folder.migrations]
    if to not in versions:
        import difflib  # noqa: PLC0415  # only where something is wrong

        close = difflib.get_close_matches(to, versions, n=1)
        hint = (
            f"Did you mean {close[0]}?"
            if close
            else f"The newest version there is {versions[-1] if versions else 'none'}."
        )
        raise UnknownVersion(f"no migration in {folder.path} has the version {to}", hint=hint)
    return [migration for migration in pending if migration.version <= to]


# --- files that were applied -----------------------------------------------------------------------------------------


def compare_applied(migration: Migration, row: AppliedMigration) -> tuple[EditedMigration | None, str | None]:
    """Whether the file is still what was applied: an error when it is not, a warning when only comments changed."""
    if row.checksum == migration.checksum or row.statements is None:
        return None, None
    try:
        today = history_statements(migration.text)
    except Unterminated:
        today = [migration.text.strip()]
    if list(row.statements) == today:
        return None, None
    then, now = _Texts.of(row.statements), _Texts.of(today)
    if then.squeezed == now.squeezed:
        return None, f"{migration.path}: comments or white space changed after it was applied"
    return EditedMigration(migration, _first_change(migration, then, now), _difference(then, now)), None


@dataclass(frozen=True, slots=True)
class _Texts:
    """Statements as written, and squeezed: their tokens with one space between them, so that only meaning counts."""

    written: list[str]
    squeezed: list[str]

    @classmethod
    def of(cls, stored: Sequence[str]) -> _Texts:
        written: list[str] = []
        for text in stored:
            try:
                written += [statement.text for statement in split(text)]
            except Unterminated:
                written.append(text.strip())
        return cls(written, [_squeezed(text) for text in written])


def _squeezed(text: str) -> str:
    try:
        parts = [text[token.start : token.end] for token in tokens(text)]
    except Unclosed:
        return text
    # Line ends count for white space in a literal, too: git changes them.
    return " ".join(parts).replace("\r\n", "\n")


def _first_change(migration: Migration, then: _Texts, now: _Texts) -> Place:
    for number, statement in enumerate(split(migration.text)):
        if then.squeezed[number : number + 1] != now.squeezed[number : number + 1]:
            return Place(str(migration.path), statement.line, statement.column)
    return Place(str(migration.path))


def _difference(then: _Texts, now: _Texts) -> tuple[str, ...]:
    """What was applied (-) and what the file says now (+), of the statements that differ."""
    import difflib  # noqa: PLC0415

    lines: list[str] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, then.squeezed, now.squeezed, autojunk=False).get_opcodes():
        if kind != "equal":
            old = "\n".join(f"{text};" for text in then.written[i:j]).splitlines()
            new = "\n".join(f"{text};" for text in now.written[k:m]).splitlines()
            lines += list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    return tuple(line for line in lines if not line.startswith("@@"))


# --- files that are pending ------------------------------------------------------------------------------------------


def _planned(migration: Migration, progress: Progress | None, *, own_transactions: bool) -> PlannedMigration:
    statements, history = split_with_history(migration.text, str(migration.path))
    mode = _mode(migration, statements)
    problems = [*_psql_commands(migration, statements)]
    if not (own_transactions and mode == "transaction" and _has_own_transaction(statements)):
        problems += _transaction_problems(migration, statements, mode)
    if problems:
        raise problems[0] if len(problems) == 1 else Refused(problems)
    planned = PlannedMigration(migration, statements, history, mode)
    return _resumed(planned, progress) if progress and mode == "statements" else planned


def _resumed(planned: PlannedMigration, progress: Progress) -> PlannedMigration:
    done = planned.runnable[: progress.done]
    if len(done) < progress.done or (progress.done and prefix_checksum(done) != progress.done_checksum):
        raise CannotRun(
            f"{progress.done} of its statements have run, and they are no longer the first ones of the file",
            place=Place(str(planned.migration.path)),
            hint="Restore the statements that ran; change only what comes after them.",
        )
    return replace(planned, done=progress.done, interrupted=progress.running)


def _mode(migration: Migration, statements: Sequence[Statement]) -> Mode:
    if has_directive(migration.text):
        return "statements"
    rest = [statement for statement in statements if not is_skipped(statement) and not _starts(statement, _NEUTRAL)]
    return (
        "statements"
        if rest and all(needs_no_transaction(statement.text, statement.word) for statement in rest)
        else "transaction"
    )


def has_directive(text: str) -> bool:
    """Whether the file says in its leading comments that it wants no transaction."""
    first, _, _ = text.partition("\n")
    if first.rstrip("\r") == _CLI_DIRECTIVE:
        return True
    for line in text.splitlines():
        stripped = line.strip()
        if _DIRECTIVE.match(stripped):
            return True
        if stripped and not stripped.startswith("--"):
            return False
    return False


def is_skipped(statement: Statement) -> bool:
    """Whether the statement never reaches the server: a harmless psql command."""
    return statement.kind == "meta"


def is_transaction_edge(statement: Statement) -> bool:
    return _starts(statement, _BEGIN) or _starts(statement, _COMMIT)


def _starts(statement: Statement, beginnings: Mapping[str, str]) -> bool:
    second = beginnings.get(statement.word)
    return second == "" or (second is not None and next(islice(words(statement.text), 1, None), "") == second)


def _place(migration: Migration, statement: Statement) -> Place:
    return Place(str(migration.path), statement.line, statement.column)


def _psql_commands(migration: Migration, statements: Sequence[Statement]) -> Iterator[KitdbError]:
    for statement in statements:
        command = statement.text.split(maxsplit=1)[0] if statement.kind == "meta" else ""
        if command and command not in _HARMLESS_META:
            yield CannotRun(
                f"{command} is a command of psql, not SQL",
                place=_place(migration, statement),
                hint="Write what it does in SQL, or take the line out.",
            )


def _transaction_problems(migration: Migration, statements: Sequence[Statement], mode: Mode) -> Iterator[KitdbError]:
    runnable = [statement for statement in statements if not is_skipped(statement)]
    wrapped = mode == "transaction" and is_wrapped(runnable)
    for statement in runnable[1:-1] if wrapped else runnable:
        if _starts(statement, _TRANSACTION_CONTROL) and not _is_atomic_body(statement):
            yield CannotRun(
                f"{statement.text.split(maxsplit=1)[0]} in the middle of a file would end kitdb's transaction",
                place=_place(migration, statement),
                hint="Take it out: kitdb applies each file in a transaction of its own."
                if mode == "transaction"
                else "Take it out: this file runs statement by statement.",
            )
        elif mode == "transaction" and needs_no_transaction(statement.text, statement.word):
            yield CannotRun(
                f"{_title(statement)} cannot run in the transaction of the other statements",
                place=_place(migration, statement),
                hint="Put it into a file of its own, or begin the file with -- kitdb: no-transaction.",
            )
    if mode == "transaction":
        yield from _enum_value_used(migration, runnable)


def _has_own_transaction(statements: Sequence[Statement]) -> bool:
    """Whether BEGIN or COMMIT stand in the middle of the file."""
    runnable = [statement for statement in statements if not is_skipped(statement)]
    edges = (_starts(statement, _TRANSACTION_CONTROL) for statement in runnable if not _is_atomic_body(statement))
    return not is_wrapped(runnable) and any(edges)


def is_wrapped(statements: Sequence[Statement]) -> bool:
    """Whether the file itself begins and commits the transaction that it is going to get anyhow."""
    return len(statements) >= 2 and _starts(statements[0], _BEGIN) and _starts(statements[-1], _COMMIT)


def _is_atomic_body(statement: Statement) -> bool:
    return tuple(islice(words(statement.text), 2)) == ("begin", "atomic")


def _title(statement: Statement) -> str:
    head = list(islice(words(statement.text), 4))
    kept = [word for word in head if word.isidentifier()]
    return " ".join(kept).upper()


_ADD_VALUE = re.compile(r"add\s+value\s+(?:if\s+not\s+exists\s+)?'((?:[^']|'')*)'", re.IGNORECASE)


def _enum_value_used(migration: Migration, statements: Sequence[Statement]) -> Iterator[KitdbError]:
    # https://www.postgresql.org/docs/18/sql-altertype.html: a value added in a transaction cannot be used before its
    # commit, unless the type was made in the same transaction.
    created: set[str] = set()
    added: dict[str, Statement] = {}
    for statement in statements:
        if not added and statement.word not in ("create", "alter"):
            continue
        head = list(islice(words(statement.text), 3))
        if head[:2] == ["create", "type"]:
            created.add(_type_name(statement.text, "create type"))
            continue
        value = _ADD_VALUE.search(statement.text) if head[:2] == ["alter", "type"] else None
        if value and _type_name(statement.text, "alter type") not in created:
            added[value[1]] = statement
            continue
        for label, adding in added.items():
            if f"'{label}'" in statement.text and not _is_deferred_text(head):
                yield CannotRun(
                    f"the enum value '{label}', added in line {adding.line}, is used in the same transaction",
                    place=_place(migration, statement),
                    hint="Put the statements that use it into a later migration.",
                )
                return


def _is_deferred_text(head: Sequence[str]) -> bool:
    """Whether the statement only stores its text, as the body of a function, or comments on something."""
    return head[:2] in (["create", "function"], ["create", "procedure"], ["comment", "on"]) or head == [
        "create",
        "or",
        "replace",
    ]


def _type_name(text: str, head: str) -> str:
    pattern = (
        r"\s+".join(head.split()) + r"\s+((?:\"(?:[^\"]|\"\")*\"|[^\s.]+)(?:\s*\.\s*(?:\"(?:[^\"]|\"\")*\"|[^\s.]+))?)"
    )
    found = re.search(pattern, text, re.IGNORECASE)
    return found[1].lower().rpartition(".")[2].strip('" ') if found else ""
