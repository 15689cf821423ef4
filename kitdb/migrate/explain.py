"""Why does a folder of migrations not replay? Which object is missing, and what the files say about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kitdb.errors import KitdbError
from kitdb.migrate.failure import MigrationFailed
from kitdb.migrate.files import Migration, MigrationFolder
from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.read import read
from kitdb.sql.split import split

Kind = Literal["relation", "function", "type", "schema", "column", "role"]

_KINDS: dict[str, Kind] = {
    "42P01": "relation",
    "42883": "function",
    "42704": "type",
    "3F000": "schema",
    "42703": "column",
}
_FORBIDDEN = "42501"

# What a project gets from an extension, by the name it is asked for.
_EXTENSIONS = {
    "vector": "vector", "halfvec": "vector", "sparsevec": "vector", "citext": "citext", "ltree": "ltree",
    "hstore": "hstore", "geometry": "postgis", "geography": "postgis", "box2d": "postgis", "cube": "cube",
    "cron": "pg_cron", "net": "pg_net", "pgmq": "pgmq", "pgmq_public": "pgmq", "partman": "pg_partman",
    "moddatetime": "moddatetime", "unaccent": "unaccent", "similarity": "pg_trgm", "word_similarity": "pg_trgm",
    "http_get": "http", "http_post": "http", "sign": "pgjwt", "verify": "pgjwt", "crosstab": "tablefunc",
    "levenshtein": "fuzzystrmatch", "soundex": "fuzzystrmatch", "st_distance": "postgis", "st_makepoint": "postgis",
    "create_hypertable": "timescaledb", "id_encode": "pg_hashids", "jsonb_matches_schema": "pg_jsonschema",
}  # fmt: skip


_HINT = "Correct the file: it has to apply to a database that only the files before it have made."


@dataclass(frozen=True, slots=True)
class Missing:
    """An object that the server did not find; `schema` is None where it was asked for without one."""

    kind: Kind
    name: str
    schema: str | None = None
    table: str | None = None

    def __str__(self) -> str:
        name = f"{self.schema}.{self.name}" if self.schema else self.name
        noun = "table or view" if self.kind == "relation" else self.kind
        return f"the {noun} {name}" + (f" of {self.table}" if self.table else "")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A file that makes or unmakes an object, and the line."""

    migration: Migration
    line: int
    made: bool
    name: QualifiedName

    def __str__(self) -> str:
        return f"{self.migration.path.name}, line {self.line}"


class ReplayFailed(MigrationFailed):
    """A migration that does not apply to a database that only the migrations before it have made."""

    def __init__(self, failed: MigrationFailed, explanation: Sequence[str], hint: str) -> None:
        assert failed.place is not None  # noqa: S101  # a failed migration has a file
        self.explanation = tuple(explanation)
        super().__init__(failed.migration, failed.place, failed.error, failed.excerpt, hint)

    @property
    def details(self) -> tuple[str, ...]:
        return (*super().details, *self.explanation)


def explain(failed: MigrationFailed, folder: MigrationFolder) -> MigrationFailed:
    """The failure in a throwaway database, with what the files say about an object that is missing."""
    if failed.error.sqlstate == _FORBIDDEN and (schema := _platform_schema(failed)):
        return ReplayFailed(
            failed,
            (f"reason: hosted Supabase refuses this too: since April 2025 the tables of {schema} are its own, and a"
             " project may only make policies and triggers on them",),
            "Take the statement out, or put your own columns into a table of your own that refers to theirs.",
        )  # fmt: skip
    missing = find_missing(failed)
    if missing is None:
        return ReplayFailed(
            failed, (), "Correct the file: it has to apply to a database that only the files before it have made."
        )
    mentions = [mention for mention in _mentions(folder.migrations) if _is_meant(mention, missing)]
    lines, hint = _account(missing, failed.migration, mentions)
    return ReplayFailed(failed, [f"missing: {missing}", *lines], hint)


def find_missing(failed: MigrationFailed) -> Missing | None:
    """The object that the server's error is about, None where it is about something else."""
    kind = _KINDS.get(failed.error.sqlstate)
    if kind is None:
        return None
    message = failed.error.message
    # A sandbox speaks English; in any language the names are what stands in quotes, or before the arguments.
    quoted = re.findall(r'"((?:[^"]|"")+)"', message)
    if kind == "function":
        found = re.search(r'((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)\(', message)
        return _missing(kind, found[1].replace('"', "")) if found else None
    if kind == "column":
        bare = re.search(r"column (\w+)\.(\w+) ", message)
        if bare:
            return Missing(kind, bare[2], None, bare[1])
        return Missing(kind, quoted[0], None, quoted[1] if len(quoted) > 1 else None) if quoted else None
    if kind == "type" and message.startswith("role "):
        kind = "role"
    elif kind == "type" and not message.startswith("type "):
        return None
    return _missing(kind, quoted[0]) if quoted else None


def _missing(kind: Kind, name: str) -> Missing:
    schema, dot, rest = name.rpartition(".")
    return Missing(kind, rest.removesuffix("[]"), schema if dot else None)


def _platform_schema(failed: MigrationFailed) -> str | None:
    """The schema of Supabase's own that a refused statement is about."""
    line = failed.excerpt[0] if failed.excerpt else ""
    found = re.search(r"\b(auth|storage|realtime)\b", f"{failed.error.message} {line}")
    return found[1] if found else None


def _account(missing: Missing, needing: Migration, mentions: Sequence[_Mention]) -> tuple[list[str], str]:
    """What the files say of the object, and what to do about it."""
    first = f"first needed by: {needing.path.name}"
    made = [mention for mention in mentions if mention.made]
    before = [mention for mention in mentions if mention.migration.version < needing.version]
    later = next((mention for mention in made if mention.migration.version > needing.version), None)
    gone = before[-1] if before and not before[-1].made else None
    elsewhere = next((mention for mention in before if mention.made and _schema_differs(mention, missing)), None)
    if gone:
        return [first, f"taken away by: {gone}"], "Use it before it is dropped or renamed, or use its new name."
    if later:
        return (
            [first, f"created by: {later}, which comes later"],
            f"Give {later.migration.path.name} an earlier version, or move the statement behind it.",
        )
    if elsewhere:
        return (
            [first, f"created by: {elsewhere}, as {elsewhere.name}"],
            "Write the name with its schema.",
        )
    extension = _EXTENSIONS.get(missing.name.lower()) or _EXTENSIONS.get((missing.schema or "").lower())
    if extension:
        return (
            [first, f"created by: no file; it belongs to the extension {extension}"],
            f"Write create extension if not exists {extension} with schema extensions before it.",
        )
    return (
        [first, "created by: no file; it was made outside of the migrations, in the dashboard for instance"],
        "Write it into a migration that comes before, as supabase db pull or pg_dump --schema-only show it; or begin"
        " with a database that has it: --from-url URL (check-rls, dev, gen-models, lint --trace).",
    )


def _is_meant(mention: _Mention, missing: Missing) -> bool:
    return mention.name.name == missing.name


def _schema_differs(mention: _Mention, missing: Missing) -> bool:
    return missing.kind not in ("schema", "column", "role") and mention.name.schema != (missing.schema or "public")


def _mentions(migrations: Sequence[Migration]) -> Iterator[_Mention]:
    """What the files make and unmake, in the order of the files."""
    for migration in migrations:
        for statement in split(migration.text):
            try:
                operations = read(statement)
            except KitdbError:
                continue
            for operation in operations:
                for made, name in _effects(operation):
                    yield _Mention(migration, statement.line, made, name)


def _effects(operation: op.Operation) -> Iterator[tuple[bool, QualifiedName]]:
    """The names that an operation makes (True) or takes away (False)."""
    match operation:
        case op.CreateTable(table=name, columns=columns):
            yield True, name
            yield from ((True, QualifiedName(name.name, column.name)) for column in columns)
        case op.AddColumn(table=name, column=column):
            yield True, QualifiedName(name.name, column.name)
        case op.DropColumn(table=name, column=column_name):
            yield False, QualifiedName(name.name, column_name)
        case op.CreateView(view=name) | op.CreateSequence(sequence=name) | op.CreateFunction(function=name):
            yield True, name
        case op.CreateEnum(type=name) | op.CreateType(type=name) | op.CreateDomain(domain=name):
            yield True, name
        case op.CreateSchema(schema=schema):
            yield True, QualifiedName("", schema)
        case op.DropSchema(schema=schema):
            yield False, QualifiedName("", schema)
        case (
            op.DropTable(table=name) | op.DropView(view=name) | op.DropType(type=name) | op.DropSequence(sequence=name)
        ):
            yield False, name
        case op.DropFunction(function=name):
            yield False, name
        case op.Rename(object=old, to=new, part=None):
            schema, _, name_only = old.replace('"', "").rpartition(".")
            yield False, QualifiedName(schema or "public", name_only)
            yield True, QualifiedName(schema or "public", new)
        case op.Rename(object=old, to=new, part=str(part)):
            yield False, QualifiedName(old, part)
            yield True, QualifiedName(old, new)
        case _:
            return
