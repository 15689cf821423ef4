"""Cases as data: a folder with from.sql, to.sql and expected.sql each; adding one needs no Python.

Comments at the top of to.sql say more: `-- flags: --rename a=b --online never`, `-- servers: 15 18` (the majors that
it is about; without it, the newest of this machine), `-- fails: words`.
`expected.15.sql` is what Postgres 15 gets.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kitdb.cli.proving import deploy
from kitdb.diff.declared import declared_files, load, read_declared
from kitdb.diff.plan import Options
from kitdb.diff.prove import Bench, Proposal, propose
from kitdb.diff.rename import declared_wishes, parse_wish
from kitdb.diff.sources import Sources
from kitdb.migrate.files import MigrationFolder
from kitdb.sandbox import Sandbox

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    before: Path
    after: Path
    flags: tuple[str, ...]
    majors: tuple[int, ...]
    fails: str | None

    def expected(self, major: int) -> Path:
        own = self.before.parent / f"expected.{major}.sql"
        return own if own.exists() else self.before.parent / "expected.sql"

    def is_for(self, major: int) -> bool:
        return major in self.majors if self.majors else major >= 16

    @property
    def destructive(self) -> bool:
        return "--allow-destructive" in self.flags


def read_cases() -> list[Case]:
    return [_case(folder) for folder in sorted(CASES.iterdir()) if (folder / "to.sql").exists()]


def _case(folder: Path) -> Case:
    said = dict(re.findall(r"^-- (flags|servers|fails): (.*)$", (folder / "to.sql").read_text(), re.MULTILINE))
    return Case(
        folder.name,
        folder / "from.sql",
        folder / "to.sql",
        tuple(shlex.split(said.get("flags", ""))),
        tuple(int(major) for major in said.get("servers", "").split()),
        said.get("fails"),
    )


def run_case(server: Sandbox, case: Case, *, back: bool = False) -> Proposal:
    """What generate would write for the case, proved as it proves it; `back` is from `to.sql` to `from.sql`."""
    one, two = (case.after, case.before) if back else (case.before, case.after)
    before, after = server.clone(), server.clone()
    try:
        with server.connect(database=before) as connection:
            load(connection, read_declared([one]))
        declared = read_declared(declared_files([two]))
        with server.connect(database=after) as connection:
            load(connection, declared)
        wishes = [
            *declared_wishes(declared),
            *(parse_wish(text) for text in _values(case, "--rename") if text != "none"),
        ]
        settled = back or "none" in _values(case, "--rename")
        wishes = [] if back else wishes
        online = next(iter(_values(case, "--online")), "auto")
        run = deploy(server, MigrationFolder(Path("migrations"), ()))
        bench = Bench(server, before, after, run, Options(online), partial(Sources, declared))
        return propose(bench, "change", wishes, settled=settled)
    finally:
        server.drop(before)
        server.drop(after)


def _values(case: Case, flag: str) -> list[str]:
    return [value for name, value in zip(case.flags, case.flags[1:], strict=False) if name == flag]


def shown(proposal: Proposal) -> str:
    """The files one after the other, each under its name."""
    return "\n".join(f"-- {draft.name}.sql\n\n{draft.text}" for draft in proposal.drafts)
