"""The way to a database: connections, their errors without secrets, and requests as PostgREST makes them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

import psycopg
from psycopg import conninfo, errors

from kitdb.errors import BadSettings, CannotConnect, KitdbError, Place
from kitdb.sql.split import Statement, position

Connection = psycopg.Connection[tuple[Any, ...]]

CONNECT_TIMEOUT = 10  # seconds

_MASK = "***"
_SECRETS: set[str] = set()

_URL = re.compile(r"(?P<scheme>postgres(?:ql)?)://(?P<rest>.*)\Z", re.DOTALL)
# Host, port, database and query: what may follow the "@" that ends the user information. A password may hold "@", "/",
# "#", "?" and ":" unencoded, so the last "@" that leaves a plausible rest wins.
_AFTER_USER = re.compile(
    r"(?P<hosts>(?:\[[0-9A-Fa-f:.%\w]*\]|[^\s@/?#:,\[\]]*)(?::\d*)?"
    r"(?:,(?:\[[0-9A-Fa-f:.%\w]*\]|[^\s@/?#:,\[\]]*)(?::\d*)?)*)"
    r"(?:/(?P<database>[^?]*))?(?:\?(?P<query>.*))?\Z",
    re.DOTALL,
)
_SHOWN_URL = re.compile(r"\b(postgres(?:ql)?://[^\s:/@'\"]*):[^\s]*@(?=[^\s@]*)")
_SHOWN_PASSWORD = re.compile(r"\b((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s'&]+)", re.IGNORECASE)


class BadDatabaseUrl(BadSettings):
    """The text given as a database URL is none; the message never repeats it."""

    hint = "Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE."


def redact(text: str) -> str:
    """The text with every password that kitdb has been given, and any in a URL or conninfo string, masked."""
    for secret in sorted(_SECRETS, key=len, reverse=True):
        text = text.replace(secret, _MASK)
    text = _SHOWN_URL.sub(rf"\1:{_MASK}@", text)
    return _SHOWN_PASSWORD.sub(rf"\1{_MASK}", text)


def remember_secret(secret: str | None) -> None:
    """Mask this text wherever kitdb prints it."""
    if secret and len(secret) > 2:
        _SECRETS.add(secret)


def connection_parameters(url: str) -> dict[str, str]:
    """The libpq parameters in a URL or in a `key=value` string; characters left unencoded in a password are kept.

    Raises `BadDatabaseUrl`, which names the part that is wrong and none of its text.
    """
    matched = _URL.match(url.strip())
    parameters = _from_url(matched["rest"]) if matched else _from_conninfo(url)
    remember_secret(parameters.get("password"))
    remember_secret(os.environ.get("PGPASSWORD"))
    return parameters


def _from_conninfo(text: str) -> dict[str, str]:
    if "://" in text or "=" not in text:
        raise BadDatabaseUrl("the database URL does not start with postgresql://")
    try:
        return {key: str(value) for key, value in conninfo.conninfo_to_dict(text).items()}
    except psycopg.Error:
        raise BadDatabaseUrl("the connection string is not made of key=value pairs") from None


def _from_url(rest: str) -> dict[str, str]:
    user_information, location = _split_user(rest)
    parameters: dict[str, str] = {}
    user, colon, password = user_information.partition(":")
    if user:
        parameters["user"] = _decode(user)
    if colon and password:
        remember_secret(password)
        parameters["password"] = _decode(password)
    hosts, ports = [], []
    for part in (location["hosts"] or "").split(","):
        host, port = _split_port(part)
        hosts.append(_decode(host.strip("[]")))
        ports.append(port)
    if any(hosts):
        parameters["host"] = ",".join(hosts)
    if any(ports):
        parameters["port"] = ",".join(ports)
    if location["database"]:
        parameters["dbname"] = _decode(location["database"])
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    for key, value in parse_qsl(location["query"] or "", keep_blank_values=True):
        if key not in known:
            if key in (
                "pgbouncer",
                "supa",
                "schema",
                "connection_limit",
                "pool_timeout",
                "workaround",
            ):
                continue  # other drivers' parameters, common in a Supabase project's .env
            raise BadDatabaseUrl(f"the database URL has an unknown parameter {key!r}")
        parameters[key] = value
    return parameters


def _split_user(rest: str) -> tuple[str, re.Match[str]]:
    at = len(rest)
    while (at := rest.rfind("@", 0, at)) >= 0:
        if location := _AFTER_USER.match(rest, at + 1):
            return rest[:at], location
    location = _AFTER_USER.match(rest)
    if location is None:
        remember_secret(rest)
        raise BadDatabaseUrl("the database URL's host, port or database cannot be made out")
    return "", location


def _split_port(part: str) -> tuple[str, str]:
    host, colon, port = part.rpartition(":")
    if not colon or part.endswith("]"):
        return part, ""
    if port and not 0 < int(port) < 65536:
        raise BadDatabaseUrl("the database URL's port is not between 1 and 65535")
    return host, port


def _decode(text: str) -> str:
    """Percent-decoded where every % starts an escape; otherwise the % was meant as itself."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        return text
    return unquote(text)


def describe(parameters: Mapping[str, str]) -> str:
    """Where the parameters lead, for a person: `postgres@db.example.com:5432/postgres`."""
    user = parameters.get("user") or os.environ.get("PGUSER", "")
    host = parameters.get("host") or os.environ.get("PGHOST", "") or "local socket"
    port = parameters.get("port") or os.environ.get("PGPORT", "")
    database = parameters.get("dbname") or os.environ.get("PGDATABASE", "")
    return redact(f"{user + '@' if user else ''}{host}{':' + port if port else ''}{'/' + database if database else ''}")


def connect(url: str, *, application_name: str = "kitdb", autocommit: bool = True, **options: str | int) -> Connection:
    """A connection that never prepares statements, so that it works behind any pooler.

    Raises `CannotConnect` with the server's own words and never a password.
    """
    parameters = connection_parameters(url)
    settings: dict[str, Any] = {
        "connect_timeout": CONNECT_TIMEOUT,
        "application_name": application_name,
    }
    try:
        return psycopg.connect(**{**settings, **parameters, **options}, autocommit=autocommit, prepare_threshold=None)
    except psycopg.OperationalError as error:
        raise _cannot_connect(parameters, error) from None
    except (psycopg.Error, ValueError, UnicodeError) as error:
        raise BadDatabaseUrl(redact(f"the database URL cannot be used: {_first_line(error)}")) from None


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _cannot_connect(parameters: Mapping[str, str], error: psycopg.OperationalError) -> CannotConnect:
    text = str(error)
    reason = redact(_reason(text))
    match _situation(error, text):
        case "password":
            hint = (
                "Check the user name and the password (it may need PGPASSWORD, or a new password from the dashboard)."
            )
        case "database":
            hint = "Check the database name at the end of the URL."
        case "name":
            hint = "Check the host name."
        case "unreachable":
            hint = "Check host and port; a direct Supabase host has IPv6 only: elsewhere, use the session pooler's URL."
        case _:
            hint = "Check that the server runs and that host and port are right."
    return CannotConnect(f"cannot connect to {describe(parameters)}: {reason}", hint=hint)


def _situation(error: psycopg.OperationalError, text: str) -> str:
    # libpq gives no SQLSTATE for a failed connection; only the first four words it adds itself are looked at.
    lowered = text.lower()
    if isinstance(error, errors.InvalidPassword) or "authentication failed" in lowered or "no password" in lowered:
        return "password"
    if isinstance(error, errors.InvalidCatalogName) or ("database" in lowered and "does not exist" in lowered):
        return "database"
    if "resolve" in lowered or "name or service" in lowered or "translate host name" in lowered:
        return "name"
    return "unreachable" if "unreachable" in lowered else "other"


def _reason(text: str) -> str:
    """The part after libpq's own introduction, on one line."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")
    return re.sub(
        r"^(connection failed: )?(connection (is bad: )?(to server )?(at|on) .*? failed: )?",
        "",
        line,
    )


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request: the role PostgREST switches to, and the claims of the token."""

    role: str
    claims: Mapping[str, Any] = field(default_factory=dict)
    _json: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        text = json.dumps({**self.claims, "role": self.role}, separators=(",", ":"))
        object.__setattr__(self, "_json", text)

    def claims_json(self) -> str:
        """The claims as PostgREST passes them on: `role` is always among them."""
        return self._json


@contextmanager
def request(
    connection: Connection,
    caller: Caller,
    *,
    method: str = "GET",
    path: str = "/",
    headers: Mapping[str, str] | None = None,
    search_path: str = '"public", "extensions"',
    read_only: bool = False,
) -> Iterator[Connection]:
    """One request as PostgREST makes it, in a transaction that is always rolled back.

    The connection should be `authenticator`'s, so that `session_user` is what it is behind the API.
    """
    with connection.transaction(force_rollback=True):
        if read_only:
            connection.execute("set transaction read only")
        connection.execute(
            """
            select set_config('search_path', %s, true), set_config('role', %s, true),
                   set_config('request.jwt.claims', %s, true), set_config('request.method', %s, true),
                   set_config('request.path', %s, true), set_config('request.headers', %s, true),
                   set_config('request.cookies', '{}', true)
            """,
            (
                search_path,
                caller.role,
                caller.claims_json(),
                method,
                path,
                json.dumps(dict(headers or {})),
            ),
        )
        yield connection


def run_statement(
    connection: Connection, statement: Statement, text: str, path: str, failure: type[KitdbError]
) -> None:
    """Run one statement of a file, a COPY with its rows; raises the `failure` at the place that the server means."""
    if statement.kind == "meta":
        return  # \restrict of pg_dump, which a server does not know
    try:
        if statement.data is None:
            connection.execute(statement.text.encode())
            return
        with connection.cursor().copy(statement.text.encode()) as rows:
            rows.write(text[slice(*statement.data)])
    except psycopg.Error as error:
        offset = int(error.diag.statement_position or 1) - 1
        place = Place(path, *position(text, statement.start + offset))
        message = error.diag.message_primary or _first_line(error)
        raise failure(f"{message} (SQLSTATE {error.sqlstate})", place=place) from error


def server_major(connection: Connection) -> int:
    return connection.info.server_version // 10000
