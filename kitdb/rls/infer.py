"""From what was seen to a specification: rights written as `access.toml` has them, the simplest that fit."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kitdb.catalog.model import Catalog
from kitdb.names import quote_identifier
from kitdb.rls.access import Access, parse_access
from kitdb.rls.check import Seen
from kitdb.rls.claims import Office
from kitdb.rls.judge import Decision
from kitdb.rls.line import VERBS, Verb
from kitdb.rls.matrix import Cell
from kitdb.rls.owners import Guess, Owners, bucket_guesses, guesses
from kitdb.rls.predicate import AllOf, AnyOf, EveryRow, InClass, Negated, Rows, Truth, class_names, describe_rows, holds
from kitdb.rls.subject import Subject

Label = frozenset[str]

OBSERVED = "(observed)"
"""The path of a specification that is no file."""

_CALLERS = ("anon", "user")
_MOST_TERM = 3


# ---------------------------------------------------------------- what to look at


@dataclass(frozen=True, slots=True)
class Watched:
    """One object, and the row classes that were guessed for it."""

    section: str
    key: str
    subject: str
    guesses: tuple[Guess, ...]

    def related(self, label: Collection[str]) -> bool:
        """Whether a row of these classes is the caller's own business."""
        return any(guess.related and guess.name in label for guess in self.guesses)

    def special(self, label: Collection[str]) -> bool:
        """Whether the caller is somebody whom such rows are the business of, whosever they are."""
        return any(guess.special and guess.name in label for guess in self.guesses)


def watched(catalog: Catalog, owners: Owners, schemas: Sequence[str]) -> tuple[Watched, ...]:
    """Everything that the API shows, with the classes that its rows may be in."""
    found: list[Watched] = []
    for relation in catalog.relations:
        if relation.name.schema in schemas and not relation.managed:
            plain = relation.name.schema == "public" or len(schemas) == 1
            key = _key(relation.name.name) if plain else f"{_key(relation.name.schema)}.{_key(relation.name.name)}"
            section = "views" if relation.kind in ("view", "materialized view") else "tables"
            name = Subject(relation).name
            found.append(Watched(section, key, name, guesses(catalog, relation, owners)))
    found += [Watched("storage", _key(b.id), f"storage.{b.id}", bucket_guesses(catalog, b.id)) for b in catalog.buckets]
    return tuple(found)


def observing(
    objects: Sequence[Watched], functions: Mapping[str, Sequence[str]], offices: Sequence[Office] = ()
) -> Access:
    """A specification that expects nothing, and so lets everything be seen."""
    lines = [*_actors(offices)]
    for found in objects:
        lines += [f"[{found.section}.{found.key}]", *_classes(found.guesses)]
        lines += ['allow = ["anon, user: may select, insert, update, delete"]']
    return parse_access("\n".join([*lines, *_functions(functions)]) + "\n", OBSERVED)


def _actors(offices: Iterable[Office]) -> Iterator[str]:
    """Those who are told by their token, as a specification names them."""
    lines = [f'{office.name} = {{ is = "user", claims = {_inline(office.claims)} }}' for office in offices]
    yield from ("[actors]", *lines) if lines else ()


def _inline(value: object) -> str:
    """The value as TOML in one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_inline(inner)}" for name, inner in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.replace("_", "a").replace("-", "a").isalnum() and name.isascii() else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _classes(found: Iterable[Guess]) -> Iterator[str]:
    kept = list(found)
    width = max((len(guess.name) for guess in kept), default=0)
    yield from (f"rows.{guess.name:<{width}} = {_text(guess.predicate)}" for guess in kept)


def _functions(functions: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if functions:
        yield "[functions]"
        for name, actors in functions.items():
            yield f"{_text(name)} = [{', '.join(_text(actor) for actor in actors)}]"


# ---------------------------------------------------------------- what was seen


@dataclass(slots=True)
class Facts:
    """Of one command: the kinds of rows on which it worked, and those on which it did not."""

    worked: set[Label] = field(default_factory=set)
    failed: set[Label] = field(default_factory=set)

    def add(self, label: Label, *, worked: bool) -> None:
        (self.worked if worked else self.failed).add(label)

    @property
    def mixed(self) -> set[Label]:
        return self.worked & self.failed

    def rows(self, classes: Sequence[str]) -> Rows | None:
        """The simplest rows that hold for all that worked and none that failed; None where nothing worked."""
        return simplest(self.worked, self.failed - self.worked, classes)


def simplest(wanted: set[Label], unwanted: set[Label], classes: Sequence[str]) -> Rows | None:
    """Few and short terms, joined with or, that hold for all `wanted` labels and no `unwanted` one."""
    if not wanted:
        return None
    if not unwanted:
        return EveryRow()
    terms: list[Rows] = []
    left = set(wanted)
    candidates = [t for t in _terms(classes) if not any(_fits(t, label) for label in unwanted)]
    while left:
        best = max(candidates, key=lambda term: len([x for x in left if _fits(term, x)]) / len(term), default=())
        covered = {label for label in left if best and _fits(best, label)}
        if not covered:
            return EveryRow()
        terms.append(_rows(best))
        left -= covered
    return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))


Term = tuple[tuple[str, bool], ...]


def _terms(classes: Sequence[str]) -> list[Term]:
    """Conjunctions of classes, shortest first; negations last, for a NULL is in neither."""
    positive = [(name, True) for name in classes]
    both = [*positive, *((name, False) for name in classes)]
    found: list[Term] = [t for size in range(1, _MOST_TERM + 1) for t in itertools.combinations(positive, size)]
    found += [t for size in (1, 2) for t in itertools.combinations(both, size) if not all(p for _, p in t)]
    return found


def _fits(term: Term, label: Label) -> bool:
    return all((name in label) is positive for name, positive in term)


def _joined(parts: list[Rows]) -> Rows:
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def label_of(text: str | None) -> Label:
    return frozenset(text.split(", ")) - {"other", "any", "every row", ""} if text else frozenset()


def worked(decision: Decision) -> bool | None:
    """Whether the statement had its effect; None where that says nothing about rights."""
    if decision.actual in ("broken", "undecided") or not decision.reached:
        return None
    return decision.actual == "allowed"


@dataclass(frozen=True, slots=True)
class Line:
    """One right as it was seen. `exact` is False where the classes do not tell what works from what does not."""

    verb: Verb
    columns: tuple[str, ...] | None
    rows: Rows
    after: Rows | None
    exact: bool

    def text(self, actors: str) -> str:
        columns = f"({', '.join(quote_identifier(name) for name in self.columns)})" if self.columns else ""
        rows = "" if self.rows == EveryRow() else f" {describe_rows(self.rows)}"
        after = f" -> {describe_rows(self.after)}" if self.after not in (None, self.rows, EveryRow()) else ""
        if self.after == EveryRow() and self.rows != EveryRow():
            after = " -> every_row"
        if after and not rows:
            rows = " every_row"
        return f"{actors}: {'' if self.exact else 'may '}{self.verb}{columns}{rows}{after}"


def lines_of(seen: Sequence[Seen], classes: Sequence[str]) -> list[Line]:
    """The rights that one actor was seen to have on one object, by all callers that stand for it."""
    found = [_select(seen, classes), _insert(seen, classes), _delete(seen, classes)]
    known = [line for line in found if line is not None]
    update = _update(seen, classes, known)
    return [*known, *([update] if update else [])]


def _decisions(seen: Sequence[Seen], verb: Verb) -> Iterator[tuple[Decision, bool]]:
    for part in seen:
        for decision in part.decisions:
            if decision.command == verb and decision.rows != "every row" and decision.after != "elsewhere":
                answer = worked(decision)
                if answer is not None:
                    yield decision, answer


def _plain(seen: Sequence[Seen], verb: Verb) -> Facts:
    facts = Facts()
    for decision, answer in _decisions(seen, verb):
        if not decision.columns:
            facts.add(label_of(decision.rows), worked=answer)
    return facts


def _select(seen: Sequence[Seen], classes: Sequence[str]) -> Line | None:
    facts = _plain(seen, "select")
    held = seen[0].held.select
    rows = facts.rows(classes)
    if rows is None:
        return None
    columns = _columns(held, (c.name for c in seen[0].subject.relation.columns))
    return Line("select", columns, rows, None, not facts.mixed)


def _delete(seen: Sequence[Seen], classes: Sequence[str]) -> Line | None:
    facts = _plain(seen, "delete")
    rows = facts.rows(classes)
    return None if rows is None else Line("delete", None, rows, None, not facts.mixed)


def _insert(seen: Sequence[Seen], classes: Sequence[str]) -> Line | None:
    held = seen[0].held.insert
    facts = Facts()
    for decision, answer in _decisions(seen, "insert"):
        # what a column stopped says nothing about rows
        if seen[0].subject.bucket is not None or set(decision.row or ()) <= held:
            facts.add(label_of(decision.after), worked=answer)
    rows = facts.rows(classes)
    if rows is None:
        return None
    return Line("insert", _written(seen, "insert", held), rows, None, not facts.mixed)


def _update(seen: Sequence[Seen], classes: Sequence[str], others: Sequence[Line]) -> Line | None:
    """The rows that it starts from and those that they may become: the first guess that explains every try."""
    tries = [(label_of(d.rows), label_of(d.after or d.rows), answer) for d, answer in _decisions(seen, "update")]
    went = {(start, end) for start, end, answer in tries if answer}
    if not went:
        return None
    pairs = {(start, end) for start, end, _ in tries}
    known = [line.rows for line in sorted(others, key=lambda line: line.verb)]  # delete, insert, select
    starts = {start for start, _ in went}
    learned = simplest(starts, {start for start, _ in pairs} - starts, classes)
    best: tuple[int, Rows, Rows] | None = None
    for before in dict.fromkeys((*known[:-1], *map(InClass, classes), *([learned] if learned else []), EveryRow())):
        for after in _afters(before, went, pairs, known, classes):
            wrong = sum((holds_for(before, s) and holds_for(after, e)) is not ((s, e) in went) for s, e in pairs)
            if best is None or wrong < best[0]:
                best = (wrong, before, after)
    assert best is not None  # noqa: S101  # every row is among the guesses
    return Line("update", _written(seen, "update", seen[0].held.update), best[1], best[2], best[0] == 0)


def exact_updates(line: Line, seen: Sequence[Seen], classes: Sequence[str]) -> list[Line]:
    """The lines that explain every update that was tried, the simplest first; columns are those of the line."""
    tries = [(label_of(d.rows), label_of(d.after or d.rows), answer) for d, answer in _decisions(seen, "update")]
    pairs = {(start, end) for start, end, _ in tries}
    went = {(start, end) for start, end, answer in tries if answer}
    terms = _terms(classes)
    starts = [term for term in terms if all(_fits(term, start) for start, _ in went)]
    ends = [term for term in terms if all(_fits(term, end) for _, end in went)]
    fitting = [
        (before, after)
        for before in starts
        for after in ends
        if all((_fits(before, start) and _fits(after, end)) is ((start, end) in went) for start, end in pairs)
    ]
    fitting.sort(key=lambda pair: (any(not on for term in pair for _, on in term), len(sum(pair, ())), len(pair[1])))
    return [replace(line, rows=_rows(before), after=_rows(after), exact=True) for before, after in fitting]


def _rows(term: Term) -> Rows:
    return _joined([InClass(name) if positive else Negated(InClass(name)) for name, positive in term])


def _afters(
    before: Rows,
    went: Collection[tuple[Label, Label]],
    pairs: Collection[tuple[Label, Label]],
    known: Sequence[Rows],
    classes: Sequence[str],
) -> Iterator[Rows]:
    yield before
    yield from known
    ends = {end for _, end in went}
    failed = {end for start, end in pairs if holds_for(before, start) and (start, end) not in went}
    yield simplest(ends, failed - ends, classes) or EveryRow()
    yield EveryRow()


def holds_for(rows: Rows, label: Label) -> bool:
    return holds(rows, _InLabel(label)) is True


class _InLabel(dict[str, Truth]):
    """Every class there is: true for those of the label."""

    def __init__(self, label: Label) -> None:
        super().__init__(dict.fromkeys(label, True))

    def __missing__(self, _: str) -> Truth:
        return False


def _written(seen: Sequence[Seen], verb: Verb, held: Collection[str]) -> tuple[str, ...] | None:
    """The columns that can be written: those that are granted, without those that triggers put back."""
    subject = seen[0].subject
    if subject.bucket is not None:
        return None
    kept = {
        name
        for part in seen
        for d in part.decisions
        if d.command == verb and "a trigger" in d.detail and len(d.columns) == 1 and d.actual == "no rows"
        for name in d.columns
    }
    went = {
        name
        for part in seen
        for d in part.decisions
        if d.command == verb and d.actual == "allowed"
        for name in d.columns
    }
    return _columns(set(held) - (kept - went), (c.name for c in subject.writable()))


def _columns(held: Collection[str], every: Iterable[str]) -> tuple[str, ...] | None:
    names = tuple(every)
    kept = tuple(name for name in names if name in held)
    return None if kept == names else kept


# ---------------------------------------------------------------- the document


@dataclass(frozen=True, slots=True)
class Section:
    """One object of the document, with its lines for the actors."""

    watched: Watched
    lines: tuple[tuple[str, Line], ...]

    def weakened(self, wrong: Collection[tuple[str, str]]) -> Section:
        """The same with an upper bound, or without limits, in the place of lines that turned out to be wrong."""
        return Section(self.watched, tuple(_weaker(actors, line, wrong) for actors, line in self.lines))


def _weaker(actors: str, line: Line, wrong: Collection[tuple[str, str]]) -> tuple[str, Line]:
    if not any((actor.strip(), line.verb) in wrong for actor in actors.split(",")):
        return actors, line
    if line.exact:
        return actors, Line(line.verb, line.columns, line.rows, line.after, exact=False)
    after = EveryRow() if line.after is not None else None
    return actors, Line(line.verb, line.columns, EveryRow(), after, exact=False)


def sections(objects: Sequence[Watched], seen: Sequence[Seen], offices: Sequence[Office] = ()) -> list[Section]:
    """What was seen of each object, as lines; what several actors share is one line.

    Of those who are told by their token, what they may do beyond any other user.
    """
    special = [office.name for office in offices]
    by_object: dict[str, list[Seen]] = {}
    for part in seen:
        by_object.setdefault(part.subject.name, []).append(part)
    found = []
    for each in objects:
        names = [guess.name for guess in each.guesses]
        mine = by_object.get(each.subject, [])
        by_actor = {}
        for actor in _CALLERS:
            parts = [p for p in mine if actor in p.actor.lineage and p.actor.name not in special]
            by_actor[actor] = lines_of(parts, names) if parts else []
        for actor in special:
            parts = [p for p in mine if p.actor.name == actor]
            by_actor[actor] = [n for n in (lines_of(parts, names) if parts else []) if n not in by_actor["user"]]
        found.append(Section(each, tuple(_shared(by_actor))))
    return found


def _shared(by_actor: Mapping[str, list[Line]]) -> Iterator[tuple[str, Line]]:
    for verb in VERBS:
        lines = {actor: line for actor, found in by_actor.items() for line in found if line.verb == verb}
        for line in dict.fromkeys(lines.values()):
            yield ", ".join(actor for actor in lines if lines[actor] == line), line


def functions_seen(cells: Iterable[Cell]) -> dict[str, list[str]]:
    """Who could call what."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        if cell.command == "execute" and cell.actor in _CALLERS and cell.actual != "refused":
            found.setdefault(cell.object, []).append(cell.actor)
    return found


def document(
    found: Sequence[Section],
    functions: Mapping[str, Sequence[str]],
    catalog: Catalog,
    comments: Mapping[tuple[str, str], Sequence[str]] | None = None,
    accepted: Sequence[str] = (),
    offices: Sequence[Office] = (),
) -> str:
    """The specification as a file: an object a section, with what looks wrong told above the line."""
    parts = [
        "# Who may do what, as it was seen when this file was made. Correct it: what no line allows must be refused.",
        "# A line reads: actors: verbs(columns) rows before -> rows after",
    ]
    parts += ["", *_actors(offices)] if offices else []
    public = {f"storage.{bucket.id}": bucket.public for bucket in catalog.buckets}
    for section in found:
        parts += ["", *_section(section, public.get(section.watched.subject), comments or {})]
    if functions:
        parts += ["", *_functions(functions)]
    parts += accepted
    return "\n".join(parts) + "\n"


def _section(section: Section, public: bool | None, comments: Mapping[tuple[str, str], Sequence[str]]) -> Iterator[str]:
    each = section.watched
    yield f"[{each.section}.{each.key}]"
    if public is not None:
        yield f"public = {str(public).lower()}"
    named = [rows for _, line in section.lines for rows in (line.rows, line.after or EveryRow())]
    used = {name for rows in named for name in class_names(rows)}
    texts = [line.text(actors) for actors, line in section.lines]
    kept = [guess for guess in each.guesses if guess.name in used]
    if any("every_row" in text for text in texts):
        kept.append(Guess("every_row", "true", related=False))
    yield from _classes(kept)
    for verb in ("", *VERBS):
        yield from (f"# {comment}" for comment in comments.get((each.subject, verb), ()) if not verb)
    if not texts:
        yield "allow = []"
        return
    yield "allow = ["
    for (_, line), text in zip(section.lines, texts, strict=True):
        yield from (f"  # {comment}" for comment in comments.get((each.subject, line.verb), ()))
        if not line.exact:
            yield "  # The rows above do not tell what worked from what did not: this is an upper bound."
        yield f"  {_text(text)},"
    yield "]"
