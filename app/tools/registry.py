"""What code registers as a tool. The rows of the database can only switch on what is here."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any, Final

from core.schemas import check_schema, validate
from django.utils.module_loading import import_string

from tools.interface import Answer, Call

PATH: Final = re.compile(r"tools\.[a-z_]+_tool\.[a-z_]+")
"""The exact path of the function: ``tools.search_tool.search_web``."""
PACKAGE: Final = re.compile(r"[a-z_]+_tool")

Function = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Definition:
    """A tool as code registered it. A row may narrow the limits, never widen them."""

    path: str
    title: str
    description: str
    schema: Mapping[str, Any]
    function: Function
    time_out: float
    """Seconds for one run."""
    cache: int
    """Seconds that an answer is kept for the same parameters; 0 for never."""
    rate: int
    """Runs of one person in a minute."""
    permission: str
    """``application.codename`` that a person needs, or empty: everyone who has signed in."""
    upstream: str
    """Name of the service that is asked; tools that share one share its breaker. Empty for none."""
    pinned: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that a new row pins."""
    enabled_at_first: bool = False
    """Whether a new row is switched on."""

    @property
    def package(self) -> str:
        """The package: ``search_tool``."""
        return self.path.split(".")[1]

    @property
    def name(self) -> str:
        """The function: ``search_web``."""
        return self.path.split(".")[2]

    @property
    def signature(self) -> str:
        """A sum of what a row relies on: parameters, and what a person needs to run it."""
        relied = {"schema": dict(self.schema), "permission": self.permission}
        text = json.dumps(relied, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


_definitions: dict[str, Definition] = {}


def tool(
    path: str,
    *,
    title: str,
    schema: Mapping[str, Any],
    time_out: float,
    cache: int = 0,
    rate: int = 30,
    permission: str = "",
    upstream: str = "",
    pinned: Mapping[str, Any] | None = None,
    enabled_at_first: bool = False,
) -> Callable[[Function], Function]:
    """Register a function as the tool of ``path``, which must be where it is imported from.

    Raises ``ValueError`` for a path that does not fit ``PATH`` or is taken, and
    ``InvalidInputError`` for a schema outside ``core.schemas`` or pinned parameters outside it.
    """
    if not PATH.fullmatch(path):
        raise ValueError(f"{path} is no path of a tool; it must fit {PATH.pattern}")
    check_schema(schema)
    validate({**schema, "required": []}, pinned or {})

    def register(function: Function) -> Function:
        if path in _definitions:
            raise ValueError(f"{path} is registered already")
        if function.__name__ != path.rsplit(".", 1)[1]:
            raise ValueError(f"{path} does not end with the function's name {function.__name__}")
        _definitions[path] = Definition(
            path=path,
            title=title,
            description=(function.__doc__ or "").split("\n\n")[0].strip(),
            schema=MappingProxyType(dict(schema)),
            function=function,
            time_out=time_out,
            cache=cache,
            rate=rate,
            permission=permission,
            upstream=upstream,
            pinned=MappingProxyType(dict(pinned or {})),
            enabled_at_first=enabled_at_first,
        )
        return function

    return register


def discover() -> None:
    """Import every package of tools, and see that each path leads to its function.

    Raises ``ValueError`` for a function that its package does not show under its path.
    """
    for module in iter_modules(import_module("tools").__path__):
        if PACKAGE.fullmatch(module.name):
            import_module(f"tools.{module.name}")
    for definition in _definitions.values():
        check_path(definition)


def check_path(definition: Definition) -> None:
    """Raise ``ValueError`` unless the path leads to the function that was registered."""
    try:
        found = import_string(definition.path)
    except ImportError:
        found = None
    if found is not definition.function:
        package = definition.path.rsplit(".", 1)[0]
        raise ValueError(f"{definition.path} is not in {package}/__init__.py; import it there")


def find(path: str) -> Definition | None:
    """Return the tool of ``path``, or None: no code registered it."""
    return _definitions.get(path)


def definitions() -> Mapping[str, Definition]:
    """Return all tools by path."""
    return dict(sorted(_definitions.items()))
