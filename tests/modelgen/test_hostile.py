"""Text of the database stays text in TypeScript and Zod, too."""

from __future__ import annotations

import json

from kitdb.catalog.model import Argument, Catalog, Column, Constraint, Relation, Routine, Type, TypeRef
from kitdb.modelgen.spec import model_spec
from kitdb.modelgen.typescript import typescript_models
from kitdb.modelgen.zod import zod_models
from kitdb.names import QualifiedName
from tests.modelgen.node import NODE, compile_strictly, needs_npm, run, transpile

TEXT = TypeRef("text", QualifiedName("pg_catalog", "text"))
RUN = "require('fs').mkdirSync('PWNED')"
HOSTILE = [
    f'"); {RUN} //',
    f"'); {RUN} //",
    f"*/ {RUN} /*",
    f"`${{{RUN}}}`",
    f"\\\"); {RUN} //",
    f"\n{RUN}\n",
    f"\u2028{RUN}\u2029",
    '"""',
    "a\\",
    "</script>",
    "\u202e\u2066abc",
    "\x00\x07\x1b[31m",
    "__proto__",
    "constructor",
    "%s {x} $1 $& $`",
    " ",
]  # fmt: skip


def hostile(text: str, number: int) -> tuple[tuple[Relation, ...], tuple[Type, ...], tuple[Routine, ...]]:
    name = QualifiedName("public", f"{text}{number}")
    check = Constraint(text, name, "check", f"CHECK ({text})", expression=text, columns=("a",))
    quoted = "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    within = Constraint("w", name, "check", "CHECK", expression=f"a = ANY (ARRAY[{quoted}, 'ok'])", columns=("a",))
    table = Relation(
        name,
        "table",
        "postgres",
        columns=(Column(text, 1, TEXT, default=text, comment=text), Column("a", 2, TEXT, comment=text)),
        constraints=(check, within, Constraint(f"{text}u", name, "unique", "UNIQUE", columns=(text,), comment=text)),
        comment=text,
    )
    types = (
        Type(QualifiedName("public", f"{text}e{number}"), "enum", "postgres", labels=(text,), comment=text),
        Type(QualifiedName("public", f"{text}d{number}"), "domain", "postgres", base=TEXT, constraints=(check,)),
        Type(QualifiedName("public", f"{text}c{number}"), "composite", "postgres", attributes=(Column(text, 1, TEXT),)),
    )
    function = QualifiedName("public", f"{text}f{number}")
    argument = Argument(text, TEXT, default=text)
    routine = Routine(function, str(function), "function", "postgres", "", "sql", arguments=(argument,), returns=TEXT)
    return (table,), types, (routine,)


def catalog() -> Catalog:
    parts = [hostile(text, number) for number, text in enumerate(HOSTILE)]
    relations, types, routines = (tuple(item for part in parts for item in part[n]) for n in range(3))
    return Catalog(18, relations=relations, types=types, routines=routines)


CARRIES = """
import * as zod from ZOD
import { Constants, ConstraintErrors } from DATABASE
const inserts = Object.entries(zod).filter(([name]) => name.endsWith("Insert")).map(([, schema]) => schema)
const labels = Object.values(Constants.public.Enums).flat()
const said = TEXTS.map((text) => [
  inserts.some((schema) => schema.safeParse(JSON.parse(JSON.stringify([[text, "v"]]).replace(/^\\[\\[(.*),("v")\\]\\]$/s, "{$1:$2}"))).success),
  labels.includes(text),
  ConstraintErrors.has(text + "u"),
  inserts.some((schema) => schema.meta()?.description === text || !text.trim()),
])
console.log(JSON.stringify(said))
"""


@needs_npm
def test_text_of_the_database_stays_text(tmp_path):
    made = catalog()
    spec = model_spec(made)
    (tmp_path / "zod.ts").write_text(zod_models(spec), encoding="utf-8", newline="\n")
    (tmp_path / "database.ts").write_text(typescript_models(made, ["public"], spec.constraints), encoding="utf-8")

    assert compile_strictly(tmp_path) == ""

    modules = {name.upper(): json.dumps(str(transpile(tmp_path, f"{name}.ts"))) for name in ("zod", "database")}
    script = CARRIES.replace("ZOD", modules["ZOD"]).replace("DATABASE", modules["DATABASE"])
    (tmp_path / "js" / "run.mjs").write_text(script.replace("TEXTS", json.dumps(HOSTILE)), encoding="utf-8")
    printed = json.loads(run(NODE, tmp_path / "js" / "run.mjs", cwd=tmp_path))
    assert dict(zip(map(ascii, HOSTILE), printed, strict=True)) == {ascii(text): [True] * 4 for text in HOSTILE}
    assert not (tmp_path / "PWNED").exists()


def test_no_mark_that_reorders_text_is_left_bare():
    made = catalog()
    spec = model_spec(made)

    for text in (zod_models(spec), typescript_models(made, ["public"], spec.constraints)):
        assert all(character.isprintable() or character == "\n" for character in text)
