"""A new value where the stack will find it: in its state, or in its configuration."""

import secrets
import string
from dataclasses import dataclass, field

from cli import ui
from cli.pulumi import Pulumi
from cli.rotation import configured
from cli.rotation.source import Source
from cli.rotation.state import Exported
from infra.services import django
from infra.spec import SECRET_LENGTH, SecretName


@dataclass(frozen=True)
class Renewal:
    """What a rotation starts from."""

    replaced: tuple[str, ...]
    """URNs that ``pulumi up`` must replace, because it makes the new value itself."""
    old: frozenset[str] = field(repr=False)
    """The values that must not be in use afterwards."""


LETTERS = string.ascii_letters + string.digits


def current(pulumi: Pulumi, exported: Exported, name: SecretName, source: Source) -> str:
    """Return the value that ``pulumi up`` would deploy. Raises UserError."""
    if source is Source.GENERATED:
        return exported.generated(name)
    return configured.read(pulumi, name)


def renew(
    pulumi: Pulumi, exported: Exported, name: SecretName, source: Source, running: set[str | None]
) -> Renewal:
    """See to a new value.

    ``running`` are the values that containers have, None for a container that is not there. Where
    they are not the one that the stack would deploy, an earlier rotation was interrupted, or a
    person has set a value: that one is it. What is about to go is kept where it is still needed.
    Raises UserError.
    """
    coming = current(pulumi, exported, name, source)
    going = {value for value in running if value is not None}
    if running != {coming}:
        ui.detail(f"the stack has a {name} already that does not run everywhere: going on with it")
        keep_previous(pulumi, name, going - {coming})
        return Renewal((), frozenset(going - {coming}))
    keep_previous(pulumi, name, going)
    if source is Source.GENERATED:
        return Renewal((exported.password(name),), frozenset(going))
    configured.write(pulumi, name, new_value())
    return Renewal((), frozenset(going))


def keep_previous(pulumi: Pulumi, name: SecretName, running: set[str]) -> None:
    """Keep a signing key that goes: what it signed stays good for a while. Raises UserError."""
    if name == django.SECRET_KEY and len(running) == 1:
        configured.write(pulumi, django.PREVIOUS_SECRET_KEY, *running)


def new_value() -> str:
    """Return letters and digits, as many as a generated secret has."""
    return "".join(secrets.choice(LETTERS) for _ in range(SECRET_LENGTH))
