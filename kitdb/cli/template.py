"""The files of a new project: from what kitdb brings along, to the user's folder."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from kitdb.errors import CannotWrite, KitdbError

_CONTENT = ("schemas", "policies", "migrations")

_CONFIG = """\
# kitdb's settings; every key can also be a flag or an environment variable (KITDB_PG_MAJOR, ...).
# What supabase/config.toml already says (major version, exposed schemas) need not be said again.

# The Postgres that the project runs on, and that sandboxes prefer.
# pg_major = 17

# "explicit": a new table reaches the API only by a grant (hosted projects since 2026). "legacy": by itself.
exposure = "explicit"
"""

_EMPTY = {
    "supabase/schemas/.gitkeep": "",
    "supabase/migrations/.gitkeep": "",
    "supabase/policies/access.toml": """\
# Who may do what: one line a right; what is not listed here must be refused.
#
# [tables.notes]
# rows.own = "owner_id = :uid"
# allow = [
#   "user: select own",
#   "user: insert(title, body) own",
# ]
""",
}


class InTheWay(KitdbError):
    """A file that the project needs exists already, with other content."""

    hint = "Move it away, or name another folder."


def template_files(template: str) -> dict[str, str]:
    """Path → text of every file of a new project."""
    files = {"kitdb.toml": _CONFIG}
    if template == "empty":
        return files | _EMPTY
    for folder in _CONTENT:
        for item in sorted((resources.files("kitdb") / folder).iterdir(), key=lambda item: item.name):
            if item.name.endswith((".sql", ".toml")):
                files[f"supabase/{folder}/{item.name}"] = item.read_text(encoding="utf-8")
    return files


def write_project(folder: Path, files: dict[str, str]) -> list[Path]:
    """Write the files, all or, if one is in the way, none. Those that are there with the same content are left."""
    new: list[tuple[Path, str]] = []
    for name, text in files.items():
        path = folder / name
        if path.exists():
            if not path.is_file() or path.read_bytes() != text.encode():
                raise InTheWay(f"{path} exists already")
            continue
        new.append((path, text))
    written: list[Path] = []
    try:
        for path, text in new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
            written.append(path)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise CannotWrite(Path(error.filename or folder), error.strerror or str(error)) from None
    return written
