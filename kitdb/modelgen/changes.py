"""What changes for those who use generated models: old text against new, in words (pure).

Both are read from the files, which kitdb laid out itself: no second file has to be kept in step with the first.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kitdb.modelgen.python_fields import TAKES_NULL
from kitdb.modelgen.python_names import class_name
from kitdb.names import QualifiedName


@dataclass(frozen=True, slots=True)
class Member:
    """A column in one of its roles; `limits` is what more than its type it is held to."""

    type: str
    nullable: bool
    optional: bool = False
    limits: str = ""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Columns by relation and role ("Row", "Insert", "Update"), and other types and functions by name.

    `rules` are the checks of a relation that no column holds by itself.
    """

    models: dict[str, dict[str, dict[str, Member]]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)


def describe_changes(
    old: Mapping[str, str], new: Mapping[str, str], relations: Iterable[QualifiedName]
) -> tuple[str, ...]:
    """One sentence for each change that somebody can notice; files that are no models have none."""
    names = {class_name(name): _display(name.schema, name.name) for name in relations}
    before, after = _read_all(old, names), _read_all(new, names)
    return tuple(_changes(before, after))


def _display(schema: str, name: str) -> str:
    return name if schema == "public" else f"{schema}.{name}"


def _read_all(files: Mapping[str, str], names: Mapping[str, str]) -> Shapes:
    shapes = Shapes()
    for name, text in sorted(files.items()):
        found = _read(name, text)
        for label, roles in found.models.items():
            shapes.models[names.get(label, label)] = roles
            shapes.rules[names.get(label, label)] = found.rules.get(label, "")
        shapes.types.update(found.types)
        shapes.functions.update(found.functions)
    return shapes


# The first two had all tables and all views once.
_PYTHON = re.compile(r"(tables|views|types|functions)\.py|(tables|views)/(?!__init__)[^/]+\.py")


def _read(name: str, text: str) -> Shapes:
    if name.endswith(".py"):
        return _python(text) if _PYTHON.fullmatch(name) else Shapes()
    return _typescript(text) if "\nexport type Database = " in text else _zod(text)


# What changed


def _changes(old: Shapes, new: Shapes) -> Iterator[str]:
    for name in sorted(old.models.keys() | new.models.keys()):
        if name not in new.models:
            yield f"{name} is gone: breaks readers and writers"
        elif name not in old.models:
            yield f"{name} is new"
        else:
            yield from _of_relation(name, old.models[name], new.models[name])
            if old.rules[name] != new.rules[name]:
                yield f"{name} accepts other rows: may break writers"
    yield from _of_texts("type", old.types, new.types)
    yield from _of_texts("function", old.functions, new.functions)


def _of_texts(kind: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"{kind} {name} is gone: breaks its users"
        elif name not in old:
            yield f"{kind} {name} is new"
        elif old[name] != new[name]:
            yield f"{kind} {name} was {old[name]} and is {new[name]}: may break its users"


_Roles = Mapping[str, Mapping[str, Member]]


def _of_relation(relation: str, old: _Roles, new: _Roles) -> Iterator[str]:
    for role, what in (("Insert", "inserted into"), ("Update", "updated")):
        if role in old and role not in new:
            yield f"{relation} can no longer be {what}: breaks writers"
        elif role in new and role not in old:
            yield f"{relation} can be {what} now"
    columns = dict.fromkeys(column for roles in (old, new) for members in roles.values() for column in members)
    for column in columns:
        yield from _of_column(f"{relation}.{column}", _roles(old, column), _roles(new, column))


def _roles(roles: _Roles, column: str) -> dict[str, Member]:
    return {role: members[column] for role, members in roles.items() if column in members}


def _of_column(name: str, old: dict[str, Member], new: dict[str, Member]) -> Iterator[str]:
    if not new:
        yield f"{name} is gone: breaks readers{' and writers' if 'Insert' in old else ''}"
    elif not old:
        required = "Insert" in new and not new["Insert"].optional
        yield f"{name} is new and required: breaks writers" if required else f"{name} is new"
    else:
        users = "readers and writers" if "Insert" in new or "Update" in new else "readers"
        yield from _as_read(name, old.get("Row"), new.get("Row"), users)
        yield from _as_written(name, old, new)


def _as_read(name: str, old: Member | None, new: Member | None, users: str) -> Iterator[str]:
    if old is None or new is None:
        return
    if old.type != new.type:
        yield f"{name} was {old.type} and is {new.type}: breaks {users}"
    if new.nullable and not old.nullable:
        yield f"{name} became nullable: breaks readers"
    if old.nullable and not new.nullable:
        yield f"{name} is never null any more"


def _as_written(name: str, old: dict[str, Member], new: dict[str, Member]) -> Iterator[str]:
    before, after = old.get("Insert"), new.get("Insert")
    if before and not after:
        yield f"{name} can no longer be written: breaks writers"
    if after and not before and "Insert" not in old and "Row" in old:
        yield f"{name} can be written now"
    if not before or not after:
        return
    if before.optional and not after.optional:
        yield f"{name} became required: breaks writers"
    if after.optional and not before.optional:
        yield f"{name} may be left out now"
    if before.nullable and not after.nullable:
        yield f"{name} takes no null any more: breaks writers"
    rows = old.get("Row"), new.get("Row")
    same_type = rows[0] is not None and rows[1] is not None and rows[0].type == rows[1].type
    if (before.limits, before.type) != (after.limits, after.type) and same_type:
        yield f"{name} accepts other values: may break writers"


# Python


def _python(text: str) -> Shapes:
    shapes = Shapes()
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return shapes
    for node in body:
        match node:
            case ast.ClassDef(name=name, bases=[ast.Attribute(attr=base)]):
                members = dict(filter(None, map(_python_member, node.body)))
                if base in ("Row", "Insert", "Update") and name.endswith(base):
                    shapes.models.setdefault(name.removesuffix(base), {})[base] = members
                    if base == "Insert":
                        shapes.rules[name.removesuffix(base)] = _python_rules(node)
                else:
                    said = "; ".join(f"{column}: {_text(member)}" for column, member in members.items())
                    (shapes.types if base == "Composite" else shapes.functions)[name] = said
            case ast.AnnAssign(
                target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias"), value=ast.expr() as value
            ):
                shapes.types[name] = ast.unparse(value)
    return shapes


def _python_rules(model: ast.ClassDef) -> str:
    values = (node.value for node in model.body if isinstance(node, ast.AnnAssign))
    return next((ast.unparse(value) for value in values if isinstance(value, ast.List)), "")


def _text(member: Member) -> str:
    return f"{member.type}{' | None' * member.nullable}{' (optional)' * member.optional}"


def _python_member(node: ast.stmt) -> tuple[str, Member] | None:
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
        return None
    annotation = ast.unparse(node.annotation)
    if annotation.startswith("ClassVar"):
        return None
    keywords = {}
    if isinstance(node.value, ast.Call):
        keywords = {word.arg: ast.unparse(word.value) for word in node.value.keywords if word.arg}
    column = ast.literal_eval(keywords.pop("alias")) if "alias" in keywords else node.target.id
    keywords.pop("description", None)
    constant = isinstance(node.value, ast.Constant)
    optional = constant or any(keywords.pop(key, None) is not None for key in ("default", "default_factory"))
    limits = ", ".join(f"{key}={value}" for key, value in sorted(keywords.items()))
    nullable = annotation.endswith(" | None") or annotation in TAKES_NULL
    return column, Member(annotation.removesuffix(" | None"), nullable, optional, limits)


# TypeScript: by the depth of its lines

_KEY = re.compile(r"""\[?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s:?"']+)\]?(\??):(.*)\Z""", re.DOTALL)


def _members(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """The members of a block, each with its mark and what stands under it."""
    depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    for start, line in enumerate(lines):
        found = _KEY.match(line[depth:]) if line[:depth].strip() == "" and line[depth : depth + 1].strip() else None
        if found:
            under = []
            for other in lines[start + 1 :]:
                if other.strip() and len(other) - len(other.lstrip()) <= depth and other[depth : depth + 1] != ")":
                    break
                under.append(other)
            yield _unquoted(found[1]), found[2] + found[3].strip(), under


def _unquoted(key: str) -> str:
    return str(ast.literal_eval(key)) if key[0] in "\"'" else key


def _joined(first: str, under: list[str]) -> str:
    return " ".join([first, *(line.strip() for line in under)]).strip().rstrip(",;")


def _typescript(text: str) -> Shapes:
    shapes = Shapes()
    start = text.index("\nexport type Database = ")
    lines = text[start + 1 : text.find("\n}\n", start)].splitlines()[1:]
    for schema, _, sections in _members(lines):
        for section, _, objects in _members(sections):
            for name, first, under in _members(objects):
                _typescript_object(shapes, section, _display(schema, name), first, under)
    return shapes


def _typescript_object(shapes: Shapes, section: str, name: str, first: str, under: list[str]) -> None:
    if section in ("Tables", "Views"):
        roles = {role: part for role, _, part in _members(under) if role in ("Row", "Insert", "Update")}
        shapes.models[name] = {
            role: {column: _typescript_member(text, more) for column, text, more in _members(part)}
            for role, part in roles.items()
        }
        for members in shapes.models[name].values():
            for column in [column for column, member in members.items() if member.type == "never"]:
                del members[column]
    elif section == "Functions":
        shapes.functions[name] = _joined(first, under)
    else:
        shapes.types[name] = _joined(first, under)


def _typescript_member(text: str, under: list[str]) -> Member:
    said = _joined(text.removeprefix("?").strip(), under)
    return Member(said.removesuffix(" | null"), said.endswith(" | null"), text.startswith("?"))


# Zod

_SCHEMA = re.compile(r"^export const (\w+) = (.*?)^export type ", re.DOTALL | re.MULTILINE)
_OBJECT = re.compile(r"^( *)[^\n]*\.(?:object|strictObject)\(\{\n(.*?)^\1\}\)", re.DOTALL | re.MULTILINE)
_STRING = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
# From here on, a schema's text is about more than its columns and its comment.
_RULES = re.compile(r"unchecked: .*|pg\.rowHolds.*")
_DESCRIBED = re.compile(rf"\s*\.describe\(\s*(?:{_STRING}),?\s*\)")
_BREAK = re.compile(rf"({_STRING})|,?\s+(?=[)\]}}.])|(?<=[(\[{{])\s+")


def _zod(text: str) -> Shapes:
    shapes = Shapes()
    for found in _SCHEMA.finditer(text):
        name, schema = found[1], found[2]
        role = next((role for role in ("Row", "Insert", "Update") if name.endswith(role)), None)
        members = _OBJECT.search(f"export const {name} = {schema}")
        if role and members:
            columns = {key: _zod_member(first, under) for key, first, under in _members(members[2].splitlines())}
            shapes.models.setdefault(name.removesuffix(role), {})[role] = columns
            if role == "Insert":
                around = f"export const {name} = {schema}".replace(members[0], "")
                shapes.rules[name.removesuffix(role)] = " ".join(_RULES.findall(_expression("", around.splitlines())))
        else:
            texts = shapes.functions if name.endswith(("Arguments", "Result")) else shapes.types
            texts[name] = _expression("", schema.splitlines())
    return shapes


def _expression(first: str, under: list[str]) -> str:
    """The lines in one, the same however they were broken; comments are not looked at."""
    return _BREAK.sub(lambda found: found[1] or "", _DESCRIBED.sub("", _joined(first, under)))


def _zod_member(first: str, under: list[str]) -> Member:
    said = _expression(first, under)
    optional, said = said.endswith(".optional()"), said.removesuffix(".optional()")
    return Member(said.removesuffix(".nullable()"), said.endswith(".nullable()"), optional)
