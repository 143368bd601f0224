"""A stage with volumes and containers of two environments, and somebody's own."""

from pathlib import Path

import pytest
import stage
from stage import Stage

VOLUMES = [
    stage.volume("ledger_dev_db_data", protect="true", environment="dev"),
    stage.volume("ledger_dev_media_data", environment="dev"),
    stage.volume("precious", protect="true"),
]
CONTAINERS = [
    stage.container("ledger_dev_postgres", "dev", "postgres"),
    stage.container("ledger_dev_redis", "dev", "redis"),
    stage.container("ledger_dev_django", "dev", "django"),
    stage.container("ledger_dev_caddy", "dev", "caddy"),
    stage.container("ledger_dev_searxng", "dev", "searxng", State="exited"),
    stage.container("ledger_staging_postgres", "staging", "postgres"),
    stage.container("mine"),
]


@pytest.fixture
def on(tmp_path: Path):
    with stage.daemon(tmp_path / "daemon.sock", CONTAINERS, VOLUMES) as host:
        yield Stage(tmp_path, host)
