"""`kitdb lint`: what locks, loses data or leaks rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kitdb.cli.options import Format, OutputFormat


def register(app: typer.Typer) -> None:
    app.command()(lint)


def lint(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="SQL files or folders. [default: the migrations folder]", show_default=False),
    ] = None,
    together: Annotated[
        bool,
        typer.Option("--together", help="Take all files as one unshipped set: what one of them makes holds no data."),
    ] = False,
    explain: Annotated[
        str | None, typer.Option(metavar="RULE", help="Print a rule's documentation and exit.", show_default=False)
    ] = None,
    format: Format = OutputFormat.table,
) -> None:
    """Check migrations for statements that lock, lose data or leak rows. Exit 1 if one does.

    A finding that is meant can be allowed where it stands: -- kitdb: allow RULE: reason

    Example:  kitdb lint supabase/migrations
    """
    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.lint.run import lint_files

    if explain is not None:
        _explain(explain)
        return
    settings = project_settings()
    results = lint_files(paths or [settings.migrations], together=together, exposed_schemas=settings.exposed_schemas)
    report.write(results, format.value, noun="file")
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


def _explain(name: str) -> None:
    from kitdb.lint.rule import all_rules, find_rule

    rule = find_rule(name)
    if rule is None:
        known = ", ".join(f"{one.code} {one.name}" for one in all_rules())
        raise typer.BadParameter(f"no rule is called {name}; there are {known}", param_hint="--explain")
    typer.echo(f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.text}\n\nWhat to do: {rule.help}")
