from __future__ import annotations

import re

import postgast
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kitdb.sql.split import Statement, Unterminated, history_statements, position, split, statements

# Each case: a file, and the statements in it. Offsets are checked by `check_spans` for all of them.
CASES = {
    "nothing": ("", []),
    "white space": (" \t\r\n\f\v", []),
    "semicolons": (";;\n; ;", []),
    "comments": ("-- a;\n/* b; */;--", []),
    "byte order mark": ("\ufeff", []),
    "byte order mark before a statement": ("\ufeffselect 1;", ["select 1"]),
    "one without a semicolon": ("select 1", ["select 1"]),
    "two": ("select 1; select 2;\n", ["select 1", "select 2"]),
    "comments around": ("-- a\nselect 1 -- b;\n; /* c */ select 2 /* d */ ;", ["select 1", "select 2"]),
    "a comment inside": ("select -- ; no\n 1 /* ; */ + 2;x", ["select -- ; no\n 1 /* ; */ + 2", "x"]),
    "nested comments": ("/* a /* ; */ ; */ select 1; x", ["select 1", "x"]),
    "a comment that only looks closed": ("/*/ ; */ select 1; x", ["select 1", "x"]),
    "stars in a comment": ("/***/a;/****/b;/* **/c", ["a", "b", "c"]),
    "a comment up to a carriage return": ("-- a\rselect 1;x", ["select 1", "x"]),
    "an operator that contains a comment": (
        "select 1 *-- ;\n2; select 3 +/* ; */ 4",
        ["select 1 *-- ;\n2", "select 3 +/* ; */ 4"],
    ),
    "minus and divide": ("select 1 - -1 / 2; x", ["select 1 - -1 / 2", "x"]),
    "a quoted string": ("select ';', 'it''s;'; x", ["select ';', 'it''s;'", "x"]),
    "comment signs in a string": ("select '--', '/*'; x", ["select '--', '/*'", "x"]),
    "a backslash is no escape in a plain string": (r"select '\'; x", [r"select '\'", "x"]),
    "an escape string": (r"select E'\';', e'\\'; x", [r"select E'\';', e'\\'", "x"]),
    "doubled quotes in an escape string": (r"select E'a'';\''; x", [r"select E'a'';\''", "x"]),
    "an escape string continued": ("select E'a'\n  '\\';'; x", ["select E'a'\n  '\\';'", "x"]),
    "an escape string of many escapes": (
        "select E'" + "''" * 500 + "\\'" * 500 + ";'; x",
        ["select E'" + "''" * 500 + "\\'" * 500 + ";'", "x"],
    ),
    "an escape string continued after comments": (
        "select e'a' -- '\n -- b\r '\\';'; x",
        ["select e'a' -- '\n -- b\r '\\';'", "x"],
    ),
    "an escape string not continued on its line": ("select E'a' '\\'; x", ["select E'a' '\\'", "x"]),
    "an escape string not continued after a block comment": (
        "select E'a'/**/\n'\\'; x",
        ["select E'a'/**/\n'\\'", "x"],
    ),
    "a word that ends in e": (r"select date'\'; x", [r"select date'\'", "x"]),
    "a number that ends in e": (r"select 1e'\'; x", [r"select 1e'\'", "x"]),
    "a plain string continued": ("select 'a'\n'\\'; x", ["select 'a'\n'\\'", "x"]),
    "unicode, bit and national strings": (
        r"select U&'\0061;', b'1;', X'F;', n';\'; x",
        [r"select U&'\0061;', b'1;', X'F;', n';\'", "x"],
    ),
    "quoted identifiers": ('select ";", "a"";", U&"\\0061;"; x', ['select ";", "a"";", U&"\\0061;"', "x"]),
    "a quote in the other quotes": ("""select '"', "'"; x""", ["""select '"', "'\"""", "x"]),
    "dollar quotes": ("select $$;'$$, $a$; $$ $b$ $a$; x", ["select $$;'$$, $a$; $$ $b$ $a$", "x"]),
    "dollar quotes with other letters": ("select $ü1_$;$ü1_$; x", ["select $ü1_$;$ü1_$", "x"]),
    "dollar quotes mind their case": ("select $a$;$A$;$a$; x", ["select $a$;$A$;$a$", "x"]),
    "a tag does not begin with a digit": ("select $1$;$1$; x", ["select $1$", "$1$", "x"]),
    "a dollar inside an identifier": ("select a$b$c; x$$y;", ["select a$b$c", "x$$y"]),
    "a dollar after a number": ("select 1$$;$$; x", ["select 1$$;$$", "x"]),
    "a dollar after a letter of another script": ("select é$$; x", ["select é$$", "x"]),
    "parameters": ("select $1, $2; x", ["select $1, $2", "x"]),
    "a dollar of its own": ("select $; $a b$; x", ["select $", "$a b$", "x"]),
    "numbers": ("select 1e10, 1.5e-3, .5, 1., 0x1F, 1_000; x", ["select 1e10, 1.5e-3, .5, 1., 0x1F, 1_000", "x"]),
    "casts and named arguments": ("select f(a := 1, b => 2)::text; x", ["select f(a := 1, b => 2)::text", "x"]),
    "array slices": ("select a[1:2]; x", ["select a[1:2]", "x"]),
    "a rule of several statements": (
        "create rule r as on insert to t do also (select 1; select (2);); x",
        ["create rule r as on insert to t do also (select 1; select (2);)", "x"],
    ),
    "a parenthesis that closes nothing": ("select 1); select 2", ["select 1)", "select 2"]),
    "carriage returns": ("select\r\n1;\r\nselect 2\r\n;\r\n", ["select\r\n1", "select 2"]),
    "a no-break space is a letter": ("select\xa01;\xa0;", ["select\xa01", "\xa0"]),
    "a null character": ("select \0;x", ["select \0", "x"]),
    "a backslash in a statement": ("select 1 \\gexec\n; x", ["select 1 \\gexec", "x"]),
    "transactions": ("begin; commit; end;", ["begin", "commit", "end"]),
    "a function with a quoted body": (
        "create function f() returns int language plpgsql as $f$ begin; end; $f$; x",
        ["create function f() returns int language plpgsql as $f$ begin; end; $f$", "x"],
    ),
    "a function with a body of statements": (
        "create or replace function f() returns int begin atomic select 1; end; x",
        ["create or replace function f() returns int begin atomic select 1; end", "x"],
    ),
    "a procedure with an empty body": (
        "create procedure f() begin atomic end; x",
        ["create procedure f() begin atomic end", "x"],
    ),
    "comments between the words that open a body": (
        "CREATE /* /**/ */ FUNCTION f() BEGIN -- ;\n ATOMIC SELECT 1; -- end;\n /**/ END; x",
        ["CREATE /* /**/ */ FUNCTION f() BEGIN -- ;\n ATOMIC SELECT 1; -- end;\n /**/ END", "x"],
    ),
    "a body with CASE": (
        "create function f() begin atomic select case when a then case b when c then 1 end end; select 2; end; x",
        ["create function f() begin atomic select case when a then case b when c then 1 end end; select 2; end", "x"],
    ),
    "a body with columns named end": (
        "create function f() begin atomic select 1 end; select 1 as case, t.end; end; x",
        ["create function f() begin atomic select 1 end; select 1 as case, t.end; end", "x"],
    ),
    "a body with a rule": (
        "create function f() begin atomic create rule r as on insert to t do (end; b;); end; x",
        ["create function f() begin atomic create rule r as on insert to t do (end; b;); end", "x"],
    ),
    "a body in a body": (
        "create function f() begin atomic create function g() begin atomic end; select begin atomic; end; x",
        ["create function f() begin atomic create function g() begin atomic end; select begin atomic; end", "x"],
    ),
    "a function named begin": ("create function begin() as 'x'; x", ["create function begin() as 'x'", "x"]),
    "an argument named begin": (
        "create function f(begin atomic) as 'x'; x",
        ["create function f(begin atomic) as 'x'", "x"],
    ),
    "a view with columns named begin and atomic": (
        "create view v as select begin atomic; x",
        ["create view v as select begin atomic", "x"],
    ),
}


def check_spans(text: str, found: tuple[Statement, ...]) -> None:
    """Statements stand in order, and between them are white space, comments and semicolons."""
    at = 0
    for statement in found:
        assert at <= statement.leading <= statement.start < statement.end <= statement.stop
        assert text[statement.start : statement.end] == statement.text
        assert (statement.line, statement.column) == position(text, statement.start)
        assert tokens(text[at : statement.start]) <= {";"}
        assert tokens(text[statement.end : statement.stop]) == set()
        at = statement.data[1] + 2 if statement.data else statement.stop
    assert tokens(text[at:]) <= {";"}


def tokens(text: str) -> set[str]:
    """The different tokens in a text that has only ASCII ones."""
    data = text.removeprefix("\ufeff").encode()
    return {data[t.start : t.end].decode() for t in postgast.scan(data.decode()).tokens if t.token not in COMMENTS}


COMMENTS = {275, 276}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_statements_are_cut_where_postgres_cuts(text, expected):
    found = split(text)

    assert [statement.text for statement in found] == expected
    assert {statement.kind for statement in found} <= {"sql"}
    check_spans(text, found)


def test_places_count_lines_and_characters_from_one():
    first, second, third = split("  select 'ü';\n-- é\n  /* ü */ select 2; select 3")

    assert (first.start, first.line, first.column) == (2, 1, 3)
    assert (second.start, second.line, second.column) == (29, 3, 11)
    assert (third.line, third.column) == (3, 21)
    assert (second.leading, second.stop) == (13, 37)


UNTERMINATED = {
    "select 1;\n 'a": (2, 2, "a quoted string", 1),
    "select E'a\\'": (1, 8, "a quoted string", 0),
    "select E'a'\n'": (1, 8, "a quoted string", 0),
    'select 1; select "a""': (1, 18, "a quoted identifier", 1),
    "x; /* /* */": (1, 4, "a comment", 1),
    "x; y /* ": (1, 6, "a comment", 1),
    "create function f() as $a$ b $$ $b$ $a": (1, 24, "a string quoted with $a$", 0),
    "a; select (1; select 2)); select ((3); ": (1, 34, "a parenthesis", 2),
    "create function f() as (": (1, 24, "a parenthesis", 0),
    "create function f()\nbegin atomic select 1 end;": (2, 1, "the body after BEGIN ATOMIC", 0),
    "copy t from stdin;\n1\n\\.x\n": (2, 1, "the data of COPY", 0),
    "copy t from stdin;": (1, 19, "the data of COPY", 0),
}


@pytest.mark.parametrize(("text", "expected"), UNTERMINATED.items())
def test_what_is_never_closed_is_reported_where_it_opens(text, expected):
    with pytest.raises(Unterminated) as caught:
        split(text, "a.sql")

    error = caught.value
    line, column, what, complete = expected
    assert str(error) == f"a.sql:{line}:{column}: {what} is never closed"
    assert len(error.statements) == complete
    assert position(text, error.offset) == (line, column)


def test_psql_commands_outside_of_statements_are_set_apart():
    text = "\\restrict abc \r\n-- x\n  \\set a 'b;\nselect 1; \\echo hi; there\nselect 2;"

    found = split(text)

    assert [(s.kind, s.text, s.line) for s in found] == [
        ("meta", "\\restrict abc", 1),
        ("meta", "\\set a 'b;", 3),
        ("sql", "select 1", 4),
        ("meta", "\\echo hi; there", 4),
        ("sql", "select 2", 5),
    ]


@pytest.mark.parametrize(
    "command",
    [
        "copy t from stdin",
        'COPY public.t (a, "from") FROM stdin',
        "copy t from /* ; */ stdin with (format csv, quote E'\\'')",
        "copy binary t from stdin",
        "copy t from stdout",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_rows_of_a_copy_are_set_apart(command, newline):
    rows = newline.join(["1\t'", "\\N;\\.", "$$ \\.", "\\..", ""])
    text = f"{command}; -- rows{newline}{rows}\\.{newline}select 1;"

    copy, after = split(text)

    assert (copy.kind, copy.text) == ("copy", command)
    assert copy.data is not None
    assert text[slice(*copy.data)] == rows
    assert after.text == "select 1"
    assert (after.line, after.column) == position(text, after.start)


def test_a_copy_may_be_empty_and_end_the_file():
    (copy,) = split("copy t from stdin;\n\\.")

    assert copy.data == (19, 19)


@pytest.mark.parametrize(
    "text",
    [
        "copy t to stdout;\n",
        "copy t from 'stdin';\n",
        "copy t from program 'stdin';\n",
        'copy t from "stdin";\n',
        "copy (select a from stdin) to stdout;\n",
        "copy t (from, stdin) to stdout;\n",
        "copyfrom from stdin;\n",
        "select a from stdin;\n",
        "copy t from stdin",
        "copy t from stdin; select 1;\n",
    ],
)
def test_other_copies_have_no_rows(text):
    assert {statement.kind for statement in split(text)} == {"sql"}


HISTORY = {
    "": [],
    ";;": [],
    "\ufeffselect 1;": ["select 1"],
    "select 1;;select 2": ["select 1", "select 2"],
    "-- a\n\nselect 1 ; -- b\nselect 2;\n": ["-- a\n\nselect 1", "-- b\nselect 2"],
    "select 1;\n-- the end\n": ["select 1", "-- the end"],
    "select 1;\n/* a */ ;": ["select 1", "/* a */"],
    "select 1\n-- the end\n": ["select 1\n-- the end"],
    "select 1 -- a\n;": ["select 1 -- a"],
    "select 1; -- the end;;": ["select 1", "-- the end"],
    "select 1; -- the end;\n": ["select 1", "-- the end;"],
    "\u3000select 1\x1f;": ["select 1\x1f"],
    "select\r\n1;\r\nselect 2\r\n": ["select\r\n1", "select 2"],
    "create rule r as on insert to t do (a; b);": ["create rule r as on insert to t do (a; b)"],
    "\\restrict a\n-- x\nselect 1;": ["-- x\nselect 1"],
    "copy t from stdin;\n1\n\\.\nselect 1;": ["copy t from stdin", "select 1"],
}


@pytest.mark.parametrize(("text", "expected"), HISTORY.items())
def test_history_holds_what_the_supabase_cli_stores(text, expected):
    assert history_statements(text) == expected


def test_statements_come_as_they_are_found():
    found = statements("select 1; select 'a")

    assert next(found).text == "select 1"


# Pieces that are dangerous next to each other.
FRAGMENTS = st.sampled_from(
    [
        *"; ; ; ' ' $ $$ $a$ $b$ $é$ ( ) ( ) [ ] - -- / * /* */ + < = | ! : :: := . .. , {{ %s @> #>>".split(),
        *"e E e' E' u& U&' U&\" \" \" b' x' n' \\' '' \"\" 1 12 1. .5 1e 1e5 0x1f 1_0 $1 $1a a a$ é _ ü$b$".split(),
        *"select begin end case as copy create function \\\\".split(),
        *(" ", " ", " ", "\n", "\n", "\r", "\r\n", "\t", "\f", "\v", "\xa0"),
        *("-- x\n", "'\n'", "E'\\'", "' -- c\n'", "/* ; */"),
    ]
)
# Two places where the parser's copy of the scanner is not Postgres's: it lets letters follow a parameter (junk, to
# Postgres), and no comment between the lines of a continued string.
NOT_THE_SERVERS = re.compile(r"\$[0-9]+[^\W0-9]|'\s*--[^\n\r]*[\n\r](?:\s|--[^\n\r]*[\n\r])*'")
FILES = st.lists(FRAGMENTS, max_size=30).map("".join).filter(lambda text: not NOT_THE_SERVERS.search(text))


def scanned(text: str) -> tuple[list[tuple[int, int]], bool]:
    """The spans that Postgres's scanner finds, and whether all parentheses are closed."""
    data = text.encode()
    spans: list[tuple[int, int]] = []
    depth, start, end = 0, -1, -1
    for token in postgast.scan(text).tokens:
        kind = token.token
        if kind in COMMENTS:
            continue
        if kind == ord(";") and depth == 0:
            spans.append((start, end))
            start = -1
            continue
        depth = max(depth + (kind == ord("(")) - (kind == ord(")")), 0)
        start = token.start if start < 0 else start
        end = token.end
    spans.append((start, end))
    return [(len(data[:a].decode()), len(data[:b].decode())) for a, b in spans if a >= 0], depth == 0


def has_commands(text: str) -> bool:
    try:
        found = split(text)
    except Unterminated as error:
        found = error.statements
    return any(statement.kind != "sql" for statement in found)


@settings(max_examples=300, deadline=None)
@example(")(")
@given(FILES)
def test_spans_are_those_of_postgres_own_scanner(text):
    try:
        expected, closed = scanned(text)
    except postgast.PgQueryError as error:
        if "unterminated" in error.message and not has_commands(text):
            with pytest.raises(Unterminated):
                split(text)
        return

    if has_commands(text):
        return
    if not closed:
        with pytest.raises(Unterminated):
            split(text)
        return
    assert [(statement.start, statement.end) for statement in split(text)] == expected


BODY_STATEMENTS = st.sampled_from(
    [
        "",
        "select 1",
        "select 1 end",
        "select 1 as end, t.end, t.case from t",
        "select case when true then 1 end",
        "select (case a when 1 then case b when 2 then 3 end end)",
        "insert into t values (';', $$end;$$)",
        "update t set begin = 1, atomic = 2",
        "create rule r as on insert to t do (select 1; delete from t)",
        "create function g() returns int begin atomic end",
        "return 1",
        "select begin atomic from t",
    ]
)
ROUTINES = st.builds(
    "create {} f(begin int) {} begin{}atomic {} end".format,
    st.sampled_from(["function", "or replace function", "procedure", "/* /* */ */ function"]),
    st.sampled_from(["", "language sql", "set a = 'x'", "returns int"]),
    st.sampled_from([" ", "\n", " -- ;\n", "/* ; */"]),
    st.lists(BODY_STATEMENTS, max_size=4).map(lambda parts: "".join(f" {part}; " for part in parts)),
)
OTHERS = st.sampled_from(["select 'é'", "begin", "end", "", "select begin atomic"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(ROUTINES, OTHERS), max_size=4))
def test_function_bodies_are_cut_as_by_postgres_own_parser(pieces):
    text = " ; ".join(pieces)
    data = text.encode()
    try:
        parsed = postgast.parse(text).stmts
    except postgast.PgQueryError:
        return

    found = split(text)

    starts = [len(data[: raw.stmt_location].decode()) for raw in parsed]
    assert [statement.start for statement in found] == starts


@pytest.mark.parametrize(
    "text",
    [
        "select E'a' -- b\n'\\';'",
        "select E'a'\n -- b\n -- '\n  '\\';'",
        "select 'a' -- b\n'\\;'",
        "select 1 as a$$; select 2",
        "select $é1$;$é1$; select 2",
    ],
)
def test_a_server_runs_every_statement_by_itself(text, sandbox):
    with sandbox.connect() as connection:
        for statement in split(text):
            connection.execute(statement.text)
