"""From a catalog to a package of models on disk."""

from __future__ import annotations

from collections.abc import Sequence

from kitdb.catalog.model import Catalog
from kitdb.modelgen.python import PythonOptions, python_models
from kitdb.modelgen.spec import model_spec
from kitdb.modelgen.write import check_models, write_models

__all__ = ["check_models", "generate_models", "write_models"]


def generate_models(
    catalog: Catalog, schemas: Sequence[str] = ("public",), options: PythonOptions | None = None
) -> dict[str, str]:
    """The files of a package with models for these schemas: their path in it, and their text."""
    return python_models(model_spec(catalog, schemas), options)
