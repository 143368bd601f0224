"""Images as resources; containers get an image's id, never a tag that could move."""

from pathlib import Path

import pulumi
import pulumi_docker as docker

from infra.images_lock import ImageLockError
from infra.render import options
from infra.render.content import image_name
from infra.render.pinned_images import UNLOCKED, Ask, PinnedImages, pinned_for
from infra.spec import BuiltImage, Environment, Image, RegistryImage


def pinned_in_program(spec: Environment, repository: Path, ask: Ask) -> PinnedImages:
    """Return what the images of ``spec`` stand for in the running program, as ``pinned_for`` does.

    Raises pulumi.RunError, which Pulumi shows without a traceback.
    """
    try:
        return pinned_for(spec, repository, ask, preview=pulumi.runtime.is_dry_run())
    except ImageLockError as error:
        raise pulumi.RunError(str(error)) from None


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
