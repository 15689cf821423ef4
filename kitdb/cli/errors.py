"""Errors as a person reads them: on stderr, without secrets."""

from __future__ import annotations

import traceback

import typer

from kitdb.errors import KitdbError, Refused

_MOST_LINES = 15


def show(error: KitdbError) -> None:
    """One line for what is wrong, one for what to do; the place and the server's words where there are some."""
    from kitdb.database import redact

    errors = error.errors if isinstance(error, Refused) else (error,)
    for single in errors:
        lines = [f"error: {single}", *_more(single)]
        if single.hint:
            lines.append(f"hint: {single.hint}")
        typer.echo(redact("\n".join(lines[:_MOST_LINES])), err=True)


def _more(error: KitdbError) -> list[str]:
    """What some errors carry beyond their message: an excerpt, the server's details, a difference."""
    lines: list[str] = []
    for name in ("excerpt", "details", "difference"):
        lines += [f"  {line}" for line in getattr(error, name, ())]
    return lines[: _MOST_LINES - 2]


def show_bug(error: BaseException) -> None:
    from kitdb.database import redact

    text = "".join(traceback.format_exception(error))
    typer.echo(redact(text), err=True)
    typer.echo("error: this is a bug in kitdb; please report it with the lines above", err=True)
