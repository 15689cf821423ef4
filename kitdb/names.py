"""Names of database objects, and how they are written in SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")

# Reserved, or reserved as a function or type name: these need quotes as an identifier.
# https://www.postgresql.org/docs/18/sql-keywords-appendix.html
RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
    column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
    from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like
    limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric system_user table tablesample then to
    trailing true union unique user using variadic verbose when where window with
    """.split()
)

# Not reserved, but quote_ident() quotes every keyword that is not "unreserved": these are the column-name keywords.
COLUMN_NAME_KEYWORDS = frozenset(
    """
    between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping inout int
    integer interval json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
    json_serialize json_table json_value least merge_action national nchar none normalize nullif numeric out overlay
    position precision real row setof smallint substring time timestamp treat trim values varchar xmlattributes
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """.split()
)


@lru_cache(maxsize=65536)  # a catalog names each of its tables hundreds of times
def quote_identifier(name: str) -> str:
    """The identifier as `quote_ident` writes it: bare where that is safe, quoted otherwise."""
    if _PLAIN.match(name) and name not in RESERVED and name not in COLUMN_NAME_KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """The text as an SQL string literal, safe whatever `standard_conforming_strings` says."""
    quoted = "'" + text.replace("'", "''") + "'"
    return " E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


@dataclass(frozen=True, slots=True, order=True)
class QualifiedName:
    """A schema and a name in it, both as the catalog has them (unquoted)."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"
