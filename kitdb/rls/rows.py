"""Rows that matter: data built from the catalog so that each predicate is true for some rows and false for others."""

from __future__ import annotations

import itertools
import json
import random
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from psycopg import sql

from kitdb.catalog.model import Catalog, Column, Constraint, Relation, TypeRef
from kitdb.database import Connection
from kitdb.names import QualifiedName
from kitdb.rls import run
from kitdb.rls.access import OBJECTS, USERS, Access, subject_of
from kitdb.rls.actors import Principal, email_of
from kitdb.rls.claims import claims_of, tenant_rows
from kitdb.rls.equated import equated, some_values
from kitdb.rls.hints import Hint, Hints, hints, literals_in, mentioned, names_in
from kitdb.rls.offices import Offices, offices
from kitdb.rls.owners import find_owners
from kitdb.rls.paths import Paths, paths
from kitdb.rls.patterns import patterns_in, sample
from kitdb.rls.predicate import Truth
from kitdb.rls.statements import (
    UNCOMPARABLE,
    Key,
    Row,
    Values,
    Writer,
    as_text,
    identifier,
    is_required,
    joined,
    written,
)
from kitdb.rls.subject import STRANGE_BUCKET, Subject, classify, objects_relation
from kitdb.rls.values import FUTURE, NUMBERS, PAST, TIMES, Maker, apart, makers

BUCKETS = QualifiedName("storage", "buckets")

MOST_ROWS = 64
_FEW_ROWS = 12
_FEW = 4
_CORE = 6  # parents that are combined with everything else
_ROUNDS = 8
_TRIALS = 24
_SHORT = 24  # characters
_ALIKE = 5


@dataclass(frozen=True, slots=True)
class Option:
    """One way to set the columns of a variable; `owner` is the user whom it makes the row somebody's of."""

    values: Mapping[str, str | None]
    owner: str | None = None

    @property
    def empty(self) -> bool:
        return not any(value is not None for value in self.values.values())


NOTHING = Option({})

Signature = tuple[int, tuple[Truth, ...], frozenset[Any]]
"""What tells parents apart: whose they are of the first two users, their classes, and what these are in them."""


Choice = Mapping[int, Option]
"""Options by the place of their variables."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Columns that are set together. `core` options are combined with all others, each of `rest` is there once."""

    columns: tuple[str, ...]
    core: tuple[Option, ...]
    rest: tuple[Option, ...] = ()
    refers: bool = False  # to the rows of another table
    plain: str | None = None  # a value that nothing asks for

    @property
    def options(self) -> tuple[Option, ...]:
        return (*self.core, *self.rest)

    def of(self, owner: str) -> list[Option]:
        """The owner's options, and the one that is nobody's."""
        return [option for option in self.options if option.owner == owner or option.empty]


# ---------------------------------------------------------------- how to make a row


@dataclass(slots=True)
class Recipe:
    """How to make rows of one table: the columns that decide access, and fillers for what else it needs."""

    relation: Relation
    variables: tuple[Variable, ...]
    fillers: dict[str, tuple[Maker, ...]]
    required: tuple[str, ...]
    choices: dict[str, int] = field(default_factory=dict)
    offices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fresh: Mapping[str, str] = field(default_factory=dict)  # values of no note, to be others in each row that is kept

    def combinations(self, generator: random.Random, most: int = MOST_ROWS, owned: int = 3) -> list[Values]:
        """Every combination of core options, or a sample of them; each other option once; some rows of each owner."""
        cores = [variable.core or (NOTHING,) for variable in self.variables]
        total = 1
        for core in cores:
            total *= len(core)
        if total <= most:
            combined = [_joined(parts) for parts in itertools.product(*cores)]
            if self._joins() and len(combined) > 3:
                # where everybody were a member of everything, nothing could be refused to anybody; and of two users
                # often neither should have to do with the other
                kept = (0,) if self._ties_users() else (0, 2)
                combined = [row for number, row in enumerate(combined) if number % 3 in kept]
        else:
            combined = [_joined(generator.choice(core) for core in cores) for _ in range(most)]
            combined += [row for n, core in enumerate(cores) for row in self._with(n, core, cores, generator)]
        combined += [row for n, v in enumerate(self.variables) for row in self._with(n, v.rest, cores, generator)]
        combined += [row for owner in self._owners() for row in self._owned(owner, owned, generator)]
        last = _distinct(self._unlike())
        return [*(row for row in _distinct(combined) if row not in last), *last]

    def to_keep(self, generator: random.Random) -> list[Values]:
        """The rows to fill the table with.

        Where a key ties two of its variables together, as in a table of members, a user is something else under each
        parent, and nothing under some: of all combinations only the last of each key would stay.
        """
        combined = self.combinations(generator)
        key = self._tied()
        if not key or self._joins():
            return combined
        others = [variable.options or (NOTHING,) for variable in self.variables if variable not in key]
        kinds: list[Values | None] = [*map(_joined, itertools.islice(itertools.product(*others), _FEW_ROWS)), None]
        rows, places = [], set()
        for place in itertools.product(*(range(len(variable.core)) for variable in key)):
            there = _joined(variable.core[n] for variable, n in zip(key, place, strict=True))
            places.add(frozenset(there.items()))
            kind = kinds[sum(place) % len(kinds)]
            if kind is not None:
                rows.append(there | kind)
        names = {name for variable in key for name in variable.columns}
        away = [row for row in combined if frozenset((n, v) for n, v in row.items() if n in names) not in places]
        return [*rows, *away]

    def makes_special(self, row: Values) -> bool:
        """Whether it gives the first user an office in the whole project: somebody has to be there who has none."""
        keys = [c for c in self.relation.constraints if c.kind == "foreign key" and c.references != USERS]
        first = next(iter(self._owners()), None)
        if first is None or keys or not any(value == first for value in row.values()):
            return False
        return any(row.get(name) in values for name, values in self.offices.items())

    def _tied(self) -> list[Variable]:
        """The variables that one unique key holds, a user's among them."""
        for unique in self.relation.constraints:
            if unique.kind in ("primary key", "unique"):
                key = [v for v in self.variables if v.core and set(v.columns) <= set(unique.columns)]
                if len(key) > 1 and any(option.owner for variable in key for option in variable.core):
                    return key
        return []

    @property
    def lone_key(self) -> Variable | None:
        """The key, where each user has one row only."""
        key = next((v for v in self.variables if v.columns == self.relation.primary_key), None)
        return key if key and any(option.owner for option in key.core) else None

    def spare(self) -> list[Values]:
        """Where each user has one row only, the keys of users whose rows may as well be something else."""
        return [dict(option.values) for option in self.lone_key.core[2:]] if self.lone_key else []

    def _unlike(self) -> Iterator[Values]:
        """Where a user has one row only, users whose rows differ: the first is nobody special, the second everything.

        They come last, for a later row takes the place of an earlier one with its key.
        """
        key = self.lone_key
        others = [v for v in self.variables if v is not key and v.core]
        if key is None or not others:
            return
        for number, option in enumerate(key.core):
            yield _joined([option, *(v.core[(number - 1) % len(v.core)] for v in others)])

    def _joins(self) -> bool:
        """Whether the table does nothing but tie others together."""
        keys = {c.columns for c in self.relation.constraints if c.kind == "foreign key"}
        return len(self.variables) > 1 and all(variable.columns in keys for variable in self.variables)

    def _ties_users(self) -> bool:
        """Whether all that it ties together are users."""
        return all(option.owner or option.empty for variable in self.variables for option in variable.core)

    def _with(
        self, place: int, options: Iterable[Option], cores: Sequence[Sequence[Option]], generator: random.Random
    ) -> Iterator[Values]:
        for option in options:
            parts = [generator.choice(core) for core in cores]
            parts[place] = option
            yield _joined(parts)

    def choices_to_meet(self) -> list[Choice]:
        """Each option; and beside each of the first two users, each value that others may have."""
        single: list[Choice] = [{n: option} for n, v in enumerate(self.variables) for option in v.options]
        if self.lone_key:
            return single
        users = [{n: o} for n, v in enumerate(self.variables) for o in [o for o in v.core if o.owner][:2]]
        values = [{n: o} for n, v in enumerate(self.variables) if not v.refers for o in v.core if o.owner is None]
        return [*single, *(user | value for user in users for value in values if user.keys() != value.keys())]

    def beside(self, choice: Choice, generator: random.Random) -> list[Values]:
        """Rows with the options: beside each option of every other variable, then beside any of them."""
        first = [choice.get(n, (v.options or (NOTHING,))[0]) for n, v in enumerate(self.variables)]
        others = [(n, other) for n, v in enumerate(self.variables) if n not in choice for other in v.options]
        rows = [_joined([*first[:n], other, *first[n + 1 :]]) for n, other in others]
        for _ in range(_TRIALS):
            parts = [generator.choice(variable.options or (NOTHING,)) for variable in self.variables]
            rows.append(_joined(choice.get(n, part) for n, part in enumerate(parts)))
        return _distinct(rows or [_joined(first)])

    def _owners(self) -> list[str]:
        return list(dict.fromkeys(o.owner for v in self.variables for o in v.options if o.owner))

    def _owned(self, owner: str, count: int, generator: random.Random) -> Iterator[Values]:
        """A few rows of which everything is the owner's, or nobody's."""
        mine = [variable.of(owner) for variable in self.variables]
        for _ in range(count):
            yield _joined(
                generator.choice(
                    [option for option in options if option.owner] or options or variable.core or (NOTHING,)
                )
                for options, variable in zip(mine, self.variables, strict=True)
            )
        for place, options in enumerate(mine):
            nothing = next((option for option in options if option.empty), None)
            if nothing is not None and len(options) > 1:
                parts = [next((o for o in opts if o.owner), opts[0] if opts else NOTHING) for opts in mine]
                parts[place] = nothing
                yield _joined(parts)

    def complete(self, values: Values, number: int) -> Values:
        """The values, with what the table requires besides."""
        missing = [name for name in (*self.required, *self.choices) if name not in values]
        return values | {name: self.filler(name, number) for name in dict.fromkeys(missing)}

    def stored(self, values: Values, number: int) -> Values:
        """The row to fill the table with: its key is given too, so that two runs have the same rows."""
        complete = self.complete(values, number)
        complete |= {name: self.filler(name, number) for name, value in self.fresh.items() if values.get(name) == value}
        for name in self.relation.primary_key:
            column = self.relation.column(name)
            if column and column.type.name.name == "uuid" and name not in complete and self.fillers.get(name):
                complete = {name: self.filler(name, number), **complete}
        return complete

    def filler(self, name: str, number: int) -> str:
        found = self.fillers[name]
        return found[self.choices.get(name, 0) % len(found)](number)

    def repair(
        self, values: Values, state: str, constraint: str, column: str, number: int, generator: random.Random
    ) -> Values | None:
        """The row with other values where an error says that these are wrong; None where nothing is left to try."""
        if state == "23502" and self.fillers.get(column):
            return values | {column: self.filler(column, number)}
        found = next((c for c in self.relation.constraints if c.name == constraint), None)
        if state not in ("23514", "23P01") or found is None:
            return None
        fixed = {name for variable in self.variables for name in variable.columns}
        free = [name for name in found.columns if name not in fixed and self.fillers.get(name)]
        if not free:
            return None
        for name in free:
            self.choices[name] = generator.randrange(len(self.fillers[name]))
        return values | {name: self.filler(name, number) for name in free}


def _joined(parts: Iterable[Option]) -> Values:
    joined: Values = {}
    for part in parts:
        joined |= part.values
    return joined


def _distinct(rows: Iterable[Values]) -> list[Values]:
    return list({tuple(row.items()): row for row in rows}.values())


# ---------------------------------------------------------------- filling the database


@dataclass(slots=True)
class Data:
    """What was built, for who probes it: the recipe of each table, and what could not be built."""

    recipes: dict[QualifiedName, Recipe]
    not_covered: list[tuple[str, str]]
    hints: Hints
    seed: int
    used: int  # numbers up to this one are in the rows
    user: str | None = None  # somebody who exists, for functions that are about a user
    paths: Mapping[str, Paths] = field(default_factory=dict)  # of objects, by bucket
    generator: random.Random = field(init=False)
    numbers: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.generator = random.Random(self.seed)  # noqa: S311  # the same values in every run
        self.numbers = itertools.count(self.used)

    def for_subject(self, name: str) -> Data:
        """The same with chance and numbers of its own, whatever else is tried before or beside it."""
        return replace(self, seed=zlib.crc32(f"{self.seed} {name}".encode()))


def build(
    connection: Connection, catalog: Catalog, access: Access, principals: Sequence[Principal], seed: int = 0
) -> Data:
    """Fill the database for these callers. Run inside `run.session`: the rows go when it ends."""
    generator = random.Random(seed)  # noqa: S311  # the same rows in every run
    builder = _Builder(connection, catalog, access, tuple(principals), generator, hints(catalog, access))
    builder.users()
    # before the tables, for what refers to an object; and after them, for triggers on objects that need other rows
    if any(key.references == OBJECTS for relation in catalog.relations for key in _foreign_keys(relation)):
        builder.storage()
    builder.tables()
    builder.not_covered += builder.storage()
    builder.views()
    not_covered = list(dict.fromkeys((*run.limits(connection), *builder.not_covered)))
    user = next((p.uid for p in principals if p.uid and p.owns), None)
    number = next(builder.numbers)
    return Data(builder.recipes, not_covered, builder.hints, seed, number, user, builder.paths)


@dataclass(slots=True)
class _Builder:
    connection: Connection
    catalog: Catalog
    access: Access
    principals: tuple[Principal, ...]
    random: random.Random
    hints: Hints
    recipes: dict[QualifiedName, Recipe] = field(default_factory=dict)
    writers: dict[QualifiedName, Writer] = field(default_factory=dict)
    not_covered: list[tuple[str, str]] = field(default_factory=list)
    offices: Offices = field(init=False)
    spoken: frozenset[str] = field(init=False)  # literals that policies name
    tenants: Mapping[tuple[QualifiedName, str], tuple[str, ...]] = field(init=False)  # values that callers claim
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    equated: Mapping[tuple[QualifiedName, str], Sequence[tuple[Relation, Column]]] = field(init=False)
    paths: dict[str, Paths] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.offices = offices(self.catalog, find_owners(self.catalog, ()))
        self.equated = equated(self.catalog, self.access)
        policies = list(self.catalog.policies())
        texts = [text for policy in policies for text in (policy.using, policy.with_check) if text]
        self.spoken = frozenset(literal for text in texts for literal in literals_in(text))
        self.tenants = tenant_rows(self.catalog, claims_of(self.catalog, self.access))

    # -------- auth.users

    def users(self) -> None:
        """A row of auth.users for each caller with a subject; sign-up triggers do what they do."""
        found = [p for p in self.principals if p.uid]
        answers = run.fill(self.connection, [_item(user_insertion(p)) for p in found])
        for principal, answer in zip(found, answers, strict=True):
            if answer["state"] not in (None, "23505"):
                self.not_covered.append(("auth.users", f"no row for {principal}: {answer['message']}"))

    # -------- tables

    def tables(self) -> None:
        order = self._order()
        self.writers = {relation.name: Writer(relation) for relation in order}
        built: set[QualifiedName] = {USERS}
        again = []
        self._prepare_fillers(order)
        for relation in order:
            waiting = [key for key in _foreign_keys(relation) if key.references not in built]
            if waiting:
                again.append(relation)
            self._fill(relation, without=waiting)
            built.add(relation.name)
        for relation in again:
            self._fill(relation, without=())
            self._close_circles(relation)
        for relation in order:
            self.recipes[relation.name] = self._recipe(relation, without=())

    def _close_circles(self, relation: Relation) -> None:
        """Rows that were there before those that they refer to: now to one that refers to them, as a team's leader."""
        ours = identifier(relation.name)
        for key in (key for key in _foreign_keys(relation) if _may_be_null(relation, key)):
            parent = self.catalog.by_name.get(key.references) if key.references else None
            back = [other for other in _foreign_keys(parent) if other.references == relation.name] if parent else []
            if parent is None or parent is relation or not back or len(key.columns) > 1 or len(back[0].columns) > 1:
                continue
            column, wanted = sql.Identifier(key.columns[0]), sql.Identifier(key.referenced_columns[0])
            query = sql.SQL(
                "update {ours} as kitdb_ours set {column} = (select {wanted} from {parent} as kitdb_parent"
                " where kitdb_parent.{back} = kitdb_ours.{own}"
                " order by array_position({users}, {wanted}::text), 1 limit 1) where {column} is null"
            ).format(
                ours=ours, column=column, wanted=wanted, parent=identifier(parent.name),
                back=sql.Identifier(back[0].columns[0]), own=sql.Identifier(back[0].referenced_columns[0]),
                users=sql.Literal([p.uid for p in self._owners]),
            )  # fmt: skip
            run.fill(self.connection, [_item(query.as_string())])

    def _order(self) -> list[Relation]:
        """Parents before children, and before a table what decides about its rows."""
        waiting = {r.name: r for r in self.catalog.relations if _is_filled(r)}
        keys = {name: _parents_of(r, _foreign_keys(r)) for name, r in waiting.items()}
        nullable = {
            name: _parents_of(r, (k for k in _foreign_keys(r) if _may_be_null(r, k))) for name, r in waiting.items()
        }
        soft = {name: mentioned(self.catalog, self.access, r) for name, r in waiting.items()}
        # what each table still waits for: parents that it must have, parents, and tables that decide about it
        costs = {
            name: [len((keys[name] - nullable[name]) & waiting.keys()), len(keys[name] & waiting.keys()),
                   len(soft[name] & waiting.keys())]
            for name in waiting
        }  # fmt: skip
        behind: dict[QualifiedName, list[tuple[QualifiedName, int]]] = {}
        for name in waiting:
            for place, others in enumerate((keys[name] - nullable[name], keys[name], soft[name])):
                for other in others & waiting.keys():
                    behind.setdefault(other, []).append((name, place))
        ordered = []
        while costs:
            chosen = min(costs, key=lambda name: (*costs[name], name))
            del costs[chosen]
            ordered.append(waiting[chosen])
            for name, place in behind.get(chosen, ()):
                if name in costs:
                    costs[name][place] -= 1
        return ordered

    def _prepare_fillers(self, relations: Iterable[Relation]) -> None:
        """The makers that pass each column's own checks, tried in one call."""
        asked: list[tuple[Relation, Column, tuple[Maker, ...]]] = []
        for relation in relations:
            self.recipes[relation.name] = Recipe(relation, (), {}, _required_columns(relation))
            asked += [(relation, c, self._makers(relation, c)) for c in relation.columns if c.generated is None]
        queries = [
            {"query": _usable_query(relation, column), "candidates": [maker(137) for maker in found]}
            for relation, column, found in asked
        ]
        for (relation, column, found), kept in zip(asked, run.usable(self.connection, queries), strict=True):
            good = tuple(maker for maker in found if maker(137) in kept)
            self.recipes[relation.name].fillers[column.name] = good

    def _makers(self, relation: Relation, column: Column) -> tuple[Maker, ...]:
        expressions = [c.expression or "" for c in checks_of(relation, column)]
        if domain := self.catalog.type_by_name.get(column.type.name):
            expressions += [c.expression or c.definition for c in domain.constraints]
        known = makers(column.type, self.catalog.type_by_name)
        if any(c.kind == "exclude" and column.name in c.columns for c in relation.constraints):
            known = apart(column.type, known)
        expressions += self._bounds(relation, column)
        if not expressions and not _is_short(column) and not _shared_checks(relation, column):
            return known[:6]
        patterns = [pattern for text in expressions for pattern in patterns_in(text)]
        shaped = [_sampler(pattern) for pattern in patterns if sample(pattern, 137) is not None]
        named = [text for expression in expressions for text in literals_in(expression) if text not in patterns]
        return (*shaped, *(_always(text) for text in dict.fromkeys(named)), *known)

    def _bounds(self, relation: Relation, column: Column) -> list[str]:
        """The bounds of the partitions, where the column is what they are told apart by."""
        if not relation.partition_key or column.name not in names_in(relation.partition_key):
            return []
        return [r.partition_bound for r in self.catalog.relations if relation.name in r.parents and r.partition_bound]

    def _fill(self, relation: Relation, without: Sequence[Constraint]) -> None:
        recipe = self._recipe(relation, without)
        wanted = self._claimed_rows(relation, recipe.to_keep(self.random))
        # of rows of one kind some should have children and some none, and users may be something else in each
        wanted *= 1 if len(wanted) >= _FEW_ROWS else 3 if recipe.variables else _ALIKE
        # a pilot row finds out what the table's checks want, so that the others need no repair
        pilot, last = self._insert(recipe, self._stored(recipe, wanted[:1]))
        others, message = self._insert(recipe, self._stored(recipe, wanted[1:]))
        if not pilot + others and not without:
            why = f"no row could be built: {message or last}"
            self.not_covered.append((subject_of(relation.name), why))
        elif not without:
            self._fill_up(recipe)

    def _fill_up(self, recipe: Recipe) -> None:
        """Rows for the options that no row has yet: a check may let them in beside a few others only.

        Where each user has one row, the last users' rows change for them; no other row is taken over.
        """
        spare = recipe.spare()
        for choice in self._missing(recipe, recipe.choices_to_meet()):
            wanted = _joined(choice.values())
            rows = [{**values, **wanted} for values in spare if not wanted.keys() & values.keys()][-1:]
            spare = [values for values in spare if not any(values.items() <= row.items() for row in rows)]
            rows = rows or recipe.beside(choice, self.random)
            last = ""
            for start in range(0, len(rows), _FEW):
                few = self._stored(recipe, rows[start : start + _FEW])
                kept, last = self._insert(recipe, few, take_over=recipe.lone_key is not None)
                if kept:
                    break
            else:
                self._lacking(recipe, choice, last)

    def _lacking(self, recipe: Recipe, choice: Choice, last: str) -> None:
        """Says that no row has the option, where it is one that a condition may ask for: nothing, or a value."""
        for place, option in choice.items() if last and len(choice) == 1 else ():
            variable = recipe.variables[place]
            if option.empty or (option.owner is None and not variable.refers):
                what = "without it" if option.empty else f"with {', '.join(map(str, option.values.values()))}"
                subject = f"{subject_of(recipe.relation.name)}.{', '.join(variable.columns)}"
                self.not_covered.append((subject, f"no row {what} could be built: {last}"))

    def _missing(self, recipe: Recipe, choices: Iterable[Choice]) -> list[Choice]:
        """The choices that no row of the table shows."""
        writer = self.writers[recipe.relation.name]
        asked = []
        for choice in choices:
            names = [name for place in choice for name in recipe.variables[place].columns]
            given = _joined(choice.values())
            values = {name: given.get(name) for name in names}
            if any(values.get(name) == value for name, value in recipe.fresh.items()):
                continue
            unsure = [n for n in names if n not in given and (c := recipe.relation.column(n)) and c.default]
            if not unsure and all(_comparable(writer.types[name]) for name in names):
                asked.append(
                    (choice, written("exists (select from {} where {})", writer.table, writer.where(values, names)))
                )
        if not asked:
            return []
        query = as_text(written("select array[{}]", joined(", ", (there for _, there in asked))))
        row = self.connection.execute(query).fetchone()
        return [choice for (choice, _), found in zip(asked, row[0] if row else (), strict=True) if not found]

    def _claimed_rows(self, relation: Relation, wanted: list[Values]) -> list[Values]:
        """The rows, the first of which have the values that the callers' claims name."""
        for (table, column), values in self.tenants.items():
            if table == relation.name:
                wanted = [*({**(wanted[n] if n < len(wanted) else {}), column: v} for n, v in enumerate(values)),
                          *wanted[len(values):]]  # fmt: skip
        return wanted

    def _stored(self, recipe: Recipe, wanted: Sequence[Values]) -> list[Values]:
        rows = [recipe.stored(values, next(self.numbers)) for values in wanted]
        return [row for row in rows if not recipe.makes_special(row)]

    def _insert(self, recipe: Recipe, batch: list[Values], *, take_over: bool = True) -> tuple[int, str]:
        """How many of the rows are there in the end, and what the last refusal said."""
        kept, last = 0, ""
        for _ in range(_ROUNDS):
            answers = run.fill(self.connection, [self._item(recipe.relation, v, take_over=take_over) for v in batch])
            kept += sum(answer["state"] in (None, run.TAKEN_OVER) for answer in answers)
            repaired = []
            for values, answer in zip(batch, answers, strict=True):
                if answer["state"] in (None, run.TAKEN_OVER):
                    continue
                last = answer["message"]
                if answer["state"] != "23505" and (
                    changed := recipe.repair(
                        values, answer["state"], answer["constraint"], answer["column"], next(self.numbers), self.random
                    )
                ):
                    repaired.append(changed)
            batch = repaired
        return kept, last

    def _recipe(self, relation: Relation, without: Sequence[Constraint]) -> Recipe:
        base = self.recipes[relation.name]
        variables = tuple(self._variables(relation, without))
        taken = {name for variable in variables for name in variable.columns}
        taken |= {name for constraint in without for name in constraint.columns if not is_required(relation, name)}
        required = tuple(name for name in _required_columns(relation) if name not in taken)
        missing = [name for name in required if not base.fillers.get(name)]
        if missing and not without:
            column = relation.column(missing[0])
            known = bool(column and makers(column.type, self.catalog.type_by_name))
            why = "no value was found that its checks let in" if known else "no value of its type is known"
            self.not_covered.append((f"{subject_of(relation.name)}.{missing[0]}", why))
        usable = tuple(name for name in required if base.fillers.get(name))
        shared = {name for key in _keys_of_many(relation) for name in key}
        fresh = {v.columns[0]: v.plain for v in variables if v.plain is not None and v.columns[0] in shared}
        return Recipe(relation, variables, base.fillers, usable, base.choices, self._offices_of(relation), fresh)

    def _offices_of(self, relation: Relation) -> dict[str, frozenset[str]]:
        """By column, the values by which policies know whoever may do more."""
        mine = (office for office in self.offices.values() if office.table == relation.name and office.certain)
        return {office.column: frozenset().union(*office.wanted) for office in mine}

    # -------- what varies

    def _variables(self, relation: Relation, without: Sequence[Constraint]) -> Iterator[Variable]:
        taken: set[str] = set()
        for key in _foreign_keys(relation):
            if key in without or taken & set(key.columns):
                continue
            taken |= set(key.columns)
            yield self._parents(relation, key)
        left_out = {name for key in without for name in key.columns}
        for column in relation.columns:
            hint = self.hints.get(relation.name, {}).get(column.name)
            if hint is None or column.name in taken | left_out or column.generated or column.identity == "always":
                continue
            variable = self._column_variable(relation, column, hint)
            if column.name in relation.primary_key or _is_unique(relation, column):
                # one row each: worth a variable only where the key is the caller's own id
                owned = tuple(option for option in variable.options if option.owner and not column.default)
                variable = Variable(variable.columns, owned)
            if len(variable.options) > 1:
                yield variable

    def _parents(self, relation: Relation, key: Constraint) -> Variable:
        """Parents that differ: each kind of parent as the first user sees it, and some of every other caller's."""
        whole = set(key.columns) == set(relation.primary_key)
        alike = _ALIKE if _is_shared(relation, key) else 1  # how many parents that look the same
        newcomers = {p.uid for p in self.principals if p.uid and not p.owns}
        core: list[Option] = []
        rest: list[Option] = []
        seen: Counter[Any] = Counter()
        owned: Counter[str] = Counter()
        for option, signature in _varied(self._parent_options(relation, key), alike):
            owner = option.owner or ""
            if owner in newcomers and not whole:
                continue
            if whole or (seen[signature] < alike and len(core) < _CORE):
                core.append(option)
            elif owner and owned[owner] < 2:
                rest.append(option)
            seen[signature] += 1
            owned[owner] += 1
        if _may_be_null(relation, key):
            core.append(NOTHING)
            # left out, it takes its default: the caller, say
            given = [c for name in key.columns if (c := relation.column(name)) and not c.not_null and c.default]
            rest += [_without(*given)] if given else []
        return Variable(key.columns, tuple(core), tuple(rest), refers=True)

    def _parent_options(self, relation: Relation, key: Constraint) -> list[tuple[Option, Signature]]:
        """The rows that the foreign key may point to, each with its signature for the first user."""
        parent = self.catalog.by_name.get(key.references) if key.references else None
        if key.references == OBJECTS:
            parent = objects_relation(self.catalog)
        if parent is None:
            return []
        first, second = self._owners[:2]
        members = self._members_of(relation, key)
        rows = self._classified(parent, first)
        whose = {value: p.uid for p in reversed(self.principals) for value in (p.uid, *p.tenants) if value}
        found = []
        for row in rows:
            owner = next((whose[value] for value in row.values.values() if value in whose), None)
            rank = 0 if owner == first.uid else 1 if owner == second.uid else 2
            there = tuple(row.values[name] for name in key.referenced_columns)
            values = dict(zip(key.columns, there, strict=True))
            found.append((rank, Option(values, owner), (rank, row.signature(first), members.get(there, frozenset()))))
        found.sort(key=lambda item: (item[0], sorted(map(str, item[2][2])), str(item[2]), str(item[1].values)))
        return [(option, signature) for _, option, signature in found]

    def _classified(self, relation: Relation, caller: Principal) -> list[Row]:
        """The rows as the caller sees their classes; without these, where one of them fails on some row."""
        try:
            with self.connection.transaction():
                return classify(self.connection, Subject(relation, self.access.of_relation(relation.name)), (caller,))
        except psycopg.Error:
            return classify(self.connection, Subject(relation), (caller,))

    def _members_of(self, relation: Relation, key: Constraint) -> dict[Key, frozenset[Any]]:
        """By the parent's key, what the first two users are in it, where another table says so that decides here."""
        first_two = {p.uid for p in self._owners[:2]}
        found: dict[Key, set[Any]] = {}
        for name in sorted(mentioned(self.catalog, self.access, relation) - {key.references}):
            table = self.catalog.by_name[name]
            for other in _foreign_keys(table) if _is_filled(table) else ():
                if other.references != key.references or other.referenced_columns != key.referenced_columns:
                    continue
                told = [column for column in self.hints.get(name, {}) if column not in other.columns]
                for row in classify(self.connection, Subject(table), ()):
                    if first_two & set(row.values.values()):
                        parent = tuple(row.values[column] for column in other.columns)
                        found.setdefault(parent, set()).add((name, *(row.values[column] for column in told)))
        return {parent: frozenset(what) for parent, what in found.items()}

    @property
    def _owners(self) -> list[Principal]:
        return [p for p in self.principals if p.uid and p.owns]

    def _column_variable(self, relation: Relation, column: Column, hint: Hint) -> Variable:
        uids = {p.uid for p in self._owners}
        core, rest, plain = self._column_values(relation, column, hint)
        options = [Option({column.name: value}, value if value in uids else None) for value in core]
        if not column.not_null:
            options.append(_without(column) if column.default else NOTHING)
        others = [Option({column.name: value}, value if value in uids else None) for value in rest]
        return Variable((column.name,), tuple(options), tuple(others), plain=plain)

    def _column_values(self, relation: Relation, column: Column, hint: Hint) -> tuple[list[str], list[str], str | None]:
        """The values worth combining, those that are enough once, and the one that nothing asks for."""
        type_ = self.catalog.type_by_name.get(column.type.name)
        if column.type.array:
            return self._free_values(relation, column, hint)
        if column.type.name.name == "bool":
            return ["true", "false"], [], None
        if type_ and type_.kind == "enum":
            # a policy may name a label to a function that compares the column with it
            named = [text for text in type_.labels if text in hint.literals or text in self.spoken]
            others = [text for text in type_.labels if text not in named]
            return [*named, *others[:1]], others[1:], None
        if column.type.name.name in TIMES:
            return [PAST, FUTURE], [], None
        return self._free_values(relation, column, hint)

    def _free_values(self, relation: Relation, column: Column, hint: Hint) -> tuple[list[str], list[str], str | None]:
        """Literals from the predicates, callers and claims where these are compared with, and one value of no note."""
        literals = [*self._met(relation, column), *self.tenants.get((relation.name, column.name), ())]
        literals += hint.literals[:6]
        callers = [p.uid for p in self._owners if p.uid] if hint.about_caller else []
        if hint.about_caller:
            emails = [email_of(p.name) for p in self._owners[:2]]
            literals += [value for value in (*emails, *self._claimed()) if value not in literals]
        # a state that only the column's own check names is one that a policy may have forgotten
        checked = [text for c in checks_of(relation, column) for text in literals_in(c.expression or "")]
        usual = [*literals_in(column.default or ""), *(["0"] if column.type.name.name in NUMBERS else [])]
        wanted = list(dict.fromkeys((*callers[:2], *literals[:6], *callers[2:], *checked[:6], *usual)))
        if column.type.array:
            wanted = ["{}", *(json.dumps([text]).replace("[", "{").replace("]", "}") for text in wanted)]
        query = {"query": _usable_query(relation, column), "candidates": wanted}
        good = run.usable(self.connection, [query])[0]
        fillers = self.recipes[relation.name].fillers.get(column.name, ())
        plain = fillers[0](next(self.numbers)) if fillers else None
        return [*good[:5], *([plain] if plain is not None else [])], good[5:], plain

    def _met(self, relation: Relation, column: Column) -> list[str]:
        """What a column of a table that is filled has which predicates hold equal with this one."""
        if any(column.name in key.columns for key in _foreign_keys(relation)):
            return []
        there = self.equated.get((relation.name, column.name), ())[:2]
        values = (some_values(self.connection, table, other.name, self.principals) for table, other in there)
        return list(dict.fromkeys(value for few in values for value in few))

    def _claimed(self) -> list[str]:
        """The values of claims that tell one actor of the specification from another."""
        found: list[str] = []
        for actor in self.access.actors:
            _collect(actor.claims, found)
        return found

    def _item(self, relation: Relation, values: Values, *, take_over: bool) -> dict[str, str | None]:
        writer = self.writers[relation.name]
        insertion = as_text(writer.insertion(values))
        return _item(insertion, _check_same(writer, values), _takeover(writer, values) if take_over else None)

    # -------- what holds a copy

    def views(self) -> None:
        """Materialized views show the new rows as well."""
        for relation in self.catalog.relations:
            if relation.kind == "materialized view":
                name = identifier(relation.name)
                try:
                    with self.connection.transaction():
                        self.connection.execute(sql.SQL("refresh materialized view {}").format(name))
                except psycopg.Error as error:
                    why = f"it cannot be refreshed: {str(error).splitlines()[0]}"
                    self.not_covered.append((subject_of(relation.name), why))

    # -------- storage

    def storage(self) -> list[tuple[str, str]]:
        """In each bucket, and in a strange one: objects in every caller's folder, beside it, and in none.

        Gives back the buckets in which there could be none.
        """
        run.fill(self.connection, [_item(bucket_insertion())])
        buckets = (*(bucket.id for bucket in self.catalog.buckets), STRANGE_BUCKET)
        return [lost for bucket in buckets if (lost := self._objects(bucket))]

    def _objects(self, bucket: str) -> tuple[str, str] | None:
        make = makers(TypeRef("uuid", QualifiedName("pg_catalog", "uuid")), {})[0]
        items = []
        self.paths[bucket] = paths(self.connection, self.catalog, self.access, bucket, self.principals)
        for name, owner in self.paths[bucket].names(self.principals, f"{bucket}-"):
            values = {"id": make(next(self.numbers)), "bucket_id": bucket, "name": name, "owner": owner}
            items.append(_item(_plain_insertion(OBJECTS, {**values, "owner_id": owner, "metadata": _METADATA})))
        answers = run.fill(self.connection, items)
        if any(answer["state"] in (None, "23505") for answer in answers):
            return None
        return f"storage.{bucket}", f"no object could be built: {answers[0]['message']}"


_METADATA = '{"size": 1, "mimetype": "image/png"}'


def _collect(claims: Any, found: list[str]) -> None:
    if isinstance(claims, Mapping):
        for value in claims.values():
            _collect(value, found)
    elif isinstance(claims, list | tuple):
        for value in claims:
            _collect(value, found)
    elif isinstance(claims, str) and claims not in found:
        found.append(claims)


def _is_short(column: Column) -> bool:
    """Whether it holds a few characters only, so that most texts are too long."""
    return column.type.name.name in ("varchar", "bpchar") and 0 <= column.type.modifier - 4 < _SHORT


def _always(text: str) -> Maker:
    return lambda _: text


def _shared_checks(relation: Relation, column: Column) -> bool:
    return any(c.kind == "check" and len(c.columns) > 1 and column.name in c.columns for c in relation.constraints)


def _sampler(pattern: str) -> Maker:
    return lambda number: sample(pattern, number) or ""


def _is_filled(relation: Relation) -> bool:
    return relation.kind in ("table", "partitioned table") and not relation.managed and not relation.partition_bound


def _is_unique(relation: Relation, column: Column) -> bool:
    return any(index.unique and index.columns == (column.name,) for index in relation.indexes)


def _is_shared(relation: Relation, key: Constraint) -> bool:
    """Whether the key is one part of what is unique, as that of a table of members."""
    return any(set(key.columns) < set(unique) for unique in _keys_of_many(relation))


def _keys_of_many(relation: Relation) -> list[tuple[str, ...]]:
    """What is unique only together."""
    constraints = (c.columns for c in relation.constraints if c.kind in ("primary key", "unique"))
    indexes = (index.columns for index in relation.indexes if index.unique)
    return [columns for columns in dict.fromkeys((*constraints, *indexes)) if len(columns) > 1]


def _foreign_keys(relation: Relation) -> list[Constraint]:
    return [c for c in relation.constraints if c.kind == "foreign key"]


def _varied(options: list[tuple[Option, Signature]], alike: int) -> list[tuple[Option, Signature]]:
    """The options in their order, unless kinds were left out so: then one of each kind, the most telling first."""
    kinds = list(dict.fromkeys(signature for _, signature in options))
    counts = Counter(signature for _, signature in options)
    if sum(min(count, alike) for count in counts.values()) <= _CORE:
        return options
    left, seen, order = list(kinds), set[object](), dict[Signature, int]()
    while left:
        best = max(left, key=lambda signature: len(_told(signature) - seen))
        seen |= _told(best)
        order[best] = len(order)
        left.remove(best)
    turns = Counter[Signature]()
    placed = []
    for option, signature in options:
        placed.append((turns[signature], order[signature], option, signature))
        turns[signature] += 1
    placed.sort(key=lambda item: item[:2])
    return [(option, signature) for _, _, option, signature in placed]


def _told(signature: Signature) -> set[object]:
    """What one kind of parent shows: of its owner's rank, its classes and members, each and each two together."""
    rank, classes, members = signature
    single = [("rank", rank), ("members", members), *enumerate(classes)]
    return {*single, *itertools.combinations(single, 2)}


def _parents_of(relation: Relation, keys: Iterable[Constraint]) -> set[QualifiedName]:
    return {key.references for key in keys if key.references is not None} - {relation.name}


def _without(*columns: Column) -> Option:
    """Nothing in these columns, whatever their defaults."""
    return Option({column.name: None for column in columns})


def _may_be_null(relation: Relation, key: Constraint) -> bool:
    return not any(is_required(relation, name) for name in key.columns)


def _required_columns(relation: Relation) -> tuple[str, ...]:
    """Columns that an insert must give: what may not be null, and what a partition is chosen by."""
    chosen_by = names_in(relation.partition_key or "")
    return tuple(
        c.name
        for c in relation.columns
        if (c.not_null or c.name in chosen_by) and c.default is None and not c.generated and not c.identity
    )


def checks_of(relation: Relation, column: Column) -> list[Constraint]:
    return [c for c in relation.constraints if c.kind == "check" and c.columns == (column.name,)]


def _usable_query(relation: Relation, column: Column) -> str:
    """Whether a text is a value of the column: of its type, no longer than it takes, and passing its own checks."""
    checks: list[sql.Composable] = [
        sql.SQL("({}) is not false").format(sql.SQL(c.expression)) for c in checks_of(relation, column) if c.expression
    ]
    if column.type.name.name in ("varchar", "bpchar") and column.type.modifier > 4 and not column.type.array:
        checks.append(sql.SQL("char_length($1) <= {}").format(sql.Literal(column.type.modifier - 4)))
    name = sql.Identifier(column.name)
    checks.append(sql.SQL("{} is not null").format(name))
    query = sql.SQL("select {} from (select $1::{} as {}) as {}").format(
        sql.SQL(" and ").join(checks), sql.SQL(column.type.text), name, sql.Identifier(relation.name.name)
    )
    return query.as_string()


def _check_same(writer: Writer, values: Values) -> str:
    names = [name for name, value in values.items() if value is not None and _comparable(writer.types[name])]
    where = writer.where(values, names) if names else "true"
    return as_text(written("select exists (select from {} where {})", writer.table, where))


def _comparable(type_: TypeRef) -> bool:
    return type_.name.name not in UNCOMPARABLE


def _takeover(writer: Writer, values: Values) -> str | None:
    """What gives a row that is there already these values; None where the key is not among them."""
    key = writer.relation.primary_key
    if not key or not set(key) <= values.keys():
        return None
    where = writer.where(values, key)
    others = {name: value for name, value in values.items() if name not in key}
    if not others:
        return as_text(written("select exists (select from {} where {})", writer.table, where))
    query = "with changed as (update {} set {} where {} returning 1) select exists (select from changed)"
    return as_text(written(query, writer.table, writer.settings(others), where))


def _item(statement: str, check_same: str = "select true", takeover: str | None = None) -> dict[str, str | None]:
    return {"statement": statement, "check_same": check_same, "takeover": takeover}


def _user_row(principal: Principal) -> dict[str, Any]:
    claims = principal.claims
    metadata = {
        "username": principal.name.replace(" ", "_"),
        "name": principal.name,
        "full_name": principal.name,
        **claims.get("user_metadata", {}),
    }
    return {
        "id": claims["sub"],
        "aud": "authenticated",
        "role": "authenticated",
        "email": claims.get("email") or None,
        "raw_app_meta_data": json.dumps(claims.get("app_metadata", {})),
        "raw_user_meta_data": json.dumps(metadata),
        "is_anonymous": bool(claims.get("is_anonymous")),
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }


def user_insertion(principal: Principal) -> str:
    """The caller's row of auth.users."""
    return _plain_insertion(USERS, _user_row(principal))


def bucket_insertion() -> str:
    """The bucket that no specification is about."""
    return _plain_insertion(BUCKETS, {"id": STRANGE_BUCKET, "name": STRANGE_BUCKET})


def _plain_insertion(table: QualifiedName, values: Mapping[str, Any]) -> str:
    return (
        sql.SQL("insert into {} ({}) values ({})")
        .format(
            identifier(table),
            sql.SQL(", ").join(sql.Identifier(name) for name in values),
            sql.SQL(", ").join(sql.Literal(value) for value in values.values()),
        )
        .as_string()
    )
