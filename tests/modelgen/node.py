"""TypeScript's compiler, Node and the Supabase CLI, where npm has put them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NPM = ROOT / ".venv" / "npm"
MODULES = NPM / "models" / "node_modules"
NODE = shutil.which("node")
CLI = os.environ.get("SUPABASE_CLI") or shutil.which("supabase", path=str(NPM / "node_modules" / ".bin"))

needs_npm = pytest.mark.skipif(
    not (NODE and (MODULES / "typescript").is_dir() and (MODULES / "zod").is_dir()),
    reason="Node or the npm packages typescript and zod are not installed (make npm)",
)
STRICT = {
    "strict": True,
    "noEmit": True,
    "target": "es2022",
    "module": "esnext",
    "moduleResolution": "bundler",
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "noImplicitOverride": True,
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "types": [],
}


def compile_strictly(folder: Path) -> str:
    """What the compiler says about the folder's files; nothing where all is well."""
    link(folder)
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": STRICT, "include": ["*.ts"]}))
    return run(MODULES / ".bin" / "tsc", "-p", folder)


def link(folder: Path) -> None:
    """Let the folder's files import npm packages."""
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(MODULES)


def transpile(folder: Path, name: str) -> Path:
    """The file in JavaScript, for Node."""
    link(folder)
    options = (
        "--target",
        "es2022",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        "--types",
        "",
        "--skipLibCheck",
    )
    run(MODULES / ".bin" / "tsc", folder / name, "--outDir", folder / "js", *options)
    (folder / "js" / "package.json").write_text('{"type": "module"}')
    return folder / "js" / Path(name).with_suffix(".js").name


def run(*command: str | Path, stdin: str = "", cwd: Path | None = None) -> str:
    result = subprocess.run(
        list(map(str, command)), input=stdin, capture_output=True, text=True, check=False, cwd=cwd, encoding="utf-8"
    )
    return result.stdout + result.stderr


def format_as_the_cli(folder: Path, text: str) -> str:
    (folder / "oxfmt.json").write_text('{"semi": false}')
    file = folder / "formatted.ts"
    file.write_text(text, encoding="utf-8")
    run(MODULES / ".bin" / "oxfmt", "-c", folder / "oxfmt.json", file, cwd=folder)
    return file.read_text(encoding="utf-8")


def database_and_constants(text: str) -> str:
    """The parts that are made from the schema."""
    database = text[text.index("export type Database") : text.index("\n}\n") + 3]
    constants = re.search(r"export const Constants.* as const\n", text, re.DOTALL)
    return f"{database}\n{constants[0] if constants else ''}"
