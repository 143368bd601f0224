"""``.env.<environment>``: the application's variables as a file, rendered, sealed and checked.

The format is that of ``docker run --env-file``: ``KEY=value`` lines taken literally, and comments.
No secret is in it: the spec holds references to secrets only, and variables that end in ``_FILE``
name the file inside the container. The seal is a SHA-256 over every other line of the file, so an
edit shows, be it in a comment. It guards against mistakes, not against people who mean it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infra.services import caddy, django
from infra.spec import BuiltImage, Environment, Service

SEALED_TARGET: Final = "prod"
"""Stage of the application's image that real environments run; a developer's server has no file."""
SETTINGS_LINE: Final = "# settings sha256:"
SEAL_LINE: Final = "# seal sha256:"

SETTINGS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "DATABASE_HOST": (),
    "DATABASE_NAME": (),
    "DATABASE_PASSWORD_FILE": (),
    "DATABASE_PORT": (),
    "DATABASE_USER": (),
    "DJANGO_ADMIN_PASSWORD_FILE": ("admin_username",),
    "DJANGO_ADMIN_USERNAME": ("admin_username",),
    "DJANGO_ALLOWED_HOSTS": ("domain", "hosts", "django.slots"),
    "DJANGO_CSRF_TRUSTED_ORIGINS": ("domain", "hosts", "ports.public", "ports.https"),
    "DJANGO_DEBUG": ("debug",),
    "DJANGO_SECRET_KEY_FILE": (),
    "DJANGO_SECURE": ("ports.public",),
    "LEDGERFLOW_ENVIRONMENT": (),
    "REDIS_URL": (),
    "SEARXNG_URL": (),
    "SEARCH_LANGUAGE": ("search_language",),
    "TZ": ("time_zone",),
}
"""The settings that render each variable; none for what LedgerFlow itself decides."""

_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
"""Names that a message may show. Anything else before a ``=`` may be part of a pasted secret."""


class EnvFileError(ValueError):
    """The variables cannot be put into a file; the message names the one that cannot."""


@dataclass(frozen=True)
class Difference:
    """How a file differs from what is rendered: names of variables, never values."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    odd_lines: tuple[int, ...] = ()
    """Numbers of lines that are no ``KEY=value``; they may be anything, so they are not shown."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every variable that differs, sorted."""
        return tuple(sorted({*self.added, *self.removed, *self.changed}))


def file_name(environment: str) -> str:
    """Return the file's name in the root of the repository."""
    return f".env.{environment}"


def has_file(spec: Environment) -> bool:
    """Tell whether the environment is one whose variables are rendered into a file."""
    image = application(spec).image
    return isinstance(image, BuiltImage) and image.target == SEALED_TARGET


def application(spec: Environment) -> Service:
    """Return the service of the application, the one behind Caddy when there are slots."""
    behind = spec.service(caddy.NAME).after
    slots = django.slots(spec)
    return next((s for s in slots if s.name in behind), slots[0])


def render(spec: Environment) -> str:
    """Return the sealed text of the environment's file.

    Raises EnvFileError for a value that does not fit on a line.
    """
    variables = application(spec).environment
    body = "".join(f"{name}={_line(name, variables[name])}\n" for name in sorted(variables))
    settings = hashlib.sha256(spec.model_dump_json().encode()).hexdigest()
    return sealed(f"{_header(spec.name)}{SETTINGS_LINE}{settings}\n{body}")


def sealed(text: str) -> str:
    """Return ``text`` with the line of its seal put after the line of its settings."""
    lines = text.splitlines(keepends=True)
    place = 1 + next(n for n, line in enumerate(lines) if line.startswith(SETTINGS_LINE))
    return "".join([*lines[:place], f"{SEAL_LINE}{_digest(text)}\n", *lines[place:]])


def is_intact(text: str) -> bool:
    """Tell whether ``text`` is as it was rendered: it has one seal, and the seal is right."""
    lines = text.splitlines(keepends=True)
    seals = [line for line in lines if line.startswith(SEAL_LINE)]
    rest = "".join(line for line in lines if not line.startswith(SEAL_LINE))
    return len(seals) == 1 and seals[0] == f"{SEAL_LINE}{_digest(rest)}\n"


def settings_of(text: str) -> str | None:
    """Return the hash of the settings that ``text`` says it was rendered from."""
    found = (line for line in text.splitlines() if line.startswith(SETTINGS_LINE))
    return next((line.removeprefix(SETTINGS_LINE) for line in found), None)


def parse(text: str) -> tuple[dict[str, str], tuple[int, ...]]:
    """Return the variables of ``text``, and the numbers of the lines that hold none.

    As Docker reads it: blank lines and comments are skipped, the last of two equal names counts.
    """
    variables: dict[str, str] = {}
    odd: list[int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, separator, value = line.lstrip().partition("=")
        if separator and _NAME.fullmatch(name):
            variables[name] = value
        else:
            odd.append(number)
    return variables, tuple(odd)


def compare(found: str, rendered: str) -> Difference:
    """Return how the text of a file differs from the rendered one."""
    mine, odd = parse(found)
    wanted, _ = parse(rendered)
    return Difference(
        added=tuple(sorted(mine.keys() - wanted.keys())),
        removed=tuple(sorted(wanted.keys() - mine.keys())),
        changed=tuple(sorted(n for n in mine.keys() & wanted.keys() if mine[n] != wanted[n])),
        odd_lines=odd,
    )


def _line(name: str, value: str) -> str:
    if not value.isprintable():
        raise EnvFileError(f"the value of {name} has a line break or another control character")
    return value


def _header(environment: str) -> str:
    return (
        f"# The variables of {environment}'s application, rendered from Pulumi.{environment}.yaml"
        f" by\n# `make up ENV={environment}`. Do not edit: the next run stops at an edit. To change"
        " a value,\n# change the setting that renders it (docs/env-file.md says which), then run"
        f"\n# `make up ENV={environment}`. To drop an edit: `make env-file ENV={environment}`.\n"
        "# No secret is in here: a variable that ends in _FILE names the file that holds one.\n"
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
