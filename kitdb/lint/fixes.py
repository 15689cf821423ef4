"""Pieces of fixes that several rules share: where in the text of a statement a word goes."""

from __future__ import annotations

import re

from kitdb.lint.rule import Edit, Fix
from kitdb.lint.script import Script
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.operations import AddConstraint
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


def whole_statement(script: Script) -> Fix:
    """The statement goes, with its semicolon and what is left of its line."""
    statement, text = script.statement, script.file.text
    stop = min(statement.stop + 1, len(text))
    rest = _REST_OF_LINE.match(text, stop)
    return Fix((Edit(0, (rest.end() if rest else stop) - statement.start, ""),))


_REST_OF_LINE = re.compile(r"[ \t]*\r?\n")


def not_valid(script: Script, operation: AddConstraint, table: QualifiedName) -> Fix | None:
    """NOT VALID after the constraint, and VALIDATE for later; nothing for a constraint without a name."""
    name = operation.constraint.name
    if name is None:
        return None
    text = script.statement.text
    stop = next((t.start for t in tokens(text) if t.start > operation.at and t.word == "," and t.depth == 0), len(text))
    later = f"alter table {table} validate constraint {quote_identifier(name)}"
    return Fix((Edit(stop, stop, " not valid"),), later=(later,))


def once_per_statement(script: Script, call: str) -> Fix | None:
    """Every call of a function without arguments in a subquery of its own."""
    schema, _, name = call.rpartition(".")
    found = list(tokens(script.statement.text))
    edits = []
    for index in range(len(found) - 4):
        words = [token.word for token in found[index : index + 5]]
        if words == [schema, ".", name, "(", ")"] and (index == 0 or found[index - 1].word != "select"):
            start, end = found[index].start, found[index + 4].end
            edits += [Edit(start, start, "(select "), Edit(end, end, ")")]
    return Fix(tuple(edits)) if edits and schema else None


def search_path(script: Script) -> Fix | None:
    """SET search_path = '' before the body; public where a name in the body is not qualified."""
    text = script.statement.text
    path = "public, pg_temp" if _UNQUALIFIED.search(text) else "''"
    for token in tokens(text):
        if token.word == "as" and token.depth == 0:
            return Fix((Edit(token.start, token.start, f"set search_path = {path} "),), safe=False)
    return None


_UNQUALIFIED = re.compile(
    r"\b(?:from|join|into|update|table|exists)\s+(?!select\b|strict\b|only\b|new\b|old\b)[a-z_]\w*(?!\w)(?!\s*[.(])",
    re.IGNORECASE,
)


def at_end(script: Script, text: str) -> Edit:
    end = len(script.statement.text)
    return Edit(end, end, text)
