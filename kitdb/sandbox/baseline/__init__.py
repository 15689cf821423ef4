"""What a Supabase migration meets in an empty database, as SQL and as the act of loading it."""

from __future__ import annotations

from importlib import resources
from typing import Literal

import psycopg
from psycopg import sql

from kitdb.database import Connection
from kitdb.errors import KitdbError

Exposure = Literal["explicit", "legacy"]

SUPERUSER = "supabase_admin"
DATABASE = "postgres"


class CannotBuildBaseline(KitdbError):
    """The Supabase baseline could not be loaded."""


def baseline_sql(exposure: Exposure) -> str:
    """The statements that turn an empty database into what a Supabase migration meets."""
    names = ["roles.sql", "supabase.sql"] + (["explicit_exposure.sql"] if exposure == "explicit" else [])
    return "\n".join(read_part(name) for name in names)


def read_part(name: str) -> str:
    return (resources.files("kitdb.sandbox.baseline") / name).read_text(encoding="utf-8")


def load_baseline(connection: Connection, statements: str) -> tuple[str, ...]:
    """Load the baseline into the connection's database, as a superuser; the names of the roles that were made."""
    try:
        with connection.transaction():
            connection.execute(statements.encode())
            connection.execute(
                sql.SQL("alter database {} owner to postgres").format(sql.Identifier(connection.info.dbname))
            )
            row = connection.execute("select current_setting('kitdb.roles_made')").fetchone()
    except psycopg.Error as error:
        raise CannotBuildBaseline(f"the Supabase baseline does not load on this server: {error}") from error
    return tuple(filter(None, str(row[0]).split(","))) if row else ()


def has_baseline(connection: Connection) -> bool:
    """Is this the database of a Supabase image, which brings all of it?"""
    row = connection.execute(
        "select pg_catalog.to_regnamespace('auth') is not null and pg_catalog.to_regrole('supabase_admin') is not null"
    ).fetchone()
    return bool(row and row[0])
