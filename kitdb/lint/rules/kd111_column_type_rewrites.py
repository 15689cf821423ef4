from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import State, column_of
from kitdb.lint.types import Change, type_change
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.operations import AlterColumnType, Operation
from kitdb.sql.scan import tokens


@rule("KD111", help="Add a column of the new type, fill it in batches, and switch over.", on=(AlterColumnType,))
def column_type_rewrites(operation: Operation, script: Script) -> Iterator[Problem]:
    """A column gets another type, and every row is written anew or read.

    Reads and writes wait meanwhile, under ACCESS EXCLUSIVE, and indexes are built again. Some changes are free: a
    longer varchar, varchar to text, a numeric with more digits before the point.

    Bad:

        alter table task alter column number type bigint;

    Bad:

        create table task (title text);
        -- a later file
        alter table other alter column title type varchar(20);

    Good:

        alter table task alter column title type text;

    Good:

        create table private.task (title text);
        alter table private.task alter column title type varchar(20);
    """
    match operation:
        case AlterColumnType(table, column, type_name, using) if not script.is_new(table):
            known = script.before.known(table).columns.get(column)
            change = _change(known.type if known else None, type_name, script.before)
            if using is not None and not _is_plain(using, column):
                change = Change("rewrite", certain=False)
            if operation.collation is not None and change.what == "nothing":
                change = Change("indexes", certain=False)
            if change.what == "nothing" and known and known.type != type_name and _in_expression(table, column, script):
                change = Change("indexes")
            effect = _EFFECTS.get(change.what)
            if effect:
                was = f", which is {known.type}," if known else ""
                yield Problem(
                    f"{effect.format(table=table)} while reads and writes wait: "
                    f"{quote_identifier(column)}{was} becomes {type_name}",
                    str(table),
                    confidence="certain" if change.certain else "possible",
                )


_EFFECTS = {
    "rewrite": "{table} is written anew",
    "scan": "every row of {table} is read",
    "indexes": "indexes of {table} are built again",
}


def _change(old: str | None, new: str, state: State) -> Change:
    """What the change of type does, a domain being what it is made of; one that checks its values reads every row."""
    if old == new or old is None:
        return type_change(old, new)
    while (domain := state.domain(new)) and not domain.constraints and not domain.not_null:
        new = domain.type
    if domain is not None:
        return Change("rewrite")
    while domain := state.domain(old):
        old = domain.type
    return type_change(old, new)


def _in_expression(table: QualifiedName, column: str, script: Script) -> bool:
    """Whether an index has an expression or a condition of the column: those are built again whatever the change is."""
    for index in script.before.indexes.values():
        if index.table == table:
            texts = (*(part for part in index.columns if column_of(part) is None), index.where or "")
            if any(column in _words(text) for text in texts):
                return True
    return False


def _words(text: str) -> set[str]:
    return {text[token.start : token.end].strip('"') for token in tokens(text)}


def _is_plain(using: str, column: str) -> bool:
    """Whether USING says no more than a cast would."""
    words = [using[token.start : token.end] for token in tokens(using)]
    if words[:1] == ["cast"] and words[1:2] == ["("]:
        words = words[2:]
    return words[:1] in ([column], [f'"{column}"']) and (len(words) == 1 or words[1] in (":", "::", "as"))
