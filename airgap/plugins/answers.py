"""The engine's answers made from ours: differences and failures as protobuf messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from traceback import extract_tb
from typing import NoReturn

import grpc
from google.protobuf import any_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from airgap.plugins.errors import InitFailedError, PluginError
from airgap.plugins.resource import Difference
from airgap.plugins.values import to_struct

_Kind = provider_pb2.PropertyDiff
_KINDS = {
    ("add", False): _Kind.ADD,
    ("add", True): _Kind.ADD_REPLACE,
    ("update", False): _Kind.UPDATE,
    ("update", True): _Kind.UPDATE_REPLACE,
    ("delete", False): _Kind.DELETE,
    ("delete", True): _Kind.DELETE_REPLACE,
}


def diff_response(difference: Difference) -> provider_pb2.DiffResponse:
    """A `DiffResponse`; the paths make the command line show `[diff: ~envs]`."""
    changes = difference.changes
    replaces = list(dict.fromkeys(change.top for change in changes if change.replace))
    response = provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME
        if changes
        else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=list(dict.fromkeys(change.top for change in changes)),
        replaces=replaces,
        deleteBeforeReplace=bool(replaces) and difference.delete_before_replace,
        hasDetailedDiff=difference.detailed,
    )
    if difference.detailed:
        for change in changes:
            kind = _KINDS[change.action, change.replace]
            response.detailedDiff[change.path].kind = kind
    return response


@contextmanager
def reported(context: grpc.ServicerContext, plugin: str) -> Iterator[None]:
    """Turn what the body raises into a gRPC status that the engine understands."""
    try:
        yield
    except PluginError as error:
        context.abort(grpc.StatusCode.UNKNOWN, str(error))
    except InitFailedError as failure:
        _abort_partial(context, failure)
    except Exception as error:
        context.abort(grpc.StatusCode.INTERNAL, _bug(plugin, error))


def _bug(plugin: str, error: Exception) -> str:
    """Where it happened, without the message: that could hold an input's value."""
    frames = extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
    return (
        f"LedgerFlow's stand-in for the {plugin} plugin failed with {type(error).__name__} at "
        f"{where}. This is a fault of the stand-in: please report it with this line"
    )


def _abort_partial(context: grpc.ServicerContext, failure: InitFailedError) -> NoReturn:
    """Report a resource that exists but is not ready, with the state to record for it."""
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=failure.resource_id,
            properties=to_struct(failure.outputs),
            inputs=to_struct(failure.inputs),
            reasons=failure.reasons,
        )
    )
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=str(failure), details=[detail])
    details = ("grpc-status-details-bin", status.SerializeToString())
    context.set_trailing_metadata((details,))
    context.abort(code, str(failure))
