"""What is probed: relations and buckets, and the rows that are in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kitdb.catalog.model import Catalog, Column, Constraint, Index, Relation, TypeRef
from kitdb.database import Connection
from kitdb.names import QualifiedName
from kitdb.rls.access import OBJECTS, Access, AccessRule, ObjectAccess, subject_of
from kitdb.rls.actors import Actor, Principal
from kitdb.rls.hints import names_in
from kitdb.rls.line import VERBS, Verb
from kitdb.rls.predicate import RowClass
from kitdb.rls.statements import Row, Writer

STRANGE_BUCKET = "kitdb-other"
"""A bucket that no specification is about: what a policy opens there, it opens everywhere."""

_PG = "pg_catalog"
_TEXT, _UUID, _JSON, _BOOL = (TypeRef(name, QualifiedName(_PG, name)) for name in ("text", "uuid", "jsonb", "bool"))


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is probed: a relation, or the objects of one bucket, with what the specification says about it."""

    relation: Relation
    access: ObjectAccess | None = None
    bucket: str | None = None
    writer: Writer = field(init=False)
    memo: dict[Any, Any] = field(init=False, default_factory=dict)  # what was expected, by what was asked

    def __post_init__(self) -> None:
        object.__setattr__(self, "writer", Writer(self.relation, self.classes, self.bucket))

    @property
    def name(self) -> str:
        return f"storage.{self.bucket}" if self.bucket else subject_of(self.relation.name)

    @property
    def classes(self) -> tuple[RowClass, ...]:
        return self.access.classes if self.access else ()

    def rules_for(self, actor: Actor, verb: Verb) -> tuple[AccessRule, ...]:
        """What the specification says of the actor and the verb."""
        key = (actor.name, verb)
        if key not in self.memo:
            self.memo[key] = self.access.rules_for(actor, verb) if self.access else ()
        found: tuple[AccessRule, ...] = self.memo[key]
        return found

    def rules_of(self, actor: Actor) -> tuple[tuple[AccessRule, ...], ...]:
        """The actor's rules, verb by verb."""
        return tuple(self.rules_for(actor, verb) for verb in VERBS) if self.access else ()

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(row_class.name for row_class in self.classes)

    def writable(self) -> list[Column]:
        """Columns that a statement may give a value to."""
        view = self.relation.kind == "view"
        return [
            c for c in self.relation.columns if not c.generated and c.identity != "always" and (not view or c.updatable)
        ]


def classify(connection: Connection, subject: Subject, principals: Sequence[Principal]) -> list[Row]:
    """Every row of the subject, with the truth of each row class for each caller, seen past all policies.

    A view may ask by itself who looks: its rows are those of every caller.
    """
    if subject.relation.kind != "view":
        return _classified(connection, subject, principals)
    rows: dict[tuple[str | None, ...], Row] = {}
    for claims in dict.fromkeys(principal.caller.claims_json() for principal in principals):
        connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
        rows |= {tuple(row.values.values()): row for row in _classified(connection, subject, principals)}
    connection.execute("select set_config('request.jwt.claims', '', true)")
    return list(rows.values())


def _classified(connection: Connection, subject: Subject, principals: Sequence[Principal]) -> list[Row]:
    names = [column.name for column in subject.relation.columns]
    writer = subject.writer
    rows = []
    for values, truths in connection.execute(writer.everything(principals).text):
        rows.append(Row(dict(zip(names, values, strict=True)), writer.named_truths(principals, truths)))
    return rows


def subjects(catalog: Catalog, access: Access, schemas: Sequence[str]) -> Iterator[Subject]:
    """Everything that the API shows, and whatever else the specification speaks of."""
    specified = {found.relation for found in access.objects if found.kind != "bucket"}
    for relation in catalog.relations:
        if relation.name in specified or (relation.name.schema in schemas and not relation.managed):
            yield Subject(relation, access.of_relation(relation.name))
    objects = objects_relation(catalog)
    for bucket in (*(bucket.id for bucket in catalog.buckets), STRANGE_BUCKET):
        yield Subject(objects, access.of_bucket(bucket), bucket)
    yield Subject(buckets_relation(catalog))


def objects_relation(catalog: Catalog) -> Relation:
    """storage.objects, as far as a client writes it; the catalog lists it only where policies are on it."""
    columns: tuple[Column, ...] = (
        Column("id", 1, _UUID, not_null=True, default="gen_random_uuid()"),
        Column("bucket_id", 2, _TEXT),
        Column("name", 3, _TEXT),
        Column("owner_id", 4, _TEXT),
        Column("metadata", 5, _JSON),
        Column("version", 6, _TEXT),
    )
    if any("owner" in names_in(f"{p.using} {p.with_check}") for p in catalog.policies() if p.table == OBJECTS):
        # older than owner_id; Storage still fills it
        columns = (*columns, Column("owner", 7, _UUID))
    return _storage(catalog, "objects", columns, ("bucket_id", "name"))


def buckets_relation(catalog: Catalog) -> Relation:
    """storage.buckets: whoever may change a row of it can make a bucket public."""
    columns = (
        Column("id", 1, _TEXT, not_null=True),
        Column("name", 2, _TEXT, not_null=True),
        Column("public", 3, _BOOL, default="false"),
    )
    return _storage(catalog, "buckets", columns, ("name",))


def _storage(catalog: Catalog, name: str, columns: tuple[Column, ...], unique: tuple[str, ...]) -> Relation:
    full = QualifiedName("storage", name)
    known = catalog.by_name.get(full)
    return Relation(
        full,
        "table",
        "supabase_storage_admin",
        columns,
        (Constraint(f"{name}_pkey", full, "primary key", "PRIMARY KEY (id)", ("id",)),),
        (
            Index(f"{name}_pkey", full, "", ("id",), unique=True, primary=True),
            Index(f"{name}_name", full, "", unique, unique=True),
        ),
        known.policies if known else (),
        known.triggers if known else (),
        row_level_security=True,
        managed=True,
    )


def object_names(
    principals: Iterable[Principal], prefix: str = "", folders: Iterable[tuple[str, ...]] = ()
) -> Iterator[tuple[str, str | None]]:
    """Names of storage objects and their owners, those among them that a careless check lets through.

    Every other owner's is of another kind, since a policy may look at the extension. One in each of the `folders` too,
    which is that user's whom it names, or the second's.
    """
    owners = [p.uid for p in principals if p.uid and p.owns]
    yield from ((f"{uid}/{prefix}a.{('png', 'pdf')[number % 2]}", uid) for number, uid in enumerate(owners))
    first, second = (*owners, "nobody", "nobody")[:2]
    yield f"{second}/{first}/{prefix}nested.png", second
    yield f"{first}-x/{prefix}beside.png", second
    yield f"{first[:8]}/{prefix}short.png", second
    yield f"public/{prefix}b.png", second
    yield f"{prefix}root.png", None
    for folder in folders:
        yield f"{'/'.join(folder)}/{prefix}c.png", next((uid for uid in owners if uid in folder), second)


__all__ = ["OBJECTS", "STRANGE_BUCKET", "Row", "Subject", "classify", "object_names", "objects_relation", "subjects"]
