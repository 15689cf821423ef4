"""A project to deploy, as the tests of this folder see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kitdb import database as databases
from kitdb.migrate.apply import Options, apply
from kitdb.migrate.events import Event
from kitdb.migrate.files import MigrationFolder, read_migrations
from kitdb.sandbox import Sandbox

QUICK = Options(lock_timeout=1.0, attempts=3, longest_delay=0.2, runner_wait=10.0)


@dataclass
class Project:
    """A migrations folder and a database, and the two ways to bring them together: in this process, or as a user."""

    folder: Path
    sandbox: Sandbox
    database: str

    @property
    def url(self) -> str:
        return self.sandbox.url(database=self.database)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def files(self) -> MigrationFolder:
        return read_migrations(self.folder)

    def migrate(self, options: Options = QUICK) -> list[Event]:
        return list(apply(self.connect, self.files(), options))

    def connect(self, application_name: str = "test") -> databases.Connection:
        return databases.connect(self.url, application_name=application_name)

    def query(self, text: str, user: str = "supabase_admin") -> list[tuple]:
        with self.sandbox.connect(user, self.database) as connection:
            cursor = connection.execute(text.encode())
            while cursor.nextset():
                pass
            return cursor.fetchall()

    def execute(self, text: str) -> None:
        """What was in the database before, made by the role that migrations run as."""
        with self.connect() as connection:
            connection.execute(text.encode())

    def history(self) -> list[str]:
        return [row[0] for row in self.query("select version from supabase_migrations.schema_migrations order by 1")]

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """The command line, in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "kitdb", *arguments, "--migrations", str(self.folder)],
            env={**os.environ, "KITDB_DB_URL": self.url, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def events(self, *arguments: str) -> list[dict]:
        done = self.run("migrate", "--format", "json", *arguments)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def eventually(self, condition: Callable[[], bool], seconds: float = 15) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.03)
        return False

    def backends(self, application: str = "kitdb migrate%") -> int:
        found = self.query(
            "select count(*) from pg_stat_activity where datname = current_database()"
            f" and pid <> pg_backend_pid() and application_name like '{application}'"
        )
        return found[0][0]
