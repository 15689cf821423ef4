"""What decides about a request: the policies of its table, command and role, and where they are written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from kitdb.catalog.model import Catalog, Policy, Relation, Routine
from kitdb.errors import Place
from kitdb.findings import Finding
from kitdb.names import quote_identifier
from kitdb.rls.access import OBJECTS, Access, signature_of, subject_of
from kitdb.rls.kinds import BUCKET
from kitdb.rls.matrix import Cell, Command, Matrix
from kitdb.sql.written import Written

_POLICY_COMMANDS: dict[Command, tuple[str, ...]] = {
    "select": ("select", "all"),
    "insert": ("insert", "all"),
    "update": ("update", "all"),
    "delete": ("delete", "all"),
    "upsert": ("insert", "update", "all"),
}


@dataclass(frozen=True)
class Deciding:
    """Finds the policies behind a cell or a finding."""

    catalog: Catalog
    access: Access
    written: Written

    def relation(self, subject: str) -> Relation | None:
        """The table or view that cells call so; that of a bucket is storage.objects."""
        found = self._relations.get(subject)
        if found is None and subject.startswith("storage."):
            return self.catalog.by_name.get(OBJECTS)
        return found

    @cached_property
    def _relations(self) -> dict[str, Relation]:
        return {subject_of(relation.name): relation for relation in self.catalog.relations}

    def policies(self, subject: str, command: Command, role: str) -> tuple[Policy, ...]:
        """The policies that Postgres asks when the role sends the command."""
        relation = self.relation(subject)
        if relation is None or not relation.row_level_security:
            return ()
        roles = self.roles(role)
        commands = _POLICY_COMMANDS.get(command, ())
        return tuple(p for p in relation.policies if p.command in commands and roles & set(p.roles))

    def roles(self, role: str) -> frozenset[str]:
        """The roles whose grants and policies count for the role."""
        if role not in self._known_roles:
            self._known_roles[role] = roles_above(self.catalog, role) | {"public", role}
        return self._known_roles[role]

    @cached_property
    def _known_roles(self) -> dict[str, frozenset[str]]:
        return {}

    def place(self, policy: Policy) -> Place | None:
        return self.written.policies.get((policy.table, policy.name))

    def located(self, matrix: Matrix) -> tuple[Finding, ...]:
        """The findings at the policy that lets in or keeps out, else at the table; the others stay at the rule.

        Of several policies it is the one that alone lets it through, or was written last; `help` names all of them.
        """
        shown: dict[tuple[str | None, str | None], Cell] = {
            (cell.object, cell.evidence): cell for cell in matrix.cells if cell.evidence
        }
        within = {_row(cell) for cell in matrix.cells if (cell.verdict, cell.actual) == ("ok", "allowed")}
        return tuple(self._located(one, shown.get((one.subject, one.evidence)), within) for one in matrix.findings)

    def _located(self, finding: Finding, cell: Cell | None, within: Collection[object]) -> Finding:
        if finding.code == BUCKET.code:
            bucket = (finding.subject or "").removeprefix("storage.")
            return _moved(finding, self.written.bucket(bucket))
        if cell is None:
            return finding if finding.place else replace(finding, place=self._of_object(finding))
        role = next((actor.role for actor in self.access.actors if actor.name == cell.actor), cell.actor)
        if cell.command == "execute":
            return self._called(finding, cell, role)
        if cell.verdict == "leak" and cell.columns and _row(cell) in within and (grant := self._granted(cell, role)):
            # the row is within reach anyhow: it is the column that is too much, of which policies know nothing
            named = f"{cell.command} ({', '.join(map(quote_identifier, cell.columns))}) to {grant[0]}"
            return _moved(replace(finding, help=f"{finding.help} The grant of its own: {named}."), grant[1])
        policies = [
            policy
            for policy in self.policies(cell.object, cell.command, role)
            if policy.permissive or cell.verdict != "leak"  # a restrictive policy lets nobody in
        ]
        told = [policy for policy in policies if f"(policy {policy.name} on " in finding.message]
        places = [place for policy in told or policies if (place := self.place(policy))]
        relation = self.relation(cell.object)
        made = self.written.relations.get(relation.name) if relation else None
        place = max(places, key=_order, default=made)
        return _moved(replace(finding, help=f"{finding.help}{self._named(policies)}"), place)

    def _called(self, finding: Finding, cell: Cell, role: str) -> Finding:
        """The finding at the function, or at a later grant by which it can be called."""
        routine = self._routine(cell.object)
        if routine is None:
            return finding
        places = [place for place in (self.written.functions.get(routine.name),) if place]
        if cell.verdict == "leak":
            grant = self.written.grant(routine.name, "execute", self.roles(role), called=routine.signature)
            places += [grant] if grant else []
        return _moved(finding, max(places, key=_order, default=None))

    def _routine(self, signature: str) -> Routine | None:
        return next((routine for routine in self.catalog.routines if signature_of(routine) == signature), None)

    def _granted(self, cell: Cell, role: str) -> tuple[str, Place] | None:
        """Who holds the column by a grant of its own, and not by the table's, and where that is written."""
        relation = self.relation(cell.object)
        if relation is None:
            return None
        roles, name = self.roles(role), str(relation.name)
        held = [g for g in self.catalog.grants if (g.object, g.privilege.lower()) == (name, cell.command)]
        mine = [grant for grant in held if grant.grantee in roles]
        if not mine or any(grant.column is None for grant in mine):
            return None
        for grant in mine:
            if grant.column in cell.columns:
                place = self.written.grant(relation.name, cell.command, roles, grant.column)
                return (grant.grantee, place) if place else None
        return None

    def _of_object(self, finding: Finding) -> Place | None:
        """The policy that the finding names or is about, else what made the object."""
        subject = finding.subject or ""
        if "(" in subject:
            routine = self._routine(subject)
            return self.written.functions.get(routine.name) if routine else None
        relation = self.relation(subject)
        if relation is None:
            return None
        about = [policy for policy in relation.policies if f"policy {policy.name} on {subject} " in finding.message]
        command = next((command for command in _POLICY_COMMANDS if f" can {command} " in finding.message), None)
        if command and not about:
            role = "anon" if finding.message.startswith("anon ") else "authenticated"
            about = [policy for policy in self.policies(subject, command, role) if policy.permissive]
        places = [place for policy in about if (place := self.place(policy))]
        made = self.written.relations.get(relation.name)
        return max(places, key=_order, default=made)

    def _named(self, policies: list[Policy]) -> str:
        if not policies:
            return " No policy decides about it."
        named = [f"{policy.name} ({place})" if (place := self.place(policy)) else policy.name for policy in policies]
        return f" Decided by {'policy' if len(named) == 1 else 'policies'} {', '.join(named)}."


def _order(place: Place) -> tuple[str, int]:
    return place.path, place.line or 0


def _moved(finding: Finding, place: Place | None) -> Finding:
    """The finding at the place, where there is one; that in the specification is named then."""
    if place is None:
        return finding
    rule = f" The specification: {finding.place}." if finding.place else ""
    return replace(finding, place=place, help=f"{finding.help}{rule}")


def _row(cell: Cell) -> object:
    """The rows that a cell is about, as the one caller reaches them by the one command."""
    return cell.actor, cell.object, cell.command, cell.rows if cell.command != "insert" else cell.after


def roles_above(catalog: Catalog, role: str) -> frozenset[str]:
    """The roles that the role is a member of, and so on upwards."""
    known = {found.name: found for found in catalog.roles}
    seen: set[str] = set()
    waiting = [role]
    while waiting:
        found = known.get(waiting.pop())
        above = set(found.member_of) - seen if found else set()
        seen |= above
        waiting += above
    return frozenset(seen)
