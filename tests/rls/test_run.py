"""Statements run on the server, many of a shape."""

from __future__ import annotations

import pytest
from library import Library

from kitdb.rls.run import Attempt, Runner, session
from kitdb.rls.statements import Value, statement

pytestmark = pytest.mark.server


def test_shapes_take_the_place_of_those_that_are_forgotten(library: Library):
    with library.sandbox.connect("supabase_admin", library.database) as connection, session(connection):
        runner = Runner(connection)

        told = []
        for template in ("select {}::text", "select 'the ' || {}::text"):
            attempts = [Attempt(statement(template, (Value(word),)), None, answers=True) for word in "abcde"]
            told += [found.answer for found in runner.run(attempts)]
            runner.forget()

        assert told == [*"abcde", "the a", "the b", "the c", "the d", "the e"]
        query = "select count(*) from pg_proc where pronamespace = pg_my_temp_schema() and proname ~ '^kitdb_[0-9]+$'"
        assert connection.execute(query).fetchone() == (1,)


def test_values_reach_the_statement_as_they_are(library: Library):
    words = ["it's", 'a "b"', "back\\slash", "{1,2}", "", "null", "ü, ☃", None]
    with library.sandbox.connect("supabase_admin", library.database) as connection, session(connection):
        attempts = [Attempt(statement("select {}::text", (Value(word),)), None, answers=True) for word in words]

        shaped = [found.answer for found in Runner(connection).run(attempts)]
        written = [found.answer for attempt in attempts for found in Runner(connection).run([attempt])]

        assert shaped == words
        assert written == words
