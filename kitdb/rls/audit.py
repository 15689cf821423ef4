"""What is nearly always wrong, whatever a project means to allow: judged by what was seen, and by the catalog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kitdb.catalog.model import Catalog, Policy, Relation
from kitdb.findings import Finding, Severity
from kitdb.rls.access import subject_of
from kitdb.rls.actors import Principal
from kitdb.rls.check import Seen
from kitdb.rls.conditions import parse_condition, written_condition
from kitdb.rls.evidence import Witness
from kitdb.rls.hints import names_in
from kitdb.rls.infer import Watched, label_of, worked
from kitdb.rls.judge import Decision
from kitdb.rls.kinds import (
    ANONYMOUS,
    CLOSED,
    FORGED,
    GIVEN_AWAY,
    HIDDEN_PARENT,
    METADATA,
    NO_EFFECT,
    ORACLE,
    OTHERS_WRITTEN,
    PUBLIC,
    REALTIME,
    RLS_OFF,
    VIEW_LEAK,
)
from kitdb.rls.matrix import Command
from kitdb.rls.owners import Owners
from kitdb.rls.rights import RightsOf
from kitdb.rls.run import Attempt, Runner
from kitdb.rls.statements import Row, key_of
from kitdb.rls.verdicts import finding
from kitdb.sql.condition import Caller, outcomes

_ROLES = {"anon": "anon", "user": "authenticated"}
_VERBS: tuple[Command, ...] = ("select", "insert", "update", "delete")


@dataclass(slots=True)
class Audit:
    """Judges what one run has seen."""

    runner: Runner
    catalog: Catalog
    schemas: tuple[str, ...]
    owners: Owners
    objects: Sequence[Watched]
    principals: tuple[Principal, ...]
    seen: Sequence[Seen]
    witness: Witness
    visible: dict[tuple[str, str], set[tuple[str | None, ...]]] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        self._note_visible()
        by_object: dict[str, list[Seen]] = {}
        for part in self.seen:
            by_object.setdefault(part.subject.name, []).append(part)
        for each in self.objects:
            if mine := by_object.get(each.subject):
                yield from self._object(each, mine)
        held = {(part.actor.role, part.subject.relation.name): part.held for part in self.seen}
        yield from policy_findings(self.catalog, self.schemas, held)
        yield from realtime_findings(self.catalog)

    def _note_visible(self) -> None:
        for part in self.seen:
            key = key_of(part.subject.relation)
            for d in part.decisions:
                if d.command == "select" and not d.columns and d.actual == "allowed" and d.row and key:
                    kept = self.visible.setdefault((str(part.subject.relation.name), d.principal.name), set())
                    kept.add(tuple(d.row[name] for name in key))

    def _object(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        relation = mine[0].subject.relation
        is_table = relation.kind in ("table", "partitioned table")
        if is_table and not relation.row_level_security and not relation.managed:
            yield from self._rls_off(each, mine)
            return
        if is_table and not relation.managed:
            yield from self._closed(each, mine)
        yield from self._writes(each, mine)
        yield from self._reads(each, mine)
        if is_table and not relation.managed:
            yield from self._oracles(each, mine)
        if relation.kind in ("view", "materialized view") and not relation.security_invoker:
            yield from self._view(each, mine)

    # -------- a table without policies

    def _rls_off(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        rights = {actor: _held(mine, actor) for actor in _ROLES}
        told = [f"{actor} can {', '.join(verbs)}" for actor, verbs in rights.items() if verbs]
        if not told:
            return
        relation = mine[0].subject.relation
        private = bool(self.owners.of(relation)) or any(set(verbs) - {"select"} for verbs in rights.values())
        severity: Severity = "error" if private else "info"
        unused = " and its policies count for nothing" if relation.policies else ""
        shown = next((self._evidence(p, d) for p in mine for d in p.decisions if d.actual == "allowed"), None)
        yield finding(
            RLS_OFF,
            f"row level security is off on {each.subject}{unused}: {'; '.join(told)}, whosever rows they are",
            each.subject,
            None,
            shown,
            severity=severity,
        )

    def _closed(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        granted = {actor: _held(mine, actor) for actor in _ROLES}
        relation = mine[0].subject.relation
        if not relation.policies and any(granted.values()):
            yield finding(CLOSED, f"{each.subject} has grants and no policy: nobody reaches a row", each.subject)

    # -------- rows

    def _writes(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        for actor in _ROLES:
            tries = [(p, d) for p in mine if actor in p.actor.lineage for d in p.decisions if worked(d)]
            for verb in ("update", "delete"):
                yield from self._touched(each, actor, verb, [(p, d) for p, d in tries if d.command == verb], mine)
            yield from self._inserted(each, actor, [(p, d) for p, d in tries if d.command == "insert"])

    def _touched(
        self, each: Watched, actor: str, verb: Command, tries: Sequence[tuple[Seen, Decision]], mine: Sequence[Seen]
    ) -> Iterator[Finding]:
        if not tries:
            return
        if actor == "anon":
            part, shown = tries[0]
            message = f"anon can {_does(verb, each)}, without signing in"
            yield finding(ANONYMOUS, message, each.subject, None, self._evidence(part, shown))
            return
        foreign = [(p, d) for p, d in tries if self._is_others(each, d)]
        # what only a forged token reaches is told as that
        foreign = [(p, d) for p, d in foreign if d.principal.name != "mallory"]
        if foreign:
            part, shown = foreign[0]
            message = f"user can {_does(verb, each)}, rows of other users"
            yield finding(OTHERS_WRITTEN, message, each.subject, None, self._evidence(part, shown))
        elif not self._owned(each, mine) and not self._stopped(actor, verb, mine):
            part, shown = tries[0]
            message = f"every user can {_does(verb, each)}, every row of it"
            yield finding(OTHERS_WRITTEN, message, each.subject, None, self._evidence(part, shown))
        if verb == "update" and not foreign:
            yield from self._given_away(each, tries)

    def _given_away(self, each: Watched, tries: Sequence[tuple[Seen, Decision]]) -> Iterator[Finding]:
        for part, d in tries:
            if d.after in (None, "elsewhere") or d.principal.name == "mallory":
                continue
            if each.special(label_of(d.rows)) and each.special(label_of(d.after)):
                continue
            if each.related(label_of(d.rows)) and not each.related(label_of(d.after)):
                columns = ", ".join(d.columns)
                message = (
                    f"user can update {each.subject}{f' ({columns})' if columns else ''} so that the row is another's"
                )
                yield finding(GIVEN_AWAY, message, each.subject, None, self._evidence(part, d))
                return

    def _inserted(self, each: Watched, actor: str, tries: Sequence[tuple[Seen, Decision]]) -> Iterator[Finding]:
        forged = [(p, d) for p, d in tries if self._is_others(each, d) and d.principal.name != "mallory"]
        if actor == "anon" and tries:
            part, shown = (forged or tries)[0]
            message = f"anon can insert into {each.subject}" + (", rows of users" if forged else "")
            severity: Severity = "error" if forged else "warning"
            yield finding(ANONYMOUS, message, each.subject, None, self._evidence(part, shown), severity=severity)
        elif forged:
            part, shown = forged[0]
            message = f"user can insert into {each.subject}, rows of other users"
            yield finding(FORGED, message, each.subject, None, self._evidence(part, shown))
        elif tries:
            yield from self._hidden_parents(each, tries)

    def _hidden_parents(self, each: Watched, tries: Sequence[tuple[Seen, Decision]]) -> Iterator[Finding]:
        """Rows that were put below a row that the caller cannot see."""
        relation = tries[0][0].subject.relation
        for key in relation.constraints:
            parent = self.catalog.by_name.get(key.references) if key.references else None
            if key.kind != "foreign key" or parent is None or parent.managed or parent is relation:
                continue
            if set(key_of(parent)) != set(key.referenced_columns) or set(key.columns) & set(self.owners.of(relation)):
                continue
            for part, d in tries:
                values = dict(zip(key.referenced_columns, ((d.row or {}).get(c) for c in key.columns), strict=True))
                wanted = tuple(values[name] for name in key_of(parent))
                seen = self.visible.get((str(parent.name), d.principal.name), set())
                if None not in wanted and wanted not in seen and d.principal.owns:
                    names = ", ".join(key.columns)
                    above = subject_of(parent.name)
                    message = f"user can insert into {each.subject} below rows of {above} that it cannot see ({names})"
                    yield finding(HIDDEN_PARENT, message, each.subject, None, self._evidence(part, d))
                    break

    def _reads(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        readers = [
            part.actor.name
            for part in mine
            if part.actor.name in _ROLES
            and any(d.command == "select" and worked(d) and self._is_others(each, d) for d in part.decisions)
        ]
        if readers:
            told = " and ".join(dict.fromkeys(readers))
            yield finding(PUBLIC, f"{told} can select {each.subject}, rows of other users", each.subject)

    def _is_others(self, each: Watched, decision: Decision) -> bool:
        """Whether the row is another user's, and none of the caller's business."""
        row = decision.row or {}
        label = label_of(decision.after if decision.command == "insert" else decision.rows)
        if each.related(label) or each.special(label):
            return False
        relation_owners = self._owner_columns(each)
        owners = [row.get(name) for name in relation_owners]
        uid = decision.principal.uid
        return any(value is not None for value in owners) and uid not in owners

    def _owner_columns(self, each: Watched) -> tuple[str, ...]:
        if each.section == "storage":
            return ("owner_id",)
        names = [g.predicate.removesuffix(" = :uid") for g in each.guesses if g.predicate.endswith(" = :uid")]
        return tuple(name[1:-1].replace('""', '"') if name.startswith('"') else name for name in names)

    def _owned(self, each: Watched, mine: Sequence[Seen]) -> bool:
        return bool(self.owners.of(mine[0].subject.relation)) or any(guess.related for guess in each.guesses)

    def _stopped(self, actor: str, verb: Command, mine: Sequence[Seen]) -> bool:
        """Whether some row was out of reach."""
        return any(
            worked(d) is False and d.rows != "every row"
            for part in mine if actor in part.actor.lineage
            for d in part.decisions if d.command == verb and not d.columns
        )  # fmt: skip

    # -------- views

    def _view(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        """A view that reads with its owner's rights, where the caller's own would show less."""
        relation = mine[0].subject.relation
        columns = [part.held.select for part in mine if part.held.select]
        if not columns:
            return
        if relation.kind == "materialized view":
            if any(f.name == PUBLIC.name for f in self._reads(each, mine)):
                yield finding(VIEW_LEAK, f"{each.subject} keeps rows of users, and no policy guards it", each.subject)
            return
        for part in mine:
            if not part.held.select or part.actor.name not in _ROLES:
                continue
            names = tuple(c.name for c in relation.columns if c.name in part.held.select)
            caller = next(p for p in self.principals if p.actor == part.actor.name)
            attempt = Attempt(part.subject.writer.read(names), caller.caller, read_only=True, answers=True, once=True)
            loose = self.runner.run([attempt])[0]
            strict = self._as_invoker(part, attempt)
            if loose.done and loose.answer != "[]" and (strict is None or strict != loose.answer):
                message = f"{part.actor.name} can select {each.subject}, rows that the policies below it hide"
                shown = next((d for d in part.decisions if d.command == "select" and d.actual == "allowed"), None)
                yield finding(VIEW_LEAK, message, each.subject, None, self._evidence(part, shown) if shown else None)
                return

    def _as_invoker(self, part: Seen, attempt: Attempt) -> str | None:
        connection = self.runner.connection
        with connection.transaction(force_rollback=True):
            connection.execute(f"alter view {part.subject.writer.table} set (security_invoker = true)")
            found = self.runner.run([attempt])[0]
        return found.answer if found.done else None

    # -------- oracles

    def _oracles(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        """Unique values that tell whoever may insert that a row is there which they may not see."""
        relation = mine[0].subject.relation
        for actor in _ROLES:
            parts = [part for part in mine if part.actor.name == actor]
            hidden = any(d.command == "select" and worked(d) is False for part in parts for d in part.decisions)
            inserts = any(d.command == "insert" and worked(d) for part in parts for d in part.decisions)
            if not hidden or not inserts:
                continue
            held = parts[0].held.insert
            for index in relation.indexes:
                telling = [name for name in index.columns if name in held and not _is_random(relation, name)]
                if index.unique and telling and len(telling) == len(index.columns):
                    if set(telling) & set(self.owners.of(relation)):
                        continue  # one's own rows only can collide
                    message = (
                        f"{actor} learns from {index.name} whether a row of {each.subject} that it cannot see"
                        f" has a value of {', '.join(telling)}"
                    )
                    yield finding(ORACLE, message, each.subject)

    def _evidence(self, part: Seen, decision: Decision) -> str | None:
        if decision.row and (decision.command == "delete" or (decision.command == "update" and decision.after is None)):
            decision = replace(decision, statement=self._statement(part, decision))
        return self.witness.transcript(part.subject, decision) if decision.statement else None

    def _statement(self, part: Seen, decision: Decision) -> str:
        """What a sweep over all rows did to this one."""
        writer = part.subject.writer
        if decision.row is None:
            return ""
        row = Row(decision.row, {})
        if decision.command == "delete":
            return writer.delete(row).text
        if decision.columns:
            name = decision.columns[0]
            return writer.update(row, {name: decision.row[name]}).text
        return str(decision.statement)


def _held(mine: Sequence[Seen], actor: str) -> list[str]:
    held = next((part.held for part in mine if part.actor.name == actor), None)
    return [verb for verb in _VERBS if held and getattr(held, verb)]


def _does(verb: Command, each: Watched) -> str:
    return f"{verb} from {each.subject}" if verb == "delete" else f"{verb} {each.subject}"


def _is_random(relation: Relation, name: str) -> bool:
    column = relation.column(name)
    return column is not None and (column.identity is not None or column.type.name.name == "uuid")


def _metadata(catalog: Catalog, policy: Policy) -> Iterator[Finding]:
    text = " ".join(filter(None, (policy.using, policy.with_check)))
    bodies = " ".join(routine.body for routine in catalog.routines if routine.name.name in names_in(text))
    if "user_metadata" in text or "raw_user_meta_data" in text + bodies or "user_metadata" in bodies:
        name = subject_of(policy.table)
        yield finding(
            METADATA, f"policy {policy.name} on {name} trusts user_metadata, which users write themselves", name
        )


# ---------------------------------------------------------------- policies, as they are written


def policy_findings(catalog: Catalog, schemas: Sequence[str], held: RightsOf) -> Iterator[Finding]:
    """What can be told without a request: conditions that never hold, and what no policy should trust."""
    for relation in catalog.relations:
        for policy in relation.policies:
            yield from _metadata(catalog, policy)
            if relation.row_level_security and (relation.name.schema in schemas or relation.managed):
                yield from _never(relation, policy, held)


def _never(relation: Relation, policy: Policy, held: RightsOf) -> Iterator[Finding]:
    name, subject = f"policy {policy.name} on {subject_of(relation.name)}", subject_of(relation.name)
    # `false` is a policy that says no on purpose
    if not policy.permissive or "false" in (policy.using, policy.with_check):
        return
    for text in (policy.using, policy.with_check):
        if text and not any(True in outcomes(text, caller) for caller in _askers(policy)):
            shown = written_condition(parse_condition(text))
            yield finding(NO_EFFECT, f"{name} can never hold: {shown}", subject)
            return
    roles = [role for role in ("anon", "authenticated") if role in policy.roles]
    wanted = _VERBS if policy.command == "all" else (policy.command,)
    rights = [held.get((role, relation.name)) for role in roles]
    if roles and all(rights) and not any(getattr(r, verb) for r in rights for verb in wanted):
        told = " and ".join(roles)
        yield finding(NO_EFFECT, f"{name} is for {told}, who lacks the privilege to {' or '.join(wanted)}", subject)


def _askers(policy: Policy) -> tuple[Caller, ...]:
    match policy.roles:
        case ("anon",):
            return ("nobody",)
        case ("authenticated",):
            return ("stranger", "owner")
        case _:
            return ("nobody", "stranger", "owner")


def realtime_findings(catalog: Catalog) -> Iterator[Finding]:
    """Tables that the realtime publication carries to everybody."""
    for publication in catalog.publications:
        if publication.name != "supabase_realtime":
            continue
        listed = {name for name, _, _ in publication.tables}
        for relation in catalog.relations:
            carried = publication.all_tables or relation.name in listed or relation.name.schema in publication.schemas
            if carried and not relation.managed and relation.kind == "table" and not relation.row_level_security:
                name = subject_of(relation.name)
                message = f"every change of {name} is sent to whoever subscribes: its row level security is off"
                yield finding(REALTIME, message, name)
