"""What a project says about itself: kitdb.toml, [tool.kitdb] in pyproject.toml, supabase/config.toml, environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from kitdb.errors import BadSettings, CannotRead, NoDatabase, Place

Exposure = Literal["explicit", "legacy"]

DATABASE_VARIABLES = ("KITDB_DB_URL", "SUPABASE_DB_URL", "DATABASE_URL")

_PATHS = {
    "migrations": "supabase/migrations",
    "policies": "supabase/policies",
    "access": "supabase/policies/access.toml",
    "models": "models",
}
_KEYS = (
    *_PATHS,
    "schemas",
    "exposed_schemas",
    "pg_major",
    "exposure",
    "sandbox",
    "sandbox_image",
    "stand_ins",
    "seeds",
)
_LINT_KEYS = ("profile", "fail_on", "baseline", "rules")
_GENERATE_KEYS = ("reference_tables",)
_PROFILES = ("supabase", "postgres", "strict")
_LEVELS = ("off", "info", "warning", "error")
_EXPOSURES = ("explicit", "legacy")
_SANDBOXES = ("auto", "embedded", "local", "docker")
_STAND_INS = ("on", "off")


@dataclass(frozen=True, slots=True)
class LintSettings:
    """The table [lint]: a profile of rules, the severity that fails a run, a level for single rules by name or code.

    `baseline` is a file of findings that were there before.
    """

    profile: Literal["supabase", "postgres", "strict"] = "supabase"
    fail_on: Literal["error", "warning", "info", "never"] = "error"
    rules: Mapping[str, str] = field(default_factory=dict)
    baseline: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """One project's settings; every path is absolute or relative to the working directory.

    `schemas` are files and folders of declared SQL, in the order in which they are loaded; `seeds` patterns of files
    with rows of one's own; `sources` the files that were read.
    """

    root: Path
    migrations: Path
    schemas: tuple[Path, ...]
    policies: Path
    access: Path
    models: Path
    exposed_schemas: tuple[str, ...] = ("public",)
    pg_major: int | None = None
    exposure: Exposure = "explicit"
    exposure_chosen: bool = False  # whether a flag, a file or the environment says so
    sandbox: str = "auto"
    sandbox_image: str | None = None
    stand_ins: bool = True
    seeds: tuple[Path, ...] = ()
    sources: tuple[Path, ...] = ()
    lint: LintSettings = LintSettings()
    reference_tables: tuple[str, ...] = ()  # [generate]: tables whose declared rows are part of the schema


def load_settings(start: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the project that holds the folder `start` (default: the working directory).

    The root is the nearest folder, from `start` upwards, with a kitdb.toml, a [tool.kitdb] in its pyproject.toml or a
    supabase folder; without any, `start` itself. An environment variable KITDB_<KEY> wins over the files.
    Raises `BadSettings` with file and line.
    """
    environment = os.environ if environment is None else environment
    start = (start or Path()).absolute()
    root = next((folder for folder in (start, *start.parents) if _is_root(folder)), start)
    own, own_path = _own_settings(root)
    config_path = root / "supabase" / "config.toml"
    config = _read_toml(config_path) if config_path.is_file() else {}
    given = {**_from_config(config), **own, **_from_environment(environment)}
    _check(given, own_path, environment)
    return _settings(root, given, tuple(path for path in (own_path, config_path) if path and path.is_file()))


def database_url(given: str | None, environment: Mapping[str, str] | None = None) -> str:
    """The database a command is pointed at: the flag, the environment, or libpq's own PG* variables.

    Raises `NoDatabase`.
    """
    url = optional_database_url(given, environment)
    if url is None:
        raise NoDatabase
    return url


def optional_database_url(given: str | None, environment: Mapping[str, str] | None = None) -> str | None:
    """As `database_url`, None where no database is named."""
    environment = os.environ if environment is None else environment
    if given:
        return given
    for variable in DATABASE_VARIABLES:
        if environment.get(variable):
            return environment[variable]
    return "postgresql://" if environment.get("PGHOST") or environment.get("PGSERVICE") else None


def _is_root(folder: Path) -> bool:
    if (folder / "kitdb.toml").is_file() or (folder / "supabase").is_dir():
        return True
    pyproject = folder / "pyproject.toml"
    return pyproject.is_file() and "[tool.kitdb" in pyproject.read_text(encoding="utf-8", errors="replace")


def _own_settings(root: Path) -> tuple[dict[str, Any], Path | None]:
    path = root / "kitdb.toml"
    if path.is_file():
        return _read_toml(path), path
    path = root / "pyproject.toml"
    if path.is_file():
        section = _read_toml(path).get("tool", {}).get("kitdb")
        if section is not None:
            return section, path
    return {}, None


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  # a project without settings need not wait for it

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+), column (\d+)", str(error))
        place = Place(str(path), int(found[1]), int(found[2])) if found else Place(str(path))
        message = re.sub(r" \(at .*\)$", "", str(error)).lower()
        raise BadSettings(f"not valid TOML: {message}", place=place, hint="Correct the line and try again.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(
            f"cannot read {path}: {error}", hint="Check the file's permissions and encoding (UTF-8)."
        ) from None


def _from_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """What supabase/config.toml already says, in our words."""
    database, api = _table(config, "db"), _table(config, "api")
    found: dict[str, Any] = {}
    if isinstance(database.get("major_version"), int):
        found["pg_major"] = database["major_version"]
    if isinstance(api.get("schemas"), list):
        found["exposed_schemas"] = api["schemas"]
    if isinstance(api.get("auto_expose_new_tables"), bool):
        found["exposure"] = "legacy" if api["auto_expose_new_tables"] else "explicit"
    paths = _table(database, "migrations").get("schema_paths")
    if isinstance(paths, list) and paths:
        found["schemas"] = [str(Path("supabase") / path) for path in paths]
    seed = _table(database, "seed")
    if seed.get("enabled") is False:
        found["seeds"] = []
    elif isinstance(seed.get("sql_paths"), list):
        found["seeds"] = [str(Path("supabase") / path) for path in seed["sql_paths"]]
    return found


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = values.get(name)
    return value if isinstance(value, dict) else {}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in _KEYS:
        value = environment.get(f"KITDB_{key.upper()}")
        if value:
            found[key] = value.split(",") if key in ("schemas", "exposed_schemas", "seeds") else value
    if isinstance(found.get("pg_major"), str) and found["pg_major"].isdigit():
        found["pg_major"] = int(found["pg_major"])
    return found


def _check(given: Mapping[str, Any], path: Path | None, environment: Mapping[str, str]) -> None:
    for key, value in given.items():
        problem = _problem(key, value)
        if problem is None:
            continue
        if environment.get(f"KITDB_{key.upper()}"):
            raise BadSettings(f"KITDB_{key.upper()}: {problem[0]}", hint=problem[1])
        raise BadSettings(problem[0], place=_key_place(path, key), hint=problem[1])


def _problem(key: str, value: object) -> tuple[str, str] | None:
    match key:
        case "schemas":
            good, wanted = isinstance(value, str) or _is_strings(value), "a path, or a list of paths"
        case "seeds":
            good = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
            wanted = "a list of paths"
        case "exposed_schemas":
            good, wanted = _is_strings(value), 'a list of names, such as ["public"]'
        case "pg_major":
            good, wanted = type(value) is int and 15 <= value <= 99, "a major version of Postgres from 15 on"
        case "exposure":
            good, wanted = value in _EXPOSURES, '"explicit" or "legacy"'
        case "sandbox":
            # What is wrong is not repeated: a URL may hold a password.
            return None if is_sandbox(value) else ("sandbox is none that kitdb knows", f"Write {SANDBOX_FORMS}.")
        case "sandbox_image":
            good, wanted = isinstance(value, str) and value != "", 'an image, such as "supabase/postgres:17.4.1.054"'
        case "stand_ins":
            good, wanted = value in _STAND_INS, '"on" or "off"'
        case "lint":
            return _lint_problem(value)
        case "generate":
            return _generate_problem(value)
        case _ if key in _PATHS:
            good, wanted = isinstance(value, str) and value != "", "a path"
        case _:
            return _unknown(key, (*_KEYS, "lint", "generate"))
    return None if good else (f"{key} is {value!r}", f"Write {wanted}.")


SANDBOX_FORMS = ", ".join(_SANDBOXES) + " or the URL of a server"


def is_sandbox(value: object) -> bool:
    """Does the value say where a throwaway database comes from?"""
    return isinstance(value, str) and (value in _SANDBOXES or value.startswith(("postgresql://", "postgres://")))


def _unknown(key: str, known: Sequence[str]) -> tuple[str, str]:
    import difflib  # noqa: PLC0415  # only where something is wrong

    close = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Use one of: {', '.join(known)}."
    return f"unknown setting {key!r}", hint


def _lint_problem(value: object) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return f"lint is {value!r}", f"Write a table [lint] with {', '.join(_LINT_KEYS)}."
    for key, part in value.items():
        match key:
            case "profile":
                good, wanted = part in _PROFILES, " or ".join(f'"{name}"' for name in _PROFILES)
            case "fail_on":
                good, wanted = part in ("error", "warning", "info", "never"), '"error", "warning", "info" or "never"'
            case "baseline":
                good, wanted = isinstance(part, str) and part != "", "a path"
            case "rules":
                good = isinstance(part, dict) and all(level in _LEVELS for level in part.values())
                wanted = 'a level for each rule: "off", "info", "warning" or "error"'
            case _:
                problem, hint = _unknown(key, _LINT_KEYS)
                return f"lint: {problem}", hint
        if not good:
            return f"lint.{key} is {part!r}", f"Write {wanted}."
    return None


def _generate_problem(value: object) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return f"generate is {value!r}", f"Write a table [generate] with {', '.join(_GENERATE_KEYS)}."
    for key, part in value.items():
        if key not in _GENERATE_KEYS:
            problem, hint = _unknown(key, _GENERATE_KEYS)
            return f"generate: {problem}", hint
        if not _is_strings(part):
            return f"generate.{key} is {part!r}", 'Write a list of tables, such as ["public.countries"].'
    return None


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _key_place(path: Path | None, key: str) -> Place | None:
    if path is None:
        return None
    pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]|\s*\[{re.escape(key)}")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if pattern.match(line):
            return Place(str(path), number, 1)
    return Place(str(path))


def _settings(root: Path, given: Mapping[str, Any], sources: tuple[Path, ...]) -> Settings:
    paths = {key: shown_path(root / cast(str, given.get(key, default))) for key, default in _PATHS.items()}
    schemas = given.get("schemas", "supabase/schemas")
    schemas = [schemas] if isinstance(schemas, str) else schemas
    return Settings(
        root=shown_path(root),
        schemas=tuple(shown_path(root / path) for path in schemas),
        exposed_schemas=tuple(given.get("exposed_schemas", ("public",))),
        pg_major=given.get("pg_major"),
        exposure=given.get("exposure", "explicit"),
        exposure_chosen="exposure" in given,
        sandbox=given.get("sandbox", "auto"),
        sandbox_image=given.get("sandbox_image"),
        stand_ins=given.get("stand_ins", "on") == "on",
        seeds=tuple(shown_path(root / path) for path in given.get("seeds", ("supabase/seed.sql",))),
        sources=sources,
        lint=_lint_settings(root, given.get("lint", {})),
        reference_tables=tuple(given.get("generate", {}).get("reference_tables", ())),
        **paths,
    )


def _lint_settings(root: Path, given: Mapping[str, Any]) -> LintSettings:
    baseline = given.get("baseline")
    return LintSettings(
        profile=given.get("profile", "supabase"),
        fail_on=given.get("fail_on", "error"),
        rules=dict(given.get("rules", {})),
        baseline=shown_path(root / baseline) if baseline else None,
    )


def shown_path(path: Path) -> Path:
    """The path as a person would write it here: relative where it lies below the working directory."""
    try:
        return path.absolute().relative_to(Path.cwd())
    except ValueError:
        return path
