"""Where a view's columns come from, and which of them are never null, by its definition (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from kitdb.names import QualifiedName

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """`origin` is the relation's column that it shows unchanged.

    `plain` says that it is such a column of a NOT NULL one, `never_null` that it is never null for any reason known.
    """

    origin: tuple[QualifiedName, str] | None = None
    plain: bool = False
    never_null: bool = False


UNKNOWN = ViewColumn()


# The columns of a relation in their physical order, as far as it is known.
Relations = Callable[[QualifiedName], Sequence[tuple[str, ViewColumn]]]


def view_columns(definition: str, relations: Relations) -> dict[str, ViewColumn]:
    """As Postgres prints the definition; empty where it cannot be understood."""
    select = _select(definition)
    return dict(_Query(relations, {}).columns(select)) if select else {}


@lru_cache(maxsize=1_000)
def _select(definition: str) -> Node | None:
    # The parser takes as long to load as models of a thousand tables to make, and a schema without views needs none.
    from kitdb.sql.read import NoParser, expression_tree  # noqa: PLC0415

    try:
        tree = expression_tree(f"({definition.strip().removesuffix(';')})")
    except NoParser:
        return None
    match tree:
        case {"SubLink": {"subselect": {"SelectStmt": select}}}:
            found: Node = select
            return found
    return None


_Columns = list[tuple[str, ViewColumn]]
_Scope = list[tuple[str, _Columns]]


class _Query:
    """`ctes` are the queries of the WITH clauses around."""

    def __init__(self, relations: Relations, ctes: Mapping[str, _Columns]) -> None:
        self.relations = relations
        self.ctes = dict(ctes)

    def columns(self, select: Node) -> _Columns:
        self.read_with(select.get("withClause", {}))
        if select.get("op", "SETOP_NONE") != "SETOP_NONE":
            return self.of_both(select)
        if "valuesLists" in select:
            return []
        scope = [table for item in select.get("fromClause", []) for table in self.tables(item)]
        found = [self.target(target["ResTarget"], scope) for target in select.get("targetList", [])]
        if any("GroupingSet" in item for item in select.get("groupClause", [])):
            return [(name, ViewColumn(column.origin)) for name, column in found]
        return found

    def of_both(self, select: Node) -> _Columns:
        """A union's column is null where one of its sides is; the sides of EXCEPT only take away."""
        sides = [_Query(self.relations, self.ctes).columns(select[side]) for side in ("larg", "rarg")]
        if select["op"] == "SETOP_EXCEPT":
            sides = sides[:1]
        return [
            (row[0][0], ViewColumn(never_null=all(column.never_null for _, column in row)))
            for row in zip(*sides, strict=len({len(side) for side in sides}) == 1)
        ]

    def read_with(self, clause: Node) -> None:
        for item in clause.get("ctes", []):
            cte = item["CommonTableExpr"]
            name, query = cte["ctename"], cte["ctequery"].get("SelectStmt")
            itself = clause.get("recursive") and _reads(cte["ctequery"], name)
            columns = [] if itself or query is None else _Query(self.relations, self.ctes).columns(query)
            self.ctes[name] = _renamed(columns, cte.get("aliascolnames", []))

    def tables(self, item: Node) -> _Scope:
        """What an item of FROM brings into scope: names of tables with their columns."""
        match item:
            case {"JoinExpr": join}:
                return self.join(join)
            case {"RangeVar": table}:
                return [_aliased(table["relname"], self.table(table), table.get("alias", {}))]
            case {"RangeSubselect": {"subquery": {"SelectStmt": select}} as query}:
                columns = _Query(self.relations, self.ctes).columns(select)
                return [_aliased("", columns, query.get("alias", {}))]
            case _:
                return []

    def table(self, table: Node) -> _Columns:
        name = table["relname"]
        if "schemaname" not in table:  # the catalog's own are printed without their schema, too
            return self.ctes.get(name, [])
        return list(self.relations(QualifiedName(table["schemaname"], name)))

    def join(self, join: Node) -> _Scope:
        left, right = self.tables(join["larg"]), self.tables(join["rarg"])
        kind = join.get("jointype")
        if kind in ("JOIN_RIGHT", "JOIN_FULL"):
            left = _maybe_absent(left)
        if kind in ("JOIN_LEFT", "JOIN_FULL"):
            right = _maybe_absent(right)
        if "alias" in join:  # it hides the tables' own names; whose column is whose is then not plain
            return []
        return left + right

    def target(self, target: Node, scope: _Scope) -> tuple[str, ViewColumn]:
        value = target["val"]
        column = _column(value, scope)
        name = target.get("name") or _column_name(value)
        return name, column if column is not None else ViewColumn(never_null=_never_null(value, scope))


def _aliased(name: str, columns: _Columns, alias: Node) -> tuple[str, _Columns]:
    return alias.get("aliasname", name), _renamed(columns, alias.get("colnames", []))


def _renamed(columns: _Columns, names: Sequence[Node]) -> _Columns:
    new = [name["String"]["sval"] for name in names]
    return [(new[n] if n < len(new) else name, column) for n, (name, column) in enumerate(columns)]


def _maybe_absent(scope: _Scope) -> _Scope:
    """On the side of an outer join that may have no row."""
    return [
        (name, [(column, replace(found, plain=False, never_null=False)) for column, found in columns])
        for name, columns in scope
    ]


def _reads(node: Any, name: str) -> bool:
    match node:
        case {"RangeVar": table} if table["relname"] == name and "schemaname" not in table:
            return True
        case Mapping():
            return any(_reads(part, name) for part in node.values())
        case list():
            return any(_reads(part, name) for part in node)
    return False


def _fields(node: Node) -> list[str]:
    fields = node.get("ColumnRef", {}).get("fields", [])
    return [field["String"]["sval"] for field in fields if "String" in field]


def _column_name(node: Node) -> str:
    """What a target without a name is called: the column, or the function."""
    match node:
        case {"FuncCall": {"funcname": names}}:
            return str(names[-1]["String"]["sval"])
        case {"TypeCast": {"arg": argument}}:
            return _column_name(argument)
        case {"CoalesceExpr": _}:
            return "coalesce"
    return _fields(node)[-1] if _fields(node) else "?column?"


def _column(node: Node, scope: _Scope) -> ViewColumn | None:
    """The column that an expression is; None where it is another expression."""
    match _fields(node):
        case [name]:
            found = [column for _, columns in scope for other, column in columns if other == name]
        case [table, name]:
            found = [c for alias, columns in scope if alias == table for other, c in columns if other == name]
        case _:
            return None
    # Without a table it may be what USING made of several, which is null where all are.
    return found[0] if len(found) == 1 else UNKNOWN


def _never_null(node: Node, scope: _Scope) -> bool:
    column = _column(node, scope)
    if column is not None:
        return column.never_null
    match node:
        case {"A_Const": constant}:
            return not constant.get("isnull", False)
        case {"TypeCast": {"arg": {"A_Const": constant}}}:
            return not constant.get("isnull", False)
        case {"CoalesceExpr": {"args": arguments}}:
            return any(_never_null(argument, scope) for argument in arguments)
        case {"FuncCall": {"funcname": [{"String": {"sval": name}}]}}:
            return name in _COUNTS
        case {"SubLink": {"subLinkType": "EXISTS_SUBLINK"}} | {"NullTest": _}:
            return True
        case {"SQLValueFunction": {"op": operation}}:
            return bool(operation != "SVFOP_CURRENT_SCHEMA")
    return False


# Functions of pg_catalog are printed without their schema, and nobody else's are.
_COUNTS = frozenset({"count", "row_number", "rank", "dense_rank", "now", "gen_random_uuid"})
