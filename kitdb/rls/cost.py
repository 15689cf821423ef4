"""What policies cost: asked of the plans of statements on whole tables, as if sequential scans were to be avoided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from psycopg import sql

from kitdb.catalog.model import Catalog, Relation
from kitdb.database import Connection
from kitdb.findings import Finding
from kitdb.names import quote_identifier
from kitdb.rls.access import subject_of
from kitdb.rls.actors import Principal
from kitdb.rls.as_written import CLIENTS
from kitdb.rls.kinds import COST
from kitdb.rls.run import plans, transcript
from kitdb.rls.statements import identifier
from kitdb.rls.verdicts import finding

_PARAMETER = r"\(*(?:\((?:InitPlan|SubPlan) \d+\)\.col\d+|\$\d+|COALESCE\(NULLIF\(current_setting|\w+\.\"?\w+\"?\b)"
_NAME = r'\w+|"(?:[^"]|"")+"'
_EQUAL = re.compile(rf"(?<![\w.\"])\(?({_NAME})\)?(?:::\w+)? = {_PARAMETER}")
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
        named = dict.fromkeys(_unquoted(found) for found in _EQUAL.findall(condition))
        table = _table(catalog, relation, node, named)
        if table is not None:
            columns = ", ".join(quote_identifier(name) for name in named if table.column(name))
            below = subject if table is relation else f"{subject_of(table.name)} for {subject}"
            yield (
                f"policies read every row of {below}, for want of an index on {columns}",
                f"create index on {table.name} ({columns});",
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


def _table(catalog: Catalog, relation: Relation, node: Plan, columns: Iterable[str]) -> Relation | None:
    """What is scanned, if it has one of the columns; of two of the same name the one that the plan was asked for."""
    named = (r for r in (relation, *catalog.relations) if r.name.name == node["Relation Name"])
    return next((found for found in named if any(found.column(name) for name in columns)), None)


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
