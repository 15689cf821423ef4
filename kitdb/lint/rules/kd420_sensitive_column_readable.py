from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.columns import written_columns
from kitdb.lint.policies import is_always_true
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import Table
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, CreateTable, Operation

_SENSITIVE = frozenset(
    """
    password passwd password_hash hashed_password encrypted_password secret secret_key client_secret private_key api_key
    apikey access_token refresh_token auth_token ssn social_security_number credit_card credit_card_number card_number
    cvv cvc iban bank_account bank_account_number tax_id national_id passport_number
    """.split()
)


@rule(
    "KD420",
    help="Move it into a table that only its owner reads, or grant SELECT on the other columns alone.",
    severity="warning",
    on=(AddColumn, CreateTable),
    final=True,
    profiles=("supabase", "strict"),
)
def sensitive_column_readable(operation: Operation, script: Script) -> Iterator[Problem]:
    """A column that sounds like a secret can be read in every row.

    The table is exposed, and either has no row level security or a policy that lets clients read all of it. What is
    in the column is told by its name alone, and rights on single columns are not known.

    Bad:

        create table public.shop (id bigint primary key, name text, api_key text);
        alter table public.shop enable row level security;
        create policy "read" on public.shop for select to anon, authenticated using (true);

    Good:

        create table public.shop (id bigint primary key, owner_id uuid, api_key text);
        alter table public.shop enable row level security;
        create policy "read" on public.shop for select to authenticated using (owner_id = (select auth.uid()));

    Good:

        create table private.shop (id bigint primary key, api_key text);
    """
    for name, column in written_columns(operation, script):
        if column.name.lower() not in _SENSITIVE:
            continue
        table = script.final.lookup.table_from.get(id(operation)) or script.final.known(name)
        readers = script.final.privileges.readers(table.name)
        if script.is_exposed(table.name) and readers and _shows_all(table, script):
            yield Problem(
                f"{quote_identifier(column.name)} of {table.name} can be read in every row by {', '.join(readers)}",
                str(table.name),
                confidence="possible",
            )


def _shows_all(table: Table, script: Script) -> bool:
    if not table.row_level_security:
        return table.created is not None and not script.may_enable_rls(table)
    policies = [policy.definition for policy in script.final.lookup.policies.get(table.name, ())]
    reading = [policy for policy in policies if policy.command in ("select", "all")]
    if any(not policy.permissive for policy in reading):
        return False
    clients = ("anon", "authenticated", "public")
    return any(
        is_always_true(policy.using) and (not policy.roles or any(role in clients for role in policy.roles))
        for policy in reading
    )
