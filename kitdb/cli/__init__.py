"""The command line: arguments in, exit code out."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from kitdb import __version__
from kitdb.errors import KitdbError

FAILED = 3
INTERRUPTED = 130


# In the order in which a project meets them: a command, and the module here that registers it.
MODULES = {
    "init": "init", "generate": "generate", "diff": "diff", "lint": "lint", "migrate": "migrate", "status": "status",
    "drift": "drift", "verify": "verify", "repair": "repair", "baseline": "repair", "new": "new", "policy": "policy",
    "gen-models": "gen_models", "check-rls": "check_rls", "dev": "dev", "sandbox": "sandbox", "doctor": "doctor",
}  # fmt: skip


class Commands(typer.core.TyperGroup):
    """The commands, each loaded when it is asked for, and one way to end for all of them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in MODULES and cmd_name not in self.commands:
            part = typer.Typer(rich_markup_mode=None)
            import_module(f"kitdb.cli.{MODULES[cmd_name]}").register(part)
            self.commands.update(typer.main.get_group(part).commands)
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in MODULES:
            for name in MODULES:  # one of them may be what was meant
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)

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
