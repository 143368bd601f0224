"""Images as resources; containers get an image's id, never a tag that could move."""

from pathlib import Path

import pulumi
import pulumi_docker as docker

from infra.render import options
from infra.render.content import content_hash
from infra.render.pinned_images import UNLOCKED, PinnedImages
from infra.spec import BuiltImage, Image, RegistryImage


def image_name(image: BuiltImage, repository: Path, pinned: PinnedImages = UNLOCKED) -> str:
    """Return the name of a built image, which carries the hash of what it is built from.

    In a locked environment that is also what the lock says of its base, so a renewed base
    renames the image. Where tags are allowed it is the base's reference alone.
    """
    bases = (pinned.identity(base.reference) for base in image.bases.values())
    identity = content_hash(
        repository / image.context,
        image.target,
        *bases,
        parts=image.parts,
        dockerfile=image.dockerfile,
    )
    return f"{image.repository}:{image.target}-{identity}"


class ImageResources:
    """Makes each image once, however many services run it; ``pinned`` says by which reference."""

    def __init__(
        self, parent: pulumi.Resource, repository: Path, pinned: PinnedImages = UNLOCKED
    ) -> None:
        self._parent = parent
        self._repository = repository
        self._pinned = pinned
        self._present: dict[str, docker.RemoteImage] = {}
        self._built: dict[BuiltImage, docker.RemoteImage] = {}

    def image_id(self, image: Image) -> pulumi.Output[str]:
        """Return the id (``sha256:…``) of the image, which the daemon has by then."""
        if isinstance(image, RegistryImage):
            return self._from_registry(image).image_id
        if image not in self._built:
            self._built[image] = self._build(image)
        return self._built[image].image_id

    def _from_registry(self, image: RegistryImage) -> docker.RemoteImage:
        if image.reference not in self._present:
            repository = image.reference.split("@")[0].rsplit("/", maxsplit=1)[-1]
            name = f"{repository.split(':')[0]}-image"
            self._present[image.reference] = self._image(
                name, self._pinned.reference(image.reference)
            )
        return self._present[image.reference]

    def _build(self, image: BuiltImage) -> docker.RemoteImage:
        name = f"{image.repository}-{image.target}"
        context = self._repository / image.context
        built = docker.Image(
            name,
            image_name=image_name(image, self._repository, self._pinned),
            skip_push=True,
            build=docker.DockerBuildArgs(
                context=str(context),
                dockerfile=str(context / image.dockerfile),
                target=image.target,
                args={
                    argument: self._pinned.reference(base.reference)
                    for argument, base in image.bases.items()
                },
                platform="linux/amd64",
            ),
            opts=options.plain(
                self._parent, depends_on=[self._from_registry(b) for b in image.bases.values()]
            ),
        )
        return self._image(f"{name}-image", built.image_name)

    def _image(self, name: str, reference: pulumi.Input[str]) -> docker.RemoteImage:
        return docker.RemoteImage(
            name, name=reference, keep_locally=True, opts=options.plain(self._parent)
        )
