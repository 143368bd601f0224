"""Rules for images: what runs is known by content, and stays when a container goes."""

from typing import Final

from policies.catalogue.rule import Layer, Rule

LF007: Final = Rule(
    id="LF007",
    slug="image-by-content",
    title="Containers take images by id or digest",
    sentence="A container's image is an id (sha256:…) or ends in a digest (@sha256:…).",
    why="A tag moves: the same program would run something else tomorrow, unnoticed.",
    sources=("I2", "CIS Docker Benchmark 4.2", "design: traps of the platform"),
    applies_to="containers",
    remedy="Give the container the image_id of its RemoteImage resource.",
)

LF008: Final = Rule(
    id="LF008",
    slug="locked-images",
    title="Production's images are locked",
    sentence="In production an image is named by digest, stands in images.lock.json, or is "
    "LedgerFlow's own and named by its content.",
    why="What was tested must be what is deployed, on every machine.",
    sources=("I2",),
    applies_to="images of staging, prod and dr",
    remedy="Add the image to images.lock.json with `make images-lock`.",
    layers=(Layer.POLICY, Layer.PROGRAM),
)

LF009: Final = Rule(
    id="LF009",
    slug="keep-images",
    title="Images stay on the machine",
    sentence="Every RemoteImage has keepLocally and not forceRemove.",
    why="Without it a destroy, or a new version, deletes the image that a rollback needs.",
    sources=("D5", "design: traps of the platform"),
    applies_to="RemoteImage resources",
    remedy="Set keep_locally=True, and leave force_remove out.",
)

RULES: Final = (LF007, LF008, LF009)
