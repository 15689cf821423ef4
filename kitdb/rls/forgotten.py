"""Policies that ask for less than they seem to, or than those beside them: suspected as written, shown by rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from kitdb.catalog.model import Catalog, Policy, Relation, Routine
from kitdb.names import QualifiedName, quote_identifier
from kitdb.rls.access import signature_of, subject_of
from kitdb.rls.as_written import CLIENTS, VERBS, verbs_of
from kitdb.rls.conditions import Term, closing, parse_condition, terms, without_subqueries
from kitdb.rls.hints import code_of, names_in, reads_caller
from kitdb.rls.kinds import FORGOTTEN, GIVEN_AWAY, IGNORED, Kind
from kitdb.rls.letting import named
from kitdb.rls.matrix import Command
from kitdb.rls.owners import Owners
from kitdb.rls.rights import RightsOf
from kitdb.rls.verdicts import some_of

Values = Mapping[str, str | None]

_NAME = r'(?:[^\W\d][\w$]*|"(?:[^"]|"")+")'
_CALL = re.compile(rf"{_NAME}(?:\.{_NAME})*\(")
_CAST = re.compile(rf"::{_NAME}(?:\.{_NAME})*(?:\[\])*")
_UNTIED = re.compile(r"<>|!=|\bIS DISTINCT FROM\b|\bNOT\b|\bIS NULL\b", re.IGNORECASE)
_CLAIM = re.compile(r"->>?\s*'(\w+)'")
FROM = re.compile(rf"\b(?:FROM|JOIN)\s+\(*((?:{_NAME}\.)?{_NAME})", re.IGNORECASE)
_IS_NULL = re.compile(rf"(?:{_NAME}\.)?({_NAME}) IS NULL", re.IGNORECASE)
_REMOVED = re.compile(r"(?:deleted|removed|archived|trashed)(?:_(?:at|on|time))?", re.IGNORECASE)
_KEPT_BACK = re.compile(
    r"(?:is_|for_)?(?:internal|private|hidden|confidential|secret)(?:_note|_only)?|\w+_only", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a condition seems to forget, and which requests would show it.

    `in_question` says of a row class's predicate that what it says of a row is what is doubted; `is_row` of which rows.
    """

    kind: Kind
    subject: str
    message: str
    policy: Policy
    commands: tuple[Command, ...]
    in_question: Callable[[str], bool]
    is_row: Callable[[Values], bool] = lambda _: True
    bucket: str | None = None
    certain: bool = False  # an error, once rows show it
    needs_rows: bool = False  # nothing, until rows show it


@dataclass(frozen=True, slots=True)
class Asked:
    """One way in which a policy lets rows through, and the columns of the row that it ties to the caller."""

    relation: Relation
    policy: Policy
    atoms: Term
    tied: frozenset[str]


def suspicions(catalog: Catalog, schemas: tuple[str, ...], owners: Owners, held: RightsOf) -> Iterator[Suspicion]:
    """Of each policy that counts, what it seems to forget."""
    shown = [r for r in catalog.relations if r.row_level_security and r.name.schema in schemas and not r.managed]
    asked = [way for relation in shown for policy in relation.policies for way in ways(catalog, relation, policy)]
    weaker = {s.policy: s for relation in shown for s in _weaker_checks(catalog, relation, held)}
    yield from weaker.values()
    yield from (s for s in _lone_offices(catalog, asked) if s.policy not in weaker)
    for relation in shown:
        mine = [way for way in asked if way.relation is relation]
        yield from _of_nobody(relation, owners, mine)
        yield from _not_removed(relation, mine)
        yield from _kept_back(catalog, relation, owners)
    yield from _ignored(catalog, shown)


def ways(catalog: Catalog, relation: Relation, policy: Policy) -> Iterator[Asked]:
    """The ways in which a permissive policy lets rows through."""
    texts = dict.fromkeys(filter(None, (policy.using, policy.with_check))) if policy.permissive else ()
    for text in texts:
        yield from _ways_of(catalog, relation, policy, text)


def _ways_of(catalog: Catalog, relation: Relation, policy: Policy, text: str) -> list[Asked]:
    return [
        Asked(relation, policy, term, frozenset().union(*(tied_columns(catalog, relation, atom) for atom in term)))
        for term in terms(parse_condition(text))
        if "false" not in term
    ]


def tied_columns(catalog: Catalog, relation: Relation, atom: str) -> frozenset[str]:
    """The columns of the row of which the condition says that they have to do with the caller."""
    outside = without_subqueries(atom)
    if _UNTIED.search(outside) or not reads_caller(atom, catalog):
        return frozenset()
    return own_columns(relation, atom)


def own_columns(relation: Relation, text: str) -> frozenset[str]:
    """The columns of the row itself that the text names, those within subqueries by their table's name."""
    own = {column.name for column in relation.columns}
    table = re.escape(quote_identifier(relation.name.name))
    inside = {name.strip('"').replace('""', '"') for name in re.findall(rf'(?<![\w."]){table}\.({_NAME})', text)}
    bare = _CALL.sub("(", _CAST.sub(" ", without_subqueries(text)))
    return frozenset(own & (names_in(bare) | inside))


def _client_roles(policy: Policy) -> tuple[str, ...]:
    return tuple(role for role in CLIENTS if {role, "public"} & {*policy.roles})


def _together(first: Policy, second: Policy) -> bool:
    """Whether both are asked of one caller, for one command."""
    roles = {*_client_roles(first)} & {*_client_roles(second)}
    return bool(roles and {*verbs_of(first)} & {*verbs_of(second)})


def _listed(columns: frozenset[str]) -> str:
    return ", ".join(sorted(columns))


# ---------------------------------------------------------------- a row may become what it may not be


def _weaker_checks(catalog: Catalog, relation: Relation, held: RightsOf) -> Iterator[Suspicion]:
    """WITH CHECK that leaves out by what USING ties the row to the caller."""
    for policy in relation.policies:
        if policy.command not in ("all", "update") or not (policy.permissive and policy.using and policy.with_check):
            continue
        before = _ways_of(catalog, relation, policy, policy.using)
        after = _ways_of(catalog, relation, policy, policy.with_check)
        if not before or not all(way.tied for way in before):
            continue
        always = frozenset.intersection(*(way.tied for way in before))
        lost = {always - way.tied if way.tied else frozenset().union(*(b.tied for b in before)) for way in after}
        columns = frozenset().union(*lost)
        free = columns - _guarded(catalog, relation, policy)
        rights = [right for role in _client_roles(policy) if (right := held.get((role, relation.name)))]
        put = policy.command == "all" and any(free & right.insert for right in rights)
        moved = any(free & right.update for right in rights) and not _hidden_elsewhere(catalog, relation, free)
        if free == columns and (put or moved):
            does = " and ".join((*(["put"] if put else []), *(["moved"] if moved else [])))
            message = f"{named(policy)} compares {_listed(columns)} in USING and not in WITH CHECK"
            yield Suspicion(
                GIVEN_AWAY,
                subject_of(relation.name),
                f"{message}: rows can be {does} where USING lets nobody",
                policy,
                ("insert",) if put else (),
                lambda _: False,
            )


def _guarded(catalog: Catalog, relation: Relation, policy: Policy) -> frozenset[str]:
    """The columns that restrictive policies or triggers of the table look at."""
    restrictive = [p for p in relation.policies if not p.permissive and _together(p, policy)]
    texts = [text for p in restrictive for text in (p.using, p.with_check) if text]
    functions = {trigger.function for trigger in relation.triggers if trigger.enabled != "disabled"}
    names = [names_in(code_of(r.body)) for r in catalog.routines if r.name in functions]
    own = frozenset(column.name for column in relation.columns)
    return own & frozenset().union(*names, *(own_columns(relation, text) for text in texts))


def _hidden_elsewhere(catalog: Catalog, relation: Relation, columns: frozenset[str]) -> bool:
    """Whether callers see no row that is elsewhere: a row that they change must stay one that they see."""
    seeing = [way for p in relation.policies if "select" in verbs_of(p) for way in ways(catalog, relation, p)]
    return all(columns <= way.tied for way in seeing)


# ---------------------------------------------------------------- what goes with it everywhere else


def _lone_offices(catalog: Catalog, asked: list[Asked]) -> Iterator[Suspicion]:
    """What tells one caller from another, alone where everywhere else the row is asked about as well."""
    places: dict[tuple[str, ...], list[Asked]] = {}
    for way in asked:
        for key in {_office(catalog, way.relation, atom) for atom in way.atoms}:
            if key:
                places.setdefault(key, []).append(way)
    told: set[Policy] = set()
    for key, found in places.items():
        alone = [way for way in found if not way.tied]
        others = {way.policy for way in found} - {way.policy for way in alone}
        if len({way.policy for way in alone} - told) != 1 or len(others) < 2:
            continue
        way = alone[0]
        beside = [other for other in asked if other.relation is way.relation and other.policy is not way.policy]
        always = frozenset.intersection(*(other.tied for other in beside)) if len(beside) > 1 else frozenset()
        if always:
            told.add(way.policy)
            message = (
                f"{named(way.policy)} asks for {' and '.join(key)} alone, and not for {_listed(always)}, as every"
                f" other policy there and elsewhere does"
            )
            yield _forgotten(way, message, partial(_asks_for, key))


def _office(catalog: Catalog, relation: Relation, atom: str) -> tuple[str, ...]:
    """What of the caller the condition looks at, none where it looks at the row: functions, claims, tables."""
    if own_columns(relation, atom) or not reads_caller(atom, catalog):
        return ()
    mine = [r for r in catalog.routines if r.name.name in names_in(atom) and r.name.schema != "auth"]
    functions = [subject_of(routine.name) for routine in mine if _calls(atom, routine)]
    return tuple(dict.fromkeys((*functions, *_CLAIM.findall(atom), *FROM.findall(atom))))


def _asks_for(key: tuple[str, ...], text: str) -> bool:
    return all(part.rpartition(".")[2].strip('"') in text for part in key)


def _forgotten(way: Asked, message: str, in_question: Callable[[str], bool], **more: object) -> Suspicion:
    policy = way.policy
    return Suspicion(
        FORGOTTEN, subject_of(policy.table), message, policy, verbs_of(policy), in_question, **more,  # type: ignore[arg-type]
    )  # fmt: skip


# ---------------------------------------------------------------- rows that a NULL opens


def _of_nobody(relation: Relation, owners: Owners, mine: list[Asked]) -> Iterator[Suspicion]:
    """Rows that are still nobody's, open to everybody, where every other policy asks whose tenant the row is of."""
    users = {*owners.of(relation)}
    users |= {
        c for key in relation.constraints if key.kind == "foreign key" for c in key.columns if len(key.columns) == 1
    }
    for way in mine:
        empty = _empty(way.atoms)
        others = [other for other in mine if other.policy is not way.policy]
        if not empty or way.tied or not empty <= users or len({o.policy for o in others}) < 2:
            continue
        always = frozenset.intersection(*(other.tied for other in others)) - empty
        if always:
            message = (
                f"{named(way.policy)} opens the rows without {_listed(empty)} of everybody: every other policy there"
                f" asks for {_listed(always)} as well"
            )
            yield _forgotten(way, message, lambda _: False, is_row=_without(empty))


def _not_removed(relation: Relation, mine: list[Asked]) -> Iterator[Suspicion]:
    """That a row is not removed, enough to open it, beside a policy that opens rows of one kind to the same callers."""
    for way in mine:
        empty = _empty(way.atoms)
        if not empty or not all(_REMOVED.fullmatch(name) for name in empty) or "select" not in verbs_of(way.policy):
            continue
        for other in mine:
            asks = frozenset().union(*(own_columns(relation, atom) for atom in other.atoms))
            wider = {*_client_roles(other.policy)} <= {*_client_roles(way.policy)}
            if other.policy is way.policy or other.tied or not asks - empty or not wider:
                continue
            if _together(other.policy, way.policy):
                message = (
                    f"{named(way.policy)} opens every row without {_listed(empty)}, so that {named(other.policy)}"
                    f" keeps none back: only a restrictive policy narrows others"
                )
                yield _forgotten(way, message, lambda _: False, is_row=_without(empty))
                break


def _empty(term: Term) -> frozenset[str]:
    """The columns that are to be NULL, where nothing else is asked for."""
    found = [_IS_NULL.fullmatch(atom) for atom in term]
    return frozenset(match[1].strip('"').replace('""', '"') for match in found if match) if all(found) else frozenset()


def _without(columns: frozenset[str]) -> Callable[[Values], bool]:
    return lambda row: all(row.get(name) is None for name in columns)


# ---------------------------------------------------------------- rows that are kept back


def _kept_back(catalog: Catalog, relation: Relation, owners: Owners) -> Iterator[Suspicion]:
    """A flag that callers may not set on what they write, and that the policy by which they read leaves out."""
    flags = [c.name for c in relation.columns if c.type.name.name == "bool" and _KEPT_BACK.fullmatch(c.name)]
    for flag in flags:
        writing = [
            _who(catalog, way, owners)
            for p in relation.policies if p.permissive and p.with_check and p.command in ("insert", "all")
            for way in _ways_of(catalog, relation, p, p.with_check) if _denies(way.atoms, flag)
        ]  # fmt: skip
        for policy in relation.policies:
            if "select" not in verbs_of(policy) or not policy.permissive or not policy.using:
                continue
            for way in _ways_of(catalog, relation, policy, policy.using):
                looked_at = any(flag in own_columns(relation, atom) for atom in way.atoms)
                who = _who(catalog, way, owners)
                if who and who in writing and not looked_at:
                    message = (
                        f"{named(policy)} shows rows whatever their {flag}, which the policy for writing does not let"
                        f" the same callers set"
                    )
                    yield _forgotten(way, message, lambda _: True, is_row=partial(_is_set, flag))


def _is_set(flag: str, row: Values) -> bool:
    return row.get(flag) == "true"


def _who(catalog: Catalog, way: Asked, owners: Owners) -> frozenset[str]:
    """The parts that say who the caller is to the row, other than that it wrote it."""
    mine = {*owners.of(way.relation)}
    tied = ((atom, tied_columns(catalog, way.relation, atom)) for atom in way.atoms)
    return frozenset(atom for atom, columns in tied if columns and not columns <= mine)


def _denies(term: Term, flag: str) -> bool:
    name = rf'(?:{_NAME}\.)?"?{re.escape(flag)}"?'
    return any(re.fullmatch(rf"NOT \(?{name}\)?|\(?{name}\)? = false|{name} IS (?:FALSE|NOT TRUE)", a) for a in term)


# ---------------------------------------------------------------- helpers that do not look at what they are given


def _ignored(catalog: Catalog, shown: list[Relation]) -> Iterator[Suspicion]:
    """Functions that policies give a column of the row, and that never look at it."""
    found: dict[tuple[str, str], list[tuple[Policy, frozenset[str]]]] = {}
    names: dict[str, QualifiedName] = {}
    for relation in shown:
        for policy in relation.policies:
            for text in filter(None, (policy.using, policy.with_check)):
                for routine, argument, columns in _unread(catalog, relation, text):
                    place = found.setdefault((signature_of(routine), argument), [])
                    names[signature_of(routine)] = routine.name
                    if policy not in [known for known, _ in place]:
                        place.append((policy, columns))
    for (function, argument), asking in found.items():
        told = some_of(named(policy) for policy, _ in asking)
        given = _listed(frozenset().union(*(columns for _, columns in asking)))
        for policy, _ in asking:
            yield Suspicion(
                IGNORED,
                function,
                f"{function} never looks at {argument}, for which {told} {_pass(asking)} {given}",
                policy,
                tuple(verb for verb in VERBS if verb in verbs_of(policy)),
                partial(_asks_for, (names[function].name + "(",)),
                certain=True,
            )


def _pass(asking: list[tuple[Policy, frozenset[str]]]) -> str:
    return "passes" if len(asking) == 1 else "pass"


def _unread(catalog: Catalog, relation: Relation, text: str) -> Iterator[tuple[Routine, str, frozenset[str]]]:
    """The function, the argument that it never looks at, and the columns of the row that it gets there."""
    named_here = [routine for routine in catalog.routines if routine.name.name in names_in(text)]
    for routine in named_here:
        alone = [other.name for other in named_here].count(routine.name) == 1  # else another may be meant
        if not alone or routine.language not in ("sql", "plpgsql") or not routine.body:
            continue
        taken = [argument for argument in routine.arguments if argument.mode in ("in", "inout", "variadic")]
        used = names_in(code_of(routine.body))
        for given in _arguments_given(text, routine):
            for place, (argument, written) in enumerate(zip(taken, given, strict=False), 1):
                columns = own_columns(relation, written)
                read = argument.name and {argument.name, argument.name.lower()} & used
                if columns and not read and not re.search(rf"\${place}(?!\d)", routine.body):
                    yield routine, argument.name or f"${place}", columns


def _calls(text: str, routine: Routine) -> bool:
    return re.search(_call_of(routine), text) is not None


def _call_of(routine: Routine) -> str:
    return rf'(?<![\w."]){re.escape(str(routine.name).removeprefix("public."))}\(|{re.escape(str(routine.name))}\('


def _arguments_given(text: str, routine: Routine) -> Iterator[list[str]]:
    """What the text gives to the function, call by call."""
    for found in re.finditer(_call_of(routine), text):
        inner = text[found.end() : closing(text, found.end() - 1)]
        yield _at_commas(inner)


def _at_commas(text: str) -> list[str]:
    """The parts between the commas that stand in no brackets and no literal."""
    ends, at = [], 0
    while found := re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\(|\[|,").search(text, at):
        at = found.end()
        if found[0] == "(":
            at = closing(text, found.start()) + 1
        elif found[0] == "[":
            at = text.find("]", at) + 1 or len(text)
        elif found[0] == ",":
            ends.append(found.start())
    cuts = [-1, *ends, len(text)]
    return [text[start + 1 : end].strip() for start, end in pairwise(cuts)] if text.strip() else []
