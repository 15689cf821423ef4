"""Without a specification: everything is tried, and what was seen is the matrix, the findings and a first file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import psycopg

from kitdb.catalog.model import Catalog
from kitdb.findings import Finding
from kitdb.rls.access import Access, parse_access, resolve
from kitdb.rls.actors import BUILT_IN
from kitdb.rls.audit import Audit
from kitdb.rls.check import SUPERUSER, Bench, Connect, Original, Seen, bench, check
from kitdb.rls.claims import Office, claims_asked, offices
from kitdb.rls.evidence import Witness
from kitdb.rls.exposure import unreached
from kitdb.rls.hints import as_callers
from kitdb.rls.infer import OBSERVED, Section, Watched, document, functions_seen, observing, sections, watched
from kitdb.rls.kinds import (
    BROKEN,
    BROKEN_FUNCTION,
    COST,
    DYNAMIC,
    EXCESS,
    FUNCTION,
    LEAK,
    NO_BARRIER,
    NOTHING_BUILT,
    VACUOUS,
)
from kitdb.rls.line import VERBS
from kitdb.rls.lock import Lock, facts_of, lock_of, write_lock
from kitdb.rls.matrix import Cell, Coverage, Event, Matrix, NotCovered, Verdict, gather
from kitdb.rls.owners import Owners, find_owners
from kitdb.rls.rows import BUCKETS
from kitdb.rls.run import Runner
from kitdb.rls.seeds import Seed
from kitdb.rls.statements import Row
from kitdb.rls.subject import STRANGE_BUCKET, Subject, classify, subjects
from kitdb.rls.surface import callable_by
from kitdb.rls.verdicts import finding as finding_of

_ROUNDS = 4
_EMPTY = (
    "Make tables in the migrations, or name the schemas that they are in: schemas of [api] in supabase/config.toml."
)
_ALWAYS = tuple(
    kind.name for kind in (BROKEN, BROKEN_FUNCTION, COST, DYNAMIC, FUNCTION, NO_BARRIER, NOTHING_BUILT)
)  # whatever is specified
_MENDED = (BROKEN.name, BROKEN_FUNCTION.name)  # nobody can live with what fails


@dataclass(slots=True)
class Discovery:
    """One look at a database that nobody has specified."""

    bench: Bench
    owners: Owners
    objects: tuple[Watched, ...]
    functions: Mapping[str, Sequence[str]]
    offices: Sequence[Office] = ()
    seen: list[Seen] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)

    def events(self, only: Collection[str] | None = None) -> Iterator[Event]:
        """Cells as they are seen, then the findings."""
        for event in self.bench.events(only=only, seen=self.seen):
            match event:
                case Cell():
                    if event.actor != "service":
                        self.cells.append(_as_seen(event))
                        yield self.cells[-1]
                case NotCovered() | Coverage():
                    yield event
                case Finding() if event.name in _ALWAYS or _opens_buckets(event) or _is_beside_rows(event):
                    self.found.append(_unplaced(event))
                    yield self.found[-1]
                case _:
                    pass  # held against a specification that expects nothing
        for finding in (*self._nothing(), *unreached(self.bench.catalog, self.bench.schemas), *self._audit()):
            self.found.append(finding)
            yield finding

    def _nothing(self) -> Iterator[Finding]:
        """A run that could check nothing has shown nothing."""
        yield from nothing_tried(self.cells, self.bench.schemas)

    def _audit(self) -> list[Finding]:
        connection = self.bench.connection
        with connection.transaction(force_rollback=True):
            runner = Runner(connection)
            catalog, callers = self.bench.catalog, self.bench.principals
            special = {office.name for office in self.offices}
            seen = [part for part in self.seen if part.actor.name not in special]
            witness = Witness(runner, catalog, self.bench.access, callers)
            audit = Audit(
                runner, catalog, self.bench.schemas, self.owners, self.objects, callers, seen, witness, self.seen
            )
            return list(audit.findings())

    @property
    def access(self) -> Access:
        """What was seen as a specification."""
        return parse_access(self._document(self._sections()), "(seen)")

    def lock(self) -> Lock:
        """The rights that were seen, to be compared with those of another day."""
        columns = {part.subject.name: [c.name for c in part.subject.relation.columns] for part in self.seen}
        facts = facts_of(self.bench.catalog, self.bench.schemas)
        return lock_of(self._sections(), functions_seen(self.cells), columns, facts)

    def lock_text(self) -> str:
        return write_lock(self.lock())

    def _sections(self) -> list[Section]:
        return sections(self.objects, self.seen, self.offices)

    def _document(self, found: Sequence[Section]) -> str:
        functions = functions_seen(self.cells)
        return document(found, functions, self.bench.catalog, self._comments(), offices=self.offices)

    def _comments(self) -> dict[tuple[str, str], list[str]]:
        comments: dict[tuple[str, str], list[str]] = {}
        for each in self.found:
            if each.severity != "info" and each.subject:
                verb = next((v for v in ("select", "insert", "update", "delete") if f"can {v}" in each.message), "")
                comments.setdefault((each.subject, verb), []).append(f"LOOKS WRONG: {each.message} [{each.name}]")
        return comments

    def draft(self) -> Draft:
        """A specification of what was seen, to be tried."""
        return Draft(
            self.bench.catalog, self._sections(), functions_seen(self.cells), self._comments(), self.bench.schemas,
            self.offices,
        )  # fmt: skip


@dataclass(slots=True)
class Draft:
    """A specification before it is known to pass."""

    catalog: Catalog
    sections: list[Section]
    functions: Mapping[str, Sequence[str]]
    comments: Mapping[tuple[str, str], Sequence[str]]
    schemas: tuple[str, ...]
    offices: Sequence[Office] = ()

    def text(self) -> str:
        return document(self.sections, self.functions, self.catalog, self.comments, offices=self.offices)

    def finished(self, connect: Connect, seeds: Sequence[Seed] = ()) -> str:
        """The file, tried on rows of its own: lines that turn out to be wrong become upper bounds."""
        for _ in range(_ROUNDS):
            access = parse_access(self.text())
            matrix = gather(check(connect, self.catalog, access, schemas=self.schemas, seeds=seeds))
            wrong = _wrong(matrix)
            if not wrong:
                break
            self.sections = [s.weakened(wrong.get(s.watched.subject, ())) for s in self.sections]
        return self.text() + _accepted(matrix.findings)


def nothing_tried(cells: Iterable[Cell], schemas: Sequence[str]) -> Iterator[Finding]:
    """That nothing of the project's own was tried: not even what everybody is refused."""
    if all(cell.object in (str(BUCKETS), f"storage.{STRANGE_BUCKET}") for cell in cells):
        told = ", ".join(schemas)
        message = f"nothing could be checked: no table, view, function or bucket of {told} was tried"
        yield finding_of(VACUOUS, message, told, help=_EMPTY)


def _opens_buckets(event: Finding) -> bool:
    """Whether users may make a bucket public: nobody means that, and no specification has to say so."""
    return event.name == LEAK.name and event.subject == str(BUCKETS) and " can select " not in event.message


def _is_beside_rows(event: Finding) -> bool:
    """Whether roles of the API hold what no policy governs; what they need of sequences follows from the lines."""
    return event.name == EXCESS.name and " on sequence " not in event.message


def _wrong(matrix: Matrix) -> dict[str, set[tuple[str, str]]]:
    """By object, the actors and commands whose lines do not hold."""
    wrong: dict[str, set[tuple[str, str]]] = {}
    for cell in matrix.cells:
        if cell.verdict in ("leak", "denied", "broken"):
            names = ("user", "guest") if cell.actor == "guest" else (cell.actor,)
            wrong.setdefault(cell.object, set()).update((name, _verb(cell)) for name in names)
    for finding in matrix.findings:
        if finding.name == VACUOUS.name:
            verbs = [verb for verb in VERBS if re.search(rf"\b{verb}\b", finding.message)]
            pairs = {(actor, verb) for actor in ("anon", "user") for verb in verbs[:1]}
            wrong.setdefault(finding.subject or "", set()).update(pairs)
    return wrong


def _verb(cell: Cell) -> str:
    return "update" if cell.command == "upsert" else cell.command


def _as_seen(cell: Cell) -> Cell:
    """A cell that was held against nothing; what is expected is what happened."""
    kept: tuple[Verdict, ...] = ("broken", "undecided")
    return replace(cell, verdict=cell.verdict if cell.verdict in kept else "ok", place=None)


def _unplaced(finding: Finding) -> Finding:
    """The finding without a place in a specification that nobody has written."""
    made = finding.place is not None and finding.place.path == OBSERVED
    return replace(finding, place=None) if made else finding


def _accepted(left: Sequence[Finding]) -> str:
    """Findings beside the rights, as they are: each to be looked at and taken out again."""
    entries = {(f.name, f.subject or "") for f in left if f.severity == "error" and f.name not in _MENDED}
    lines = []
    for name, subject in sorted(entries):
        lines += ["", "[[accept]]  # found when this file was made: mend it and take this out"]
        lines += [f'finding = "{name}"', f"on = {_quoted(subject)}", 'why = "as found by kitdb check-rls --init"']
    return "\n".join(lines) + ("\n" if lines else "")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextmanager
def discovery(
    connect: Connect,
    catalog: Catalog,
    *,
    schemas: tuple[str, ...] = ("public",),
    seeds: Sequence[Seed] = (),
    seed: int = 0,
    original: Original | None = None,
) -> Iterator[Discovery]:
    """The database filled for a look at everything that the API shows; `original` as in `bench`."""
    owners = find_owners(catalog, schemas)
    objects = watched(catalog, owners, schemas)
    with connect(SUPERUSER) as connection:
        functions = callable_by(connection, catalog, schemas)
    special = offices(claims_asked(catalog), [actor.name for actor in BUILT_IN])
    seen_by = observing(objects, functions, special)
    with bench(connect, catalog, seen_by, schemas=schemas, seeds=seeds, seed=seed, original=original) as prepared:
        kept, rows = _evaluable(prepared, objects)
        if kept != objects:
            prepared = replace(prepared, access=observing(kept, functions, special))
        yield Discovery(replace(prepared, rows=rows), owners, kept, functions, special)


def _evaluable(prepared: Bench, objects: Sequence[Watched]) -> tuple[tuple[Watched, ...], dict[str, list[Row]]]:
    """The objects without the classes that fail on some row: the policies that ask for them fail too, and say so.

    Of those that lose no class, the rows as they were classified.
    """
    catalog, schemas = prepared.catalog, prepared.schemas
    access = as_callers(resolve(prepared.access, catalog, schemas=schemas), catalog)
    every = {subject.name: subject for subject in subjects(catalog, access, schemas)}
    classified = {name: _classified(prepared, subject) for name, subject in every.items()}
    failing = {name: _failing(prepared, every[name]) for name, rows in classified.items() if rows is None}
    kept = tuple(
        replace(each, guesses=tuple(g for g in each.guesses if g.name not in failing.get(each.subject, ())))
        for each in objects
    )
    return kept, {name: rows for name, rows in classified.items() if rows is not None}


def _failing(prepared: Bench, subject: Subject) -> set[str]:
    if subject.access is None:
        return set()
    alone = {c.name: replace(subject, access=replace(subject.access, classes=(c,))) for c in subject.classes}
    return {name for name, single in alone.items() if _classified(prepared, single) is None}


def _classified(prepared: Bench, subject: Subject) -> list[Row] | None:
    try:
        with prepared.connection.transaction():
            return classify(prepared.connection, subject, prepared.principals)
    except psycopg.Error:
        return None
