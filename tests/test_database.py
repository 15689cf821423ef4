from __future__ import annotations

import pytest

from kitdb.database import BadDatabaseUrl, Caller, connect, connection_parameters, describe, redact, request
from kitdb.errors import CannotConnect
from kitdb.sandbox import Sandbox

SECRETS = ["p@ss", "100%sure", "a#b?c/d", "x:y@z", "pa ss", "%41%40", "ümläut", "#@%:/?"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_password_may_hold_characters_that_should_have_been_encoded(secret):
    parameters = connection_parameters(f"postgresql://postgres:{secret}@db.example.com:6543/app?sslmode=require")
    assert parameters["password"] == {"%41%40": "A@"}.get(secret, secret)
    assert (parameters["host"], parameters["port"], parameters["dbname"]) == ("db.example.com", "6543", "app")
    assert parameters["sslmode"] == "require"


def test_a_url_without_password_or_host_is_left_to_libpq():
    assert connection_parameters("postgresql://") == {}
    assert connection_parameters("postgres://me@/app?host=/tmp&port=5433") == {
        "user": "me",
        "dbname": "app",
        "host": "/tmp",
        "port": "5433",
    }


def test_several_hosts_and_ipv6_addresses_are_understood():
    assert connection_parameters("postgres://u@[::1]:5432,b.example:5433/d")["host"] == "::1,b.example"


def test_parameters_of_other_drivers_are_ignored():
    assert connection_parameters("postgres://u:secret1@h/d?pgbouncer=true") == {
        "user": "u",
        "password": "secret1",
        "host": "h",
        "dbname": "d",
    }


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root:hunter22@localhost/db",
        "postgresql//postgres:hunter22@localhost",
        "hunter22",
        "postgresql://postgres:hunter22@localhost:99999/db",
        "postgresql://postgres:hunter22@localhost/db?hunter=1",
        "postgresql://postgres:hunter22@local host/db",
        "host=localhost password=hunter22 nonsense",
        "postgresql://postgres:hunter22@localhost:port/db",
    ],
)
def test_a_bad_url_is_refused_without_repeating_it(url):
    with pytest.raises(BadDatabaseUrl) as caught:
        connection_parameters(url)
    assert "hunter22" not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize("secret", SECRETS)
def test_no_password_survives_redaction(secret):
    url = f"postgresql://postgres:{secret}@127.0.0.1:1/app"
    connection_parameters(url)
    assert secret not in redact(f"could not use {url}, password={secret}")


def test_a_dead_server_is_one_line_with_where_and_what_to_do():
    with pytest.raises(CannotConnect) as caught:
        connect("postgresql://me:hunter22@127.0.0.1:1/app")
    text = str(caught.value)
    assert "me@127.0.0.1:1/app" in text
    assert "\n" not in text
    assert "hunter22" not in text
    assert caught.value.hint.startswith("Check")


def test_an_unknown_host_is_named():
    with pytest.raises(CannotConnect, match=r"nowhere\.invalid"):
        connect("postgresql://me@nowhere.invalid/app")


def test_an_unknown_database_is_named(sandbox: Sandbox):
    with pytest.raises(CannotConnect, match="no such") as caught:
        connect(sandbox.url(database="no such"))
    assert "database name" in caught.value.hint


def test_where_a_connection_leads_is_told_without_its_password():
    parameters = connection_parameters("postgres://me:hunter22@h.example:6543/app")
    assert describe(parameters) == "me@h.example:6543/app"


def test_a_request_is_made_as_the_api_makes_it_and_leaves_nothing(sandbox: Sandbox, database: str):
    subject = "11111111-1111-4111-8111-111111111111"
    with sandbox.connect("authenticator", database) as connection:
        with request(connection, Caller("authenticated", {"sub": subject})):
            row = connection.execute(
                "select current_user, session_user, auth.uid()::text, auth.role(), current_setting('request.method')"
            ).fetchone()
        assert row == ("authenticated", "authenticator", subject, "authenticated", "GET")
        row = connection.execute("select current_user, current_setting('request.jwt.claims', true)").fetchone()
        assert row == ("authenticator", "")
