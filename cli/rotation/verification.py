"""The proof after a rotation: what is new works, what was before is refused."""

import docker

from cli.errors import UserError
from cli.rotation import application, deployed
from infra.services import django, postgres
from infra.spec import BuiltImage, Environment, SecretName, Service

TRIALS = {
    postgres.PASSWORD: application.TRY_DATABASE_PASSWORDS,
    django.ADMIN_PASSWORD: application.TRY_ADMIN_PASSWORDS,
}
"""Secrets that somebody outside signs in with, and the script that tries to."""


def verify(
    spec: Environment,
    services: list[Service],
    name: SecretName,
    old: frozenset[str],
    client: docker.DockerClient,
) -> None:
    """Raise UserError unless every reader has one new value, which works where the old does not."""
    after = deployed.values(spec, services, name, client)
    remedy = f"run it again: make rotate ENV={spec.name} SECRET={name}"
    if len(after) != len(services) or len(set(after.values())) != 1 or old & set(after.values()):
        raise UserError(f"not every service has the new {name}", remedy)
    if name not in TRIALS:
        return
    new = next(iter(after.values()))
    user = next(s for s in services if isinstance(s.image, BuiltImage))
    accepted, *others = application.run(spec, user, client, TRIALS[name], [new, *sorted(old)])
    if not accepted:
        raise UserError(f"the new {name} is refused", remedy)
    if any(others):
        raise UserError(f"the old {name} is still accepted", remedy)
