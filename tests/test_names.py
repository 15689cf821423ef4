from __future__ import annotations

import pytest

from kitdb.names import QualifiedName, quote_identifier, quote_literal
from kitdb.sandbox import Sandbox

ODD = [
    "kits",
    "Kits",
    "a b",
    'qu"ote',
    "select",
    "order",
    "größe",
    "1st",
    "",
    "user",
    "text",
    "name",
    "time",
    "value",
    "a$b",
    "x-y",
    "😀",
    "\\",
]


@pytest.mark.parametrize("name", [name for name in ODD if name])
def test_identifiers_are_quoted_as_postgres_quotes_them(sandbox: Sandbox, name):
    with sandbox.connect() as connection:
        wanted = connection.execute("select quote_ident(%s)", (name,)).fetchone()[0]
    assert quote_identifier(name) == wanted


def test_every_keyword_of_the_server_is_quoted_as_it_quotes_them(sandbox: Sandbox):
    with sandbox.connect() as connection:
        rows = connection.execute("select word, quote_ident(word) from pg_get_keywords()").fetchall()
    assert [word for word, wanted in rows if quote_identifier(word) != wanted] == []


@pytest.mark.parametrize("text", [*ODD, "it's", "back\\slash", "new\nline", "\\'", "''"])
def test_literals_come_back_as_they_went_in(sandbox: Sandbox, text):
    with sandbox.connect() as connection:
        assert connection.execute(f"select {quote_literal(text)}".encode()).fetchone() == (text,)


def test_a_qualified_name_reads_as_sql():
    assert str(QualifiedName("public", "Order Items")) == 'public."Order Items"'
