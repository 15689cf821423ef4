"""A migration, written and proved: the very files are run on copies, and what they leave is compared in four ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from kitdb.catalog.model import Catalog
from kitdb.catalog.read import read_catalog
from kitdb.catalog.structure import ObjectId, structure
from kitdb.diff.access import access_changes
from kitdb.diff.compare import differences, not_covered
from kitdb.diff.convert import attributes_lost, attributes_retyped, within
from kitdb.diff.dump import dump_differences, pg_dump_of
from kitdb.diff.plan import Options, Plan, make_plan
from kitdb.diff.reference import ReferenceTable, read_reference, row_changes, row_differences
from kitdb.diff.rename import Rename, UnansweredRename, Wish, derived, likely, wished
from kitdb.diff.rows import Snapshot, fill, losses, rewritten, take
from kitdb.diff.state import ColumnOf, State, read_state
from kitdb.diff.steps import Hazard, NoOrder, Segment
from kitdb.diff.write import Draft, change_drafts, change_summary
from kitdb.errors import KitdbError
from kitdb.names import QualifiedName
from kitdb.sandbox import SUPERUSER, Sandbox

_NOT_THERE_YET = frozenset({"42P01", "42703", "42883", "42704", "42P13"})
_ROUNDS = 3

Statements = tuple[tuple[Segment, str], ...]
# Applies drafts to a database of the sandbox as a deploy would. Raises `NotApplied`.
Run = Callable[[str, Sequence[Draft]], None]

# Runs drafts in a database of the sandbox, and says what that does to those who work in it.
Watch = Callable[[str, Sequence[Draft]], Iterable[Hazard]]


class NotApplied(KitdbError):
    """A drafted statement that the server refuses; `excerpt` shows it."""

    hint = "Nothing was written. Write this change by hand (kitdb new NAME), and report the schema."

    def __init__(self, message: str, sqlstate: str, excerpt: Sequence[str] = (), details: Sequence[str] = ()) -> None:
        self.sqlstate = sqlstate
        self.excerpt = tuple(excerpt)
        self.details = tuple(details)
        super().__init__(message)

    @property
    def by_data(self) -> bool:
        """Whether it were the rows that did not fit, and not the statement."""
        return self.sqlstate[:2] in ("22", "23")


class NotWritten(KitdbError):
    """What differs is nothing but objects of kinds that no migration is written for."""

    hint = "Nothing was written. Declare what only the migrations have (-); write what they lack (+): kitdb new NAME."

    def __init__(self, difference: Sequence[str]) -> None:
        self.difference = tuple(difference)
        super().__init__("what the migrations and the declared schema differ in is not covered")


class NotProved(KitdbError):
    """Applying the drafted migration does not give the declared schema, or loses something, so it is not written."""

    hint = "Nothing was written. What kitdb does not cover has to be written by hand: kitdb new NAME."

    def __init__(self, message: str, difference: Sequence[str]) -> None:
        self.difference = tuple(difference)
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what else afterwards, in sentences, and how that was found out."""

    lines: tuple[str, ...] = ()
    how: str = ""
    tried: bool = False


# Tells what changes in access from one catalog to the other; opens databases that have them, if it wants to try it.
Effects = Callable[[Catalog, Catalog, Callable[[], AbstractContextManager[tuple[str, str]]]], Access]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files that were proved, and what a reviewer should know of them."""

    drafts: tuple[Draft, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    checks: tuple[str, ...] = ()
    access: Access = field(default_factory=Access)
    not_covered: tuple[str, ...] = ()
    start: Catalog | None = None  # what the files are applied to

    @property
    def destructive(self) -> tuple[Hazard, ...]:
        return tuple(hazard for hazard in self.hazards if hazard.destructive)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a proof is made: databases with the state before and the state wanted, and the way to apply files.

    The state wanted may be that of a database elsewhere; then there is no second opinion. `words` says in which words
    new objects are written.
    """

    sandbox: Sandbox
    before: str
    wanted: str | State
    run: Run
    options: Options = field(default_factory=Options)
    words: Callable[[State], Mapping[ObjectId, str]] | None = None
    target: State | None = None  # the state of `wanted`, where somebody has read it already
    references: tuple[QualifiedName, ...] = ()  # tables whose rows are declared too
    given: Mapping[QualifiedName, set[str]] = field(default_factory=dict)  # the columns that are declared of them
    watch: Watch | None = None
    effects: Effects | None = None


def propose(bench: Bench, name: str, wishes: Sequence[Wish] = (), *, settled: bool = False) -> Proposal:
    """The migration from one state to the other.

    `settled` says that what is not wished for is no rename. Raises `NotApplied`, `NotProved`, `UnknownRename`,
    `UnansweredRename`.
    """
    before = _state(bench, bench.before)
    wanted = bench.wanted if isinstance(bench.wanted, State) else bench.target or _state(bench, bench.wanted)
    renames = list(wished(wishes, before, wanted))
    start = _renamed(bench, before, renames)
    if not settled and (open_questions := likely(start, wanted)):
        raise UnansweredRename(open_questions)
    while more := list(derived(start, wanted)):
        renames += more
        start = _renamed(bench, before, renames)
    same = structure(start.catalog) == structure(wanted.catalog)
    if not renames and same and not _row_differences(bench, bench.before, wanted):
        return Proposal(not_covered=not_covered(start.catalog, wanted.catalog))
    if bench.words is not None:
        bench = replace(bench, options=replace(bench.options, sources=bench.words(wanted)))
    prelude: Statements = tuple(("main", rename.sql) for rename in renames)
    try:
        return _proposal(bench, name, start, wanted, prelude, renames)
    except (NotApplied, NotProved, NoOrder):
        if not bench.options.sources:
            raise
        # The declared words may not stand by themselves; Postgres's own do.
        plain = replace(bench, options=replace(bench.options, sources={}))
        return _proposal(plain, name, start, wanted, prelude, renames)


def _proposal(
    bench: Bench, name: str, start: State, wanted: State, prelude: Statements, renames: Sequence[Rename]
) -> Proposal:
    plan = make_plan(start, wanted, bench.options)
    if plan.grants:
        plan, prelude = _with_grants(bench, name, start, wanted, plan, prelude)
    else:
        plan = make_plan(start, wanted, bench.options, granted=start)
    if not plan and not prelude and not bench.references:
        found = differences(start.catalog, wanted.catalog)
        if found:
            raise NotWritten(list(found))
        return Proposal(not_covered=found.not_covered)
    if bench.references:
        plan = _with_rows(bench, name, wanted, plan, prelude)
    return _prove(bench, name, start, wanted, plan, prelude, renames)


def _with_grants(
    bench: Bench, name: str, start: State, wanted: State, plan: Plan, prelude: Statements
) -> tuple[Plan, Statements]:
    """The plan with privileges: a run of the one without shows what new objects are granted by themselves."""
    with _copy(bench, bench.before) as database:
        try:
            bench.run(database, _drafts(name, plan, prelude))
            granted = _granted(bench, database)
        except NotApplied as error:
            if error.sqlstate not in _NOT_THERE_YET:
                raise
            # Bodies of functions name each other: they are not looked at before all are there.
            prelude = (("main", "set check_function_bodies = off"), *prelude)
            with _copy(bench, bench.before) as second:
                bench.run(second, _drafts(name, plan, prelude))
                granted = _granted(bench, second)
    return make_plan(start, wanted, bench.options, granted=granted), prelude


def _granted(bench: Bench, database: str) -> State:
    """The state without its dependencies: privileges have none."""
    with bench.sandbox.connect(database=database) as connection:
        return State(read_catalog(connection))


def _with_rows(bench: Bench, name: str, wanted: State, plan: Plan, prelude: Statements) -> Plan:
    """The plan with the rows of the reference tables: a run without them shows which rows are there by then."""
    with _copy(bench, bench.before) as database:
        bench.run(database, _drafts(name, plan, prelude))
        before = _reference(bench, database, wanted)
    statements, hazards = row_changes(before, _declared_rows(bench, wanted), wanted.catalog)
    segment: Segment = "rows" if any("add value" in text for _, text in plan.statements) else "main"
    counts = plan.counts if not statements else (*plan.counts, ("~", "reference row statement", len(statements)))
    return replace(
        plan,
        statements=(*plan.statements, *((segment, text) for text in statements)),
        hazards=tuple(sorted({*plan.hazards, *hazards})),
        counts=counts,
    )


def _reference(bench: Bench, database: str, wanted: State) -> tuple[ReferenceTable, ...]:
    with bench.sandbox.connect(SUPERUSER, database) as connection:
        return read_reference(connection, wanted.catalog, bench.given, bench.references)


def _declared_rows(bench: Bench, wanted: State) -> tuple[ReferenceTable, ...]:
    return _reference(bench, bench.wanted, wanted) if isinstance(bench.wanted, str) else ()


def _row_differences(bench: Bench, database: str, wanted: State) -> list[str]:
    """The rows of reference tables that the database lacks, has beyond the declared ones, or has otherwise."""
    if not bench.references:
        return []
    return list(row_differences(_reference(bench, database, wanted), _declared_rows(bench, wanted)))


def _state(bench: Bench, database: str) -> State:
    with bench.sandbox.connect(database=database) as connection:
        return read_state(connection)


@contextmanager
def _copy(bench: Bench, source: str) -> Iterator[str]:
    name = bench.sandbox.clone(source)
    try:
        yield name
    finally:
        bench.sandbox.drop(name)


def _renamed(bench: Bench, before: State, renames: Sequence[Rename]) -> State:
    """The state after the renames: Postgres itself follows them through every definition."""
    if not renames:
        return before
    with _copy(bench, bench.before) as database:
        _rename(bench, database, renames)
        return _state(bench, database)


def _rename(bench: Bench, database: str, renames: Sequence[Rename]) -> None:
    with bench.sandbox.connect(database=database) as connection:
        for rename in renames:
            connection.execute(rename.sql.encode())


def _drafts(
    name: str, plan: Plan, prelude: Statements, checks: Sequence[str] = (), access: Sequence[str] = ()
) -> tuple[Draft, ...]:
    renamed = sum(" rename " in sql or " set schema " in sql for _, sql in prelude)
    summary = change_summary(plan.counts, renamed)
    return change_drafts(name, prelude + plan.statements, summary, plan.hazards, checks, access)


def _prove(
    bench: Bench, name: str, start: State, wanted: State, plan: Plan, prelude: Statements, renames: Sequence[Rename]
) -> Proposal:
    for _ in range(_ROUNDS):
        drafts = _drafts(name, plan, prelude)
        rest, measured, kept = _try(bench, drafts, start, wanted, plan, renames)
        if rest is None:
            measured |= _watched(bench, drafts)
            plan = replace(plan, hazards=tuple(sorted({*plan.hazards, *measured})))
            checks = _checks(bench, rows=kept)
            access = _effects(bench, drafts, start, wanted, renames)
            return Proposal(
                _drafts(name, plan, prelude, checks, access.lines if bench.effects else ()),
                plan.hazards,
                checks,
                access,
                not_covered(start.catalog, wanted.catalog),
                start.catalog,
            )
        plan = replace(
            plan,
            statements=plan.statements + rest.statements,
            hazards=tuple(sorted({*plan.hazards, *rest.hazards})),
            replaced=plan.replaced | rest.replaced,
        )
    raise NotProved("the drafted migration does not give the declared schema", _remaining(bench, drafts, wanted))


def _watched(bench: Bench, drafts: Sequence[Draft]) -> set[Hazard]:
    if bench.watch is None:
        return set()
    with _copy(bench, bench.before) as database:
        return set(bench.watch(database, drafts))


def _effects(bench: Bench, drafts: Sequence[Draft], start: State, wanted: State, renames: Sequence[Rename]) -> Access:
    if bench.effects is None:
        return Access(tuple(map(str, access_changes(start.catalog, wanted.catalog))))

    @contextmanager
    def databases() -> Iterator[tuple[str, str]]:
        with _copy(bench, bench.before) as before, _copy(bench, bench.before) as after:
            _rename(bench, before, renames)
            bench.run(after, drafts)
            yield before, after

    return bench.effects(start.catalog, wanted.catalog, databases)


def _try(
    bench: Bench, drafts: Sequence[Draft], start: State, wanted: State, plan: Plan, renames: Sequence[Rename]
) -> tuple[Plan | None, set[Hazard], bool]:
    """Run the files on a copy with rows; where it is the rows that do not fit, on one without.

    What is still missing, what was measured, and whether the rows are there afterwards.
    """
    try:
        with _copy(bench, bench.before) as database:
            before = _filled(bench, database, None if renames else _with_lasting_labels(start.catalog, wanted.catalog))
            bench.run(database, drafts)
            rest = _rest(bench, database, wanted)
            if rest is not None:
                return rest, set(), False
            after = _kept(bench, database, before, start, wanted, plan, renames)
            _second_opinion(bench, database, wanted)
            measured = {
                Hazard("rewrites-table", f"every row of {name} is written anew") for name in rewritten(before, after)
            }
            return None, measured, True
    except NotApplied as error:
        if not error.by_data:
            raise
        measured = {Hazard("may-fail-on-data", f"{error.message} (seen with rows that were put in)")}
    with _copy(bench, bench.before) as database:
        bench.run(database, drafts)
        rest = _rest(bench, database, wanted)
        if rest is None:
            _second_opinion(bench, database, wanted)
        return rest, measured, False


def _checks(bench: Bench, *, rows: bool) -> tuple[str, ...]:
    found = ["it gives the declared schema, object by object"]
    found += ["pg_dump agrees"] if _pg_dump(bench) else []
    found += ["rows, tables, columns and sequences are kept"] if rows else []
    return tuple(found)


def _filled(bench: Bench, database: str, known: Catalog | None) -> Snapshot:
    with bench.sandbox.connect(SUPERUSER, database) as connection:
        catalog = known or read_catalog(connection)
        fill(connection, catalog, bench.references)
        return take(connection, catalog)


def _with_lasting_labels(catalog: Catalog, wanted: Catalog) -> Catalog:
    """The catalog without enum labels that go: that rows with such stop the migration is said anyway."""
    after = {type_.name: type_.labels for type_ in wanted.types}
    lasting = {
        type_.name: tuple(one for one in type_.labels if one in after.get(type_.name, ())) for type_ in catalog.types
    }
    return replace(
        catalog, types=tuple(replace(type_, labels=lasting[type_.name] or type_.labels) for type_ in catalog.types)
    )


def _rest(bench: Bench, database: str, wanted: State) -> Plan | None:
    """What is still missing after the files ran; None if nothing is."""
    with bench.sandbox.connect(database=database) as connection:
        if not differences(read_catalog(connection), wanted.catalog):
            rows = _row_differences(bench, database, wanted)
            if rows:
                raise NotProved("the drafted migration does not give the declared rows", rows)
            return None
        reached = read_state(connection)
    rest = make_plan(reached, wanted, bench.options, granted=reached)
    if not rest:
        raise NotProved(
            "the drafted migration does not give the declared schema",
            list(differences(reached.catalog, wanted.catalog)),
        )
    return rest


def _remaining(bench: Bench, drafts: Sequence[Draft], wanted: State) -> list[str]:
    with _copy(bench, bench.before) as database:
        bench.run(database, drafts)
        return list(differences(_state(bench, database).catalog, wanted.catalog))


def _kept(
    bench: Bench,
    database: str,
    before: Snapshot,
    start: State,
    wanted: State,
    plan: Plan,
    renames: Sequence[Rename],
) -> Snapshot:
    with bench.sandbox.connect(SUPERUSER, database) as connection:
        after = take(connection, wanted.catalog)
    lost = list(
        losses(
            before,
            after,
            renamed=_new_names(renames),
            remade=frozenset(i.name for i in plan.replaced if i.kind == "table"),
            dropped_columns=frozenset((*_anew(start, wanted, plan), *_read_otherwise(wanted, renames))),
            moved_sequences=frozenset(
                sequence.name for sequence in wanted.catalog.sequences
                if _bounds(start, ObjectId("sequence", str(sequence.name))) != (sequence.minimum, sequence.maximum)
            ),
            own_rows=bench.references,
            other_attributes=dict(_other_attributes(start.catalog, wanted)),
        )
    )  # fmt: skip
    if lost:
        raise NotProved("the drafted migration would lose what nobody asked it to drop", lost)
    return after


def _bounds(state: State, identity: ObjectId) -> tuple[int, int] | None:
    found = next((s for s in state.catalog.sequences if str(s.name) == identity.name), None)
    return (found.minimum, found.maximum) if found else None


def _anew(start: State, wanted: State, plan: Plan) -> Iterator[str]:
    """Columns that may be others afterwards: dropped ones, computed ones, and those that the plan names as lost."""
    messages = [hazard.message for hazard in plan.hazards if hazard.destructive]
    for identity, thing in start.objects.items():
        if not isinstance(thing, ColumnOf):
            continue
        after = wanted.objects.get(identity)
        computed = thing.column.generated is not None or (
            isinstance(after, ColumnOf) and after.column.generated is not None
        )
        named = any(message.startswith(f"column {identity.name},") for message in messages)
        filled = any(hazard.message.startswith(f"rows without {identity.name} ") for hazard in plan.hazards)
        if after is None or computed or named or filled:
            yield identity.name


def _other_attributes(start: Catalog, wanted: State) -> Iterator[tuple[str, frozenset[str]]]:
    """Columns whose values have attributes that go, or get another type, with the names of these."""
    for identity, thing in wanted.objects.items():
        if isinstance(thing, ColumnOf):
            pairs = [(start.type_by_name.get(two.name), two) for two in within(wanted.catalog, thing.column.type.name)]
            others = [
                a.name for one, two in pairs if one for a in (*attributes_lost(one, two), *attributes_retyped(one, two))
            ]
            if others:
                yield identity.name, frozenset(others)


def _read_otherwise(wanted: State, renames: Sequence[Rename]) -> Iterator[str]:
    """Columns whose values look different once a label or an attribute of their type has another name."""
    types = {rename.after for rename in renames if rename.kind in ("label", "attribute")}
    for _ in wanted.catalog.types if types else ():
        types |= {
            type_.name for type_ in wanted.catalog.types
            if (type_.base and type_.base.name in types) or any(a.type.name in types for a in type_.attributes)
        }  # fmt: skip
    for identity, thing in wanted.objects.items():
        if isinstance(thing, ColumnOf) and thing.column.type.name in types:
            yield identity.name


def _new_names(renames: Sequence[Rename]) -> Mapping[QualifiedName, QualifiedName]:
    found: dict[QualifiedName, QualifiedName] = {}
    for rename in renames:
        if rename.kind in ("table", "sequence") and rename.before and rename.after:
            first = next((name for name, now in found.items() if now == rename.before), rename.before)
            found[first] = rename.after
    return found


def _pg_dump(bench: Bench) -> Path | None:
    return None if isinstance(bench.wanted, State) else pg_dump_of(bench.sandbox)


def _second_opinion(bench: Bench, database: str, wanted: State) -> None:
    program = _pg_dump(bench)
    schemas = [schema.name for schema in wanted.catalog.schemas]
    if program is None or not schemas or isinstance(bench.wanted, State):
        return
    one, two = (bench.sandbox.url(SUPERUSER, name) for name in (database, bench.wanted))
    found = dump_differences(program, one, two, schemas)
    if found:
        raise NotProved("the catalogs agree, and pg_dump does not", found)
