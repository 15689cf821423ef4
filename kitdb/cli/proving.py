"""How drafted migrations are tried: on a copy of what the migrations give, by the runner that deploys them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kitdb.diff.write import Draft
    from kitdb.migrate.files import MigrationFolder
    from kitdb.sandbox import Sandbox


def deploy(sandbox: Sandbox, existing: MigrationFolder) -> Callable[[str, Sequence[Draft]], None]:
    """What applies drafts to a database that has the existing migrations. It raises `NotApplied`."""
    from dataclasses import replace

    from kitdb import database as databases
    from kitdb.diff.prove import NotApplied
    from kitdb.migrate.apply import Options, apply
    from kitdb.migrate.failure import MigrationFailed
    from kitdb.migrate.new import draft_migrations, following_version

    last = existing.migrations[-1].version if existing.migrations else "0"

    def run(database: str, drafts: Sequence[Draft]) -> None:
        texts = [(draft.name, draft.text) for draft in drafts]
        drafted = draft_migrations(existing.path, texts, following_version(last))
        folder = replace(existing, migrations=existing.migrations + drafted)
        url = sandbox.url(database=database)
        options = Options(attempts=1, runner_wait=0.0, include_all=True)
        try:
            for _ in apply(lambda name: databases.connect(url, application_name=name), folder, options):
                pass
        except MigrationFailed as error:
            raise NotApplied(error.message, error.error.sqlstate, error.excerpt, error.details) from error

    return run
