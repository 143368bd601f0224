"""Digests and identities as a real engine tells them, with a registry of one image beside it."""

import gzip
import hashlib
import io
import json
import tarfile
import threading
import uuid
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import docker
import docker.errors
import pytest

from cli.images_lock import asker
from infra import conventions
from infra.daemon import DaemonError, image_identity
from infra.images_lock import LABEL_PORTABLE_RECIPE, LABEL_RECIPE, LockEntry, locked

pytestmark = pytest.mark.integration

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def digest_of(content):
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Registry:
    """The part of a registry's protocol that a pull needs (docs.docker.com/registry/spec/api)."""

    def __init__(self):
        self.content = {}
        self.tags = {}
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                registry.answer(self, with_body=self.command == "GET")

            do_HEAD = do_GET  # noqa: N815 - the protocol's name

            def log_message(self, *_):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def address(self):
        return f"127.0.0.1:{self._server.server_port}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def push(self, tag, text):
        """Put an image with one file under a tag; return the digest of its manifest."""
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w") as archive:
            info = tarfile.TarInfo("note")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
        layer = gzip.compress(tar.getvalue(), mtime=0)
        rootfs = {"type": "layers", "diff_ids": [digest_of(tar.getvalue())]}
        config = {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs}
        image = json.dumps(config).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self._blob(image, "application/vnd.docker.container.image.v1+json"),
            "layers": [self._blob(layer, "application/vnd.docker.image.rootfs.diff.tar.gzip")],
        }
        digest = self._blob(json.dumps(manifest).encode(), MANIFEST)["digest"]
        self.tags[tag] = digest
        return digest

    def answer(self, request, *, with_body):
        last = request.path.rsplit("/", maxsplit=1)[-1]
        kind, content = self.content.get(self.tags.get(last, last), ("application/json", b"{}"))
        known = request.path == "/v2/" or content != b"{}"
        request.send_response(200 if known else 404)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(content)))
        request.send_header("Docker-Content-Digest", digest_of(content))
        request.end_headers()
        if with_body:
            request.wfile.write(content)

    def _blob(self, content, kind):
        self.content[digest_of(content)] = (kind, content)
        return {"mediaType": kind, "size": len(content), "digest": digest_of(content)}


@pytest.fixture
def registry():
    served = Registry()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def client():
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture
def name(client):
    """A name of the test's own; every image under it is removed afterwards."""
    own = f"lftest-{uuid.uuid4().hex[:8]}"
    yield own
    for image in client.images.list():
        names = [*image.tags, *image.attrs.get("RepoDigests", [])]
        for each in names:
            if own in each:
                with suppress(docker.errors.ImageNotFound):  # its last tag takes digests along
                    client.images.remove(each, force=True)


def test_the_registry_is_asked_for_the_digest_without_a_pull(client, registry, name):
    reference = f"{registry.address}/{name}:1"
    digest = registry.push("1", "first")
    answer = asker(client)(reference)
    assert (answer.value, answer.said) == (digest, "asked the registry")
    assert image_identity(reference) is None


def test_an_unknown_image_and_a_silent_registry_give_no_digest(client, registry, name):
    reference = f"{registry.address}/{name}:nothing"
    assert asker(client)(reference).value is None
    assert "the registry cannot be asked (" in asker(client)(reference).said
    registry.push("1", "first")
    silent = Registry()
    silent.stop()
    assert asker(client)(f"{silent.address}/{name}:1").value is None


def test_a_locked_image_is_the_recorded_one_after_its_tag_has_moved(client, registry, name):
    reference = f"{registry.address}/{name}:1"
    digest = registry.push("1", "first")
    lock = {reference: LockEntry(reference=reference, digest=digest, stand_in_recipe=None)}
    first = client.images.pull(reference)
    identity = image_identity(reference)
    assert identity.digests == (f"{registry.address}/{name}@{digest}",)
    assert identity.origin is None
    assert client.images.get(locked(reference, lock, identity)).id == first.id

    registry.push("1", "second")
    moved = client.images.pull(reference)
    assert moved.id != first.id
    taken = locked(reference, lock, image_identity(reference))
    assert taken == f"{reference}@{digest}"
    assert client.images.pull(taken).id == first.id


def test_a_locked_image_is_pulled_by_digest_where_there_is_none(client, registry, name):
    reference = f"{registry.address}/{name}:1"
    digest = registry.push("1", "first")
    registry.push("1", "second")
    lock = {reference: LockEntry(reference=reference, digest=digest, stand_in_recipe=None)}
    taken = locked(reference, lock, image_identity(reference))
    assert client.images.pull(taken).attrs["RepoDigests"] == [f"{registry.address}/{name}@{digest}"]


@pytest.mark.parametrize(
    ("labels", "recipe"),
    [
        ({LABEL_RECIPE: "a" * 64}, "a" * 64),
        ({LABEL_RECIPE: "a" * 64, LABEL_PORTABLE_RECIPE: "b" * 64}, "b" * 64),
        ({}, None),
    ],
)
def test_a_stand_in_is_known_by_its_portable_recipe(client, name, labels, recipe):
    changes = [f"LABEL {conventions.LABEL_IMAGE_ORIGIN}='stand-in: a test'"]
    changes += [f"LABEL {key}={value}" for key, value in labels.items()]
    empty = io.BytesIO()
    tarfile.open(fileobj=empty, mode="w").close()
    client.api.import_image_from_data(empty.getvalue(), name, "1", changes=changes)
    identity = image_identity(f"{name}:1")
    assert (identity.origin, identity.recipe) == ("stand-in: a test", recipe)
    assert identity.digests == ()


def test_a_silent_daemon_is_an_error_and_not_a_missing_image(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(DaemonError, match="does not answer"):
        image_identity("postgres:17.4")
