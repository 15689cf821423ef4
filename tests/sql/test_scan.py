from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from kitdb.sql.scan import Token, Unclosed, past, skip_blank, tokens, word_at

PIECES = [
    "select", "E'a\\'b'", "e", "'a'", "''", "'", '"a"', '""', "$$", "$a$", "$1", "$", "1e5", ".5", "..", ".", "(", ")",
    "[", "]", ",", ";", "--", "-", "/*", "*/", "/", "::", "<=", "\n", " ", "\t", "é", "\xa0", "_x$y", "\\", "\0", "U&'x'",
]  # fmt: skip


@example("''", 1)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.integers(0, 3))
def test_tokens_end_where_the_splitter_ends_them(text, start):
    assert outcome(tokens, text, start) == outcome(one_by_one, text, start)


def outcome(cut, text, start):
    try:
        return list(cut(text, start))
    except Unclosed as unclosed:
        return unclosed.what, unclosed.offset


def one_by_one(text, start):
    found, depth = [], 0
    at = skip_blank(text, start)
    while at < len(text):
        word, end = word_at(text, at), past(text, at)
        while word in ("'", '"') and text.startswith(word, end):
            end = past(text, end)
        depth -= word in (")", "]")
        found.append(Token(word, at, end, depth))
        depth += word in ("(", "[")
        at = skip_blank(text, end)
    return found
