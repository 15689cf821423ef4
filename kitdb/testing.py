"""Fixtures for a project's own tests: a database with its migrations, and connections as its users.

pytest loads this module by itself where kitdb is installed, so it imports the rest only when a fixture is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from kitdb.database import Connection
    from kitdb.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """A database that one test may change as it likes."""

    sandbox: Sandbox
    name: str

    def url(self, user: str = "postgres") -> str:
        return self.sandbox.url(user, self.name)

    def connect(self, user: str = "postgres", *, autocommit: bool = True) -> Connection:
        """A connection as postgres, which RLS does not bind, or as another role that can log in."""
        return self.sandbox.connect(user, self.name, autocommit=autocommit)

    def add_user(self, user: str | None = None, *, email: str | None = None, **metadata: Any) -> str:
        """A user as after a sign-up, with this `raw_user_meta_data`; the user's id."""
        user = user or str(uuid4())
        with self.connect("supabase_admin") as connection:
            connection.execute(
                "insert into auth.users (instance_id, id, aud, role, email, email_confirmed_at, raw_app_meta_data,"
                " raw_user_meta_data, created_at, updated_at) values ('00000000-0000-0000-0000-000000000000', %s,"
                " 'authenticated', 'authenticated', %s, now(), %s, %s, now(), now())",
                (
                    user,
                    email or f"{user}@example.com",
                    '{"provider": "email", "providers": ["email"]}',
                    json.dumps(metadata),
                ),
            )
        return user


@dataclass(slots=True)
class Actors:
    """Gives connections as users of the API; all are closed when the test ends."""

    database: FreshDatabase
    opened: list[Connection] = field(default_factory=list)

    def __call__(self, user: str | None = None, *, role: str | None = None, **claims: Any) -> Connection:
        """A connection as this user, or as nobody (role anon), with further claims of the token.

        As behind the API, the session is authenticator's; role, claims and search path are what PostgREST sets. Every
        statement is a request of its own, and kept.
        """
        role = role or ("authenticated" if user else "anon")
        token = {**({"sub": user, "aud": "authenticated"} if user else {}), "role": role, **claims}
        connection = self.database.connect("authenticator")
        self.opened.append(connection)
        connection.execute(
            "select set_config('search_path', 'public, extensions', false), set_config('role', %s, false),"
            " set_config('request.jwt.claims', %s, false), set_config('request.method', 'POST', false),"
            " set_config('request.path', '/', false), set_config('request.headers', '{}', false)",
            (role, json.dumps(token)),
        )
        return connection

    def close(self) -> None:
        for connection in self.opened:
            connection.close()


@pytest.fixture(scope="session")
def kitdb_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A throwaway server with the project's migrations in its database "postgres", one a test process."""
    from kitdb import database as databases  # noqa: PLC0415  # as the module says
    from kitdb.migrate.apply import REPLAY, apply  # noqa: PLC0415
    from kitdb.migrate.explain import explain  # noqa: PLC0415
    from kitdb.migrate.failure import MigrationFailed  # noqa: PLC0415
    from kitdb.migrate.files import read_migrations  # noqa: PLC0415
    from kitdb.sandbox import open_sandbox  # noqa: PLC0415
    from kitdb.settings import load_settings  # noqa: PLC0415

    settings = load_settings(request.config.rootpath)
    folder = read_migrations(settings.migrations)
    with open_sandbox(
        settings.sandbox,
        major=settings.pg_major,
        exposure=settings.exposure,
        image=settings.sandbox_image,
        stand_ins=settings.stand_ins,
    ) as sandbox:
        try:
            for _ in apply(lambda name: databases.connect(sandbox.url(), application_name=name), folder, REPLAY):
                pass
        except MigrationFailed as failed:
            raise explain(failed, folder) from failed
        yield sandbox


@pytest.fixture
def kitdb_db(kitdb_sandbox: Sandbox) -> Iterator[FreshDatabase]:
    """A fresh database with the project's migrations, for this test alone."""
    name = kitdb_sandbox.clone()
    yield FreshDatabase(kitdb_sandbox, name)
    kitdb_sandbox.drop(name)


@pytest.fixture
def kitdb_as(kitdb_db: FreshDatabase) -> Iterator[Actors]:
    """Connections to `kitdb_db` as its users: `kitdb_as("user-uuid")`, `kitdb_as()` for anon."""
    actors = Actors(kitdb_db)
    yield actors
    actors.close()
