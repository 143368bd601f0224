"""Build stand-in images by hand: ``python -m airgap.images [REF...]``."""

import argparse
import sys
from pathlib import Path

import docker
from docker.errors import DockerException

from airgap.images import STAND_INS, Decision, ImageError, ensure
from airgap.images.daemon import DAEMON_AWAY

DEFAULT_CACHE = Path(".ledgerflow/cache/images")
OUTCOMES = {
    Decision.BUILD: "built from packages",
    Decision.KEEP: "up to date",
    Decision.OFFICIAL: "the image that is there, left alone",
}


def main(arguments: list[str] | None = None) -> int:
    """Build what is missing; exit code 0, 1 for an error a person can fix, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="python -m airgap.images", description=__doc__)
    parser.add_argument("references", nargs="*", metavar="REF", help="default: all of them")
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        client = docker.from_env(timeout=600)
        built = ensure(options.references or STAND_INS, client, options.cache.resolve(), _say)
    except ImageError as error:
        print(error, file=sys.stderr)
        return 1
    except DockerException as error:
        print(f"{error}\n{DAEMON_AWAY}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; run it again to go on from here.", file=sys.stderr)
        return 130
    for image in built:
        print(f"{image.reference:24} {OUTCOMES[image.decision]}  {image.image_id[:19]}")
    return 0


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
