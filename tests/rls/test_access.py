from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from kitdb.catalog.model import Argument, Bucket, Catalog, Column, Relation, Routine, TypeRef
from kitdb.errors import KitdbError, Place
from kitdb.names import QualifiedName
from kitdb.rls.access import BadAccess, load_access, parse_access, resolve, signature_of, split_name
from kitdb.rls.positions import positions
from kitdb.rls.predicate import EveryRow, InClass

TEXT = TypeRef("text", QualifiedName("pg_catalog", "text"))


def relation(schema: str, name: str, *columns: str) -> Relation:
    return Relation(
        QualifiedName(schema, name),
        "table",
        "postgres",
        tuple(Column(column, number, TEXT) for number, column in enumerate(columns, 1)),
    )


def routine(name: str, *types: str) -> Routine:
    arguments = tuple(Argument(None, TypeRef(text, QualifiedName("x", text))) for text in types)
    signature = f"public.{name}({','.join(types)})"
    return Routine(QualifiedName("public", name), signature, "function", "postgres", "", "sql", arguments)


CATALOG = Catalog(
    15,
    relations=(
        relation("public", "kits", "id", "owner_id", "name"),
        relation("public", "Order Items", "id"),
        relation("private", "kits", "secret"),
    ),
    routines=(routine("stats"), routine("log", "text", "public.severity"), routine("log", "text")),
    buckets=(Bucket("covers", "covers", public=True),),
)


def refused(text: str) -> KitdbError:
    with pytest.raises(KitdbError) as raised:
        resolve(parse_access(text), CATALOG)
    return raised.value


def test_a_specification_is_read_with_the_place_of_each_rule() -> None:
    access = parse_access(
        """
[tables.kits]
rows.own = "owner_id = :uid"   # a comment
allow = [
  "user: select own",
  "user: update(name) own -> own, ",
]
""".replace(', "', '"')
    )

    (kits,) = access.objects
    assert kits.place == Place("access.toml", 2, 1)
    assert kits.classes[0].place == Place("access.toml", 3, 1)
    assert [rule.place for rule in kits.rules] == [Place("access.toml", 5, 3), Place("access.toml", 6, 3)]


def test_update_without_arrow_must_leave_the_row_as_it_was_allowed_to_be() -> None:
    access = parse_access('[tables.kits]\nrows.own = "true"\nallow = ["user: update own", "user: insert own"]')

    update, insert = access.objects[0].rules
    assert (update.before, update.after) == (InClass("own"), InClass("own"))
    assert (insert.before, insert.after) == (EveryRow(), InClass("own"))


def test_an_actor_has_the_rights_of_what_it_is() -> None:
    access = parse_access(
        """
[actors]
admin = { is = "user", claims = { app_metadata = { role = "admin" } } }
owner = { is = "admin" }
[tables.kits]
allow = ["user: select", "admin: delete"]
"""
    )

    kits = access.objects[0]
    assert access.actor("owner").lineage == ("owner", "admin", "user")
    assert access.actor("owner").claims == {"app_metadata": {"role": "admin"}}
    assert kits.rules_for(access.actor("owner"), "delete")
    assert kits.rules_for(access.actor("guest"), "select")
    assert not kits.rules_for(access.actor("user"), "delete")
    assert not kits.rules_for(access.actor("anon"), "select")


@pytest.mark.parametrize("name", ["kits", "public.kits", '"public"."kits"'])
def test_a_table_is_found_by_any_of_its_names(name: str) -> None:
    access = resolve(parse_access(f"[tables.'{name}']\nallow = []"), CATALOG)

    assert access.objects[0].relation == QualifiedName("public", "kits")


def test_a_table_of_another_schema_is_found_quoted_or_nested() -> None:
    for text in ('[tables."private.kits"]\nallow=[]', "[tables.private.kits]\nallow=[]"):
        assert resolve(parse_access(text), CATALOG).objects[0].relation == QualifiedName("private", "kits")


def test_a_name_with_spaces_and_capitals_is_taken_as_it_is() -> None:
    access = resolve(parse_access('[tables."Order Items"]\nallow = []'), CATALOG)

    assert access.objects[0].relation == QualifiedName("public", "Order Items")


def test_functions_are_found_by_signature_and_by_name_where_that_is_enough() -> None:
    access = resolve(
        parse_access('[functions]\nstats = "user"\n"log(text, severity)" = ["service"]\n"public.log( text )" = []'),
        CATALOG,
    )

    assert [f.signature for f in access.functions] == [
        "public.stats()",
        "public.log(text,public.severity)",
        "public.log(text)",
    ]
    assert signature_of(CATALOG.routines[1]) == "log(text,severity)"


def test_resolving_twice_changes_nothing() -> None:
    once = resolve(parse_access('[tables.kits]\nallow=[]\n[storage.covers]\n[functions]\nstats="user"'), CATALOG)

    assert resolve(once, CATALOG) == once


def test_a_file_adds_to_what_it_extends(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(
        '[actors]\nadmin={is="user"}\n[tables.kits]\nrows.a="true"\nallow=["user: select a"]'
    )
    (tmp_path / "access.toml").write_text(
        'extends=["base.toml"]\n[tables.kits]\nallow=["admin: delete a"]\nrows.b="true"'
    )

    access = load_access(tmp_path / "access.toml")

    (kits,) = access.objects
    assert [rule.verb for rule in kits.rules] == ["select", "delete"]
    assert kits.rules[0].place.path.endswith("base.toml")


def test_a_file_that_extends_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('extends = "b.toml"')
    (tmp_path / "b.toml").write_text('extends = "a.toml"')

    with pytest.raises(BadAccess, match="extends itself"):
        load_access(tmp_path / "a.toml")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ('extends = ["."]', "access.toml:1:12: '.' is a folder"),
        ('extends = ["bas.toml"]', "access.toml:1:12: bas.toml does not exist: did you mean 'base.toml'?"),
        ('extends = "base.toml"\n[tables.public.kits]\nallow=[]', "access.toml:2:1: table public.kits is table kits, at base.toml:3:1"),
        ('extends = "base.toml"\n[actors]\nadmin={is="user"}', "access.toml:3:1: actor admin is already defined, as another, at base.toml:2:1"),
        ('extends = "wrong.toml"', "wrong.toml:2:14: unknown verb 'selct'"),
    ],
)  # fmt: skip
def test_a_mistake_around_what_is_extended_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.toml").write_text('[actors]\nadmin={role="boss"}\n[tables.kits]\nallow=["user: select"]')
    Path("wrong.toml").write_text('[tables.kits]\nallow="user: selct"')
    Path("access.toml").write_text(given)

    with pytest.raises(BadAccess) as raised:
        resolve(load_access(Path("access.toml")), CATALOG)

    assert str(raised.value).startswith(message)


def test_a_file_is_read_behind_a_byte_order_mark_and_must_be_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "access.toml"
    path.write_bytes(b"\xef\xbb\xbf[tables.kits]\nallow = []")
    marked = load_access(path)
    path.write_bytes('[tables.kits]\nrows.own = "\u00e9"'.encode("latin-1"))

    assert marked.objects[0].place.column == 1
    with pytest.raises(KitdbError, match=r"access.toml:2: byte 27 \(0xe9\) is not UTF-8"):
        load_access(path)
    with pytest.raises(KitdbError, match="Is a directory"):
        load_access(tmp_path)


def test_acceptances_have_a_reason_and_a_date() -> None:
    access = parse_access('[[accept]]\nfinding="leak"\non="kits.name"\nwhy="names are public"\nuntil=2027-06-01')

    assert access.accepted[0].until == datetime.date(2027, 6, 1)
    assert access.accepted[0].place == Place("access.toml", 1, 1)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("[tables.kitz]\nallow=[]", "no table 'kitz': did you mean 'kits'?", 1),
        ("[storage.cover]\nallow=[]", "no storage bucket 'cover': did you mean 'covers'?", 1),
        ('[tables.kits]\nallow=[\n"user: select(nam)"]', "kits has no column 'nam': did you mean 'name'?", 3),
        (
            '[tables.kits]\nallow=["user: select ownn"]\nrows.own="true"',
            "unknown row class 'ownn': did you mean 'own'?",
            2,
        ),
        ('[tables.kits]\nallow=["usr: select"]', "unknown actor 'usr': did you mean 'user'?", 2),
        ('[tables.kits]\nalow=["user: select"]', "unknown key 'alow' in tables.kits: did you mean 'allow'?", 2),
        ("[table.kits]\nallow=[]", "unknown key 'table' in the file: did you mean 'tables'?", 1),
        ('[tables.kits]\nallow=["user: selct"]', "unknown verb 'selct'", 2),
        ('[tables.kits]\nrows.own="owner_id = :uuid"\nallow=[]', "unknown parameter :uuid", 2),
        ('[tables.kits]\nrows.not="true"', "a word of the grammar", 2),
        ("[tables.kits]\nallow=[1]", "tables.kits.allow must be a list of strings", 2),
        ("[actors]\nadmin={is='usr'}", "unknown actor 'usr'", 2),
        ("[actors]\nadmin={claims={}}", "needs is or role", 2),
        ("[actors]\nadmin={is='user', claim={}}", "unknown key 'claim' in actors.admin: did you mean 'claims'?", 2),
        ("[functions]\n'stat()'='user'", "no function 'stat()': did you mean 'stats()'?", 2),
        ("[functions]\nlog='user'", "more than one function", 2),
        ("[storage.covers]\npublic='yes'", "public must be true or false", 2),
        ("[storage.covers]\nallow=['user: select(name)']", "not columns", 2),
        ("[[accept]]\nfinding='leak'\non='x'", "needs why", 1),
        ("[tables.kits\n", "not TOML", 1),
        ("[tables.publik.kits]\nallow=[]", "no table 'publik.kits': did you mean 'public.kits'?", 1),
        ("[tables.private.kit]\nallow=[]", "no table 'private.kit': did you mean 'private.kits'?", 1),
        ("[functions]\n'log(int)'='user'", "did you mean 'log(text,severity)' or 'log(text)'?", 2),
        (
            "[tables.kits]\nallow=[]\n[tables.public.kits]\nallow=[]",
            "table public.kits is table kits, at access.toml:1:1",
            3,
        ),
        ("[views.kits]\nallow=[]\n[tables.kits]\nallow=[]", "view kits is table kits, at access.toml:3:1", 1),
        ("[functions]\nstats='user'\n'stats()'='anon'", "function stats() is function stats, at access.toml:2:1", 3),
        (
            "[tables.kits]\nallow=['anon, user: select',\n'user,anon:select']",
            "'user,anon:select' is said at access.toml:2:8 already",
            3,
        ),
        ("[actors]\nuser={is='anon'}", "actor user is built in", 2),
        ("[actors]\nservice={role='service_role'}", "actor service is built in", 2),
        ("[actors]\na={is='b'}\nb={is='c'}\nc={is='b'}", "actor b is itself: b is c is b", 4),
        ("[actors]\n'a, b'={is='user'}", "no line can name the actor 'a, b'", 2),
        ("[actors]\n''={is='user'}", "no line can name the actor ''", 2),
        ("[actors]\na={is='a'}", "actor a is itself: a is a", 2),
        ("[actors]\na={is=['user']}", "is must be a name", 2),
        ("[[accept]]\nfinding='unique-oracl'\non='x'\nwhy='y'", "unknown finding 'unique-oracl': did you mean", 2),
        ("[[accept]]\nfinding='leak'\non='x'\nwhy='y'\nactor='usr'", "unknown actor 'usr': did you mean 'user'?", 1),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_likely_word(text: str, message: str, line: int) -> None:
    error = refused(text)

    assert message in str(error)
    assert error.place is not None
    assert error.place.line == line


def test_a_slip_in_a_line_is_pointed_at_by_column() -> None:
    error = refused('[tables.kits]\nallow = [ "user: select own own" ]\nrows.own = "true"')

    assert error.place == Place("access.toml", 2, 29)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('[tables.kits]\nallow = ["user: update(name, nam) own"]\nrows.own = "true"', 2, 30),
        ('[tables.kits]\nallow = "user: selct"', 2, 16),
        ('[tables.kits]\nallow = ["user: select(\\"name\\", nam)"]', 2, 34),
        ('[tables.kits]\nallow = ["""\nuser: select(\n  nam)"""]', 4, 3),
        ('[tables.kits]\r\nallow = ["""\r\nuser: \\\r\n  select(nam)"""]', 4, 10),
        ("[tables.kits]\nallow = ['user: \tselect(nam)']", 2, 25),
        ('[tables.kits]\nrows.a = "id = 1\\nor id = :idd"\nallow = []', 2, 27),
    ],
)
def test_the_very_word_is_pointed_at_however_the_string_is_written(text: str, line: int, column: int) -> None:
    assert refused(text).place == Place("access.toml", line, column)


def test_actors_are_read_in_any_order() -> None:
    access = parse_access("[actors]\nchief = { is = 'admin' }\nadmin = { is = 'user', claims = { a = 1 } }")

    assert access.actor("chief").lineage == ("chief", "admin", "user")
    assert access.actor("chief").claims == {"a": 1}


def test_the_places_of_a_large_file_are_found_in_one_pass() -> None:
    class Counting(str):
        counted = 0

        def count(self, sub: str, start: int = 0, end: int = 0) -> int:  # type: ignore[override]
            Counting.counted += end - start
            return super().count(sub, start, end)

    text = Counting("".join(f'[tables.t{n}]\nallow = [\n  "user: select"]\n' for n in range(1000)))

    assert positions(text, "f").places["tables", "t999", "allow", 0] == Place("f", 3000, 3)
    assert Counting.counted <= len(text)


def test_positions_reach_every_key_and_element_of_a_file() -> None:
    found = positions(
        '# head\n[a.\'b c\']\nx.y = """multi\n] line"""\nz = [1, [2, 3], {k = \'v\', l = [4]}]\n\n[[t]]\nq=1 # [x]\n[[t]]\n"q\\u0041"=2\n',
        "f",
    ).places

    assert found["a", "b c"] == Place("f", 2, 1)
    assert found["a", "b c", "x", "y"] == Place("f", 3, 1)
    assert found["a", "b c", "z", 1, 1] == Place("f", 5, 13)
    assert found["a", "b c", "z", 2, "l", 0] == Place("f", 5, 32)
    assert found["t", 0, "q"] == Place("f", 8, 1)
    assert found["t", 1] == Place("f", 9, 1)
    assert found["t", 1, "qA"] == Place("f", 10, 1)


def test_a_dotted_name_is_split_outside_its_quotes() -> None:
    assert split_name('a."b.c"."d""e"') == ("a", "b.c", 'd"e')
