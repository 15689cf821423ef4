"""What policies cost: asked of the plans of statements on whole tables, as if sequential scans were to be avoided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from psycopg import sql

from kitdb.catalog.model import Catalog, Relation
from kitdb.database import Connection
from kitdb.findings import Finding
from kitdb.rls.access import subject_of
from kitdb.rls.actors import Principal
from kitdb.rls.as_written import CLIENTS
from kitdb.rls.kinds import COST
from kitdb.rls.run import plans, transcript
from kitdb.rls.statements import identifier
from kitdb.rls.verdicts import finding

_PARAMETER = r"\(*(?:\((?:InitPlan|SubPlan) \d+\)\.col\d+|\$\d+|COALESCE\(NULLIF\(current_setting|\w+\.\"?\w+\"?\b)"
_EQUAL = re.compile(rf"(?<![\w.])\(?\"?(\w+)\"?\)?(?:::\w+)? = {_PARAMETER}")
_SUB = "request.jwt.claim.sub"
_SETUP = ("set local enable_seqscan = off;",)

Plan = Mapping[str, Any]


def costs(
    connection: Connection, catalog: Catalog, relation: Relation, principals: Sequence[Principal]
) -> Iterator[Finding]:
    """What the table's policies do for every row that one statement looks at, and where no index helps them.

    Told by EXPLAIN, with `enable_seqscan` off: what is scanned even so has no index that would serve.
    """
    told: dict[str, tuple[str, str]] = {}
    callers = {p.caller.role: p.caller for p in reversed(principals) if p.caller.role in CLIENTS}
    asked = [(callers[role], text) for role in CLIENTS if role in callers for text in _statements(relation)]
    for (caller, text), found in zip(asked, plans(connection, asked), strict=True):
        for message, help_ in _wrong(catalog, relation, found[0]["Plan"]) if found else ():
            told.setdefault(message, (help_, transcript(caller, f"explain (costs off) {text}", _SETUP)))
    for message, (help_, shown) in told.items():
        yield finding(COST, message, subject_of(relation.name), None, shown, help=help_)


def _statements(relation: Relation) -> Iterator[str]:
    """One for each command that policies of the table are about."""
    table = identifier(relation.name).as_string()
    commands = {policy.command for policy in relation.policies}
    plain = next((c.name for c in relation.columns if not c.generated and c.identity != "always"), None)
    if commands & {"select", "all"}:
        yield f"select 1 from {table}"  # noqa: S608  # quoted
    if commands & {"update", "all"} and plain:
        name = sql.Identifier(plain).as_string()
        yield f"update {table} set {name} = {name}"  # noqa: S608  # quoted
    if commands & {"delete", "all"}:
        yield f"delete from {table}"  # noqa: S608  # quoted


def _wrong(catalog: Catalog, relation: Relation, plan: Plan) -> Iterator[tuple[str, str]]:
    subject = subject_of(relation.name)
    for node in _nodes(plan):
        condition = str(node.get("Filter", ""))
        if asked := _asked(catalog, condition):
            again = f"policies on {subject} work out {asked} for every row"
            yield again, f"Write (select {asked}) in the policy: it is then worked out once."
        if node["Node Type"] != "Seq Scan" or " OR " in condition:
            continue
        columns = [name for name in dict.fromkeys(_EQUAL.findall(condition)) if _has(catalog, node, name)]
        if columns:
            table = node["Relation Name"]
            below = subject if table == relation.name.name else f"{table} for {subject}"
            yield (
                f"policies read every row of {below}, for want of an index on {', '.join(columns)}",
                f"create index on {table} ({', '.join(columns)})",
            )


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _asked(catalog: Catalog, condition: str) -> str:
    """What the condition asks anew for each row although no column is in it."""
    if "current_setting(" in condition:
        return "auth.uid()" if _SUB in condition else "auth.jwt()"
    for routine in catalog.routines:
        name = routine.name
        if not routine.arguments and re.search(rf"(?<![\w.])(?:{re.escape(name.schema)}\.)?{name.name}\(\)", condition):
            return f"{name.name}()" if name.schema == "public" else f"{name}()"
    return ""


def _has(catalog: Catalog, node: Plan, column: str) -> bool:
    return any(r.name.name == node["Relation Name"] and r.column(column) is not None for r in catalog.relations)
