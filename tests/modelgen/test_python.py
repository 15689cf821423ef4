"""What the emitted files are: valid, typed, formatted, the same each time, and never more than data in strings."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel, TypeAdapter

from kitdb.catalog.model import Catalog, Column, Constraint, Relation, Schema, Type, TypeRef
from kitdb.catalog.read import read_catalog
from kitdb.modelgen.generate import generate_models, write_models
from kitdb.modelgen.python import HEADER
from kitdb.modelgen.python_names import TAKEN, class_name, field_names, module_names
from kitdb.names import QualifiedName
from kitdb.sandbox import SUPERUSER, open_sandbox
from kitdb.sandbox.servers import NoServer
from tests.modelgen.conftest import TORTURE, import_models

TEXT = TypeRef("text", QualifiedName("pg_catalog", "text"))
PHASE0 = Path(__file__).parents[2] / "kitdb" / "schemas"


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *map(str, command)], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def folder(files, tmp_path_factory) -> Path:
    parent = tmp_path_factory.mktemp("emitted")
    write_models(parent / "made", files)
    return parent


def one_table(**changes) -> Catalog:
    table = Relation(QualifiedName("public", "t"), "table", "postgres", columns=(Column("a", 1, TEXT),))
    return Catalog(18, schemas=(Schema("public", "postgres"),), relations=(replace(table, **changes),))


def test_the_package_passes_mypy_at_its_strictest(folder):
    result = run("mypy", "--strict", "--cache-dir", folder / "cache", "made", folder=folder)

    assert result.stdout.startswith("Success"), result.stdout


USE = """
from made import RequiredInsert, RequiredRow, RequiredUpdate

RequiredInsert(needed="x", checked="y")
RequiredUpdate(may=None)
RequiredInsert(checked="y")
RequiredInsert(needed="x", checked="y", always=1)
RequiredInsert(needed=None, checked="y")


def given(row: RequiredRow) -> str:
    return row.may
"""


def test_the_package_passes_pyright_at_its_strictest_and_misuse_does_not(folder):
    (folder / "use.py").write_text(USE)
    checked = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": ["made", "use.py"]}
    (folder / "pyrightconfig.json").write_text(json.dumps(checked))

    result = run("basedpyright", "--outputjson", "--pythonpath", sys.executable, folder=folder)

    found = json.loads(result.stdout)
    places = [(Path(each["file"]).name, each["range"]["start"]["line"]) for each in found["generalDiagnostics"]]
    assert places == [("use.py", line) for line in (5, 6, 7, 11)]
    assert found["summary"]["filesAnalyzed"] == len(list((folder / "made").rglob("*.py"))) + 1


@pytest.mark.parametrize("length", [88, 100, 120])
def test_a_formatter_finds_nothing_to_do_at_any_usual_line_length(folder, length):
    result = run(
        "ruff",
        "format",
        "--isolated",
        "--target-version",
        "py311",
        "--line-length",
        length,
        "--diff",
        "made",
        folder=folder,
    )

    assert result.stdout == ""
    assert "already formatted" in result.stderr


def test_a_linter_finds_nothing_but_the_users_own_names(folder):
    result = run(
        "ruff", "check", "--isolated", "--target-version", "py311", "--select", "E,F,W,I,UP,B,PIE", "--ignore", "E501,E741",
        "made", folder=folder,
    )  # fmt: skip

    assert "All checks passed" in result.stdout, result.stdout


def test_every_model_can_be_built_and_described(models):
    for name in models.__all__:
        found = getattr(models, name)
        if isinstance(found, type) and issubclass(found, BaseModel):
            found.model_rebuild(force=True)
            found.model_json_schema()
        else:
            TypeAdapter(found)


def test_every_class_says_that_it_is_generated(files):
    assert all(text.startswith(HEADER) for name, text in files.items() if name.endswith(".py"))


def test_the_same_catalog_gives_the_same_bytes(catalog, files):
    shuffled = replace(catalog, relations=catalog.relations[::-1], types=catalog.types[::-1])

    assert generate_models(catalog) == files
    assert generate_models(shuffled) == files


def test_the_physical_order_of_columns_does_not_show():
    first, second = Column("a", 1, TEXT), Column("b", 2, TEXT)
    moved = (replace(second, position=1), replace(first, position=2))

    assert generate_models(one_table(columns=(first, second))) == generate_models(one_table(columns=moved))


def test_the_primary_key_comes_first():
    key = Constraint("t_pkey", QualifiedName("public", "t"), "primary key", "PRIMARY KEY (z)", columns=("z",))
    columns = (Column("a", 1, TEXT), Column("z", 2, TEXT))

    tables = generate_models(one_table(columns=columns, constraints=(key,)))["tables/t.py"]

    assert tables.index("z: str") < tables.index("a: str")


def test_a_table_is_loaded_when_it_is_asked_for(files, tmp_path):
    module = import_models(files, tmp_path, "lazy_models")

    assert module.KitsRow.__module__ == "lazy_models.tables.kits"
    assert "lazy_models.tables.numbers" not in sys.modules
    assert {"NumbersRow", "Mood"} <= set(dir(module))
    with pytest.raises(AttributeError, match="NoSuchRow"):
        module.NoSuchRow  # noqa: B018


@pytest.mark.parametrize(
    ("relation", "module"),
    [
        (("public", "kits"), "kits"),
        (("billing", "kits"), "billing_kits"),
        (("public", "Kits"), "kits_"),
        (("public", "class"), "class_"),
        (("public", "nul"), "nul_"),
        (("public", "../../x"), "x_"),
        (("public", "日本"), "x_"),
        (("public", "1st"), "x1st_"),
        (("public", "__init__"), "init_"),
    ],
)
def test_a_module_is_named_for_its_table_as_far_as_files_can_be(relation, module):
    name = QualifiedName(*relation)

    found = module_names({QualifiedName("public", "kits"), name})[name]

    assert re.fullmatch(f"{module}[0-9a-f]{{4}}" if module.endswith("_") else module, found)


def test_an_empty_schema_gives_a_package_without_models(tmp_path):
    module = import_models(generate_models(Catalog(18)), tmp_path, "empty_models")

    assert module.__all__ == []


def test_another_schema_stands_in_front_of_the_name(catalog):
    other = Relation(QualifiedName("billing", "kits"), "table", "postgres", columns=(Column("a", 1, TEXT),))

    files = generate_models(replace(catalog, relations=(*catalog.relations, other)), ["public", "billing"])

    assert "class BillingKitsRow(pg.Row):" in files["tables/billing_kits.py"]
    assert "class KitsRow(pg.Row):" in files["tables/kits.py"]


def test_nobody_takes_a_name_away_by_coming_later(catalog, files):
    """`kits` keeps KitsRow, whatever an enum and a table are called."""
    assert "class KitsRow(pg.Row):\n    id: pg.Integer | None\n    row: TextsRecord | None\n" in files["tables/kits.py"]
    assert "KitsRow_" in files["types.py"]
    assert 'Mood: TypeAlias = Literal["sad"' in files["types.py"]


def test_partitions_are_left_to_their_table(files):
    assert "class ParentRow" in files["tables/parent.py"]
    assert "tables/child.py" not in files


def test_reserved_names_of_pydantic_are_all_known():
    here = {name for name in dir(BaseModel) if not name.startswith("_")}

    assert here <= TAKEN


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("name", "name"),
        ("id", "id"),
        ("class", "class_"),
        ("json", "json_"),
        ("str", "str_"),
        ("_private", "private"),
        ("1st", "field_1st"),
        ("with space", "with_space"),
        ("model_id", "model_id"),
        ("ﬁ", "fi"),
        ("日本", "日本"),
    ],
)
def test_a_column_keeps_its_name_where_python_lets_it(column, field):
    assert field_names([column], frozenset()) == {column: field}


def test_fields_that_would_share_a_name_are_told_apart_by_their_columns():
    both = field_names(["a b", "a-b"], frozenset())
    alone = field_names(["a-b", "a b", "c"], frozenset())

    assert len(set(both.values())) == 2
    assert both["a b"] == alone["a b"]
    assert field_names(["a_b", "a b"], frozenset())["a_b"] == "a_b"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kit_projects", "KitProjects"),
        ("Kits", "Kits"),
        ("1table", "X1table"),
        ("", "X"),
        ("a  b", "AB"),
        ("日本", "日本"),
    ],
)
def test_classes_are_named_for_their_relations(name, expected):
    assert class_name(QualifiedName("public", name)) == expected


HOSTILE = [
    '"); import os; os.mkdir("PWNED") #',
    '"""\nimport os; os.mkdir("PWNED")\n"""',
    "'''\nimport os; os.mkdir('PWNED')\n'''",
    '\\"); import os; os.mkdir("PWNED") #',
    'a\\',
    "{__import__('os').mkdir('PWNED')}",
    "%s %(x)s",
    "x\n    y = 1",
    "\u202e\u2066abc",
    "\x00\x07\x1b[31m",
    "\\N{BULLET}\\x41\\u0041",
    "a\u2028b\x85c",
    " ",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_text_of_the_database_stays_text(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = QualifiedName("public", text)
    check = Constraint(text, name, "check", f"CHECK ({text})", expression=text, columns=("a",))
    within = Constraint(
        "w", name, "check", "CHECK", expression=f"a = ANY (ARRAY['{text.replace(chr(39), chr(39) * 2)}'])"
    )
    catalog = Catalog(
        18,
        relations=(
            Relation(
                name,
                "table",
                "postgres",
                columns=(Column(text, 1, TEXT, default=text, comment=text), Column("a", 2, TEXT, comment=text)),
                constraints=(check, within, replace(check, kind="unique", name=f"{text}x", comment=text)),
                comment=text,
            ),
        ),
        types=(
            Type(QualifiedName("public", f"{text}e"), "enum", "postgres", labels=(text,), comment=text),
            Type(
                QualifiedName("public", f"{text}d"),
                "domain",
                "postgres",
                base=TEXT,
                constraints=(check,),
                default=text,
                comment=text,
            ),
            Type(
                QualifiedName("public", f"{text}c"),
                "composite",
                "postgres",
                attributes=(Column(text, 1, TEXT, comment=text),),
            ),
        ),
    )

    package = f"hostile_{HOSTILE.index(text)}"
    module = import_models(generate_models(catalog), tmp_path, package)

    assert not (tmp_path / "PWNED").exists()
    (insert,) = [getattr(module, n) for n in module.__all__ if n.endswith("Insert")]
    assert insert.model_validate({text: "v"}).payload() == {text: "v"}
    assert [alias for alias in vars(importlib.import_module(f"{package}.types")).values() if get_args(alias) == (text,)]
    assert importlib.import_module(f"{package}.errors").CONSTRAINTS[text].code == text


def test_infinite_times_are_there_on_request(catalog):
    plain = generate_models(catalog)["tables/times.py"]
    infinite = generate_models(catalog, infinite_times=True)["tables/times.py"]

    assert "pg.Infinite" not in plain
    assert "instant: pg.TimestampTz | pg.Infinite | None" in infinite


def test_the_models_are_the_same_from_every_major_version(torture, files, tmp_path):
    try:
        other = open_sandbox("local")
    except NoServer:
        pytest.skip("only one server on this machine")
    with other, other.connect(SUPERUSER) as connection:
        connection.execute(TORTURE)
        again = generate_models(read_catalog(connection))

    assert again == files


def test_phase_0_is_modelled_in_full(sandbox, tmp_path):
    name = sandbox.clone()
    try:
        with sandbox.connect("postgres", name) as connection:
            connection.execute("\n".join(path.read_text() for path in sorted(PHASE0.glob("*.sql"))))
            module = import_models(generate_models(read_catalog(connection)), tmp_path, "phase0_models")
    finally:
        sandbox.drop(name)

    assert not [
        c for n in module.__all__ for c in getattr(getattr(module, n), "constraints", ()) if hasattr(c, "definition")
    ]
    assert module.KitsInsert(name="808s", price_cents=0).payload() == {"name": "808s", "price_cents": 0}
    for wrong in ({"name": ""}, {"name": "x", "price_cents": -1}, {"name": "x", "currency": "usd"}, {}):
        with pytest.raises(ValueError, match="KitsInsert"):
            module.KitsInsert.model_validate(wrong)
    with pytest.raises(ValueError, match="kits_owner_unless_archived"):
        module.KitsInsert(name="x", owner_id=None, status="draft")


def list_of(name, *values, **changes) -> Constraint:
    labels = ", ".join(f"'{value}'::text" for value in values)
    table = QualifiedName("public", "t")
    return Constraint(name, table, "check", "CHECK", expression=f"a = ANY (ARRAY[{labels}])", columns=("a",), **changes)


def test_a_list_of_values_is_a_literal_whatever_is_checked_before_it():
    table = QualifiedName("public", "t")
    longer = Constraint("a_1", table, "check", "CHECK", expression="length(a) < 9", columns=("a",))

    text = generate_models(one_table(constraints=(longer, list_of("a_2", "x", "y"))))["tables/t.py"]

    assert 'TA: TypeAlias = Literal["x", "y"]\n' in text
    assert text.count("    a: TA | None") == 3


def test_a_row_from_before_a_list_is_read_by_the_list_that_it_was_held_to(tmp_path):
    narrower = list_of("a_1", "x", validated=False)

    models = import_models(
        generate_models(one_table(constraints=(narrower, list_of("a_2", "x", "y")))), tmp_path, "two_lists"
    )

    assert models.TRow(a="y").a == "y"
    with pytest.raises(ValueError, match="'x'"):
        models.TInsert(a="y")
