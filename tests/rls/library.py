"""A library that is as its specification says, and a way to open a hole in it for the length of a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kitdb.catalog.read import read_catalog
from kitdb.database import Connection
from kitdb.findings import Finding
from kitdb.rls.access import Access, load_access, parse_access
from kitdb.rls.check import Bench, Focus, check
from kitdb.rls.kinds import COST
from kitdb.rls.matrix import Matrix, gather
from kitdb.sandbox import Sandbox

HERE = Path(__file__).parent
# what a project has got whose platform grants whatever is new to everybody
LEGACY = "".join(
    f"alter default privileges in schema public grant all on {kind} to anon, authenticated, service_role;"
    for kind in ("tables", "sequences", "functions")
)


@dataclass
class Library:
    """One database with `library.sql` in it; `check` changes it and takes the change back."""

    sandbox: Sandbox
    database: str
    access: Access = field(default_factory=lambda: load_access(HERE / "library.toml"))

    def check(self, change: str = "", access: str | Access | None = None, **options: object) -> Matrix:
        found = parse_access(access) if isinstance(access, str) else access or self.access
        with (
            self.sandbox.connect("supabase_admin", self.database) as connection,
            connection.transaction(force_rollback=True),
        ):
            connection.execute("set local role postgres; " + change)
            connection.execute("reset role")
            return gather(check(again(connection), read_catalog(connection), found, **options))  # type: ignore[arg-type]


@dataclass
class Shelf:
    """The library filled once; a change of rights is tried on it and taken back."""

    bench: Bench

    def check(self, change: str, only: Sequence[str] | None = None, focus: Focus | None = None) -> Matrix:
        connection = self.bench.connection
        with connection.transaction(force_rollback=True):
            connection.execute("set local role postgres; " + change)
            connection.execute("reset role")
            return gather(self.bench.events(read_catalog(connection), only=only, focus=focus))


def again(connection: Connection) -> Callable[[str], Connection]:
    """A way to the connection that is open, so that the check sees what is not committed."""

    @contextmanager
    def connect(user: str) -> Iterator[Connection]:
        assert user == "supabase_admin"
        yield connection

    return connect  # type: ignore[return-value]


def messages(findings: Sequence[Finding]) -> list[str]:
    """What is told about access; what policies cost is another matter."""
    return [f"{finding.name}: {finding.message}" for finding in findings if finding.name != COST.name]
