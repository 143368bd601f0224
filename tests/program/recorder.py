"""A Pulumi monitor that records what a program registers, options included."""

import asyncio
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from pulumi.runtime import config, mocks, rpc
from pulumi.runtime.settings import SETTINGS, reset_options
from pulumi.runtime.stack import run_pulumi_func

ORGANIZATION = "organization"


@dataclass
class Registered:
    """One resource as the program registered it."""

    type: str
    name: str
    parent: str
    inputs: dict
    request: object = field(repr=False)

    @property
    def hooks(self):
        return list(self.request.hooks.before_delete)


class PretendPlugins(mocks.Mocks):
    """Answers as the plugins would: computed outputs that others refer to."""

    def __init__(self, stack_outputs):
        self._stack_outputs = stack_outputs

    def new_resource(self, args):
        state = dict(args.inputs)
        if args.typ.endswith(":RemoteImage"):
            state["imageId"] = f"sha256:{args.name}"
        if args.typ.endswith(":RandomPassword"):
            state["result"] = f"generated-{args.name}"
        return f"{args.name}-id", state

    def call(self, args):
        assert args.token == "pulumi:pulumi:readStackOutputs"
        return {"name": args.args["name"], "outputs": self._stack_outputs}


class RecordingMonitor(mocks.MockMonitor):
    """Keeps every registration request; the base class answers it."""

    def __init__(self, answers):
        super().__init__(answers)
        self.registered = []

    def RegisterResource(self, request):  # noqa: N802 - the protocol's name
        inputs = rpc.deserialize_properties(request.object)
        self.registered.append(
            Registered(request.type, request.name, request.parent, inputs, request)
        )
        return super().RegisterResource(request)


class HookRegistry:
    """Stands where the SDK would serve hooks to an engine; keeps their functions by name."""

    def __init__(self):
        self.hooks = {}

    def register_resource_hook(self, hook):
        self.hooks[hook.name] = hook


@dataclass
class Recording:
    """What one run of a program did."""

    registered: list
    hooks: dict

    def of_type(self, suffix):
        return {r.name: r for r in self.registered if r.type.endswith(suffix)}


@contextmanager
def _own_event_loop():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        loop.close()
        asyncio.set_event_loop(None)


def run(program: Callable[[], None], stack: str, configuration, stack_outputs=None) -> Recording:
    """Run `program` as `stack` with a configuration of strings, as Pulumi passes it."""
    with _own_event_loop() as loop:
        reset_options(project="ledgerflow", stack=stack)
        monitor = RecordingMonitor(PretendPlugins(stack_outputs or {}))
        mocks.set_mocks(
            mocks=None,
            project="ledgerflow",
            stack=stack,
            preview=False,
            monitor=monitor,
            organization=ORGANIZATION,
        )
        registry = HookRegistry()
        SETTINGS.callbacks = registry
        config.set_all_config(configuration)
        try:
            loop.run_until_complete(run_pulumi_func(program))
        finally:
            SETTINGS.callbacks = None
    return Recording(monitor.registered, registry.hooks)
