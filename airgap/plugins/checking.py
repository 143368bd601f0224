"""Check: the program's inputs validated against the schema, coerced, defaults filled in.

The result has the shape in which the official plugins keep inputs: every object lists in
`__defaults` which of its properties the program did not set. Error texts are theirs, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from airgap.plugins import paths
from airgap.plugins.schema import Field, Fields, inputs_of, is_empty
from airgap.plugins.values import Properties, Unknown, Value, kind_refused

DEFAULTS = "__defaults"
_SPOKEN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}


@dataclass
class Checker:
    """Walks the inputs of one resource and gathers everything that is wrong with them."""

    resource_name: str  # the logical name, for messages
    plugin: str  # "docker" or "random"
    marks_defaults: bool = True
    failures: list[str] = field(default_factory=list)

    def check(self, fields: Fields, news: Properties, names: Mapping[str, str]) -> Properties:
        """The checked inputs. `names` proposes a value for each field that is autonamed."""
        return self._object(inputs_of(fields), news, "", names)

    def fail(self, path: str, message: str) -> None:
        """Record a failure about the value at `path` (the official wording says it twice)."""
        where = f"Examine values at '{self.resource_name}.{path}'."
        self.failures.append(f"{message}. {message}. {where}")

    def _object(
        self, fields: Fields, news: Properties, path: str, names: Mapping[str, str]
    ) -> Properties:
        result: Properties = {}
        for key, value in news.items():
            here = paths.child(path, key)
            if key == DEFAULTS or value is None:
                continue
            if key not in fields:
                self._unknown_key(here, key, fields)
                continue
            checked = self._value(fields[key], value, here)
            if checked is not None:
                result[key] = checked
        self._require(fields, result, news, path)
        defaulted = self._fill_defaults(fields, result, names)
        if self.marks_defaults:
            result[DEFAULTS] = sorted(defaulted)
        return result

    def _unknown_key(self, path: str, key: str, fields: Fields) -> None:
        known = ", ".join(sorted(fields))
        self.failures.append(
            f"Invalid or unknown key '{key}'. Examine values at '{self.resource_name}.{path}'. "
            f"Known keys: {known}."
        )

    def _require(self, fields: Fields, result: Properties, news: Properties, path: str) -> None:
        for name, spec in fields.items():
            if spec.required and name not in result and news.get(name) is None:
                here = paths.child(path, name)
                self.failures.append(
                    f"Missing required argument. The argument '{name}' is required, but no value "
                    f"was given. Examine values at '{self.resource_name}.{here}'."
                )

    def _fill_defaults(
        self, fields: Fields, result: Properties, names: Mapping[str, str]
    ) -> list[str]:
        defaulted = []
        for name, spec in fields.items():
            if name in result:
                continue
            value = names.get(name) if spec.autonamed else spec.default
            if value is not None:
                result[name] = value
                defaulted.append(name)
        return defaulted

    def _value(self, spec: Field, value: Value, path: str) -> Value:
        if isinstance(value, Unknown):
            return value
        refused = kind_refused(value)
        if refused:
            self.fail(path, f"expected {self._expected(spec)}, got {refused}")
            return None
        if spec.refused is not None and not is_empty(value):
            self._refuse(path, spec.refused)
            return None
        return getattr(self, f"_{spec.shape}")(spec, value, path)

    def _refuse(self, path: str, advice: str) -> None:
        self.failures.append(
            f"'{path}' is not supported by LedgerFlow's stand-in for the {self.plugin} plugin; "
            f"{advice}. Examine values at '{self.resource_name}.{path}'."
        )

    def _expected(self, spec: Field) -> str:
        if spec.shape == "scalar":
            return f"a {_SPOKEN[spec.kind]}"
        return "an object" if spec.shape in ("map", "block") else "a list"

    def _scalar(self, spec: Field, value: Value, path: str) -> Value:
        coerced = _coerce(spec.kind, value)
        if coerced is None:
            self.fail(path, f"expected {self._expected(spec)}, got another type")
            return None
        problem = spec.validate(coerced)
        if problem:
            self.fail(path, problem)
            return None
        return coerced

    def _list(self, spec: Field, value: Value, path: str) -> Value:
        if not isinstance(value, list):
            self.fail(path, "expected a list, got another type")
            return None
        element = Field(kind=spec.kind, pattern=spec.pattern)
        items = [self._value(element, item, paths.child(path, i)) for i, item in enumerate(value)]
        return [item for item in items if item is not None]

    _set = _list

    def _map(self, spec: Field, value: Value, path: str) -> Value:
        if not isinstance(value, dict):
            self.fail(path, "expected an object, got another type")
            return None
        element = Field(kind=spec.kind)
        items = {k: self._value(element, v, paths.child(path, k)) for k, v in value.items()}
        return {k: v for k, v in items.items() if v is not None and k != DEFAULTS}

    def _block(self, spec: Field, value: Value, path: str) -> Value:
        if not isinstance(value, dict):
            self.fail(path, "expected an object, got another type")
            return None
        return self._object(spec.fields or {}, value, path, {})

    def _blocks(self, spec: Field, value: Value, path: str) -> Value:
        if not isinstance(value, list):
            self.fail(path, "expected a list, got another type")
            return None
        items = []
        for index, item in enumerate(value):
            here = paths.child(path, index)
            items.append(item if isinstance(item, Unknown) else self._block(spec, item, here))
        return [item for item in items if item is not None]

    _block_set = _blocks


def _coerce(kind: str, value: Value) -> Value:
    """The value in the schema's type, or None when it does not fit."""
    if kind == "boolean":
        return {"true": True, "false": False, True: True, False: False}.get(_hashable(value))
    if kind == "string":
        return _as_string(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return _as_number(kind, value)


def _hashable(value: Value) -> Value:
    return value if isinstance(value, bool | str) else None


def _as_string(value: Value) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def _as_number(kind: str, value: float | str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    if number.is_integer():
        return int(number)
    return None if kind == "integer" else number
