"""Statements that Postgres refuses inside of a transaction block, told by their words: nothing has to be parsed."""

from __future__ import annotations

from itertools import islice

from kitdb.sql.scan import word_at
from kitdb.sql.split import words

_MAY_STAND_ALONE = frozenset(
    ("create", "drop", "alter", "vacuum", "cluster", "discard", "reindex")
)  # what any of them begins with; all other statements are done with at their first word
# Each of them has one of these words as well.
_TELLING = (
    "concurrently", "vacuum", "cluster", "discard", "reindex", "system", "database", "tablespace", "subscription",
)  # fmt: skip


def needs_no_transaction(text: str, word: str | None = None) -> bool:
    """Whether Postgres refuses the statement, which begins with `word`, inside of a transaction block."""
    if not text or (word or word_at(text, 0)) not in _MAY_STAND_ALONE:
        return False
    lowered = text.lower()
    if not any(word in lowered for word in _TELLING):
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
