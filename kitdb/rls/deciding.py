"""What decides about a request: the policies of its table, command and role, and where they are written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kitdb.catalog.model import Catalog, Policy, Relation
from kitdb.errors import Place
from kitdb.findings import Finding
from kitdb.names import QualifiedName
from kitdb.rls.access import OBJECTS, Access, subject_of
from kitdb.rls.matrix import Cell, Command, Matrix
from kitdb.sql.written import Written

_POLICY_COMMANDS: dict[Command, tuple[str, ...]] = {
    "select": ("select", "all"),
    "insert": ("insert", "all"),
    "update": ("update", "all"),
    "delete": ("delete", "all"),
    "upsert": ("insert", "update", "all"),
}


@dataclass(frozen=True, slots=True)
class Deciding:
    """Finds the policies behind a cell or a finding."""

    catalog: Catalog
    access: Access
    written: Written

    def relation(self, subject: str) -> Relation | None:
        """The table or view that cells call so; that of a bucket is storage.objects."""
        found = next((r for r in self.catalog.relations if subject_of(r.name) == subject), None)
        if found is None and subject.startswith("storage."):
            return self.catalog.by_name.get(OBJECTS)
        return found

    def policies(self, subject: str, command: Command, role: str) -> tuple[Policy, ...]:
        """The policies that Postgres asks when the role sends the command."""
        relation = self.relation(subject)
        if relation is None or not relation.row_level_security:
            return ()
        roles = {"public", role, *roles_above(self.catalog, role)}
        commands = _POLICY_COMMANDS.get(command, ())
        return tuple(p for p in relation.policies if p.command in commands and roles & set(p.roles))

    def place(self, policy: Policy) -> Place | None:
        return self.written.policies.get((policy.table, policy.name))

    def located(self, matrix: Matrix) -> tuple[Finding, ...]:
        """The findings at the policy that lets in or keeps out, else at the table; the others stay at the rule.

        Of several policies it is the one that alone lets it through, or was written last; `help` names all of them.
        """
        shown: dict[tuple[str | None, str | None], Cell] = {
            (cell.object, cell.evidence): cell for cell in matrix.cells if cell.evidence
        }
        return tuple(self._located(one, shown.get((one.subject, one.evidence))) for one in matrix.findings)

    def _located(self, finding: Finding, cell: Cell | None) -> Finding:
        if cell is None:
            return finding if finding.place else replace(finding, place=self._of_object(finding))
        if cell.command == "execute":
            return finding
        role = next((actor.role for actor in self.access.actors if actor.name == cell.actor), cell.actor)
        policies = [
            policy
            for policy in self.policies(cell.object, cell.command, role)
            if policy.permissive or cell.verdict != "leak"  # a restrictive policy lets nobody in
        ]
        told = [policy for policy in policies if f"(policy {policy.name} on " in finding.message]
        places = [place for policy in told or policies if (place := self.place(policy))]
        relation = self.relation(cell.object)
        made = self.written.relations.get(relation.name) if relation else None
        place = max(places, key=lambda place: (place.path, place.line or 0), default=made)
        rule = f" The specification: {finding.place}." if finding.place and place else ""
        return replace(finding, place=place or finding.place, help=f"{finding.help}{self._named(policies)}{rule}")

    def _of_object(self, finding: Finding) -> Place | None:
        """The policy that the finding names or is about, else what made the object."""
        subject = finding.subject or ""
        if "(" in subject:
            named = subject.partition("(")[0].split(".")
            return self.written.functions.get(QualifiedName(named[-2] if len(named) > 1 else "public", named[-1]))
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
        return max(places, key=lambda place: (place.path, place.line or 0), default=made)

    def _named(self, policies: list[Policy]) -> str:
        if not policies:
            return " No policy decides about it."
        named = [f"{policy.name} ({place})" if (place := self.place(policy)) else policy.name for policy in policies]
        return f" Decided by {'policy' if len(named) == 1 else 'policies'} {', '.join(named)}."


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
