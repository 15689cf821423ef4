"""Rows that matter: data built from the catalog so that each predicate is true for some rows and false for others."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from kitdb.catalog.model import Catalog, Column, Constraint, Index, Relation, TypeRef
from kitdb.database import Connection
from kitdb.names import QualifiedName
from kitdb.rls import run
from kitdb.rls.access import OBJECTS, Access, ObjectAccess, subject_of
from kitdb.rls.actors import Principal
from kitdb.rls.hints import Hint, Hints, hints, mentioned
from kitdb.rls.patterns import patterns_in, sample
from kitdb.rls.predicate import RowClass, Truth, bind
from kitdb.rls.values import FUTURE, PAST, Maker, makers

USERS = QualifiedName("auth", "users")
BUCKETS = QualifiedName("storage", "buckets")
STRANGE_BUCKET = "kitdb-other"

Values = dict[str, str | None]
"""Columns and their values as Postgres writes them; a column that is not there takes its default."""

MOST_ROWS = 48
_ROUNDS = 8
_TIME = ("timestamptz", "timestamp", "date")
_UNCOMPARABLE = ("json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is probed: a relation, or the objects of one bucket, with what the specification says about it."""

    relation: Relation
    access: ObjectAccess | None = None
    bucket: str | None = None

    @property
    def name(self) -> str:
        return f"storage.{self.bucket}" if self.bucket else subject_of(self.relation.name)

    @property
    def classes(self) -> tuple[RowClass, ...]:
        return self.access.classes if self.access else ()

    @property
    def table(self) -> sql.Composed:
        return identifier(self.relation.name)

    @property
    def alias(self) -> sql.Identifier:
        return sql.Identifier(self.relation.name.name)

    def within(self) -> sql.Composable:
        """The condition that keeps to the subject's own rows."""
        if self.bucket is None:
            return sql.SQL("true")
        return sql.SQL("{}.bucket_id = {}").format(self.alias, sql.Literal(self.bucket))


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values, how to find it, and for each caller what the row classes say about it."""

    values: Mapping[str, str | None]
    condition: str
    truths: Mapping[str, Mapping[str, Truth]]

    def signature(self, principal: Principal) -> tuple[Truth, ...]:
        return tuple(self.truths[principal.name].values())


@dataclass(frozen=True, slots=True)
class Variable:
    """Columns that are set together. `core` values are combined with all others, each of `rest` is there once."""

    columns: tuple[str, ...]
    core: tuple[Values, ...]
    rest: tuple[Values, ...] = ()


def identifier(name: QualifiedName) -> sql.Composed:
    return sql.SQL("{}.{}").format(sql.Identifier(name.schema), sql.Identifier(name.name))


def literal(value: str | None, type_: TypeRef) -> sql.Composable:
    if value is None:
        return sql.SQL("null")
    return sql.SQL("{}::{}").format(sql.Literal(value), sql.SQL(type_.text))


def insertion(relation: Relation, values: Values) -> sql.Composed:
    """The INSERT of these values, the other columns left to their defaults."""
    if not values:
        return sql.SQL("insert into {} default values").format(identifier(relation.name))
    return sql.SQL("insert into {} ({}) values ({})").format(
        identifier(relation.name),
        sql.SQL(", ").join(sql.Identifier(name) for name in values),
        sql.SQL(", ").join(literal(value, type_of(relation, name)) for name, value in values.items()),
    )


def type_of(relation: Relation, name: str) -> TypeRef:
    column = relation.column(name)
    assert column is not None  # noqa: S101  # the name comes from the relation
    return column.type


def condition(relation: Relation, values: Mapping[str, str | None], columns: Iterable[str]) -> sql.Composed:
    parts = [_equals(relation, name, values[name]) for name in columns]
    return sql.SQL(" and ").join(parts)


def _equals(relation: Relation, name: str, value: str | None) -> sql.Composed:
    column = sql.SQL("{}.{}").format(sql.Identifier(relation.name.name), sql.Identifier(name))
    if value is None:
        return sql.SQL("{} is null").format(column)
    return sql.SQL("{} = {}").format(column, literal(value, type_of(relation, name)))


def key_of(relation: Relation) -> tuple[str, ...]:
    """The columns that tell a row from every other: the primary key, else a unique constraint without nulls."""
    if relation.primary_key:
        return relation.primary_key
    for constraint in relation.constraints:
        if constraint.kind == "unique" and all(_required(relation, name) for name in constraint.columns):
            return constraint.columns
    return ()


def _required(relation: Relation, name: str) -> bool:
    column = relation.column(name)
    return column is not None and column.not_null


# ---------------------------------------------------------------- what is there


def classify(connection: Connection, subject: Subject, principals: Sequence[Principal]) -> list[Row]:
    """Every row of the subject, with the truth of each row class for each caller, seen past all policies."""
    columns = [column.name for column in subject.relation.columns]
    query = sql.SQL("select array[{}]::text[], {}, {} from {} where {} order by 1").format(
        sql.SQL(", ").join(sql.SQL("{}.{}::text").format(subject.alias, sql.Identifier(name)) for name in columns),
        truths_of(subject, principals),
        _place_of(subject.relation),
        subject.table,
        subject.within(),
    )
    rows = []
    for values, truths, place in connection.execute(query):
        named = dict(zip(columns, values, strict=True))
        rows.append(Row(named, _find(subject.relation, named, place), name_truths(subject, principals, truths)))
    return rows


def truths_of(subject: Subject, principals: Sequence[Principal]) -> sql.Composable:
    """One array: each row class for each caller, caller by caller."""
    if not subject.classes or not principals:
        return sql.SQL("'{}'::boolean[]")
    bound = (bind(row_class.predicate, p.claims) for p in principals for row_class in subject.classes)
    # the line break ends a comment that the predicate may end with
    return sql.SQL("array[{}]::boolean[]").format(sql.SQL(", ").join(sql.SQL(f"({text}\n)") for text in bound))


def name_truths(
    subject: Subject, principals: Sequence[Principal], truths: Sequence[Truth]
) -> dict[str, dict[str, Truth]]:
    names = [row_class.name for row_class in subject.classes]
    width = len(names)
    return {
        p.name: dict(zip(names, truths[width * n : width * (n + 1)], strict=True)) for n, p in enumerate(principals)
    }


def _place_of(relation: Relation) -> sql.Composable:
    if relation.kind in ("table", "partitioned table", "materialized view"):
        alias = sql.Identifier(relation.name.name)
        return sql.SQL("{}.ctid::text").format(alias)
    return sql.SQL("null::text")


def _find(relation: Relation, values: Mapping[str, str | None], place: str | None) -> str:
    if key := key_of(relation):
        return condition(relation, values, key).as_string()
    if relation.kind == "table" and place:
        return sql.SQL("{}.ctid = {}::tid").format(sql.Identifier(relation.name.name), sql.Literal(place)).as_string()
    comparable = [c.name for c in relation.columns if c.type.name.name not in _UNCOMPARABLE]
    return condition(relation, values, comparable).as_string() if comparable else "true"


# ---------------------------------------------------------------- what is to be there


@dataclass(slots=True)
class Recipe:
    """How to make rows of one table: the columns that decide access, and fillers for what else it needs."""

    relation: Relation
    variables: tuple[Variable, ...]
    fillers: dict[str, tuple[Maker, ...]]
    required: tuple[str, ...]
    choices: dict[str, int] = field(default_factory=dict)

    def combinations(self, generator: random.Random, most: int = MOST_ROWS) -> list[Values]:
        """Every combination of core values, or a sample of them, and each other value once."""
        cores = [variable.core or ({},) for variable in self.variables]
        total = 1
        for core in cores:
            total *= len(core)
        if total <= most:
            combined = [_joined(parts) for parts in itertools.product(*cores)]
        else:
            combined = [_joined(generator.choice(core) for core in cores) for _ in range(most)]
            combined += self._each(cores, lambda core: core, generator)
        return combined + self._each(cores, None, generator)

    def _each(self, cores: Sequence[Sequence[Values]], _: Any, generator: random.Random) -> list[Values]:
        found = []
        for number, variable in enumerate(self.variables):
            for value in variable.rest if _ is None else cores[number]:
                parts = [generator.choice(core) for core in cores]
                parts[number] = value
                found.append(_joined(parts))
        return found

    def complete(self, values: Values, number: int) -> Values:
        """The values, with what the table requires besides."""
        missing = [name for name in (*self.required, *self.choices) if name not in values]
        return values | {name: self.filler(name, number) for name in dict.fromkeys(missing)}

    def filler(self, name: str, number: int) -> str:
        makers_ = self.fillers[name]
        return makers_[self.choices.get(name, 0) % len(makers_)](number)


def _joined(parts: Iterable[Values]) -> Values:
    joined: Values = {}
    for part in parts:
        joined |= part
    return joined


@dataclass(slots=True)
class Data:
    """What was built, for who probes it: the recipe of each table, and what could not be built."""

    recipes: dict[QualifiedName, Recipe]
    not_covered: list[str]
    hints: Hints
    generator: random.Random


def build(
    connection: Connection, catalog: Catalog, access: Access, principals: Sequence[Principal], seed: int = 0
) -> Data:
    """Fill the database for these callers. Run inside `run.session`: the rows go when it ends."""
    generator = random.Random(seed)  # noqa: S311  # the same rows in every run
    builder = _Builder(connection, catalog, access, tuple(principals), generator, hints(catalog, access))
    builder.users()
    builder.tables()
    builder.storage()
    return Data(builder.recipes, builder.not_covered, builder.hints, generator)


@dataclass(slots=True)
class _Builder:
    connection: Connection
    catalog: Catalog
    access: Access
    principals: tuple[Principal, ...]
    random: random.Random
    hints: Hints
    recipes: dict[QualifiedName, Recipe] = field(default_factory=dict)
    not_covered: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    # -------- auth.users

    def users(self) -> None:
        """A row of auth.users for each caller with a subject; sign-up triggers do what they do."""
        found = [(p, _user_row(p)) for p in self.principals if p.uid]
        statements = [_user_insertion(values) for _, values in found]
        answers = run.fill(self.connection, [_fill_item(statement) for statement in statements])
        for (principal, _), answer in zip(found, answers, strict=True):
            if answer["state"] not in (None, "23505"):
                self.not_covered.append(f"auth.users: no row for {principal}: {answer['message']}")

    # -------- tables

    def tables(self) -> None:
        order = self._order()
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
        for relation in order:
            self.recipes[relation.name] = self._recipe(relation, without=())

    def _order(self) -> list[Relation]:
        """Parents before children, and before a table what decides about its rows."""
        waiting = {r.name: r for r in self.catalog.relations if _is_filled(r)}
        hard = {name: {k.references for k in _foreign_keys(r)} - {name} for name, r in waiting.items()}
        soft = {name: mentioned(self.catalog, self.access, r) for name, r in waiting.items()}
        nullable = {name: {k.references for k in _foreign_keys(r) if _may_be_null(r, k)} for name, r in waiting.items()}
        ordered = []
        while waiting:
            left = waiting.keys()

            def cost(name: QualifiedName, left: Iterable[QualifiedName] = left) -> tuple[int, int, int, QualifiedName]:
                blocking = hard[name] & set(left)
                return (len(blocking - nullable[name]), len(blocking), len(soft[name] & set(left)), name)

            ordered.append(waiting.pop(min(left, key=cost)))
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
        expressions = [c.expression or "" for c in _checks_of(relation, column)]
        if domain := self.catalog.type_by_name.get(column.type.name):
            expressions += [c.expression or c.definition for c in domain.constraints]
        shaped = tuple(
            _sampler(pattern)
            for text in expressions
            for pattern in patterns_in(text)
            if sample(pattern, 137) is not None
        )
        known = makers(column.type, self.catalog.type_by_name)
        return (*shaped, *known) if expressions else known[:6]

    def _fill(self, relation: Relation, without: Sequence[Constraint]) -> None:
        recipe = self._recipe(relation, without)
        pending = [recipe.complete(v, next(self.numbers)) for v in recipe.combinations(self.random)]
        last = ""
        kept = 0
        # a pilot row finds out what the table's checks want, so that the others need no repair
        for batch in (pending[:1], pending[1:]):
            for _ in range(_ROUNDS):
                answers = run.fill(self.connection, [self._item(relation, values) for values in batch])
                kept += sum(answer["state"] in (None, "KD003") for answer in answers)
                repaired = []
                for values, answer in zip(batch, answers, strict=True):
                    if answer["state"] in (None, "KD003", "23505"):
                        continue
                    last = answer["message"]
                    if changed := self._repair(recipe, values, answer):
                        repaired.append(changed)
                batch = repaired
                if not batch:
                    break
        if not kept and not without:
            self.not_covered.append(f"{subject_of(relation.name)}: no row could be built: {last}")

    def _recipe(self, relation: Relation, without: Sequence[Constraint]) -> Recipe:
        base = self.recipes[relation.name]
        variables = tuple(self._variables(relation, without))
        taken = {name for variable in variables for name in variable.columns}
        taken |= {name for constraint in without for name in constraint.columns if not _required(relation, name)}
        required = tuple(name for name in _required_columns(relation) if name not in taken)
        missing = [name for name in required if not base.fillers.get(name)]
        if missing and not without:
            self.not_covered.append(f"{subject_of(relation.name)}.{missing[0]}: no value of this type is known")
        usable = tuple(name for name in required if base.fillers.get(name))
        return Recipe(relation, variables, base.fillers, usable, base.choices)

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
            if column.name in relation.primary_key and column.default:
                continue
            variable = self._column_variable(relation, column, hint)
            if variable.core:
                yield variable

    def _parents(self, relation: Relation, key: Constraint) -> Variable:
        """Parents that differ: for the first two users each kind of parent, and one of every other caller's."""
        found = self._parent_keys(key)
        whole = set(key.columns) <= set(relation.primary_key)
        newcomers = {p.uid for p in self.principals if p.uid and not p.owns}
        core, rest = [], []
        seen: set[Any] = set()
        owners: set[str] = set()
        for values, signature, owner in found:
            assignment: Values = dict(zip(key.columns, values, strict=True))
            if owner in newcomers and not whole:
                continue
            if whole:
                core.append(assignment)
            elif signature not in seen and len(core) < 6:
                seen.add(signature)
                core.append(assignment)
            elif owner and owner not in owners:
                rest.append(assignment)
            if owner:
                owners.add(owner)
        if _may_be_null(relation, key):
            core.append({})
        return Variable(key.columns, tuple(core), tuple(rest))

    def _parent_keys(self, key: Constraint) -> list[tuple[tuple[str | None, ...], Any, str | None]]:
        """Key, signature for the first user, and owner of each row that the foreign key may point to."""
        parent = self.catalog.by_name.get(key.references) if key.references else None
        if parent is None:
            return []
        first, second = self.principals_with_rows[:2]
        subject = Subject(parent, self.access.of_relation(parent.name))
        rows = classify(self.connection, subject, (first, second))
        uids = {p.uid for p in self.principals if p.uid}
        owner_columns = [c for c in parent.columns if c.type.name.name in ("uuid", "text", "varchar")]
        found = []
        for row in rows:
            owner = next((row.values[c.name] for c in owner_columns if row.values[c.name] in uids), None)
            mine = "first" if owner == first.uid else "second" if owner == second.uid else "other"
            found.append(
                (tuple(row.values[name] for name in key.referenced_columns), (mine, row.signature(first)), owner)
            )
        found.sort(key=lambda item: (("first", "second", "other").index(item[1][0]), str(item[1]), str(item[0])))
        return found

    @property
    def principals_with_rows(self) -> list[Principal]:
        owners = [p for p in self.principals if p.uid and p.owns]
        return owners if len(owners) > 1 else [p for p in self.principals if p.uid][:2]

    def _column_variable(self, relation: Relation, column: Column, hint: Hint) -> Variable:
        name = column.name
        core: list[str] = []
        rest: list[str] = []
        type_ = self.catalog.type_by_name.get(column.type.name)
        if column.type.name.name == "bool" and not column.type.array:
            core = ["true", "false"]
        elif type_ and type_.kind == "enum" and not column.type.array:
            named = [label for label in type_.labels if label in hint.literals]
            others = [label for label in type_.labels if label not in hint.literals]
            core, rest = [*named, *others[:1]], others[1:]
        elif column.type.name.name in _TIME:
            core = [PAST, FUTURE]
        else:
            core, rest = self._free_values(relation, column, hint)
        values: list[Values] = [{name: value} for value in core]
        if not column.not_null:
            values.append({name: None} if column.default else {})
        return Variable((name,), tuple(values), tuple({name: value} for value in rest))

    def _free_values(self, relation: Relation, column: Column, hint: Hint) -> tuple[list[str], list[str]]:
        literals = list(hint.literals[:6])
        callers: list[str] = []
        if hint.about_caller:
            owners = self.principals_with_rows
            callers = [p.uid for p in owners if p.uid]
            literals += [value for value in self._claimed() if value not in literals]
        wanted = [*callers[:2], *literals[:6], *callers[2:]]
        if column.type.array:
            wanted = ["{}", *(json.dumps([text]).replace("[", "{").replace("]", "}") for text in wanted)]
        query = {"query": _usable_query(relation, column), "candidates": wanted}
        good = run.usable(self.connection, [query])[0]
        fillers = self.recipes[relation.name].fillers.get(column.name, ())
        other = [fillers[0](next(self.numbers))] if fillers else []
        return [*good[:5], *other], good[5:]

    def _claimed(self) -> list[str]:
        """The values of claims that tell one actor of the specification from another."""
        found: list[str] = []
        for actor in self.access.actors:
            _collect(actor.claims, found)
        return found

    def _item(self, relation: Relation, values: Values) -> dict[str, str | None]:
        statement = insertion(relation, values)
        return _fill_item(statement, _check_same(relation, values), _takeover(relation, values))

    def _repair(self, recipe: Recipe, values: Values, answer: Mapping[str, Any]) -> Values | None:
        """The row with other values where the error says that these are wrong; None where nothing is left to try."""
        relation = recipe.relation
        fixed = {name for variable in recipe.variables for name in variable.columns}
        if answer["state"] == "23502" and answer["column"] and recipe.fillers.get(answer["column"]):
            return values | {answer["column"]: recipe.filler(answer["column"], next(self.numbers))}
        if answer["state"] not in ("23514", "23P01"):
            return None
        constraint = next((c for c in relation.constraints if c.name == answer["constraint"]), None)
        if constraint is None:
            return None
        free = [name for name in constraint.columns if name not in fixed and recipe.fillers.get(name)]
        if not free:
            return None
        for name in free:
            recipe.choices[name] = self.random.randrange(len(recipe.fillers[name]))
        number = next(self.numbers)
        return values | {name: recipe.filler(name, number) for name in free}

    # -------- storage

    def storage(self) -> None:
        """In each bucket, and in a strange one: objects in every caller's folder, beside it, and in none."""
        bucket = sql.SQL("insert into {} (id, name) values ({}, {})").format(
            identifier(BUCKETS), sql.Literal(STRANGE_BUCKET), sql.Literal(STRANGE_BUCKET)
        )
        items = [_fill_item(bucket)]
        for name in (*(found.id for found in self.catalog.buckets), STRANGE_BUCKET):
            items += [_fill_item(statement) for statement in self._objects(name)]
        for answer in run.fill(self.connection, items):
            if answer["state"] not in (None, "23505"):
                self.not_covered.append(f"storage.objects: a row could not be built: {answer['message']}")
                return

    def _objects(self, bucket: str) -> Iterator[sql.Composed]:
        for name, owner in object_names(self.principals):
            yield sql.SQL(
                "insert into {} (bucket_id, name, owner, owner_id, metadata) values ({}, {}, {}, {}, {}::jsonb)"
            ).format(
                identifier(OBJECTS),
                sql.Literal(bucket),
                sql.Literal(name),
                sql.Literal(owner),
                sql.Literal(owner),
                sql.Literal('{"size": 1, "mimetype": "image/png"}'),
            )


def objects_relation(catalog: Catalog) -> Relation:
    """storage.objects, as far as a client writes it; the catalog lists it only where policies are on it."""
    known = catalog.by_name.get(OBJECTS)
    text, uuid_ = (TypeRef(name, QualifiedName("pg_catalog", name)) for name in ("text", "uuid"))
    json_ = TypeRef("jsonb", QualifiedName("pg_catalog", "jsonb"))
    columns = (
        Column("id", 1, uuid_, not_null=True, default="gen_random_uuid()"),
        Column("bucket_id", 2, text),
        Column("name", 3, text),
        Column("owner_id", 4, text),
        Column("metadata", 5, json_),
        Column("version", 6, text),
    )
    return Relation(
        OBJECTS,
        "table",
        "supabase_storage_admin",
        columns,
        (Constraint("objects_pkey", OBJECTS, "primary key", "PRIMARY KEY (id)", ("id",)),),
        (Index("bucketid_objname", OBJECTS, "", ("bucket_id", "name"), unique=True),),
        known.policies if known else (),
        known.triggers if known else (),
        row_level_security=True,
        managed=True,
    )


def object_names(principals: Iterable[Principal], prefix: str = "") -> Iterator[tuple[str, str | None]]:
    """Names of storage objects and their owners, the ones that a careless check lets through among them."""
    owners = [p for p in principals if p.uid and p.owns]
    for principal in owners:
        uid = principal.uid
        assert uid is not None  # noqa: S101  # filtered above
        yield f"{uid}/{prefix}a.png", uid
    first, second = owners[0].uid, owners[1].uid
    yield f"{second}/{first}/{prefix}nested.png", second
    yield f"{first}-x/{prefix}beside.png", second
    yield f"{str(first)[:8]}/{prefix}short.png", second
    yield f"public/{prefix}b.png", second
    yield f"{prefix}root.png", None


def _collect(claims: Any, found: list[str]) -> None:
    if isinstance(claims, Mapping):
        for value in claims.values():
            _collect(value, found)
    elif isinstance(claims, list | tuple):
        for value in claims:
            _collect(value, found)
    elif isinstance(claims, str) and claims not in found:
        found.append(claims)


def _sampler(pattern: str) -> Maker:
    return lambda number: sample(pattern, number) or ""


def _is_filled(relation: Relation) -> bool:
    return relation.kind in ("table", "partitioned table") and not relation.managed and not relation.partition_bound


def _foreign_keys(relation: Relation) -> list[Constraint]:
    return [c for c in relation.constraints if c.kind == "foreign key"]


def _may_be_null(relation: Relation, key: Constraint) -> bool:
    return not any(_required(relation, name) for name in key.columns)


def _required_columns(relation: Relation) -> tuple[str, ...]:
    return tuple(
        c.name for c in relation.columns if c.not_null and c.default is None and not c.generated and not c.identity
    )


def _checks_of(relation: Relation, column: Column) -> list[Constraint]:
    return [c for c in relation.constraints if c.kind == "check" and c.columns == (column.name,)]


def _usable_query(relation: Relation, column: Column) -> str:
    """Whether a text is a value of the column: of its type, no longer than it takes, and passing its own checks."""
    checks: list[sql.Composable] = [
        sql.SQL(f"({c.expression}) is not false") for c in _checks_of(relation, column) if c.expression
    ]
    if column.type.name.name in ("varchar", "bpchar") and column.type.modifier > 4 and not column.type.array:
        checks.append(sql.SQL("char_length($1) <= {}").format(sql.Literal(column.type.modifier - 4)))
    name = sql.Identifier(column.name)
    return (
        sql.SQL("select {} from (select $1::{} as {}) as {}")
        .format(
            sql.SQL(" and ").join((*checks, sql.SQL("{} is not null").format(name))),
            sql.SQL(column.type.text),
            name,
            sql.Identifier(relation.name.name),
        )
        .as_string()
    )


def _check_same(relation: Relation, values: Values) -> sql.Composable:
    names = [n for n, value in values.items() if value is not None and _comparable(type_of(relation, n))]
    where = condition(relation, values, names) if names else sql.SQL("true")
    return sql.SQL("select exists (select from {} where {})").format(identifier(relation.name), where)


def _comparable(type_: TypeRef) -> bool:
    return type_.name.name not in _UNCOMPARABLE


def _takeover(relation: Relation, values: Values) -> sql.Composable | None:
    """What gives a row that is there already these values; None where the key is not among them."""
    key = relation.primary_key
    if not key or not set(key) <= values.keys():
        return None
    others = [name for name in values if name not in key]
    where = condition(relation, values, key)
    table = identifier(relation.name)
    if not others:
        return sql.SQL("select exists (select from {} where {})").format(table, where)
    return sql.SQL(
        "with changed as (update {} set {} where {} returning 1) select exists (select from changed)"
    ).format(
        table,
        sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(n), literal(values[n], type_of(relation, n))) for n in others
        ),
        where,
    )


def _fill_item(
    statement: sql.Composable, check_same: sql.Composable | None = None, takeover: sql.Composable | None = None
) -> dict[str, str | None]:
    return {
        "statement": statement.as_string(),
        "check_same": check_same.as_string() if check_same else "select true",
        "takeover": takeover.as_string() if takeover else None,
    }


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


def _user_insertion(values: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL("insert into {} ({}) values ({})").format(
        identifier(USERS),
        sql.SQL(", ").join(sql.Identifier(name) for name in values),
        sql.SQL(", ").join(sql.Literal(value) for value in values.values()),
    )
