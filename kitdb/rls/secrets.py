"""Columns that keep what only its holder should know."""

from __future__ import annotations

import re

from kitdb.catalog.model import Column

_SECRET = re.compile(
    r"(?:^|_)(?:token|secret|password|passwd|passphrase|otp|api_?key|private_?key|access_?key|secret_?key|signing_?key"
    r"|recovery_codes?|backup_codes?|credentials?)(?:_?(?:hash|digest|encrypted))?$",
    re.IGNORECASE,
)
_KEEPING = ("text", "varchar", "bpchar", "uuid", "bytea", "citext", "json", "jsonb")


def keeps_secret(column: Column) -> bool:
    """Whether the name says that who reads the value may do what only its holder should."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.name)
    return bool(_SECRET.search(words)) and column.type.name.name in _KEEPING
