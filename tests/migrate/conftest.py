from __future__ import annotations

from pathlib import Path

import pytest
from deploys import Project

from kitdb.sandbox import Sandbox


@pytest.fixture
def project(tmp_path: Path, sandbox: Sandbox, database: str) -> Project:
    folder = tmp_path / "migrations"
    folder.mkdir()
    return Project(folder, sandbox, database)
