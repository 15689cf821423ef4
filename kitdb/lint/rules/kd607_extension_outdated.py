from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import OutdatedExtension, Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import Operation


@rule(
    "KD607",
    help="Run ALTER EXTENSION … UPDATE.",
    severity="info",
    on=(OutdatedExtension,),
    final=True,
    profiles=("supabase", "strict"),
)
def extension_outdated(operation: Operation, _script: Script) -> Iterator[Problem]:
    """An extension is older than the one that the server has.

    An update of the server brings the new files and leaves the objects in the database as they were, corrections of
    security holes among them. Only --live says this.
    """
    match operation:
        case OutdatedExtension(name, version, available):
            yield Problem(f"{quote_identifier(name)} is {version}, and the server has {available}", name)
