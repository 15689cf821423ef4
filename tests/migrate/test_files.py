from __future__ import annotations

import pytest

from kitdb.errors import CannotRead, MissingPath, Refused
from kitdb.migrate.files import DuplicateVersion, read_migrations


def test_files_come_in_the_order_of_their_versions_as_text(tmp_path):
    for name in ("2_b.sql", "10_a.sql", "1_c.sql"):
        (tmp_path / name).write_text("select 1;")
    assert [migration.version for migration in read_migrations(tmp_path).migrations] == ["1", "10", "2"]


def test_a_name_may_be_empty_or_odd(tmp_path):
    for name in ("1_.sql", "2_größe mit leerzeichen.sql", "3_a.b.sql"):
        (tmp_path / name).write_text("")
    assert [migration.name for migration in read_migrations(tmp_path).migrations] == [
        "",
        "größe mit leerzeichen",
        "a.b",
    ]


def test_other_files_are_skipped_with_a_word(tmp_path):
    (tmp_path / "1_a.sql").write_text("")
    (tmp_path / "notes.sql").write_text("")
    (tmp_path / "README.md").write_text("")
    (tmp_path / "2_folder.sql").mkdir()
    folder = read_migrations(tmp_path)
    assert [migration.version for migration in folder.migrations] == ["1"]
    assert folder.skipped == ("notes.sql",)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    (tmp_path / "1_a.sql").write_bytes(b"\xef\xbb\xbfselect 1;")
    assert read_migrations(tmp_path).migrations[0].text == "select 1;"


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"select 1;\n-- gr\xf6\xdfe\n", 2, "byte 16 (0xf6)"),
        (b"\xff\xfes\0e\0l\0", 1, "UTF-16"),
        (b"select 1;\nselect '\0';", 2, "NUL"),
        (b"\xef\xbb\xbf\n\n\xc3", 3, "byte 6 (0xc3)"),
    ],
)
def test_bytes_that_are_no_utf8_are_refused_with_line_and_byte(tmp_path, content, line, message):
    (tmp_path / "1_a.sql").write_bytes(content)
    with pytest.raises(CannotRead) as caught:
        read_migrations(tmp_path)
    assert caught.value.place.line == line
    assert message in caught.value.message


def test_two_files_of_one_version_are_refused(tmp_path):
    (tmp_path / "1_a.sql").write_text("")
    (tmp_path / "1_b.sql").write_text("")
    with pytest.raises(DuplicateVersion, match=r"1_b\.sql.*1_a\.sql"):
        read_migrations(tmp_path)


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    (tmp_path / "1_a.sql").write_bytes(b"\xff")
    (tmp_path / "2_b.sql").write_text("")
    (tmp_path / "2_c.sql").write_text("")
    with pytest.raises(Refused) as caught:
        read_migrations(tmp_path)
    assert len(caught.value.errors) == 2


def test_a_missing_folder_is_named_with_a_way_out(tmp_path):
    with pytest.raises(MissingPath, match="nowhere") as caught:
        read_migrations(tmp_path / "nowhere")
    assert "kitdb init" in caught.value.hint


def test_an_empty_folder_has_no_migrations(tmp_path):
    assert read_migrations(tmp_path).migrations == ()
