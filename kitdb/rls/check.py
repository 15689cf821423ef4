"""The executed matrix: each actor tries each command on each object, row and column, held to the specification."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

import psycopg

from kitdb.catalog.model import Catalog
from kitdb.catalog.read import read_catalog
from kitdb.database import Connection
from kitdb.findings import Finding
from kitdb.names import QualifiedName
from kitdb.rls import run, surface
from kitdb.rls.access import Access, BadAccess, meant, resolve
from kitdb.rls.actors import Actor, Principal, principals
from kitdb.rls.barred import barred
from kitdb.rls.claims import claims_of, tenants
from kitdb.rls.cost import costs
from kitdb.rls.coverage import covered
from kitdb.rls.crew import in_order
from kitdb.rls.deciding import roles_above
from kitdb.rls.evidence import Witness
from kitdb.rls.hints import as_callers, forgeable
from kitdb.rls.joint import by_columns, foreseen, is_plain, together
from kitdb.rls.judge import Decision, Probe, cells, decide
from kitdb.rls.kinds import NOTHING_BUILT
from kitdb.rls.letting import letting_policy, named
from kitdb.rls.line import VERBS
from kitdb.rls.locking import lock_findings, lockable
from kitdb.rls.matrix import Cell, Command, Event, NotCovered
from kitdb.rls.misfit import misfit
from kitdb.rls.oracles import unique_oracles
from kitdb.rls.owners import Owners, find_owners
from kitdb.rls.peeking import peeks
from kitdb.rls.probes import Workshop, is_held
from kitdb.rls.reads import read
from kitdb.rls.referring import told_by_keys
from kitdb.rls.rights import Rights, RightsOf, read_rights
from kitdb.rls.rows import Data, build
from kitdb.rls.rpc import past_policies
from kitdb.rls.run import Observation, Runner
from kitdb.rls.seeds import Seed, run_seeds
from kitdb.rls.statements import Row
from kitdb.rls.subject import Subject, classify, subjects
from kitdb.rls.sweeps import Sweep
from kitdb.rls.verdicts import Draft, accepted, blind_finding, finding, findings_of, folded, told_once, uncovered
from kitdb.sandbox import Sandbox

Connect = Callable[[str], Connection]
Original = tuple[Sandbox, str]
"""A sandbox, and a database in it that may be copied while nobody is connected to it."""

SUPERUSER = "supabase_admin"
_MOST_SESSIONS = 4
_WORTH_A_COPY = 8  # with fewer objects, another copy of the database takes longer than it saves


def check(
    connect: Connect,
    catalog: Catalog,
    access: Access,
    *,
    schemas: tuple[str, ...] = ("public",),
    seeds: Sequence[Seed] = (),
    seed: int = 0,
    only: Collection[str] | None = None,
    today: datetime.date | None = None,
) -> Iterator[Event]:
    """Cells as they are decided, then findings and what was not covered; `matrix.gather` puts them together.

    `connect` gives a connection for a role; the superuser's is used, and whatever is built in it is rolled back.
    `only` names the objects to check, as cells name them; rows are built everywhere.
    Raises `BadAccess` where the specification does not fit the database.
    """
    with bench(connect, catalog, access, schemas=schemas, seeds=seeds, seed=seed) as prepared:
        yield from prepared.events(only=only, today=today)


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was decided about one actor on one object, before it is put into cells.

    `locked` are the rows that its first caller can lock and not change.
    """

    actor: Actor
    subject: Subject
    held: Rights
    decisions: tuple[Decision, ...]
    locked: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Focus:
    """What to look at again after a change of rights alone: what a superuser found out about rows still holds.

    `verbs` and `roles` are those that the change can make a difference for; `grants` says that it is one of grants.
    """

    verbs: frozenset[Command]
    roles: frozenset[str] | None = None
    grants: bool = True


EVERYTHING = Focus(frozenset(("select", "insert", "update", "delete", "upsert", "execute", "truncate")))


@dataclass(slots=True)
class Known:
    """What does not change with policies: what is tried on each object, and with `grants` left alone who may."""

    shops: dict[str, Workshop] = field(default_factory=dict)
    rights: dict[tuple[str, QualifiedName], Rights] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bench:
    """A database filled with rows, on which checks are run: several, if it is changed between them."""

    connection: Connection
    catalog: Catalog
    access: Access
    schemas: tuple[str, ...]
    principals: tuple[Principal, ...]
    data: Data
    known: Known = field(default_factory=Known)
    rows: Mapping[str, list[Row]] = field(default_factory=dict)  # by subject, those that are classified already
    others: tuple[Connection, ...] = ()  # sessions on copies of the database, where as much can be tried meanwhile

    def catalog_now(self) -> Catalog:
        """What the database is by now."""
        return read_catalog(self.connection)

    def each(self) -> list[Bench]:
        """A bench for each session, all of which know what this one does and can be changed apart."""
        return [
            replace(
                self, connection=connection, known=Known(dict(self.known.shops), dict(self.known.rights)), others=()
            )
            for connection in (self.connection, *self.others)
        ]

    def stop(self) -> None:
        """End what the server is at; to be called from another thread."""
        self.connection.cancel_safe(timeout=1)

    def events(
        self,
        catalog: Catalog | None = None,
        *,
        only: Collection[str] | None = None,
        today: datetime.date | None = None,
        access: Access | None = None,
        seen: list[Seen] | None = None,
        focus: Focus | None = None,
    ) -> Generator[Event]:
        """One check; `catalog` is what the database is by now, where something was changed since it was filled.

        `access` is held against it in the place of the bench's own; `seen` takes up all that was decided. With a
        `focus` that alone is looked at, and cells have no evidence.
        """
        known = catalog or self.catalog
        wanted = access or self.access
        access = as_callers(resolve(wanted, known, schemas=self.schemas), known)
        changed = catalog is not None or focus is not None  # in the one database, not in its copies
        owners = find_owners(known, self.schemas) if focus is None else Owners({})
        with ExitStack() as stack:
            checkers = []
            for connection in (self.connection, *(() if changed else self.others)):
                stack.enter_context(connection.transaction(force_rollback=True))
                runner = Runner(connection)
                witness = Witness(runner, known, access, self.principals) if focus is None else None
                checkers.append(
                    _Checker(
                        runner, known, access, self.schemas, self.principals, self.data, witness, owners, only,
                        focus or EVERYTHING, self.known if focus else Known(), {} if changed else self.rows,
                    )
                )  # fmt: skip
            yield from accepted(told_once(_together(checkers, seen)), access, today)


@contextmanager
def bench(
    connect: Connect,
    catalog: Catalog,
    access: Access,
    *,
    schemas: tuple[str, ...] = ("public",),
    seeds: Sequence[Seed] = (),
    seed: int = 0,
    original: Original | None = None,
) -> Iterator[Bench]:
    """The database with rows in it for every caller, in a transaction that is rolled back at the end.

    If it is an `original` that may be copied, a copy is filled in its place, and with many objects that is copied for
    as many sessions as there are cores. There the rows are committed: foreign keys look at fresh ones differently.
    """
    access = as_callers(resolve(access, catalog, schemas=schemas), catalog)
    _check_roles(access, catalog)
    held = tenants(catalog, claims_of(catalog, access))
    callers = principals(access.actors, seed, forgeable(catalog), held)

    def filled(connection: Connection) -> Data:
        run_seeds(connection, seeds)
        return build(connection, catalog, access, callers, seed)

    if original is None:
        with connect(SUPERUSER) as connection, run.session(connection):
            yield Bench(connection, catalog, access, schemas, callers, filled(connection))
        return
    box, database = original
    many = len(list(subjects(catalog, access, schemas))) >= _WORTH_A_COPY
    sessions = min(_cores(), _MOST_SESSIONS) if many else 1
    with ExitStack() as stack:
        names = [_copy(box, database, stack)]
        with box.connect(SUPERUSER, names[0]) as connection, run.session(connection, keep=True):
            data = filled(connection)
        names += [_copy(box, names[0], stack) for _ in range(sessions - 1)]
        first, *others = (stack.enter_context(_session(box, name)) for name in names)
        yield Bench(first, catalog, access, schemas, callers, data, others=tuple(others))


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _copy(box: Sandbox, source: str, stack: ExitStack) -> str:
    """A copy of the database, for as long as the stack is open."""
    name = box.clone(source)
    stack.callback(box.drop, name)
    return name


@contextmanager
def _session(box: Sandbox, name: str) -> Iterator[Connection]:
    with box.connect(SUPERUSER, name) as connection, run.session(connection):
        yield connection


def _check_roles(access: Access, catalog: Catalog) -> None:
    known = [role.name for role in catalog.roles]
    for actor in access.actors:
        if actor.role not in known:
            told = f"actor {actor.name} has the role {actor.role!r}, which does not exist{meant(actor.role, known)}"
            raise BadAccess(told, place=actor.place)


@dataclass(slots=True)
class _Checker:
    runner: Runner
    catalog: Catalog
    access: Access
    schemas: tuple[str, ...]
    principals: tuple[Principal, ...]
    data: Data
    witness: Witness | None
    owners: Owners
    only: Collection[str] | None = None
    focus: Focus = EVERYTHING
    known: Known = field(default_factory=Known)
    classified: Mapping[str, list[Row]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    since: int = field(init=False)
    stamps: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.since = run.mark(self.runner.connection)
        self.stamps = run.stamps(self.runner.connection)

    def subjects(self) -> list[Subject]:
        return [s for s in subjects(self.catalog, self.access, self.schemas) if self._is_wanted(s.name)]

    def job(self, subject: Subject | None, rights: RightsOf) -> tuple[list[Event], list[Seen]]:
        """What is found out about one subject, or with none about functions and all that is no subject."""
        self.runner.forget()
        self.seen = []
        if subject is not None:
            return list(self._subject(subject, rights)), self.seen
        wanted = (e for e in self._surface() if not isinstance(e, Cell | Finding) or self._is_wanted(_object(e)))
        return list(wanted), self.seen

    def _surface(self) -> Iterator[Event]:
        if "execute" not in self.focus.verbs:
            return
        if self.only is None or any("(" in name for name in self.only):
            data = self.data.for_subject("functions")
            untried: list[NotCovered] = []
            for event in surface.functions(self.runner, self.catalog, self.access, self.schemas, self.principals, data):
                if isinstance(event, NotCovered):
                    untried.append(event)
                else:
                    yield event
            yield from past_policies(self.runner, self.catalog, self.schemas, self.principals, data, untried)
        yield from surface.excess(self.runner.connection, self.catalog, self.access, self.schemas)
        yield from surface.buckets(self.catalog, self.access)

    def rights_on(self, every: Sequence[Subject]) -> RightsOf:
        known = self.known.rights
        asked = [s for s in every if not any(relation == s.relation.name for _, relation in known)]
        if self.focus.grants:
            return read_rights(self.runner, every, self.principals)
        known |= read_rights(self.runner, asked, self.principals) if asked else {}
        return known

    def _is_wanted(self, name: str) -> bool:
        return self.only is None or name in self.only

    def _subject(self, subject: Subject, rights: RightsOf) -> Iterator[Event]:
        shop = self._shop(subject)
        drafts: list[Draft] = []
        tried: set[object] = set()
        for actor in self._actors(shop):
            held = rights[actor.role, subject.relation.name]
            kind = (actor.role, subject.rules_of(actor))
            found = self._cells(shop, actor, held, thorough=kind not in tried)
            tried.add(kind)
            yield from found
            if shop.rows or subject.name not in self._unbuilt:
                yield from uncovered(subject, actor, found)
            told = [self._let_by(shop, actor, held, draft) for draft in findings_of(subject, actor, found)]
            drafts += [*told, *self._blind(shop, actor, held, found)]
            drafts += lock_findings(self.runner, self.catalog, self.witness, self.seen[-1])
        yield from folded(drafts)
        if self.witness is not None:
            yield from self._besides(shop, rights, self.witness)

    def _besides(self, shop: Workshop, rights: RightsOf, witness: Witness) -> Iterator[Event]:
        """What is told of the subject beside the cells, where the whole is looked at and not one change."""
        subject, connection = shop.subject, self.runner.connection
        held_by = {actor.name: rights[actor.role, subject.relation.name] for actor in self._actors(shop)}
        yield from barred(shop, held_by, witness)
        if shop.rows:
            yield from covered(connection, self.catalog, subject, self.principals)
        else:
            yield from self._nothing_built(subject, rights)
        if subject.bucket is None and not subject.relation.managed:
            yield from unique_oracles(subject.name, self.seen, self.owners)
            yield from peeks(self.runner, self.catalog, witness, self.seen, self.principals)
            if subject.relation.row_level_security and subject.relation.kind in ("table", "partitioned table"):
                yield from costs(connection, self.catalog, subject.relation, self.principals)

    def _nothing_built(self, subject: Subject, rights: RightsOf) -> Iterator[Finding]:
        """A table that clients reach and that no row is in: a run that passes says nothing about it."""
        relation = subject.relation
        whole = relation.kind in ("table", "partitioned table") and relation.partition_bound is None
        held = (rights[actor.role, relation.name] for actor in self.access.actors if actor.role != "service_role")
        if whole and not relation.managed and any(getattr(right, verb) for right in held for verb in VERBS):
            why = next((why for name, why in self.data.not_covered if name == subject.name), "")
            told = f" ({why.removeprefix('no row could be built: ')})" if why else ""
            message = f"no row of {subject.name} could be built, so that nobody's rights to its rows were tried{told}"
            yield finding(NOTHING_BUILT, message, subject.name)

    def _let_by(self, shop: Workshop, actor: Actor, held: Rights, draft: Draft) -> Draft:
        """A leak with the policy that lets it through, where one of several does."""
        first: Decision | None = None
        match draft.about:
            case ("leak", command, tuple() as columns) if self.witness is not None:
                leaks = (d for d in self.seen[-1].decisions if (d.verdict, d.command) == ("leak", command))
                first = next((decision for decision in leaks if set(decision.columns) <= set(columns)), None)
        roles = frozenset(("public", actor.role)) | roles_above(self.catalog, actor.role)
        policy = letting_policy(self.runner, shop.subject.writer, roles, first, held.select) if first else None
        if policy is None:
            return draft
        message = f"{draft.finding.message} ({named(policy)} lets it)"
        return replace(draft, finding=replace(draft.finding, message=message))

    @property
    def _unbuilt(self) -> set[str]:
        """What has no row, as it is said already."""
        return {name for name, _ in self.data.not_covered}

    def _shop(self, subject: Subject) -> Workshop:
        known = self.known.shops.get(subject.name)
        if known is not None:
            return replace(known, runner=self.runner, subject=subject, since=self.since, stamps=self.stamps)
        rows = self._rows(subject)
        data = self.data.for_subject(subject.name)
        shop = Workshop(
            self.runner, self.catalog, self.access, data, self.principals, subject, rows, self.since, self.stamps
        )
        shop.prepare()
        self.known.shops[subject.name] = shop
        return shop

    def _cells(self, shop: Workshop, actor: Actor, held: Rights, *, thorough: bool) -> list[Cell]:
        subject = shop.subject
        callers = self._callers(actor)
        verbs = self.focus.verbs
        decisions = list(read(self.runner, subject, actor, callers, held, shop.rows)) if "select" in verbs else []
        decisions += [d for d in shop.refusals(actor, callers[0], held) if d.command in verbs]
        swept, done = self._sweep(shop, actor, callers, held)
        probes = foreseen(shop, list(shop.of(actor, callers, held, done, thorough=thorough, verbs=verbs)))
        tried: dict[int, Decision | None] = {**by_columns(shop, actor, probes)}
        left = [n for n in range(len(probes)) if n not in tried]
        met = together(shop, actor, held, [probes[n] for n in left])
        tried |= self._decided(shop, actor, {n: probes[n] for n in left}, {left[k]: seen for k, seen in met.items()})
        again = {left[k]: probes[left[k]] for k in met if not is_plain(tried[left[k]])}
        tried |= self._decided(shop, actor, again, {})
        every = [*decisions, *swept, *(decision for n in range(len(probes)) if (decision := tried[n]))]
        # another actor of the same role and rules has tried what may become of a row, and locked it
        asked = thorough and "update" in verbs and not surface.bypasses(self.catalog, actor.role)
        locked = lockable(self.runner, subject, actor, callers[0], held, shop.rows, every) if asked else []
        self.seen.append(Seen(actor, subject, held, tuple(every), tuple(locked)))
        return cells(actor, subject, every, self._transcript)

    def _decided(
        self, shop: Workshop, actor: Actor, probes: Mapping[int, Probe], met: Mapping[int, Observation]
    ) -> dict[int, Decision | None]:
        """The decision on each; what is `met` already is not tried."""
        every = list(probes.values())
        controls = {k: shop.control(probe) for k, probe in enumerate(every) if probe.known is None}
        changed = [k for k, probe in enumerate(every) if probe.command in ("update", "delete")]
        seen = {k: met[n] for k, n in enumerate(probes) if n in met}
        answers = self.runner.answers([p.attempt for p in every], controls, shop.controls, changed, seen)
        return {n: decide(probe, answer, actor) for (n, probe), answer in zip(probes.items(), answers, strict=True)}

    def _transcript(self, subject: Subject, decision: Decision) -> str:
        return self.witness.transcript(subject, decision) if self.witness else ""

    def _sweep(
        self, shop: Workshop, actor: Actor, callers: Sequence[Principal], rights: Rights
    ) -> tuple[list[Decision], dict[tuple[str, str], tuple[Row, ...]]]:
        """What statements on all rows decide; for which caller and command, and the rows that had to be left out."""
        every = [s for p in callers for s in shop.sweeps(actor, p, rights) if s.command in self.focus.verbs]
        decided = self._swept(shop, actor, every)
        done = {(sweep.principal.name, sweep.command) for sweep, _ in decided}
        left = [sweep for sweep in every if (sweep.principal.name, sweep.command) not in done]
        decided += self._swept(shop, actor, [again for sweep in left if (again := shop.narrowed(actor, sweep))])
        decisions = [decision for _, found in decided for decision in found]
        return decisions, {(sweep.principal.name, sweep.command): sweep.but for sweep, _ in decided}

    def _swept(self, shop: Workshop, actor: Actor, sweeps: Sequence[Sweep]) -> list[tuple[Sweep, list[Decision]]]:
        found = self.runner.run([sweep.attempt for sweep in sweeps])
        kept = [n for n, seen in enumerate(found) if run.is_kept(seen) and shop.is_silent(sweeps[n].command)]
        for n, seen in zip(kept, self.runner.run([replace(sweeps[n].attempt, quiet=True) for n in kept]), strict=True):
            found[n] = seen
        controls = [replace(sweep.control, quiet=n in kept) for n, sweep in enumerate(sweeps)]
        self.runner.learn(controls, shop.controls)
        # where a trigger or a key stops everybody, what would be reached without them
        for n, seen in enumerate(found):
            if seen.done and not shop.controls[controls[n].key].done:
                controls[n] = replace(controls[n], quiet=True)
        self.runner.learn(controls, shop.controls)
        decided = []
        for n, (sweep, seen, control) in enumerate(zip(sweeps, found, controls, strict=True)):
            told = "the policies let it through, a foreign key may keep the row" if n in kept else ""
            decisions = sweep.decisions(actor, shop.rows, seen, shop.controls[control.key], told)
            if decisions is not None:
                decided.append((sweep, decisions))
        return decided

    def _blind(self, shop: Workshop, actor: Actor, rights: Rights, cells: Sequence[Cell]) -> Iterator[Draft]:
        """Rows that only a statement without WHERE reaches: no SELECT policy hides them from it."""
        rules = shop.subject.access.rules if shop.subject.access else ()
        if rules and not any(rule.exact for rule in rules):
            return  # nothing is too much
        known = {cell.command for cell in cells if cell.verdict == "leak"}
        caller = self._callers(actor)[0]
        if self._sees_everything(caller):
            return  # a WHERE hides nothing then
        every = shop.sweeps(actor, caller, rights, blind=True)
        sweeps = [sweep for sweep in every if sweep.command not in known and sweep.command in self.focus.verbs]
        for sweep, seen in zip(sweeps, self.runner.run([sweep.attempt for sweep in sweeps]), strict=True):
            if leaks := sweep.leaks(actor, shop.rows, seen):
                yield blind_finding(shop.subject, actor, leaks, self._transcript(shop.subject, leaks[0]))

    def _sees_everything(self, caller: Principal) -> bool:
        """Whether the last actor looked at has read every row."""
        read = [d for d in self.seen[-1].decisions if (d.command, d.columns, d.principal) == ("select", (), caller)]
        return bool(read) and all(decision.actual == "allowed" for decision in read)

    def _callers(self, actor: Actor) -> tuple[Principal, ...]:
        return tuple(p for p in self.principals if p.actor == actor.name)

    def _actors(self, shop: Workshop) -> list[Actor]:
        """The actors held to the file, those of one role together: the server keeps plans for the role."""
        roles = self.focus.roles
        every = [actor for actor in self.access.actors if roles is None or actor.role in roles]
        found = [actor for actor in every if is_held(actor, shop.subject, shop)]
        return sorted(found, key=lambda actor: [a.role for a in found].index(actor.role))

    def _rows(self, subject: Subject) -> list[Row]:
        if subject.name in self.classified:
            return self.classified[subject.name]
        connection = self.runner.connection
        try:
            with connection.transaction():
                return classify(connection, subject, self.principals)
        except psycopg.Error as error:
            raise misfit(connection, self.catalog, subject, self.principals, error) from error


def _together(checkers: Sequence[_Checker], seen: list[Seen] | None) -> Iterator[Event]:
    """What the checkers find out, in the order in which one alone would; each does what no other has begun."""
    first = checkers[0]
    yield from (NotCovered(subject, why) for subject, why in first.data.not_covered)
    every = first.subjects()
    some = [every[n :: len(checkers)] for n in range(len(checkers))]
    asked = in_order(checkers, some, lambda c, part: c.rights_on(part), lambda c: c.runner.stop())
    rights = {key: held for part in asked for key, held in part.items()}
    jobs: list[Subject | None] = [*every, None]
    met = [] if seen is None else seen
    for events, decided in in_order(checkers, jobs, lambda c, job: c.job(job, rights), lambda c: c.runner.stop()):
        met += decided
        yield from events
    if first.witness is not None:
        yield from told_by_keys(first.runner, first.catalog, first.owners, met, first.witness)


def _object(event: Cell | Finding) -> str:
    return event.object if isinstance(event, Cell) else event.subject or ""
