"""Columns that keep what only its holder should know."""

from __future__ import annotations

import re
from collections.abc import Collection

from kitdb.catalog.model import Catalog, Column, Relation
from kitdb.names import QualifiedName
from kitdb.rls.hints import code_of, names_in

_SECRET = re.compile(
    r"(?:^|_)(?:token|secret|password|passwd|passphrase|otp|api_?key|private_?key|access_?key|secret_?key|signing_?key"
    r"|recovery_codes?|backup_codes?|credentials?)(?:_?(?:hash|digest|encrypted))?$",
    re.IGNORECASE,
)
_KEEPING = ("text", "varchar", "bpchar", "uuid", "bytea", "citext", "json", "jsonb")

_CODE = re.compile(r"(?:^|_)(?:code|key|pin|voucher|invite|invitation|link|token|secret|hash)$", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"(?:secret|password|passwd|passphrase|(?:api|private|access|secret|signing)_?key|credentials?)(?:_|$)",
    re.IGNORECASE,
)


def keeps_secret(column: Column) -> bool:
    """Whether the name says that who reads the value may do what only its holder should."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.name)
    return bool(_SECRET.search(words)) and column.type.name.name in _KEEPING


def is_for_machines(column: Column) -> bool:
    """Whether it is a secret that hardly every reader of the row is to know, as that of a webhook."""
    return keeps_secret(column) and bool(_OF_OTHERS.search(column.name))


def is_redeemed(catalog: Catalog, relation: Relation, column: Column, memberships: Collection[QualifiedName]) -> bool:
    """Whether whoever gives a function the value of the column becomes a member: one that is like no other."""
    alone = any(index.unique and index.columns == (column.name,) for index in relation.indexes)
    if not alone or not _CODE.search(column.name) or column.type.name.name not in _KEEPING:
        return False
    for routine in catalog.routines:
        code = code_of(routine.body)
        arguments = [re.escape(a.name) for a in routine.arguments if a.name and a.mode in ("in", "inout")]
        given = "|".join((*arguments, r"\$\d+"))
        compared = re.search(rf'\b{re.escape(column.name)}"?\)*\s*=\s*[\w.(]*?(?:{given})(?!\w)', code)
        joined = (re.search(rf'\binsert\s+into\s+(?:\w+\.)?"?{re.escape(t.name)}\b', code, re.I) for t in memberships)
        if compared and relation.name.name in names_in(code) and any(joined):
            return True
    return False
