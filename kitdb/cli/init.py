"""`kitdb init`: a project to begin with."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kitdb.cli.options import Format, OutputFormat


class Template(StrEnum):
    """What a new project begins with."""

    empty = "empty"
    phase0 = "phase0"


def register(app: typer.Typer) -> None:
    app.command()(init)


def init(
    folder: Annotated[Path, typer.Argument(help="The project's folder; it is made if it is missing.")] = Path(),
    template: Annotated[
        Template, typer.Option(help="An empty project, or Phase 0, the schema of a drumkit marketplace.")
    ] = Template.empty,
    format: Format = OutputFormat.table,
) -> None:
    """Write a project: supabase/schemas, supabase/policies, supabase/migrations, kitdb.toml.

    Files that exist are never changed; if one of them is in the way, nothing is written.

    Example:  kitdb init --template phase0
    """
    from kitdb import report
    from kitdb.cli.template import template_files, write_project

    written = write_project(folder, template_files(template.value))
    report.write_lines(
        format.value,
        {"folder": str(folder), "template": template.value, "written": [str(path) for path in written]},
        [f"wrote {path}" for path in written] + ["", "next: " + _next(template)],
    )


def _next(template: Template) -> str:
    if template is Template.phase0:
        return "kitdb check-rls"
    return (
        "declare tables in supabase/schemas, then kitdb generate NAME (or kitdb new NAME to write a migration by hand)"
    )
