"""Who may do what with tables and functions, after the GRANTs and REVOKEs so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kitdb.names import QualifiedName
from kitdb.sql import operations as op

CLIENTS = ("anon", "authenticated", "public")
_API = ("anon", "authenticated", "service_role")

_ALL = {
    "table": frozenset("select insert update delete truncate references trigger".split()),
    "function": frozenset(("execute",)),
}
_WRITES_ROWS_OR_READS = frozenset("select insert update delete".split())

# kind, name → role → privileges
Held = dict[str, frozenset[str]]


@dataclass
class Privileges:
    """`default` are those of new objects in `public`: what Supabase grants there by itself, unless it is empty."""

    automatic: bool = True
    tables: dict[str, Held] = field(default_factory=dict)
    functions: dict[str, Held] = field(default_factory=dict)
    defaults: dict[tuple[str, str | None], Held] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.automatic:
            self.defaults["table", "public"] = dict.fromkeys(_API, _ALL["table"])
            self.defaults["function", "public"] = dict.fromkeys(_API, _ALL["function"])
            self.defaults["function", None] = {"public": _ALL["function"]}

    def create_table(self, name: QualifiedName) -> None:
        self.tables.setdefault(str(name), self._default("table", name.schema))

    def create_function(self, signature: str, schema: str) -> None:
        self.functions.setdefault(signature, self._default("function", schema))

    def _default(self, kind: str, schema: str) -> Held:
        held = dict(self.defaults.get((kind, None), {}))
        for role, privileges in self.defaults.get((kind, schema), {}).items():
            held[role] = held.get(role, frozenset()) | privileges
        return held

    def forget(self, name: str) -> None:
        self.tables.pop(name, None)
        self.functions.pop(name, None)

    def rename(self, name: str, to: str) -> None:
        if name in self.tables:
            self.tables[to] = self.tables.pop(name)

    def readers(self, name: QualifiedName) -> tuple[str, ...]:
        """The roles of clients that may read or write rows of a relation; all of them if nothing is known of it."""
        held = self.tables.get(str(name))
        if held is None:
            return CLIENTS
        return tuple(role for role in CLIENTS if held.get(role, frozenset()) & _WRITES_ROWS_OR_READS)

    def callers(self, signature: str) -> tuple[str, ...]:
        """The roles of clients that may call a function."""
        held = self.functions.get(signature, {"public": _ALL["function"]})
        return tuple(role for role in CLIENTS if held.get(role))

    def apply(self, operation: op.Grant | op.Revoke) -> None:
        for held, kind in self._targets(operation):
            changed = _privileges(operation, kind)
            for grantee in operation.grantees:
                before = held.get(grantee, frozenset())
                held[grantee] = before | changed if isinstance(operation, op.Grant) else before - changed

    def _targets(self, operation: op.Grant | op.Revoke) -> Iterable[tuple[Held, str]]:
        match operation.kind:
            case "table":
                # A privilege on columns is one on rows.
                return [(self.tables.setdefault(name, {}), "table") for name in operation.objects]
            case "function" | "procedure" | "routine":
                names = [name for wanted in operation.objects for name in self._named(wanted)]
                return [(self.functions[name], "function") for name in names]
            case "all tables in schema":
                return [(held, "table") for name, held in self.tables.items() if _schema(name) in operation.objects]
            case "all functions in schema" | "all routines in schema" | "all procedures in schema":
                return [
                    (held, "function") for name, held in self.functions.items() if _schema(name) in operation.objects
                ]
            case _:
                return []

    def _named(self, wanted: str) -> list[str]:
        if "(" not in wanted:
            return [name for name in self.functions if name.partition("(")[0] == wanted]
        if wanted not in self.functions:
            self.functions[wanted] = {"public": _ALL["function"]}
        return [wanted]

    def apply_default(self, operation: op.AlterDefaultPrivileges) -> None:
        action = operation.action
        kind = {"table": "table", "function": "function", "routine": "function"}.get(action.kind)
        if kind is None:
            return
        changed = _privileges(action, kind)
        for schema in operation.schemas or (None,):
            held = self.defaults.setdefault((kind, schema), {})
            for grantee in action.grantees:
                before = held.get(grantee, frozenset())
                # What is granted in every schema cannot be taken back in one.
                held[grantee] = before | changed if isinstance(action, op.Grant) else before - changed


def _schema(name: str) -> str:
    return name.partition(".")[0].strip('"')


def _privileges(operation: op.Grant | op.Revoke, kind: str) -> frozenset[str]:
    names = {privilege.name for privilege in operation.privileges}
    if isinstance(operation, op.Revoke):
        names = {privilege.name for privilege in operation.privileges if not privilege.columns}
    return _ALL[kind] if "all" in names else frozenset(names)
