"""`kitdb new`: an empty migration."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from kitdb.cli.options import Format, MigrationsFolder, OutputFormat


def register(app: typer.Typer) -> None:
    app.command()(new)


def new(
    name: Annotated[str, typer.Argument(help="What the migration does, in a few words.")],
    migrations: MigrationsFolder = None,
    format: Format = OutputFormat.table,
) -> None:
    """Make an empty migration with the next version.

    Example:  kitdb new add_kit_tags
    """
    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.migrate.new import next_version, write_new

    settings = project_settings(migrations=migrations)
    slug = re.sub(r"\W+", "_", name).strip("_").lower()
    if not slug:
        raise typer.BadParameter("the name needs a letter or a digit")
    path = settings.migrations / f"{next_version(settings.migrations)}_{slug}.sql"
    write_new({path: ""})
    report.write_lines(format.value, {"path": str(path)}, [f"wrote {path}"])
