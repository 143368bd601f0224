"""What holds for a run: what code registered, narrowed by the row."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import InvalidInputError
from core.schemas import validate

from tools.models import Tool
from tools.registry import Definition


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a run; units as in ``Definition``."""

    time_out: float
    cache: int
    rate: int


def limits(definition: Definition, row: Tool) -> Limits:
    """Return the narrower of each."""
    return Limits(
        time_out=min(definition.time_out, row.time_out or definition.time_out),
        cache=definition.cache if row.cache is None else min(definition.cache, row.cache),
        rate=min(definition.rate, row.rate or definition.rate),
    )


def parameters(definition: Definition, row: Tool, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the tool gets: defaults, then what was given, then what is pinned.

    Raises ``InvalidInputError``, with what is wrong per field, for parameters that do not fit the
    schema, that the row pins, or that hold control characters.
    """
    wrong = {name: "This is pinned and cannot be given." for name in given if name in row.pinned}
    wrong |= {
        name: "This holds characters that cannot be seen; leave them out."
        for name, value in given.items()
        if isinstance(value, str) and any(map(_is_control, value))
    }
    if wrong:
        raise InvalidInputError(fields=wrong)
    merged = {**row.defaults, **given, **row.pinned}
    validate(definition.schema, merged)
    return merged


def _is_control(character: str) -> bool:
    """Tell whether this is a control character, a lone surrogate or a separator of lines."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def free_schema(schema: Mapping[str, Any], pinned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of what a person may still give."""
    properties = schema.get("properties", {})
    return {
        **schema,
        "properties": {name: rule for name, rule in properties.items() if name not in pinned},
        "required": [name for name in schema.get("required", []) if name not in pinned],
    }


def check_row(definition: Definition, row: Tool) -> None:
    """Raise ``InvalidInputError``, naming the row's fields, unless it only narrows the code."""
    wrong: dict[str, str] = {}
    for name in ("pinned", "defaults"):
        problem = _wrong_with(definition.schema, getattr(row, name))
        if problem:
            wrong[name] = problem
    both = sorted(set(row.pinned) & set(row.defaults)) if not wrong else []
    if both:
        wrong["defaults"] = f"{', '.join(both)} is pinned already; leave it out here."
    for name in ("time_out", "cache", "rate"):
        most, value = getattr(definition, name), getattr(row, name)
        if value is not None and value > most:
            wrong[name] = f"The code allows {most:g} at most; give less or leave it empty."
    if wrong:
        raise InvalidInputError("The tool cannot be set like this.", fields=wrong)


def _wrong_with(schema: Mapping[str, Any], values: object) -> str:
    if not isinstance(values, dict):
        return 'A JSON object is needed, like {"safesearch": 1}.'
    try:
        validate({**schema, "required": []}, values)
    except InvalidInputError as error:
        return "; ".join(f"{name}: {problem}" for name, problem in error.fields.items())
    return ""
