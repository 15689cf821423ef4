"""Names of models, and of their fields in Python, for what a database names as it likes."""

from __future__ import annotations

import hashlib
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kitdb.modelgen.python_fields import choices
from kitdb.modelgen.spec import FunctionSpec, ModelSpec
from kitdb.names import QualifiedName

# Attributes of pydantic's BaseModel and of the base classes in runtime.py: a field of that name would hide one.
TAKEN = frozenset(
    """
    construct copy dict from_json from_orm json list_from_json model_computed_fields model_config model_construct
    model_copy model_dump model_dump_json model_extra model_fields model_fields_set model_json_schema
    model_parametrized_name model_post_init model_rebuild model_validate model_validate_json model_validate_strings
    parse_file parse_obj parse_raw schema schema_json update_forward_refs validate constraints parameters payload
    """.split()
)
# What annotations are written with: in a class body, a field of that name would stand for itself.
ANNOTATIONS = frozenset("Annotated ClassVar Field Literal TypeAlias bool dict float int list pg str".split())
# What cannot be imported, and what Windows has no files of.
_NO_MODULE = frozenset((*keyword.kwlist, *"con prn aux nul com1 com2 com3 com4 lpt1 lpt2 lpt3 lpt4".split()))
PYTHON = frozenset((*ANNOTATIONS, *keyword.kwlist))
_LONGEST = 60

Key = tuple[str, ...]


class Names:
    """Names of classes and aliases, one for each key. None depends on the order of the others."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._chosen: dict[Key, str] = {}

    def choose(self, wanted: Mapping[Key, tuple[QualifiedName, str]]) -> None:
        """A name for each key out of a name of the database and a suffix.

        Earlier calls go first; of two that want the same in one call, the one that is plainly called so has it.
        """
        for key in sorted(wanted, key=lambda key: (not _is_ordinary(wanted[key][0].name), key)):
            name, suffix = wanted[key]
            chosen = class_name(name) + suffix
            if chosen in self._taken:
                chosen = f"{chosen}_{_hash('.'.join(key))}"
            self._taken.add(chosen)
            self._chosen[key] = chosen

    def __getitem__(self, key: Key) -> str:
        return self._chosen[key]

    def get(self, key: Key) -> str | None:
        return self._chosen.get(key)

    @property
    def all(self) -> frozenset[str]:
        return frozenset(self._chosen.values())


def model_names(spec: ModelSpec, taken: Iterable[str] = PYTHON) -> Names:
    """The class for each relation and role ("Row", schema, name), the alias for each type, and so on."""
    names = Names(taken)
    for suffix in ("Row", "Insert", "Update"):
        names.choose({(suffix, *key(relation.name)): (relation.name, suffix) for relation in spec.relations})
    names.choose({("enum", *key(enum.name)): (enum.name, "") for enum in spec.enums})
    names.choose({("domain", *key(domain.name)): (domain.name, "") for domain in spec.domains})
    names.choose({("composite", *key(c.name)): (c.name, "Record" if c.of_relation else "") for c in spec.composites})
    for suffix in ("Arguments", "Result"):
        names.choose({(suffix, f.signature): (_function_name(f), suffix) for f in spec.functions})
    names.choose(
        {
            ("choice", *key(relation.name), column): (_column_name(relation.name, column), "")
            for relation in spec.relations
            for column in choices(relation)
        }
    )
    return names


def key(name: QualifiedName) -> tuple[str, str]:
    return name.schema, name.name


def _function_name(function: FunctionSpec) -> QualifiedName:
    if not function.overloaded:
        return function.name
    types = "_".join(re.findall(r"\w+", function.signature.partition("(")[2]))
    return QualifiedName(function.name.schema, f"{function.name.name}_{types}" if types else function.name.name)


def _column_name(relation: QualifiedName, column: str) -> QualifiedName:
    return QualifiedName(relation.schema, f"{relation.name}_{column}")


@lru_cache(maxsize=100_000)
def class_name(name: QualifiedName) -> str:
    """`kit_projects` is KitProjects; what is in another schema than public has that in front."""
    text = name.name if name.schema == "public" else f"{name.schema}_{name.name}"
    camel = "".join(part[:1].upper() + part[1:] for part in _identifier(text).split("_"))
    if len(camel) > _LONGEST:
        camel = camel[: _LONGEST - 4] + _hash(text)
    return camel if camel.isidentifier() else f"X{camel}"


def module_names(relations: Iterable[QualifiedName]) -> dict[QualifiedName, str]:
    """The module for each relation; no two differ only in case, which some file systems do not see."""
    found: dict[QualifiedName, str] = {}
    taken = set(_NO_MODULE)
    for relation in sorted(relations, key=lambda relation: (relation.schema != "public", relation)):
        text = relation.name if relation.schema == "public" else f"{relation.schema}_{relation.name}"
        name = re.sub(r"[^a-z0-9_]", "_", text.lower()).strip("_")[:_LONGEST] or "x"
        if name != text or name in taken or not name.isidentifier():
            name = f"{name if name.isidentifier() else f'x{name}'}_{_hash('.'.join(key(relation)))}"
        taken.add(name)
        found[relation] = name
    return found


def field_names(columns: Sequence[str], types: frozenset[str]) -> dict[str, str]:
    """The attribute for each column: its own name where that is possible, and one made from it where not."""
    plain = {column for column in columns if column not in types and _is_plain(column)}
    wanted = {column: column if column in plain else _mangled(column, types) for column in columns}
    if len(plain) == len(wanted):
        return wanted
    times = Counter(wanted.values())
    return {
        column: name if column in plain or times[name] == 1 else f"{name}_{_hash(column)}"
        for column, name in wanted.items()
    }


@lru_cache(maxsize=10_000)
def _is_plain(name: str) -> bool:
    return (
        name.isidentifier()
        and unicodedata.normalize("NFKC", name) == name
        and not name.startswith("_")
        and not keyword.iskeyword(name)
        and name not in TAKEN
        and name not in ANNOTATIONS
    )


def _mangled(column: str, types: frozenset[str]) -> str:
    name = _identifier(column).lstrip("_")
    if not name.isidentifier():
        name = f"field_{name}"
    return name if name not in types and _is_plain(name) else f"{name}_"


def _identifier(text: str) -> str:
    """The text as the compiler reads it (NFKC), with what an identifier cannot have replaced."""
    if text.isascii():
        return re.sub(r"\W", "_", text, flags=re.ASCII)
    return "".join(c if f"a{c}".isidentifier() else "_" for c in unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=100_000)
def _is_ordinary(name: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*", name) is not None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:4]
