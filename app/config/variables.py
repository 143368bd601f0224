"""Reads environment variables into typed values and collects what is wrong with them.

Every variable may also be given as ``<NAME>_FILE``, the path of a file that holds the value, which
is how containers receive secrets. A blank value counts as not set.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

_TRUTH = {"true": True, "false": False}


class VariableReader:
    """Returns values with a stand-in for each wrong one, so that all mistakes are found at once.

    ``read_text`` returns the content of a file and raises ``OSError`` or ``UnicodeDecodeError``.
    """

    def __init__(self, variables: Mapping[str, str], read_text: Callable[[str], str]) -> None:
        self._variables = variables
        self._read_text = read_text
        self.mistakes: list[str] = []

    def is_set(self, name: str) -> bool:
        """Tell whether the variable or its ``_FILE`` form has a value."""
        return any(self._variables.get(each, "").strip() for each in (name, f"{name}_FILE"))

    def text(self, name: str, default: str | None = None) -> str:
        """Return the stripped value; without a default the variable is required."""
        value = self._value(name)
        if value:
            return value
        if default is None and not self.is_set(name):
            self.mistake(name, None, f"set it, or {name}_FILE")
        return default or ""

    def path(self, name: str) -> str | None:
        """Return the file that the value is read from, if it is read from one."""
        return self._variables.get(f"{name}_FILE", "").strip() or None

    def boolean(self, name: str, *, default: bool) -> bool:
        """Return ``true`` or ``false`` as written, in any case."""
        value = self._value(name)
        if not value:
            return default
        if value.lower() not in _TRUTH:
            self.mistake(name, value, "must be true or false")
        return _TRUTH.get(value.lower(), default)

    def number(self, name: str, default: int, *, highest: int) -> int:
        """Return a whole number from 1 to ``highest``; ``default`` may lie outside."""
        value = self._value(name)
        if not value:
            return default
        if value.isascii() and value.isdecimal() and 1 <= int(value) <= highest:
            return int(value)
        self.mistake(name, value, f"must be a whole number from 1 to {highest}")
        return default

    def names(self, name: str) -> tuple[str, ...]:
        """Return the parts of a comma-separated list."""
        return tuple(part.strip() for part in self._value(name).split(",") if part.strip())

    def url(self, name: str, default: str | None, schemes: tuple[str, ...]) -> str:
        """Return an address of one of the schemes; it may hold a password and is never shown."""
        value = self.text(name, default)
        if value and not _is_url(value, schemes):
            shape = " or ".join(f"{scheme}://host[:port]" for scheme in schemes)
            self.secret_mistake(name, f"must be like {shape}")
        return value

    def mistake(self, name: str, value: str | None, rule: str) -> None:
        """Note what is wrong with a variable that is no secret."""
        shown = " is not set" if value is None else f': "{value}" is not allowed'
        self.mistakes.append(f"{name}{shown}; {rule}")

    def secret_mistake(self, name: str, rule: str) -> None:
        """Note what is wrong with a variable whose value must not be shown."""
        self.mistakes.append(f"{name}: the value (not shown) is not allowed; {rule}")

    def _value(self, name: str) -> str:
        plain = self._variables.get(name, "").strip()
        path = self._variables.get(f"{name}_FILE", "").strip()
        if plain and path:
            self.mistakes.append(f"{name}: {name}_FILE is set too; set only one of them")
            return plain
        return self._file(f"{name}_FILE", path) if path else plain

    def _file(self, name: str, path: str) -> str:
        try:
            content = self._read_text(path).strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            self.mistake(name, path, f"must be a readable text file ({reason})")
            return ""
        if not content:
            self.mistake(name, path, "must be a file that is not empty")
        return content


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
