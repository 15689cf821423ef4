"""Slips in words of a specification that need not name anything: claims, and what a finding is accepted on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kitdb.catalog.model import Catalog
from kitdb.findings import Finding
from kitdb.rls.access import Access, BadAccess, meant, signature_of, subject_of
from kitdb.rls.actors import Claims, user_claims
from kitdb.rls.claims import Path, claims_asked, paths
from kitdb.rls.kinds import UNUSED
from kitdb.rls.predicate import parameters
from kitdb.rls.subject import STRANGE_BUCKET

_ALIKE = 0.75  # user_role is no slip for role
_MADE_UP = ("access.toml", "exposure", "storage.buckets", "storage.objects", f"storage.{STRANGE_BUCKET}")


def check_claims(access: Access, catalog: Catalog) -> None:
    """Raises `BadAccess` for a claim that is nearly the name of one that callers have or policies ask for."""
    wanted = [
        (found, row_class, start, tuple(name.split(".")[1:]))
        for found in access.objects
        for row_class in found.classes
        for start, _, name in parameters(row_class.predicate)
        if name.startswith("jwt.")
    ]
    if not wanted:
        return
    known = _claims_known(access, catalog)
    texts = [text for policy in catalog.policies() for text in (policy.using, policy.with_check) if text]
    words = set(re.findall(r"\w+", " ".join([*texts, *(routine.body for routine in catalog.routines)])))
    for found, row_class, start, path in wanted:
        if guess := _claim_meant(path, known, words):
            raise BadAccess(
                f"{found.subject()}, rows.{row_class.name}: no caller has the claim {'.'.join(path)}, "
                f"and no policy asks for it: did you mean :jwt.{guess}?",
                place=row_class.place_of(start),
                hint="If it is meant, give it to an actor: claims = { … } under [actors].",
            )


def _claims_known(access: Access, catalog: Catalog) -> set[Path]:
    held: list[Claims] = [user_claims("", ""), {"role": ""}, *(actor.claims for actor in access.actors)]
    known = {path for claims in held for path in paths(claims)}
    asked = [claim.path for claim in claims_asked(catalog)]
    return known | {path[:length] for path in asked for length in range(1, len(path) + 1)}


def _claim_meant(path: Path, known: set[Path], words: set[str]) -> str:
    for at, step in enumerate(path):
        above = path[:at]
        if path[: at + 1] in known or step in words:
            continue
        beside = {other[at] for other in known if other[:at] == above and len(other) > at}
        guess = re.search(r"'(.*)'", meant(step, beside, cutoff=_ALIKE))
        return ".".join((*above, guess[1], *path[at + 1 :])) if guess else ""
    return ""


def told_unknown(findings: Sequence[Finding], access: Access, catalog: Catalog) -> Iterator[Finding]:
    """The findings; that nothing is found which was accepted is an error where there is no such object."""
    for finding in findings:
        if finding.name == UNUSED.name and (on := finding.subject or "") not in (names := _names(access, catalog)):
            told = f"{finding.message}, and there is no {on}{meant(on, names)}"
            yield replace(finding, severity="error", message=told, help="Correct the name, or remove the entry.")
        else:
            yield finding


def _names(access: Access, catalog: Catalog) -> set[str]:
    """Everything that a finding can be on, or name."""
    names = {*_MADE_UP, *(actor.name for actor in access.actors), *(found.subject() for found in access.objects)}
    names |= {row_class.name for found in access.objects for row_class in found.classes}
    for relation in catalog.relations:
        for name in (subject_of(relation.name), str(relation.name)):
            names |= {name, *(f"{name}.{column.name}" for column in relation.columns)}
        for parts in (relation.policies, relation.triggers, relation.constraints, relation.indexes):
            names |= {part.name for part in parts}
        names.add(relation.name.name)
    for routine in catalog.routines:
        names |= {routine.signature, signature_of(routine), routine.name.name, str(routine.name)}
    names |= {f"storage.{bucket.id}" for bucket in catalog.buckets}
    names |= {role.name for role in catalog.roles} | {schema.name for schema in catalog.schemas}
    return names
