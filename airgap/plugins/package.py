"""A plugin as a whole: its name, its resource types and its configuration."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from airgap.plugins.errors import PluginError
from airgap.plugins.resource import Resource
from airgap.plugins.values import Properties


class Package(ABC):
    """What the servicer asks of a plugin."""

    name: str
    version: str
    resources: Mapping[str, Resource]

    @abstractmethod
    def check_config(self, news: Properties) -> list[str]:
        """What is wrong with the provider's own inputs."""

    @abstractmethod
    def configure(self, config: Properties) -> None:
        """Take over the provider's inputs."""

    def invoke(self, token: str, args: Properties) -> Properties:
        """Run a function; a plugin without functions refuses."""
        del args
        message = (
            f"the function {token} is not supported by LedgerFlow's stand-in for the {self.name} "
            f"plugin; install the official plugin to use it"
        )
        raise PluginError(message)

    def resource(self, token: str) -> Resource:
        """The resource type `token`; raises PluginError for one that is not supported."""
        found = self.resources.get(token)
        if found is None:
            known = ", ".join(sorted(self.resources))
            message = (
                f"{token} is not supported by LedgerFlow's stand-in for the {self.name} plugin; "
                f"it knows {known}. Install the official plugin to use it"
            )
            raise PluginError(message)
        return found
