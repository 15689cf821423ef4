from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import AddDomainConstraint, CreateDomain, Operation


@rule(
    "KD712",
    help="Put the CHECK on the columns: it can be added NOT VALID there, one table after the other.",
    severity="info",
    on=(AddDomainConstraint, CreateDomain),
    profiles=("strict",),
)
def constrained_domain(operation: Operation, script: Script) -> Iterator[Problem]:
    """A domain checks its values.

    A column of such a domain that is added to a table writes the table anew, and another check of the domain reads
    every table that has such a column while writers wait.

    Bad:

        create domain handle as text check (value <> '');

    Good:

        create domain handle as text;
        create table private.profile (id bigint primary key, handle handle check (handle <> ''));
    """
    match operation:
        case CreateDomain(name, not_null=not_null, constraints=constraints) if not_null or constraints:
            yield Problem(f"domain {name} checks its values", str(name))
        case AddDomainConstraint(name) if script.before.domains.get(name) is None:
            yield Problem(f"domain {name} checks its values", str(name))
