from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import CreateView, Operation

_USERS = QualifiedName("auth", "users")


@rule(
    "KD506",
    help="Copy what others may see into a table of your own, with policies.",
    on=(CreateView,),
    final=True,
    profiles=("supabase", "strict"),
)
def users_exposed(operation: Operation, script: Script) -> Iterator[Problem]:
    """A view that the API shows reads auth.users.

    It holds addresses, telephone numbers and password hashes of everybody. A view reads it with its owner's rights,
    and a materialized view holds a copy.

    Bad:

        create view public.people as select id, email from auth.users;

    Good:

        create view private.people as select id, email from auth.users;

    Good:

        create view public.people as select id, email from auth.users;
        revoke all on public.people from anon, authenticated;
    """
    match operation:
        case CreateView(view, relations=relations) if _USERS in relations and script.is_exposed(view):
            known = script.final.views.get(view)
            if known is None or known.created is not operation:
                return
            readers = script.final.privileges.readers(view)
            if readers:
                yield Problem(f"{', '.join(readers)} can read auth.users through {view}", str(view))
