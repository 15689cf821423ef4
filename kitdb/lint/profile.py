"""Which rules are on: those of a profile, with what the project says about single ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from kitdb.errors import KitdbError
from kitdb.findings import Severity
from kitdb.lint.rule import Profile, Rule, all_rules, find_rule


class UnknownRule(KitdbError):
    """A setting or flag names a rule that does not exist."""

    hint = "kitdb lint --list names them all."

    def __init__(self, word: str, named_by: str) -> None:
        super().__init__(f"{named_by} names the rule {word!r}, and there is none")


@cache
def chosen_rules(profile: Profile = "supabase", off: frozenset[str] = frozenset()) -> tuple[Rule, ...]:
    """The rules of a profile without those whose codes are `off`."""
    return tuple(rule for rule in all_rules() if profile in rule.profiles and rule.code not in off)


def configured(
    profile: Profile, levels: Mapping[str, str], only: Iterable[str] = ()
) -> tuple[tuple[Rule, ...], dict[str, Severity]]:
    """The rules that are on and the severities they are given; `levels` has "off" or a severity for names or codes.

    Raises `UnknownRule`.
    """
    given = {_known(word, _SETTING).code: level for word, level in levels.items()}
    off = frozenset(code for code, level in given.items() if level == "off")
    rules = {rule.code: rule for rule in chosen_rules(profile, off)}
    for code, level in given.items():
        if level != "off":
            rules[code] = _known(code, _SETTING)
    wanted = {_known(word, "--select").code for word in only}
    chosen = tuple(rules[code] for code in sorted(rules) if not wanted or code in wanted)
    severities: dict[str, Severity] = {}
    if profile == "strict":
        severities = {rule.code: "error" for rule in chosen if rule.severity == "warning"}
    for code, level in given.items():
        if level in ("error", "warning", "info"):
            severities[code] = level  # type: ignore[assignment]  # just compared with all three
    return chosen, severities


_SETTING = "[lint.rules] of the settings"


def _known(word: str, named_by: str) -> Rule:
    rule = find_rule(word)
    if rule is None:
        raise UnknownRule(word, named_by)
    return rule
