"""From a catalog to files of models in one of three languages; only that language's code is loaded."""

# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kitdb.catalog.model import Catalog
from kitdb.errors import KitdbError
from kitdb.modelgen.selection import EVERYTHING, Selection
from kitdb.modelgen.spec import ModelSpec, constraint_specs, model_spec, modelled
from kitdb.modelgen.write import check_models, read_models, remove_stale, write_models
from kitdb.names import QualifiedName

__all__ = ["Models", "Target", "check_models", "generate_models", "models_of", "remove_stale", "write_models"]

Language = Literal["python", "typescript", "zod"]
Dialect = Literal["kitdb", "supabase"]
_FILE: Mapping[Language, str] = {"typescript": "database.ts", "zod": "zod.ts"}


@dataclass(frozen=True, slots=True)
class Models:
    """Files by their path below a folder, the spec that they were made from, and the relations that they model.

    TypeScript's are made from the catalog itself.
    """

    files: Mapping[str, str]
    spec: ModelSpec = field(default_factory=ModelSpec)
    relations: Sequence[QualifiedName] = ()

    def changes(self, folder: Path) -> tuple[str, ...]:
        """What the files in the folder lack or have too much, in a sentence each."""
        from kitdb.modelgen.changes import describe_changes

        return describe_changes(read_models(folder, self.files), self.files, self.relations)


class NeedsFolder(KitdbError):
    """Python's models are a package."""

    hint = "Name a folder with --out."

    def __init__(self, out: Path) -> None:
        super().__init__(f"Python models are a package of several files, and {out} is none")


@dataclass(frozen=True, slots=True)
class Target:
    """Where models go: a folder, with a name for the file in it where there is one file."""

    folder: Path
    file: str | None = None

    @classmethod
    def of(cls, out: Path, language: Language) -> Target:
        """The folder `out`, or the file where it has a file's name."""
        if language == "python":
            if out.suffix in (".py", ".pyi"):
                raise NeedsFolder(out)
            return cls(out)
        if out.suffix in (".ts", ".mts", ".cts"):
            return cls(out.parent, out.name)
        return cls(out, _FILE[language])


def models_of(
    catalog: Catalog,
    language: Language = "python",
    schemas: Sequence[str] = ("public",),
    *,
    selection: Selection = EVERYTHING,
    file: str | None = None,
    infinite_times: bool = False,
    dialect: Dialect = "kitdb",
) -> Models:
    """The models of what is selected in these schemas; `file` is what a language of one file calls it."""
    relations = modelled(catalog, schemas, selection)
    names = [relation.name for relation in relations]
    match language:
        case "python":
            from kitdb.modelgen.python import PythonOptions, python_models

            spec = model_spec(catalog, schemas, selection)
            return Models(python_models(spec, PythonOptions(infinite_times)), spec, names)
        case "typescript":
            from kitdb.modelgen.typescript import TypeScriptOptions, typescript_models

            constraints = tuple(constraint_specs(relations))
            text = typescript_models(catalog, schemas, constraints, TypeScriptOptions(dialect), selection)
            return Models({file or _FILE[language]: text}, relations=names)
        case "zod":
            from kitdb.modelgen.zod import zod_models

            spec = model_spec(catalog, schemas, selection)
            return Models({file or _FILE[language]: zod_models(spec)}, spec, names)


def generate_models(
    catalog: Catalog, schemas: Sequence[str] = ("public",), *, infinite_times: bool = False
) -> dict[str, str]:
    """The files of a Python package with models for these schemas: their path in it, and their text."""
    return dict(models_of(catalog, "python", schemas, infinite_times=infinite_times).files)
