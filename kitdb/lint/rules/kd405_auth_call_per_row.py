from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import once_per_statement
from kitdb.lint.policies import changed_expressions
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation

_FIXED = ("auth.uid", "auth.jwt", "auth.role", "auth.email", "current_setting")


@rule(
    "KD405",
    help="Put it into a subquery: (select auth.uid()).",
    severity="warning",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def auth_call_per_row(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy asks who the caller is once for every row.

    The answer is the same for the whole statement. In a subquery of its own Postgres computes it once, and an index
    on the column it is compared with can be used.

    Bad:

        create policy "read" on task for select to authenticated using (owner_id = auth.uid());

    Bad:

        create policy "read" on task for select to authenticated
          using (exists (select 1 from member m where m.org_id = task.org_id and m.user_id = auth.uid()));

    Good:

        create policy "read" on task for select to authenticated using (owner_id = (select auth.uid()));
    """
    for definition, clause, expression in changed_expressions(operation, script):
        policy = f"policy {quote_identifier(definition.name)} of {definition.table}"
        repeated = dict.fromkeys(call.name for call in expression.calls if call.name in _FIXED and not call.once)
        for name in repeated:
            yield Problem(
                f"{clause} of {policy} calls {name}() row by row",
                str(definition.table),
                fix=once_per_statement(script, name),
            )
