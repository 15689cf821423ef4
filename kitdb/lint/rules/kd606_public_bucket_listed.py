from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_policy, is_for_clients, read
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation


@rule(
    "KD606",
    help="Drop the policy: the files of a public bucket are served without one.",
    severity="warning",
    on=(CreatePolicy, AlterPolicy),
    final=True,
    profiles=("strict",),
)
def public_bucket_listed(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy lets clients list all files of a public bucket.

    Whoever knows the address of a file in a public bucket gets it, no policy asked. What a policy for SELECT adds is
    the list of all the addresses.

    Bad:

        insert into storage.buckets (id, name, public) values ('covers', 'covers', true);
        create policy "read" on storage.objects for select to anon using (bucket_id = 'covers');

    Good:

        insert into storage.buckets (id, name, public) values ('covers', 'covers', true);
        create policy "read" on storage.objects for select to authenticated
          using (bucket_id = 'covers' and (storage.foldername(name))[1] = (select auth.uid())::text);

    Good:

        insert into storage.buckets (id, name, public) values ('papers', 'papers', false);
        create policy "read" on storage.objects for select to authenticated using (bucket_id = 'papers');
    """
    policy = changed_policy(operation, script)
    if policy is None or str(policy.definition.table) != "storage.objects" or not is_for_clients(policy.definition):
        return
    definition = policy.definition
    if not definition.permissive or definition.command not in ("select", "all") or definition.using is None:
        return
    asked = read(definition.using)
    if asked.calls or asked.relations or {name.rpartition(".")[2] for name in asked.columns} != {"bucket_id"}:
        return
    for bucket in sorted(script.final.public_buckets & set(asked.texts)):
        name = quote_identifier(definition.name)
        yield Problem(f"policy {name} lists every file of the public bucket {bucket}", "storage.objects")
