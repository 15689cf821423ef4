"""The declared schema of a database that has none yet: statements in files that a person would look for them in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from kitdb.catalog.structure import ObjectId
from kitdb.diff.plan import Plan

_SHARED = {
    "schema": "00_schemas",
    "default privilege": "00_schemas",
    "extension": "01_extensions",
    "type": "10_types",
    "sequence": "20_sequences",
    "function": "60_functions",
    "procedure": "60_functions",
    "view": "70_views",
    "materialized view": "70_views",
    "publication": "90_publications",
    "publication table": "90_publications",
    "event trigger": "91_event_triggers",
    "bucket": "95_storage",
}


def declared_texts(plan: Plan, roles: Sequence[str] = ()) -> dict[str, str]:
    """The text of every file, by its path below supabase: `schemas/30_kits.sql`, `policies/kits.sql`.

    `roles` are the statements that make roles.
    """
    files: defaultdict[str, list[str]] = defaultdict(list)
    if roles:
        files["schemas/00_roles.sql"] += roles
    for identity, home, sql in plan.placed:
        files[_file(identity, home)].append(sql)
    return {path: "\n\n".join(f"{text};" for text in texts) + "\n" for path, texts in sorted(files.items())}


def _file(identity: ObjectId, home: ObjectId | None) -> str:
    if identity.kind == "policy":
        return f"policies/{_plain(home.name if home else identity.name)}.sql"
    if home is not None and home.kind == "table" and identity.kind != "publication table":
        return f"schemas/30_{_plain(home.name)}.sql"
    shared = _SHARED.get(identity.kind) or _SHARED.get(home.kind if home else "", "99_rest")
    return f"schemas/{shared}.sql"


def _plain(name: str) -> str:
    """A file name out of a qualified name; public goes without saying."""
    return re.sub(r"\W+", "_", name.removeprefix("public.").replace(".", "_")).strip("_").lower() or "_"
