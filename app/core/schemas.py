"""Typed fields of a document's type or a tool, as a subset of JSON Schema (draft 2020-12).

The subset is what a form can show: one object whose properties are strings (with ``format: date``,
``enum``, ``pattern``, lengths), numbers, whole numbers and truth values, some ``required``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from core.errors import InvalidInputError

TYPES: Final = frozenset({"string", "number", "integer", "boolean"})
TOP: Final = frozenset({"type", "properties", "required", "additionalProperties", "$schema"})
TEXTS: Final = frozenset(
    {"type", "title", "description", "format", "enum", "minLength", "maxLength", "pattern"}
)
PROPERTY: Final = TEXTS | frozenset({"minimum", "maximum"})
_NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a form shows it."""

    name: str
    title: str
    type: str
    is_date: bool
    choices: tuple[str, ...]
    required: bool
    help: str


def fields_of(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields of a checked schema, in its order."""
    required = schema.get("required", [])
    return tuple(
        Field(
            name,
            rule.get("title", name.replace("_", " ").capitalize()),
            rule["type"],
            rule.get("format") == "date",
            tuple(map(str, rule.get("enum", ()))),
            name in required,
            rule.get("description", ""),
        )
        for name, rule in schema.get("properties", {}).items()
    )


def check_schema(schema: object) -> None:
    """Raise ``InvalidInputError`` for a schema outside the subset; an empty one has no fields."""
    wrong = _wrong_with(schema)
    if wrong:
        raise InvalidInputError(f"The fields are not right: {wrong}.", fields={"schema": wrong})


def _wrong_with(schema: object) -> str:
    if not isinstance(schema, dict):
        return "a JSON object is needed"
    if schema and schema.get("type") != "object":
        return 'the type must be "object"'
    if set(schema) - TOP:
        return f"{', '.join(sorted(set(schema) - TOP))} is not possible"
    properties = schema.get("properties", {})
    if not isinstance(properties, dict) or len(properties) > MOST:
        return f"properties must be an object of {MOST} at most"
    wrong = [_wrong_with_property(name, rule) for name, rule in properties.items()]
    return next(filter(None, wrong), "") or _wrong_with_values(schema)


def _wrong_with_property(name: str, rule: object) -> str:
    if not _NAME.match(name):
        return f"“{name}” must be small letters, digits and _"
    if not isinstance(rule, dict) or rule.get("type") not in TYPES:
        return f"“{name}” needs a type: {', '.join(sorted(TYPES))}"
    if set(rule) - PROPERTY:
        return f"{', '.join(sorted(set(rule) - PROPERTY))} of “{name}” is not possible"
    return ""


def _wrong_with_values(schema: dict[str, Any]) -> str:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return error.message
    return ""


def validate(schema: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Raise ``InvalidInputError``, with what is wrong per field, unless ``values`` fit.

    Fields that the schema does not know are refused.
    """
    strict = {"type": "object", **schema, "additionalProperties": False}
    checker = Draft202012Validator(strict, format_checker=Draft202012Validator.FORMAT_CHECKER)
    wrong: dict[str, str] = {}
    for error in checker.iter_errors(dict(values)):
        name = str(error.path[0]) if error.path else _about(error.message)
        wrong.setdefault(name, error.message[:200])
    if wrong:
        listed = "; ".join(f"{name}: {message}" for name, message in wrong.items())
        raise InvalidInputError(f"The fields are not right: {listed}", fields=wrong)


def _about(message: str) -> str:
    """Return the field of an error that is the whole object's: one missing, or one too many."""
    found = re.match(r"'([^']+)' is a required property", message)
    found = found or re.search(r"\('([^']+)'(?:, '[^']+')* (?:was|were) unexpected\)", message)
    return found[1] if found else "fields"
