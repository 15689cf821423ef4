from __future__ import annotations

import pytest

from kitdb.rls.line import BadLine, ColumnList, Right, parse_line
from kitdb.rls.predicate import AllOf, AnyOf, EveryRow, InClass, Negated


def test_a_line_without_rows_means_every_row() -> None:
    line = parse_line("anon, user: select")

    assert line.actors == ("anon", "user")
    assert line.rights == (Right("select", None),)
    assert line.rows == EveryRow()
    assert line.after is None
    assert line.exact


def test_may_makes_a_line_an_upper_bound() -> None:
    assert not parse_line("user: may select own").exact


def test_columns_are_named_starred_and_left_out() -> None:
    line = parse_line('user: insert(*, -like_count), update(name, "odd name") own')

    assert line.rights == (
        Right("insert", ColumnList(star=True, named=(), left_out=("like_count",))),
        Right("update", ColumnList(star=False, named=("name", "odd name"), left_out=())),
    )


def test_left_out_columns_alone_mean_all_the_others() -> None:
    assert parse_line("user: insert(-id)").rights[0].columns == ColumnList(star=True, named=(), left_out=("id",))


def test_and_binds_closer_than_or_and_not_closest() -> None:
    line = parse_line("user: select a or not b and c")

    assert line.rows == AnyOf((InClass("a"), AllOf((Negated(InClass("b")), InClass("c")))))


def test_brackets_away_from_the_verb_hold_rows_and_not_columns() -> None:
    line = parse_line("user: select (a or b) and c")

    assert line.rights == (Right("select", None),)
    assert line.rows == AllOf((AnyOf((InClass("a"), InClass("b"))), InClass("c")))


def test_rows_after_the_arrow_are_what_a_row_may_become() -> None:
    line = parse_line("user: update own -> own and own_project")

    assert line.rows == InClass("own")
    assert line.after == AllOf((InClass("own"), InClass("own_project")))


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("user: delete folder[1] = :uid", "(storage.foldername(objects.name))[1] = :uid"),
        ("user: select owner_id = :uid", "owner_id = :uid"),
        ("user: select org = :jwt.app_metadata.org", "org = :jwt.app_metadata.org"),
        ("user: select status <> 'it''s'", "status <> 'it''s'"),
        ('user: select "Ünique Col" = 3', '"Ünique Col" = 3'),
        ("user: select tags[2] = 'x'", "(tags)[2] = 'x'"),
        ("user: select hidden = false", "hidden = false"),
    ],
)
def test_a_comparison_in_place_is_a_row_class_of_its_own(text: str, predicate: str) -> None:
    line = parse_line(text)

    ((label, written, _),) = line.comparisons
    assert written == predicate
    assert line.rows == InClass(label)


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("user select", "no colon", 11),
        (": select", "an actor is missing", 0),
        ("user: read", "unknown verb 'read'", 6),
        ("user:", "expected a verb", 5),
        ("user: select(a", "expected ','", 14),
        ("user: select own own", "unexpected 'own'", 17),
        ("user: select own and", "expected a row class", 20),
        ("user: select (own", "expected ')'", 17),
        ("user: delete(id) own", "not columns", 12),
        ("user: select own -> other", "does not change", 0),
        ("user: select own = ", "expected a value", 19),
        ("user: select a = b", "'b' is not a value", 17),
        ("user: update(a, b, a)", "column a is named twice", 19),
        ("user: select(*, -a, -a)", "column a is named twice", 20),
        ("user: update(a, -a)", "column a is named twice", 16),
        ("user: select, insert, select own", "select is named twice", 22),
        ("anon, user, anon: select", "anon is named twice", 11),
        ("user: select %", "unexpected '%'", 13),
    ],
)
def test_a_slip_is_told_with_its_place(text: str, message: str, offset: int) -> None:
    with pytest.raises(BadLine) as raised:
        parse_line(text)

    assert message in str(raised.value)
    assert raised.value.offset == offset
