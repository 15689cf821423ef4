"""What is nearly always wrong, whatever a project means to allow: judged by what was seen, and by the catalog."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kitdb.catalog.model import Catalog, Policy, Relation
from kitdb.findings import Finding, Severity
from kitdb.names import QualifiedName, quote_identifier
from kitdb.rls.access import OBJECTS, subject_of
from kitdb.rls.actors import Principal
from kitdb.rls.as_written import CLIENTS, VERBS, policy_findings, realtime_findings, role_findings, verbs_of
from kitdb.rls.buckets import bucket_suspicions, read_by_all
from kitdb.rls.check import Seen
from kitdb.rls.columns import secrets_read, void_grants
from kitdb.rls.conditions import without_subqueries
from kitdb.rls.consent import Consent, opened
from kitdb.rls.evidence import Values, Witness
from kitdb.rls.forgotten import Suspicion, suspicions
from kitdb.rls.hints import bodies_behind, names_in
from kitdb.rls.infer import Watched, label_of, worked
from kitdb.rls.judge import Decision
from kitdb.rls.kinds import (
    ANONYMOUS,
    CASCADE,
    CLOSED,
    CONSENT,
    FORGED,
    GIVEN_AWAY,
    HIDDEN_PARENT,
    OTHERS_WRITTEN,
    PUBLIC,
    RLS_OFF,
    ROW_LOCK,
    SELF_MADE,
    VIEW_LEAK,
)
from kitdb.rls.letting import letting_policy, named
from kitdb.rls.line import Verb
from kitdb.rls.locking import lock_of
from kitdb.rls.matrix import Command
from kitdb.rls.offices import (
    Office,
    Offices,
    called_so,
    chosen_at_sign_up,
    made_at_sign_up,
    members,
    offices,
    one_a_user,
)
from kitdb.rls.oracles import of_table
from kitdb.rls.owners import Guess, Owners, is_signed
from kitdb.rls.promotion import raised
from kitdb.rls.referring import below_hidden, keys_to_guarded, puts, taken_along, takes
from kitdb.rls.rights import RightsOf
from kitdb.rls.run import Attempt, Runner
from kitdb.rls.secrets import is_redeemed, keeps_secret
from kitdb.rls.statements import Row, Statement
from kitdb.rls.verdicts import finding

_MOST_TRIES = 5
_ACTORS = tuple(CLIENTS.values())
_TOO_FAR = (GIVEN_AWAY, FORGED, ANONYMOUS, OTHERS_WRITTEN)


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
    everyone: Sequence[Seen] = ()  # those too who are told by their token
    hidden: dict[tuple[str, str], list[Values]] = field(default_factory=dict)
    kept: dict[tuple[str, str], list[Values]] = field(default_factory=dict)
    offices: Offices = field(init=False)
    members: Mapping[QualifiedName, frozenset[str]] = field(init=False)
    relations: dict[str, Relation] = field(init=False)  # by the name of the subject

    def __post_init__(self) -> None:
        self.offices = offices(self.catalog, self.owners)
        self.relations = {subject_of(relation.name): relation for relation in self.catalog.relations}
        self.members = members(self.catalog, self.owners)

    def findings(self) -> Iterator[Finding]:
        self._note_rows()
        by_object: dict[str, list[Seen]] = {}
        for part in self.seen:
            by_object.setdefault(part.subject.name, []).append(part)
        told: set[tuple[str, str | None]] = set()
        for each in self.objects:
            if mine := by_object.get(each.subject):
                for found in self._object(each, mine):
                    told.add((found.name, found.subject))
                    yield found
        yield from self._sign_up()
        held = {(part.actor.role, part.subject.relation.name): part.held for part in self.seen}
        yield from policy_findings(self.catalog, self.schemas, held)
        yield from self._forgotten(held, told)
        yield from void_grants(self.catalog, self.schemas)
        yield from realtime_findings(self.catalog)
        yield from role_findings(self.catalog, self.schemas)

    def _note_rows(self) -> None:
        """Which rows each caller cannot see, and which of others it can see or not, and not delete."""
        for part in self.seen:
            name, columns = str(part.subject.relation.name), self.owners.of(part.subject.relation)
            deleted = {id(d.row) for d in part.decisions if d.command == "delete" and worked(d)}
            for d in part.decisions:
                if d.command != "select" or d.columns or d.row is None or worked(d) is None:
                    continue
                if not worked(d):
                    self.hidden.setdefault((name, d.principal.name), []).append(d.row)
                owners = {d.row[column] for column in columns} - {None}
                if owners and d.principal.uid not in owners and id(d.row) not in deleted:
                    self.kept.setdefault((name, d.principal.name), []).append(d.row)

    def _object(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        relation = mine[0].subject.relation
        is_table = relation.kind in ("table", "partitioned table")
        if is_table and not relation.row_level_security and not relation.managed:
            yield from self._rls_off(each, mine)
            return
        if relation.kind == "foreign table":
            yield from self._rls_off(each, mine)
            return
        if is_table and not relation.managed:
            yield from self._closed(each, mine)
        yield from self._writes(each, mine)
        yield from self._reads(each, mine)
        secrets = [
            c for c in relation.columns
            if keeps_secret(c) or is_redeemed(self.catalog, relation, c, self.members)
        ]  # fmt: skip
        yield from secrets_read(each.subject, secrets, mine, lambda d: self._is_unrelated(each, d), self._evidence)
        if is_table and not relation.managed:
            yield from self._offices(each, mine)
            yield from self._consent(mine)
            yield from self._locks(each, mine)
            clients = [part for part in mine if part.actor.name in _ACTORS]
            yield from of_table(each.subject, clients, self.owners)
        if relation.kind in ("view", "materialized view") and not relation.security_invoker:
            yield from self._view(each, mine)

    # -------- a table without policies

    def _rls_off(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        rights = {actor: _held(mine, actor) for actor in _ACTORS}
        told = [f"{actor} can {', '.join(verbs)}" for actor, verbs in rights.items() if verbs]
        if not told:
            return
        relation = mine[0].subject.relation
        foreign = relation.kind == "foreign table"  # it can have no policies
        private = foreign or bool(self.owners.of(relation)) or any(set(verbs) - {"select"} for verbs in rights.values())
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
        granted = {actor: _held(mine, actor) for actor in _ACTORS}
        relation = mine[0].subject.relation
        if not any(policy.permissive for policy in relation.policies) and any(granted.values()):
            what = "no permissive policy" if relation.policies else "no policy"
            yield finding(CLOSED, f"{each.subject} has grants and {what}: nobody reaches a row", each.subject)

    # -------- rows

    def _writes(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        for actor in _ACTORS:
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
            message = f"user can {_does(verb, each)}, rows of other users{self._by(part, shown)}"
            yield finding(OTHERS_WRITTEN, message, each.subject, None, self._evidence(part, shown))
        elif not self._owned(each, mine) and not self._stopped(actor, verb, mine):
            part, shown = tries[0]
            message = f"every user can {_does(verb, each)}, every row of it"
            yield finding(OTHERS_WRITTEN, message, each.subject, None, self._evidence(part, shown))
        elif of_peer := self._of_peer(each, tries, mine):
            part, shown = of_peer
            message = f"user can {_does(verb, each)}, rows of other users, with no more than it takes to have one"
            yield finding(OTHERS_WRITTEN, message, each.subject, None, self._evidence(part, shown), severity="warning")
        if verb == "update" and not foreign:
            yield from self._given_away(each, tries)
            if not self._inserts(mine):
                yield from self._hidden_parents(each, "update", tries)
        if verb == "delete" and not foreign:
            yield from self._cascades(each, tries)

    def _of_peer(
        self, each: Watched, tries: Sequence[tuple[Seen, Decision]], mine: Sequence[Seen]
    ) -> tuple[Seen, Decision] | None:
        """A row of another who has one as the caller has, reached by what it takes to have one at all."""
        relation = mine[0].subject.relation
        owners = self.owners.of(relation)
        if relation.kind == "view" or not one_a_user(relation, self.owners, whole=False):
            return None
        added = [
            label_of(d.after) for p in mine if p.actor.name == "user" for d in p.decisions
            if d.command == "insert" and worked(d) and d.principal.name != "mallory"
        ]  # fmt: skip
        needed = frozenset.intersection(*added) if added else frozenset()
        own = {g.name for g in each.guesses if re.fullmatch(r"\S+ = :uid", g.predicate)}
        peers = {g.name for g in each.guesses if g.related and g.name in needed} - own
        if not needed & own or not peers:
            return None
        for part, d in tries:
            named = {(d.row or {}).get(name) for name in owners} - {None}
            reached = peers & label_of(d.rows) and not d.columns and d.principal.name != "mallory"
            if named and d.principal.uid not in named and reached:
                return part, d
        return None

    def _inserts(self, mine: Sequence[Seen]) -> bool:
        """Whether rows can be put anywhere at once, so that moving them is nothing more."""
        return any(d.command == "insert" and worked(d) for p in mine if "user" in p.actor.lineage for d in p.decisions)

    def _cascades(self, each: Watched, tries: Sequence[tuple[Seen, Decision]]) -> Iterator[Finding]:
        """Rows of others that go with a row that the caller may delete, and that it may not delete alone."""
        if found := taken_along(self.catalog, tries[0][0].subject.relation, tries, self.kept):
            _, shown = next(iter(found.values()))
            message = f"{takes(found, each.subject, 'user')} of other users with it"
            yield finding(CASCADE, message, each.subject, None, self._evidence(*shown))

    def _given_away(self, each: Watched, tries: Sequence[tuple[Seen, Decision]]) -> Iterator[Finding]:
        for part, d in tries:
            if d.after in (None, "elsewhere") or d.principal.name == "mallory":
                continue
            stays = each.special(label_of(d.after)) or part.subject.relation.name in {
                table for table, _ in self.offices
            }
            if each.special(label_of(d.rows)) and stays:
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
            message = f"user can insert into {each.subject}, rows of other users{self._by(part, shown)}"
            yield finding(FORGED, message, each.subject, None, self._evidence(part, shown))
        elif signed := self._signed_for(each, tries):
            part, shown = signed
            message = f"user can insert into {each.subject}, rows in the name of others{self._by(part, shown)}"
            yield finding(FORGED, message, each.subject, None, self._evidence(part, shown), severity="warning")
        elif tries:
            yield from self._hidden_parents(each, "insert", tries)

    def _signed_for(self, each: Watched, tries: Sequence[tuple[Seen, Decision]]) -> tuple[Seen, Decision] | None:
        """A row that names another where a new row names its writer by itself."""
        for part, d in tries:
            columns = part.subject.relation.columns
            signed = [c.name for c in columns if is_signed(c)]
            named = {(d.row or {}).get(name) for name in signed} - {None}
            plain = not each.special(label_of(d.after)) and d.principal.name != "mallory" and not d.columns
            if plain and named and d.principal.uid not in named and d.principal.uid is not None:
                return part, d
        return None

    def _hidden_parents(self, each: Watched, verb: Verb, tries: Sequence[tuple[Seen, Decision]]) -> Iterator[Finding]:
        """Rows that go below a row that the caller cannot see."""
        relation = tries[0][0].subject.relation
        by_ties = sorted(tries, key=lambda tried: self._tied(each, relation, tried[1]))
        for key in keys_to_guarded(self.catalog, relation, self.owners):
            found = below_hidden(self.runner, verb, key, by_ties, self.hidden)
            if found is None:
                continue
            part, d = found
            message = f"user can {puts(verb, relation, key)} that it cannot see ({', '.join(key.columns)})"
            if self._joins(each, relation, d):
                message += f", and so join them{self._by(part, d)}"
                yield finding(SELF_MADE, message, each.subject, None, self._evidence(part, d))
            else:
                yield finding(HIDDEN_PARENT, message, each.subject, None, self._evidence(part, d))

    def _locks(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        """Rows of other users that a client can lock, which stops their writes, and do nothing else with."""
        for part in mine:
            shown = next((d for d in part.locked if self._is_others(each, d)), None)
            if shown is None or part.actor.name not in _ACTORS:
                continue
            message = f"{part.actor.name} can {lock_of(self.runner, self.catalog, part, shown)}, rows of other users"
            yield finding(ROW_LOCK, message, each.subject, None, self._evidence(part, shown), severity="warning")
            return

    def _joins(self, each: Watched, relation: Relation, decision: Decision) -> bool:
        """Whether the row makes the caller a member of what policies ask for, and nothing else ties the two."""
        return (
            relation.name in self.members
            and self._is_own(relation, decision)
            and not self._tied(each, relation, decision)
        )

    def _tied(self, each: Watched, relation: Relation, decision: Decision) -> bool:
        """Whether the new row is the caller's business by more than a column that names the caller."""
        label, owners = label_of(decision.after), set(self._owner_columns(each))
        ties = (g for g in each.guesses if g.related and g.name in label and not _is_plain(g.predicate, owners))
        return any(not self._looks_at_itself(relation, guess.predicate) for guess in ties)

    def _looks_at_itself(self, relation: Relation, predicate: str) -> bool:
        """Whether the row itself may make it true."""
        looked_at = re.compile(rf'\b(?:from|join)\s+(?:\w+\.)?"?{re.escape(relation.name.name)}\b', re.IGNORECASE)
        return any(looked_at.search(text) for text in (predicate, *bodies_behind(self.catalog, names_in(predicate))))

    def _reads(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        readers = [
            part.actor.name
            for part in mine
            if part.actor.name in _ACTORS
            and any(d.command == "select" and worked(d) and self._is_others(each, d) for d in part.decisions)
        ]
        if readers:
            told = " and ".join(dict.fromkeys(readers))
            severity, what = self._how_public(readers, mine)
            message = f"{told} can select {each.subject}, {what} of other users"
            yield finding(PUBLIC, message, each.subject, severity=severity)

    def _how_public(self, readers: Sequence[str], mine: Sequence[Seen]) -> tuple[Severity, str]:
        """A private bucket to which users add what is theirs alone is hardly meant to be read by all."""
        bucket = mine[0].subject.bucket
        private = any(b.id == bucket and not b.public for b in self.catalog.buckets)
        added = [worked(d) for p in mine if p.actor.name == "user" for d in p.decisions if d.command == "insert"]
        if private and ("anon" in readers or (True in added and False in added)):
            return "warning", "a private bucket, objects"
        return "info", "rows"

    def _is_others(self, each: Watched, decision: Decision) -> bool:
        """Whether the row is another user's, and none of the caller's business."""
        row = decision.row or {}
        label = label_of(decision.after if decision.command == "insert" else decision.rows)
        asked = self._asked(each, decision.command)
        if any(g.related and g.name in label and asked(g) for g in each.guesses) or each.special(label):
            return False
        relation_owners = self._owner_columns(each)
        owners = [row.get(name) for name in relation_owners]
        uid = decision.principal.uid
        return any(value is not None for value in owners) and uid not in owners

    def _is_unrelated(self, each: Watched, decision: Decision) -> bool:
        """Whether nothing ties the caller to the row, who is nobody special either."""
        label, uid = label_of(decision.rows), decision.principal.uid
        named = uid is not None and uid in (decision.row or {}).values()
        return not (named or each.related(label) or each.special(label) or decision.principal.name == "mallory")

    def _asked(self, each: Watched, command: Command) -> Callable[[Guess], bool]:
        """Whether the class is one of the table, or one that policies for the command ask for."""
        name = str(OBJECTS) if each.section == "storage" else each.subject
        relation = self.relations.get(name)
        commands = {policy.name: policy.command for policy in relation.policies} if relation else {}
        asking = {name for name, found in commands.items() if found in (command, "all")}
        return lambda guess: command == "select" or not guess.policies or bool(asking & {*guess.policies})

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

    # -------- who makes somebody an administrator

    def _offices(self, each: Watched, mine: Sequence[Seen]) -> Iterator[Finding]:
        """Columns by which policies tell users apart, written by a user in the own row."""
        relation = mine[0].subject.relation
        tries = [(p, d) for p in mine if "user" in p.actor.lineage for d in p.decisions if worked(d)]
        own = [(p, d) for p, d in tries if d.row and self._is_own(relation, d) and d.principal.name != "mallory"]
        removed = any(d.command == "delete" for _, d in own)
        special = {
            d.principal.name for p in mine for d in p.decisions
            if d.command == "select" and each.special(label_of(d.rows))
        }  # fmt: skip
        # whoever owns what the row is about may become anything in it
        owned = {g.name for g in each.guesses if g.related and g.predicate.lower().startswith("exists")}
        plain = [(p, d) for p, d in own if d.principal.name not in special and not owned & set(label_of(d.after))]
        for column in relation.columns:
            office = self.offices.get((relation.name, column.name))
            held = [(p, d) for p, d in plain if office and self._is_holder(relation, office, d)]
            shown = next(((p, d) for p, d in held if office and _promotes(office, d)), None)
            if office is not None and shown is None:
                shown = next(self._raised(each, office, mine), None)
            if office is None or shown is None:
                if office is None and called_so(column.name) and one_a_user(relation, self.owners):
                    yield from self._by_name(each, column.name, own)
                continue
            part, d = shown
            if d.command == "insert" and made_at_sign_up(self.catalog, relation) and not removed:
                continue
            does = (
                f"update {each.subject}.{column.name} of the own row"
                if d.command == "update"
                else (f"insert an own row into {each.subject} with any {column.name}")
            )
            message = f"user can {does}, by which policies tell who may do more{self._by(part, d)}"
            severity: Severity = "error" if office.certain else "warning"
            yield finding(SELF_MADE, message, each.subject, None, self._evidence(part, d), severity=severity)

    def _raised(self, each: Watched, office: Office, mine: Sequence[Seen]) -> Iterator[tuple[Seen, Decision]]:
        """What no row that was there could show, since its holder was somebody special already."""
        relation = mine[0].subject.relation
        elsewhere = {g.name for g in each.guesses if g.special and not self._looks_at_itself(relation, g.predicate)}
        # whoever owns what the row is about may become anything in it
        owned = {g.name for g in each.guesses if g.related and g.predicate.lower().startswith("exists")}
        for part in mine:
            read = [
                d for d in part.decisions if (d.command, d.columns) == ("select", ()) and d.row and d.principal.owns
            ]
            special = {d.principal.name for d in read if label_of(d.rows) & elsewhere} | {"mallory"}
            own = [
                d for d in read
                if part.actor.name == "user" and d.principal.name not in special and not owned & label_of(d.rows)
                and self._is_holder(relation, office, d)
            ]  # fmt: skip
            yield from ((part, d) for d in raised(self.runner, self.catalog, part, office, own))

    def _is_holder(self, relation: Relation, office: Office, decision: Decision) -> bool:
        """Whether the row makes the caller somebody special, and does not name the caller in another part."""
        named = {name for name in self.owners.of(relation) if (decision.row or {}).get(name) == decision.principal.uid}
        return bool(named & office.holders) and not named - office.holders

    def _by_name(self, each: Watched, column: str, own: Sequence[tuple[Seen, Decision]]) -> Iterator[Finding]:
        shown = next(((p, d) for p, d in own if column in d.columns and d.command in ("update", "insert")), None)
        if shown:
            does = f"update {each.subject}.{column} of the own row"
            if shown[1].command == "insert":
                does = f"insert an own row into {each.subject} with any {column}"
            message = f"user can {does}{self._by(*shown)}"
            yield finding(SELF_MADE, message, each.subject, None, self._evidence(*shown), severity="warning")

    def _is_own(self, relation: Relation, decision: Decision) -> bool:
        uid, row = decision.principal.uid, decision.row or {}
        return uid is not None and any(row.get(name) == uid for name in self.owners.of(relation))

    def _sign_up(self) -> Iterator[Finding]:
        named = [(r.name, c.name) for r in self.catalog.relations for c in r.columns if called_so(c.name)]
        for function, column in chosen_at_sign_up(self.catalog, (*self.offices, *named)):
            message = f"whoever signs up chooses {column}: {function} takes it from raw_user_meta_data"
            yield finding(SELF_MADE, message, column.rpartition(".")[0])

    # -------- rows that wait for somebody's consent

    def _consent(self, mine: Sequence[Seen]) -> Iterator[Finding]:
        trying = Consent(self.runner, self.catalog, self.owners, self.members, self.hidden)
        for part in (part for part in mine if part.actor.name == "user"):
            for decision, state, relation in trying.skipped(part):
                message = opened(part, decision, state, relation)
                yield finding(CONSENT, message, part.subject.name, None, self._evidence(part, decision))

    # -------- what policies forget

    def _forgotten(self, held: RightsOf, told: Collection[tuple[str, str | None]]) -> Iterator[Finding]:
        """What policies seem to forget, with what shows it; what was seen to go too far already is not told again."""
        alike: dict[str, list[Suspicion]] = {}
        every = (*suspicions(self.catalog, self.schemas, self.owners, held), *bucket_suspicions(self.catalog))
        for suspicion in every:
            seen_already = any((kind.name, suspicion.subject) in told for kind in _TOO_FAR)
            if not (suspicion.kind is GIVEN_AWAY and seen_already):
                alike.setdefault(suspicion.message, []).append(suspicion)
        for message, (first, *others) in alike.items():
            shown = next((shown for each in (first, *others) if (shown := self._showing(each))), None)
            if shown:
                severity: Severity = "error" if first.certain else "warning"
                message, evidence = f"{message}: {_did(*shown)}", self._evidence(*shown)
                yield finding(first.kind, message, first.subject, None, evidence, severity=severity)
            elif not first.needs_rows:
                yield finding(first.kind, message, first.subject, severity="warning")
        yield from read_by_all(self.catalog, self.seen)

    def _showing(self, suspicion: Suspicion) -> tuple[Seen, Decision] | None:
        """A request of a client that went through on a row that nothing but what is in question ties to the caller."""
        policy = suspicion.policy
        for part in self.everyone or self.seen:
            asked = {part.actor.role, "public"} & {*policy.roles} and part.actor.role in CLIENTS
            if not asked or part.subject.relation.name != policy.table or part.subject.bucket != suspicion.bucket:
                continue
            each = next((each for each in self.objects if each.subject == part.subject.name), None)
            tries = (d for d in part.decisions if d.command in suspicion.commands and worked(d) and not d.columns)
            strange = (d for d in tries if d.row and suspicion.is_row(d.row) and self._is_stranger(each, d, suspicion))
            for d in itertools.islice(strange, _MOST_TRIES):
                if self._lets(policy, part, d):
                    return part, d
        return None

    def _lets(self, policy: Policy, part: Seen, d: Decision) -> bool:
        """Whether the policy is the one that lets the request through."""
        roles = frozenset((part.actor.role, "public"))
        asked = [p for p in part.subject.relation.policies if p.permissive and d.command in verbs_of(p)]
        if [p for p in asked if roles & {*p.roles}] == [policy]:
            return True
        return letting_policy(self.runner, part.subject.writer, roles, d, part.held.select) == policy

    def _is_stranger(self, each: Watched | None, d: Decision, suspicion: Suspicion) -> bool:
        label = label_of(d.after if d.command == "insert" else d.rows)
        guesses = [g for g in each.guesses if g.name in label and (g.related or g.special)] if each else []
        marks = {d.principal.uid, *d.principal.tenants} - {None}
        known = d.principal.name != "mallory" and not marks & {*(d.row or {}).values()}
        return known and all(suspicion.in_question(guess.predicate) for guess in guesses)

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
            elif told := self._kept_past_policies(mine):
                yield finding(VIEW_LEAK, f"{told[0]} can select {each.subject}, which keeps what {told[1]} hide",
                              each.subject, severity="warning")  # fmt: skip
            return
        for part in mine:
            if not part.held.select or part.actor.name not in _ACTORS:
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

    def _kept_past_policies(self, mine: Sequence[Seen]) -> tuple[str, str] | None:
        """Who reads the materialized view, and tables below it of which the same caller does not see every row."""
        names = names_in(mine[0].subject.relation.definition or "")
        below = [r for r in self.catalog.relations if r.name.name in names and r.row_level_security]
        for part in mine:
            callers = [
                d.principal.name for d in part.decisions if d.command == "select" and worked(d) and not d.columns
            ]
            if part.actor.name not in _ACTORS or not callers:
                continue
            hidden = [r for r in below if any(self.hidden.get((str(r.name), caller)) for caller in callers)]
            if hidden:
                return part.actor.name, f"the policies of {', '.join(subject_of(r.name) for r in hidden)}"
        return None

    def _as_invoker(self, part: Seen, attempt: Attempt) -> str | None:
        connection = self.runner.connection
        names, role = names_in(part.subject.relation.definition or ""), quote_identifier(part.actor.role)
        with connection.transaction(force_rollback=True):
            connection.execute(f"alter view {part.subject.writer.table} set (security_invoker = true)")
            # policies are about rows: a view may show columns that the caller does not hold
            for below in (r for r in self.catalog.relations if r.name.name in names and self._holds_some(r, part)):
                connection.execute(f"grant select on {below.name} to {role}".encode())
            found = self.runner.run([attempt])[0]
        return found.answer if found.done else None

    def _holds_some(self, relation: Relation, part: Seen) -> bool:
        held = (g for g in self.catalog.grants if g.kind == "column" and g.object == str(relation.name))
        return any(g.privilege == "select" and g.grantee in (part.actor.role, "public") for g in held)

    # -------- what shows it

    def _by(self, part: Seen, d: Decision) -> str:
        """The policy that lets it in, named where there are others for the command that do not."""
        roles = frozenset((part.actor.role, "public"))
        policy = letting_policy(self.runner, part.subject.writer, roles, d, part.held.select)
        return f" ({named(policy)} lets it)" if policy else ""

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


def _is_plain(predicate: str, owners: Collection[str]) -> bool:
    """Whether it says no more than that a column names the caller."""
    return without_subqueries(predicate) == predicate and bool(names_in(predicate) & set(owners))


def _promotes(office: Office, decision: Decision) -> bool:
    row = decision.row or {}
    if decision.command == "insert":
        return office.gained(None, row.get(office.column))
    if decision.command != "update" or decision.columns != (office.column,):
        return False
    written = decision.statement.values[:1] if isinstance(decision.statement, Statement) else ()
    return bool(written) and office.gained(row.get(office.column), written[0])


def _did(part: Seen, d: Decision) -> str:
    """What the caller did to a row that is none of its own."""
    verb = {"insert": "insert into", "delete": "delete from"}.get(d.command, d.command)
    return f"{part.actor.name} can {verb} {part.subject.name}, rows that are none of theirs"


def _held(mine: Sequence[Seen], actor: str) -> list[str]:
    held = next((part.held for part in mine if part.actor.name == actor), None)
    return [verb for verb in VERBS if held and getattr(held, verb)]


def _does(verb: Command, each: Watched) -> str:
    return f"{verb} from {each.subject}" if verb == "delete" else f"{verb} {each.subject}"
