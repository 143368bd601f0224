"""Copies a volume with everything that makes a file what it is, and proves the copy.

The proof compares, for every entry, kind, mode, owner, link target and, for files, size and
SHA-256, both sides read again from the volumes after the copy was written to disk.
"""

from contextlib import suppress

import docker
import docker.errors

from cli.errors import UserError
from infra.services import postgres

COPY = "cp -a /from/. /to/ && sync -f /to"
LIST = r"""
set -eu
list() {
    cd "$1"
    find . -printf '%y %m %U:%G %p %l\0' | sort -z | tr '\0' '\n'
    find . -type f -print0 | sort -z | xargs -0 -r sha256sum
}
list /from >/tmp/from &
list /to >/tmp/to
wait $!
cmp -s /tmp/from /tmp/to && exit 0
diff /tmp/from /tmp/to | grep '^[<>]' | head -n 5
exit 9
"""
CAPABILITIES = ("CHOWN", "DAC_OVERRIDE", "FOWNER")
DIFFERENT = 9


def copy(client: docker.DockerClient, image: str, source: str, target: str) -> None:
    """Copy all of the volume ``source`` into the empty volume ``target``, and prove it.

    ``image`` is any with the GNU tools: the environment's own PostgreSQL image has them. Raises
    UserError when the copy fails or is not the same; ``source`` is mounted read-only.
    """
    code, words = _run(client, image, COPY, source, target, target_mode="rw")
    if code != 0:
        raise UserError(
            f"copying {source} to {target} failed: {words}",
            "see that the disk of the Docker engine has room; then run the same command again",
        )
    code, words = _run(client, image, LIST, source, target, target_mode="ro")
    if code != 0:
        what = "differs" if code == DIFFERENT else "cannot be compared"
        raise UserError(
            f"the copy {target} {what} from {source}: {words}",
            "see that nothing else uses these volumes; then run the same command again",
        )


def _run(
    client: docker.DockerClient,
    image: str,
    script: str,
    source: str,
    target: str,
    *,
    target_mode: str,
) -> tuple[int, str]:
    name = f"{target}_copying"
    with suppress(docker.errors.NotFound):  # left over by a run that was killed
        client.containers.get(name).remove(force=True)
    container = client.containers.create(
        image,
        name=name,
        entrypoint=["bash", "-o", "pipefail", "-c", script],
        user="0",
        network_mode="none",
        cap_drop=["ALL"],
        cap_add=list(CAPABILITIES),
        security_opt=["no-new-privileges:true"],
        tmpfs={postgres.DATA: "size=1m"},  # the image would get a volume that nobody named
        volumes={
            source: {"bind": "/from", "mode": "ro"},
            target: {"bind": "/to", "mode": target_mode},
        },
    )
    try:
        container.start()
        code = int(container.wait()["StatusCode"])
        return code, container.logs().decode(errors="replace").strip()
    finally:
        container.remove(force=True)
