from __future__ import annotations

import io
import json

import fastjsonschema
import pytest
from shown import text

from kitdb import report
from kitdb.errors import Place
from kitdb.findings import Finding, Result
from kitdb.lint.run import lint_text
from tests.sarif import assert_valid, needs_schema

pytestmark = needs_schema

# A place in a file, one in a database, evidence, a note, names that have to be escaped, nothing at all.
RESULTS = (
    lint_text('drop table "x<y>ö";\nselect \'a', "supabase/migrations/1_ä b.sql"),
    Result(
        "database",
        (
            Finding("KD401", "table-without-rls", "error", "public.t\x1b is open", None, "public.t"),
            Finding("KD104", "index-not-concurrent", "info", "m", Place("a.sql", 1, 1), "t", "Do.", "lock: x"),
        ),
    ),
    Result("c.sql", notes=("line 1: not checked",)),
)


def lint_sarif(results=RESULTS):
    out = io.StringIO()
    report.write(results, "sarif", noun="file", out=out)
    return out.getvalue()


@pytest.mark.parametrize("document", [lint_sarif(), lint_sarif(()), text("sarif")], ids=["lint", "empty", "check-rls"])
def test_what_is_written_is_valid_sarif(document):
    assert_valid(document)


def test_the_schema_refuses_what_is_no_sarif():
    document = json.loads(lint_sarif())
    document["runs"][0]["results"][0]["level"] = "terrible"

    with pytest.raises(fastjsonschema.JsonSchemaException, match="level"):
        assert_valid(json.dumps(document))
