"""The package's schema as JSON, for `pulumi import` and whoever else asks the plugin.

Made from the same field tables that Check and Diff use, so it describes what the stand-in really
accepts. Format: https://www.pulumi.com/docs/iac/packages-and-automation/pulumi-packages/schema/
"""

import json
from typing import TYPE_CHECKING

from airgap.plugins.schema import NESTED, Field, Fields, inputs_of
from airgap.plugins.values import Properties

if TYPE_CHECKING:
    from airgap.plugins.package import Package


def package_schema(package: "Package") -> str:
    """The schema of all resource types of `package`."""
    types: Properties = {}
    resources = {
        token: _resource(token, resource.fields, types)
        for token, resource in package.resources.items()
    }
    return json.dumps(
        {
            "name": package.name,
            "version": package.version,
            "description": f"LedgerFlow's stand-in for the {package.name} plugin",
            "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
            "resources": resources,
            "types": types,
            "provider": {},
            "config": {},
        }
    )


def _resource(token: str, fields: Fields, types: Properties) -> Properties:
    inputs = inputs_of(fields)
    everything = {name: _type(spec, name, token, types) for name, spec in fields.items()}
    return {
        "inputProperties": {name: everything[name] for name in inputs},
        "requiredInputs": sorted(n for n, spec in inputs.items() if spec.required),
        "properties": everything,
    }


def _type(spec: Field, name: str, token: str, types: Properties) -> Properties:
    if spec.shape in NESTED:
        reference: Properties = {"$ref": f"#/types/{_nested(spec, name, token, types)}"}
        return reference if spec.shape == "block" else {"type": "array", "items": reference}
    plain: Properties = {"type": spec.kind}
    if spec.shape == "map":
        return {"type": "object", "additionalProperties": plain}
    return plain if spec.shape == "scalar" else {"type": "array", "items": plain}


def _nested(spec: Field, name: str, token: str, types: Properties) -> str:
    """Register the block's type; named after its resource and property, as in the official SDK."""
    package, _, resource = token.split(":")
    singular = name.removesuffix("s") if spec.shape != "block" else name
    title = f"{resource}{singular[0].upper()}{singular[1:]}"
    nested = f"{package}:index/{title}:{title}"
    parts = spec.fields or {}
    types[nested] = {
        "type": "object",
        "properties": {n: _type(p, n, f"{package}::{title}", types) for n, p in parts.items()},
        "required": sorted(n for n, p in parts.items() if p.required),
    }
    return nested
