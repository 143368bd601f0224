"""Frozen dataclasses that are quick to define.

``dataclasses`` writes and compiles Python for every class, and imports the tools for that: for the
some sixty classes that a docker command passes through, more time than everything else
``ledger_docker`` does. Here the methods are shared closures. What is defined is a dataclass to type
checkers, and to ``dataclasses.replace``, ``asdict`` and ``fields`` as well.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import asdict, dataclass, field, replace
else:

    def dataclass(*, frozen: bool, repr: bool = True) -> Callable[[type], type]:  # noqa: A002
        """Return what makes a class a frozen dataclass; without ``repr`` the class has its own."""
        if not frozen:
            raise TypeError("these are frozen")
        return lambda cls: _made(cls, with_repr=repr)

    def field(*, default_factory: Callable[[], object]) -> object:
        """Return a field whose default is made anew each time."""
        return _Factory(default_factory)

    def replace(record: object, **changes: object) -> object:
        """Return the record with some fields changed."""
        return type(record)(**{**vars(record), **changes})

    def asdict(record: object) -> dict[str, object]:
        """Return the record as nested plain data."""
        import dataclasses  # noqa: PLC0415 - what this module is there to avoid

        return dataclasses.asdict(record)


__all__ = ["asdict", "dataclass", "field", "replace"]

T = TypeVar("T")


class _Factory:
    """A default that is made anew each time."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


class _Fields:
    """The attribute by which ``dataclasses`` knows its own, made when that is asked."""

    def __init__(self, defaults: dict[str, Any]) -> None:
        self._defaults = defaults

    def __get__(self, _record: object, owner: type) -> dict[str, Any]:
        import dataclasses  # noqa: PLC0415

        fields: list[tuple[str, Any, Any]] = []
        for name, kind in owner.__annotations__.items():
            default = self._defaults.get(name, dataclasses.MISSING)
            made = (
                dataclasses.field(default_factory=default.make)
                if isinstance(default, _Factory)
                else dataclasses.field(default=default)
            )
            fields.append((name, kind, made))
        # keyword-only, as the order of defaults is no question here
        twin = dataclasses.make_dataclass(owner.__name__, fields, frozen=True, kw_only=True)
        found: dict[str, Any] = twin.__dict__["__dataclass_fields__"]
        setattr(owner, "__dataclass_fields__", found)  # noqa: B010 - it is declared nowhere
        return found


def _made(cls: type[T], *, with_repr: bool) -> type[T]:
    names = tuple(cls.__dict__.get("__annotations__", ()))  # noqa: RUF063 - inspect is slow
    known = frozenset(names)
    defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
    factories = {n: d.make for n, d in defaults.items() if isinstance(d, _Factory)}
    for name in factories:
        delattr(cls, name)

    def initialize(self: object, *values: object, **named: object) -> None:
        given = dict(zip(names, values, strict=False))
        wrong = [name for name in named if name not in known or name in given]
        if wrong or len(values) > len(names):
            raise TypeError(f"{cls.__name__}() takes no {', '.join(wrong) or 'so many values'}")
        given |= named
        content = self.__dict__
        for name in names:
            if name in given:
                content[name] = given[name]
            elif name in factories:
                content[name] = factories[name]()
            elif name in defaults:
                content[name] = defaults[name]
            else:
                raise TypeError(f"{cls.__name__}() needs {name}")

    def equal(self: object, other: object) -> bool:
        return self.__dict__ == other.__dict__ if type(other) is cls else NotImplemented

    def hashed(self: object) -> int:
        return hash(tuple(self.__dict__.values()))

    def shown(self: object) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{cls.__qualname__}({told})"

    def fixed(self: object, *_: object) -> None:
        from dataclasses import FrozenInstanceError  # noqa: PLC0415

        raise FrozenInstanceError(f"{cls.__name__} is frozen")

    methods = {
        "__init__": initialize,
        "__eq__": equal,
        "__hash__": hashed,
        "__setattr__": fixed,
        "__delattr__": fixed,
        "__match_args__": names,
        "__dataclass_fields__": _Fields(defaults),
        **({"__repr__": shown} if with_repr else {}),
    }
    for name, method in methods.items():
        setattr(cls, name, method)
    return cls
