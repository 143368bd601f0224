"""The comparison itself: a spec, what the state knows and a snapshot in, differences out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.drift import expected, files, found, remedies, view
from cli.drift.difference import ABSENT, Case, Difference, Kind, unequal_fields
from cli.drift.recorded import Recorded, Resource
from cli.drift.snapshot import Snapshot
from cli.drift.view import Inspect, View
from infra import conventions
from infra.render.content import image_name
from infra.render.pinned_images import UNLOCKED, PinnedImages, promised_for
from infra.spec import Environment, Image, RegistryImage, Service

SHORT = 19
"""Characters of ``sha256:…`` that tell two ids apart."""


@dataclass(frozen=True)
class Comparison:
    """Everything a comparison is made of; nothing here is asked again while it is made."""

    spec: Environment
    repository: Path
    recorded: Recorded
    snapshot: Snapshot

    def differences(self) -> list[Difference]:
        """Return every difference, volumes and networks first: containers stand on them."""
        return [*self._volumes(), *self._networks(), *self._containers(), *self._strangers()]

    def _containers(self) -> Iterator[Difference]:
        wanted = {self._container_name(service): service for service in self.spec.services}
        for name, service in wanted.items():
            yield from self._container(name, service)
        for name in sorted(self.snapshot.containers.keys() - wanted.keys()):
            yield self._unexpected(Kind.CONTAINER, name)

    def _container(self, name: str, service: Service) -> Iterator[Difference]:
        container = self.snapshot.containers.get(name)
        if container is None:
            yield self._missing(Kind.CONTAINER, name)
            return
        yield from self._identity(Kind.CONTAINER, name, container, self.recorded.containers)
        given = expected.inputs(self.spec, service, self.repository)
        resource = self.recorded.containers.get(name)
        wanted = {
            **self._from_image(container),
            **expected.container_view(given),
            **files.expected_files(
                service, given.get("uploads", []), resource.uploads if resource else {}
            ),
            "image": self._image_id(service.image, resource),
        }
        actual = {
            **found.container_view(container, self._image_volumes(container), self._network_ids()),
            **self.snapshot.files.get(name, {}),
            "image": container["Image"][:SHORT],
        }
        for fields in unequal_fields(wanted, actual, files.secret_fields(service)):
            case = Case.STOPPED if fields[0] == view.STATE else Case.CHANGED
            yield self._difference(Kind.CONTAINER, name, case, fields)

    def _networks(self) -> Iterator[Difference]:
        wanted = {conventions.network_name(self.spec.name, n.name): n for n in self.spec.networks}
        labels = {
            conventions.LABEL_ENVIRONMENT: self.spec.name,
            conventions.LABEL_STACK: self.spec.name,
        }
        for name, network in wanted.items():
            actual = self.snapshot.networks.get(name)
            if actual is None:
                yield self._missing(Kind.NETWORK, name)
                continue
            yield from self._identity(Kind.NETWORK, name, actual, self.recorded.networks)
            want = view.without_blanks(
                {"driver": "bridge", "internal": network.internal, **view.named("label", labels)}
            )
            for fields in unequal_fields(want, found.network_view(actual)):
                yield self._difference(Kind.NETWORK, name, Case.CHANGED, fields)
        for name in sorted(self.snapshot.networks.keys() - wanted.keys()):
            yield self._unexpected(Kind.NETWORK, name)

    def _volumes(self) -> Iterator[Difference]:
        wanted = {conventions.volume_name(self.spec.name, v.name): v for v in self.spec.volumes}
        for name, volume in wanted.items():
            actual = self.snapshot.volumes.get(name)
            if actual is None:
                yield self._missing(Kind.VOLUME, name)
                continue
            labels = conventions.volume_labels(self.spec.name, protected=volume.protected)
            want = {"driver": "local", **view.named("label", labels)}
            for fields in unequal_fields(want, found.volume_view(actual)):
                yield self._difference(Kind.VOLUME, name, Case.CHANGED, fields)
        for name in sorted(self.snapshot.volumes.keys() - wanted.keys()):
            yield self._unexpected(Kind.VOLUME, name)

    def _strangers(self) -> Iterator[Difference]:
        for name, labels in sorted(self.snapshot.strangers.items()):
            if labels.get(conventions.LABEL_ENVIRONMENT) != self.spec.name:
                fields = ("network", ABSENT, "on a network of this environment")
                yield self._difference(Kind.CONTAINER, name, Case.STRANGER, fields)

    def _identity(
        self, kind: Kind, name: str, actual: Inspect, recorded: Mapping[str, Resource]
    ) -> Iterator[Difference]:
        """A thing of our name that the stack did not make: replaced by hand, so to say."""
        resource = recorded.get(name)
        if resource is None or resource.id != actual["Id"]:
            known = resource.id[:12] if resource else "recorded in the state"
            fields = (view.IDENTITY, known, actual["Id"][:12])
            yield self._difference(kind, name, Case.FOREIGN, fields)

    def _missing(self, kind: Kind, name: str) -> Difference:
        return self._difference(kind, name, Case.MISSING, (view.STATE, "present", ABSENT))

    def _unexpected(self, kind: Kind, name: str) -> Difference:
        return self._difference(kind, name, Case.UNEXPECTED, (view.STATE, ABSENT, "present"))

    def _difference(
        self, kind: Kind, name: str, case: Case, fields: tuple[str, str, str]
    ) -> Difference:
        field, want, have = fields
        remedy = remedies.remedy(self.spec.name, kind, name, case, field)
        return Difference(kind, name, case, field, want, have, remedy)

    def _container_name(self, service: Service) -> str:
        return conventions.container_name(self.spec.name, service.name)

    def _image_id(self, image: Image, resource: Resource | None) -> str:
        """Return the id of the image that should run: the one that was deployed.

        What its reference means by now is no drift: another clone may have built the same sources
        under the same name, or pulled a tag anew. The next `make up` takes that in.
        """
        if resource:
            return resource.image[:SHORT]
        pinned = promised_for(self.spec, self.repository)
        reference = image_reference(image, self.repository, pinned)
        return self.snapshot.image_ids.get(reference, reference)[:SHORT]

    def _from_image(self, container: Inspect) -> View:
        """What the container has from the image it runs, be it the expected one or not."""
        return expected.image_view(self._image_config(container))

    def _image_volumes(self, container: Inspect) -> Mapping[str, Any]:
        return self._image_config(container).get("Volumes") or {}

    def _image_config(self, container: Inspect) -> Mapping[str, Any]:
        return self.snapshot.images.get(container["Image"], {})

    def _network_ids(self) -> dict[str, str]:
        return {name: network["Id"] for name, network in self.snapshot.networks.items()}


def image_reference(image: Image, repository: Path, pinned: PinnedImages = UNLOCKED) -> str:
    """Return the name under which the daemon has the image: by digest where the lock has one."""
    if isinstance(image, RegistryImage):
        return pinned.reference(image.reference)
    return image_name(image, repository, pinned)


def image_references(spec: Environment, repository: Path) -> list[str]:
    """Return the names of all images that run in an environment."""
    pinned = promised_for(spec, repository)
    images = {service.image for service in spec.services}
    return sorted({image_reference(image, repository, pinned) for image in images})
