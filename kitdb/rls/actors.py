"""Who calls: actors as the specification names them, and the concrete callers that stand for each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kitdb.database import Caller
from kitdb.errors import Place

Claims = Mapping[str, Any]

_ISSUED = 1767225600  # 2026-01-01
_EXPIRES = 4102444800  # 2100-01-01: no check of ours is about expiry
_ISSUER = "https://kitdb.invalid/auth/v1"
_NAMESPACE = uuid.UUID("6b697464-622d-5b72-8c73-2d6163746f72")


@dataclass(frozen=True, slots=True)
class Actor:
    """A kind of caller. `lineage` is the actor and all it also is, so an admin that is a user has a user's rights."""

    name: str
    role: str
    lineage: tuple[str, ...]
    claims: Claims = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Tenant:
    """Claims by which a caller belongs to rows, and the values in them."""

    claims: Claims
    values: tuple[str, ...]


BUILT_IN: tuple[Actor, ...] = (
    Actor("anon", "anon", ("anon",)),
    Actor("user", "authenticated", ("user",)),
    # Supabase gives an anonymous sign-in the role and the rights of any other user.
    Actor("guest", "authenticated", ("guest", "user"), {"is_anonymous": True}),
    Actor("service", "service_role", ("service",)),
)


@dataclass(frozen=True, slots=True)
class Principal:
    """One concrete caller: `uid` is None without a subject; a newcomer `owns` nothing.

    `tenants` are the values of claims that name a row that the caller belongs to.
    """

    name: str
    actor: str
    caller: Caller
    uid: str | None = None
    owns: bool = False
    tenants: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.actor if self.name == self.actor else f"{self.actor} {self.name}"

    @property
    def claims(self) -> Claims:
        """The claims as the request carries them, `role` among them."""
        return {**self.caller.claims, "role": self.caller.role}

    @property
    def marks(self) -> frozenset[str]:
        """The values by which a row names the caller."""
        email = self.caller.claims.get("email")
        return frozenset(value for value in (self.uid, email, *self.tenants) if value)


def principals(
    actors: Iterable[Actor],
    seed: int = 0,
    forged: Claims | None = None,
    tenants: Mapping[str, Tenant] | None = None,
) -> tuple[Principal, ...]:
    """The callers that stand for the actors, each actor's first caller first.

    A user is five: two unrelated owners, one without rows, one whose user_metadata claims whatever the specification
    tests in other claims (users write user_metadata themselves) and `forged` besides, and a token without a subject.
    The two owners have the `tenants` of their names, and other actors that are users that of the first.
    """
    known = tuple(actors)
    coveted = merge_claims(forged or {}, _coveted(known))
    return tuple(principal for actor in known for principal in _callers(actor, coveted, seed, tenants or {}))


def _callers(actor: Actor, coveted: Claims, seed: int, tenants: Mapping[str, Tenant]) -> Iterator[Principal]:
    if actor.role == "anon" or actor.role == "service_role":
        claims = merge_claims({"iss": "supabase", "ref": "kitdb", "iat": _ISSUED, "exp": _EXPIRES}, actor.claims)
        yield Principal(actor.name, actor.name, Caller(actor.role, claims), claims.get("sub"))
    elif actor.name == "user":
        for name in ("ada", "bob"):
            yield _user(actor, name, seed, owns=True, tenant=tenants.get(name))
        yield _user(actor, "newcomer", seed, owns=False)
        yield _user(actor, "mallory", seed, owns=True, extra={"user_metadata": coveted})
        nobody = _user(actor, "without sub", seed, owns=False)
        claims = {key: value for key, value in nobody.caller.claims.items() if key not in ("sub", "email")}
        yield Principal(nobody.name, actor.name, Caller(actor.role, claims))
    else:
        tenant = tenants.get("ada") if "user" in actor.lineage and actor.name != "guest" else None
        yield _user(actor, actor.name, seed, owns=True, tenant=tenant)


def _user(
    actor: Actor, name: str, seed: int, *, owns: bool, extra: Claims | None = None, tenant: Tenant | None = None
) -> Principal:
    base = merge_claims(user_claims(_uid(name, seed), name), tenant.claims if tenant else {})
    claims = merge_claims(merge_claims(base, actor.claims), extra or {})
    return Principal(name, actor.name, Caller(actor.role, claims), claims["sub"], owns, tenant.values if tenant else ())


def user_claims(uid: str, name: str) -> Claims:
    """The payload of an access token as Supabase Auth issues it for a user with a password."""
    return {
        "aud": "authenticated",
        "exp": _EXPIRES,
        "iat": _ISSUED,
        "iss": _ISSUER,
        "sub": uid,
        "email": email_of(name),
        "phone": "",
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": {"email": email_of(name), "email_verified": True, "sub": uid},
        "aal": "aal1",
        "amr": [{"method": "password", "timestamp": _ISSUED}],
        "session_id": str(uuid.uuid5(_NAMESPACE, f"session {uid}")),
        "is_anonymous": False,
    }


def email_of(name: str) -> str:
    return f"{name.replace(' ', '.')}@kitdb.invalid"


def _uid(name: str, seed: int) -> str:
    """The user's id. All share their first eight digits, so that a check of a mere prefix opens every folder."""
    text = str(uuid.uuid5(_NAMESPACE, f"{seed} {name}"))
    return f"{seed & 0xFFFFFFFF:08x}{text[8:]}" if seed else f"aaaaaaaa{text[8:]}"


def _coveted(actors: Iterable[Actor]) -> dict[str, Any]:
    """Every claim that an actor of the specification is told by, put where a user can write it."""
    coveted: dict[str, Any] = {}
    for actor in actors:
        wanted = {key: value for key, value in actor.claims.items() if key not in ("sub", "is_anonymous")}
        for key in ("app_metadata", "user_metadata"):
            inner = wanted.get(key)
            if isinstance(inner, Mapping):
                coveted = merge_claims(coveted, inner)
        coveted = merge_claims(coveted, wanted)
    return coveted


def merge_claims(under: Claims, over: Claims) -> dict[str, Any]:
    """The claims of both, tables in them merged; what is `over` wins."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        nested = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = merge_claims(below, value) if nested else value  # type: ignore[arg-type]  # both are mappings here
    return merged
