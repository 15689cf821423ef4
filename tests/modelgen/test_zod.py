"""The Zod schemas: they compile, and judge a payload as pydantic and Postgres do."""

from __future__ import annotations

import json

import pytest

from kitdb.modelgen.spec import model_spec
from kitdb.modelgen.zod import zod_models
from tests.modelgen.node import NODE, compile_strictly, format_as_the_cli, needs_npm, run, transpile
from tests.modelgen.test_hostile import catalog as hostile_catalog
from tests.modelgen.test_wires import (
    CASES,
    CHECKED,
    DOMAINS,
    FILLED,
    REQUIRED,
    TOGETHER,
    insert_value,
    refused_by_database,
    refused_by_model,
)

pytestmark = needs_npm

# The payload goes back as well: JavaScript may have read its numbers with fewer digits.
SCRIPT = """
import { readFileSync } from "node:fs"
import * as schemas from MODULE
for (const [schema, payload] of JSON.parse(readFileSync(0, "utf8"))) {
  const found = schemas[schema].safeParse(payload)
  console.log(JSON.stringify(found.success ? [true, found.data, payload] : [false, found.error.issues, payload]))
}
"""


@pytest.fixture(scope="module")
def folder(catalog, tmp_path_factory):
    folder = tmp_path_factory.mktemp("zod")
    (folder / "made.ts").write_text(zod_models(model_spec(catalog)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def judge(folder):
    """Whether each payload passes its schema, and what came of it."""
    module = transpile(folder, "made.ts")
    (folder / "js" / "judge.mjs").write_text(SCRIPT.replace("MODULE", json.dumps(str(module))))

    def judged(cases: list[tuple[str, object]]) -> list[tuple[bool, object, object]]:
        printed = run(NODE, folder / "js" / "judge.mjs", stdin=json.dumps(cases))
        return [tuple(json.loads(line)) for line in printed.splitlines()]

    return judged


def test_the_compiler_is_content_at_its_strictest(folder):
    (folder / "use.ts").write_text(USE, encoding="utf-8")

    assert compile_strictly(folder) == ""


USE = """
import { ChecksInsert, type NumbersRow, type RequiredInsert, RequiredUpdate } from "./made"

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
const checks: true[] = [
  true satisfies Same<NumbersRow["small"], number | null>,
  true satisfies Same<NumbersRow["id"], number>,
  true satisfies Same<RequiredInsert["needed"], string>,
  true satisfies Same<RequiredInsert["given"], string | undefined>,
  true satisfies Same<ChecksInsert["e"], "x" | "y'z" | 'w"' | null | undefined>,
]
// @ts-expect-error the column is always generated
export const wrong: RequiredInsert = { needed: "a", checked: "b", always: 1 }
export const some = RequiredUpdate.parse({})
export default checks
"""


def test_every_row_that_the_database_writes_is_read(judge, connection):
    cases = []
    for table, column, value in CASES:
        number = insert_value(connection, table, column, value)
        as_json = connection.execute(f"select to_json(row)::text from public.{table} row where id = %s", [number])
        cases.append((f"{table.capitalize()}Row", json.loads(as_json.fetchone()[0])))

    answers = judge(cases)

    assert len(answers) == len(cases)
    assert [said for passed, said, _ in answers if not passed] == []
    assert [(made, given) for _, made, given in answers if made != given] == []


def verdicts():
    """A table, a payload for it, and whether the model knows all that the database holds it to."""
    for column, values, known in CHECKED:
        for value in values:
            yield "checks", {column: value}, known
    yield from (("checks", payload, True) for payload in TOGETHER)
    full = {"checked": "x", "unchecked": "y"}
    yield from (("required", {**full, **payload}, True) for payload in REQUIRED)
    yield from (("filled", payload, True) for payload in FILLED)
    yield from (("domains", {"email": "d@e", column: value}, True) for column, value, _ in DOMAINS)
    for value in ["00000000-0000-0000-0000-00000000000g", "{00000000-0000-0000-0000-000000000000}", "0" * 32, "x"]:
        yield "texts", {"identifier": value}, True
    for value in ["2024-02-29", "2023-02-29", "2024-13-01", "2024-00-01", "2024-04-31"]:
        yield "times", {"day": value}, True
    for value in ["2024-02-29T10:00:00+05:30", "2024-02-30T10:00:00Z", "2024-01-01T25:00:00Z"]:
        yield "times", {"instant": value}, True
        yield "times", {"moment": value}, True
    for value in ["12:34:56.789", "25:00:00", "12:60:00"]:
        yield "times", {"clock": value}, True
    for value in ["1 year 2 mons 3 days 04:05:06.7", "P1Y2M3DT4H5M6S", "-00:00:01.5", "soon"]:
        yield "times", {"duration": value}, True
    for value in [32767, 32768, -32769, "x", 1.5]:
        yield "numbers", {"small": value}, True
    for value in [2**53 - 1, "9223372036854775807", "9223372036854775808"]:
        yield "numbers", {"big": value}, True
    for value in [99999999.99, 99999999.994, 99999999.995, -100000000, "NaN", "Infinity", 1.235]:
        yield "numbers", {"money_like": value}, True
    for value in [99499, 99500, 1499]:
        yield "numbers", {"rounded": value}, True
    for value in ["12345", "12345   ", "123456", "𝄞𝄞𝄞𝄞𝄞"]:
        yield "texts", {"limited": value}, True
    for value in ["\\x00ff", "\\x0", "plain", "a\\b"]:
        yield "texts", {"binary_data": value}, False
    for value in ["[1,5)", "empty", "1,5"]:
        yield "collections", {"whole": value}, True


def test_pydantic_zod_and_the_database_give_the_same_verdicts(judge, connection, models):
    cases = list(verdicts())
    answers = judge([(f"{table.capitalize()}Insert", payload) for table, payload, _ in cases])

    wrong = []
    for (table, payload, known), (passed, said, _) in zip(cases, answers, strict=True):
        by_database = refused_by_database(connection, table, payload)
        by_pydantic = refused_by_model(getattr(models, f"{table.capitalize()}Insert"), payload)
        if known and not (by_database == by_pydantic == (not passed)):
            wrong.append((payload, f"database {by_database}, pydantic {by_pydantic}, zod {not passed}", said))
        if not known and not passed and not by_database:
            wrong.append((payload, "zod refuses what the database accepts", said))

    assert wrong == []


def test_an_update_waits_for_all_the_columns_of_a_check(judge):
    answers = judge([("ChecksUpdate", {"ii": 2}), ("ChecksUpdate", {"ii": 2, "jj": 1}), ("ChecksUpdate", {"zz": 1})])

    assert [passed for passed, _, _ in answers] == [True, False, False]


CALLS = {
    "no_arguments()": "NoArgumentsResult",
    "many(a => 1, \"from\" => 'x', b => 1, variadic c => '{y,null}')": "ManyResult",
    "defaults_after_out(a => 1)": "DefaultsAfterOutResult",
    "table_of(a => 'a@b')": "TableOfResult",
    "rows_of()": "RowsOfResult",
    "one_row()": "OneRowResult",
    "view_rows()": "ViewRowsResult",
    "overloaded(a => 'x', b => '{}')": "OverloadedTextTextResult",
    "pairs_of(p => array[row(1, 'a', array['sad', null]::mood[], 'a@b', true, '{}', null)::pair], r => null)": "PairsOfResult",
}  # fmt: skip
# As PostgREST puts them: a row where the function has OUT arguments, an array where it returns a set.
VALUES, ROWS = (f"select coalesce(json_agg(answer), '[]') from {of} answer" for of in ("{}", "(select * from {})"))
KIND = "select bool_or(proretset), bool_or(coalesce(proargmodes::text[] && '{t,b,o}', false)) from pg_proc where proname = %s"
PAYLOADS = [
    ("ManyArguments", {"a": 1, "from": "x"}, True),
    ("ManyArguments", {"a": None, "from": None, "b": "1.5", "c": ["y", None]}, True),
    ("ManyArguments", {"a": 1}, False),
    ("ManyArguments", {"a": 1, "from": "x", "d": 1}, False),
    ("DefaultsAfterOutArguments", {"a": 1}, True),
    ("DefaultsAfterOutArguments", {"b": 1}, False),
    ("TableOfArguments", {"a": "a@b"}, True),
    ("TableOfArguments", {"a": "ab"}, False),
]


def test_functions_take_their_arguments_and_give_their_results(judge, connection):
    connection.execute("set local search_path = public, extensions")
    connection.execute("insert into public.required (needed, checked, unchecked) values ('a', 'b', 'c')")
    connection.execute("insert into public.numbers (small, exact) values (1, 'NaN')")
    results = []
    for call, schema in CALLS.items():
        is_set, has_out = connection.execute(KIND, [call.partition("(")[0]]).fetchone()
        (answers,) = connection.execute((ROWS if has_out else VALUES).format(call)).fetchone()
        results.append((schema, answers if is_set else answers[0], True))

    answers = judge([(schema, payload) for schema, payload, _ in results + PAYLOADS])

    found = [(schema, passed) for (schema, _, _), (passed, _, _) in zip(results + PAYLOADS, answers, strict=True)]
    assert found == [(schema, passes) for schema, _, passes in results + PAYLOADS]


@pytest.mark.parametrize("of", ["torture", "hostile"])
def test_the_formatter_of_the_supabase_cli_finds_nothing_to_do(catalog, tmp_path, of):
    text = zod_models(model_spec(catalog if of == "torture" else hostile_catalog()))

    assert format_as_the_cli(tmp_path, text) == text


def test_untranslated_checks_are_listed(folder):
    text = (folder / "made.ts").read_text(encoding="utf-8")

    assert 'checks_w_check: "CHECK ((lower(w) = w))"' in text
