"""A live database as what the migrations begin from: its schema, and which of the files it has already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kitdb.errors import KitdbError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kitdb.catalog.model import Role
    from kitdb.database import Connection
    from kitdb.diff.plan import Plan
    from kitdb.diff.state import State
    from kitdb.migrate.files import MigrationFolder
    from kitdb.report.progress import Progress
    from kitdb.sandbox import Sandbox


class CannotTakeOver(KitdbError):
    """A live database's schema cannot be made in the sandbox."""

    hint = "Write what is missing into a migration, or choose a sandbox that has it: --sandbox docker, --pg-major."


@dataclass(frozen=True, slots=True)
class LiveBase:
    """A live database as read: where it is (without secrets), its schema, and the versions in its history."""

    place: str
    state: State
    applied: frozenset[str]

    @property
    def major(self) -> int:
        return self.state.catalog.major


def read_base(url: str | None) -> LiveBase | None:
    """The live database, only read; None where none is named."""
    if url is None:
        return None
    from kitdb import database
    from kitdb.diff.state import read_state
    from kitdb.migrate.ledger import read_ledger

    with database.connect(url, application_name="kitdb (reads the schema)") as connection:
        connection.execute("set default_transaction_read_only = on")
        applied = frozenset(read_ledger(connection).by_version())
        return LiveBase(database.describe(database.connection_parameters(url)), read_state(connection), applied)


def not_in(base: LiveBase | None, folder: MigrationFolder) -> MigrationFolder:
    """The migrations that are still to be run on top of the live database's schema: all of them without one."""
    if base is None:
        return folder
    return replace(folder, migrations=tuple(one for one in folder.migrations if one.version not in base.applied))


def load_base(sandbox: Sandbox, base: LiveBase, progress: Progress) -> None:
    """Make the live schema, without its rows, in the sandbox's database "postgres". Raises `CannotTakeOver`."""
    from kitdb.diff.compare import differences
    from kitdb.diff.plan import Options, make_plan
    from kitdb.diff.state import read_state
    from kitdb.sandbox import SUPERUSER

    progress.step(f"taking over the schema of {base.place}")
    with sandbox.connect(SUPERUSER) as connection:
        made = _make_roles(connection, base.state.catalog.roles, read_state(connection).catalog.roles)
    with sandbox.connect() as connection:
        _run(connection, make_plan(read_state(connection), base.state, Options("never")))
        # What new objects are granted by themselves depends on the server: the rest is worked out from what it gave.
        bare = read_state(connection)
        _run(connection, make_plan(bare, base.state, Options("never"), granted=bare))
        state = read_state(connection)
    notes = [f"the roles {', '.join(made)} were made too, without their passwords"] if made else []
    if state.catalog.major == base.major:
        left = [*(found := differences(state.catalog, base.state.catalog)), *found.not_covered]
        notes += [f"not taken over: {', '.join(left[:5])}{', …' if len(left) > 5 else ''}"] if left else []
    progress.done(f"the schema of {base.place} taken over; its history has {len(base.applied)} versions", *notes)


def _make_roles(connection: Connection, wanted: Sequence[Role], present: Sequence[Role]) -> list[str]:
    """Roles of the project's own, which grants and policies name. None is a superuser or can log in."""
    from psycopg import sql

    known = {role.name for role in present}
    new = [role for role in wanted if role.name not in known]
    for role in new:
        attributes = f"nologin {'inherit' if role.inherit else 'noinherit'}"
        attributes += " bypassrls" if role.bypass_rls else ""
        connection.execute(sql.SQL("create role {} " + attributes).format(sql.Identifier(role.name)))
        known.add(role.name)
    grants = [(group, role.name) for role in new for group in role.member_of if group in known]
    # postgres has made them where they come from, and so may give them away.
    grants += [(role.name, "postgres") for role in new if "postgres" not in role.member_of]
    for group, member in grants:
        connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(group), sql.Identifier(member)))
    return [role.name for role in new]


def _run(connection: Connection, plan: Plan) -> None:
    import psycopg

    with connection.transaction():
        # A function may name what comes after it.
        connection.execute("set local check_function_bodies = off")
        for _, text in plan.statements:
            try:
                connection.execute(text.encode())
            except psycopg.Error as error:
                said = error.diag.message_primary or str(error)
                raise CannotTakeOver(f"the sandbox refuses {text.splitlines()[0]}: {said}") from error
