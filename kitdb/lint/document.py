"""The rules' own words as a page for people."""

from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import PROFILES, Rule, all_rules

_GROUPS = {
    "0": "Files",
    "1": "Locks",
    "2": "Loss",
    "3": "Transactions",
    "4": "Row level security",
    "5": "Functions and views",
    "6": "Supabase",
    "7": "Design",
}
_HEAD = """# Rules of kitdb lint

Written by `make rules` from the rules themselves; the examples are tests. `kitdb lint --explain RULE` prints one.
An allowance names a rule by its name or code: `-- kitdb: allow RULE: reason`.
"""


def rules_page() -> str:
    """docs/rules.md: every rule with its examples."""
    return "\n".join([_HEAD, *_index(), *_sections()])


def _index() -> Iterator[str]:
    yield "| code | name | severity | |"
    yield "| --- | --- | --- | --- |"
    for rule in all_rules():
        yield f"| [{rule.code}](#{rule.code.lower()}) | {rule.name} | {rule.severity} | {rule.summary} |"
    yield ""


def _sections() -> Iterator[str]:
    group = ""
    for rule in all_rules():
        if rule.code[2] != group:
            group = rule.code[2]
            yield f"## {_GROUPS[group]}\n"
        yield f'<a id="{rule.code.lower()}"></a>\n'
        yield f"### {rule.code} {rule.name}\n"
        yield from _body(rule)


def _body(rule: Rule) -> Iterator[str]:
    where = "" if rule.profiles == PROFILES else f" On in the profiles {', '.join(rule.profiles)}."
    live = " Judges a running database as well." if rule.final else ""
    yield f"*{rule.severity.capitalize()}.{where}{live}*\n"
    yield f"{rule.text}\n"
    yield f"What to do: {rule.help}\n"
    for kind, texts in (("Bad", rule.bad), ("Good", rule.good)):
        for text in texts:
            yield f"{kind}:\n\n```sql\n{text}\n```\n"


def rule_page(rule: Rule) -> str:
    """What --explain prints."""
    parts = [f"{rule.code} {rule.name} ({rule.severity})", rule.text, f"What to do: {rule.help}"]
    for kind, texts in (("Bad", rule.bad), ("Good", rule.good)):
        for text in texts:
            indented = "\n".join(f"    {line}".rstrip() for line in text.splitlines())
            parts.append(f"{kind}:\n\n{indented}")
    return "\n\n".join(parts) + "\n"
