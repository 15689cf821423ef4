"""With what a function is called: rows of the caller's, of others, and of both, and values of each kind."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import sql

from kitdb.catalog.model import Argument, Catalog, Column, Relation, Routine
from kitdb.names import QualifiedName
from kitdb.rls.actors import Principal
from kitdb.rls.hints import literals_in, names_in
from kitdb.rls.meanings import Meaning, given
from kitdb.rls.offices import Offices
from kitdb.rls.rows import Data, checks_of
from kitdb.rls.secrets import keeps_secret
from kitdb.rls.statements import Statement, Values, identifier, statement
from kitdb.rls.surface import value_for
from kitdb.rls.ties import Ties
from kitdb.rls.values import makers

MOST_CALLS = 40
_MOST_CONSIDERED = 600
_MOST_SCENES = 8
_MOST_PICKS = 5
_MOST_VALUES = 4
_AMOUNTS = ("1", "-1", "100000")
_CODE = re.compile(r"(?:^|_)(?:code|pin|nonce|hash|signature)$", re.IGNORECASE)

Scene = Mapping[QualifiedName, Values]
"""Rows that belong together: one, and those that it refers to."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `given` are the texts in it, `keys` those by which rows are chosen."""

    statement: Statement
    given: frozenset[str]
    keys: frozenset[str]


@dataclass(slots=True)
class Calls:
    """Makes the calls of one function by one caller, with `victim` as the other user."""

    catalog: Catalog
    offices: Offices
    data: Data
    routine: Routine
    meanings: Sequence[Meaning]
    tables: Sequence[Relation]
    ties: Ties
    victim: Principal
    words: frozenset[str] = field(init=False)

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
        return list(found.values())[:MOST_CALLS]

    def _usual(self) -> Call:
        values = [value_for(self.catalog, self.data, argument) for argument in given(self.routine)]
        return Call(self._statement(values), frozenset(), frozenset())

    # -------- combinations

    def _coherent(self) -> list[tuple[str | None, ...]]:
        """Rows that belong together for all arguments, with each user and each value."""
        scenes = self._scenes()
        choices = [[self._choices(m, scene) for m in self.meanings] for scene in scenes]
        sizes = [*(max(len(c[n]) for c in choices) for n in range(len(self.meanings))), len(scenes)]
        return [
            tuple(choices[scene][n][k % len(choices[scene][n])] for n, k in enumerate(picked))
            for *picked, scene in _pairwise(sizes)
        ]

    def _mixed(self) -> list[tuple[str | None, ...]]:
        """Where several arguments find rows: those of one from here and those of the other from there."""
        finding = [n for n, m in enumerate(self.meanings) if m.finds_row]
        if len(finding) < 2:
            return []
        scene = next(iter(self._scenes()), {})
        picks: list[list[str | None]] = [
            self._picks(m) if n in finding else self._choices(m, scene)[:2] for n, m in enumerate(self.meanings)
        ]
        return [
            tuple(p[k] for p, k in zip(picks, places, strict=True)) for places in _pairwise([len(p) for p in picks])
        ]

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
        kinds: dict[object, Values] = {}
        for row in self.ties.rows.get(relation.name, ()):
            kinds.setdefault(self._kind(relation, row), row)
        rows = list(kinds.values())
        strange = [row for row in rows if not self.ties.tied(relation, row)]
        strange.sort(key=lambda row: self.victim.uid not in row.values())
        own = [row for row in rows if row not in strange]
        own.sort(key=lambda row: not self.ties.names(row))
        turns = itertools.chain.from_iterable(itertools.zip_longest(strange, own))
        return [row for row in turns if row is not None][:most]

    def _kind(self, relation: Relation, row: Values) -> object:
        scene = list(self.ties.scene(relation, row))
        offices = [(r.name, self._told(r, v)) for one, values in scene for r, v in self.ties.offices(one, values)]
        users = (self.ties.names(row), self.victim.uid in row.values())
        return (users, tuple(self._told(r, v) for r, v in scene), tuple(dict.fromkeys(offices)))

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
            if row is None:
                row = next(iter(self._kinds(relation, 1)), None)
            return [row[column] if row and self._may_know(relation, column, row) else self._invented(meaning)]
        if meaning.is_number:
            return list(_AMOUNTS)
        if meaning.type.name.name == "bool":
            return ["true", "false"]
        known = self.catalog.type_by_name.get(meaning.type.name)
        if known and known.kind == "enum":
            return list(self._first(relation, column, list(known.labels)))
        listed = self._listed(relation, column) if relation is not None else []
        if listed:
            return list(self._first(relation, column, listed))
        if row is not None and relation is not None and row.get(column) and self._may_know(relation, column, row):
            return [row[column], self._invented(meaning)]
        return [self._invented(meaning)]

    @property
    def _users(self) -> set[str]:
        return {uid for uid in (self.victim.uid, self.ties.caller.uid) if uid}

    def _may_know(self, relation: Relation, column: str, row: Values) -> bool:
        """Keys and names get about; what is there to be guessed by nobody is known to those whom the row is about."""
        found = relation.column(column)
        guarded = found is not None and (keeps_secret(found) or bool(_CODE.search(column)))
        return not guarded or self.ties.tied(relation, row)

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
        return [
            *sorted(named, key=lambda v: (v not in ("owner", "admin"), v)),
            *(v for v in values if v not in wanted),
        ][:_MOST_VALUES]

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

    def _call(self, values: Sequence[str | None]) -> Call:
        arguments = given(self.routine)
        written = [literal(value, a) for value, a in zip(values, arguments, strict=True)]
        keys = {v for m, v in zip(self.meanings, values, strict=True) if v and (m.finds_row or m.user)}
        for meaning, value in zip(self.meanings, values, strict=True):
            if value and (meaning.is_document or meaning.type.array):
                keys |= set(re.findall(r'"([^"]*)"', value))
        return Call(self._statement(written), frozenset(v for v in values if v), frozenset(keys))

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
