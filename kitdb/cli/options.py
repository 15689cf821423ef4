"""Options that several commands take."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class OutputFormat(StrEnum):
    """How results are written to stdout."""

    table = "table"
    json = "json"


class StandInsOption(StrEnum):
    """Do SQL stand-ins take the place of extensions that the server lacks?"""

    on = "on"
    off = "off"


class ExposureOption(StrEnum):
    """What a new object in public grants to the API roles by itself."""

    explicit = "explicit"
    legacy = "legacy"


Format = Annotated[OutputFormat, typer.Option("--format", help="Output: a table for people, or JSON.")]
DbUrl = Annotated[
    str | None,
    typer.Option(
        "--db-url",
        metavar="URL",
        help="The database. Default: KITDB_DB_URL, SUPABASE_DB_URL, DATABASE_URL, or libpq's PG* variables.",
        show_default=False,
    ),
]
MigrationsFolder = Annotated[
    Path | None,
    typer.Option(
        "--migrations", metavar="DIR", help="The migrations folder. [default: supabase/migrations]", show_default=False
    ),
]


def _sandbox(value: str | None) -> str | None:
    from kitdb.settings import SANDBOX_FORMS, is_sandbox

    if value is not None and not is_sandbox(value):
        raise typer.BadParameter(f"not one of {SANDBOX_FORMS}")
    return value


Sandbox = Annotated[
    str | None,
    typer.Option(
        "--sandbox",
        metavar="auto|embedded|local|docker|URL",
        callback=_sandbox,
        help="Where the throwaway server comes from. [default: auto]",
        show_default=False,
    ),
]
SandboxImage = Annotated[
    str | None,
    typer.Option(
        "--sandbox-image",
        metavar="IMAGE",
        help="The image of --sandbox docker. [default: postgres of the project's major]",
        show_default=False,
    ),
]
StandIns = Annotated[
    StandInsOption | None,
    typer.Option(
        "--stand-ins", help="SQL stand-ins for extensions that the server lacks. [default: on]", show_default=False
    ),
]
PgMajor = Annotated[
    int | None,
    typer.Option(
        "--pg-major",
        metavar="N",
        min=15,
        help="The Postgres to prefer. [default: supabase/config.toml]",
        show_default=False,
    ),
]
Exposure = Annotated[
    ExposureOption | None,
    typer.Option(
        "--exposure",
        help="Do new tables reach the API by themselves (legacy) or not? [default: explicit]",
        show_default=False,
    ),
]
FromUrl = Annotated[
    str | None,
    typer.Option(
        "--from-url",
        metavar="URL",
        envvar="KITDB_FROM_URL",
        help="Begin with the schema of this database, which is only read; run the files that it does not have yet.",
        show_default=False,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
