"""Where policies, tables, functions, grants and buckets are written: the statement that made each what it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from kitdb.errors import KitdbError, Place
from kitdb.names import QualifiedName, quote_literal
from kitdb.sql import operations as op
from kitdb.sql.read import read
from kitdb.sql.split import Statement, Unterminated, split

# Only these statements are parsed: the rest of a long history costs no time.
_OF_INTEREST = re.compile(
    r"\A\s*(?:(?:create|alter|drop)\b.{0,80}?\b(?:policy|table|view|function|procedure)|grant)\b",
    re.IGNORECASE | re.DOTALL,
)
_OF_BUCKETS = re.compile(r"\A\s*(?:insert|update|with|do)\b.*\bstorage\W{1,3}buckets\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """The place of the last statement that made or changed a policy, and of the one that made a relation or function.

    What a DO block makes has none: which text it runs is known only when it does. `buckets` are the statements that
    write them, as text.
    """

    policies: dict[tuple[QualifiedName, str], Place] = field(default_factory=dict)
    relations: dict[QualifiedName, Place] = field(default_factory=dict)
    functions: dict[QualifiedName, Place] = field(default_factory=dict)
    grants: list[tuple[op.Grant, Place]] = field(default_factory=list)
    buckets: list[tuple[str, Place]] = field(default_factory=list)

    def grant(
        self, name: QualifiedName, privilege: str, roles: Collection[str], column: str | None = None, called: str = ""
    ) -> Place | None:
        """The last statement that grants it to one of the roles; a column's privilege on that column.

        A function is `called` by its signature, which grants name it by.
        """
        kind = "functions" if called else "tables"
        named = _plain(called or str(name))
        for grant, place in reversed(self.grants):
            if not set(grant.grantees) & set(roles) or not _gives(grant, privilege, column):
                continue
            every = grant.kind in (f"all {kind} in schema", "all routines in schema" if called else "")
            if (every and name.schema in grant.objects) or named in map(_plain, grant.objects):
                return place
        return None

    def bucket(self, bucket: str) -> Place | None:
        """The last statement that writes the bucket: one that names it, else one that may mean it."""
        named = [place for text, place in self.buckets if quote_literal(bucket).strip() in text]
        places = named or [place for _, place in self.buckets]
        return places[-1] if places else None

    def take(self, operation: op.Operation, place: Place) -> None:
        match operation:
            case op.CreatePolicy(name=name, table=table) | op.AlterPolicy(name=name, table=table):
                self.policies[table, name] = place
            case op.DropPolicy(name=name, table=table):
                self.policies.pop((table, name), None)
            case op.CreateTable(table=made, if_not_exists=True):
                self.relations.setdefault(made, place)
            case op.CreateTable(table=made) | op.CreateView(view=made):
                self.relations[made] = place
            case op.CreateFunction(function=made):
                self.functions[made] = place
            case op.Grant():
                self.grants.append((operation, place))
            case op.Rename(kind="policy", object=table_name, to=to, part=str() as name):
                for key in [key for key in self.policies if key[1] == name and str(key[0]) == table_name]:
                    self.policies[key[0], to] = self.policies.pop(key)
            case op.Rename(object=text, to=to, part=None):
                self._move(text, name=to)
            case op.SetSchema(object=text, schema=schema):
                self._move(text, schema=schema)

    def _move(self, text: str, *, schema: str | None = None, name: str | None = None) -> None:
        """A table or view is called otherwise from now on, and its policies are on that."""
        for known in [known for known in self.relations if str(known) == text]:
            moved = QualifiedName(schema or known.schema, name or known.name)
            self.relations[moved] = self.relations.pop(known)
            for table, policy in [key for key in self.policies if key[0] == known]:
                self.policies[moved, policy] = self.policies.pop((table, policy))


def written(files: Iterable[tuple[str, str]]) -> Written:
    """What the files, given as path and text, oldest first, have written where; what is no SQL is passed over."""
    found = Written()
    for path, text in files:
        for statement in _statements(text, path):
            place = Place(path, statement.line, statement.column)
            if _OF_BUCKETS.match(statement.text):
                found.buckets.append((statement.text, place))
                continue
            try:
                operations = read(statement, path)
            except KitdbError:
                continue  # whoever runs the file says what is wrong with it
            for operation in operations:
                found.take(operation, place)
    return found


def _statements(text: str, path: str) -> list[Statement]:
    try:
        every = split(text, path)
    except Unterminated as error:
        every = error.statements
    return [one for one in every if _OF_INTEREST.match(one.text) or _OF_BUCKETS.match(one.text)]


def _gives(grant: op.Grant, privilege: str, column: str | None) -> bool:
    return any(
        given.name in (privilege, "all") and (column in given.columns if column else not given.columns)
        for given in grant.privileges
    )


def _plain(signature: str) -> str:
    """A function's name and types without what may be written or not."""
    return signature.replace(", ", ",").replace("pg_catalog.", "")
