"""Whether the API reaches the tables at all: what the project grants by itself, and what it leaves to the platform."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kitdb.catalog.model import Catalog, Relation
from kitdb.findings import Finding
from kitdb.rls.access import subject_of
from kitdb.rls.kinds import ASSUMED, UNREACHED
from kitdb.rls.verdicts import finding

_CLIENTS = ("public", "anon", "authenticated")
_ROWS = ("select", "insert", "update", "delete")


def tables(catalog: Catalog, schemas: Sequence[str]) -> list[Relation]:
    """The project's tables in the exposed schemas."""
    kinds = ("table", "partitioned table")
    return [r for r in catalog.relations if r.name.schema in schemas and r.kind in kinds and not r.managed]


def grants_nothing(
    catalog: Catalog, schemas: Sequence[str], roles: Sequence[str] = (*_CLIENTS, "service_role")
) -> bool:
    """Whether there are tables, and no table or view of the exposed schemas is granted to a role of the API."""
    names = {str(r.name) for r in catalog.relations if r.name.schema in schemas and not r.managed}
    granted = any(
        grant.object in names and grant.grantee in roles and grant.privilege.lower() in _ROWS
        for grant in catalog.grants
    )
    return not granted and bool(tables(catalog, schemas))


def assumed(count: int) -> Finding:
    """That nobody chose the regime, and that the one that shows most was taken."""
    noun = "the table is not" if count == 1 else f"none of the {count} tables is"
    told = f"exposure legacy: {noun} granted explicitly, so the platform is taken to grant what is new to everybody"
    return finding(ASSUMED, told, "exposure")


def unreached(catalog: Catalog, schemas: Sequence[str]) -> Iterator[Finding]:
    """Tables with policies of which none is granted to a client: no request was more than refused."""
    names = [subject_of(r.name) for r in tables(catalog, schemas) if r.policies]
    if names and grants_nothing(catalog, schemas, _CLIENTS):
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        told = f"no table reaches the API: neither anon nor authenticated is granted {', '.join(names[:3])}{more}"
        yield finding(UNREACHED, told, names[0])
