"""A run of check-rls put together by hand, with names that try to be more than names."""

from __future__ import annotations

import io
from dataclasses import replace

from kitdb.catalog.model import Catalog, Policy, Relation
from kitdb.errors import Place
from kitdb.findings import Finding
from kitdb.names import QualifiedName
from kitdb.report import access
from kitdb.report.access_view import AccessView
from kitdb.rls.access import parse_access
from kitdb.rls.matrix import Cell, Matrix, NotCovered
from kitdb.sql.written import written

HOSTILE = '</script><img src=x onerror="x()">\u202e\'{{data}}'
TABLE = str(QualifiedName("", HOSTILE)).partition(".")[2]
MIGRATION = f"""create table notes (id int, owner_id uuid, body text);

create policy "read {HOSTILE.replace('"', '""')}" on notes for select to authenticated
  using (true);
create table {TABLE} (id int);
"""
SPECIFICATION = """
[tables.notes]
rows.own = "owner_id = :uid"
allow = ["user: select own", "user: update(body) own -> own"]
"""
EVIDENCE = "begin;\nset local role authenticated;\nselect 'ö' from notes;\nrollback;"


def cell(actor: str, command: str, verdict: str = "ok", **changes: object) -> Cell:
    allowed = {"ok": ("denied", "refused"), "leak": ("denied", "allowed"), "denied": ("allowed", "no rows")}
    expected, actual = allowed.get(verdict, ("denied", "undecided"))
    made = Cell(actor, "notes", command, (), "other", None, expected, actual, verdict, 3, "ada", request="select 1")  # type: ignore[arg-type]
    return replace(made, **changes)  # type: ignore[arg-type]


CELLS = (
    cell("user", "select", rows="own", expected="allowed", actual="allowed", place=Place("access.toml", 4, 10)),
    cell("user", "select", "leak", evidence=EVIDENCE),
    cell("user", "update", rows="own", columns=("body",), expected="allowed", actual="allowed"),
    cell("user", "update", rows="every row", columns=("owner_id",)),
    cell("user", "delete", "undecided", detail="a trigger raised"),
    cell("anon", "select"),
    cell("anon", "insert", object=TABLE, rows="every row", columns=(HOSTILE,)),
)
FINDINGS = (
    Finding("KD801", "leak", "error", "user can select notes, rows: other", Place("access.toml", 2, 1), "notes",
            "Narrow the policy.", EVIDENCE),
    Finding("KD805", "excess-privilege", "warning", f"anon may truncate {HOSTILE}", None, TABLE),
)  # fmt: skip


def view(cells: tuple[Cell, ...] = CELLS, findings: tuple[Finding, ...] = FINDINGS) -> AccessView:
    name = QualifiedName("public", "notes")
    policy = Policy(f"read {HOSTILE}", name, "select", True, ("authenticated",), "true", None)
    relations = (
        Relation(name, "table", "postgres", policies=(policy,), row_level_security=True),
        Relation(QualifiedName("public", HOSTILE), "table", "postgres"),
    )
    return AccessView(
        Matrix(cells, findings, (NotCovered(f"user delete {HOSTILE}", "a trigger raised"),)),
        parse_access(SPECIFICATION),
        Catalog(18, relations=relations),
        written([("supabase/migrations/1_notes.sql", MIGRATION)]),
        "Postgres 18.6 (embedded)",
        1.5,
    )


def text(form: str, shown: AccessView | None = None) -> str:
    out = io.StringIO()
    access.write(shown or view(), form, out)
    return out.getvalue()
