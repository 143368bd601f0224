"""Pulumi's ``LanguageRuntime`` service, as ``proto/pulumi/language.proto`` describes it.

What is not served here answers UNIMPLEMENTED with a sentence; the engine does without.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version as distribution_version
from typing import NoReturn

import grpc
from google.protobuf import empty_pb2
from google.protobuf.message import Message
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from airgap.language_host import dependencies, interpreter, options, packages, plugin, program
from airgap.language_host.errors import LanguageHostError
from airgap.language_host.interpreter import Interpreter
from airgap.language_host.processes import Processes


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Serves one engine, whose address is `engine_address`."""

    def __init__(self, engine_address: str, processes: Processes) -> None:
        self._engine_address = engine_address
        self._processes = processes

    def Handshake(  # noqa: N802 - the protocol's name, as all below
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Learn the engine's address anew; an engine that attaches to a running host calls it."""
        self._engine_address = request.engine_address or self._engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The version of the SDK that the host speaks for."""
        return plugin_pb2.PluginInfo(version=distribution_version("pulumi"))

    def GetRequiredPackages(  # noqa: N802
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """The plugins that the installed Pulumi packages need."""
        with _reported(context):
            return language_pb2.GetRequiredPackagesResponse(packages=_required(request.info))

    def GetRequiredPlugins(  # noqa: N802
        self, request: language_pb2.GetRequiredPluginsRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPluginsResponse:
        """The same for an engine that knows no packages."""
        with _reported(context):
            return language_pb2.GetRequiredPluginsResponse(
                plugins=[
                    plugin_pb2.PluginDependency(
                        name=each.name, kind=each.kind, version=each.version, server=each.server
                    )
                    for each in _required(request.info)
                ]
            )

    def Run(  # noqa: N802
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run a Pulumi program to its end."""
        with _reported(context):
            return program.run(request, self._engine_address, self._processes, context)

    def RunPlugin(  # noqa: N802
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a policy pack or a plugin that is written in Python, and stream what it prints."""
        with _reported(context):
            yield from plugin.run(request, self._processes, context)

    def InstallDependencies(  # noqa: N802
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Make the virtual environment and install into it, streaming pip's output."""
        with _reported(context):
            yield from dependencies.install(request, self._processes, context)

    def About(  # noqa: N802
        self, request: language_pb2.AboutRequest, context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        """The interpreter, for ``pulumi about``."""
        with _reported(context):
            chosen = _interpreter(request.info)
            return language_pb2.AboutResponse(
                executable=str(chosen.executable),
                version=interpreter.version(chosen),
                metadata={"language host": "LedgerFlow"},
            )

    def GetProgramDependencies(  # noqa: N802
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """The installed distributions."""
        with _reported(context):
            installed = packages.dependencies(
                interpreter.search_path(_interpreter(request.info)),
                transitive=request.transitiveDependencies,
            )
            return language_pb2.GetProgramDependenciesResponse(
                dependencies=[
                    language_pb2.DependencyInfo(name=name, version=version)
                    for name, version in installed
                ]
            )

    def Cancel(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """End every running program and plugin; their calls answer with an error."""
        self._processes.end_all()
        return empty_pb2.Empty()

    def RuntimeOptionsPrompts(  # noqa: N802
        self, request: Message, context: grpc.ServicerContext
    ) -> NoReturn:
        """Questions of ``pulumi new``: none are asked."""
        _unimplemented(context, "asks no questions for pulumi new")

    def Template(  # noqa: N802
        self, request: Message, context: grpc.ServicerContext
    ) -> NoReturn:
        """Filling in a template of ``pulumi new``: not served."""
        _unimplemented(context, "fills in no templates")

    def GenerateProgram(  # noqa: N802
        self, request: Message, context: grpc.ServicerContext
    ) -> NoReturn:
        """Code generation: not served."""
        _unimplemented(context, "generates no programs")

    def GenerateProject(  # noqa: N802
        self, request: Message, context: grpc.ServicerContext
    ) -> NoReturn:
        """Code generation: not served."""
        _unimplemented(context, "generates no projects")

    def GeneratePackage(  # noqa: N802
        self, request: Message, context: grpc.ServicerContext
    ) -> NoReturn:
        """Code generation: not served."""
        _unimplemented(context, "generates no SDK packages")

    def Pack(  # noqa: N802
        self, request: Message, context: grpc.ServicerContext
    ) -> NoReturn:
        """Packing an SDK: not served."""
        _unimplemented(context, "packs no SDK packages")

    def Link(  # noqa: N802
        self, request: Message, context: grpc.ServicerContext
    ) -> NoReturn:
        """Linking a local SDK: not served."""
        _unimplemented(context, "links no local packages")


def _interpreter(info: language_pb2.ProgramInfo) -> Interpreter:
    return interpreter.choose(options.read(info))


def _required(info: language_pb2.ProgramInfo) -> list[plugin_pb2.PackageDependency]:
    return packages.required(interpreter.search_path(_interpreter(info)))


@contextmanager
def _reported(context: grpc.ServicerContext) -> Iterator[None]:
    """Answer what a user can put right as FAILED_PRECONDITION, with its lines."""
    try:
        yield
    except (LanguageHostError, OSError, subprocess.SubprocessError) as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))


def _unimplemented(context: grpc.ServicerContext, what: str) -> NoReturn:
    context.abort(
        grpc.StatusCode.UNIMPLEMENTED,
        f"LedgerFlow's Python language host {what}; install the official Pulumi for that.",
    )
    raise AssertionError("abort always raises")
