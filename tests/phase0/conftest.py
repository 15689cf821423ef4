from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files

import pytest

from kitdb import database as databases
from kitdb.migrate.apply import Options, apply
from kitdb.migrate.files import read_migrations
from kitdb.sandbox import Exposure, Sandbox, start_sandbox
from kitdb.sandbox.servers import find_servers


@dataclass
class Phase0:
    """A server of its own with the shipped migrations applied as a deploy would."""

    sandbox: Sandbox
    exposure: Exposure

    def connect(self, user: str = "postgres") -> databases.Connection:
        return self.sandbox.connect(user, autocommit=False)


@pytest.fixture(
    scope="session",
    params=[(server, exposure) for server in find_servers() for exposure in ("explicit", "legacy")],
    ids=lambda found: f"{found[0].source}-{found[0].version}-{found[1]}",
)
def phase0(request: pytest.FixtureRequest) -> Iterator[Phase0]:
    server, exposure = request.param
    with start_sandbox(server, exposure) as sandbox, as_file(files("kitdb") / "migrations") as folder:
        url = sandbox.url()
        for _ in apply(lambda name: databases.connect(url, application_name=name), read_migrations(folder), Options()):
            pass
        yield Phase0(sandbox, exposure)
