from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.operations import Operation

_SCHEMAS = frozenset(
    """
    auth storage realtime graphql graphql_public vault pgbouncer pgsodium supabase_functions _realtime _analytics
    """.split()
)
# Policies, triggers, rows and privileges are a project's own; so are comments.
_ALLOWED = frozenset((
    op.CreatePolicy, op.AlterPolicy, op.DropPolicy, op.CreateTrigger, op.DropTrigger, op.EnableTrigger,
    op.DisableTrigger, op.Insert, op.Update, op.Delete, op.Merge, op.Copy, op.Grant, op.Revoke, op.Comment, op.Lock,
    op.Analyze,
))  # fmt: skip
# What an operation is about, where that is no table.
_NAMED = {
    op.CreateFunction: "function", op.AlterFunction: "function", op.DropFunction: "function", op.CreateView: "view",
    op.DropView: "view", op.RefreshMaterializedView: "view", op.DropIndex: "index", op.CreateEnum: "type",
    op.AddEnumValue: "type", op.DropType: "type",
}  # fmt: skip


@rule(
    "KD604",
    help="Make it in a schema of your own; policies and triggers are all that a project can add there.",
    profiles=("supabase", "strict"),
)
def platform_object_changed(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A migration changes what Supabase owns.

    The role that migrations run as does not own the auth, storage and realtime schemas, so the statement is refused on
    a hosted project, and what an update of the platform does to the change is unknown.

    Bad:

        alter table auth.users add column nickname text;

    Bad:

        create function auth.is_admin() returns boolean language sql as 'select true';

    Bad:

        alter table storage.objects enable row level security;

    Good:

        create policy "read" on storage.objects for select to authenticated using (bucket_id = 'covers');

    Good:

        create trigger on_signup after insert on auth.users for each row execute function private.on_signup();

    Good:

        insert into storage.buckets (id, name) values ('covers', 'covers');
    """
    if type(operation) in _ALLOWED:
        return
    name = _changed(operation)
    if name is not None and name.schema in _SCHEMAS:
        yield Problem(f"{name} is in a schema that Supabase owns", str(name))


def _changed(operation: Operation) -> QualifiedName | None:
    if isinstance(operation, op.DropSchema):
        return QualifiedName(operation.schema, "*")
    name = getattr(operation, _NAMED.get(type(operation), "table"), None)
    return name if isinstance(name, QualifiedName) else None
