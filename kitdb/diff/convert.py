"""Values of types that are made anew: how each of them becomes one of the new type, attribute by attribute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kitdb.catalog.model import Catalog, Column, Type, TypeRef
from kitdb.diff.render import aside, dollar_quoted, q
from kitdb.names import QualifiedName


@dataclass
class Conversions:
    """Expressions over values of the types in `anew`, which have stepped aside under another name.

    `functions` are those that the expressions call, each with its CREATE: an array has to be taken apart.
    """

    old: Catalog
    new: Catalog
    anew: frozenset[QualifiedName]
    functions: dict[str, str] = field(default_factory=dict)

    def value(self, value: str, before: TypeRef, after: TypeRef) -> str:
        if before.name == after.name and before.array == after.array and after.name in self.anew:
            return self._of_type_made_anew(value, before, after)
        if after.name in self.anew:
            return f"{value}::text{_brackets(after)}::{after.text}"
        return value if before == after else f"{value}::{after.text}"

    def _of_type_made_anew(self, value: str, before: TypeRef, after: TypeRef) -> str:
        one, two = self.old.type_by_name[before.name], self.new.type_by_name[after.name]
        if not has_attributes(self.new, two):
            through = "text"
            if one.base is not None and one.base.name.schema == "pg_catalog":
                through = one.base.text
            return f"{value}::{through}{_brackets(after)}::{after.text}"
        if after.array:
            return f"{self._function(before, after)}({value})"
        if one.base is not None and two.base is not None:
            inner = f"{value}::{self._now_called(one.base)}"
            return f"{self.value(f'({inner})', one.base, two.base)}::{two.name}"
        return self._row(value, one, two)

    def _row(self, value: str, before: Type, after: Type) -> str:
        was = {attribute.name: attribute for attribute in before.attributes}
        values = [
            self.value(f"({value}).{q(a.name)}", was[a.name].type, a.type) if a.name in was else "null"
            for a in after.attributes
        ]
        return f"case when {value} is not distinct from null then null else row({', '.join(values)})::{after.name} end"

    def _now_called(self, type_: TypeRef) -> str:
        return f"{aside(type_.name)}{_brackets(type_)}" if type_.name in self.anew else type_.text

    def _function(self, before: TypeRef, after: TypeRef) -> str:
        """The name of the function that makes an array of the new type of one of the old, bounds and nulls kept."""
        name = f"pg_temp.{q(after.name.name)}"
        signature = f"{name}({self._now_called(before)})"
        if signature not in self.functions:
            made = self.value("given[i]", element(before), element(after))
            body = f"""
declare
  made {after.text} := case when given is not null then '{{}}'::{after.text} end;
begin
  if array_ndims(given) > 1 then
    raise exception 'an array of {after.name} has several dimensions' using errcode = 'array_subscript_error';
  end if;
  for i in coalesce(array_lower(given, 1), 1) .. coalesce(array_upper(given, 1), 0) loop
    made[i] := {made};
  end loop;
  return made;
end
"""
            self.functions[signature] = (
                f"create function {name}(given {self._now_called(before)}) returns {after.text} "
                f"language plpgsql as {dollar_quoted(body)}"
            )
        return name


def _brackets(type_: TypeRef) -> str:
    return "[]" if type_.array else ""


def element(type_: TypeRef) -> TypeRef:
    """The type of an array's elements."""
    return TypeRef(type_.text.removesuffix("[]"), type_.name, modifier=type_.modifier)


def has_attributes(catalog: Catalog, type_: Type) -> bool:
    """Whether its values have parts: a composite type's, or a domain's over one."""
    base = catalog.type_by_name.get(type_.base.name) if type_.base else None
    return type_.kind == "composite" or (base is not None and has_attributes(catalog, base))


def within(catalog: Catalog, name: QualifiedName) -> Iterator[Type]:
    """The type itself, and those of its own schema's making that its values are made of."""
    type_ = catalog.type_by_name.get(name)
    if type_ is not None:
        yield type_
        for part in (*([type_.base] if type_.base else ()), *(attribute.type for attribute in type_.attributes)):
            yield from within(catalog, part.name)


def attributes_lost(before: Type, after: Type) -> list[Column]:
    return [a for a in before.attributes if all(a.name != b.name for b in after.attributes)]


def attributes_retyped(before: Type, after: Type) -> list[Column]:
    was = {attribute.name: attribute.type for attribute in before.attributes}
    return [a for a in after.attributes if a.name in was and was[a.name] != a.type]
