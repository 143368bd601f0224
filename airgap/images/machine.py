"""What a build takes over from the machine it runs on: proxies, trusted certificates, pip settings.

On a company network the package registries are often mirrors behind a company's certificate. What
is taken over is what a person has set up for this machine; credentials never go into an image.
"""

import hashlib
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from airgap.images.clients import pip_command

BUNDLE_IN_IMAGE = "/etc/ssl/certs/ca-certificates.crt"
BUNDLE_VARIABLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
BUNDLE_PLACES = (BUNDLE_IN_IMAGE, "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "ftp_proxy", "all_proxy")

PIP_KEYS = frozenset({"index-url", "extra-index-url", "trusted-host", "timeout", "retries"})
"""The settings of pip that say where packages come from; the rest is the person's own taste."""
_CREDENTIALS = re.compile(r"//[^/\s]*@")


@dataclass(frozen=True)
class Machine:
    """What builds take over from this machine."""

    certificates: bytes
    """Its trusted certificates, PEM; empty when none were found."""
    pip_settings: str
    """A pip configuration file for the image."""
    withheld: tuple[str, ...]
    """Settings that were left out because they hold credentials, for a person to know."""
    proxies: Mapping[str, str]
    """Build arguments; the daemon keeps these names out of the image's history."""

    @property
    def identity(self) -> str:
        """A SHA-256 of what goes into images (proxies do not), in hexadecimal."""
        return hashlib.sha256(self.certificates + self.pip_settings.encode()).hexdigest()


def read_machine(environ: Mapping[str, str] = os.environ) -> Machine:
    """Read this machine's settings."""
    pip_settings, withheld = pip_configuration(_pip_config_list())
    return Machine(
        certificates=_certificates(environ),
        pip_settings=pip_settings,
        withheld=withheld,
        proxies=proxies(environ),
    )


def proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the proxy variables that are set, in the spellings that tools read."""
    names = [n for name in PROXY_VARIABLES for n in (name, name.upper())]
    return {name: environ[name] for name in names if environ.get(name)}


def pip_configuration(listing: str) -> tuple[str, tuple[str, ...]]:
    """Turn ``pip config list`` into a configuration file, and name what was withheld.

    A listing has one line per setting, ``global.index-url='...'`` or ``:env:.index-url='...'``;
    later lines win over earlier ones, as in pip.
    """
    settings: dict[str, str] = {}
    withheld: list[str] = []
    for line in listing.splitlines():
        key, separator, value = line.partition("=")
        key, value = key.strip().rpartition(".")[2], value.strip().strip("'\"")
        if not separator or key not in PIP_KEYS:
            continue
        if _CREDENTIALS.search(value):
            withheld.append(key)
        else:
            settings[key] = value.replace("\\n", "\n    ")
    lines = ["[global]", f"cert = {BUNDLE_IN_IMAGE}"]
    lines += [f"{key} = {value}" for key, value in sorted(settings.items())]
    return "\n".join(lines) + "\n", tuple(withheld)


def _pip_config_list() -> str:
    command = [*pip_command(), "config", "list"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout if found.returncode == 0 else ""


def _certificates(environ: Mapping[str, str]) -> bytes:
    places = [environ[name] for name in BUNDLE_VARIABLES if environ.get(name)]
    for place in (*places, *BUNDLE_PLACES):
        path = Path(place)
        if path.is_file():
            return path.read_bytes()
    return b""
