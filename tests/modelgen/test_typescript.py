"""The TypeScript file: the Supabase CLI's leaf for leaf, valid, formatted, and never more than data in strings."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from kitdb.catalog.read import read_catalog
from kitdb.modelgen.collation import english
from kitdb.modelgen.spec import model_spec
from kitdb.modelgen.typescript import TypeScriptOptions, typescript_models
from kitdb.sandbox import SUPERUSER
from tests.migrate import poolers
from tests.modelgen.node import (
    CLI,
    compile_strictly,
    database_and_constants,
    format_as_the_cli,
    needs_npm,
    run,
    transpile,
)

HERE = Path(__file__).parent
SCHEMAS = ("public", "api", "Weird Schema")
AS_CLI = TypeScriptOptions(dialect="supabase")


@pytest.fixture(scope="module")
def exposed(sandbox):
    """The name of a database with what decides the leaves."""
    name = sandbox.clone()
    with sandbox.connect(SUPERUSER, name) as connection:
        connection.execute((HERE / "supabase.sql").read_text())
    yield name
    sandbox.drop(name)


@pytest.fixture(scope="module")
def leaves(sandbox, exposed):
    with sandbox.connect("postgres", exposed) as connection:
        return read_catalog(connection)


def written(catalog, schemas=SCHEMAS, options=None) -> str:
    return typescript_models(catalog, schemas, model_spec(catalog, schemas).constraints, options)


def section(text: str, *path: str) -> str:
    """The text of a member of Database."""
    for depth, name in enumerate(path):
        start = text.index(f"\n{'  ' * (depth + 1)}{name}: ") + 1
        end = text.find(f"\n{'  ' * (depth + 1)}}}", start)
        text = text[start : end if end > 0 else None]
    return text


def test_the_database_type_is_the_clis_to_the_byte(leaves):
    assert database_and_constants(written(leaves, options=AS_CLI)) == (HERE / "supabase.ts").read_text()


@pytest.mark.skipif(
    not (CLI and poolers.PGBOUNCER), reason="the Supabase CLI (npm package supabase) or PgBouncer is not installed"
)
@needs_npm
@pytest.mark.parametrize("schemas", [("public",), SCHEMAS], ids=",".join)
def test_the_cli_prints_the_same_of_the_same_database(sandbox, exposed, leaves, tmp_path, schemas, monkeypatch):
    folder = shared_folder(tmp_path)
    monkeypatch.setattr(poolers, "CONFIG", poolers.CONFIG.replace("extra_float_digits", "extra_float_digits,options"))
    with poolers.pooler(sandbox, folder, mode="session") as port:
        url = f"postgresql://postgres@127.0.0.1:{port}/{exposed}"
        made = subprocess.run(
            [CLI, "gen", "types", "typescript", "--db-url", url, "--schema", ",".join(schemas)],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip

    printed = made.stdout[made.stdout.find("export type Json") :]
    assert "export type Database" in printed, made.stderr
    formatted = format_as_the_cli(tmp_path, printed)
    assert database_and_constants(written(leaves, schemas, AS_CLI)) == database_and_constants(formatted)


def shared_folder(tmp_path: Path) -> Path:
    """PgBouncer runs as nobody's friend."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o755)
    tmp_path.chmod(0o777)
    return tmp_path


def test_default_flags_stay_with_their_arguments(leaves):
    assert "out_one: { Args: { a: number; b?: number }; Returns: number }" in written(leaves)
    assert "out_one: { Args: { a?: number; b: number }; Returns: number }" in written(leaves, options=AS_CLI)


def test_a_type_with_an_underscore_is_no_array(leaves):
    assert 'hidden: Database["public"]["Enums"]["_hidden"] | null' in written(leaves)
    assert "hidden: unknown[] | null" in written(leaves, options=AS_CLI)


def test_a_type_with_the_name_of_a_built_in_one_is_itself(leaves):
    assert 'own: Database["api"]["Enums"]["uuid"] | null' in section(written(leaves), "public", "Tables", "shadows")
    assert "own: string | null" in section(written(leaves, options=AS_CLI), "public", "Tables", "shadows")


def test_out_arguments_keep_their_names(leaves):
    assert "b: string" in section(written(leaves), "public", "Functions", "out_many")
    assert "Record<string, unknown>" in section(written(leaves, options=AS_CLI), "public", "Functions", "out_many")


def test_a_view_does_not_let_in_what_its_table_generates(leaves):
    view = section(written(leaves), "public", "Views", "pet_names")

    assert view.count("id?: never") == view.count("up?: never") == 2


def test_an_enum_without_labels_has_no_values(leaves):
    assert "empty: never" in section(written(leaves), "public", "Enums")
    assert "empty" not in section(written(leaves, options=AS_CLI), "public", "Enums")


def test_range_constructors_are_no_functions_of_the_schema(leaves):
    assert "spans:" not in section(written(leaves), "public", "Functions")


def test_a_schema_that_needs_quotes_keeps_its_keys(leaves):
    assert 'columns: ["other"]' in written(leaves)


@needs_npm
@pytest.mark.parametrize("options", [None, AS_CLI], ids=["kitdb", "supabase"])
def test_the_compiler_is_content_at_its_strictest(leaves, catalog, tmp_path, options):
    (tmp_path / "leaves.ts").write_text(written(leaves, options=options), encoding="utf-8")
    (tmp_path / "torture.ts").write_text(written(catalog, ("public",), options), encoding="utf-8")
    (tmp_path / "use.ts").write_text(USE, encoding="utf-8")

    assert compile_strictly(tmp_path) == ""


USE = """
import type { CompositeTypes, Database, Enums, Tables, TablesInsert, TablesUpdate } from "./leaves"
import { Constants } from "./leaves"

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
const checks: true[] = [
  true satisfies Same<Tables<"owners">, Database["public"]["Tables"]["owners"]["Row"]>,
  true satisfies Same<Tables<"left_joined">["id"], number | null>,
  true satisfies Same<Tables<{ schema: "api" }, "things">["size"], "small" | "large">,
  true satisfies Same<TablesInsert<"pair_key">, { a: number; b: number; c?: number | null }>,
  true satisfies Same<TablesUpdate<{ schema: "api" }, "things">["pet"], number | null | undefined>,
  true satisfies Same<Enums<"plain">, "a" | "b">,
  true satisfies Same<Enums<{ schema: "api" }, "size">, "small" | "large">,
  true satisfies Same<CompositeTypes<{ schema: "api" }, "box">["width"], number | null>,
  true satisfies Same<(typeof Constants.public.Enums.plain)[number], "a" | "b">,
]
// @ts-expect-error there is no such table
export type Missing = Tables<"nowhere">
export default checks
"""


@needs_npm
def test_the_clis_formatter_finds_nothing_to_do(leaves, catalog, tmp_path):
    for text in (written(leaves), written(catalog, ("public",))):
        assert format_as_the_cli(tmp_path, text) == text


@needs_npm
def test_errors_are_explained_without_a_word_of_postgres(leaves, tmp_path):
    (tmp_path / "made.ts").write_text(written(leaves), encoding="utf-8")
    module = transpile(tmp_path, "made.ts")
    script = f"""
        import {{ explain }} from {str(module)!r}
        const duplicate = {{ code: "23505", message: 'duplicate key value violates unique constraint "owners_email_key"' }}
        console.log(JSON.stringify([explain(duplicate), explain({{ code: "42501" }}), explain({{}})]))
    """
    (tmp_path / "js" / "run.mjs").write_text(script)

    assert run("node", tmp_path / "js" / "run.mjs") == (
        '[{"code":"owners_email_taken","message":"This email is already taken."},'
        '{"code":"forbidden","message":"You are not allowed to do this."},'
        '{"code":"unexpected","message":"Something went wrong."}]\n'
    )


def test_names_are_in_the_order_of_the_collator():
    ordered = ["a_b", "a-b", "a", "A", "ab", "aB", "Ab", "á", "b", "_a", "1", "10", "2", "日"]

    assert sorted(set(ordered), key=english) == [
        "_a",
        "1",
        "10",
        "2",
        "a",
        "A",
        "á",
        "a_b",
        "a-b",
        "ab",
        "aB",
        "Ab",
        "b",
        "日",
    ]


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
def test_the_collator_of_javascript_agrees():
    names = [f"{a}{b}{c}" for a in "aB_z9 é" for b in ("", "_", "-", "Q", "q", " ", "ö", "$") for c in "xX1ß~"]
    names += "😀 → $a £ €a ٣ ① ½ ₂ \uff21 ª ﬁ fi FI fj ™ tm \U0001d431 x X x² x2 µ μ ы \u0430 Б 日本 中".split()
    script = "console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8')).sort(new Intl.Collator('en').compare)))"

    assert json.loads(run("node", "-e", script, stdin=json.dumps(names))) == sorted(names, key=english)
