"""What `--check` says in words about files that are stale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kitdb.catalog.model import Catalog, Column, Constraint, Relation, Schema, Type, TypeRef
from kitdb.modelgen.generate import Target, models_of, write_models
from kitdb.modelgen.selection import Selection
from kitdb.names import QualifiedName

KITS = QualifiedName("public", "kits")
TEXT = TypeRef("text", QualifiedName("pg_catalog", "text"))
INT = TypeRef("integer", QualifiedName("pg_catalog", "int4"))
NAME = Column("name", 1, TEXT, not_null=True)
PRICE = Column("price cents", 2, INT, not_null=True, default="0", comment="in \"cents\": '€', and } {")
CLASS = Column("class", 3, TEXT)
STATUS = Type(QualifiedName("public", "status"), "enum", "postgres", labels=("draft", "live"))


def catalog(*columns: Column, **changes) -> Catalog:
    table = replace(Relation(KITS, "table", "postgres", columns=columns), **changes)
    return Catalog(18, schemas=(Schema("public", "postgres"),), relations=(table,), types=(STATUS,))


def changes(language, tmp_path, before: Catalog, after: Catalog) -> list[str]:
    write_models(tmp_path, models_of(before, language).files)
    return list(models_of(after, language).changes(tmp_path))


BEFORE = catalog(NAME, PRICE, CLASS)


@pytest.mark.parametrize("language", ["python", "typescript", "zod"])
@pytest.mark.parametrize(
    ("after", "said"),
    [
        (catalog(NAME, PRICE, CLASS), []),
        (catalog(NAME, replace(PRICE, not_null=False), CLASS), ["kits.price cents became nullable: breaks readers"]),
        (
            catalog(NAME, PRICE, replace(CLASS, not_null=True)),
            [
                "kits.class is never null any more",
                "kits.class became required: breaks writers",
                "kits.class takes no null any more: breaks writers",
            ],
        ),
        (catalog(NAME, PRICE), ["kits.class is gone: breaks readers and writers"]),
        (catalog(NAME, PRICE, CLASS, Column("more", 4, TEXT)), ["kits.more is new"]),
        (
            catalog(NAME, PRICE, CLASS, Column("more", 4, TEXT, not_null=True)),
            ["kits.more is new and required: breaks writers"],
        ),
        (catalog(NAME, replace(PRICE, default=None), CLASS), ["kits.price cents became required: breaks writers"]),
        (
            catalog(NAME, replace(PRICE, generated="1", default=None), CLASS),
            ["kits.price cents can no longer be written: breaks writers"],
        ),
        (replace(BEFORE, relations=()), [" is gone: breaks readers and writers"]),
    ],
)
def test_a_change_of_a_column_is_said(language, after, said, tmp_path):
    found = changes(language, tmp_path, BEFORE, after)

    assert len(found) == len(said)
    assert all(sentence.endswith(expected) for sentence, expected in zip(found, said, strict=True)), found


@pytest.mark.parametrize("language", ["python", "typescript", "zod"])
def test_a_new_type_is_said(language, tmp_path):
    (found,) = changes(language, tmp_path, BEFORE, catalog(NAME, replace(PRICE, type=TEXT), CLASS))

    assert found.startswith("kits.price cents was ")
    assert found.endswith(": breaks readers and writers")


@pytest.mark.parametrize("language", ["python", "typescript", "zod"])
def test_a_new_label_is_said(language, tmp_path):
    more = replace(STATUS, labels=("draft", "live", "gone"))

    (found,) = changes(language, tmp_path, BEFORE, replace(BEFORE, types=(more,)))

    assert found.startswith("type ")
    assert "status" in found.lower()
    assert '"gone"' in found.replace("'", '"')


@pytest.mark.parametrize("language", ["python", "zod"])
def test_a_new_limit_is_said(language, tmp_path):
    check = Constraint("c", KITS, "check", "CHECK (length(name) < 9)", expression="length(name) < 9", columns=("name",))

    found = changes(language, tmp_path, BEFORE, catalog(NAME, PRICE, CLASS, constraints=(check,)))

    assert found == ["kits.name accepts other values: may break writers"]


@pytest.mark.parametrize("language", ["python", "zod"])
@pytest.mark.parametrize("expression", ["length(name) < length(class)", "soundex(name) = 'x'"])
def test_a_check_that_no_column_holds_is_said(language, expression, tmp_path):
    columns = ("name", "class")
    check = Constraint("c", KITS, "check", f"CHECK ({expression})", expression=expression, columns=columns)
    checked = catalog(NAME, PRICE, CLASS, constraints=(check,), comment="a {comment}")

    assert changes(language, tmp_path, BEFORE, checked) == ["kits accepts other rows: may break writers"]
    assert (
        changes(
            language, tmp_path, checked, replace(checked, relations=(replace(checked.relations[0], comment="other"),))
        )
        == []
    )


@pytest.mark.parametrize("language", ["python", "typescript", "zod"])
def test_a_comment_and_a_check_hide_no_change(language, tmp_path):
    check = Constraint("c", KITS, "check", "CHECK (length(name) < 9)", expression="length(name) < 9", columns=("name",))
    long = replace(NAME, comment="Of a name that is so long that it goes on and on over all of the line, and " * 2)

    found = changes(
        language,
        tmp_path,
        catalog(replace(long, not_null=False), PRICE, CLASS, constraints=(check,)),
        catalog(NAME, PRICE, CLASS, constraints=(check,)),
    )

    assert found == [
        "kits.name is never null any more",
        "kits.name became required: breaks writers",
        "kits.name takes no null any more: breaks writers",
    ]


@pytest.mark.parametrize("language", ["python", "typescript", "zod"])
def test_the_hardest_schema_has_no_changes_against_itself(language, catalog_of_torture, tmp_path):
    assert changes(language, tmp_path, catalog_of_torture, catalog_of_torture) == []


@pytest.fixture
def catalog_of_torture(request):
    return request.getfixturevalue("catalog")


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        (Selection(include=("kit*",)), {"kits", "kits row"}),
        (Selection(include=("public.Kits",)), {"Kits"}),
        (Selection(include=("kits*",), exclude=("* *",)), {"kits"}),
    ],
)
def test_patterns_choose_the_relations(catalog_of_torture, selection, kept):
    for language in ("python", "typescript", "zod"):
        models = models_of(catalog_of_torture, language, selection=selection)

        assert {name.name for name in models.relations} == kept
        assert "numbers_pkey" not in "".join(models.files.values())


def test_what_is_left_out_is_no_type_either(catalog_of_torture):
    models = models_of(catalog_of_torture, "typescript", selection=Selection(exclude=("texts",)))

    assert '["texts"]' not in models.files["database.ts"]


def test_a_path_with_the_ending_of_a_language_is_a_file(tmp_path):
    assert Target.of(tmp_path / "app" / "db.ts", "typescript") == Target(tmp_path / "app", "db.ts")
    assert Target.of(tmp_path / "app", "zod") == Target(tmp_path / "app", "zod.ts")
    assert Target.of(tmp_path / "app", "python") == Target(tmp_path / "app")
