"""The findings of check-rls: each with its code, its name, how bad it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from kitdb.findings import Severity


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding: its code for ever, its name, how bad it is, and what to do."""

    code: str
    name: str
    severity: Severity
    help: str


LEAK = Kind("KD801", "leak", "error", "Narrow the policy or the grant, or add a line that allows it.")
DENIED = Kind("KD802", "denied", "error", "Widen the policy or the grant, or take the right out of the line.")
BROKEN = Kind(
    "KD803", "broken-policy", "error", "Mend the policy, or what it calls: without policies the same statement works."
)
VACUOUS = Kind("KD804", "vacuous", "error", "Give a seed with such a row, or narrow the line to what can happen.")
EXCESS = Kind("KD805", "excess-privilege", "warning", "Revoke the privilege.")
BUCKET = Kind("KD806", "bucket-public", "error", "Set public in storage.buckets and here to the same.")
BROKEN_FUNCTION = Kind("KD807", "broken-function", "error", "Mend the function: it fails for whoever calls it.")
EXPIRED = Kind("KD808", "accept-expired", "error", "Fix the finding, or look at it again and give a new date.")
UNUSED = Kind("KD809", "accept-unused", "warning", "Remove the entry: there is no such finding.")
BLIND = Kind("KD810", "blind-write", "warning", "Repeat the condition of the SELECT policy in this one.")
RLS_OFF = Kind("KD811", "rls-off", "error", "Enable row level security on it and write policies, or revoke the grants.")
OTHERS_WRITTEN = Kind("KD812", "others-rows-written", "error", "Let the policy look at whose row it is.")
ANONYMOUS = Kind("KD813", "anonymous-write", "error", "Write the policy for authenticated, or revoke the privilege.")
FORGED = Kind("KD814", "forged-owner", "error", "Let WITH CHECK compare the owner with auth.uid().")
GIVEN_AWAY = Kind("KD815", "row-given-away", "error", "Repeat the condition of USING in WITH CHECK.")
VIEW_LEAK = Kind(
    "KD816", "view-past-policies", "error", "Set security_invoker = true on the view, or revoke it from the API roles."
)
METADATA = Kind(
    "KD817", "user-metadata", "error", "Keep it in app_metadata or in a table: users write user_metadata themselves."
)
NO_EFFECT = Kind("KD818", "policy-without-effect", "warning", "Grant the privilege or mend the condition, or drop it.")
HIDDEN_PARENT = Kind(
    "KD819", "hidden-parent", "warning", "Let WITH CHECK ask that the caller may see or owns the row referred to."
)
REALTIME = Kind(
    "KD820", "realtime-without-rls", "error", "Enable row level security, or take it out of the publication."
)
ORACLE = Kind("KD821", "unique-oracle", "info", "Nothing to do, if that such a row exists is no secret.")
PUBLIC = Kind("KD822", "others-rows-read", "info", "Nothing to do, if these rows are meant for everybody.")
CLOSED = Kind("KD823", "closed-table", "info", "Write policies, or revoke the grants that nobody can use.")
FUNCTION = Kind(
    "KD824",
    "function-past-policies",
    "warning",
    "Let the function compare with auth.uid(), or make it SECURITY INVOKER.",
)
CHANGED = Kind("KD825", "rights-changed", "error", "If it is meant, write the file again with --lock and commit it.")
SURVIVOR = Kind("KD826", "surviving-mutant", "error", "Add the rule, or make it exact: without may.")
SCORE = Kind("KD827", "mutation-score", "info", "")
ASSUMED = Kind(
    "KD828", "exposure-assumed", "info", 'Set exposure = "explicit" or "legacy" in kitdb.toml, or give --exposure.'
)
UNREACHED = Kind(
    "KD829", "nothing-reached", "error", "Grant what clients need, or give --exposure legacy if the platform grants it."
)
BYPASS = Kind(
    "KD830", "role-past-policies", "error", "Take the attribute, the membership or the table away from the role."
)
SELF_MADE = Kind(
    "KD831",
    "self-made-admin",
    "error",
    "Revoke the column from the role and grant the others, or let WITH CHECK keep its value.",
)
ITSELF = Kind("KD832", "compared-with-itself", "error", "Write the table before the column: table.column.")
NO_TABLE = Kind("KD833", "policy-without-right", "error", "Grant it, or ask in a SECURITY DEFINER function.")
HIDDEN_TABLE = Kind(
    "KD834", "policy-reads-nothing", "warning", "Write a SELECT policy there, or ask in a SECURITY DEFINER function."
)
HEADER = Kind("KD835", "request-header", "warning", "Clients write headers themselves: look at the token in its place.")
ONE_ROLE = Kind("KD836", "role-for-user", "warning", "Compare with auth.uid().")
DYNAMIC = Kind("KD837", "function-runs-sql", "error", "Revoke it from clients, or take the argument as a value: USING.")
CASCADE = Kind("KD838", "cascade-to-others", "info", "Nothing to do, if these rows are to go with it.")
SECRET = Kind("KD839", "secret-read", "warning", "Leave the column out of the grant, or let the policy keep the rows.")
VOID_GRANT = Kind(
    "KD840",
    "column-grant-void",
    "warning",
    "Revoke the privilege on the table and grant the columns again: a revoke takes them as well.",
)
NULL_MATCH = Kind(
    "KD841", "null-matches-null", "warning", "Compare with =, which is not true of NULL, or ask for IS NOT NULL."
)
COST = Kind("KD842", "policy-cost", "info", "")
ROW_LOCK = Kind(
    "KD843", "row-lock", "error", "Let USING of the UPDATE policy ask for what WITH CHECK asks for, or revoke update."
)
NOTHING_BUILT = Kind("KD844", "nothing-built", "warning", "Give a file of SQL that adds such rows: --seed FILE.")
NO_BARRIER = Kind(
    "KD845", "view-without-barrier", "warning", "Set security_barrier = true on the view, or security_invoker = true."
)
IGNORED = Kind("KD846", "argument-ignored", "warning", "Compare with the argument in the function, or take it out.")
FORGOTTEN = Kind(
    "KD847", "condition-forgotten", "warning", "Ask for it here too, or make the policy restrictive: policies add up."
)
SEGMENT = Kind("KD848", "path-segment", "warning", "Look at the same folder of the path in every policy of the bucket.")
READ_BY_ALL = Kind(
    "KD849", "bucket-read-by-all", "warning", "Make the bucket private, if its objects are not for everybody."
)
CONSENT = Kind(
    "KD850",
    "consent-skipped",
    "warning",
    "Ask for the state where the row is looked up, and let only the other side set it.",
)

KINDS = tuple(kind for kind in dict(globals()).values() if isinstance(kind, Kind))
"""Every finding that check-rls knows, for reports that list them."""
