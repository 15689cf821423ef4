from __future__ import annotations

import re
from collections.abc import Iterator

from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Operation
from kitdb.sql.scan import tokens

_LONGEST = 63  # bytes, https://www.postgresql.org/docs/18/limits.html
_LONG_WORD = re.compile(r"[\w$]{64}", re.ASCII)
_IN_QUOTES = re.compile(r"\"[^\"\n();,]{64}")
_OF_WIDE_LETTERS = re.compile(r"(?<![\w$])[\w$]{16}|\"[^\"]{16}")


def _may_have_one(text: str) -> bool:
    if not text.isascii():
        return _OF_WIDE_LETTERS.search(text) is not None
    # Words are counted faster than they are searched for, and most lines are too short for such a one.
    long = "\n".join([line for line in text.split("\n") if len(line) > _LONGEST])
    if max(map(len, long.split()), default=0) > _LONGEST and _LONG_WORD.search(long):
        return True
    return '"' in long and _IN_QUOTES.search(long) is not None


@rule("KD006", help="Choose a name of at most 63 bytes.", severity="warning", once=True, within=_may_have_one)
def identifier_too_long(_operation: Operation, script: Script) -> Iterator[Problem]:
    """A name is longer than Postgres keeps.

    It is cut after 63 bytes with no more than a notice, so that the object has another name than the file says, and
    two long names may become one.

    Bad:

        create index task_assignments_by_organisation_and_assignee_and_due_date_and_priority_idx on task (org_id);

    Good:

        create index task_by_organisation_idx on task (org_id);

    Good:

        comment on table task is 'a_text_is_no_name_however_long_the_words_in_it_may_become_in_the_end_of_the_day';
    """
    text = script.statement.text
    if script.statement.kind == "meta" or not _may_have_one(text):
        return
    for token in tokens(text):
        if not (token.word[0].isalpha() or token.word[0] in '_"') or token.end - token.start < _LONGEST / 4:
            continue
        name = text[token.start : token.end].strip('"')
        if len(name.encode()) > _LONGEST and not text.startswith("'", token.end - 1):
            kept = name.encode()[:_LONGEST].decode(errors="ignore")
            quoted = text[token.start] == '"'
            fix = Fix((Edit(token.start + quoted, token.end - quoted, kept),)) if '""' not in name else None
            yield Problem(f"{name} is cut to {kept}", name, token.start, fix=fix)
            return
