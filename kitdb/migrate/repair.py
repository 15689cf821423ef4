"""Corrections of the history by a person who knows better: no migration runs, nothing else changes."""

from __future__ import annotations

from collections.abc import Sequence

from kitdb.database import Connection
from kitdb.errors import KitdbError
from kitdb.migrate.files import Migration, MigrationFolder
from kitdb.migrate.ledger import Ledger, create_ledger, read_ledger
from kitdb.migrate.plan import UnknownVersion, make_plan, prefix_checksum
from kitdb.sql.split import history_statements

_RECORD = """
insert into supabase_migrations.schema_migrations (version, name, statements) values (%s, %s, %s)
on conflict (version) do update set name = excluded.name, statements = excluded.statements
"""
_RECORD_OWN = """
insert into supabase_migrations.kitdb_migrations as own (version, checksum, applied_at) values (%s, %s, now())
on conflict (version) do update set checksum = excluded.checksum, applied_at = coalesce(own.applied_at, now()),
  statements_done = own.statements_total, running = false
"""
_PROGRESS = """
insert into supabase_migrations.kitdb_migrations
  (version, checksum, statements_done, statements_total, statements_checksum)
values (%s, %s, %s, %s, %s)
on conflict (version) do update set checksum = excluded.checksum, statements_done = excluded.statements_done,
  statements_total = excluded.statements_total, statements_checksum = excluded.statements_checksum, running = false
"""


class NotEmpty(KitdbError):
    """A database that has a history is not to be adopted."""

    hint = "Use kitdb repair to correct single versions."


class NotByStatement(KitdbError):
    """Progress belongs to files that run statement by statement."""


def mark_applied(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Record the files as applied as they are today, whatever the history said."""
    create_ledger(connection)
    with connection.transaction():
        for migration in migrations:
            statements = history_statements(migration.text)
            connection.execute(_RECORD, (migration.version, migration.name, statements))
            connection.execute(_RECORD_OWN, (migration.version, migration.checksum))


def mark_reverted(connection: Connection, versions: Sequence[str]) -> None:
    """Take the versions out of the history. Raises `UnknownVersion` for one that is not in it."""
    ledger = read_ledger(connection)
    known = {row.version for row in ledger.applied} | {row.version for row in ledger.unfinished}
    for version in versions:
        if version not in known:
            raise UnknownVersion(f"the history has no version {version}", hint="Run kitdb status to see what it has.")
    create_ledger(connection)
    with connection.transaction():
        for table in ("schema_migrations", "kitdb_migrations"):
            statement = f"delete from supabase_migrations.{table} where version = any(%s)"  # noqa: S608  # fixed names
            connection.execute(statement.encode(), (list(versions),))


def mark_done(connection: Connection, folder: MigrationFolder, version: str, number: int) -> None:
    """Record the first `number` statements of a pending file as done. Raises `UnknownVersion`, `NotByStatement`."""
    find(folder, [version])
    # The progress on record is what is being corrected, so the plan is made without it.
    ledger = read_ledger(connection, {migration.version: migration.checksum for migration in folder.migrations})
    plan = make_plan(folder, Ledger(ledger.applied), include_all=True)
    planned = next((one for one in plan.pending if one.migration.version == version), None)
    if planned is None:
        raise NotByStatement(f"version {version} is applied", hint="Run kitdb status to see what is pending.")
    if planned.mode != "statements":
        raise NotByStatement(
            f"version {version} runs in one transaction: it is applied wholly or not at all",
            hint="Use kitdb repair --applied, if all of it is there.",
        )
    statements = planned.runnable
    if not 0 <= number <= len(statements):
        raise NotByStatement(
            f"version {version} has {len(statements)} statements", hint="Name how many of them are done."
        )
    create_ledger(connection)
    prefix = prefix_checksum(statements[:number]) if number else None
    connection.execute(_PROGRESS, (version, planned.migration.checksum, number, len(statements), prefix))


def adopt(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Record the files as applied in a database without a history. Raises `NotEmpty`."""
    ledger = read_ledger(connection)
    if ledger.applied:
        raise NotEmpty(f"the database has a history already, up to version {ledger.applied[-1].version}")
    mark_applied(connection, migrations)


def find(folder: MigrationFolder, versions: Sequence[str]) -> list[Migration]:
    """The files of the versions. Raises `UnknownVersion`."""
    by_version = {migration.version: migration for migration in folder.migrations}
    for version in versions:
        if version not in by_version:
            raise UnknownVersion(f"no migration in {folder.path} has the version {version}", hint="Run kitdb status.")
    return [by_version[version] for version in versions]
