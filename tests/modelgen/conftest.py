"""A database with everything that is hard to model, and the models made from it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kitdb.catalog.read import read_catalog
from kitdb.modelgen.generate import generate_models, write_models
from kitdb.sandbox import SUPERUSER

TORTURE = (Path(__file__).parent / "torture.sql").read_text()


@pytest.fixture(scope="session")
def torture(sandbox):
    """The name of a database with the torture schema."""
    name = sandbox.clone()
    with sandbox.connect(SUPERUSER, name) as connection:
        connection.execute(TORTURE)
    yield name
    sandbox.drop(name)


@pytest.fixture(scope="session")
def catalog(sandbox, torture):
    with sandbox.connect("postgres", torture) as connection:
        return read_catalog(connection)


@pytest.fixture(scope="session")
def files(catalog) -> dict[str, str]:
    return generate_models(catalog)


@pytest.fixture(scope="session")
def models(files, tmp_path_factory) -> ModuleType:
    """The models of the torture schema, imported."""
    return import_models(files, tmp_path_factory.mktemp("generated"), "torture_models")


@pytest.fixture
def connection(sandbox, torture):
    """The superuser's connection to the torture database; what it does is rolled back."""
    with sandbox.connect(SUPERUSER, torture) as connection, connection.transaction(force_rollback=True):
        yield connection


def import_models(files: dict[str, str], folder: Path, name: str) -> ModuleType:
    write_models(folder / name, files)
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
