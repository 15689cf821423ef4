"""Proof that models and database agree: rows go in, come out on both wires, and go in again; all of it rolled back.

It takes a database to experiment in, which a sandbox is. Nothing stays in it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from pydantic import BaseModel, ValidationError

from kitdb.catalog.model import Catalog, Relation
from kitdb.database import Connection
from kitdb.modelgen.generate import Models, write_models
from kitdb.modelgen.python_names import model_names
from kitdb.modelgen.spec import CheckSpec, FieldSpec, RelationSpec
from kitdb.modelgen.values import Values

Payload: TypeAlias = dict[str, Any]
# What a model cannot know: what other rows there are, and what a trigger or a policy says.
_OF_OTHERS = frozenset({"23505", "23503", "23P01", "P0001", "42501", "P0002", "P0004", "23000"})
_TRIES = 300
# Defaults and triggers ask who is signed in.
_CLAIMS = json.dumps({"sub": "00000000-0000-4000-8000-000000000000", "role": "authenticated"})
_ROLES = ("Row", "Insert", "Update")


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one table's payloads.

    `only_database` counts what the model accepts and the database refuses for a reason that is listed: the constraint's
    name, or the SQLSTATE. `failures` are sentences; a proof without any holds.
    """

    table: str
    payloads: int = 0
    rows: int = 0
    only_database: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    note: str | None = None

    def __str__(self) -> str:
        parts = [f"{self.table}: {self.payloads} payloads, {self.rows} rows read and written back on both wires"]
        if self.only_database:
            listed = ", ".join(f"{name} ({count})" for name, count in sorted(self.only_database.items()))
            parts.append(f"refused by the database alone: {listed}")
        return "; ".join([*parts, *([self.note] if self.note else [])])


def verify_models(connection: Connection, catalog: Catalog, models: Models, seed: int = 0) -> Iterator[Proof]:
    """One proof for each table, by the Python models. The connection is a superuser's, and the database a sandbox's."""
    with _imported(models) as module:
        values, names = Values(models.spec), model_names(models.spec)
        for spec in models.spec.relations:
            relation = catalog.by_name[spec.name]
            if relation.kind in ("table", "partitioned table") and any(f.insert != "never" for f in spec.fields):
                with connection.transaction(force_rollback=True):
                    roles = [getattr(module, names[role, spec.name.schema, spec.name.name]) for role in _ROLES]
                    chance = random.Random(seed)  # noqa: S311  # no secret
                    yield _Table(connection, relation, spec, roles, values, chance).proof()


@contextlib.contextmanager
def _imported(models: Models) -> Iterator[ModuleType]:
    with tempfile.TemporaryDirectory(prefix="kitdb-verify-") as folder:
        name = f"kitdb_verified_{Path(folder).name.rpartition('-')[2]}"
        write_models(Path(folder) / name, models.files)
        sys.path.insert(0, folder)
        try:
            yield importlib.import_module(name)
        finally:
            sys.path.remove(folder)
            for module in [module for module in sys.modules if module.partition(".")[0] == name]:
                del sys.modules[module]


class _Table:
    def __init__(
        self,
        connection: Connection,
        relation: Relation,
        spec: RelationSpec,
        roles: Sequence[type[BaseModel]],
        values: Values,
        chance: random.Random,
    ) -> None:
        self.connection = connection
        self.relation = relation
        self.spec = spec
        self.row, self.insert, self.update = roles
        self.values = {f.column: values.of(f.type, self.checks_of(f.column)) for f in spec.fields}
        self.writable = [f for f in spec.fields if f.insert != "never"]
        self.listed = {check.name for check in (*spec.checks, *values.checks) if _is_listed(check)}
        self.filled = {f.column for f in spec.fields if f.filled or f.refilled}
        together = {c for check in spec.checks if len(check.columns) > 1 for c in check.columns}
        self.needed = [f.column for f in self.writable if f.required or f.column in together]
        self.refused = "none that the model takes, either"
        self.chance = chance
        self.types = {column.name: column.type.text for column in relation.columns}
        self.payloads = self.rows = 0
        self.alike: Counter[tuple[object, ...]] = Counter()
        self.gaps: Counter[str] = Counter()
        self.failures: dict[str, None] = {}

    def checks_of(self, column: str) -> list[Any]:
        return [check for check in self.spec.checks if column in check.columns]

    def proof(self) -> Proof:
        self.connection.execute(
            "select pg_catalog.set_config('request.jwt.claims', %s, true),"
            " pg_catalog.set_config('request.headers', '{}', true)",
            [_CLAIMS],
        )
        self.empty()
        self.free_of_other_tables()
        base = self.base()
        if base is not None:
            for spec in self.writable:
                values = self.share_of(spec)
                for value in values:
                    self.try_insert({**base, spec.column: value})
                self.try_insert({column: value for column, value in base.items() if column != spec.column})
                if spec.update:
                    self.try_updates(base, spec.column, values)
        note = None if base is not None else f"no row was found that the database takes ({self.refused})"
        return Proof(str(self.relation.name), self.payloads, self.rows, dict(self.gaps), tuple(self.failures), note)

    def share_of(self, spec: FieldSpec) -> list[Any]:
        """The values to try. Columns without checks that are alike share theirs: they have the same models."""
        values = self.values[spec.column]
        if spec.checks or spec.column in self.filled:
            return values
        kind = spec.type, spec.nullable, spec.insert, spec.update, spec.has_default
        number = self.alike[kind]
        self.alike[kind] += 1
        return values if number == 0 else [values[number % len(values)]]

    def empty(self) -> None:
        """Rows that migrations have brought are in nobody's way."""
        self.connection.execute("set local session_replication_role = replica")
        self.connection.execute(sql.SQL("delete from {}").format(self.name), [])
        self.connection.execute("set local session_replication_role = origin")

    def free_of_other_tables(self) -> None:
        """The transaction that this is in is rolled back."""
        for constraint in self.relation.constraints:
            if constraint.kind == "foreign key" and not constraint.inherited:
                self.connection.execute(
                    sql.SQL("alter table {} drop constraint {}").format(self.name, _identifier(constraint.name)), []
                )

    @property
    def name(self) -> sql.Identifier:
        return _identifier(self.relation.name.schema, self.relation.name.name)

    def base(self) -> Payload | None:
        """A payload that both accept, the simplest first."""
        for attempt in range(_TRIES):
            chosen = self.needed if attempt % 4 else [f.column for f in self.writable if f.required or attempt]
            payload = {column: self.choose(column, attempt) for column in chosen}
            accepted = self.accepted(payload)
            refusal = self.refusal(accepted) if accepted is not None else None
            if accepted is not None and refusal is None:
                return payload
            self.refused = refusal.diag.message_primary or self.refused if refusal else self.refused
        return None

    def choose(self, column: str, attempt: int) -> Any:
        values = self.values[column]
        return values[0] if attempt == 0 else self.chance.choice(values)

    # Verdicts

    def accepted(self, payload: Payload) -> Payload | None:
        """What the model sends for the payload; None where it refuses it."""
        return _accepted(self.insert, payload)

    def refusal(self, payload: Payload) -> psycopg.Error | None:
        """Why the database refuses the payload."""
        try:
            with self.connection.transaction(force_rollback=True):
                self.put(payload)
        except psycopg.Error as error:
            return error
        return None

    def put(self, payload: Payload) -> Payload:
        """Insert as PostgREST does; the row as psycopg has it."""
        columns, typed = self.columns_and_types(payload)
        statement = sql.SQL("insert into {} ({}) select {} from json_to_record(%s) as body ({}) returning *")
        if not payload:
            statement = sql.SQL("insert into {} default values returning *")
        with self.connection.cursor(row_factory=dict_row) as cursor:
            given = [json.dumps(payload, allow_nan=False)] if payload else []
            found = cursor.execute(statement.format(self.name, columns, columns, typed), given).fetchone()
        return found or {}

    def put_parameters(self, parameters: Payload) -> Payload:
        """Insert as psycopg does; the row as it has it."""
        if not parameters:
            return self.put({})
        columns = sql.SQL(", ").join(map(_identifier, parameters))
        places = sql.SQL(", ").join([sql.Placeholder()] * len(parameters))
        statement = sql.SQL("insert into {} ({}) values ({}) returning *").format(self.name, columns, places)
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement, list(parameters.values())).fetchone() or {}

    def columns_and_types(self, payload: Payload) -> tuple[sql.Composed, sql.Composed]:
        names = [_identifier(column) for column in payload]
        types = [sql.SQL(self.types[column].replace("%", "%%")) for column in payload]
        pairs = [sql.SQL("{} {}").format(*pair) for pair in zip(names, types, strict=True)]
        return sql.SQL(", ").join(names), sql.SQL(", ").join(pairs)

    def try_insert(self, payload: Payload) -> None:
        self.payloads += 1
        accepted = self.accepted(payload)
        refusal = self.refusal(payload if accepted is None else accepted)
        if accepted is None and refusal is None:
            self.fail("the model refuses what the database accepts", payload)
        elif accepted is not None and refusal is not None:
            self.gap(refusal, payload)
        elif accepted is not None:
            self.read_and_write_back(accepted)

    def try_updates(self, base: Payload, column: str, values: Sequence[Any]) -> None:
        accepted_base = self.accepted(base) or {}
        with self.connection.transaction(force_rollback=True):
            self.put(accepted_base)
            for value in values:
                self.payloads += 1
                accepted = _accepted(self.update, {column: value})
                refusal = self.refusal_of_update({column: value} if accepted is None else accepted)
                if accepted is None and refusal is None:
                    self.fail("the model refuses an update that the database accepts", {column: value})
                elif accepted is not None and refusal is not None:
                    self.gap(refusal, {column: value})

    def refusal_of_update(self, payload: Payload) -> psycopg.Error | None:
        columns, typed = self.columns_and_types(payload)
        statement = sql.SQL("update {} set ({}) = (select {} from json_to_record(%s) as body ({}))")
        try:
            with self.connection.transaction(force_rollback=True):
                self.connection.execute(statement.format(self.name, columns, columns, typed), [json.dumps(payload)])
        except psycopg.Error as error:
            return error
        return None

    def gap(self, refusal: psycopg.Error, payload: Payload) -> None:
        name, state = refusal.diag.constraint_name, refusal.sqlstate or "?"
        left_null = state == "23502" and refusal.diag.column_name in self.filled
        no_partition = state == "23514" and not name
        left_out = any(check.name == name and not set(check.columns) <= set(payload) for check in self.spec.checks)
        if state in _OF_OTHERS or name in self.listed or left_null or left_out or no_partition or _is_raised(refusal):
            self.gaps[name or state] += 1
        else:
            self.fail(f"the model accepts what the database refuses ({refusal.diag.message_primary})", payload)

    # Rows

    def read_and_write_back(self, payload: Payload) -> None:
        """A row that is read on both wires, and written again from what was read, is the same row."""
        written = self.as_written(lambda: self.put(payload))
        if written is None:  # a time that Python's types have no place for
            return
        from_psycopg, as_json = written
        self.rows += 1
        row = self.read("psycopg", from_psycopg, payload) and self.read("JSON", as_json, payload)
        if row is not None:
            self.write_back(row, payload, as_json)

    def as_written(self, put: Callable[[], Payload]) -> tuple[Payload, str] | None:
        """The row as psycopg has it, and as JSON; it does not stay."""
        try:
            with self.connection.transaction(force_rollback=True):
                return put(), self.as_json()
        except psycopg.DataError as error:
            if error.sqlstate:  # the server's, where psycopg's own say that Python has no such time
                raise
            return None

    def as_json(self) -> str:
        statement = sql.SQL("select pg_catalog.to_json(kitdb_row)::text from {} kitdb_row").format(self.name)
        row = self.connection.execute(statement, []).fetchone()
        return str(row[0]) if row else "{}"

    def read(self, wire: str, row: Payload | str, payload: Payload) -> BaseModel | None:
        try:
            if isinstance(row, dict):
                return self.row.model_validate(row)
            found: BaseModel = self.row.from_json(row)  # type: ignore[attr-defined]  # the generated base class has it
        except ValidationError as error:
            self.fail(f"the model cannot read the row from {wire} ({error.errors()[0]['msg']})", payload)
            return None
        return found

    def write_back(self, row: BaseModel, payload: Payload, before: str) -> None:
        # A trigger's own work, and what the database generates, is done anew each time.
        kept = {f.column for f in self.writable if not f.filled and f.column in payload}
        attributes = {(info.alias or name): name for name, info in type(row).model_fields.items()}
        again = {column: getattr(row, attributes[column]) for column in kept}
        try:
            model: Any = self.insert.model_validate({**payload, **again})
        except ValidationError:
            self.fail("the model refuses to write what it has read", payload)
            return
        for put in (lambda: self.put(model.payload()), lambda: self.put_parameters(model.parameters())):
            try:
                written = self.as_written(put)
            except psycopg.Error as error:
                self.fail(f"the row cannot be written back ({error.diag.message_primary or error})", payload)
                continue
            first, second = json.loads(before), json.loads(written[1]) if written else None
            if second and (changed := [column for column in sorted(kept) if first[column] != second[column]]):
                self.fail(f"{', '.join(changed)} came back changed", payload)

    def fail(self, what: str, payload: Payload) -> None:
        said = json.dumps(payload, ensure_ascii=True)
        self.failures[f"{self.relation.name}: {what}: {said if len(said) < 300 else said[:297] + '...'}"] = None


def _is_listed(check: CheckSpec) -> bool:
    return bool(check.reason or check.late or not check.validated)


def _is_raised(refusal: psycopg.Error) -> bool:
    """Whether a function, so a trigger's, refused it."""
    return "PL/pgSQL function" in (refusal.diag.context or "")


def _identifier(*names: str) -> sql.Identifier:
    """For a statement with parameters, where a percent sign begins one."""
    return sql.Identifier(*(name.replace("%", "%%") for name in names))


def _accepted(model: type[BaseModel], payload: Payload) -> Payload | None:
    try:
        sent: Payload = model.model_validate(payload).payload()  # type: ignore[attr-defined]  # the generated base class
    except (ValidationError, ValueError):
        return None
    return sent
