"""The options that say which server: the same ones on every command that starts a sandbox, and they are heeded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from kitdb.cli import app


def commands() -> dict[str, set[str]]:
    """Every command's options."""
    found: dict[str, set[str]] = {}
    waiting = [("", get_command(app))]
    while waiting:
        name, command = waiting.pop()
        if isinstance(command, TyperGroup):
            context = typer.Context(command)
            parts = command.list_commands(context)
            waiting += [(f"{name} {each}".strip(), command.get_command(context, each)) for each in parts]
        found[name] = {option for parameter in command.params for option in parameter.opts}
    return found


SANDBOXED = {name for name, options in commands().items() if "--sandbox-image" in options}


def test_the_commands_that_work_in_a_sandbox_are_known():
    assert set("generate diff lint drift verify baseline gen-models check-rls dev".split()) <= SANDBOXED


@pytest.mark.parametrize("name", sorted(SANDBOXED))
def test_a_command_that_starts_a_sandbox_takes_all_that_chooses_its_server(name: str):
    options = commands()[name]
    assert options >= {"--sandbox", "--sandbox-image", "--stand-ins"}
    # A comparison with a live database takes that one's major version.
    assert "--pg-major" in options or "--db-url" in options


@pytest.mark.server
@pytest.mark.parametrize("command", ["check-rls", "gen-models", "generate", "diff"])
def test_without_stand_ins_a_migration_that_needs_one_does_not_apply(command: str, tmp_path: Path):
    migrations = tmp_path / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "1_queue.sql").write_text("create extension pgmq;\n")
    for folder, file in (("schemas", "notes.sql"), ("policies", "access.toml")):
        (tmp_path / "supabase" / folder).mkdir()
        (tmp_path / "supabase" / folder / file).write_text(
            "create table notes (id int primary key);" if folder == "schemas" else ""
        )

    done = subprocess.run(
        [sys.executable, "-m", "kitdb", command, "--stand-ins", "off"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 3, done.stdout + done.stderr
    assert "pgmq" in done.stderr
