"""Which columns decide access: what policies and row classes look at, and the values they compare with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from kitdb.catalog.model import Catalog, Relation, Routine
from kitdb.names import RESERVED, QualifiedName
from kitdb.rls.access import Access
from kitdb.rls.predicate import RowClass
from kitdb.sql.scan import comments

_WORD = re.compile(r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")+)\"|([^\W\d]\w*)|(?<![\w.])(\d+(?:\.\d+)?)")
_CALLER = re.compile(r":uid\b|:jwt\b|\buid\s*\(|\bjwt\s*\(|\bemail\s*\(|request\.jwt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hint:
    """A column that some predicate reads: the literals beside it, and whether the caller is in the same predicate."""

    literals: tuple[str, ...] = ()
    about_caller: bool = False

    def with_more(self, literals: Iterable[str], about_caller: bool) -> Hint:
        return Hint(tuple(dict.fromkeys((*self.literals, *literals))), self.about_caller or about_caller)


Hints = Mapping[QualifiedName, Mapping[str, Hint]]


@dataclass(frozen=True, slots=True)
class _Text:
    """One predicate or function body; `on` is the relation whose columns it may name without saying so."""

    text: str
    on: QualifiedName | None

    def words(self) -> tuple[frozenset[str], tuple[str, ...]]:
        names, literals = set(), []
        for string, quoted, bare, number in _WORD.findall(self.text):
            if quoted or bare:
                # a bare word of SQL is no name: a column called "select" is written in quotes
                names.add(quoted.replace('""', '"') or ("" if bare.lower() in RESERVED else bare.lower()))
            else:
                literals.append(string.replace("''", "'") or number)
        return frozenset(names), tuple(dict.fromkeys(literal for literal in literals if literal))


def reads_caller(expression: str, catalog: Catalog) -> bool:
    """Whether the expression, or a function that it calls, looks at who is asking."""
    if _CALLER.search(expression):
        return True
    return any(_CALLER.search(text.text) for text in _functions(catalog, names_in(expression)))


def as_callers(access: Access, catalog: Catalog) -> Access:
    """The specification with the row classes marked whose functions look at the token, so that it is each caller's."""
    return replace(
        access, objects=tuple(replace(o, classes=tuple(_marked(c, catalog) for c in o.classes)) for o in access.objects)
    )


def _marked(row_class: RowClass, catalog: Catalog) -> RowClass:
    text = re.sub(r":(uid|jwt)\b", "", row_class.predicate)
    return replace(row_class, as_caller=True) if reads_caller(text, catalog) else row_class


def literals_in(expression: str) -> tuple[str, ...]:
    """The strings and numbers that an SQL expression names."""
    return _Text(expression, None).words()[1]


@cache
def names_in(expression: str) -> frozenset[str]:
    """The names in an SQL expression, words of SQL among them."""
    return _Text(expression, None).words()[0]


# ('user_metadata'::text) ->> 'role'::text) = 'admin'::text, as Postgres prints it and as people write it
_FORGEABLE = re.compile(
    r"user_meta_?data'?(?:::\w+)?\)*\s*->>?\s*'([^']+)'(?:::\w+)?\)*(?:::\w+\)*)?\s*=\s*'?([^'\s():]+)'?"
    r"|user_metadata,\s*([^}',]+)\}'(?:::[\w\[\]]+)?\)*\s*=\s*'([^']*)'"
)


def forgeable(catalog: Catalog) -> dict[str, str]:
    """The user_metadata that policies and functions test for: users write it themselves."""
    texts = [text for policy in catalog.policies() for text in (policy.using, policy.with_check) if text]
    texts += [routine.body for routine in catalog.routines]
    found = (match for text in texts for match in _FORGEABLE.findall(text))
    return {key or path: value or tested for key, value, path, tested in found}


def hints(catalog: Catalog, access: Access) -> Hints:
    """By relation and column, what the predicates of policies, row classes and their functions look at."""
    found: dict[QualifiedName, dict[str, Hint]] = {}
    for text in _texts(catalog, access):
        names, literals = text.words()
        about_caller = bool(_CALLER.search(text.text))
        for relation in catalog.relations:
            if relation.name != text.on and relation.name.name not in names:
                continue
            columns = found.setdefault(relation.name, {})
            for column in relation.columns:
                if column.name in names:
                    columns[column.name] = columns.get(column.name, Hint()).with_more(literals, about_caller)
    return found


def mentioned(catalog: Catalog, access: Access, relation: Relation) -> frozenset[QualifiedName]:
    """The other relations that decide who may do what with this one."""
    names: set[str] = set()
    for text in _own_texts(relation, access):
        names |= text.words()[0]
    for text in _functions(catalog, names):
        names |= text.words()[0]
    return frozenset(other.name for other in catalog.relations if other.name.name in names and other is not relation)


def _texts(catalog: Catalog, access: Access) -> Iterator[_Text]:
    own = [text for relation in catalog.relations for text in _own_texts(relation, access)]
    own += [_Text(relation.definition, None) for relation in catalog.relations if relation.definition]
    yield from own
    names: set[str] = set()
    for text in own:
        names |= text.words()[0]
    yield from _functions(catalog, names)


def _own_texts(relation: Relation, access: Access) -> Iterator[_Text]:
    for policy in relation.policies:
        for expression in (policy.using, policy.with_check):
            if expression:
                yield _Text(expression, relation.name)
    for found in access.objects:
        if found.relation == relation.name:
            yield from (_Text(row_class.predicate, relation.name) for row_class in found.classes)


def bodies_behind(catalog: Catalog, names: Iterable[str]) -> Iterator[str]:
    """The bodies of the functions named, and of those that these name."""
    return (text.text for text in _functions(catalog, names))


def routines_behind(catalog: Catalog, names: Iterable[str]) -> Iterator[Routine]:
    """The functions named, and those that their bodies name."""
    known, wanted = set(names), set(names)
    while wanted:
        found = [routine for routine in catalog.routines if routine.name.name in wanted]
        yield from found
        wanted = {name for routine in found for name in names_in(routine.body)} - known
        known |= wanted


def code_of(body: str) -> str:
    """The body of a function without its comments."""
    kept, at = [], 0
    for start, end in comments(body, 0, len(body)):
        kept.append(body[at:start])
        at = end
    return " ".join((*kept, body[at:]))


def _functions(catalog: Catalog, names: Iterable[str]) -> Iterator[_Text]:
    """The bodies of the functions named, and of those that these name."""
    return (_Text(routine.body, None) for routine in routines_behind(catalog, names))
