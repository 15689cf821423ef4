"""Columns: secrets among them that somebody else reads, and grants of some that a grant of all makes void."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kitdb.catalog.model import Catalog, Column
from kitdb.findings import Finding
from kitdb.names import quote_identifier
from kitdb.rls.access import subject_of
from kitdb.rls.as_written import CLIENTS
from kitdb.rls.check import Seen
from kitdb.rls.infer import worked
from kitdb.rls.judge import Decision
from kitdb.rls.kinds import SECRET, VOID_GRANT
from kitdb.rls.secrets import is_for_machines
from kitdb.rls.verdicts import finding

_PRIVILEGES = ("select", "insert", "update")


def secrets_read(
    subject: str,
    secrets: Sequence[Column],
    mine: Sequence[Seen],
    is_unrelated: Callable[[Decision], bool],
    evidence: Callable[[Seen, Decision], str | None],
) -> Iterator[Finding]:
    """Secrets in rows that are none of the reader's business, or that it shares with others and may not change."""
    for column in secrets:
        reads = [(part, decision) for part in mine for decision in _reads(part, column)]
        shown = {part.actor.name: (part, d) for part, d in reads if is_unrelated(d)}
        shared = _of_members(column, mine, reads)
        if shown:
            message = f"{' and '.join(shown)} can select {subject}.{column.name} of rows that are none of theirs"
            yield finding(SECRET, message, subject, None, evidence(*next(iter(shown.values()))))
        elif shared:
            message = f"user can select {subject}.{column.name} of rows that it may not change, as others may"
            yield finding(SECRET, message, subject, None, evidence(*shared))


def _reads(part: Seen, column: Column) -> Iterator[Decision]:
    if part.actor.name in CLIENTS.values() and column.name in part.held.select:
        for decision in part.decisions:
            plain = (decision.command, decision.columns, decision.actual) == ("select", (), "allowed")
            if plain and (decision.row or {}).get(column.name) is not None:
                yield decision


def _of_members(
    column: Column, mine: Sequence[Seen], reads: Sequence[tuple[Seen, Decision]]
) -> tuple[Seen, Decision] | None:
    """A secret read by whoever is not named in the row and cannot change it, where somebody can change some."""
    tries = [d for part in mine if part.actor.role == "authenticated" for d in part.decisions if d.command == "update"]
    changed = {(id(d.row), d.principal.name) for d in tries if worked(d)}
    kept = {(id(d.row), d.principal.name) for d in tries if worked(d) is False} - changed
    for part, d in reads if changed and is_for_machines(column) else ():
        if (id(d.row), d.principal.name) in kept and d.principal.uid not in (d.row or {}).values():
            return part, d
    return None


def void_grants(catalog: Catalog, schemas: Sequence[str]) -> Iterator[Finding]:
    """Grants of columns to clients who hold the whole table: all of its columns are theirs."""
    of_columns: dict[tuple[str, str, str], list[str]] = {}
    whole = {(g.object, g.privilege, g.grantee) for g in catalog.grants if g.kind == "table"}
    for grant in catalog.grants:
        if grant.kind == "column" and grant.column and grant.privilege in _PRIVILEGES and grant.grantee in CLIENTS:
            of_columns.setdefault((grant.object, grant.privilege, grant.grantee), []).append(grant.column)
    relations = {str(relation.name): relation for relation in catalog.relations if relation.name.schema in schemas}
    for (table, privilege, role), names in of_columns.items():
        relation = relations.get(table)
        through = next((r for r in (role, "public") if (table, privilege, r) in whole), None)
        others = [c.name for c in relation.columns if c.name not in names] if relation else []
        if relation is None or through is None or not others:
            continue
        verb, subject = privilege, subject_of(relation.name)
        told = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
        message = (
            f"{verb} on columns of {subject} is granted to {role}, and on the whole table to {through}:"
            f" so it holds {told} as well"
        )
        revoke = f"revoke {verb} on {table} from {through};\ngrant {verb} ({', '.join(map(quote_identifier, names))})"
        yield finding(VOID_GRANT, message, subject, None, f"{revoke} on {table} to {role};")
