"""From one schema to another, for every case in cases/: the files are as expected, and were proved.

`KITDB_WRITE_EXPECTED=1 pytest tests/diff/test_cases.py` writes the expected files that are missing, to be read before a
commit; `KITDB_ALL_CASES=1` runs every case on every server, and back again.
"""

from __future__ import annotations

import os

import pytest
from runner import read_cases, run_case, shown

from kitdb.errors import KitdbError

ALL = bool(os.environ.get("KITDB_ALL_CASES"))
WRITES = bool(os.environ.get("KITDB_WRITE_EXPECTED"))


def skip_unless_for(case, major):
    if case.majors and major not in case.majors:
        pytest.skip(f"about Postgres {' and '.join(map(str, case.majors))}, and this is {major}")
    if not case.is_for(major) and not ALL:
        pytest.skip(f"the newest server is enough; KITDB_ALL_CASES=1 runs it on Postgres {major} too")


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.name)
def test_migration_gives_what_is_declared(server, case):
    major = server.server.major
    skip_unless_for(case, major)
    if case.fails:
        with pytest.raises(KitdbError, match=case.fails):
            run_case(server, case)
        return

    proposal = run_case(server, case)

    text = shown(proposal)
    path = case.expected(major)
    if WRITES and not path.exists():
        path.write_text(text)
    assert text == path.read_text()
    assert bool(proposal.destructive) == case.destructive


@pytest.mark.skipif(not ALL, reason="the way back takes as long again; KITDB_ALL_CASES=1 runs it")
@pytest.mark.parametrize("case", [case for case in read_cases() if not case.fails], ids=lambda case: case.name)
def test_way_back_is_proved_too(server, case):
    skip_unless_for(case, server.server.major)

    proposal = run_case(server, case, back=True)

    assert proposal.drafts or case.name == "nothing"
