"""Rules for production and what is like it: staging, prod, dr, and every name not known."""

from typing import Final

from policies.catalogue.rule import Layer, Rule

PRODUCTION: Final = "staging, prod and dr"

LF028: Final = Rule(
    id="LF028",
    slug="no-adminer",
    title="Production has no Adminer",
    sentence="In production there is no container of Adminer and no image of it.",
    why="It is a door to the whole database with nothing but a password before it.",
    sources=("I2",),
    applies_to=f"containers and images of {PRODUCTION}",
    remedy="Remove adminer from the stack's configuration.",
)

LF029: Final = Rule(
    id="LF029",
    slug="no-debug",
    title="Production does not debug",
    sentence="In production no variable switches debugging on, and no container runs Django's "
    "development server or development settings.",
    why="Django's debug pages show settings and data to whoever causes an error.",
    sources=("I2",),
    applies_to=f"containers of {PRODUCTION}",
    remedy="Remove debug from the stack's configuration, and set django.stage to prod.",
)

LF030: Final = Rule(
    id="LF030",
    slug="no-source-mount",
    title="Production mounts nothing of the machine",
    sentence="In production no container mounts a folder of the machine.",
    why="What runs would be what lies in a folder at the moment, not what was built and tested.",
    sources=("I2", "CIS Docker Benchmark 5.6"),
    applies_to=f"containers of {PRODUCTION}; a backup stack may, its archive is such a folder",
    remedy="Set django.stage to prod; put files into the image or upload them.",
)

LF031: Final = Rule(
    id="LF031",
    slug="no-default-credentials",
    title="Production has no default credential",
    sentence="In production no secret file and no secret variable holds a known default.",
    why="The development defaults are public: they stand in the repository.",
    sources=("I5",),
    applies_to=f"containers of {PRODUCTION}",
    remedy="Remove the secret from the stack's configuration, and it is generated; or set your "
    "own with `pulumi config set --secret`.",
    layers=(Layer.POLICY,),
)

RULES: Final = (LF028, LF029, LF030, LF031)
