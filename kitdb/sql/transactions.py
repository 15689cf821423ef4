"""What statements need of the session that runs them, told by their words: nothing has to be parsed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from kitdb.sql.scan import word_at
from kitdb.sql.split import Statement, words

if TYPE_CHECKING:
    import psycopg

# What any of them begins with, and words of which it then has one; all other statements are done with at their first.
_MADE = ("concurrently", "database", "tablespace", "subscription")
_TELLING = {
    "create": _MADE,
    "drop": _MADE,
    "alter": ("concurrently", "database", "system"),
    "vacuum": ("vacuum",),
    "cluster": ("cluster",),
    "discard": ("discard",),
    "reindex": ("reindex",),
}

_TOLD = frozenset(word for telling in _TELLING.values() for word in telling)


def may_need_no_transaction(text: str) -> bool:
    """Whether any statement of a file may; what has none of these words is done with at once."""
    lowered = text.lower()
    return any(word in lowered for word in _TOLD)


def needs_no_transaction(text: str, word: str | None = None) -> bool:
    """Whether Postgres refuses the statement, which begins with `word`, inside of a transaction block."""
    telling = _TELLING.get(word or word_at(text, 0)) if text else None
    if telling is None:
        return False
    lowered = text.lower()
    if not any(word in lowered for word in telling):
        return False
    match list(islice(words(text), 5)):
        case ["create", "index", "concurrently", *_] | ["create", "unique", "index", "concurrently", *_]:
            return True
        case ["drop", "index", "concurrently", *_] | ["vacuum", *_] | ["alter", "system", *_]:
            return True
        case ["create" | "drop", "database" | "tablespace" | "subscription", *_]:
            return True
        case ["alter", "database", _, "set", "tablespace"]:
            return True
        case ["cluster"] | ["cluster", "verbose"] | ["cluster", "(", _, ")"] | ["discard", "all"]:
            return True
        case ["reindex", *_]:
            return _reindexes_alone(list(islice(words(text), 1, 40)))
        case ["alter", "table", *_]:
            found = list(islice(words(text), 40))
            return "detach" in found and "concurrently" in found
    return False


def _reindexes_alone(rest: list[str]) -> bool:
    options: list[str] = []
    if rest[:1] == ["("] and ")" in rest:
        end = rest.index(")")
        options, rest = rest[1:end], rest[end + 1 :]
    if rest[:1] in (["schema"], ["database"], ["system"]) or "concurrently" in rest[1:2]:
        return True
    if "concurrently" not in options:
        return False
    return options[options.index("concurrently") + 1 :][:1] not in (["false"], ["off"], ["0"])


def needs_superuser(text: str, word: str) -> bool:
    """Whether Postgres wants a superuser for a statement that hosted Supabase lets `postgres` run all the same."""
    if word not in ("create", "alter", "drop"):
        return False
    match list(islice(words(text), 3)):
        case [_, "event", "trigger"]:
            return True
        case [_, "publication", *_]:
            rest = list(islice(words(text), 40))
            return any(rest[n : n + 2] in (["all", "tables"], ["tables", "in"]) for n in range(len(rest)))
    return False


def lend_superuser(*, lend: bool) -> str:
    """What makes the session's user a superuser within its transaction, in a sandbox's baseline, or takes it back.

    A server that does not have the function (one with Supabase's own modules) needs none.
    """
    return (
        "do $kitdb$ begin if pg_catalog.to_regprocedure('extensions.kitdb_superuser(boolean)') is not null then"
        f" perform extensions.kitdb_superuser({str(lend).lower()}); end if; end $kitdb$"
    )


def execute_as_hosted(connection: psycopg.Connection[Any], statement: Statement) -> None:
    """Run a statement in a transaction of a sandbox, as hosted Supabase would let `postgres` run it."""
    lent = needs_superuser(statement.text, statement.word)
    if lent:
        connection.execute(lend_superuser(lend=True).encode())
    connection.execute(statement.text.encode())
    if lent:
        connection.execute(lend_superuser(lend=False).encode())
