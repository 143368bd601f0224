"""What the stack's state knows of its secrets and containers; clear values stay in memory."""

import json
from dataclasses import dataclass, field
from typing import Any

from cli.errors import UserError
from cli.pulumi import Pulumi
from infra.spec import SecretName

PASSWORD_TYPE = "random:index/randomPassword:RandomPassword"  # noqa: S105 - a type's name
CONTAINER_TYPE = "docker:index/container:Container"


@dataclass(frozen=True)
class Exported:
    """An exported stack, secrets in clear."""

    resources: tuple[dict[str, Any], ...] = field(repr=False)

    @classmethod
    def of(cls, pulumi: Pulumi) -> "Exported":
        """Export the stack through a pipe. Raises UserError."""
        exported = json.loads(pulumi.read("stack", "export", "--show-secrets"))
        return cls(tuple(exported["deployment"].get("resources") or ()))

    def password(self, name: SecretName) -> str:
        """Return the URN of the resource that generates the secret. Raises UserError."""
        return self._urn(PASSWORD_TYPE, name)

    def passwords(self) -> list[str]:
        """Return the URNs of all resources that generate secrets."""
        return [str(r["urn"]) for r in self.resources if r["type"] == PASSWORD_TYPE]

    def container(self, service: str) -> str:
        """Return the URN of a service's container. Raises UserError."""
        return self._urn(CONTAINER_TYPE, service)

    def generated(self, name: SecretName) -> str:
        """Return the value that was generated for the secret. Raises UserError."""
        urn = self.password(name)
        result = next(r for r in self.resources if r["urn"] == urn)["outputs"]["result"]
        value: str = json.loads(result["plaintext"])
        return value

    def _urn(self, kind: str, name: str) -> str:
        for resource in self.resources:
            if resource["type"] == kind and str(resource["urn"]).endswith(f"::{name}"):
                return str(resource["urn"])
        raise UserError(f"the stack has not made {name} yet", "run make up first")
