"""Inserts that end in an error for everybody: a trigger that cannot work, or one that never lets a row in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kitdb.findings import Finding
from kitdb.rls.evidence import Witness
from kitdb.rls.judge import explain
from kitdb.rls.kinds import BROKEN
from kitdb.rls.matrix import NotCovered
from kitdb.rls.probes import Workshop
from kitdb.rls.rights import Rights
from kitdb.rls.run import Observation
from kitdb.rls.verdicts import finding

# what a platform has and a throwaway server may lack
_PLATFORM = re.compile(
    r'\b(?:net|http|vault|cron|pgmq|realtime|supabase_functions|pgsodium|graphql|extensions)\b[."]', re.IGNORECASE
)
_FUNCTION = re.compile(r"\bfunction (?!pg_temp\.)")


def barred(shop: Workshop, rights: Mapping[str, Rights], witness: Witness) -> Iterator[Finding | NotCovered]:
    """That nobody could insert a row, with the error, where some actor holds the right to; `rights` by actor."""
    if shop.barred is None or not shop.rows or shop.subject.bucket is not None:
        return  # where no row is there at all, that is told already
    values, seen = shop.barred
    able = [name for name, held in rights.items() if held.insert]
    if not able:
        return
    name = shop.subject.name
    if _is_defect(seen):
        message = f"nobody can insert into {name} without an error: {explain(seen)}"
        help_ = "Mend the trigger: it fails whatever is written, for whoever writes."
        yield finding(BROKEN, message, name, evidence=witness.insertion(shop.subject, values), help=help_)
    else:
        yield NotCovered(f"{', '.join(able)} insert {name}", f"nobody could insert a row: {explain(seen)}")


def _is_defect(seen: Observation) -> bool:
    """Whether it is an error of what a trigger calls, such as a table that is not there, and no refusal."""
    wrong = seen.state.startswith("42") and seen.state != "42501"
    return wrong and bool(_FUNCTION.search(seen.context)) and not _PLATFORM.search(seen.message)
