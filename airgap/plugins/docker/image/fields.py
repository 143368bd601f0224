"""The inputs and outputs of `docker.Image`."""

from airgap.plugins.schema import Field, Fields, block

_PUSH = "push with `docker push`, or install the official plugin"
_CLASSIC = "leave it out or say 'BuilderV1'; the stand-in builds with the classic builder"

BUILD: Fields = {
    "context": Field(),
    "dockerfile": Field(),
    "args": Field(shape="map"),
    "target": Field(),
    "platform": Field(),
    "network": Field(),
    "addHosts": Field(shape="list", pattern=":"),
    "cacheFrom": block({"images": Field(shape="list")}),
    "builderVersion": Field(pattern="^(BuilderV1|BuilderBuildKit)$"),
    # Check adds it; it makes a changed file a difference.
    "contextDigest": Field(),
}
FIELDS: Fields = {
    "imageName": Field(required=True),
    "build": block(BUILD),
    "buildOnPreview": Field(kind="boolean"),
    "skipPush": Field(kind="boolean"),
    "registry": Field(
        shape="block",
        refused=_PUSH,
        fields={"server": Field(), "username": Field(), "password": Field()},
    ),
    "baseImageName": Field(output_only=True),
    "context": Field(output_only=True),
    "dockerfile": Field(output_only=True),
    "platform": Field(output_only=True),
    "registryServer": Field(output_only=True),
    "repoDigest": Field(output_only=True),
}
PUSH_ADVICE = f"'skipPush' must be true: {_PUSH}"
BUILDER_ADVICE = f"'BuilderBuildKit' is not supported: {_CLASSIC}"
