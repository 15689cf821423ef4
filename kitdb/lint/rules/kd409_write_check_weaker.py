from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_policy, is_always_true, is_for_clients
from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.condition import outcomes
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation
from kitdb.sql.scan import tokens


@rule(
    "KD409",
    help="Leave WITH CHECK out, so that USING holds for the new row too, or repeat whose row it must be.",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def write_check_weaker(operation: Operation, script: Script) -> Iterator[Problem]:
    """An update may turn a row of one's own into somebody else's.

    USING says which rows may be changed, WITH CHECK what they may become. Where the second does not ask whose the row
    is, a user can give it away, or have it count for others.

    Bad:

        create policy "update" on task for update to authenticated
          using (owner_id = (select auth.uid())) with check (length(title) > 0);

    Good:

        create policy "update" on task for update to authenticated
          using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()) and length(title) > 0);

    Good:

        create policy "update" on task for update to authenticated using (owner_id = (select auth.uid()));
    """
    policy = changed_policy(operation, script)
    if policy is None or operation not in (policy.using_from, policy.with_check_from):
        return
    definition = policy.definition
    if definition.command not in ("update", "all") or not definition.permissive or not is_for_clients(definition):
        return
    using, check = definition.using, definition.with_check
    if using is None or check is None or is_always_true(check):
        return
    if True not in outcomes(using, "stranger") and True in outcomes(check, "stranger"):
        yield Problem(
            f"policy {quote_identifier(definition.name)} of {definition.table} does not ask whose the new row is",
            str(definition.table),
            fix=_without_check(script) if isinstance(operation, CreatePolicy) else None,
        )


def _without_check(script: Script) -> Fix | None:
    """Without WITH CHECK, which is the statement's end: USING holds for the new row then."""
    for token in tokens(script.statement.text):
        if token.word == "with" and token.depth == 0:
            return Fix((Edit(token.start, len(script.statement.text), ""),), safe=False)
    return None
