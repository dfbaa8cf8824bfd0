"""The machine-readable Bot API: which fields each method and type takes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.botapi import builtin

REPO = Path(__file__).parents[2]
_CONSTANT = re.compile(r"(?:, must be|, always) [“\"]?([a-z_0-9]+)[”\"]?$")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the types that it takes; `constant` is its only value where it has one."""

    name: str
    types: tuple[str, ...]
    required: bool
    constant: str = ""


Fields = dict[str, Field]


@dataclass(frozen=True, slots=True)
class Schema:
    """Fields by method and by type; `subtypes` of the types that are only a choice of others."""

    methods: Mapping[str, Fields]
    types: Mapping[str, Fields]
    subtypes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came as a part of a multipart body."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where. A real server lets it pass unless `fatal`."""

    path: str
    what: str
    fatal: bool = True

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def load() -> Schema:
    """The shared JSON file if it is there, else the small table that ships with the tests."""
    default = REPO.parent / "shared" / "telegram-bot-api.json"
    return load_from(Path(os.environ.get("TUBENOTES_BOT_API_JSON") or default))


@cache
def load_from(path: Path) -> Schema:
    """The schema of this file; the built-in one where there is no such file."""
    if not path.is_file():
        return from_table()
    return _from_json(json.loads(path.read_text("utf-8")))


@cache
def from_table() -> Schema:
    """The small built-in table."""
    methods = {name: _table_fields(line) for name, line in builtin.METHODS.items()}
    types = {name: _table_fields(line) for name, line in builtin.TYPES.items()}
    return Schema(methods, types, builtin.SUBTYPES)


def _table_fields(line: str) -> Fields:
    fields: Fields = {}
    for word in line.split():
        name, _, types = word.partition(":")
        kinds, _, constant = types.replace("[]", "Array of ").partition("=")
        alternatives = tuple(kinds.split("|"))
        plain = name.rstrip("!")
        fields[plain] = Field(plain, alternatives, name.endswith("!"), constant)
    return fields


def _from_json(document: dict[str, Any]) -> Schema:
    types = document["types"]
    return Schema(
        {name: _json_fields(item) for name, item in document["methods"].items()},
        {name: _json_fields(item) for name, item in types.items() if "subtypes" not in item},
        {name: tuple(item["subtypes"]) for name, item in types.items() if "subtypes" in item},
    )


def _json_fields(item: dict[str, Any]) -> Fields:
    fields: Fields = {}
    for one in item.get("fields", []):
        found = _CONSTANT.search(one["description"])
        constant = found[1] if found and one["types"] == ["String"] else ""
        fields[one["name"]] = Field(one["name"], tuple(one["types"]), one["required"], constant)
    return fields


def check_call(
    schema: Schema, fields: Fields, raw: Mapping[str, object]
) -> tuple[dict[str, Any], list[Problem]]:
    """A call's parameters, decoded from a form or JSON body, and all that is wrong with them."""
    params: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in raw.items():
        if name not in fields:
            if not isinstance(value, Upload):  # an attach://name part
                problems.append(Problem(name, "unknown field", fatal=False))
            continue
        try:
            params[name] = _decoded(value, fields[name].types)
        except ValueError:
            problems.append(Problem(name, f"not valid JSON: {value!r:.80}"))
    return params, problems + _object_problems(schema, params, fields, "", unknown=False)


def _decoded(value: object, types: tuple[str, ...]) -> object:
    """What a form's text stands for; anything else as it is."""
    if not isinstance(value, str):
        return value
    if "Integer" in types and re.fullmatch(r"-?\d+", value):
        return int(value)
    if "String" in types or "InputFile" in types:
        return value
    if types == ("Boolean",):
        return {"true": True, "false": False}.get(value.lower(), value)
    if types in (("Integer",), ("Float",)):
        return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else value
    return json.loads(value)


def check_value(schema: Schema, value: object, types: Iterable[str], path: str) -> list[Problem]:
    """What is wrong with this value, judged by the type that fits it best."""
    return min((_problems(schema, value, one, path) for one in types), key=len)


def _problems(schema: Schema, value: object, kind: str, path: str) -> list[Problem]:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [Problem(path, f"should be an {kind}, is {value!r:.80}")]
        inner = kind.removeprefix("Array of ")
        return [
            problem
            for at, item in enumerate(value)
            for problem in _problems(schema, item, inner, f"{path}[{at}]")
        ]
    if kind in schema.subtypes:
        return check_value(schema, value, schema.subtypes[kind], path)
    if kind in schema.types and kind != "InputFile":
        if not isinstance(value, dict):
            return [Problem(path, f"should be {kind}, is {value!r:.80}")]
        return _object_problems(schema, value, schema.types[kind], path + ".")
    fits = _fits(value, kind)
    return [] if fits else [Problem(path, f"should be {kind}, is {value!r:.80}")]


def _fits(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "Boolean"
    basic: dict[str, type | tuple[type, ...]] = {
        "String": str,
        "Integer": int,
        "Float": (int, float),
        "InputFile": Upload,
    }
    return kind in basic and isinstance(value, basic[kind])


def _object_problems(
    schema: Schema, value: Mapping[str, object], fields: Fields, path: str, *, unknown: bool = True
) -> list[Problem]:
    problems: list[Problem] = []
    for name, item in value.items():
        if name not in fields:
            problems += [Problem(path + name, "unknown field", fatal=False)] if unknown else []
            continue
        one = fields[name]
        problems += check_value(schema, item, one.types, path + name)
        if one.constant and item != one.constant:
            problems.append(Problem(path + name, f"should be {one.constant}, is {item!r:.80}"))
    missing = (one for one in fields.values() if one.required and one.name not in value)
    return problems + [Problem(path + one.name, "missing") for one in missing]
