"""The stack of one environment: configuration in, resources and outputs out."""

from pathlib import Path

import pulumi
from pulumi.runtime import config

from infra.configuration import from_strings
from infra.environment import environment
from infra.render.docker import KNOWN_VOLUMES_OUTPUT, DockerEnvironment
from infra.settings import Settings, SettingsError

READ_OUTPUTS = "pulumi:pulumi:readStackOutputs"
REPOSITORY = Path(__file__).resolve().parents[1]


def provision() -> None:
    """Register every resource of the current stack's environment.

    Raises pulumi.RunError, which Pulumi shows without a traceback, when the configuration has
    mistakes; nothing is registered then.
    """
    stack = pulumi.get_stack()
    try:
        settings = Settings.parse(stack, from_strings(config.CONFIG.get()))
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    built = DockerEnvironment(
        environment(settings),
        repository=REPOSITORY,
        secrets=settings.secrets,
        known_volumes=known_volumes(stack),
    )
    for name, value in built.outputs().items():
        pulumi.export(name, value)


def known_volumes(stack: str) -> pulumi.Output[list[str]]:
    """Return the protected volumes that this stack's last complete run exported.

    The stack's own outputs remember a volume also after ``pulumi refresh`` has dropped it from
    the state because it is gone. They are read by the engine's function and not through a
    ``StackReference``: that is a resource, and would differ after every change of an output.
    """
    own = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
    answer = pulumi.runtime.invoke_output(READ_OUTPUTS, {"name": own})
    return pulumi.Output.from_input(answer).apply(
        lambda found: list((found.get("outputs") or {}).get(KNOWN_VOLUMES_OUTPUT) or [])
    )
