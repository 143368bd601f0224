"""Platforms in Docker's notation, `linux/amd64`."""

import platform

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}


def host_platform() -> str:
    """This machine's platform, which the official plugin fills in when none is given."""
    machine = platform.machine()
    return f"linux/{_MACHINES.get(machine, machine)}"
