"""The contract of python:3.13-slim."""

import io
from contextlib import suppress

import docker
import pytest
from docker.errors import ImageNotFound
from image_sandbox import Sandbox

pytestmark = pytest.mark.integration

IMAGE = "python:3.13-slim"
DOCKERFILE = b"""
FROM python:3.13-slim AS wheels
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir six==1.17.0
FROM python:3.13-slim
RUN useradd --system --uid 10001 app && pip install --no-cache-dir six==1.17.0
COPY --from=wheels /opt/venv /opt/venv
USER app
"""


def test_interpreter_and_pip_lie_where_the_official_image_has_them(sandbox: Sandbox):
    script = (
        "import sys, os, sqlite3, ssl, ctypes, zlib, lzma, bz2, readline, uuid;"
        "print(sys.executable, sys.prefix, os.environ['PYTHON_VERSION'], sys.version.split()[0])"
    )
    code, said = sandbox.run(IMAGE, ["python", "-c", script])
    assert (code, said) == (0, "/usr/local/bin/python /usr/local 3.13.5 3.13.5\n")
    code, said = sandbox.run(IMAGE, ["pip", "--version"])
    assert code == 0
    assert "/usr/local/lib/python3.13/site-packages/pip" in said
    assert sandbox.run(IMAGE, ["sh", "-c", "command -v python3; command -v wget"])[1].split() == [
        "/usr/local/bin/python3",
        "/usr/bin/wget",
    ]


def test_a_dockerfile_may_install_packages_and_make_environments(client: docker.DockerClient):
    tag = f"{Sandbox(client).name()}:1"
    try:
        client.images.build(
            fileobj=io.BytesIO(DOCKERFILE), tag=tag, network_mode="host", rm=True, forcerm=True
        )
        script = "import six, sys; print(sys.prefix, six.__version__)"
        for python, prefix in (("python", "/usr/local"), ("/opt/venv/bin/python", "/opt/venv")):
            said = client.containers.run(tag, [python, "-c", script], remove=True)
            assert said.decode() == f"{prefix} 1.17.0\n"
    finally:
        with suppress(ImageNotFound):
            client.images.remove(tag)
