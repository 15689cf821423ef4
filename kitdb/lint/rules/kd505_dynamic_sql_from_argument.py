from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import DynamicSql, Script
from kitdb.sql.operations import Operation


@rule(
    "KD505",
    help="Pass values with USING, and names through format('%I') or quote_ident().",
    on=(DynamicSql,),
    final=True,
)
def dynamic_sql_from_argument(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A function runs a text that its caller wrote.

    An argument becomes part of a statement without being quoted, so the caller can write any statement, and has it run
    with the rights of the function.

    Bad:

        create function private.total(tab text) returns bigint language plpgsql as $$
        declare n bigint;
        begin
          execute 'select count(*) from ' || tab into n;
          return n;
        end $$;

    Bad:

        create function private.wipe(tab text) returns void language plpgsql
          as $$ begin execute format('delete from %s', tab); end $$;

    Good:

        create function private.total(tab text) returns bigint language plpgsql as $$
        declare n bigint;
        begin
          execute format('select count(*) from %I where id > $1', tab) into n using 1;
          return n;
        end $$;
    """
    match operation:
        case DynamicSql(function, arguments):
            who = " with its owner's rights" if function.security_definer else ""
            yield Problem(
                f"{function.signature} runs what its caller wrote in {', '.join(arguments)}{who}", function.signature
            )
