"""Which files are new since a commit?"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from kitdb.errors import KitdbError


class NoGit(KitdbError):
    """git cannot say what is new."""

    hint = "Run it in a clone that has the commit (fetch it first in CI), or name the files."


def new_since(reference: str, folder: Path) -> tuple[Path, ...]:
    """The .sql files of a folder that were added, changed or renamed since a commit, those not added to git included.

    Raises `NoGit`.
    """
    if reference.startswith("-"):
        raise NoGit(f"{reference!r} is no commit")
    top = Path(_git(["rev-parse", "--show-toplevel"], folder)[0])
    base = _git(["merge-base", reference, "HEAD"], folder)[0]
    changed = _git(["diff", "--name-only", "--diff-filter=ACMR", "-z", base, "--", "."], folder)
    unknown = _git(["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", "."], folder)
    files = {top / name for name in (*changed, *unknown) if name.endswith(".sql")}
    found = {path.resolve() for path in files}
    return tuple(path for path in sorted(folder.iterdir()) if path.is_file() and path.resolve() in found)


def _git(arguments: Sequence[str], folder: Path) -> list[str]:
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program; the arguments are no options
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # git is found as the shell finds it
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise NoGit(f"git does not run: {error.strerror}") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it fails"])[0].removeprefix("fatal: ")
        raise NoGit(f"git cannot say what is new: {reason}")
    separator = "\0" if "-z" in arguments else "\n"
    return [line for line in done.stdout.split(separator) if line]
