from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import at_end
from kitdb.lint.rule import Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import CreateExtension, Operation

# They choose their schema by themselves.
_FIXED = frozenset(
    """
    pg_cron pg_graphql pg_net pgmq pgsodium pgtap plpgsql supabase_vault vault postgis_topology postgis_tiger_geocoder
    pg_tle pgroonga_database plv8 wrappers http_server
    """.split()
)


@rule(
    "KD605",
    help="Add WITH SCHEMA extensions.",
    severity="warning",
    on=(CreateExtension,),
    final=True,
    profiles=("supabase", "strict"),
)
def extension_in_public(operation: Operation, script: Script) -> Iterator[Problem]:
    """An extension puts its functions into a schema that the API shows.

    Without WITH SCHEMA they go into the first schema of the search path, which is public. Clients can call them there,
    and they get in the way of names of the project.

    Bad:

        create extension citext;

    Bad:

        create extension citext with schema public;

    Good:

        create extension citext with schema extensions;

    Good:

        create extension pg_cron;
    """
    match operation:
        case CreateExtension(name, schema) if name not in _FIXED:
            where = schema or "public"
            if where in script.exposed_schemas:
                yield Problem(
                    f"what {quote_identifier(name)} brings is put into {where}, which the API shows",
                    name,
                    fix=_moved(operation, script),
                )


def _moved(operation: CreateExtension, script: Script) -> Fix | None:
    """WITH SCHEMA extensions. Names that were qualified with public are found no longer."""
    if operation.schema is not None or operation.cascade:
        return None
    return Fix((at_end(script, " with schema extensions"),), safe=False)
