from __future__ import annotations

import difflib
from collections.abc import Iterator

from kitdb.lint.policies import changed_clauses, changed_policy, read
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation

_ROLES = frozenset(
    """
    anon authenticated service_role authenticator postgres public dashboard_user current_user session_user current_role
    pgbouncer pgsodium_keyholder pgsodium_keyiduser pgsodium_keymaker
    """.split()
)


@rule(
    "KD416",
    help="Name a role that exists: anon, authenticated or service_role, as a rule.",
    on=(CreatePolicy, AlterPolicy),
)
def unknown_role(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy is for a role that does not exist.

    CREATE POLICY fails where the role is in TO. In a comparison with auth.role() nothing fails: it is never true.

    Bad:

        create policy "read" on task for select to authentcated using (true);

    Bad:

        create policy "read" on task for select to authenticated using ((select auth.role()) = 'admin_user');

    Good:

        create policy "read" on task for select to authenticated using (true);

    Good:

        create role reporter;
        create policy "read" on task for select to reporter using (true);
    """
    known = _ROLES | script.before.roles | script.final.roles
    policy = changed_policy(operation, script)
    if policy is None:
        return
    table, name = policy.definition.table, quote_identifier(policy.definition.name)
    if policy.roles_from is operation:
        for role in policy.definition.roles:
            if role not in known and not role.startswith(("supabase_", "pg_")):
                close = difflib.get_close_matches(role, known, n=1)
                meant = f"; did you mean {close[0]}?" if close else ""
                yield Problem(f"policy {name} of {table} is for {role}, which is no role here{meant}", str(table))
    for _, clause, condition in changed_clauses(operation, script):
        for role in read(condition).compared_roles:
            if role not in known:
                yield Problem(f"{clause} of policy {name} of {table} waits for the role {role!r}", str(table))
