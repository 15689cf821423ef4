"""`kitdb sandbox`: what throwaway servers are on this machine, and taking away what was left behind."""

from __future__ import annotations

from typing import Annotated

import typer

from kitdb.cli.options import Format, OutputFormat

app = typer.Typer(
    help="The throwaway servers of this machine: list them, remove leftovers.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Server = Annotated[
    str | None,
    typer.Option(
        "--sandbox", metavar="URL", help="Look on this server too. [default: the setting]", show_default=False
    ),
]


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="sandbox")


@app.command("list")
def list_(sandbox: Server = None, format: Format = OutputFormat.table) -> None:
    """Say which sandboxes run, which were left behind, and what the cache holds.

    Example:  kitdb sandbox list
    """
    from dataclasses import asdict

    from kitdb import report
    from kitdb.sandbox.prune import find

    found = list(find(url=_url(sandbox)))
    lines = [
        f"{each.state:12} {each.kind:9} {_age(each.seconds):>6} {_size(each.size):>8}  {each.name}" for each in found
    ]
    report.write_lines(format.value, {"sandboxes": [asdict(each) for each in found]}, lines or ["no sandboxes"])


@app.command()
def prune(
    cache: Annotated[bool, typer.Option("--cache", help="The cache too; it is made anew when it is needed.")] = False,
    sandbox: Server = None,
    format: Format = OutputFormat.table,
) -> None:
    """Remove sandboxes that nobody holds any more, and what the cache has not used for long. Running ones stay.

    On a server of one's own that sandboxes used (--sandbox URL, or the setting), their scratch databases: only kitdb's,
    and none that a sandbox or anybody else is using.

    Example:  kitdb sandbox prune
    """
    from kitdb import report
    from kitdb.sandbox.prune import prune as remove

    removed = list(remove(cache=cache, url=_url(sandbox)))
    report.write_lines(
        format.value, {"removed": removed}, [f"removed {name}" for name in removed] or ["nothing to remove"]
    )


def _url(sandbox: str | None) -> str | None:
    """The server to look on, where one is given or set."""
    from kitdb.sandbox import is_url
    from kitdb.settings import load_settings

    given = sandbox or load_settings().sandbox
    if is_url(given):
        return given
    if sandbox:
        raise typer.BadParameter("it is the URL of a server, postgresql://…", param_hint="--sandbox")
    return None


def _age(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _size(size: int) -> str:
    return f"{size / 1024**2:.0f} MiB" if size else "-"
