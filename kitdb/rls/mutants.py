"""Each thing that guards a row, broken one at a time: the changes a specification has to notice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kitdb.catalog.model import Catalog, Grant, Policy, Relation, Routine
from kitdb.names import QualifiedName, quote_identifier
from kitdb.rls.access import Access, signature_of, subject_of
from kitdb.rls.conditions import Atom, Condition, Junction, Not, parse_condition, written_condition
from kitdb.rls.hints import names_in
from kitdb.rls.line import VERBS, Verb
from kitdb.rls.subject import OBJECTS

_API_ROLES = ("anon", "authenticated")
_UID = r"\(?\s*\(?\s*(?:SELECT\s+)?auth\.uid\(\)(?:\s+AS\s+\w+\s*\))?\)?"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of rights. `objects` are what it is about, `dependents` what looks at these, as cells name them.

    `verbs` are the commands that it can make a difference for, `role` the one that it is about where it is but one.
    `afresh` says that also what a superuser can do is another thing with it.
    """

    what: str
    sql: str
    objects: tuple[str, ...]
    verbs: tuple[Verb, ...] = VERBS
    role: str | None = None
    grants: bool = False
    dependents: tuple[str, ...] = ()
    afresh: bool = False


def mutants(catalog: Catalog, access: Access, schemas: Sequence[str]) -> Iterator[Mutant]:
    """Every change, object by object; some change nothing, and some cannot be made: that is for a run to find out."""
    by_object: dict[str, list[Grant]] = {}
    for grant in catalog.grants:
        by_object.setdefault(grant.object, []).append(grant)
    maker = _Maker(catalog, tuple(schemas), {found.relation for found in access.objects}, by_object)
    for relation in catalog.relations:
        if relation.name == OBJECTS or maker.is_checked(relation):
            for policy in relation.policies:
                yield from maker.of_policy(relation, policy)
        if maker.is_checked(relation):
            yield from maker.of_relation(relation)
    for routine in catalog.routines:
        yield from maker.of_routine(routine)
    for bucket in catalog.buckets:
        turned = "false" if bucket.public else "true"
        sql = f"update storage.buckets set public = {turned} where id = {_text(bucket.id)}"  # noqa: S608  # quoted
        yield Mutant(f"bucket {bucket.id}: public = {turned}", sql, (f"storage.{bucket.id}",))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class _Maker:
    catalog: Catalog
    schemas: tuple[str, ...]
    specified: set[QualifiedName | None]
    by_object: Mapping[str, Sequence[Grant]]

    def is_checked(self, relation: Relation) -> bool:
        return not relation.managed and (relation.name.schema in self.schemas or relation.name in self.specified)

    def _itself(self, relation: Relation) -> tuple[str, ...]:
        if relation.name == OBJECTS:
            return tuple(f"storage.{bucket.id}" for bucket in self.catalog.buckets)
        return (subject_of(relation.name),)

    def _dependents(self, relation: Relation) -> tuple[str, ...]:
        """Those whose policies or definitions look at the relation."""
        return () if relation.name == OBJECTS else self._looking_at(relation.name.name)

    def _looking_at(self, name: str) -> tuple[str, ...]:
        bodies = {r.name.name for r in self.catalog.routines if name in names_in(r.body)}
        found: list[str] = []
        for other in self.catalog.relations:
            texts = [t for p in other.policies for t in (p.using, p.with_check) if t]
            words = names_in(" ".join((*texts, other.definition or "")))
            if other.name.name != name and (name in words or words & bodies):
                buckets = (f"storage.{bucket.id}" for bucket in self.catalog.buckets)
                found += buckets if other.name == OBJECTS else (subject_of(other.name),)
        return tuple(dict.fromkeys(found))

    # -------- policies

    def of_policy(self, relation: Relation, policy: Policy) -> Iterator[Mutant]:
        objects, below, name = (
            self._itself(relation),
            self._dependents(relation),
            f"{quote_identifier(policy.name)} on {relation.name}",
        )
        verbs = VERBS if policy.command == "all" else (policy.command,)
        role = policy.roles[0] if len(policy.roles) == 1 and policy.roles[0] in _API_ROLES else None

        def altered(sql: str, what: str = "") -> Mutant:
            return Mutant(what or sql, sql, objects, verbs, role, dependents=below)

        yield altered(f"drop policy {name}")
        turned = "restrictive" if policy.permissive else "permissive"
        yield altered(f"drop policy {name}; {_created(policy, turned)}", f"policy {name}: {turned}")
        for clause, text in (("using", policy.using), ("with check", policy.with_check)):
            for changed in _weaker(text, relation) if text else ():
                yield altered(f"alter policy {name} {clause} ({changed})")
        if policy.using and policy.with_check and policy.using != policy.with_check:
            yield altered(f"alter policy {name} with check ({policy.using})", f"drop with check of policy {name}")
        if policy.using and not policy.with_check and policy.command in ("all", "update"):
            yield altered(f"alter policy {name} with check (true)")
        left_out = [r for r in _API_ROLES if r not in policy.roles] if "public" not in policy.roles else []
        # a policy for whom no privilege is there lets nobody through
        if any(any(self._held(relation, r, verb)) for r in left_out for verb in verbs):
            yield Mutant(
                f"alter policy {name} to public", f"alter policy {name} to public", objects, verbs, dependents=below
            )

    # -------- tables and views

    def of_relation(self, relation: Relation) -> Iterator[Mutant]:
        objects, below, table = self._itself(relation), self._dependents(relation), str(relation.name)
        if relation.row_level_security:
            sql = f"alter table {table} disable row level security"
            yield Mutant(sql, sql, objects, dependents=below)
        if relation.force_row_level_security:
            sql = f"alter table {table} no force row level security"
            yield Mutant(sql, sql, objects, dependents=below)
        if relation.kind == "view" and relation.security_invoker:
            sql = f"alter view {table} set (security_invoker = false)"
            yield Mutant(sql, sql, objects, dependents=below)
        for trigger in relation.triggers:
            if trigger.enabled in ("origin", "always") and not trigger.inherited and not trigger.constraint:
                sql = f"alter table {table} disable trigger {quote_identifier(trigger.name)}"
                yield Mutant(sql, sql, objects, ("insert", "update", "delete"), dependents=below, afresh=True)
        yield from self._grants(relation, objects, below)

    def _grants(self, relation: Relation, objects: tuple[str, ...], below: tuple[str, ...]) -> Iterator[Mutant]:
        table = str(relation.name)
        verbs: tuple[Verb, ...] = ("select",) if relation.kind == "materialized view" else VERBS
        for role in _API_ROLES:
            for verb in verbs:
                whole, columns = self._held(relation, role, verb)
                if whole or columns:
                    sql = f"revoke {verb} on {table} from {role}"
                    yield Mutant(sql, sql, objects, (verb,), role, grants=True, dependents=below)
                if whole or not _lets_through(relation, role, verb):
                    continue
                wanted = [f"grant {verb} on {table} to {role}"]
                missing = [c.name for c in relation.columns if columns and c.name not in columns]
                wanted += [f"grant {verb} ({quote_identifier(name)}) on {table} to {role}" for name in missing]
                yield from (Mutant(sql, sql, objects, (verb,), role, grants=True) for sql in wanted)

    def _held(self, relation: Relation, role: str, verb: str) -> tuple[bool, set[str]]:
        mine = [
            g for g in self.by_object.get(str(relation.name), ())
            if g.grantee in (role, "public") and g.privilege.lower() == verb
        ]  # fmt: skip
        if relation.managed:
            return True, set()
        return any(g.column is None for g in mine), {g.column for g in mine if g.column is not None}

    # -------- functions

    def of_routine(self, routine: Routine) -> Iterator[Mutant]:
        signature = routine.signature
        users = self._using(routine)
        exposed = routine.name.schema in self.schemas and not (
            routine.returns and routine.returns.name.name in ("trigger", "event_trigger")
        )
        if exposed and routine.kind in ("function", "procedure"):
            holders = {g.grantee for g in self.by_object.get(signature, ())}
            for role in _API_ROLES:
                if not holders & {role, "public"}:
                    sql = f"grant execute on {routine.kind} {signature} to {role}"
                    yield Mutant(sql, sql, (signature_of(routine),), grants=True)
        if (users or exposed) and routine.kind in ("function", "procedure"):
            turned = "invoker" if routine.security_definer else "definer"
            sql = f"alter {routine.kind} {signature} security {turned}"
            yield Mutant(sql, sql, users or (signature_of(routine),))
        if users and routine.search_path is not None:
            sql = f"alter {routine.kind} {signature} reset search_path"
            yield Mutant(sql, sql, users)
        if users and routine.kind == "function" and (body := _without_owner(routine.definition)):
            yield Mutant(f"function {signature}: the caller is not compared", body, users)

    def _using(self, routine: Routine) -> tuple[str, ...]:
        return tuple(name for name in self._looking_at_function(routine.name.name))

    def _looking_at_function(self, name: str) -> Iterator[str]:
        for other in self.catalog.relations:
            texts = " ".join(t for p in other.policies for t in (p.using, p.with_check) if t)
            if name in names_in(texts):
                if other.name == OBJECTS:
                    yield from (f"storage.{bucket.id}" for bucket in self.catalog.buckets)
                else:
                    yield subject_of(other.name)


def _created(policy: Policy, kind: str) -> str:
    roles = ", ".join("public" if role == "public" else quote_identifier(role) for role in policy.roles)
    parts = [
        f"create policy {quote_identifier(policy.name)} on {policy.table} as {kind} for {policy.command} to {roles}"
    ]
    parts += [f"using ({policy.using})"] if policy.using else []
    parts += [f"with check ({policy.with_check})"] if policy.with_check else []
    return " ".join(parts)


def _lets_through(relation: Relation, role: str, verb: str) -> bool:
    """Whether a privilege could be of use: without a policy that is for the role it opens nothing."""
    if not relation.row_level_security:
        return True
    return any(p.permissive and p.command in ("all", verb) and {role, "public"} & {*p.roles} for p in relation.policies)


def _without_owner(definition: str) -> str | None:
    """The function with every comparison with the caller true for whoever is signed in."""
    changed = re.sub(rf"=\s*{_UID}", " is not null", definition, flags=re.IGNORECASE)
    changed = re.sub(rf"{_UID}\s*=\s*([\w.\"]+)", r"\1 is not null", changed, flags=re.IGNORECASE)
    return changed if changed != definition else None


# ---------------------------------------------------------------- conditions


def _weaker(text: str, relation: Relation) -> Iterator[str]:
    """The condition broken in each way, once."""
    condition = parse_condition(text)
    changed = ["true", *(written_condition(c) for c in _broken(condition, relation))]
    yield from (each for each in dict.fromkeys(changed) if each not in (text, written_condition(condition)))


def _broken(condition: Condition, relation: Relation) -> Iterator[Condition]:
    match condition:
        case Atom(text):
            yield from (Atom(changed) for changed in _broken_atom(text, relation))
        case Not(part):
            yield part
        case Junction(word, parts):
            yield Junction("OR" if word == "AND" else "AND", parts)
            for number, part in enumerate(parts):
                others = (*parts[:number], *parts[number + 1 :])
                yield others[0] if len(others) == 1 else Junction(word, others)
                for changed in _broken(part, relation):
                    yield Junction(word, (*parts[:number], changed, *parts[number + 1 :]))


def _broken_atom(text: str, relation: Relation) -> Iterator[str]:
    if re.search(_UID, text, re.IGNORECASE):
        compared = re.fullmatch(rf"([\w.\"]+)\s*=\s*{_UID}|{_UID}\s*=\s*([\w.\"]+)", text.strip(), re.IGNORECASE)
        if compared:
            yield "(auth.uid() IS NOT NULL)"
            own = (compared[1] or compared[2]).strip('"').rpartition(".")[2]
            known = relation.column(own)
            for column in relation.columns:
                if known and column.name != own and column.type == known.type:
                    yield f"({quote_identifier(column.name)} = auth.uid())"
    inner = _conjunct_dropped(text)
    if inner:
        yield inner


def _conjunct_dropped(text: str) -> str | None:
    """A subquery without its condition: EXISTS of anything at all."""
    found = re.fullmatch(
        r"(EXISTS\s*\(\s*SELECT\b.*?\bFROM\s+.+?)\s+WHERE\b.*\)", text.strip(), re.IGNORECASE | re.DOTALL
    )
    return found[1] + ")" if found else None
