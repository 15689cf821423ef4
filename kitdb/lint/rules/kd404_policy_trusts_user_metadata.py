from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_expressions
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation
from kitdb.sql.readers.expressions import Expression


@rule(
    "KD404",
    help="Use app_metadata, which only the server writes, or a table that users cannot write.",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def policy_trusts_user_metadata(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy decides by what users can write about themselves.

    Every signed-in user may set their own user_metadata, so whoever wants the right takes it. An e-mail address is less
    than an id as well (a warning): users change it, and where addresses are not confirmed they take any.

    Bad:

        create policy "admin" on task to authenticated
          using ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin');

    Bad:

        create policy "admin" on task to authenticated
          using ((select auth.jwt()) #>> '{user_metadata,role}' = 'admin');

    Bad:

        create policy "admin" on task to authenticated
          using (exists (select 1 from auth.users u where u.raw_user_meta_data ->> 'role' = 'admin'));

    Good:

        create policy "admin" on task to authenticated
          using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');

    Good:

        create policy "own" on task to authenticated using (owner_id = (select auth.uid()));
    """
    for definition, clause, expression in changed_expressions(operation, script):
        if _reads_user_metadata(expression):
            yield Problem(
                f"{clause} of policy {quote_identifier(definition.name)} of {definition.table} trusts user_metadata, "
                "which every user can edit",
                str(definition.table),
            )
        elif _reads_email(expression):
            yield Problem(
                f"{clause} of policy {quote_identifier(definition.name)} of {definition.table} takes an e-mail address "
                "for a user",
                str(definition.table),
                severity="warning",
            )


def _reads_email(expression: Expression) -> bool:
    calls = [call.name for call in expression.calls]
    return "auth.email" in calls or ("auth.jwt" in calls and "email" in expression.texts)


def _reads_user_metadata(expression: Expression) -> bool:
    token = any(call.name in ("auth.jwt", "current_setting") for call in expression.calls)
    columns = [name.rpartition(".")[2] for name in expression.columns]
    return "raw_user_meta_data" in columns or (token and any("user_metadata" in text for text in expression.texts))
