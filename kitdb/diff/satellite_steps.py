"""The steps for comments, owners and privileges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from kitdb.catalog.model import Constraint, Sequence
from kitdb.catalog.structure import ObjectId
from kitdb.diff import render
from kitdb.diff.change import Change
from kitdb.diff.privileges import default_privilege_changes, grant_changes
from kitdb.diff.render import q
from kitdb.diff.state import State, Thing, member_id, relation_id
from kitdb.diff.steps import Step
from kitdb.diff.work import COMMENT, DEFAULTS, GRANT, OWN_COMMENT, OWNER, Work
from kitdb.names import QualifiedName


@dataclass
class SatelliteSteps:
    """`granted` is the state without these privileges; where it is None, none is changed."""

    change: Change
    work: Work
    granted: State | None
    owners: dict[int, dict[str, ObjectId]] = field(default_factory=dict)

    def add(self) -> None:
        for identity, text in self.change.new.comments.items():
            if self._commented(identity) != text:
                self._comment(identity, text)
        for identity in self.change.old.comments:
            if identity not in self.change.new.comments and self._survives(identity):
                self._comment(identity, None)
        rights = {self._satellite(identity, sql, GRANT) for identity, sql in self._grants_on_lasting_schemas()}
        for identity, owner in self.change.new.owners.items():
            if identity not in self.change.new.objects or self.change.is_implied(
                self.change.new, identity, self.change.new.objects[identity]
            ):
                continue
            known = self._owner_before(identity)
            if known is not None and known != owner and not _owned_elsewhere(self.change.new.objects[identity]):
                what = render.described(identity, self.change.new.objects[identity])
                number = self._satellite(identity, f"alter {what} owner to {q(owner)}", OWNER)
                # The new owner needs to have the right to make objects there.
                self.work.steps[number].after |= rights
        # First, so that what is new is granted what the declared schema grants it.
        for schema, sql in default_privilege_changes(self.change.old.catalog, self.change.new.catalog):
            number = self.work.add(Step("alter", ObjectId("default privilege", sql), [sql], DEFAULTS))
            maker = self.work.makers.get(ObjectId("schema", q(schema))) if schema else None
            self.work.steps[number].after |= {maker} if maker is not None else set()
        if self.granted is not None:
            for identity, sql in grant_changes(self.granted.catalog, self.change.new.catalog):
                if identity.kind != "schema" or identity.name not in self._lasting_schemas:
                    self._satellite(identity, sql, GRANT)

    @cached_property
    def _lasting_schemas(self) -> set[str]:
        owners = {schema.name: schema.owner for schema in self.change.old.catalog.schemas}
        return {q(one.name) for one in self.change.new.catalog.schemas if owners.get(one.name) == one.owner}

    def _grants_on_lasting_schemas(self) -> Iterator[tuple[ObjectId, str]]:
        """What does not depend on anything else that the plan does, and is needed by owners to be."""
        before, after = (
            replace(catalog, grants=tuple(
                grant for grant in catalog.grants if grant.kind == "schema" and grant.object in self._lasting_schemas
            ))
            for catalog in (self.change.old.catalog, self.change.new.catalog)
        )  # fmt: skip
        return grant_changes(before, after)

    def _owner_before(self, identity: ObjectId) -> str | None:
        """The owner that the object has before its own step, where that is known."""
        if self._survives(identity):
            return self.change.old.owners.get(identity)
        return self.granted.owners.get(identity) if self.granted else None

    def _comment(self, identity: ObjectId, text: str | None) -> None:
        thing = self._named(identity)
        domain = isinstance(thing, Constraint) and thing.on in self.change.new.catalog.type_by_name
        self._satellite(identity, render.comment_on(identity, thing, text, domain=domain), COMMENT)

    def _commented(self, identity: ObjectId) -> str | None:
        """The comment that the object has before its own step."""
        if identity.kind == "extension" and identity not in self.change.old.objects:
            return self.change.new.comments[identity]
        return self.change.old.comments.get(identity) if self._survives(identity) else None

    def _survives(self, identity: ObjectId) -> bool:
        if identity in self.change.old.objects:
            return self.change.stays(identity) and identity not in self.change.swapped
        owner = self._owner_of_part(identity)
        return owner is None or (self.change.stays(owner) and owner not in self.change.swapped)

    def _owner_of_part(self, identity: ObjectId) -> ObjectId | None:
        """The view, type or table that a column without a step of its own belongs to."""
        owner = identity.name.rpartition(".")[0]
        return self._owners_in(self.change.old).get(owner)

    def _owners_in(self, state: State) -> dict[str, ObjectId]:
        """What has columns or attributes, by its name."""
        if id(state) not in self.owners:
            self.owners[id(state)] = {str(r.name): relation_id(r) for r in state.catalog.relations} | {
                str(type_.name): ObjectId("type", str(type_.name)) for type_ in state.catalog.types
            }
        return self.owners[id(state)]

    def _named(self, identity: ObjectId) -> object:
        thing = self.change.new.objects.get(identity) or self.change.old.objects.get(identity)
        if thing is None and identity.kind in ("index", "constraint"):
            return None
        return thing

    def _satellite(self, identity: ObjectId, sql: str, weight: int) -> int:
        home = self.change.home(identity) if identity in self.change.new.objects else identity
        if identity.kind == "column":
            home = self._owners_in(self.change.new).get(identity.name.rpartition(".")[0], home)
        shown = sql.replace(" on attribute ", " on column ", 1) if identity.kind == "attribute" else sql
        own = weight == COMMENT and identity == home
        number = self.work.add(Step("alter", identity, [shown], OWN_COMMENT if own else weight, home))
        for wanted in (identity, home):
            maker = self.work.makers.get(wanted) if wanted else None
            if maker is not None and maker != number:
                self.work.steps[number].after.add(maker)
                if self.work.steps[maker].segment != "main":
                    self.work.steps[number].segment = self.work.steps[maker].segment
        if identity.kind == "index":
            self._after_its_constraint(identity, number)
        return number

    def _after_its_constraint(self, identity: ObjectId, number: int) -> None:
        """A comment on the index of a key waits for the key."""
        for relation in self.change.new.catalog.relations:
            for index in relation.indexes:
                if index.constraint and identity.name == str(QualifiedName(relation.name.schema, index.name)):
                    maker = self.work.makers.get(member_id("constraint", relation.name, index.constraint))
                    self.work.steps[number].after |= {maker} if maker is not None else set()


def _owned_elsewhere(thing: Thing) -> bool:
    """A sequence that belongs to a column follows its table."""
    return isinstance(thing, Sequence) and thing.owned_by is not None
