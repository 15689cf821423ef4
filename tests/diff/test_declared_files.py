"""Declared statements as migration files."""

from __future__ import annotations

from kitdb.catalog.model import Catalog
from kitdb.diff.declared import read_declared
from kitdb.diff.write import drafts


def test_what_one_transaction_cannot_hold_is_in_several_files(tmp_path):
    (tmp_path / "all.sql").write_text("".join(f"create table public.t{n} (id int);\n" for n in range(1000)))
    declared = read_declared([tmp_path / "all.sql"])

    files = drafts("first", declared, Catalog(18))

    assert [file.name for file in files] == ["first", "first_2"]
    assert [file.text.count("create table") for file in files] == [750, 250]
    assert "goes on with first" in files[1].text


def test_what_one_transaction_can_hold_is_in_one_file(tmp_path):
    (tmp_path / "all.sql").write_text("create table public.t (id int);\n" + "grant select on public.t to anon;\n" * 500)

    assert [file.name for file in drafts("first", read_declared([tmp_path / "all.sql"]), Catalog(18))] == ["first"]
