"""One short text for the structure of a database."""

from __future__ import annotations

import hashlib
import json

from kitdb.catalog.model import Catalog
from kitdb.catalog.structure import structure


def fingerprint(catalog: Catalog) -> str:
    """The SHA-256 of the structure: equal for two databases just where `structure` is, whatever made them so.

    Postgres prints definitions differently from one major version to the next: compare within one.
    """
    objects = [[identity.kind, identity.name, facts] for identity, facts in structure(catalog).items()]
    text = json.dumps(objects, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
