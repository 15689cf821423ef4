"""`kitdb doctor`: what kitdb finds on this machine."""

from __future__ import annotations

import typer

from kitdb.cli.options import Format, OutputFormat


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(format: Format = OutputFormat.table) -> None:
    """Say what was found, which versions, what is missing, and what to do about it.

    Every Postgres that is found is started once. Exit 1 if no sandbox can be had.

    Example:  kitdb doctor
    """
    from kitdb.cli.diagnosis import diagnose
    from kitdb.report import diagnosis as report

    checks = diagnose()
    report.write(checks, format.value)
    raise typer.Exit(0 if all(check.state != "missing" for check in checks) else 1)
