"""Tables and views that nothing but names tells apart in all that decides access: trying one tells of the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kitdb.names import QualifiedName, quote_identifier

if TYPE_CHECKING:
    from kitdb.catalog.model import Catalog, Column, Constraint, Relation

# A literal, a quoted name, or a word.
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[^\W\d][\w$]*")


@dataclass(frozen=True, slots=True)
class Alike:
    """One that is tried, and those like it, each with what it says in the place of the names that `tried` says."""

    tried: QualifiedName
    others: Mapping[QualifiedName, Mapping[str, str]] = field(default_factory=dict)


def alike(before: Catalog, after: Catalog, names: Sequence[QualifiedName]) -> tuple[Alike, ...]:
    """The tables and views in groups of those that were alike, and still are."""
    free = _free_names(before, after)
    sides = _Side(before, free), _Side(after, free)
    groups: dict[tuple[str, ...], list[tuple[QualifiedName, list[str]]]] = {}
    for name in names:
        form, mentions = _form(sides, name)
        groups.setdefault(form, []).append((name, mentions))
    return tuple(
        Alike(first, {name: dict(zip(said, others, strict=True)) for name, others in rest})
        for (first, said), *rest in groups.values()
    )


def in_other_words(text: str, words: Mapping[str, str]) -> str:
    return _TOKEN.sub(lambda match: words.get(match[0], match[0]), text)


def _free_names(*catalogs: Catalog) -> frozenset[str]:
    """The names that are nothing but one table's or view's: texts that differ in such a one alone say the same."""
    free: set[str] = set()
    for catalog in catalogs:
        own = [relation.name.name for relation in catalog.relations if not relation.managed]
        free |= {name for name, times in Counter(own).items() if times == 1 and quote_identifier(name) == name}
    taken: set[str] = set()
    for catalog in catalogs:
        taken |= {name for name, times in Counter(r.name.name for r in catalog.relations).items() if times > 1}
        taken |= {column.name for relation in catalog.relations for column in relation.columns}
        taken |= {schema.name for schema in catalog.schemas}
        # What a function does with a table it knows by name.
        taken |= {word for routine in catalog.routines for word in re.findall(r"\w+", routine.definition.lower())}
    return frozenset(free - taken)


def _form(sides: Sequence[_Side], name: QualifiedName) -> tuple[tuple[str, ...], list[str]]:
    """What decides access to it before and after, and to what it asks, with numbers for names; and those names."""
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        word = match[0]
        if word not in side.free:
            return word
        if word not in reached:
            reached.append(word)
        return f"<{numbers.setdefault(word, len(numbers))}>"

    form = []
    for side in sides:
        reached: list[str] = []
        form.append(_TOKEN.sub(numbered, side.shape(name)))
        form += (_TOKEN.sub(numbered, side.shape_of(word)) for word in reached if word != name.name)  # and what it asks
    return tuple(form), list(numbers)


@dataclass(frozen=True)
class _Side:
    """One catalog, and what decides access to each of its tables and views, as text."""

    catalog: Catalog
    free: Collection[str]

    @cached_property
    def _by_word(self) -> dict[str, Relation]:
        return {relation.name.name: relation for relation in self.catalog.relations}

    @cached_property
    def _rights(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for grant in self.catalog.grants:
            if grant.kind in ("table", "column", "sequence"):
                told = f"{grant.privilege} ({grant.column}) {grant.grantee} {grant.grantable}"
                found.setdefault(grant.object, []).append(told)
        return found

    @cached_property
    def _serials(self) -> dict[tuple[QualifiedName, str], str]:
        return {sequence.owned_by: str(sequence.name) for sequence in self.catalog.sequences if sequence.owned_by}

    def shape_of(self, word: str) -> str:
        relation = self._by_word.get(word)
        return "\n".join(self._told(relation)) if relation else ""

    def shape(self, name: QualifiedName) -> str:
        relation = self.catalog.by_name.get(name)
        return "\n".join(self._told(relation)) if relation else ""

    def _told(self, relation: Relation) -> Iterator[str]:
        yield f"{relation.kind} {relation.name} {relation.owner} {relation.options} {relation.definition}"
        yield f"{relation.row_level_security} {relation.force_row_level_security} {relation.partition_bound}"
        yield " ".join(map(str, relation.parents))
        yield from (self._column(relation, column) for column in relation.columns)
        yield from sorted(_constraint(constraint) for constraint in relation.constraints)
        for index in relation.indexes:
            if index.unique and index.constraint is None:
                yield f"unique {index.columns} {index.predicate} {index.nulls_not_distinct}"
        for policy in relation.policies:
            yield f"policy {policy.command} {policy.permissive} {policy.roles}"
            yield f"using {policy.using} with check {policy.with_check}"
        for trigger in relation.triggers:
            yield f"{trigger.enabled} {trigger.definition.replace(quote_identifier(trigger.name), '', 1)}"
        yield from (f"{rule.enabled} {rule.definition}" for rule in relation.rules)
        yield from self._rights.get(str(relation.name), ())

    def _column(self, relation: Relation, column: Column) -> str:
        serial = self._serials.get((relation.name, column.name))
        default = f"nextval {self._rights.get(serial)}" if serial else column.default
        return f"{column.name} {column.type.text} {column.not_null} {default} {column.identity} {column.generated}"


def _constraint(constraint: Constraint) -> str:
    """A foreign key without the table beside it that it refers to: nobody's rights there are asked for."""
    if constraint.references is None:
        return constraint.definition
    elsewhere = constraint.references.schema != constraint.on.schema
    to = constraint.references if elsewhere else "itself" if constraint.references == constraint.on else "a table"
    return f"foreign key {constraint.columns} to {to} {constraint.on_update} {constraint.on_delete}"
