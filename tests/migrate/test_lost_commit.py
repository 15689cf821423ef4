"""The connection ends between the COMMIT and its answer, cut by a proxy in between."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from deploys import Project


class Cutter:
    """A TCP proxy before the server's socket that ends the connection which commits a file.

    `answered`: the COMMIT reaches the server and only its answer is lost. `stays`: new connections get through then.
    """

    def __init__(self, server: str, *, answered: bool, stays: bool) -> None:
        self.server = server
        self.answered = answered
        self.stays = stays
        self.cut = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.cut and not self.stays:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.server)
            threading.Thread(target=self.forward, args=(client, server), daemon=True).start()

    def forward(self, client: socket.socket, server: socket.socket) -> None:
        with client, server:
            committing = False
            seen = b""
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(1 << 16)
                    if not data:
                        return
                    seen = seen[-20:] + data
                    if source is client and not self.cut and b"commit\0" in seen:
                        self.cut = committing = True
                        if not self.answered:
                            return
                    if source is client:
                        server.sendall(data)
                    elif not committing:
                        client.sendall(data)
                    elif b"COMMIT\0" in seen:
                        return


@contextmanager
def cutting(project: Project, *, answered: bool, stays: bool = True) -> Iterator[str]:
    with project.connect() as connection:
        server = f"{connection.info.host}/.s.PGSQL.{connection.info.port}"
    cutter = Cutter(server, answered=answered, stays=stays)
    try:
        yield f"postgresql://postgres@127.0.0.1:{cutter.port}/{project.database}?sslmode=disable&gssencmode=disable"
    finally:
        cutter.listener.close()


@pytest.fixture
def deploy(project: Project) -> Project:
    project.write("1_a.sql", "create table a (id int);\n")
    assert project.run("migrate", "--to", "1").returncode == 0
    project.write("2_b.sql", "create table b (id int);\n")
    return project


def test_a_commit_whose_answer_is_lost_counts_as_what_it_became(deploy):
    with cutting(deploy, answered=True) as url:
        done = deploy.run("migrate", "--db-url", url)

    assert done.returncode == 0, done.stderr
    assert "1 migration applied" in done.stdout
    assert deploy.history() == ["1", "2"]


def test_a_commit_that_never_arrived_is_told_as_nothing(deploy):
    with cutting(deploy, answered=False) as url:
        done = deploy.run("migrate", "--db-url", url)

    assert done.returncode == 3
    assert "nothing of 2_b.sql is applied" in done.stderr
    assert deploy.history() == ["1"]


def test_a_commit_nobody_can_ask_about_is_told_as_unknown_and_the_next_run_sees_it(deploy):
    with cutting(deploy, answered=True, stays=False) as url:
        done = deploy.run("migrate", "--db-url", url)

    assert done.returncode == 3
    assert "whether 2_b.sql is applied could not be found out" in done.stderr
    assert "nothing to do" in deploy.run("migrate").stdout
    assert deploy.history() == ["1", "2"]
