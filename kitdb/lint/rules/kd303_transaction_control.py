from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import whole_statement
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Operation, Transaction

_ENDS = ("commit", "rollback", "prepare")


@rule(
    "KD303", help="Take BEGIN and COMMIT out: a file is a transaction already.", severity="warning", on=(Transaction,)
)
def transaction_control(operation: Operation, script: Script) -> Iterator[Problem]:
    """A file begins or ends a transaction by itself.

    A migration is applied in one transaction with its row in the history. A COMMIT in it ends that one: if a later
    statement fails, the first half stays and nothing says so. BEGIN … COMMIT around a whole file does no harm, and no
    good.

    Bad:

        begin;
        create table private.task (id bigint primary key);
        commit;

    Good:

        create table private.task (id bigint primary key);
        savepoint before_rows;
        insert into private.task (id) values (1);
        release savepoint before_rows;
    """
    match operation:
        case Transaction("begin"):
            yield Problem("the file is applied in a transaction already", fix=whole_statement(script))
        case Transaction(command) if command in _ENDS and (command != "commit" or _more_follows(script)):
            message = f"{command.upper()} ends the transaction of the file: what follows is not undone with it"
            yield Problem(message, severity="error")
        case Transaction("commit"):
            yield Problem("COMMIT ends the transaction that the file is applied in", fix=whole_statement(script))


def _more_follows(script: Script) -> bool:
    return script.file.parts[-1].statement.start > script.statement.start
