"""Who may do what else after a migration: check-rls's requests, made before and after, on what the change touches."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kitdb.names import QualifiedName, quote_identifier

if TYPE_CHECKING:
    from kitdb.catalog.model import Catalog, Grant, Relation, Routine
    from kitdb.cli.access_alike import Alike
    from kitdb.diff.access import AccessChange
    from kitdb.diff.prove import Access
    from kitdb.rls.lock import Lock, Right
    from kitdb.sandbox import Sandbox

# Tables to look at, or to fill for it: each costs what check-rls takes for it, twice.
MOST = 100

_ACTORS = {"anon": "anon", "authenticated": "user"}
_WORDS = {"select": "read"}
_ORDER = ("read", "insert", "update", "delete")
_OBJECTS = QualifiedName("storage", "objects")
_LONGEST = 120
_BY_CATALOG = " (by grants and policies)"


# ---------------------------------------------------------------- the comparison


def tried(
    sandbox: Sandbox, schemas: tuple[str, ...]
) -> Callable[[Catalog, Catalog, Callable[[], AbstractContextManager[tuple[str, str]]]], Access]:
    """What compares two databases, which it opens only if the change touches what decides access."""
    from kitdb.cli.access_alike import alike
    from kitdb.diff.access import access_changes
    from kitdb.diff.prove import Access

    def compare(
        before: Catalog, after: Catalog, databases: Callable[[], AbstractContextManager[tuple[str, str]]]
    ) -> Access:
        static = access_changes(before, after)
        names = touched(before, after, schemas)
        columns = tuple(told(_in_passing(before, after, names)))
        if not names:
            return Access((*columns, *_said(static)))
        groups = alike(before, after, names)
        first = [group.tried for group in groups]
        parts = needed(before, first), needed(after, first)
        if (tables := max(len(first), *(_tables(part) for part in parts))) > MOST:
            return Access((*columns, *_said(static)), f"not tried: it takes rows in {tables} tables")
        try:
            with databases() as pair:
                one, two = (_look(sandbox, name, part, first, schemas) for name, part in zip(pair, parts, strict=True))
        except Exception as error:  # noqa: BLE001  # what is only told must not keep a proved migration from being written
            what = " ".join(str(error).split()) or type(error).__name__
            return Access((*columns, *_said(static)), f"not tried: {what}")
        found = _joined(static, one, two, groups, before=before, after=after)
        how = "tried with requests before and after"
        if len(first) < len(names):
            how += f", on {len(first)} of {len(names)} tables and views: each of the others is like one of these"
        return Access((*columns, *found), how, tried=True)

    return compare


def _in_passing(before: Catalog, after: Catalog, names: Collection[QualifiedName]) -> Iterator[Difference]:
    """New columns of tables whose rights stay: whoever may use the whole table may use them too."""
    from kitdb.diff.access import new_columns

    for name, role, command, columns in new_columns(before, after):
        if role in _ACTORS and name not in names:
            what = _columns(str(name), columns, after.by_name[name])
            yield Difference(str(name), _ACTORS[role], command, "may now", what, "the grant is on the whole table")


def _said(static: Iterable[AccessChange]) -> Iterator[str]:
    return (f"{change}{_BY_CATALOG}" for change in static)


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen in one database: the rights, and which commands of whom on what were decided."""

    lock: Lock
    decided: frozenset[tuple[str, str, str]]


def _look(
    sandbox: Sandbox, database: str, catalog: Catalog, names: Collection[QualifiedName], schemas: tuple[str, ...]
) -> Look:
    from kitdb.rls.check import EVERYTHING
    from kitdb.rls.discover import discovery
    from kitdb.rls.infer import worked
    from kitdb.rls.matrix import Cell

    only = {subject for name in names for subject in _subjects(catalog, name)}
    with discovery(lambda role: sandbox.connect(role, database), catalog, schemas=schemas) as found:
        found.cells += [
            e for e in found.bench.events(only=only, seen=found.seen, focus=EVERYTHING) if isinstance(e, Cell)
        ]
        lock = found.lock()
    decided: set[tuple[str, str, str]] = set()
    for part in found.seen:
        for decision in part.decisions:
            if (part.subject.name, part.actor.name, decision.command) not in decided and worked(decision) is not None:
                decided |= {(part.subject.name, actor, decision.command) for actor in part.actor.lineage}
    return Look(lock, frozenset(decided))


def _subjects(catalog: Catalog, name: QualifiedName) -> list[str]:
    """What check-rls calls it: objects of Storage are looked at bucket by bucket."""
    from kitdb.rls.access import subject_of

    return [f"storage.{bucket.id}" for bucket in catalog.buckets] if name == _OBJECTS else [subject_of(name)]


def _of_each(found: Iterable[Difference], groups: Sequence[Alike]) -> Iterator[Difference]:
    """What differs on those that were tried, and by that on those that are like them."""
    from kitdb.cli.access_alike import in_other_words
    from kitdb.rls.access import subject_of

    others = {subject_of(group.tried): group.others for group in groups}
    for one in found:
        yield one
        for name, words in others.get(one.subject, {}).items():
            what, rows = in_other_words(one.what, words), in_other_words(one.rows, words)
            yield replace(one, subject=subject_of(name), what=what, rows=rows)


def _joined(
    static: Iterable[AccessChange], one: Look, two: Look, groups: Sequence[Alike], *, before: Catalog, after: Catalog
) -> Iterator[str]:
    """What requests told; and where they told nothing, what grants and policies say."""
    seen = sorted(_of_each(differences(one.lock, two.lock, after), groups), key=lambda each: each.subject)
    yield from told(seen)
    tried = {name: group.tried for group in groups for name in (group.tried, *group.others)}
    known = {(change.subject, change.actor, change.command) for change in seen}
    for change in static:
        if change.relation is None or change.role not in _ACTORS:
            yield f"{change}{_BY_CATALOG}"
            continue
        actor = _ACTORS[change.role]
        if any((subject, actor, change.command) in known for subject in _subjects(after, change.relation)):
            continue
        looked_at = tried.get(change.relation, change.relation)
        keys = [(subject, actor, change.command) for subject in _subjects(after, looked_at)]
        sides = [look for look, catalog in ((one, before), (two, after)) if change.relation in catalog.by_name]
        decided = bool(keys) and all(key in side.decided for key in keys for side in sides)
        yield f"{change}{' (no request met a difference)' if decided else _BY_CATALOG}"


# ---------------------------------------------------------------- what a change touches


def touched(before: Catalog, after: Catalog, schemas: Collection[str]) -> tuple[QualifiedName, ...]:
    """The tables and views whose rights may be others: changed themselves, or by what their policies ask."""
    one, two = _deciding(before), _deciding(after)
    changed = {key for key in {*one, *two} if one.get(key) != two.get(key)}
    if not changed:
        return ()
    words = {key: found for catalog in (before, after) for key, found in _asks(catalog).items()}
    while True:
        names = {_name(key) for key in changed}
        more = {key for key, found in words.items() if key not in changed and found & names}
        if not more:
            break
        changed |= more
    shown = (r.name for r in after.relations if (r.name.schema in schemas and not r.managed) or r.name == _OBJECTS)
    return tuple(name for name in shown if name in changed)


Key = QualifiedName | tuple[QualifiedName, str]


def _name(key: Key) -> str:
    return key.name if isinstance(key, QualifiedName) else key[0].name


def _deciding(catalog: Catalog) -> dict[Key, object]:
    """By table, view and function, what decides who may do what with it."""
    grants = _grants(catalog)
    serials: dict[QualifiedName, list[object]] = {}
    for sequence in catalog.sequences:
        if sequence.owned_by and (held := grants.get(("sequence", str(sequence.name)))):
            serials.setdefault(sequence.owned_by[0], []).append((sequence.name, held))
    found: dict[Key, object] = {
        relation.name: (
            _relation(relation, grants.get(("table", str(relation.name)), frozenset())),
            serials.get(relation.name),
            grants.get(("schema", quote_identifier(relation.name.schema))),
        )
        for relation in catalog.relations
    }
    buckets = frozenset(bucket.id for bucket in catalog.buckets)
    if _OBJECTS in found:
        found[_OBJECTS] = (found[_OBJECTS], buckets)
    for routine in catalog.routines:
        held = grants.get(("function", routine.signature))
        found[routine.name, routine.signature] = (routine.definition, routine.owner, held)
    return found


def _relation(relation: Relation, grants: frozenset[Grant]) -> tuple[object, ...]:
    return (
        relation.kind, relation.owner, relation.definition, relation.options, relation.parents,
        relation.row_level_security, relation.force_row_level_security, grants,
        frozenset(replace(policy, comment=None) for policy in relation.policies),
        frozenset(replace(trigger, comment=None) for trigger in relation.triggers),
        frozenset(replace(rule, comment=None) for rule in relation.rules),
    )  # fmt: skip


def _grants(catalog: Catalog) -> dict[tuple[str, str], frozenset[Grant]]:
    found: dict[tuple[str, str], set[Grant]] = {}
    for grant in catalog.grants:
        kind = "table" if grant.kind == "column" else grant.kind
        found.setdefault((kind, grant.object), set()).add(grant)
    return {key: frozenset(grants) for key, grants in found.items()}


def _asks(catalog: Catalog) -> dict[Key, frozenset[str]]:
    """By table, view and function, the names in what it asks when somebody uses it."""
    found: dict[Key, frozenset[str]] = {r.name: _names(_rules(r)) for r in catalog.relations}
    return found | {(r.name, r.signature): _names([r.body or r.definition]) for r in catalog.routines}


def _rules(relation: Relation) -> Iterator[str | None]:
    yield relation.definition
    for policy in relation.policies:
        yield from (policy.using, policy.with_check)
    yield from (quote_identifier(trigger.function.name) for trigger in relation.triggers)
    yield from (rule.definition for rule in relation.rules)


def _names(texts: Iterable[str | None]) -> frozenset[str]:
    from kitdb.rls.hints import names_in

    return frozenset(name for text in texts if text for name in names_in(text))


def needed(catalog: Catalog, names: Collection[QualifiedName]) -> Catalog:
    """The part of the catalog that requests on these tables and views can meet."""
    left: list[Relation | Routine] = [r for r in catalog.relations if r.name in names or r.name == _OBJECTS]
    rest: dict[str, list[Relation | Routine]] = {}
    every: list[Relation | Routine] = [*catalog.relations, *catalog.routines]
    for thing in every:
        rest.setdefault(thing.name.name, []).append(thing)
    kept: set[Key] = set()
    while left:
        thing = left.pop()
        key = _key(thing)
        if key not in kept:
            kept.add(key)
            left += [other for name in _mentions(thing) for other in rest.get(name, ())]
    return replace(
        catalog,
        relations=tuple(r for r in catalog.relations if r.managed or r.name in kept),
        routines=tuple(r for r in catalog.routines if (r.name, r.signature) in kept),
    )


def _tables(catalog: Catalog) -> int:
    return sum("table" in relation.kind and not relation.managed for relation in catalog.relations)


def _key(thing: Relation | Routine) -> Key:
    from kitdb.catalog.model import Routine

    return (thing.name, thing.signature) if isinstance(thing, Routine) else thing.name


def _mentions(thing: Relation | Routine) -> frozenset[str]:
    from kitdb.catalog.model import Routine

    if isinstance(thing, Routine):
        return _names([thing.body or thing.definition])
    texts = [*_rules(thing), *(column.default for column in thing.columns)]
    keys = frozenset(key.references.name for key in thing.constraints if key.references)
    checks = [constraint.expression for constraint in thing.constraints]
    return _names([*texts, *checks]) | keys | {parent.name for parent in thing.parents}


# ---------------------------------------------------------------- in sentences


@dataclass(frozen=True, slots=True)
class Difference:
    """One right that is another afterwards: `may` somebody do it to `what`, of which rows."""

    subject: str
    actor: str
    command: str
    may: str
    what: str
    rows: str = field(default="")


def differences(before: Lock, after: Lock, catalog: Catalog) -> Iterator[Difference]:
    """Each right that somebody has more, less or otherwise, on what is still there."""
    from kitdb.rls.access import subject_of

    relations = {subject_of(relation.name): relation for relation in catalog.relations}
    buckets = {f"storage.{bucket.id}" for bucket in catalog.buckets}
    for key in sorted({*before.rights, *after.rights}):
        relation = relations.get(key[0])
        if relation is not None or key[0] in buckets:
            yield from _changed(key, _Side(before, key), _Side(after, key), relation)


class _Side:
    """One right as a lock has it, if it has it."""

    def __init__(self, lock: Lock, key: tuple[str, str, str]) -> None:
        self.right: Right | None = lock.rights.get(key)
        named = {label: predicate for (subject, label), predicate in lock.rows.items() if subject == key[0]}
        self.rows = _rows(self.right, named) if self.right else ""


def _changed(key: tuple[str, str, str], one: _Side, two: _Side, relation: Relation | None) -> Iterator[Difference]:
    name = str(relation.name) if relation else key[0]
    if two.right is None:
        yield Difference(*key, "may no longer", name, one.rows)
    elif one.right is None:
        yield Difference(*key, "may now", _columns(name, two.right.columns, relation), two.rows)
    else:
        gained = [column for column in two.right.columns if column not in one.right.columns]
        left = {column.name for column in relation.columns} if relation else set()
        lost = [c for c in one.right.columns if c not in two.right.columns and c in left]
        if gained:
            yield Difference(*key, "may now", _columns(name, gained, relation))
        if lost:
            yield Difference(*key, "may no longer", _columns(name, lost, relation))
        if one.rows != two.rows:
            yield Difference(*key, "may", f"other rows of {name}", f"{two.rows}, before: {one.rows}")


def _columns(name: str, columns: Collection[str], relation: Relation | None) -> str:
    every = {c.name for c in relation.columns if not c.generated and c.identity != "always"} if relation else set()
    if not columns or every <= set(columns):
        return name
    shown = [quote_identifier(column) for column in columns]
    return f"{name}.{shown[0]}" if len(shown) == 1 else f"{name} ({', '.join(shown)})"


def _rows(right: Right, named: Mapping[str, str]) -> str:
    """`own (owner_id = :uid) or listed`; where an update changes whose row it is, what it may become."""
    if right.most and right.rows == "every row":
        return "some rows"
    rows = f"{'at most ' if right.most else ''}{_explained(right.rows, named)}"
    return rows + (f" → {_explained(right.after, named)}" if right.after not in ("", right.rows) else "")


def _explained(rows: str, named: Mapping[str, str]) -> str:
    def word(match: re.Match[str]) -> str:
        predicate = " ".join(named.get(match[0], match[0]).split())
        short = predicate if len(predicate) <= _LONGEST else f"{predicate[:_LONGEST]}…"
        return match[0] if predicate == match[0] else f"{match[0]} ({short})"

    return re.sub(r"\w+", word, rows)


def told(found: Iterable[Difference]) -> Iterator[str]:
    """A sentence for each; what differs in the command or the caller alone is one."""
    commands: dict[tuple[str, str, str, str], list[str]] = {}
    for one in found:
        word = _WORDS.get(one.command, one.command)
        commands.setdefault((one.actor, one.may, one.what, one.rows), []).append(word)
    actors: dict[tuple[str, str, str, str], list[str]] = {}
    for (actor, may, what, rows), words in commands.items():
        does = ", ".join(sorted(words, key=_ORDER.index))
        actors.setdefault((may, does, what, rows), []).append(actor)
    for (may, does, what, rows), who in actors.items():
        yield f"{' and '.join(who)} {may} {does} {what}" + (f": {rows}" if rows else "")
