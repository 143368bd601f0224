"""`RandomId`: random bytes in several notations."""

import base64
import binascii
import secrets

from airgap.plugins.diffing import compare
from airgap.plugins.errors import PluginError
from airgap.plugins.random import fields
from airgap.plugins.resource import Call, Difference, Live, Resource
from airgap.plugins.values import UNKNOWN, Properties

_NOTATIONS = ("b64Std", "b64Url", "dec", "hex")


class RandomId(Resource):
    """Random bytes; the id is their URL-safe base64 without padding and without the prefix."""

    token = "random:index/randomId:RandomId"  # noqa: S105
    plugin = "random"
    fields = fields.ID
    marks_defaults = False

    def diff(self, old_inputs: Properties, olds: Properties, news: Properties) -> Difference:
        return Difference(compare(self.fields, olds, news, old_inputs), detailed=False)

    def preview(self, call: Call, inputs: Properties, olds: Properties) -> Properties:
        return {**inputs, **dict.fromkeys(_NOTATIONS, UNKNOWN), **olds}

    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        return _described(secrets.token_bytes(inputs["byteLength"]), inputs)

    def read(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Live | None:
        """The recorded value; an import takes `<id>` or `<prefix>,<id>`."""
        if "hex" in olds:
            return Live(resource_id, inputs, olds)
        prefix, _, text = resource_id.rpartition(",")
        try:
            value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except binascii.Error as error:
            message = "a RandomId is imported by its b64Url value, after `<prefix>,` if it has one"
            raise PluginError(message) from error
        given: Properties = {"byteLength": len(value), **({"prefix": prefix} if prefix else {})}
        identity, state = _described(value, given)
        return Live(identity, given, state)

    def update(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Properties:
        return {**olds, **inputs}

    def delete(self, call: Call, resource_id: str, olds: Properties) -> None:
        """Nothing to do: the value lives in the state alone."""


def _described(value: bytes, inputs: Properties) -> tuple[str, Properties]:
    prefix = inputs.get("prefix", "")
    url = base64.urlsafe_b64encode(value).decode().rstrip("=")
    notations = {
        "b64Std": prefix + base64.b64encode(value).decode(),
        "b64Url": prefix + url,
        "dec": prefix + str(int.from_bytes(value, "big")),
        "hex": prefix + value.hex(),
    }
    return url, {"id": url, **inputs, **notations}
