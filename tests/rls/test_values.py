from __future__ import annotations

import re

import pytest

from kitdb.catalog.model import Type, TypeRef
from kitdb.names import QualifiedName
from kitdb.rls.actors import BUILT_IN, Actor, principals
from kitdb.rls.patterns import patterns_in, sample
from kitdb.rls.values import makers


def builtin(name: str, *, array: bool = False, modifier: int = -1) -> TypeRef:
    return TypeRef(name, QualifiedName("pg_catalog", name), array=array, modifier=modifier)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-z0-9_]{3,30}$",
        "^[A-Z]{3}$",
        r"^[a-z0-9_]+(\.[a-z0-9_]+)+$",
        "^KIT-[0-9]{6}$",
        "^(draft|published)$",
        r"^\+?[1-9]\d{1,14}$",
        r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
        "^#(?:[0-9a-f]{3}){2}$",
        "^a{0}b*c?$",
        r"^[\w.-]+$",
        "^[]x]+$",
    ],
)
def test_a_sample_matches_its_pattern(pattern: str) -> None:
    for number in (0, 1, 137, 9999):
        text = sample(pattern, number)
        assert text is not None
        assert re.search(pattern, text), text


def test_samples_differ_by_number() -> None:
    assert len({sample("^[a-z0-9_]{3,30}$", number) for number in range(500)}) == 500


@pytest.mark.parametrize("pattern", ["(?=x)y", "(a", "[b", "a)"])
def test_a_pattern_that_is_beyond_us_has_no_sample(pattern: str) -> None:
    assert sample(pattern, 1) is None


def test_patterns_are_found_in_a_check() -> None:
    assert patterns_in("((code ~ '^[A-Z]''$'::text) AND (x ~* E'b+'))") == ["^[A-Z]'$", "b+"]


def test_labels_of_an_enum_are_its_values() -> None:
    name = QualifiedName("public", "mood")
    mood = Type(name, "enum", "postgres", labels=("glad", "sad"))

    assert [make(1) for make in makers(TypeRef("public.mood", name), {name: mood})] == ["glad", "sad"]


def test_a_domain_has_the_values_of_its_base() -> None:
    name = QualifiedName("public", "cents")
    cents = Type(name, "domain", "postgres", base=builtin("int4"))

    assert makers(TypeRef("public.cents", name), {name: cents})[0](7) == "7"


def test_arrays_quote_their_elements() -> None:
    assert makers(builtin("text", array=True), {})[1](5) == '{"kitdb 5"}'


def test_a_type_we_do_not_know_has_no_values() -> None:
    assert makers(TypeRef("x.y", QualifiedName("x", "y")), {}) == ()


def test_each_user_is_two_owners_a_newcomer_a_forger_and_a_token_without_subject() -> None:
    admin = Actor("admin", "authenticated", ("admin", "user"), {"app_metadata": {"role": "admin"}, "org": "acme"})

    found = {p.name: p for p in principals((*BUILT_IN, admin))}

    assert [p.name for p in found.values() if p.actor == "user"] == ["ada", "bob", "newcomer", "mallory", "without sub"]
    assert found["ada"].uid != found["bob"].uid
    assert not found["newcomer"].owns
    assert found["without sub"].uid is None
    assert "sub" not in found["without sub"].claims
    assert found["guest"].claims["is_anonymous"] is True
    assert found["anon"].claims["role"] == "anon"
    assert found["service"].claims["role"] == "service_role"
    assert found["admin"].claims["app_metadata"]["role"] == "admin"
    assert found["mallory"].claims["user_metadata"]["role"] == "admin"
    assert found["mallory"].claims["user_metadata"]["app_metadata"] == {"role": "admin"}
    assert found["mallory"].claims["user_metadata"]["org"] == "acme"
    assert "role" not in found["mallory"].claims["app_metadata"]


def test_users_share_the_start_of_their_ids() -> None:
    assert len({p.uid[:8] for p in principals(BUILT_IN) if p.uid}) == 1
