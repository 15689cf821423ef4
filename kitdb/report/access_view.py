"""What every report of access shows: the matrix, with the rule and the policies behind each square of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kitdb.catalog.model import Catalog, Policy
from kitdb.findings import Finding, Result
from kitdb.rls.access import Access, AccessRule, ObjectAccess, subject_of
from kitdb.rls.actors import Actor, Principal, principals
from kitdb.rls.deciding import Deciding
from kitdb.rls.hints import forgeable
from kitdb.rls.line import VERBS
from kitdb.rls.matrix import Cell, Command, Matrix, Verdict
from kitdb.rls.predicate import AllOf, AnyOf, EveryRow, InClass, Negated, Rows
from kitdb.rls.run import transcript
from kitdb.rls.subject import STRANGE_BUCKET
from kitdb.sql.written import Written

COMMANDS: tuple[Command, ...] = ("select", "insert", "update", "delete", "upsert", "truncate", "execute")
WRONG: tuple[Verdict, ...] = ("leak", "denied", "broken")
OPEN: tuple[Verdict, ...] = ("vacuous", "undecided")

Squares = dict[Command, dict[str, list[Cell]]]


@dataclass(frozen=True)
class AccessView:
    """One run of check-rls. `server` says where it ran, `seconds` how long the requests took;
    `specified` is False where there was no specification, and `access` is what was seen."""

    matrix: Matrix
    access: Access
    catalog: Catalog
    written: Written = field(default_factory=Written)
    server: str = ""
    seconds: float = 0.0
    specified: bool = True
    requests: bool = True  # without, it is all from the catalog

    @cached_property
    def deciding(self) -> Deciding:
        return Deciding(self.catalog, self.access, self.written)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, at the policy that decides where there is one."""
        return self.deciding.located(self.matrix)

    @property
    def result(self) -> Result:
        notes = tuple(f"not covered: {note}" for note in self.matrix.not_covered)
        return Result("access", self.findings, self.seconds, notes)

    @cached_property
    def actors(self) -> list[Actor]:
        """The actors that were tried."""
        tried = {cell.actor for cell in self.matrix.cells}
        return [actor for actor in self.access.actors if actor.name in tried]

    @cached_property
    def callers(self) -> dict[str, Principal]:
        """The callers that stood for the actors, by name."""
        return {one.name: one for one in principals(self.access.actors, 0, forgeable(self.catalog))}

    @cached_property
    def objects(self) -> dict[str, Squares]:
        """Object → command → actor → cells; a bucket that is there only to be refused is shown where it was not."""
        found: dict[str, Squares] = {}
        for cell in self.matrix.cells:
            found.setdefault(cell.object, {}).setdefault(cell.command, {}).setdefault(cell.actor, []).append(cell)
        for name in self._specified:
            found.setdefault(name, {})
        ordered = {
            name: {
                command: squares.get(command, {}) for command in COMMANDS if command in squares or command in untried
            }
            for name, squares in found.items()
            if (untried := self._untried_commands(name)) or squares
        }
        strange = ordered.get(f"storage.{STRANGE_BUCKET}", {})
        if not any(is_wrong(cells) for by_actor in strange.values() for cells in by_actor.values()):
            ordered.pop(f"storage.{STRANGE_BUCKET}", None)
        return ordered

    def policies(self, name: str, command: Command, actor: Actor) -> tuple[Policy, ...]:
        return self.deciding.policies(name, command, actor.role)

    def untried(self, name: str, command: Command, actor: Actor, cells: Sequence[Cell]) -> bool:
        """Whether the actor holds the privilege, and no request shows what it is worth.

        None was decided for some kind of row, or no row and no user was there for which a policy asks that may let
        some in. A role that passes by all policies is tried only where the specification speaks of it.
        """
        if not cells and any(role.name == actor.role and role.bypass_rls for role in self.catalog.roles):
            return False
        if any(cell.actual == "allowed" for cell in cells) or not self._holds(name, command, actor):
            return False
        if self.right(name, command, actor) is not None:
            return False
        decided = {cell.rows for cell in cells if cell.verdict not in OPEN}
        if not decided or not {cell.rows for cell in cells} <= decided:
            return True
        return any(p.permissive and self._unmet(p) for p in self.policies(name, command, actor))

    def _untried_commands(self, name: str) -> tuple[Command, ...]:
        """The commands that somebody holds the privilege for: those without a cell were not tried."""
        relation = self.deciding.relation(name)
        if relation is None or relation.kind == "materialized view":
            return ()
        possible = {"insert": relation.insertable, "update": relation.updatable, "delete": relation.updatable}
        commands = [verb for verb in VERBS if relation.kind != "view" or possible.get(verb, True)]
        return tuple(verb for verb in commands if any(self._holds(name, verb, actor) for actor in self.actors))

    def _holds(self, name: str, command: Command, actor: Actor) -> bool:
        relation = self.deciding.relation(name)
        roles = self.deciding.roles(actor.role)
        return relation is not None and any((str(relation.name), command, role) in self._granted for role in roles)

    @cached_property
    def _granted(self) -> set[tuple[str, str, str]]:
        kinds = ("table", "column")
        return {(g.object, g.privilege.lower(), g.grantee) for g in self.catalog.grants if g.kind in kinds}

    def _unmet(self, policy: Policy) -> bool:
        """Whether a part of its condition was never true, though it may be for a client."""
        return any(f", {policy.name}," in f", {names}," for names in self._unmet_policies[subject_of(policy.table)])

    @cached_property
    def _unmet_policies(self) -> defaultdict[str, list[str]]:
        """By table, the names of policies of which some part was never true."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for each in self.matrix.coverage:
            if any(not part.true and "'service_role'" not in part.text for part in each.parts):
                names, _, table = each.condition.partition(" ")[2].rpartition(" on ")
                found[table].append(names)
        return found

    def request(self, cell: Cell) -> str:
        """The telling request as SQL for psql, with the rows that it needs where something was wrong."""
        if cell.evidence or not cell.request:
            return cell.evidence or ""
        caller = self.callers.get(cell.caller)
        return transcript(caller.caller if caller else None, cell.request)

    def right(self, name: str, command: str, actor: Actor) -> str | None:
        """What the specification says in a square, None where it says nothing."""
        if command == "execute":
            wanted = _plain(name)
            named = [f for f in self.access.functions if _plain(f.signature or f.name) == wanted]
            return "yes" if any(set(function.actors) & set(actor.lineage) for function in named) else None
        rights = [_rule(rule) for rule in self.rules(name, command, actor)]
        if command == "select" and name in self._public_buckets:
            rights.append("by name")  # of the object, past all policies
        return " · ".join(rights) or None

    @cached_property
    def _public_buckets(self) -> set[str]:
        return {f"storage.{bucket.id}" for bucket in self.catalog.buckets if bucket.public}

    def rules(self, name: str, command: str, actor: Actor) -> tuple[AccessRule, ...]:
        found = self._specified.get(name)
        verb = next((verb for verb in VERBS if verb == command), None)
        return found.rules_for(actor, verb) if found and verb else ()

    def inherited(self, name: str, command: str, actor: Actor) -> str | None:
        """The actor whose right this one has by being that one, too."""
        right = self.right(name, command, actor)
        above = (self.access.actor(known) for known in actor.lineage[1:])
        return next((one.name for one in above if right and self.right(name, command, one) == right), None)

    @cached_property
    def _specified(self) -> dict[str, ObjectAccess]:
        return {found.subject(): found for found in self.access.objects}

    def row_classes(self, name: str) -> dict[str, str]:
        """The names of an object's rows, and the predicates that tell them."""
        found = self._specified.get(name)
        return {one.name: one.predicate for one in found.classes} if found else {}

    @property
    def summary(self) -> str:
        matrix = self.matrix
        wrong = [f"{matrix.count(verdict)} {verdict}" for verdict in WRONG if matrix.count(verdict)]
        undecided = matrix.count("vacuous") + matrix.count("undecided")
        if undecided:
            wrong.append(f"{undecided} undecided")
        if self.specified:
            as_wanted = "every right is" if self.requests else "as far as the catalog tells, rights are"
            verdict = f"{as_wanted} as specified" if matrix.passed else "NOT as specified"
        else:
            warned = any(finding.severity == "warning" for finding in matrix.findings)
            looks = "nothing looks wrong" if not warned else "nothing is surely wrong, see the warnings"
            verdict = f"no specification, {looks if matrix.passed else 'something is nearly surely wrong'}"
        where = f" on {self.server}" if self.server else ""
        counted = f"{len(matrix.cells)} cells, {matrix.probes} tries in {self.seconds:.1f} s{where}"
        return f"{verdict}: {counted}{self._conditions}{': ' + ', '.join(wrong) if wrong else ''}"

    @property
    def _conditions(self) -> str:
        parts = self.matrix.parts
        shown = sum(part.shown for part in parts)
        return f"; {shown} of {len(parts)} conditions were true, false and decisive" if parts else ""


def is_wrong(cells: Iterable[Cell]) -> bool:
    return any(cell.verdict in WRONG for cell in cells)


def reach(cell: Cell) -> str:
    """The rows and columns of a cell: `own → other (owner_id)`."""
    columns = f" ({', '.join(cell.columns)})" if cell.columns else ""
    return f"{cell.rows}{f' → {cell.after}' if cell.after else ''}{columns}"


def _plain(signature: str) -> str:
    return signature.replace(" ", "").replace("public.", "")


def _rule(rule: AccessRule) -> str:
    """The rows of a rule, and how many columns it names: `own → own (9 columns)`."""
    before, after = _rows(rule.before), _rows(rule.after) if rule.after is not None else ""
    rows = (
        f"{before} → {after}"
        if rule.verb == "update" and after != before
        else after
        if rule.verb == "insert"
        else before
    )
    if not rule.exact:
        rows = "some" if rows == "all" else f"at most {rows}"
    named = rule.columns.named if rule.columns else ()
    return f"{rows}{f' ({len(named)} columns)' if len(named) > 1 else f' ({named[0]})' if named else ''}"


def _rows(rows: Rows, inside: bool = False) -> str:
    """Row classes as the specification writes them."""
    match rows:
        case EveryRow():
            return "all"
        case InClass(name):
            return name
        case Negated(inner):
            return f"not {_rows(inner, inside=True)}"
        case AllOf(parts):
            text = " and ".join(_rows(part, inside=True) for part in parts)
        case AnyOf(parts):
            text = " or ".join(_rows(part, inside=True) for part in parts)
    return f"({text})" if inside else text
