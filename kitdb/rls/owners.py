# ruff: noqa: S608  # SQL is what this module makes, of quoted names
"""Whose rows: the columns that name a user, and the row classes that come of them without a specification."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kitdb.catalog.model import Catalog, Column, Constraint, Policy, Relation
from kitdb.names import QualifiedName, quote_identifier, quote_literal
from kitdb.rls.access import OBJECTS, USERS
from kitdb.rls.conditions import atoms, parse_condition, without_subqueries
from kitdb.rls.hints import bodies_behind, literals_in, names_in, reads_caller

_MOST_POLICY_CLASSES = 8
_MOST_PARENTS = 4

# Without a foreign key and without a policy a name is all there is.
_USUAL = frozenset(
    ("user_id", "owner_id", "author_id", "profile_id", "created_by", "creator_id", "uid", "owner", "account_owner_id",
     "user_uuid", "customer_id", "sender_id", "member_id")
)  # fmt: skip

_UID = r"(?:\(\s*SELECT\s+)*auth\.uid\(\)(?:\s+AS\s+\w+\s*\))*"
_NAME = r"(?:\w+\.)?(\w+|\"(?:[^\"]|\"\")+\")(?:::text)?"
_COMPARED = re.compile(rf"{_NAME}\s*=\s*{_UID}|{_UID}(?:::text)?\s*=\s*{_NAME}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guess:
    """A row class that nobody wrote: `related` says that it makes the row the caller's own business.

    `special` says that it makes the caller somebody whom other rows are the business of: an administrator.
    `policies` are those that ask for it.
    """

    name: str
    predicate: str
    related: bool
    special: bool = False
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Owners:
    """By relation, the columns that name a user."""

    columns: Mapping[QualifiedName, tuple[str, ...]]

    def of(self, relation: Relation) -> tuple[str, ...]:
        return self.columns.get(relation.name, ())


def find_owners(catalog: Catalog, schemas: Sequence[str]) -> Owners:
    """Columns that refer to auth.users or to a table that is one with it, or that policies compare with the caller."""
    found: dict[QualifiedName, tuple[str, ...]] = {}
    tables = [r for r in catalog.relations if not r.managed]
    identities = {USERS}
    while True:
        before = dict(found)
        for relation in tables:
            names = dict.fromkeys((*_by_key(relation, identities), *_by_policy(relation), *_by_name(relation)))
            found[relation.name] = tuple(names)
            if len(relation.primary_key) == 1 and set(relation.primary_key) <= set(_by_key(relation, identities)):
                identities.add(relation.name)
        if found == before:
            break
    views = [r for r in tables if r.kind in ("view", "materialized view") and r.name.schema in schemas]
    for view in views:
        known = {column for columns in found.values() for column in columns}
        found[view.name] = tuple(c.name for c in view.columns if c.name in known - {"id"} and _may_hold_user(c))
    return Owners({name: columns for name, columns in found.items() if columns})


def _by_key(relation: Relation, identities: set[QualifiedName]) -> Iterator[str]:
    for key in relation.constraints:
        if key.kind == "foreign key" and len(key.columns) == 1 and key.references in identities:
            yield key.columns[0]


def _by_policy(relation: Relation) -> Iterator[str]:
    for policy in relation.policies:
        for text in (policy.using, policy.with_check):
            for pair in _COMPARED.findall(without_calls(text or "")):
                name = next(part for part in pair if part).strip('"').replace('""', '"')
                column = relation.column(name)
                if column is not None and _may_hold_user(column):
                    yield name


def without_calls(text: str) -> str:
    """The condition outside of its subqueries, `( SELECT auth.uid() …)` written as the call alone."""
    return without_subqueries(re.sub(r"\(\s*SELECT\s+(auth\.\w+\(\))(?:\s+AS\s+\w+)?\s*\)", r"\1", text, flags=re.I))


def _by_name(relation: Relation) -> Iterator[str]:
    for column in relation.columns:
        points = any(c.kind == "foreign key" and column.name in c.columns for c in relation.constraints)
        if column.name in _USUAL and column.type.name.name == "uuid" and not column.type.array and not points:
            yield column.name


def is_signed(column: Column) -> bool:
    """Whether a new row names its writer there by itself."""
    return re.fullmatch(r"\(*auth\.uid\(\)\)*", column.default or "") is not None


def _may_hold_user(column: Column) -> bool:
    return column.type.name.name in ("uuid", "text", "varchar") and not column.type.array


# ---------------------------------------------------------------- row classes


def guesses(catalog: Catalog, relation: Relation, owners: Owners) -> tuple[Guess, ...]:
    """The row classes that a table seems to have: of its owners, of its parents' owners, of its policies."""
    # a caller whose id the column holds, by whatever name
    return _told_apart(
        (
            *_own(relation, owners),
            *_parents(catalog, relation, owners),
            *_members(catalog, relation, owners),
            *_of_policies(catalog, relation),
            *_visible(catalog, relation),
        )
    )


def _told_apart(every: Iterable[Guess]) -> tuple[Guess, ...]:
    """Each condition once, and each under a name of its own."""
    found: dict[str, Guess] = {}
    texts: set[str] = set()
    for guess in every:
        plain = re.sub(r"[\s()]", "", guess.predicate).lower()
        if plain in texts:
            continue
        texts.add(plain)
        name = guess.name
        number = 2
        while name in found:
            name, number = f"{guess.name}_{number}", number + 1
        found[name] = replace(guess, name=name)
    return tuple(found.values())


def bucket_guesses(catalog: Catalog, bucket: str) -> tuple[Guess, ...]:
    """The classes that the objects of a bucket seem to have: of folder and owner, and of the policies for it."""
    folder = Guess("own_folder", "(storage.foldername(name))[1] = :uid::text", related=True)
    owner = Guess("own_object", "owner_id = :uid::text", related=True)
    found = catalog.by_name.get(OBJECTS)
    if found is None:
        return (folder, owner)
    told = re.compile(rf"bucket_id = '{re.escape(bucket)}'")
    asking = tuple(p for p in found.policies if any(told.search(text) for text in (p.using, p.with_check) if text))
    more = (g for g in _of_policies(catalog, replace(found, policies=asking)) if not told.search(g.predicate))
    return _told_apart((folder, owner, *more))


def _own(relation: Relation, owners: Owners) -> Iterator[Guess]:
    names = owners.of(relation)
    for name in names:
        alone = "self" if (name,) == relation.primary_key else "own"
        label = alone if len(names) == 1 else _label(name.removesuffix("_id").removesuffix("_by"))
        yield Guess(label, f"{quote_identifier(name)} = :uid", related=True)


def _parents(catalog: Catalog, relation: Relation, owners: Owners) -> Iterator[Guess]:
    keys = [c for c in relation.constraints if c.kind == "foreign key" and c.references not in (None, relation.name)]
    for key in keys[:_MOST_PARENTS]:
        parent = catalog.by_name.get(key.references) if key.references else None
        if parent is None or parent.managed:
            continue
        if set(key.columns) & set(owners.of(relation)):
            continue
        for column in owners.of(parent)[:1]:
            yield Guess(_label(f"own_{parent.name.name}"), _exists(relation, key, parent, column), related=True)


def _members(catalog: Catalog, relation: Relation, owners: Owners) -> Iterator[Guess]:
    """Tables that tie users to the row, or to what it belongs to, where the policies look at them."""
    texts = " ".join(text for p in relation.policies for text in (p.using, p.with_check) if text)
    mentioned = names_in(texts) | _names_behind(catalog, names_in(texts))
    for other in catalog.relations:
        if other is relation or other.managed or other.name.name not in mentioned or not owners.of(other):
            continue
        member = owners.of(other)[0]
        for theirs in (c for c in other.constraints if c.kind == "foreign key" and len(c.columns) == 1):
            if member in theirs.columns or theirs.references in (None, USERS):
                continue
            ours = _column_that_leads(relation, theirs)
            if ours is not None:
                table, alias = other.name, "m"
                yield Guess(
                    _label(f"in_{other.name.name}"),
                    f"exists (select 1 from {table} {alias} where {alias}.{quote_identifier(theirs.columns[0])} ="
                    f" {quote_identifier(relation.name.name)}.{quote_identifier(ours)}"
                    f" and {alias}.{quote_identifier(member)} = :uid)",
                    related=True,
                )


def _names_behind(catalog: Catalog, names: frozenset[str]) -> frozenset[str]:
    bodies = [names_in(routine.body) for routine in catalog.routines if routine.name.name in names]
    return frozenset().union(*bodies)


def _column_that_leads(relation: Relation, theirs: Constraint) -> str | None:
    """Our column that holds what the other table's key holds: our own key, or a reference to the same parent."""
    if theirs.references == relation.name:
        return theirs.referenced_columns[0]
    for ours in relation.constraints:
        if ours.kind == "foreign key" and ours.references == theirs.references and len(ours.columns) == 1:
            return ours.columns[0]
    return None


def _exists(relation: Relation, key: Constraint, parent: Relation, owner: str) -> str:
    ours = quote_identifier(relation.name.name)
    pairs = zip(key.columns, key.referenced_columns, strict=True)
    tied = " and ".join(f"p.{quote_identifier(b)} = {ours}.{quote_identifier(a)}" for a, b in pairs)
    return f"exists (select 1 from {parent.name} p where {tied} and p.{quote_identifier(owner)} = :uid)"


def _of_policies(catalog: Catalog, relation: Relation) -> Iterator[Guess]:
    """The parts of the policies' own conditions, so that whatever they tell apart can be told apart."""
    parts: dict[str, dict[str, None]] = {}
    for policy in relation.policies:
        for text in filter(None, (policy.using, policy.with_check)):
            for atom in atoms(parse_condition(text)):
                parts.setdefault(atom, {})[policy.name] = None
    for atom, asking in [*parts.items()][:_MOST_POLICY_CLASSES]:
        predicate = _as_predicate(atom)
        if predicate not in ("true", "false"):
            related = _relates(catalog, relation, predicate)
            special = not related and _tells_caller_apart(catalog, relation, predicate)
            yield Guess(_label(_described(predicate)), predicate, related, special, tuple(asking))


def _visible(catalog: Catalog, relation: Relation) -> Iterator[Guess]:
    """Below a parent that the caller may see: a policy that looks at the parent looks through the parent's policies."""
    mentioned = names_in(" ".join(text for p in relation.policies for text in (p.using, p.with_check) if text))
    for key in relation.constraints:
        parent = catalog.by_name.get(key.references) if key.kind == "foreign key" and key.references else None
        if parent is None or parent is relation or parent.name.name not in mentioned or not parent.row_level_security:
            continue
        rules = [_for_roles(p) for p in parent.policies if p.permissive and p.command in ("all", "select") and p.using]
        if rules and len(key.columns) == 1:
            name, ours = quote_identifier(parent.name.name), quote_identifier(relation.name.name)
            tied = f"{name}.{quote_identifier(key.referenced_columns[0])} = {ours}.{quote_identifier(key.columns[0])}"
            predicate = f"exists (select 1 from {parent.name} where {tied} and ({' or '.join(rules)}))"
            yield Guess(_label(f"below_visible_{parent.name.name}"), predicate, related=False)


def _for_roles(policy: Policy) -> str:
    using = _as_predicate(policy.using or "true")
    if "public" in policy.roles:
        return f"({using})"
    return f"(:jwt.role in ({', '.join(map(quote_literal, policy.roles))}) and ({using}))"


def _as_predicate(atom: str) -> str:
    """The condition in the words of a specification."""
    text = re.sub(r"\(\s*SELECT\s+(auth\.\w+\(\))(?:\s+AS\s+\w+)?\s*\)", r"\1", atom, flags=re.IGNORECASE)
    for call, parameter in (("uid", ":uid"), ("jwt", ":jwt"), ("role", ":jwt.role"), ("email", ":jwt.email")):
        text = re.sub(rf"\bauth\.{call}\(\)(?:::text)?" if call != "jwt" else r"\bauth\.jwt\(\)", parameter, text)
    return re.sub(r"\s+", " ", text).strip()


def _relates(catalog: Catalog, relation: Relation, predicate: str) -> bool:
    """Whether the condition ties the row to the caller: it says that something of both is the same."""
    if not reads_caller(predicate, catalog):
        return False
    if re.search(r"<>|!=|\bIS DISTINCT FROM\b|\bNOT\b|\bIS NULL\b", predicate, re.IGNORECASE):
        return False
    outside = names_in(without_subqueries(predicate))
    own = {column.name for column in relation.columns}
    return bool(outside & own) or f"{quote_identifier(relation.name.name)}." in predicate


_OFFICE = re.compile(r"admin|staff|moderator|superuser", re.IGNORECASE)


def _tells_caller_apart(catalog: Catalog, relation: Relation, predicate: str) -> bool:
    """Whether the condition asks for a row that makes the caller somebody special: of a role, or an administrator.

    That somebody has a row is not enough; it must say something that a new row does not say by itself.
    """
    if not reads_caller(predicate, catalog) or re.search(r"user_meta_?data", predicate):
        return False
    texts = [predicate, *bodies_behind(catalog, names_in(predicate))]
    names = frozenset().union(*map(names_in, texts))
    tables = [r for r in catalog.relations if r.kind == "table" and not r.managed and r.name.name in names]
    columns = [column for table in tables for column in table.columns if column.name in names]
    literals = {literal for text in texts for literal in literals_in(text)}
    usual = {literal for column in columns if column.default for literal in literals_in(column.default)}
    flags = any(column.type.name.name == "bool" for column in columns)
    office = any(_OFFICE.search(table.name.name) for table in tables if table is not relation)
    if any(_is_link(table) and not set(_tied(table)) <= names for table in tables if table is not relation):
        return False  # somebody special for one thing, and asked about another
    return bool(tables) and (flags or office or bool(literals - usual))


def _is_link(table: Relation) -> bool:
    """Whether a row ties a user to one thing of many."""
    return len(_tied(table)) > 1


def _tied(table: Relation) -> tuple[str, ...]:
    """The columns that refer to other rows, of a key that is made of several."""
    referring = {name for c in table.constraints if c.kind == "foreign key" for name in c.columns}
    keys = [c.columns for c in table.constraints if c.kind in ("primary key", "unique")]
    return next((columns for columns in keys if len(columns) > 1 and set(columns) <= referring), ())


_DULL = frozenset(
    "select from where and or exists as any array auth :uid uid is not in null jwt :jwt text true coalesce"
    " false variadic".split()
)
_CALL = re.compile(r"(?<![\w.])(?:\w+\.)?(\w+)\(", re.IGNORECASE)
_DIFFERS = re.compile(r"<>|!=|\bIS DISTINCT FROM\b|\bNOT\b(?!\s+NULL)", re.IGNORECASE)


def _described(predicate: str) -> str:
    """A short name for the condition: what it asks, or looks at, and the values that it looks for."""
    if re.fullmatch(r":uid IS NOT NULL", predicate, re.IGNORECASE):
        return "signed_in"
    plain = re.sub(r"::(?:\w+\.)?[\w ]+?(?:\[\])?(?=[\s),\]]|$)", "", predicate)
    literals = [text for text in literals_in(plain) if not text.isdigit() and text != "app_metadata"]
    bare = re.sub(r"\b(?:public|private)\.|\bAS \w+", "", re.sub(r"'(?:[^']|'')*'", " ", plain), flags=re.IGNORECASE)
    tables = re.findall(r"\b(?:FROM|JOIN)\s+\(*(?:\w+\.)?\"?(\w+)", bare)
    asked = [name for name in _CALL.findall(bare) if name.lower() not in _DULL and not _is_plain(name, plain)]
    others = [word for word in re.findall(r"[^\W\d][\w$]*", bare) if word.lower() not in _DULL and len(word) > 1]
    words, values = [*dict.fromkeys(tables or asked[:1] or others)][:3], [*dict.fromkeys(literals)][:3]
    values = [value for value in values if value not in words]
    if not tables and re.search(r"\bIS NULL\b", bare):
        words = ["no", *words]
    elif not tables and _DIFFERS.search(bare):
        words, values = (words, ["not", *values]) if values else (["not", *words], [])
    return "_".join((*words, *values))[:40].strip("_") or "rule"


def _is_plain(name: str, text: str) -> bool:
    """Whether a function tells nothing by its name: one of Postgres's, of auth or of storage."""
    return bool(re.search(rf"\b(?:pg_catalog|auth|storage)\.{name}\(", text)) or name.lower() in _PLAIN


_PLAIN = frozenset(
    "lower upper length char_length coalesce nullif now date split_part string_to_array btrim trim".split()
)

_TAKEN = ("and", "or", "not", "may", "folder")


def _label(text: str) -> str:
    label = re.sub(r"\W+", "_", text).strip("_").lower() or "rows"
    label = f"r_{label}" if label[0].isdigit() else label
    return f"{label}_rows" if label in _TAKEN else label
