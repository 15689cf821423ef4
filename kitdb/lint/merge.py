"""Static findings and traced facts, made one: facts confirm, drop or raise a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from kitdb.findings import Finding, Result
from kitdb.lint.rule import Problem, Rule, find_rule
from kitdb.lint.run import Judged, Judgement, Options
from kitdb.lint.script import Part
from kitdb.lint.trace import Facts
from kitdb.names import quote_identifier
from kitdb.sql import operations as op
from kitdb.sql.read import place

# What has to be seen for a finding to be right. Of the other rules, running says nothing.
_SEEN: dict[str, Callable[[Facts], bool]] = {
    "KD101": lambda facts: bool(facts.checked),
    "KD102": lambda facts: bool(facts.read or facts.rewritten),
    "KD103": lambda facts: bool(facts.read or facts.rewritten),
    "KD104": lambda facts: bool(facts.indexed and facts.stops_writes),
    "KD107": lambda facts: bool(facts.indexed and facts.stops_writes),
    "KD109": lambda facts: bool(facts.indexed or facts.read or facts.rewritten),
    "KD110": lambda facts: bool(facts.rewritten),
    "KD111": lambda facts: bool(facts.rewritten or facts.read or facts.indexed),
    "KD112": lambda facts: bool(facts.rewritten),
    "KD115": lambda facts: bool(facts.read),
}
# Where one of these is said of a statement, its work is known.
_WORK = frozenset(_SEEN)
# Findings that say why the server refuses a statement.
_EXPLAINED = frozenset(("KD001", "KD002", "KD003", "KD007", "KD009", "KD301", "KD302", "KD416", "KD604"))
_REFUSED = {"KD301": "25001", "KD302": "55P04"}


def merged(judgement: Judgement, facts: Mapping[int, Facts], options: Options) -> Judgement:
    """The judgement of a file with what was seen of its statements."""
    kept = [found for one in judgement.judged for found in _confirmed(one, facts)]
    said = {(one.index, one.finding.code) for one in kept}
    for index, seen in facts.items():
        part = judgement.file.parts[index]
        for code, message, subject in _raised(part, seen):
            codes = {other for number, other in said if number == index}
            if code in codes or (code in _WORK and codes & _WORK) or _is_allowed(part, code):
                continue
            new = _made(code, message, subject, part, judgement, options, seen)
            if new is not None and not (code == "KD011" and codes & _EXPLAINED):
                kept.append(replace(new, index=index))
                said.add((index, code))
    notes = (*judgement.notes, *_notes(judgement, facts))
    kept.sort(key=lambda one: _order(one.finding))
    return replace(judgement, judged=tuple(kept), notes=notes)


def _order(finding: Finding) -> tuple[int, int, str]:
    where = finding.place
    return (where.line or 0, where.column or 0, finding.code) if where else (0, 0, finding.code)


def _confirmed(judged: Judged, facts: Mapping[int, Facts]) -> Iterator[Judged]:
    seen = facts.get(judged.index) if judged.index is not None else None
    if seen is None or seen.skipped is not None:
        yield judged
        return
    finding = judged.finding
    code = finding.code
    if code in _REFUSED:
        if seen.failure is not None and seen.failure[0] == _REFUSED[code]:
            yield _traced(judged, seen.failure[1])
        return
    if seen.failure is not None:
        yield judged
    elif code == "KD304":
        return
    elif code in _SEEN:
        if _SEEN[code](seen):
            yield _traced(judged, seen.evidence)
    elif code in _LOSSES and _is_missing(finding, seen):
        return
    elif code.startswith("KD1"):
        yield replace(judged, finding=replace(finding, evidence=seen.evidence))
    else:
        yield judged


# What is not there loses nothing.
_LOSSES = ("KD201", "KD202", "KD204")


def _is_missing(finding: Finding, seen: Facts) -> bool:
    """Whether a name in the message is one of those that IF EXISTS did not find."""
    names = tuple(f".{quote_identifier(name)}" for name in seen.missing)
    return any(f".{word}".endswith(names) for word in finding.message.split())


def _traced(judged: Judged, evidence: str | None) -> Judged:
    finding = replace(judged.finding, engine="traced", confidence="certain", evidence=evidence)
    return replace(judged, finding=finding)


def _raised(part: Part, facts: Facts) -> Iterator[tuple[str, str, str | None]]:
    """What was seen, as findings: code, message, subject."""
    if facts.failure is not None:
        yield "KD011", f"Postgres refuses it: {facts.failure[1]}", None
        return
    operations = part.operations
    for table in facts.rewritten:
        code = "KD110" if _has(operations, op.AddColumn) else "KD112"
        code = "KD111" if _has(operations, op.AlterColumnType) else code
        yield code, f"{table} is written anew while reads and writes wait", table
    if not facts.stops_writes:
        return
    for table in facts.read:
        code = "KD115" if any(map(_makes_partition, operations)) else "KD102"
        code = "KD103" if _has(operations, op.SetNotNull) else code
        code = "KD105" if any(isinstance(one, op.AddColumn) and one.column.not_null for one in operations) else code
        yield code, f"every row of {table} is read while reads and writes wait", table
    for table in facts.indexed:
        if table not in facts.rewritten:
            code = "KD109" if _has(operations, op.AddConstraint) else "KD104"
            code = "KD111" if _has(operations, op.AlterColumnType) else code
            yield code, f"writes to {table} wait until an index is built", table
    for name in facts.checked:
        if not _has(operations, op.ValidateConstraint):
            yield "KD101", f"foreign key {name} is looked up for every row while writes wait", None


def _has(operations: Sequence[op.Operation], kind: type[op.Operation]) -> bool:
    return any(isinstance(operation, kind) for operation in operations)


def _makes_partition(operation: op.Operation) -> bool:
    return isinstance(operation, op.AttachPartition) or (
        isinstance(operation, op.CreateTable) and operation.partition_of is not None
    )


def _is_allowed(part: Part, code: str) -> bool:
    rule = find_rule(code)
    named = {allowance.rule for allowance in part.allowances if allowance.problem is None}
    return rule is not None and bool(named & {rule.code, rule.name})


def _made(
    code: str, message: str, subject: str | None, part: Part, judgement: Judgement, options: Options, seen: Facts
) -> Judged | None:
    rule = find_rule(code)
    if rule is None or rule not in options.rules:
        return None
    severity = options.severities.get(code) or rule.severity
    where = place(part.statement, 0, judgement.file.path)
    lines = judgement.file.text.split("\n")
    excerpt = lines[(where.line or 1) - 1].rstrip("\r")[:500] if lines else None
    finding = Finding(
        rule.code, rule.name, severity, message, where, subject, rule.help,
        evidence=seen.evidence, engine="traced", confidence="certain", excerpt=excerpt,
    )  # fmt: skip
    return Judged(finding, rule, Problem(message, subject), part)


def _notes(judgement: Judgement, facts: Mapping[int, Facts]) -> Iterator[str]:
    failed = False
    for index, part in enumerate(judgement.file.parts):
        seen = facts.get(index)
        line = part.statement.line
        if seen is not None and seen.skipped is not None:
            yield f"line {line}: not traced: {seen.skipped}"
        elif seen is not None and seen.failure is not None and seen.failure[0] not in ("25001", "55P04"):
            failed = True
        elif seen is None and failed and part.statement.text:
            yield f"line {line}: not traced, nor what follows: a statement before it fails"
            return


def with_end_state(
    judgements: Sequence[Judgement], found: Sequence[Finding], before: Sequence[Finding], known: frozenset[str]
) -> tuple[tuple[Judgement, ...], Result | None]:
    """The judgements with what the rules say of the catalog that the files have made.

    `before` is what they said of it without these files, `known` the objects that the catalog holds. What a file was
    thought to leave behind and did not is dropped; what nobody saw coming is a result of its own.
    """
    new = {(finding.code, finding.subject) for finding in found}
    changed = []
    said: set[tuple[str, str | None]] = set()
    for judgement in judgements:
        kept = []
        for one in judgement.judged:
            key = (one.finding.code, one.finding.subject)
            said.add(key)
            if not one.rule.final or one.finding.subject not in known:
                kept.append(one)
            elif key in new:
                finding = replace(one.finding, engine="catalog", confidence="certain")
                kept.append(replace(one, finding=finding))
        changed.append(replace(judgement, judged=tuple(kept)))
    old = {(finding.code, finding.subject) for finding in before}
    allowed = {
        (rule.code) for judgement in judgements for part in judgement.file.parts for rule in _allowed_rules(part)
    }
    unseen = tuple(
        finding
        for finding in found
        if (finding.code, finding.subject) not in said | old and finding.code not in allowed
    )
    return tuple(changed), Result("the database after these files", unseen) if unseen else None


def _allowed_rules(part: Part) -> Iterator[Rule]:
    for allowance in part.allowances:
        rule = find_rule(allowance.rule)
        if rule is not None and allowance.problem is None:
            yield rule
