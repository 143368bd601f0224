"""The random plugin: its resource types. It needs no configuration."""

from airgap.plugins.package import Package
from airgap.plugins.random.identifier import RandomId
from airgap.plugins.random.text import RandomPassword, RandomString
from airgap.plugins.resource import Resource
from airgap.plugins.values import Properties

NAME = "random"
VERSION = "4.21.4"


class RandomPackage(Package):
    """Stands for the official plugin `random` 4.21.4."""

    name = NAME
    version = VERSION

    def __init__(self) -> None:
        types: list[Resource] = [RandomId(), RandomPassword(), RandomString()]
        self.resources = {resource.token: resource for resource in types}

    def check_config(self, news: Properties) -> list[str]:
        return []

    def configure(self, config: Properties) -> None:
        """Nothing to take over."""
