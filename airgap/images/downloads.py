"""Fetching the pinned packages of a recipe into the cache."""

from pathlib import Path

from airgap.images.clients import fetch_wheel
from airgap.images.npm import fetch_tarball
from airgap.images.progress import Say
from airgap.images.recipe import Package

CLIENTS = {"npm": fetch_tarball, "pypi": fetch_wheel}


def fetch(package: Package, cache: Path, say: Say) -> Path:
    """Return the package's archive in the cache, fetched and checked when it is not there.

    Raises `ImageError` when the registry is not reached or sends something else.
    """
    return CLIENTS[package.registry](package, cache, say)
