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
# What each is called in the catalogue of rules that lint was designed by.
_DESIGN = dict(
    pair.split("=")
    for pair in """
    KD104=L01 KD106=L02 KD107=L03 KD301=L04 KD108=L05 KD705=L05 KD101=L06 KD102=L07 KD118=L08 KD103=L09 KD109=L10
    KD110=L11 KD111=L12 KD105=L13 KD112=L14 KD113=L15 KD114=L16 KD115=L17 KD116=L18 KD117=L19 KD119=L20 KD201=L21
    KD203=L22 KD202=L23 KD204=L24 KD302=L25 KD303=L26 KD304=L27 KD120=L28
    KD401=R01 KD406=R02 KD407=R03 KD408=R04 KD402=R05 KD409=R06 KD403=R07 KD404=R08 KD410=R09 KD411=R10 KD412=R11
    KD413=R12 KD502=R13 KD414=R14 KD501=R15 KD503=R15 KD504=R16 KD415=R17 KD505=R18 KD420=R19 KD419=R20
    KD506=S01 KD601=S02 KD606=S02 KD602=S03 KD603=S04 KD604=S05 KD605=S06 KD607=S06 KD608=S07 KD416=S08 KD010=S09
    KD008=S10 KD012=S10
    KD701=D01 KD706=D02 KD707=D03 KD708=D04 KD709=D05 KD702=D06 KD710=D07 KD713=D09 KD712=D10 KD711=D11
    KD405=P01 KD417=P02 KD703=P03 KD418=P04 KD704=P05 KD717=P06 KD718=P07
    KD006=N01 KD714=N02 KD715=N03 KD007=N04 KD716=N05 KD004=N06 KD005=N06 KD001=N07 KD009=N07
    """.split()
)
_HEAD = """# Rules of kitdb lint

Written by `make rules` from the rules themselves; the examples are tests. `kitdb lint --explain RULE` prints one.
An allowance names a rule by its name or code: `-- kitdb: allow RULE: reason`.
"""


def rules_page() -> str:
    """docs/rules.md: every rule with its examples."""
    return "\n".join([_HEAD, *_index(), *_sections()])


def _index() -> Iterator[str]:
    yield "| code | name | severity | design | |"
    yield "| --- | --- | --- | --- | --- |"
    for rule in all_rules():
        link, design = f"[{rule.code}](#{rule.code.lower()})", _DESIGN.get(rule.code, "")
        yield f"| {link} | {rule.name} | {rule.severity} | {design} | {rule.summary} |"
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
