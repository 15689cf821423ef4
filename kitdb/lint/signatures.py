"""Functions, told apart however their argument types are spelled."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from kitdb.sql import operations as op
from kitdb.sql.operations import Operation

_NAME = r'(?:"(?:[^"]|"")*"|[^\W\d][\w$]*)'
_SCHEMA = re.compile(rf"(SETOF )?{_NAME}\.(?={_NAME})")
_MODIFIERS = re.compile(r'("(?:[^"]|"")*")|\s*\([^()"]*\)')
_ARGUMENT = re.compile(r'(?:"(?:[^"]|"")*"|\([^()"]*\)|[^,"()])+')
_SIGNATURE = re.compile(r'(?P<name>(?:"(?:[^"]|"")*"|[^"(])+)\((?P<types>.*)\)', re.DOTALL)
_KINDS = ("function", "procedure", "routine")


def with_bare_types(operation: Operation) -> Operation:
    """The operation with the types of arguments as `bare_type` has them."""
    if not isinstance(operation, _WITH_TYPES):
        return operation
    match operation:
        case op.CreateFunction(types=types) if types:
            return replace(operation, types=tuple(map(bare_type, types)))
        case op.AlterFunction(types=tuple(types)) | op.DropFunction(types=tuple(types)) if types:
            return replace(operation, types=tuple(map(bare_type, types)))
        case op.Grant(kind=kind) | op.Revoke(kind=kind) if kind in _KINDS:
            return replace(operation, objects=tuple(map(bare_signature, operation.objects)))
        case _:
            return operation


_WITH_TYPES = (op.CreateFunction, op.AlterFunction, op.DropFunction, op.Grant, op.Revoke)


def bare_signature(signature: str) -> str:
    """`public.f(uuid, public.role)` as `public.f(uuid, role)`."""
    found = _SIGNATURE.fullmatch(signature)
    if not found:
        return signature
    types = (bare_type(part.strip()) for part in _ARGUMENT.findall(found["types"]))
    return f"{found['name']}({', '.join(types)})"


@lru_cache(maxsize=1024)
def bare_type(text: str) -> str:
    """A type without its schema, which need not be written, and without modifiers, which do not count in arguments."""
    if text.endswith("%TYPE"):
        return text
    return _SCHEMA.sub(r"\1", _MODIFIERS.sub(r"\1", text), count=1)
