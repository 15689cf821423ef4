"""Policies on storage.objects that do not fit the others, or the bucket: suspected as written, shown by objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kitdb.catalog.model import Catalog, Policy
from kitdb.findings import Finding, Severity
from kitdb.rls.access import OBJECTS
from kitdb.rls.as_written import CLIENTS, verbs_of
from kitdb.rls.check import Seen
from kitdb.rls.conditions import parse_condition, terms
from kitdb.rls.forgotten import FROM, Suspicion
from kitdb.rls.infer import worked
from kitdb.rls.kinds import FORGOTTEN, READ_BY_ALL, SEGMENT
from kitdb.rls.letting import named
from kitdb.rls.verdicts import finding, some_of

_BUCKET = re.compile(r"bucket_id = '((?:[^']|'')+)'")
_FOLDER = re.compile(
    r"\(storage\.foldername\((?:objects\.)?name\)\)\[(\d+)\]|split_part\((?:objects\.)?name, '/'::text, (\d+)\)"
)
_LOOKS_AT_PATH = re.compile(
    r"(?:storage\.\w+|split_part|string_to_array)\((?:objects\.)?name\b|(?<![\w.])(?:objects\.)?name (?:~|LIKE)"
)
_OWN = re.compile(r"auth\.uid\(\)")
_NOT_CALLS = {
    "select",
    "where",
    "and",
    "or",
    "not",
    "exists",
    "in",
    "any",
    "all",
    "on",
    "when",
    "then",
    "coalesce",
    "nullif",
}
_COMPARED_LEFT = re.compile(r"([\w.\"]+)\)*(?:::[\w.]+)?\)* = \(*$")
_COMPARED_RIGHT = re.compile(r"\)*(?:::[\w.]+)?\)* = \(*([\w.\"]+)")

Partner = tuple[str, ...]


def bucket_suspicions(catalog: Catalog) -> Iterator[Suspicion]:
    """What the policies on objects seem to have got wrong."""
    policies = _policies(catalog)
    yield from _other_segments(policies)
    yield from _every_bucket(catalog, policies)


def read_by_all(catalog: Catalog, seen: Sequence[Seen]) -> Iterator[Finding]:
    """Public buckets whose policies admit only some: an object's public address asks no policy."""
    for bucket in (bucket for bucket in catalog.buckets if bucket.public):
        reading = [p for p in _policies(catalog) if bucket.id in _buckets(p) and "select" in verbs_of(p)]
        decisions = [d for part in seen if _is_of(part, bucket.id) for d in part.decisions if d.command == "select"]
        if reading and any(worked(d) is False for d in decisions):
            writing = {text for p in _policies(catalog) if p.command != "select" for text in (p.using, p.with_check)}
            # who reads as it writes reads to manage: what shows objects to others is another policy, or the address
            managing = all(_is_own(policy) or policy.using in writing for policy in reading)
            severity: Severity = "info" if managing else "warning"
            message = (
                f"{named(reading[0])} lets only some read bucket {bucket.id}, which is public: whoever has the address"
                f" of an object reads it, signed in or not"
            )
            yield finding(READ_BY_ALL, message, str(OBJECTS), severity=severity)


def _is_of(part: Seen, bucket: str) -> bool:
    return part.subject.bucket == bucket and part.actor.name == CLIENTS["authenticated"]


def _is_own(policy: Policy) -> bool:
    """Whether all it asks for is that the folder or the object is the caller's own."""
    asked = [atom for term in terms(parse_condition(_text(policy))) for atom in term]
    return all(_BUCKET.search(atom) or (_OWN.search(atom) and not FROM.search(atom)) for atom in asked)


def _policies(catalog: Catalog) -> list[Policy]:
    found = catalog.by_name.get(OBJECTS)
    policies = found.policies if found else ()
    return [p for p in policies if p.permissive and {*CLIENTS, "public"} & {*p.roles}]


def _text(policy: Policy) -> str:
    return " AND ".join(f"({text})" for text in (policy.using, policy.with_check) if text)


def _buckets(policy: Policy) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.replace("''", "'") for name in _BUCKET.findall(_text(policy))))


# ---------------------------------------------------------------- segments of the path


def _other_segments(policies: Sequence[Policy]) -> Iterator[Suspicion]:
    """A policy that looks at another folder than the bucket's others do, for the same comparison."""
    found: dict[tuple[str, Partner], dict[int, list[Policy]]] = {}
    for policy in policies:
        for bucket in _buckets(policy):
            for partner, segment in _looked_at(_text(policy)):
                looking = found.setdefault((bucket, partner), {}).setdefault(segment, [])
                looking += [policy] if policy not in looking else []
    for (bucket, partner), places in found.items():
        usual = max(places, key=lambda segment: len(places[segment]))
        for segment, odd in places.items():
            if segment == usual or len(places[usual]) <= max(1, len(odd)):
                continue
            for policy in (policy for policy in odd if policy not in places[usual]):
                message = (
                    f"{named(policy)} compares folder {segment} with {partner[0]}, and"
                    f" {some_of(p.name for p in places[usual])} of the same bucket, {bucket}, folder {usual}"
                )
                yield Suspicion(SEGMENT, str(OBJECTS), message, policy, verbs_of(policy), lambda _: True, bucket=bucket)


def _looked_at(text: str) -> Iterator[tuple[Partner, int]]:
    """What each folder of the path is compared with, or given to."""
    for found in _FOLDER.finditer(text):
        if partner := _partner(text, found.start(), found.end()):
            yield partner, int(found[1] or found[2])


def _partner(text: str, start: int, end: int) -> Partner:
    """The outermost function that gets it, else the column or the caller that it is compared with."""
    called, depth = "", 0
    for at in range(start - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth < 0:
            depth = 0
            name = re.search(r"[\w.\"]+$", text[:at])
            if name and name[0].lower() in _NOT_CALLS:
                break
            called = name[0] if name else called
    if called:
        return (called,)
    sides = (_COMPARED_LEFT.search(text, 0, start), _COMPARED_RIGHT.match(text, end))
    other = next((match[1] for match in sides if match), "")
    if re.search(r"= \(*\s*(?:SELECT \(*)?auth\.uid\(\)", text[end : end + 40]) or other.startswith("auth.uid"):
        return ("auth.uid()",)
    return (other, *sorted({*FROM.findall(text)})) if other else ()


# ---------------------------------------------------------------- every bucket


def _every_bucket(catalog: Catalog, policies: Sequence[Policy]) -> Iterator[Suspicion]:
    """A policy that looks at the path and not at the bucket, where the others are each for one."""
    for policy in policies:
        others = [p for p in policies if p is not policy and _buckets(p) and {*verbs_of(p)} & {*verbs_of(policy)}]
        if "bucket_id" in _text(policy) or not _LOOKS_AT_PATH.search(_text(policy)) or _is_own(policy):
            continue
        theirs = list(dict.fromkeys(bucket for other in others for bucket in _buckets(other)))
        if len(catalog.buckets) > 1 and theirs:
            message = (
                f"{named(policy)} looks at the path of objects in every bucket, {some_of(theirs)} among them, and not"
                f" at bucket_id"
            )
            for bucket in theirs:
                yield Suspicion(
                    FORGOTTEN, str(OBJECTS), message, policy, verbs_of(policy), lambda _: False, bucket=bucket
                )
