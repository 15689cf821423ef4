"""Sandboxes in containers, started through testcontainers: a real `supabase/postgres`, or the official image."""

from __future__ import annotations

import contextlib
import platform
import re
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from docker.errors import DockerException, ImageNotFound
from psycopg import sql
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient, get_docker_host
from testcontainers.core.utils import inside_container

from kitdb.database import Connection, remember_secret
from kitdb.errors import KitdbError
from kitdb.sandbox.baseline import (
    DATABASE,
    SUPERUSER,
    CannotBuildBaseline,
    Exposure,
    baseline_sql,
    has_baseline,
    load_baseline,
    read_part,
)
from kitdb.sandbox.folder import HeldFolder, is_held, make_folder
from kitdb.sandbox.host import Guard, connect, create_database, make_url, write_passfile
from kitdb.sandbox.process import CannotStartServer, runtime_folder
from kitdb.sandbox.stand_ins import PRIVILEGED, as_archive, lacking, trusted

START_SECONDS = 120
DEFAULT_MAJOR = 17  # what the Supabase CLI gives a new project

LABEL_FOLDER = "kitdb.sandbox"
LABEL_MACHINE = "kitdb.machine"

_PORT = "5432/tcp"
_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "wal_level": "logical"}

# Errors of the engine's client: its own, and those of the HTTP library below, which are OSErrors.
_ENGINE_ERRORS = (DockerException, OSError)


class NoEngine(KitdbError):
    """No container engine answers."""

    hint = "Start Docker, or set DOCKER_HOST to an engine that runs."


class NoImage(KitdbError):
    """The image is not here and cannot be had."""

    hint = "Check its name in sandbox_image, or load it with docker pull."


@dataclass(frozen=True, slots=True)
class Image:
    """An image and the version of the Postgres in it."""

    name: str
    version: str

    @property
    def major(self) -> int:
        return int(re.split(r"\D", self.version)[0])

    @property
    def source(self) -> str:
        return f"docker: {self.name}"

    @property
    def bin(self) -> None:
        return None


@dataclass(slots=True)
class Container:
    """A container with a server that only this machine reaches, by a password that nobody else has."""

    server: Image
    address: str
    port: int
    held: HeldFolder
    guard: Guard
    control: str = "template1"
    prefix: str = "kitdb"

    def url(self, user: str, database: str) -> str:
        return make_url(
            {
                "user": user,
                "dbname": database,
                "host": self.address,
                "port": str(self.port),
                "passfile": str(_passfile(self.held.path)),
            }
        )

    def connect(self, user: str, database: str, *, autocommit: bool) -> Connection:
        return connect(self.url(user, database), autocommit=autocommit)

    def clone(self, source: str, name: str) -> None:
        # An image's background workers (pg_cron, pg_net) sit in the source; CREATE DATABASE wants it empty.
        with self.connect(SUPERUSER, self.control, autocommit=True) as connection:
            connection.execute(
                "select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity"
                " where datname = %s and backend_type <> 'client backend'",
                (source,),
            )
        create_database(self, source, name)

    def real_name(self, database: str) -> str:
        return database

    def close(self) -> None:
        self.guard.release()
        self.held.remove()


def default_image(major: int | None) -> str:
    return f"postgres:{major or DEFAULT_MAJOR}"


def engine_problem() -> str | None:
    """Why no container can be started here, None where an engine answers."""
    if problem := _socket_problem():
        return problem
    try:
        client = DockerClient()
        try:
            client.client.ping()
        finally:
            client.client.close()
    except _ENGINE_ERRORS as error:
        return _first_line(error)
    return None


def _socket_problem() -> str | None:
    # Asked first, since the client's own words for a socket that is not there are three exceptions deep.
    host = get_docker_host() or "unix:///var/run/docker.sock"
    if not host.startswith("unix://"):
        return None
    path = host.removeprefix("unix://")
    try:
        with socket.socket(socket.AF_UNIX) as trial:
            trial.connect(path)
    except OSError as error:
        return f"{path}: {error.strerror or error}"
    return None


def start_container(image: str, exposure: Exposure, *, stand_ins: bool) -> tuple[Container, tuple[str, ...]]:
    """A running container of the image, and what is to be said about it.

    Raises `NoEngine`, `NoImage`, `CannotStartServer`, `CannotBuildBaseline`.
    """
    if problem := engine_problem():
        raise NoEngine(f"no container engine answers: {problem}")
    held = make_folder(runtime_folder(), "kitdb-docker-")
    password = secrets.token_urlsafe(24)
    remember_secret(password)
    write_passfile(_passfile(held.path), password)
    container = _container(image, password, held.path)
    # Before the container is there: whatever happens from now on, somebody looks for it afterwards.
    guard = Guard({"kind": "container", "name": _name(held.path)}, held)
    try:
        _start(container, image)
        host = Container(Image(image, ""), "", int(container.get_exposed_port(5432)), held, guard)
        _wait_until_ready(host, container)
        return host, _prepare(host, container, password, exposure, stand_ins=stand_ins)
    except BaseException:
        guard.release()
        held.remove()
        raise
    finally:
        container.get_docker_client().client.close()


def clean_up(orders: Mapping[str, str]) -> None:
    """What the guard does when its parent is gone: the container goes, also one that is only just being made."""
    deadline = time.monotonic() + 5
    client = DockerClient().client
    while True:
        with contextlib.suppress(*_ENGINE_ERRORS):
            # One by its name, where a list would also ask for others, which others may be removing.
            client.containers.get(orders["name"]).remove(force=True, v=True)
            return
        # A parent that lives has nothing in the making any more.
        if time.monotonic() > deadline or orders.get("released"):
            return
        time.sleep(0.2)


def our_containers() -> list[tuple[str, bool]]:
    """The containers that sandboxes of this machine made, and whether somebody still holds each. Raises `NoEngine`."""
    if problem := engine_problem():
        raise NoEngine(f"no container engine answers: {problem}")
    client = DockerClient().client
    try:
        found = client.api.containers(all=True, filters={"label": f"{LABEL_MACHINE}={platform.node()}"})
        return [(each["Names"][0].lstrip("/"), is_held(Path(each["Labels"][LABEL_FOLDER]))) for each in found]
    finally:
        client.close()


def remove_container(name: str) -> None:
    client = DockerClient().client
    try:
        client.containers.get(name).remove(force=True, v=True)
    finally:
        client.close()


def _passfile(folder: Path) -> Path:
    return folder / "passfile"


def _name(folder: Path) -> str:
    return folder.name


def _container(image: str, password: str, folder: Path) -> DockerContainer:
    container = DockerContainer(
        image,
        name=_name(folder),
        env={"POSTGRES_USER": SUPERUSER, "POSTGRES_PASSWORD": password, "POSTGRES_DB": DATABASE},
        labels={LABEL_FOLDER: str(folder), LABEL_MACHINE: platform.node()},
    )
    # Nobody but this machine is to reach it. An engine elsewhere, or around our container, has to publish it for us.
    local = container.get_docker_client().client.api.base_url.startswith("http+docker://") and not inside_container()
    container.ports[_PORT] = ("127.0.0.1", None) if local else None  # type: ignore[assignment]  # its client takes both
    return container


def _start(container: DockerContainer, image: str) -> None:
    client = container.get_docker_client().client
    try:
        found = _image(client, image)
        options = [option for name, value in _SETTINGS.items() for option in ("-c", f"{name}={value}")]
        # The image's own command first: supabase/postgres names its configuration there.
        container.with_command([*(found.attrs["Config"].get("Cmd") or ["postgres"]), *options])
        with _without_reaper():
            container.start()
    except _ENGINE_ERRORS as error:
        raise CannotStartServer(
            f"cannot start a container of {image}: {_first_line(error)}", hint="Run kitdb doctor."
        ) from error


def _image(client: Any, name: str) -> Any:
    try:
        return client.images.get(name)
    except ImageNotFound:
        pass
    try:
        client.images.pull(name)
        return client.images.get(name)
    except _ENGINE_ERRORS as error:
        raise NoImage(f"the image {name} is not here and cannot be pulled: {_first_line(error)}") from error


@contextlib.contextmanager
def _without_reaper() -> Iterator[None]:
    # Its reaper is one more image to pull, and a container with the engine's socket in it. Our guard does that work.
    before = testcontainers_config.ryuk_disabled
    testcontainers_config.ryuk_disabled = True
    try:
        yield
    finally:
        testcontainers_config.ryuk_disabled = before


def _addresses(container: DockerContainer) -> tuple[str, ...]:
    """Where the port may be published: here, or where testcontainers takes the engine to be."""
    # By number: "localhost" may be ::1 first, where the port is not published.
    named = container.get_container_host_ip()
    return tuple(dict.fromkeys(("127.0.0.1", "127.0.0.1" if named == "localhost" else named)))


def _wait_until_ready(host: Container, container: DockerContainer) -> None:
    deadline = time.monotonic() + START_SECONDS
    addresses = _addresses(container)
    while True:
        for host.address in addresses:
            try:
                # The official image's server for its first scripts listens on no port: the first answer is final.
                with psycopg.connect(host.url(SUPERUSER, DATABASE), connect_timeout=2) as connection:
                    version = str(connection.info.parameter_status("server_version")).split(" ")[0]
                    host.server = Image(host.server.name, version)
                    return
            except psycopg.OperationalError as error:
                reason = _first_line(error)
        wrapped = container.get_wrapped_container()
        wrapped.reload()
        if wrapped.status in ("exited", "dead"):
            raise CannotStartServer(f"the container stopped while starting: {_log_reason(wrapped)}")
        if time.monotonic() > deadline:
            raise CannotStartServer(f"the container's server did not answer within {START_SECONDS} s: {reason}")
        time.sleep(0.05)


def _log_reason(container: Any) -> str:
    lines = [line for line in container.logs(tail=12).decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if re.search("fatal|panic|error", line, re.IGNORECASE)]
    return str((telling or lines or ["no word in its log"])[-1]).strip()


def _prepare(
    host: Container, container: DockerContainer, password: str, exposure: Exposure, *, stand_ins: bool
) -> tuple[str, ...]:
    with host.connect(SUPERUSER, DATABASE, autocommit=True) as connection:
        if own := has_baseline(connection):
            # It comes with the older regime's default privileges; and extensions that it lacks, hosted projects lack.
            parts = ["image_catch_up.sql", *(["explicit_exposure.sql"] if exposure == "explicit" else [])]
            _catch_up(connection, "\n".join(map(read_part, parts)))
        else:
            _copy_extensions(connection, container, stand_ins=stand_ins)
            load_baseline(connection, baseline_sql(exposure))
        logins = connection.execute("select rolname from pg_catalog.pg_roles where rolcanlogin order by 1").fetchall()
        for (login,) in logins:
            connection.execute(
                sql.SQL("alter role {} password {}").format(sql.Identifier(login), sql.Literal(password))
            )
    note = "the baseline is the image's own; columns and functions that its auth and storage lacked were added"
    return (note,) if own else ()


def _catch_up(connection: Connection, statements: str) -> None:
    try:
        with connection.transaction():
            connection.execute(statements.encode())
    except psycopg.Error as error:
        raise CannotBuildBaseline(f"the image's own baseline cannot be brought up to date: {error}") from error


def _copy_extensions(connection: Connection, container: DockerContainer, *, stand_ins: bool) -> None:
    """The stand-ins for what the server lacks, and the right of postgres to create what hosted projects let it."""
    row = connection.execute("select setting from pg_catalog.pg_config where name = 'SHAREDIR'").fetchone()
    folder = f"{row[0] if row else '/usr/share/postgresql'}/extension"
    available = {name for (name,) in connection.execute("select name from pg_catalog.pg_available_extensions")}
    files = dict(lacking(available)) if stand_ins else {}
    controls = connection.execute(
        "select distinct name, pg_catalog.pg_read_file(%s || '/' || name || '.control')"
        " from pg_catalog.pg_available_extension_versions where superuser and not trusted and name = any (%s)",
        (folder, list(PRIVILEGED)),
    )
    files |= {f"{name}.control": trusted(control).encode() for name, control in controls}
    container.get_wrapped_container().put_archive(folder, as_archive(files))


def _first_line(error: BaseException) -> str:
    text = str(getattr(error, "explanation", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__
