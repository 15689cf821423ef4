"""What kitdb ships is what its own commands write from the declared schema."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
CONTENT = CHECKOUT / "kitdb"


def kitdb(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kitdb", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.server
def test_generating_phase0_again_gives_the_same_bytes(tmp_path):
    assert kitdb("init", ".", "--template", "phase0", cwd=tmp_path).returncode == 0
    migrations = tmp_path / "supabase" / "migrations"
    shipped = {path.name: path.read_bytes() for path in migrations.glob("*.sql")}
    assert sorted(shipped) == ["20250219120000_phase0_schema.sql", "20250219120001_storage.sql"]
    for name in shipped:
        (migrations / name).unlink()

    done = kitdb("generate", "phase0_schema", "--version", "20250219120000", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in migrations.glob("*.sql")} == shipped


@pytest.mark.server
def test_the_shipped_models_are_those_of_the_shipped_migrations():
    done = kitdb("gen-models", "--out", "kitdb/models", "--check", cwd=CHECKOUT, KITDB_MIGRATIONS="kitdb/migrations")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.server
@pytest.mark.parametrize("exposure", ["explicit", "legacy"])
def test_every_right_of_phase0_is_as_specified(exposure, tmp_path):
    assert kitdb("init", ".", "--template", "phase0", cwd=tmp_path).returncode == 0
    done = kitdb("check-rls", "--exposure", exposure, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_the_content_and_no_top_level_module(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"kitdb"}
    for path in CONTENT.rglob("*"):
        if path.suffix in (".sql", ".toml", ".typed", ".control") and path.is_file():
            assert f"kitdb/{path.relative_to(CONTENT)}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.server
def test_the_wheel_alone_runs_the_loop_in_another_folder(wheel, tmp_path):
    site, folder = tmp_path / "site", tmp_path / "work"
    folder.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    environment = {"PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    where = subprocess.run(
        [sys.executable, "-c", "import kitdb; print(kitdb.__file__)"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(site))

    assert kitdb("init", ".", "--template", "phase0", cwd=folder, **environment).returncode == 0
    for command in (["generate", "--check"], ["lint"], ["gen-models"], ["check-rls"]):
        done = kitdb(*command, cwd=folder, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
