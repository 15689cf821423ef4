"""Where a view's columns come from, and which are never null."""

from __future__ import annotations

import pytest

from kitdb.modelgen.view import ViewColumn, view_columns
from kitdb.names import QualifiedName

COLUMNS = {"a": True, "b": False, "B c": True}


def relation(name: QualifiedName) -> list[tuple[str, ViewColumn]]:
    if name.name not in ("t", "u"):
        return []
    return [(column, ViewColumn((name, column), known, known)) for column, known in COLUMNS.items()]


def said(definition: str) -> dict[str, str]:
    """Each column as "t.a!" (its origin, and ! where it is NOT NULL for that), or "-", with ~ for never null."""
    found = view_columns(definition, relation)
    return {
        name: (f"{c.origin[0].name}.{c.origin[1]}" if c.origin else "-") + ("!" if c.plain else "~" if c.never_null else "")
        for name, c in found.items()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("definition", "columns"),
    [
        (" SELECT a,\n    b AS c\n   FROM public.t;", {"a": "t.a!", "c": "t.b"}),
        (' SELECT t.a,\n    t."B c"\n   FROM public.t;', {"a": "t.a!", "B c": "t.B c!"}),
        (" SELECT x.a\n   FROM public.t x\n  WHERE x.a > 0;", {"a": "t.a!"}),
        (" SELECT count(*) AS n, 1 AS one, (x).y AS c, a + 1 AS d FROM public.t;", {"n": "-~", "one": "-~", "c": "-", "d": "-"}),
        (" SELECT COALESCE(b, a) AS x, COALESCE(b, 0) AS y, COALESCE(b) AS z FROM public.t;", {"x": "-~", "y": "-~", "z": "-"}),
        (" SELECT NULL::integer AS a, 'x'::text AS b, CURRENT_DATE AS c, CURRENT_SCHEMA AS d;", {"a": "-", "b": "-~", "c": "-~", "d": "-"}),
        (" SELECT other.count(a) AS n FROM public.t;", {"n": "-"}),
        (" SELECT ( SELECT u.a FROM public.u) AS a,\n    b\n   FROM public.t;", {"a": "-", "b": "t.b"}),
        (" SELECT 'FROM x, y' AS a,\n    b\n   FROM public.t;", {"a": "-~", "b": "t.b"}),
        (" SELECT t.a, u.a AS c FROM (public.t JOIN public.u ON true);", {"a": "t.a!", "c": "u.a!"}),
        (" SELECT t.a, u.a AS c FROM (public.t LEFT JOIN public.u ON true);", {"a": "t.a!", "c": "u.a"}),
        (" SELECT t.a, u.a AS c FROM (public.t RIGHT JOIN public.u ON true);", {"a": "t.a", "c": "u.a!"}),
        (" SELECT t.a, u.a AS c FROM (public.t FULL JOIN public.u ON true);", {"a": "t.a", "c": "u.a"}),
        (" SELECT a FROM (public.t FULL JOIN public.u USING (a));", {"a": "-"}),
        (" SELECT s.a, s.n FROM (public.t t LEFT JOIN ( SELECT u.a, count(*) AS n FROM public.u GROUP BY u.a) s ON true);", {"a": "u.a", "n": "-"}),
        (" SELECT s.x FROM ( SELECT a AS x FROM public.t) s;", {"x": "t.a!"}),
        (" SELECT s.x FROM public.t s(x, y);", {"x": "t.a!"}),
        (" WITH q AS (SELECT a FROM public.t), r(z) AS (SELECT q.a FROM q) SELECT r.z FROM r;", {"z": "t.a!"}),
        (" WITH RECURSIVE q AS (SELECT a FROM public.t UNION ALL SELECT q.a FROM q) SELECT a FROM q;", {"a": "-"}),
        (" SELECT a FROM public.t UNION SELECT b FROM public.t;", {"a": "-"}),
        (" SELECT a FROM public.t UNION ALL SELECT 1;", {"a": "-~"}),
        (" SELECT b FROM public.t EXCEPT SELECT a FROM public.t;", {"b": "-"}),
        (" SELECT a, 1 AS one FROM public.t GROUP BY ROLLUP(a);", {"a": "t.a", "one": "-"}),
        (" SELECT DISTINCT ON (a) a FROM public.t;", {"a": "t.a!"}),
        (" SELECT f.a FROM public.f() f(a);", {"a": "-"}),
        (" SELECT a FROM pg_class;", {"a": "-"}),
        (" SELECT a::bigint AS a FROM public.t;", {"a": "-"}),
        (" VALUES (1);", {}),
    ],
)  # fmt: skip
def test_columns_are_traced_as_postgres_does(definition, columns):
    assert said(definition) == columns
