"""Which parts of policies and row classes the rows and callers that were built put to the test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kitdb.catalog.model import Catalog
from kitdb.database import Caller, Connection
from kitdb.rls.access import subject_of
from kitdb.rls.actors import Principal
from kitdb.rls.conditions import Condition, atoms, parse_condition, truth_of
from kitdb.rls.deciding import roles_above
from kitdb.rls.matrix import Coverage, NotCovered, Part
from kitdb.rls.predicate import Truth, bind
from kitdb.rls.run import truths
from kitdb.rls.statements import Writer
from kitdb.rls.subject import STRANGE_BUCKET, Subject

_CONSTANT = ("true", "false", "null")


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition, where it stands, and the roles that it is asked for; none means every role."""

    label: str
    text: str
    roles: frozenset[str]
    of_policy: bool = False
    condition: Condition = field(init=False)
    parts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        condition = parse_condition(self.text)
        parts = (part for part in dict.fromkeys(atoms(condition)) if part.lower() not in _CONSTANT)
        object.__setattr__(self, "condition", condition)
        object.__setattr__(self, "parts", tuple(parts))

    def shown(self, vectors: Iterable[tuple[Truth, ...]]) -> tuple[Part, ...]:
        """What was seen of each part; of the vectors, each holds what the parts were together."""
        every = [dict(zip(self.parts, vector, strict=True)) for vector in vectors]
        return tuple(_part(self.condition, part, every) for part in self.parts)


def covered(
    connection: Connection, catalog: Catalog, subject: Subject, principals: Sequence[Principal]
) -> Iterator[Coverage | NotCovered]:
    """For each condition about the subject, what its parts were; and the parts that were never true, or never false."""
    every = [asked for asked in _asked(subject) if asked.parts]
    names = {p.caller.role for p in principals} - {"service_role"}
    roles = {name: {name, *roles_above(catalog, name)} for name in names}
    callers = [principal for principal in principals if principal.caller.role in roles]
    pairs = [(a, p) for a in every for p in callers if not a.roles or a.roles & roles[p.caller.role]]
    found = truths(connection, [_query(subject, asked, caller) for asked, caller in pairs])
    for asked in every:
        mine = [rows for (each, _), rows in zip(pairs, found, strict=True) if each is asked]
        if None in mine:
            continue  # it fails for some row, and is told as broken
        vectors = {tuple(row) for rows in mine for row in rows or ()}
        if vectors:
            parts = asked.shown(vectors)
            yield Coverage(subject.name, asked.label, parts)
            yield from (NotCovered(asked.label, why) for part in parts if (why := _lacking(part)))


def _asked(subject: Subject) -> Iterator[Asked]:
    """Each condition once: those of policies that say the same are one, and policies on objects are of all buckets.

    The rows of a view may be the caller's alone by the view itself, so nothing is asked about them.
    """
    seen: dict[tuple[str, frozenset[str]], list[str]] = {}
    if subject.relation.row_level_security and subject.bucket in (None, STRANGE_BUCKET):
        for policy in subject.relation.policies:
            roles = frozenset() if "public" in policy.roles else frozenset(policy.roles)
            for text in filter(None, (policy.using, policy.with_check)):
                names = seen.setdefault((text, roles), [])
                names += [policy.name] if policy.name not in names else []
    for (text, roles), names in seen.items():
        label = (
            f"{'policy' if len(names) == 1 else 'policies'} {', '.join(names)} on {subject_of(subject.relation.name)}"
        )
        yield Asked(label, text, roles, of_policy=True)
    rules = subject.access.rules if subject.access and subject.relation.kind != "view" else ()
    for row_class in subject.classes if any(rule.exact for rule in rules) else ():
        yield Asked(f"rows.{row_class.name} of {subject.name}", row_class.predicate, frozenset())


def _lacking(part: Part) -> str:
    match part:
        case Part(text, true=False):
            return f"no user and no row were there for which {text}"
        case Part(text, false=False, null=False):
            return f"no user and no row were there for which not {text}"
        case _:
            return ""


def _query(subject: Subject, asked: Asked, caller: Principal) -> tuple[Caller, bool, str]:
    """What the parts say together of the rows: a policy's as the caller, a row class's past all policies."""
    if not asked.of_policy:
        parts, writer = tuple(bind(part, caller.claims) for part in asked.parts), subject.writer
        rows = writer.table
    else:
        parts, writer = asked.parts, Writer(subject.relation)
        rows = f"pg_temp.kitdb_rows(null::{writer.table}) as {writer.alias}"
    listed = ", ".join(f"({part}\n)" for part in parts)
    # written by Postgres, or by the specification
    query = f"select distinct array[{listed}] from {rows} where {writer.within()}"  # noqa: S608
    return caller.caller, asked.of_policy, query


def _part(condition: Condition, text: str, every: Sequence[Mapping[str, Truth]]) -> Part:
    values = {known[text] for known in every}
    decided = {known[text] is True for known in every if _decides(condition, text, known)}
    return Part(text, true=True in values, false=False in values, null=None in values, decides=len(decided) == 2)


def _decides(condition: Condition, text: str, known: Mapping[str, Truth]) -> bool:
    """Whether the whole would be something else if the part were."""
    other = {**known, text: known[text] is not True}
    return (truth_of(condition, known) is True) != (truth_of(condition, other) is True)
