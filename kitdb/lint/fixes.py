"""Pieces of fixes that several rules share: where in the text of a statement a word goes."""

from __future__ import annotations

from kitdb.lint.rule import Edit, Fix
from kitdb.lint.script import Script
from kitdb.sql.scan import tokens


def concurrently(script: Script, after: str, *, transactional: bool = False) -> Fix | None:
    """CONCURRENTLY after a word, in a file of its own where it cannot run in a transaction."""
    edit = after_word(script, after, " concurrently")
    if edit is None:
        return None
    return Fix((edit,), alone=not transactional and script.file.transaction)


def after_word(script: Script, word: str, text: str) -> Edit | None:
    for token in tokens(script.statement.text):
        if token.word == word:
            return Edit(token.end, token.end, text)
    return None


def at_end(script: Script, text: str) -> Edit:
    end = len(script.statement.text)
    return Edit(end, end, text)
