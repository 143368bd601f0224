"""The values behind the spec's secret references: configured, or generated and kept in state."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_random as random
from pydantic import SecretStr

from infra.render import options
from infra.spec import SECRET_LENGTH, SecretName, SecretRef


@dataclass
class Secrets:
    """Looks values up; whoever asks for one that is not configured makes it be generated."""

    parent: pulumi.Resource
    configured: Mapping[SecretName, SecretStr]
    _values: dict[SecretName, pulumi.Output[str]] = field(default_factory=dict)

    def value(self, reference: SecretRef) -> pulumi.Output[str]:
        """Return the secret as an output that Pulumi encrypts in its state."""
        name = reference.name
        if name not in self._values:
            self._values[name] = self._configured(name) or self._generated(name)
        return self._values[name]

    def _configured(self, name: SecretName) -> pulumi.Output[str] | None:
        value = self.configured.get(name)
        return pulumi.Output.secret(value.get_secret_value()) if value is not None else None

    def _generated(self, name: SecretName) -> pulumi.Output[str]:
        password = random.RandomPassword(
            name, length=SECRET_LENGTH, special=False, opts=options.plain(self.parent)
        )
        return password.result
