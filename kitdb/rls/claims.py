"""Claims of the token that policies ask for: the rows that callers belong to, and the offices that they hold."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kitdb.catalog.model import Catalog, Relation, Routine
from kitdb.names import QualifiedName, quote_literal
from kitdb.rls.access import USERS, Access
from kitdb.rls.actors import Claims, Tenant, merge_claims
from kitdb.rls.hints import literals_in, names_in
from kitdb.rls.meanings import calls_in
from kitdb.rls.values import makers

_JWT = r"(?:auth\.)?\bjwt\(\)|current_setting\(\s*'request\.jwt\.claims'(?:::\w+)?(?:\s*,\s*true)?\s*\)|:jwt(?!\w)"
_GAP = r"(?:\s*\)|\s*::[\w.]+(?:\[\])?|\s+AS\s+\w+|\s*,\s*''(?:::\w+)?)*"
_STEP = r"\s*(?:->>?|#>>?)\s*'[^']*'(?:::[\w\[\]]+)?|(?<=:jwt)(?:\.\w+)+"
_STEPS = re.compile(r"(?:->>?|#>>?)\s*'([^']*)'|\.(\w+)")
_KNOWN = frozenset(
    "sub role email phone aud iss exp iat nbf jti session_id amr is_anonymous user_metadata user_meta_data".split()
)
_LITERAL = re.compile(r"\(*(?:VARIADIC\s+\(*)?(?:ARRAY\[|')", re.IGNORECASE)  # 'a', '{a,b}', VARIADIC ARRAY['a', 'b']
_COLUMN = r'(?:"?\w+"?\.)*"?([^\W\d]\w*)"?'
_MOST_OFFICES = 6
_NAMESPACE = uuid.UUID("6b697464-622d-5b72-8c73-2d636c61696d")
_USERS = ("ada", "bob")
_END = r"\b(?:AND|OR|THEN|FROM|WHERE)\b|;|\)\)"
_ORDINARY = {"aal": "aal1"}  # who has signed in with a password alone, as all users do

Path = tuple[str, ...]
Column = tuple[QualifiedName, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the values that it is compared with, and the columns."""

    path: Path
    listed: bool = False
    yes: bool = False
    literals: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """A caller who is told by a literal in the token."""

    name: str
    claims: Claims


def claims_in(catalog: Catalog, texts: Sequence[tuple[str, QualifiedName | None]]) -> tuple[Claim, ...]:
    """What these conditions, each on a table, and the functions behind them ask of the token."""
    return _Reader(catalog, tuple(texts)).claims()


def claims_asked(catalog: Catalog) -> tuple[Claim, ...]:
    """What the policies ask of the token."""
    return claims_in(catalog, [(t, p.table) for p in catalog.policies() for t in (p.using, p.with_check) if t])


def claims_of(catalog: Catalog, access: Access) -> tuple[Claim, ...]:
    """What the row classes ask of the token, without what the actors of the specification have themselves."""
    found = claims_in(catalog, [(c.predicate, o.relation) for o in access.objects for c in o.classes])
    held = {path for actor in access.actors for path in paths(actor.claims)}
    return tuple(claim for claim in found if claim.path not in held)


def offices(claims: Iterable[Claim], taken: Iterable[str]) -> tuple[Office, ...]:
    """One caller for each literal that a claim is compared with."""
    names = set(taken)
    found: list[Office] = []
    for claim in claims:
        values: list[tuple[str, object]] = [(text, [text] if claim.listed else text) for text in claim.literals]
        values += [(re.sub(r"^(?:is|has)_", "", claim.path[-1]), True)] if claim.yes else []
        for text, value in values:
            if _nested(claim.path, value) == _ORDINARY:
                continue
            name = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_").lower() or claim.path[-1]
            if name in names or not name[0].isalpha():
                name = f"{claim.path[-1]}_{name}"
            if name not in names and len(found) < _MOST_OFFICES:
                names.add(name)
                found.append(Office(name, _nested(claim.path, value)))
    return tuple(found)


def tenants(catalog: Catalog, claims: Iterable[Claim]) -> dict[str, Tenant]:
    """For each of two users, the claims that name rows of its own, and their values."""
    found: dict[str, Tenant] = {}
    for number, name in enumerate(_USERS):
        held: Claims = {}
        values: list[str] = []
        for claim in claims:
            if claim.columns and not claim.literals:
                value = _value(catalog, claim, number)
                if value is not None:
                    values.append(value)
                    held = merge_claims(held, _nested(claim.path, [value] if claim.listed else value))
        if values:
            found[name] = Tenant(held, tuple(values))
    return found


def tenant_rows(catalog: Catalog, claims: Iterable[Claim]) -> dict[Column, tuple[str, ...]]:
    """The values that are to be in the columns, so that there are rows of both users' tenants."""
    found: dict[Column, tuple[str, ...]] = {}
    for claim in claims:
        if not claim.columns or claim.literals:
            continue
        values = [_value(catalog, claim, number) for number in range(len(_USERS))]
        for column in claim.columns:
            found[_root(catalog, column)] = tuple(v for v in values if v is not None)
    return found


def _value(catalog: Catalog, claim: Claim, number: int) -> str | None:
    """The tenant's key: another one for each user, the same wherever the claim is asked for."""
    table, name = _root(catalog, claim.columns[0])
    relation = catalog.by_name.get(table)
    column = relation.column(name) if relation else None
    if column is None:
        return None
    if column.type.name.name == "uuid":
        return str(uuid.uuid5(_NAMESPACE, f"{table}.{name} {number}"))
    known = makers(column.type, catalog.type_by_name)
    return known[0](7001 + number) if known and not column.type.array else None


def _root(catalog: Catalog, column: Column) -> Column:
    """The column that the foreign keys lead to in the end."""
    for _ in range(4):
        relation = catalog.by_name.get(column[0])
        key = next(
            (
                c
                for c in (relation.constraints if relation else ())
                if c.kind == "foreign key" and column[1] in c.columns and c.references not in (None, USERS, column[0])
            ),
            None,
        )
        if key is None or key.references is None:
            break
        column = (key.references, key.referenced_columns[key.columns.index(column[1])])
    return column


def _nested(path: Path, value: object) -> dict[str, object]:
    for key in reversed(path):
        value = {key: value}
    assert isinstance(value, dict)  # noqa: S101  # a path has at least one step
    return value


def paths(claims: Claims, above: Path = ()) -> Iterator[Path]:
    for key, value in claims.items():
        yield (*above, key)
        if isinstance(value, Mapping):
            yield from paths(value, (*above, key))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a claim is read: what stands before it and after it, in a condition on a table or in a function."""

    path: Path
    text: str
    start: int
    end: int
    on: QualifiedName | None
    routine: Routine | None


@dataclass(slots=True)
class _Reader:
    catalog: Catalog
    texts: tuple[tuple[str, QualifiedName | None], ...]

    def claims(self) -> tuple[Claim, ...]:
        sources: dict[str, Path] = {_JWT: ()}
        found: dict[Path, Claim] = {}
        for _ in range(3):
            found = {}
            more: dict[str, Path] = {}
            for place in self._places(sources):
                claim = self._compared(place)
                if place.routine is not None and not (claim.literals or claim.columns or claim.yes):
                    more.setdefault(rf"(?:\w+\.)?\b{re.escape(place.routine.name.name)}\(\)", place.path)
                found[place.path] = _both(found.get(place.path), claim)
            if more.keys() <= sources.keys():
                break
            sources |= more
        return tuple(c for c in found.values() if c.literals or c.columns or c.yes)

    def _bodies(self) -> Iterator[Routine]:
        wanted = set(names_in(" ".join(text for text, _ in self.texts)))
        seen: set[str] = set()
        while left := [r for r in self.catalog.routines if r.name.name in wanted and r.signature not in seen]:
            for routine in left:
                seen.add(routine.signature)
                wanted |= names_in(routine.body)
                yield routine

    def _places(self, sources: Mapping[str, Path]) -> Iterator[_Place]:
        routines = list(self._bodies())
        every: list[tuple[str, QualifiedName | None, Routine | None]] = [(t, on, None) for t, on in self.texts]
        every += [(routine.body, None, routine) for routine in routines]
        for source, base in sources.items():
            chain = re.compile(rf"(?:{source})((?:{_GAP}(?:{_STEP}))*)", re.IGNORECASE)
            for text, on, routine in every:
                for found in chain.finditer(text):
                    path = (*base, *_steps(found[1]))
                    if path and path[0] not in _KNOWN and path != ("app_metadata",):
                        yield _Place(path, text, found.start(), found.end(), on, routine)

    def _compared(self, place: _Place) -> Claim:
        after = place.text[place.end :]
        gap = re.match(_GAP, after)
        casts = gap[0] if gap else ""
        after = after[len(casts) :].lstrip()
        before = re.sub(r"(?:\(|\bSELECT\b|\bnullif\b|\bcoalesce\b|\bjsonb?_array_elements_text\b|\s)+$", "",
                        place.text[: place.start], flags=re.IGNORECASE)  # fmt: skip
        listed = bool(re.match(r"(?:\?[|&]?|@>)", after)) or bool(
            re.search(r"array_elements_text\s*\(+[^()]*$", place.text[: place.start], re.IGNORECASE)
        )
        compared = re.match(
            r"(=|\bIN\b|\?[|&]?|@>|IS NOT DISTINCT FROM|\]\s*<@)\s*(.{1,300})", after, re.IGNORECASE | re.DOTALL
        )
        # of a CASE that gives the array, every branch
        end = r"\b(?:FROM|WHERE)\b|;" if compared and "<@" in compared[1] else _END
        near = re.split(end, compared[2], maxsplit=1, flags=re.IGNORECASE)[0] if compared else ""
        literals = tuple(re.sub(r'^\[?"?|"?\]?$', "", text) for text in literals_in(near))
        earlier = re.search(
            rf"(?:'([^']+)'(?:::[\w.]+)?|{_COLUMN}\)*(?:::\w+)?)\)*\s*(?:=|\bIN\b|= ANY)$", before, re.IGNORECASE
        )
        names = [] if literals else _names_at(near)
        if earlier and earlier[1]:
            literals = (*literals, earlier[1])
        elif earlier:
            names.append(earlier[2])
        yes = bool(re.search(r"::bool(?:ean)?\b", casts)) and not compared
        columns: list[Column] = []
        for name in names:
            passed = self._passed(place, name)
            literals = (*literals, *(text for text, _ in passed if text.startswith("'")))
            columns += [c for text, on in passed for c in self._columns(place.text, on, text)]
        if literals in (("true",), ("t",)):
            yes, literals = True, ()
        kept = tuple(text.strip("'") for text in literals if text not in ("false", "f", ""))
        return Claim(place.path, listed, yes, tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(columns)))

    def _passed(self, place: _Place, name: str) -> list[tuple[str, QualifiedName | None]]:
        """The name itself, or, if it is an argument of the function, what the conditions give for it."""
        routine = place.routine
        names = [(a.name or "").lower() for a in routine.arguments] if routine else []
        if routine is None or name.lower() not in names:
            return [(name, place.on)]
        found = []
        for text, on in self.texts:
            for called, arguments in calls_in(text):
                if called == routine.name.name.lower() and len(arguments) > names.index(name.lower()):
                    value = arguments[names.index(name.lower())].strip()
                    bare = re.match(rf"\(*{_COLUMN}", value)
                    if _LITERAL.match(value):
                        several = (part for text in literals_in(value) for part in _elements(text))
                        found += [(quote_literal(text), on) for text in several]
                    elif bare:
                        found.append((bare[1], on))
        return found

    def _columns(self, text: str, on: QualifiedName | None, name: str) -> Iterator[Column]:
        """The column of the condition's table, or of one that the text names."""
        words = names_in(text)
        named = [r for r in self.catalog.relations if r.name.name in words and not r.managed and r.name != on]
        own = self.catalog.by_name.get(on) if on else None
        for relation in ([own] if own else []) + named:
            if relation.column(name) is not None and not _is_user(relation, name):
                yield relation.name, name
                return


def _names_at(text: str) -> list[str]:
    """The names at the beginning: one, or those of a list in brackets."""
    text = re.sub(r"^(?:ANY|SOME)\s*(?=\()", "", text, flags=re.IGNORECASE)
    several = text.lstrip("(").split(")")[0].split(",") if text.startswith("(") else [text]
    return [found[1] for part in several if (found := re.match(_COLUMN, part.strip()))]


def _elements(text: str) -> list[str]:
    """What is in an array's literal; another text as it is."""
    return [part.strip(' "') for part in text[1:-1].split(",")] if re.fullmatch(r"\{.*\}", text) else [text]


def _is_user(relation: Relation, name: str) -> bool:
    return any(c.kind == "foreign key" and c.columns == (name,) and c.references == USERS for c in relation.constraints)


def _steps(chain: str) -> Path:
    found: list[str] = []
    for step, dotted in _STEPS.findall(chain):
        text = step or dotted
        found += [part.strip() for part in text[1:-1].split(",")] if text.startswith("{") else [text]
    return tuple(found)


def _both(one: Claim | None, other: Claim) -> Claim:
    if one is None:
        return other
    return Claim(
        one.path,
        one.listed or other.listed,
        one.yes or other.yes,
        tuple(dict.fromkeys((*one.literals, *other.literals))),
        tuple(dict.fromkeys((*one.columns, *other.columns))),
    )
