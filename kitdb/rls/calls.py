"""With what a function is called: rows of the caller's, of others, and of both, and values of each kind."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import sql

from kitdb.catalog.model import Argument, Catalog, Column, Relation, Routine
from kitdb.names import QualifiedName
from kitdb.rls.actors import Principal
from kitdb.rls.hints import literals_in, names_in
from kitdb.rls.meanings import Meaning, given, optional
from kitdb.rls.offices import Offices
from kitdb.rls.ready import Wish
from kitdb.rls.rows import Data, checks_of
from kitdb.rls.secrets import keeps_secret
from kitdb.rls.statements import Statement, Values, identifier, key_of, statement
from kitdb.rls.surface import value_for
from kitdb.rls.ties import Ties
from kitdb.rls.values import FUTURE, PAST, TIMES, makers

MOST_CALLS = 12
MOST_VARIATIONS = 8
_MOST_CONSIDERED = 600
_MOST_SCENES = 8
_MOST_PICKS = 5
_MOST_VALUES = 4
_AMOUNTS = ("1", "-1", "100000", "0")
_CODE = re.compile(r"(?:^|_)(?:code|pin|nonce|hash|signature)$", re.IGNORECASE)

Given = tuple[str | None, ...]
"""A value for each argument that has to be given."""

Scene = Mapping[QualifiedName, Values]
"""Rows that belong together: one, and those that it refers to."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `given` are the texts in it, `keys` those by which rows are chosen.

    `handed` are the codes among these of rows that are none of the caller's: somebody has told it.
    """

    statement: Statement
    given: frozenset[str]
    keys: frozenset[str]
    handed: frozenset[str] = frozenset()
    values: Given | None = None


@dataclass(slots=True)
class Calls:
    """Makes the calls of one function by one caller, with `victim` as the other user.

    `meanings` are of the arguments that have to be given, `left` of those that may be left out.
    """

    catalog: Catalog
    offices: Offices
    data: Data
    routine: Routine
    meanings: Sequence[Meaning]
    left: Sequence[Meaning]
    tables: Sequence[Relation]
    ties: Ties
    victim: Principal
    wishes: Sequence[Wish] = ()
    words: frozenset[str] = field(init=False)
    kinds: dict[QualifiedName, list[Values]] = field(init=False, default_factory=dict)
    usual: dict[Wish, str | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.words = names_in(self.routine.body)

    def all(self) -> list[Call]:
        """The most telling first: each pair of choices before every combination of them."""
        if not self.meanings:
            return [self._call(())]
        usual = self._usual()
        found = {usual.statement.text: usual}
        coherent, mixed = self._coherent(), self._mixed()
        pairs = itertools.zip_longest(coherent, mixed) if mixed else ((values, None) for values in coherent)
        for values in (v for pair in pairs for v in pair if v is not None):
            call = self._call(values)
            found.setdefault(call.statement.text, call)
        return list(found.values())

    def variations(self, bases: Sequence[Call], made: Sequence[Call]) -> list[Call]:
        """These calls with another value for one argument, or with one argument more; each argument in turn."""
        known = {call.statement.text for call in made}
        found: dict[str, Call] = {}
        for base in bases:
            if base.values is not None:
                turns = itertools.zip_longest(*self._others(base.values))
                calls = (self._call(*each) for turn in turns for each in turn if each is not None)
                new = (call for call in calls if call.statement.text not in known | found.keys())
                found |= {call.statement.text: call for call in itertools.islice(new, MOST_VARIATIONS // len(bases))}
        return list(found.values())

    def elsewhere(self, call: Call, written: Sequence[tuple[Relation, Values]]) -> Iterator[tuple[Relation, Call]]:
        """Where no written row is, or is below, one that the call names: the calls that name what it is below."""
        scenes = [{r.name: values for r, values in self.ties.scene(*each)} for each in written]
        for n, meaning in enumerate(self.meanings):
            if meaning.relation is None or not meaning.finds_row or call.values is None or call.values[n] is None:
                continue
            found = [s[meaning.relation.name][meaning.column] for s in scenes if meaning.relation.name in s]
            for value in dict.fromkeys(found) if call.values[n] not in found else ():
                yield meaning.relation, self._call((*call.values[:n], value, *call.values[n + 1 :]))

    def _others(self, values: Given) -> Iterator[list[tuple[Given, Mapping[str, str | None]]]]:
        """For each argument, the values with another one for it."""
        for meaning in self.left:
            yield [(values, {meaning.name: value}) for value in self._any(meaning)]
        for n, meaning in enumerate(self.meanings):
            yield [((*values[:n], value, *values[n + 1 :]), {}) for value in self._any(meaning) if value != values[n]]

    def _any(self, meaning: Meaning) -> list[str | None]:
        """Keys of rows of each kind, or each label, or whatever may be given."""
        known = self.catalog.type_by_name.get(meaning.type.name)
        labels = known.labels if known and known.kind == "enum" and not meaning.type.array else ()
        return (
            list(dict.fromkeys((*self._choices(meaning, {}), *labels)))
            if not meaning.finds_row
            else self._picks(meaning)
        )

    def _usual(self) -> Call:
        values = [value_for(self.catalog, self.data, argument) for argument in given(self.routine)]
        return Call(self._statement(values), frozenset(), frozenset())

    # -------- combinations

    def _coherent(self) -> list[Given]:
        """Rows that belong together for all arguments, with each user and each value."""
        scenes = self._scenes()
        choices = [[self._choices(m, scene) for m in self.meanings] for scene in scenes]
        sizes = [*(max(len(c[n]) for c in choices) for n in range(len(self.meanings))), len(scenes)]
        return [
            tuple(choices[scene][n][k % len(choices[scene][n])] for n, k in enumerate(picked))
            for *picked, scene in _pairwise(sizes)
        ]

    def _mixed(self) -> list[Given]:
        """Where several arguments find rows: those of one from here and those of the other from there."""
        finding = [n for n, m in enumerate(self.meanings) if m.finds_row]
        if len(finding) < 2:
            return []
        scene = next(iter(self._scenes()), {})
        picks: list[list[str | None]] = [
            self._picks(m) if n in finding else self._choices(m, scene)[:2] for n, m in enumerate(self.meanings)
        ]
        pairs = sorted(_pairwise([len(p) for p in picks]), key=lambda places: sum(places[n] for n in finding))
        return [tuple(p[k] for p, k in zip(picks, places, strict=True)) for places in pairs]

    def _picks(self, meaning: Meaning) -> list[str | None]:
        """Keys of rows of each kind, one that is none of the caller's business first."""
        assert meaning.relation is not None  # noqa: S101  # it finds a row
        rows = self._kinds(meaning.relation, _MOST_PICKS)
        return list(dict.fromkeys(row[meaning.column] for row in rows)) or [None]

    # -------- rows

    def _scenes(self) -> list[Scene]:
        leaves = [leaf for m in self.meanings for leaf in m.leaves()]
        wanted = [leaf.relation for leaf in leaves if leaf.relation is not None and not leaf.user]
        users = any(leaf.user for leaf in leaves)
        candidates = {r.name: r for r in (*wanted, *self.tables) if r.name in self.ties.rows}
        best: tuple[int, int] | None = None
        focus: Relation | None = None
        for relation in candidates.values():
            above = {r.name for row in self.ties.rows[relation.name][:1] for r, _ in self.ties.scene(relation, row)}
            worth = sum(r.name in above for r in wanted) * 2 + (users and bool(self.ties.owners.of(relation)))
            if above and (best is None or (worth, -len(above)) > best):
                best, focus = (worth, -len(above)), relation
        if focus is None:
            return [{}]
        rows = self._kinds(focus, _MOST_SCENES)
        return [{r.name: v for r, v in self.ties.scene(focus, row)} for row in rows] or [{}]

    def _kinds(self, relation: Relation, most: int) -> list[Values]:
        """Rows that differ in what the function may look at, those of others and the caller's in turn."""
        if relation.name not in self.kinds:
            self.kinds[relation.name] = self._apart(relation)
        return self.kinds[relation.name][:most]

    def _apart(self, relation: Relation) -> list[Values]:
        kinds: dict[object, tuple[int, Values]] = {}
        for row in self.ties.rows.get(relation.name, ()):
            unlike = self._unlike(relation, row)
            kinds.setdefault((self._kind(relation, row), unlike), (unlike, row))
        strange: list[tuple[int, bool, Values]] = []
        own: list[tuple[int, bool, Values]] = []
        for unlike, row in kinds.values():
            is_own = self.ties.tied(relation, row)
            first = self.ties.names(row) if is_own else self.victim.uid in row.values()
            (own if is_own else strange).append((unlike, not first, row))
        found = (sorted(some, key=lambda each: each[:2]) for some in (strange, own))
        turns = itertools.chain.from_iterable(itertools.zip_longest(*found))
        return [turn[2] for turn in turns if turn is not None]

    def _kind(self, relation: Relation, row: Values) -> object:
        scene = list(self.ties.scene(relation, row))
        offices = [(r.name, self._told(r, v)) for one, values in scene for r, v in self.ties.offices(one, values)]
        users = (self.ties.names(row), self.victim.uid in row.values())
        return (users, tuple(self._told(r, v) for r, v in scene), tuple(dict.fromkeys(offices)))

    def _unlike(self, relation: Relation, row: Values) -> int:
        """How much the row, and those that it refers to, are not as the function asks for them."""
        scene = {r.name: values for r, values in self.ties.scene(relation, row)}
        return sum(not self._fits(w, scene[w.table].get(w.column)) for w in self.wishes if w.table in scene)

    def _fits(self, wish: Wish, value: str | None) -> bool:
        if wish.aim == "alike":
            return value == self._usual_value(wish)
        return wish.aim not in ("null", "value") or value == (None if wish.aim == "null" else wish.value)

    def _usual_value(self, wish: Wish) -> str | None:
        if wish not in self.usual:
            rows = self.ties.rows.get(wish.table, ())
            self.usual[wish] = Counter(row.get(wish.column) for row in rows).most_common(1)[0][0]
        return self.usual[wish]

    def _told(self, relation: Relation, row: Values) -> tuple[str | None, ...]:
        """What tells rows of the table apart for the function: states and flags that it names."""
        return tuple(row[c.name] for c in relation.columns if c.name in self.words and self._is_state(relation, c))

    def _is_state(self, relation: Relation, column: Column) -> bool:
        known = self.catalog.type_by_name.get(column.type.name)
        checked = bool(checks_of(relation, column))
        is_text = column.type.name.name in ("text", "varchar")
        return column.type.name.name == "bool" or bool(known and known.kind == "enum") or (is_text and checked)

    # -------- values

    def _choices(self, meaning: Meaning, scene: Scene) -> list[str | None]:
        """What to give for the argument beside these rows."""
        if meaning.is_document:
            return self._documents(meaning, scene)
        values = self._values(meaning, scene)
        if meaning.type.array:
            return [*(None if v is None else _as_array(v) for v in values[:2]), "{}"]
        return values

    def _values(self, meaning: Meaning, scene: Scene) -> list[str | None]:
        relation, column = meaning.relation, meaning.column
        row = scene.get(relation.name) if relation is not None else None
        if meaning.user:
            there = [v for values in scene.values() for v in values.values() if v in self._users]
            return list(dict.fromkeys((self.ties.caller.uid, self.victim.uid, *there)))[:3] or [None]
        if meaning.finds_row and relation is not None:
            return self._keys(meaning, relation, row or next(iter(self._kinds(relation, 1)), None))
        if meaning.type.name.name in TIMES:
            return self._moments(meaning, row)
        if meaning.is_number:
            return list(_AMOUNTS)
        if meaning.type.name.name == "bool":
            return ["true", "false"]
        known = self.catalog.type_by_name.get(meaning.type.name)
        if known and known.kind == "enum":
            return list(
                self._first(relation, column, [*(v for v in meaning.literals if v in known.labels), *known.labels])
            )
        listed = [*meaning.literals, *(self._listed(relation, column) if relation is not None else ())]
        if listed:
            return list(self._first(relation, column, listed))
        if row is not None and relation is not None and row.get(column) and not self._is_strange(relation, column, row):
            return [row[column], self._invented(meaning)]
        return [self._invented(meaning)]

    def _keys(self, meaning: Meaning, relation: Relation, row: Values | None) -> list[str | None]:
        """What finds the row, and for what people choose themselves, one that finds none."""
        found = row[meaning.column] if row else None
        chosen = meaning.column not in relation.primary_key or found is None
        return list(dict.fromkeys((found or self._invented(meaning), *([self._invented(meaning)] if chosen else ()))))

    def _moments(self, meaning: Meaning, row: Values | None) -> list[str | None]:
        """What is still to come and what is gone, for each further argument somewhat later; first what is in a key."""
        there = [row[meaning.column]] if row and meaning.relation and meaning.column in key_of(meaning.relation) else []
        later = sum(m.type.name.name in TIMES for m in itertools.takewhile(lambda m: m is not meaning, self.meanings))
        if meaning.type.name.name == "date":
            return [*there, "tomorrow" if not later else FUTURE[:10], PAST[:10]]
        return [*there, f"tomorrow {min(12 + 2 * later, 23)}:00", PAST]

    @property
    def _users(self) -> set[str]:
        return {uid for uid in (self.victim.uid, self.ties.caller.uid) if uid}

    def _is_strange(self, relation: Relation, column: str, row: Values) -> bool:
        """Whether it is there to be guessed by nobody, and known to those whom the row is about; keys get about."""
        found = relation.column(column)
        guarded = found is not None and (keeps_secret(found) or bool(_CODE.search(column)))
        return guarded and not self.ties.tied(relation, row)

    def _handed(self, keys: Collection[str]) -> frozenset[str]:
        """The codes among these that the caller must have been told."""
        finding = [leaf for m in (*self.meanings, *self.left) for leaf in m.leaves() if leaf.finds_row]
        return frozenset(
            code
            for leaf in finding
            if leaf.relation is not None
            for row in self.ties.rows.get(leaf.relation.name, ())
            if (code := row[leaf.column]) and code in keys and self._is_strange(leaf.relation, leaf.column, row)
        )

    def _listed(self, relation: Relation, column: str) -> list[str]:
        """The values that the column's own check, or policies, ask for."""
        found = relation.column(column)
        if found is None or found.type.name.name not in ("text", "varchar"):
            return []
        texts = [check.expression or "" for check in checks_of(relation, found)]
        return [
            v for text in texts if re.search(r"\bANY\b|\bIN\b|=", text) and "~" not in text for v in literals_in(text)
        ]

    def _first(self, relation: Relation | None, column: str, values: Sequence[str]) -> Sequence[str]:
        """A few of them, those that make somebody special first."""
        office = self.offices.get((relation.name, column)) if relation is not None else None
        wanted = frozenset().union(*office.wanted) if office else frozenset()
        named = [v for v in values if v in wanted]
        special = sorted(named, key=lambda v: (v not in ("owner", "admin"), v))
        return list(dict.fromkeys((*special, *values)))[:_MOST_VALUES]

    def _invented(self, meaning: Meaning) -> str | None:
        recipe = self.data.recipes.get(meaning.relation.name) if meaning.relation is not None else None
        known = (recipe.fillers.get(meaning.column) if recipe else None) or makers(
            meaning.type, self.catalog.type_by_name
        )
        return known[0](7) if known else None

    def _documents(self, meaning: Meaning, scene: Scene) -> list[str | None]:
        """One as the body unpacks it, for each pair of choices within, and an empty one."""
        fields = [self._choices(field, scene) for field in meaning.fields]
        found: list[str | None] = []
        for places in _pairwise([len(choices) for choices in fields])[:_MOST_VALUES] if fields else ():
            pairs = zip(meaning.fields, (choices[k] for choices, k in zip(fields, places, strict=True)), strict=True)
            element = {m.name: _json(m, value) for m, value in pairs}
            found.append(json.dumps([element] if meaning.listed else element))
        return [*found, "[]" if meaning.listed else "{}"]

    # -------- the statement

    def _call(self, values: Given, more: Mapping[str, str | None] = {}) -> Call:
        arguments = given(self.routine)
        written = [literal(value, a) for value, a in zip(values, arguments, strict=True)]
        written += [
            sql.SQL("{} => {}").format(sql.Identifier(name), literal(more[name], argument))
            for argument in optional(self.routine)
            if (name := argument.name or "") in more
        ]
        keys: set[str] = set()
        named = [m for m in self.left if m.name in more]
        for meaning, text in zip((*self.meanings, *named), (*values, *(more[m.name] for m in named)), strict=True):
            if text and (meaning.finds_row or meaning.user):
                keys.add(text)
            if text and (meaning.is_document or meaning.type.array):
                keys |= set(re.findall(r'"([^"]*)"', text))
        texts = frozenset(v for v in (*values, *more.values()) if v)
        return Call(self._statement(written), texts, frozenset(keys), self._handed(keys), values)

    def _statement(self, values: Sequence[sql.Composable]) -> Statement:
        return called(self.routine, sql.SQL(", ").join(values).as_string())


def called(routine: Routine, arguments: str) -> Statement:
    """The call with all that it gives back as one JSON array."""
    name = identifier(routine.name).as_string()
    query = "select coalesce(jsonb_agg(to_jsonb(kitdb_result)), '[]')::text from {}({}) as kitdb_result"
    return statement("{}", query.format(name, arguments))


def literal(value: str | None, argument: Argument) -> sql.Composable:
    shown = sql.SQL("{}::{}").format(sql.Literal(value), sql.SQL(argument.type.text))
    return sql.SQL("variadic {}").format(shown) if argument.mode == "variadic" else shown


def _as_array(value: str) -> str:
    return '{"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"}'


def _json(meaning: Meaning, value: str | None) -> object:
    if value is None or not (meaning.is_number or meaning.is_document or meaning.type.name.name == "bool"):
        return value
    return json.loads(value)


def _pairwise(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """Combinations such that each pair of choices comes early, and after these the others in their order."""
    every = list(itertools.islice(itertools.product(*(range(size) for size in sizes)), _MOST_CONSIDERED))
    chosen: dict[tuple[int, ...], None] = {}
    met: set[tuple[int, int, int, int]] = set()
    for needed in (2, 1):  # half of the pairs new, then any
        for one in every:
            pairs = _pairs(one)
            new = len(pairs - met)
            if new * needed > (len(pairs) if needed == 2 else 0):
                chosen[one] = None
                met |= pairs
    return list(dict.fromkeys((*chosen, *every)))


def _pairs(one: Sequence[int]) -> set[tuple[int, int, int, int]]:
    return {(*a, *b) for a, b in itertools.combinations(enumerate(one), 2)}
