from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_policy, is_for_clients, read
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation


@rule(
    "KD601",
    help="Name the bucket in the policy, and whose folder it is: (storage.foldername(name))[1].",
    on=(CreatePolicy, AlterPolicy),
    final=True,
    profiles=("supabase", "strict"),
)
def storage_policy_too_wide(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy for files holds in every bucket, or lets anybody change buckets.

    All buckets share one table. Without bucket_id a policy is for those as well that are yet to be made. A bucket that
    users can change can be made public by them. And a file that anon may write is one that anybody may replace.

    Bad:

        create policy "read" on storage.objects for select to authenticated
          using (owner_id = (select auth.uid())::text);

    Bad:

        create policy "buckets" on storage.buckets for update to authenticated using (id = 'covers');

    Bad:

        create policy "write" on storage.objects for insert to anon with check (bucket_id = 'covers');

    Good:

        create policy "read" on storage.objects for select to authenticated
          using (bucket_id = 'covers' and owner_id = (select auth.uid())::text);
    """
    policy = changed_policy(operation, script)
    if policy is None or not policy.definition.permissive or not is_for_clients(policy.definition):
        return
    definition, table = policy.definition, str(policy.definition.table)
    name = quote_identifier(definition.name)
    if table == "storage.buckets" and definition.command != "select":
        yield Problem(f"policy {name} lets {_who(definition)} change buckets", table)
    if table != "storage.objects":
        return
    clauses = [clause for clause in (definition.using, definition.with_check) if clause is not None]
    if not all(_names_bucket(clause) for clause in clauses):
        yield Problem(f"policy {name} holds in every bucket", table)
    elif definition.command != "select" and (not definition.roles or {"anon", "public"} & set(definition.roles)):
        bound = any(call.name in ("auth.uid", "auth.jwt") for clause in clauses for call in read(clause).calls)
        if not bound:
            yield Problem(f"policy {name} lets anybody write files", table)


def _names_bucket(clause: str) -> bool:
    found = read(clause)
    names_it = any(column.rpartition(".")[2] == "bucket_id" for column in found.columns)
    # A function may ask for it, and false is true of no bucket.
    return (
        names_it or found.always is False or any("." in call.name and not _is_known(call.name) for call in found.calls)
    )


def _is_known(name: str) -> bool:
    return name.partition(".")[0] in ("auth", "storage", "pg_catalog")


def _who(policy: CreatePolicy) -> str:
    return ", ".join(policy.roles) or "everybody"
