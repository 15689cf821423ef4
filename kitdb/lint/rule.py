"""What a rule is: a function with a code, whose docstring is its documentation and its test."""

from __future__ import annotations

import importlib
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from inspect import cleandoc
from typing import TYPE_CHECKING, Literal

from kitdb.findings import Confidence, Severity
from kitdb.sql.operations import Operation
from kitdb.sql.record import Record, record

if TYPE_CHECKING:
    from kitdb.lint.script import Script


@record()
class Edit(Record):
    """Replace a span of the statement (or of the file, for one that stands in none) with a text."""

    start: int
    end: int
    text: str


@record()
class Fix(Record):
    """What would put a finding right.

    `later` are statements for a migration of their own, after this one; with `alone` the statement itself moves into
    one. A fix is safe where the database ends up as it would have.
    """

    edits: tuple[Edit, ...] = ()
    safe: bool = True
    later: tuple[str, ...] = ()
    alone: bool = False


@record()
class Problem(Record):
    """What a rule has to say about an operation; `at` where it is not about the whole of it, `secret` where its line is
    not to be shown again."""

    message: str
    subject: str | None = None
    at: int | None = None
    severity: Severity | None = None
    confidence: Confidence = "certain"
    fix: Fix | None = None
    secret: bool = False


Profile = Literal["supabase", "postgres", "strict"]
PROFILES: tuple[Profile, ...] = ("supabase", "postgres", "strict")

Check = Callable[[Operation, "Script"], Iterator[Problem]]


@record()
class Rule(Record):
    """`name` is what an allowance calls it, `text` its documentation without the examples.

    `on` are the operations it looks at, all of them if empty; `final` says that it judges what is there in the end,
    and so can judge a catalog as well; `once` that it reads the statement's text, whatever operations are in it;
    `within` says of the text of a file whether it may have anything for the rule; `profiles` are those that turn it on.
    """

    code: str
    name: str
    severity: Severity
    help: str
    check: Check
    on: tuple[type[Operation], ...] = ()
    final: bool = False
    once: bool = False
    within: Callable[[str], bool] | None = None
    profiles: tuple[Profile, ...] = PROFILES

    @property
    def text(self) -> str:
        return _EXAMPLE.sub("", self._document).strip()

    @property
    def bad(self) -> tuple[str, ...]:
        return tuple(self._examples("Bad"))

    @property
    def good(self) -> tuple[str, ...]:
        return tuple(self._examples("Good"))

    def _examples(self, kind: str) -> Iterator[str]:
        for found in _EXAMPLE.finditer(self._document):
            if found[1] == kind:
                yield textwrap.dedent(found[2]).strip()

    @property
    def _document(self) -> str:
        return cleandoc(self.check.__doc__ or "")

    @property
    def summary(self) -> str:
        return self.text.partition("\n")[0]


def rule(
    code: str,
    *,
    help: str,  # noqa: A002
    severity: Severity = "error",
    on: tuple[type[Operation], ...] = (),
    final: bool = False,
    once: bool = False,
    within: Callable[[str], bool] | None = None,
    profiles: tuple[Profile, ...] = PROFILES,
) -> Callable[[Check], Rule]:
    """Make a rule of a function: its name is the function's, `help` says what to do about a finding."""

    def make(check: Check) -> Rule:
        name = check.__name__.replace("_", "-")
        return Rule(code, name, severity, help, check, on, final, once, within, profiles)

    return make


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the package, by code."""
    package = importlib.import_module("kitdb.lint.rules")
    found = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    modules = [importlib.import_module(module.name) for module in found]
    rules = [value for module in modules for value in vars(module).values() if isinstance(value, Rule)]
    return tuple(sorted(rules, key=lambda rule: rule.code))


def rules_for(kind: type[Operation], rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Those that look at operations of a kind."""
    return tuple(rule for rule in rules if not rule.on or issubclass(kind, rule.on))


def find_rule(word: str) -> Rule | None:
    """The rule with this name or code."""
    return next((rule for rule in all_rules() if word in (rule.name, rule.code)), None)


_EXAMPLE = re.compile(r"^(Bad|Good):\n\n((?:(?: {4}.*)?\n)*(?: {4}.*)?)", re.MULTILINE)
