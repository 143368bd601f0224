"""The stack of one environment: configuration in, resources and outputs out."""

import asyncio
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import config

from infra.configuration import from_strings
from infra.environment import environment
from infra.outputs import KNOWN_VOLUMES_OUTPUT
from infra.render.docker import DockerEnvironment
from infra.settings import Settings, SettingsError

READ_OUTPUTS = "pulumi:pulumi:readStackOutputs"
HALF_WRITTEN = "failed to load checkpoint"
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between the attempts to read the stack's own outputs."""
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
    return stack_outputs(stack).apply(lambda found: list(found.get(KNOWN_VOLUMES_OUTPUT) or []))


def stack_outputs(stack: str) -> pulumi.Output[dict[str, Any]]:
    """Return the outputs of a stack of this project; none when it was never up.

    Whether an output is a secret is lost on the way: the caller says it again.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"

    async def read() -> dict[str, Any]:
        return dict((await _outputs(name)).get("outputs") or {})

    return pulumi.Output.from_input(read())


async def _outputs(stack: str) -> dict[str, Any]:
    """Return what the engine's function says, asking again when it met a half-written state.

    The engine saves the state while the program runs, and the file backend does not write the
    file's attributes in one step: a reader may find them empty ("failed to load checkpoint: EOF").
    """
    pauses = iter(PAUSES)
    while True:
        try:
            answer: dict[str, Any] = await pulumi.runtime.invoke_async(
                READ_OUTPUTS, {"name": stack}
            )
        except Exception as error:  # the SDK raises no class of its own
            pause = next(pauses, None)
            if pause is None or HALF_WRITTEN not in str(error):
                raise
            await asyncio.sleep(pause)
        else:
            return answer
