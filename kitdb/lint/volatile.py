"""Is a default the same for every row?"""

from __future__ import annotations

import re
from functools import lru_cache

from kitdb.errors import KitdbError
from kitdb.lint.state import State
from kitdb.names import QualifiedName
from kitdb.sql.operations import CreateFunction
from kitdb.sql.read import read_expression

# Postgres's own volatile functions that a default can be made of (pg_proc.provolatile), and those of extensions.
_VOLATILE = frozenset(
    """
    clock_timestamp currval gen_random_uuid lastval nextval random random_normal set_config setval timeofday
    uuidv4 uuidv7 array_sample array_shuffle txid_status pg_notify pg_sleep
    gen_random_bytes gen_salt uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 nanoid
    """.split()
)


def volatile_calls(default: str, state: State) -> tuple[str, ...]:
    """The functions in a default that may give every row another value."""
    return tuple(name for name in _calls(default) if _is_volatile(name, state))


_ONE_SELECT = re.compile(r"\s*select\s+(.*?)\s*;?\s*", re.IGNORECASE | re.DOTALL)


def _is_inlined(function: CreateFunction) -> bool:
    """Whether Postgres puts the body in the place of the call, and sees that nothing in it is volatile."""
    only = _ONE_SELECT.fullmatch(function.body)
    if function.language != "sql" or function.security_definer or function.settings or function.strict or not only:
        return False
    if "select" in only[1].lower():  # a subquery is not
        return False
    try:
        calls = read_expression(only[1]).calls
    except KitdbError:
        return False
    return all("." not in call.name and call.name not in _VOLATILE for call in calls)


@lru_cache(maxsize=1024)
def _calls(default: str) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(call.name for call in read_expression(default).calls))
    except KitdbError:
        return ()


def _is_volatile(name: str, state: State) -> bool:
    schema, _, plain = name.rpartition(".")
    known = [
        function.definition
        for (function_name, _), function in state.functions.items()
        if function_name == QualifiedName(schema or "public", plain)
    ]
    if known:
        return any(one.volatility == "volatile" and not _is_inlined(one) for one in known)
    # A function that nobody has declared here: volatile is what Postgres takes it for by itself.
    return plain in _VOLATILE or schema not in ("", "pg_catalog", "auth", "extensions")
