"""Pulumi's ResourceProvider service over a `Package`: gRPC in, gRPC out."""
# ruff: noqa: N802 - gRPC names the methods

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from airgap.plugins.answers import diff_response, reported
from airgap.plugins.diffing import Change
from airgap.plugins.engine import Engine
from airgap.plugins.inflight import InFlight
from airgap.plugins.package import Package
from airgap.plugins.paths import covers
from airgap.plugins.resource import Call, Difference, Log, Naming, Resource
from airgap.plugins.schema_json import package_schema
from airgap.plugins.values import Properties, from_struct, has_unknown, to_struct

Context = grpc.ServicerContext
_Naming = provider_pb2.CheckRequest.AutonamingOptions


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine. One instance serves all resources of one provider process."""

    def __init__(self, package: Package, engine: Engine, in_flight: InFlight) -> None:
        self._package = package
        self._engine = engine
        self._in_flight = in_flight

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: Context
    ) -> provider_pb2.ProviderHandshakeResponse:
        del context
        self._engine.attach(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=False,
            accept_resources=False,
            accept_outputs=False,
            supports_autonaming_configuration=True,
        )

    def Attach(self, request: plugin_pb2.PluginAttach, context: Context) -> empty_pb2.Empty:
        del context
        self._engine.attach(request.address)
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: Context) -> plugin_pb2.PluginInfo:
        del request, context
        return plugin_pb2.PluginInfo(version=self._package.version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: Context
    ) -> provider_pb2.GetSchemaResponse:
        del request, context
        return provider_pb2.GetSchemaResponse(schema=package_schema(self._package))

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: Context
    ) -> provider_pb2.CheckResponse:
        with reported(context, self._package.name):
            failures = self._package.check_config(from_struct(request.news))
            return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(failures))

    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: Context
    ) -> provider_pb2.DiffResponse:
        del context
        olds, news = from_struct(request.olds), from_struct(request.news)
        keys = sorted(k for k in {*olds, *news} if olds.get(k) != news.get(k))
        changes = [Change(key, "update", replace=False) for key in keys]
        return diff_response(Difference(changes))

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: Context
    ) -> provider_pb2.ConfigureResponse:
        package = self._package
        with reported(context, package.name):
            package.configure(from_struct(request.args))
        self._engine.debug(
            f"{package.name} {package.version}: LedgerFlow's stand-in for the official plugin"
        )
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False,
            acceptResources=False,
            acceptOutputs=False,
            supportsPreview=True,
            supports_autonaming_configuration=True,
        )

    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: Context
    ) -> provider_pb2.InvokeResponse:
        with reported(context, self._package.name):
            result = self._package.invoke(request.tok, from_struct(request.args))
            response = provider_pb2.InvokeResponse()
            getattr(response, "return").CopyFrom(to_struct(result))
            return response

    def Check(
        self, request: provider_pb2.CheckRequest, context: Context
    ) -> provider_pb2.CheckResponse:
        with reported(context, self._package.name):
            checked = self._resource(request.urn).check(
                from_struct(request.news), from_struct(request.olds), _naming(request)
            )
            return provider_pb2.CheckResponse(
                inputs=to_struct(checked.inputs), failures=_failures(checked.failures)
            )

    def Diff(
        self, request: provider_pb2.DiffRequest, context: Context
    ) -> provider_pb2.DiffResponse:
        with reported(context, self._package.name):
            difference = self._resource(request.urn).diff(
                from_struct(request.old_inputs),
                from_struct(request.olds),
                from_struct(request.news),
            )
            return diff_response(_without_ignored(difference, list(request.ignoreChanges)))

    def Create(
        self, request: provider_pb2.CreateRequest, context: Context
    ) -> provider_pb2.CreateResponse:
        resource, inputs = self._resource(request.urn), from_struct(request.properties)
        with reported(context, self._package.name):
            if request.preview:
                outputs = resource.preview(self._call(request.urn), inputs, {})
                return provider_pb2.CreateResponse(properties=to_struct(outputs))
            with self._in_flight.operation():
                identity, outputs = resource.create(self._call(request.urn), inputs)
            return provider_pb2.CreateResponse(id=identity, properties=to_struct(outputs))

    def Read(
        self, request: provider_pb2.ReadRequest, context: Context
    ) -> provider_pb2.ReadResponse:
        inputs, olds = from_struct(request.inputs), from_struct(request.properties)
        with reported(context, self._package.name):
            live = self._resource(request.urn).read(
                self._call(request.urn), request.id, inputs, olds
            )
        if live is None:
            return provider_pb2.ReadResponse()
        # The official plugin keeps a note for itself in the state; it stays as long as it is true.
        bare = {k: v for k, v in olds.items() if k != "__pulumi_raw_state_delta"}
        outputs = request.properties if live.outputs == bare else to_struct(live.outputs)
        return provider_pb2.ReadResponse(
            id=live.resource_id, inputs=to_struct(live.inputs), properties=outputs
        )

    def Update(
        self, request: provider_pb2.UpdateRequest, context: Context
    ) -> provider_pb2.UpdateResponse:
        resource, call = self._resource(request.urn), self._call(request.urn)
        inputs, olds = from_struct(request.news), _state(from_struct(request.olds))
        with reported(context, self._package.name):
            if request.preview or has_unknown(inputs):
                outputs = resource.preview(call, inputs, olds)
            else:
                with self._in_flight.operation():
                    outputs = resource.update(call, request.id, inputs, olds)
            return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> empty_pb2.Empty:
        with reported(context, self._package.name), self._in_flight.operation():
            self._resource(request.urn).delete(
                self._call(request.urn), request.id, _state(from_struct(request.properties))
            )
        return empty_pb2.Empty()

    def Cancel(self, request: empty_pb2.Empty, context: Context) -> empty_pb2.Empty:
        del request, context
        self._in_flight.cancelled.set()
        return empty_pb2.Empty()

    def _resource(self, urn: str) -> Resource:
        return self._package.resource(_token(urn))

    def _call(self, urn: str) -> Call:
        engine = self._engine
        log = Log(
            info=lambda message: engine.info(urn, message),
            status=lambda message: engine.status(urn, message),
        )
        return Call(urn, log, self._in_flight.cancelled)


def _token(urn: str) -> str:
    """The resource's own type: the last of the types that a URN's third part chains with `$`."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _failures(reasons: list[str]) -> list[provider_pb2.CheckFailure]:
    return [provider_pb2.CheckFailure(reason=reason) for reason in reasons]


def _naming(request: provider_pb2.CheckRequest) -> Naming:
    options = request.autonaming if request.HasField("autonaming") else None
    return Naming(
        logical_name=request.urn.rsplit("::", 1)[-1],
        seed=bytes(request.randomSeed),
        proposed=options.proposed_name if options and options.proposed_name else None,
        disabled=options is not None and options.mode == _Naming.DISABLE,
    )


def _without_ignored(difference: Difference, ignored: list[str]) -> Difference:
    """The difference without what `ignore_changes` names."""
    kept = [c for c in difference.changes if not any(covers(path, c.path) for path in ignored)]
    return Difference(kept, difference.delete_before_replace, difference.detailed)


def _state(olds: Properties) -> Properties:
    return {k: v for k, v in olds.items() if k != "__pulumi_raw_state_delta"}
