"""Messages from a plugin to the engine, which shows them beside the resource."""

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

_Severity = engine_pb2.LogSeverity


class Engine:
    """The engine's logging service; silent until the engine has said where it listens."""

    def __init__(self) -> None:
        self._stub: engine_pb2_grpc.EngineStub | None = None

    def attach(self, address: str) -> None:
        """Connect (lazily) to `address`, `host:port`."""
        self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def debug(self, message: str) -> None:
        """A line for `pulumi --debug` and the verbose log only."""
        self._send(_Severity.DEBUG, message, "", ephemeral=False)

    def info(self, urn: str, message: str) -> None:
        """A line that stays on the screen."""
        self._send(_Severity.INFO, message, urn, ephemeral=False)

    def status(self, urn: str, message: str) -> None:
        """Progress: shown beside the resource until the next message."""
        self._send(_Severity.INFO, message, urn, ephemeral=True)

    def _send(self, severity: int, message: str, urn: str, *, ephemeral: bool) -> None:
        if self._stub is None:
            return
        request = engine_pb2.LogRequest(
            severity=severity,  # type: ignore[arg-type]
            message=message,
            urn=urn,
            ephemeral=ephemeral,
        )
        try:
            self._stub.Log(request, timeout=5)
        except grpc.RpcError:
            # A message lost because the engine is leaving must not fail the operation.
            self._stub = None
