"""LF026 and LF027: where no secret may stand."""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Final

from policies.reading import blocks, items, text, variables
from policies.view import Finding, Hidden, Resource, Surroundings

_WORDS: Final = frozenset(
    {"password", "passwd", "passphrase", "pwd", "pass", "pgpassword", "secret", "secrets"}
    | {"token", "tokens", "key", "keys", "apikey", "privatekey", "credential", "credentials"}
)
_NOT_THE_SECRET: Final = frozenset(
    {"age", "algorithm", "count", "expiry", "hasher", "hashers", "id", "length", "lifetime"}
    | {"name", "rotation", "timeout", "ttl", "validators"}
)
"""Last words of names that tell something about a secret."""
_PLACES: Final = frozenset({"file", "path", "dir"})
"""Last words of names that tell where a secret is."""
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@", re.IGNORECASE)
_OPTION: Final = re.compile(
    r"--?(requirepass|masterauth|(\w+-)*(password|passwd|secret|token|api-?key))", re.IGNORECASE
)


def in_environment(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF026."""
    for path, value in [("envs", resource.props.get("envs")), *items(resource, "envs")]:
        if value is Hidden.SECRET:
            yield Finding(path, "a secret is passed as a variable")
    for path, name, value in (*variables(resource), *_labels(resource)):
        if value and (is_secret_name(name) or _misses_file(name, value)):
            yield Finding(f"{path} ({name})", "its name is that of a secret")
        elif _URL.search(value):
            yield Finding(f"{path} ({name})", "it holds a URL with a password")


def in_arguments(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF027."""
    for key, arguments in _command_lines(resource):
        for position, (path, argument) in enumerate(arguments):
            following = [value for _, value in arguments[position + 1 : position + 2]]
            if argument is Hidden.SECRET:
                yield Finding(path, f"a secret stands in {key}")
            elif _tells_secret(text(argument), following):
                yield Finding(path, f"a password stands in {key}")


def is_secret_name(name: str) -> bool:
    """Tell whether a variable of this name would hold a secret."""
    words = _split(name)
    return bool(_WORDS & set(words)) and words[-1] not in _NOT_THE_SECRET | _PLACES


def _misses_file(name: str, value: str) -> bool:
    """Tell whether a name promises the place of a secret, and the value is no path."""
    words = _split(name)
    return bool(_WORDS & set(words)) and words[-1] in _PLACES and not value.startswith("/")


def _split(name: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.split(r"[^a-z0-9]+", apart.lower())


def _labels(resource: Resource) -> Iterator[tuple[str, str, str]]:
    for path, block in blocks(resource, "labels"):
        yield path, text(block.get("label")), text(block.get("value"))


def _command_lines(resource: Resource) -> Iterator[tuple[str, list[tuple[str, object]]]]:
    for key in ("command", "entrypoints"):
        yield key, items(resource, key)
    check = resource.props.get("healthcheck")
    tests = check.get("tests") if isinstance(check, Mapping) else None
    if isinstance(tests, list | tuple):
        yield "healthcheck", [(f"healthcheck.tests[{i}]", test) for i, test in enumerate(tests)]


def _tells_secret(argument: str, following: list[object]) -> bool:
    if _URL.search(argument):
        return True
    for word, after in _pairs(argument.split(), following):
        option, assigned, value = word.partition("=")
        if _OPTION.fullmatch(option) and (value if assigned else after):
            return True
    return False


def _pairs(words: list[str], following: list[object]) -> Iterator[tuple[str, object]]:
    """Yield each word of an argument with what comes after it, in it or as the next argument."""
    return zip_longest(words, [*words[1:], *following][: len(words)])
