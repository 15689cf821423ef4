"""The command line: arguments in, exit code out."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
import typer.core

from kitdb import __version__
from kitdb.cli import (
    check_rls,
    dev,
    diff,
    doctor,
    drift,
    gen_models,
    generate,
    init,
    lint,
    migrate,
    new,
    policy,
    repair,
    sandbox,
    status,
    verify,
)
from kitdb.errors import KitdbError

FAILED = 3
INTERRUPTED = 130


class Commands(typer.core.TyperGroup):
    """The commands, and one way to end for all of them when Ctrl-C comes or nobody reads on."""

    def invoke(self, ctx: Any) -> Any:  # Typer's own context class has moved between versions
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # Whoever read our output has read enough; Python would complain once more when it closes stdout.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None


app = typer.Typer(
    name="kitdb",
    cls=Commands,
    help="Supabase schema and migrations you can trust.\n\n"
    "generate writes migrations, lint finds what hurts, migrate applies them, gen-models emits types, "
    "check-rls proves who can read and write which rows.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"kitdb {__version__}")
        raise typer.Exit(0)


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Options of every command."""


# In the order in which a project meets them.
COMMANDS = (
    *(init, generate, diff, lint, migrate, status, drift, verify, repair, new, policy, gen_models, check_rls),
    *(dev, sandbox, doctor),
)
for module in COMMANDS:
    module.register(app)


def main() -> None:
    """Run the command line; a `KitdbError` ends it with its own words and exit code 3."""
    try:
        app()
    except KitdbError as error:
        from kitdb.cli.errors import show

        show(error)
        sys.exit(FAILED)
    except Exception as error:  # noqa: BLE001  # a bug is shown whole, and still without secrets
        from kitdb.cli.errors import show_bug

        show_bug(error)
        sys.exit(FAILED)
