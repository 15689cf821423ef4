from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import AlterDefaultPrivileges, Grant, Operation


@rule(
    "KD415",
    help="Grant the privileges that are needed, on the tables that need them.",
    severity="warning",
    on=(AlterDefaultPrivileges, Grant),
)
def grant_too_wide(operation: Operation, _script: Script) -> Iterator[Problem]:
    """Privileges are handed out by the handful.

    ALL holds TRUNCATE, which no policy holds back; ALL TABLES holds those that were not thought of; default privileges
    hold those that are yet to come.

    Bad:

        grant all on task to anon;

    Bad:

        grant select on all tables in schema public to anon;

    Bad:

        alter default privileges in schema public grant all on tables to anon;

    Good:

        grant select on task to anon;

    Good:

        grant all on task to service_role;

    Good:

        grant usage on schema app to anon, authenticated;
    """
    match operation:
        case Grant(privileges, kind, objects, grantees) if who := _clients(grantees):
            if kind.startswith("all ") and "tables" in kind:
                yield Problem(f"{who} gets a privilege on all tables in {', '.join(objects)}, whatever they are")
            elif kind == "table" and any(privilege.name == "all" for privilege in privileges):
                yield Problem(f"{who} gets all privileges on {', '.join(objects)}, TRUNCATE among them", objects[0])
        case AlterDefaultPrivileges(Grant(_, "table", _, grantees), _, schemas) if who := _clients(grantees):
            where = f"in {', '.join(schemas)}" if schemas else "in every schema"
            yield Problem(f"{who} gets privileges on every table yet to be made {where}")


def _clients(grantees: tuple[str, ...]) -> str:
    return ", ".join(role for role in grantees if role in ("anon", "public"))
