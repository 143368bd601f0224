"""`docker:index/image:Image`: an image built from a context, rebuilt when that changes.

State and inputs are those of the official plugin's own resource: the outputs keep the inputs in
`__inputs`, and the inputs hold a digest of the context.
"""

import os.path
from pathlib import Path

from airgap.plugins.checking import Checker
from airgap.plugins.diffing import Change
from airgap.plugins.docker.client import Docker
from airgap.plugins.docker.image.build import build
from airgap.plugins.docker.image.context import digest, sources
from airgap.plugins.docker.image.fields import BUILDER_ADVICE, FIELDS, PUSH_ADVICE
from airgap.plugins.docker.image.platforms import host_platform
from airgap.plugins.resource import Call, Checked, Difference, Live, Naming, Resource
from airgap.plugins.values import UNKNOWN, Properties, Secret, has_unknown


class Image(Resource):
    """A local image; pushing is left to `docker push`."""

    token = "docker:index/image:Image"  # noqa: S105
    plugin = "docker"
    fields = FIELDS
    marks_defaults = False

    def __init__(self, docker: Docker) -> None:
        self._docker = docker

    def check(self, news: Properties, olds: Properties, naming: Naming) -> Checked:
        checker = Checker(naming.logical_name, self.plugin, self.marks_defaults)
        inputs = checker.check(self.fields, news, {})
        options = inputs.get("build") or {}
        if inputs.get("skipPush") is not True:
            checker.fail("skipPush", PUSH_ADVICE)
        if options.get("builderVersion") == "BuilderBuildKit":
            checker.fail("build.builderVersion", BUILDER_ADVICE)
        if not checker.failures:
            self._add_digest(inputs, checker)
        return Checked(inputs, checker.failures)

    def _add_digest(self, inputs: Properties, checker: Checker) -> None:
        options = dict(inputs.get("build") or {})
        if has_unknown(options.get("context")) or has_unknown(options.get("dockerfile")):
            options["contextDigest"] = UNKNOWN
        else:
            context, dockerfile = sources(options)
            problem = _missing(context, dockerfile)
            if problem:
                checker.fail("build", problem)
                return
            options["contextDigest"] = digest(context, dockerfile)
        options.setdefault("platform", host_platform())
        inputs["build"] = options

    def diff(self, old_inputs: Properties, olds: Properties, news: Properties) -> Difference:
        before = olds.get("__inputs") or old_inputs
        changes = [
            Change(
                key,
                "add" if key not in before else "delete" if key not in news else "update",
                replace=False,
            )
            for key in sorted({*before, *news})
            if before.get(key) != news.get(key)
        ]
        return Difference(changes)

    def preview(self, call: Call, inputs: Properties, olds: Properties) -> Properties:
        if inputs.get("buildOnPreview") and not has_unknown(inputs):
            return self._build(call, inputs)
        return {
            **_outputs(inputs, UNKNOWN),
            "dockerfile": UNKNOWN if not olds else olds["dockerfile"],
        }

    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        return inputs["imageName"], self._build(call, inputs)

    def update(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Properties:
        del resource_id, olds
        return self._build(call, inputs)

    def read(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Live | None:
        del call
        from docker.errors import NotFound  # noqa: PLC0415

        with self._docker.call(f"read the image '{resource_id}'") as client:
            try:
                found = client.inspect_image(resource_id)  # type: ignore[no-untyped-call]
            except NotFound:
                return None
        kept = {k: Secret(v) if k == "__inputs" else v for k, v in olds.items()}
        return Live(resource_id, inputs, {**kept, "repoDigest": found["Id"]})

    def delete(self, call: Call, resource_id: str, olds: Properties) -> None:
        """Nothing, as the official plugin: the image may still be wanted for a way back."""

    def _build(self, call: Call, inputs: Properties) -> Properties:
        name, options = inputs["imageName"], inputs.get("build") or {}
        with self._docker.call(f"build the image '{name}'"):
            image = build(self._docker.patient(), call, name, options)
        return _outputs(inputs, image)


def _outputs(inputs: Properties, image: object) -> Properties:
    options = inputs.get("build") or {}
    context, dockerfile = sources(options)
    name = inputs["imageName"]
    return {
        "__inputs": Secret(inputs),
        "baseImageName": name,
        "context": str(options.get("context", ".")),
        "dockerfile": _relative(dockerfile, context),
        "imageName": name,
        "platform": options.get("platform"),
        "registryServer": "",
        "repoDigest": image,
    }


def _relative(dockerfile: Path, context: Path) -> str:
    return Path(os.path.relpath(dockerfile.resolve(), context.resolve())).as_posix()


def _missing(context: Path, dockerfile: Path) -> str | None:
    """Why these paths cannot be built from."""
    if not context.is_dir():
        return f"the build context '{context}' is not a folder (seen from {Path.cwd()})"
    if dockerfile.is_file():
        return None
    advice = f"; try '{context / dockerfile}'" if (context / dockerfile).is_file() else ""
    return f"there is no Dockerfile at '{dockerfile}' (seen from {Path.cwd()}){advice}"
