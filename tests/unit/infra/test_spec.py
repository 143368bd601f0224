"""The vocabulary refuses what contradicts itself; the services say what the design says."""

import pytest
from pydantic import ValidationError

from infra import conventions
from infra.configuration import from_file
from infra.environment import environment
from infra.render.content import content_hash
from infra.render.health import go_duration
from infra.services.caddyfile import caddyfile
from infra.settings import Settings
from infra.spec import Environment, HealthCheck, VolumeMount

pytestmark = pytest.mark.unit


@pytest.fixture
def dev(repository):
    return environment(Settings.parse("dev", from_file(repository / "Pulumi.dev.yaml")))


@pytest.fixture
def prod(repository):
    return environment(Settings.parse("prod", from_file(repository / "Pulumi.prod.yaml")))


def test_names_follow_the_design():
    assert conventions.container_name("prod", "django-blue") == "ledger_prod_django_blue"
    assert conventions.network_name("dev", "internal") == "ledger_dev_internal"
    assert conventions.volume_name("dev", "db_data") == "ledger_dev_db_data"


def test_only_the_internal_network_has_no_way_out(dev):
    assert [n.name for n in dev.networks if n.internal] == ["internal"]


def test_in_prod_the_database_and_the_cache_are_on_the_internal_network_only(prod):
    assert prod.service("postgres").networks == ("internal",)
    assert prod.service("redis").networks == ("internal",)
    on_edge = {s.name for s in prod.services if "edge" in s.networks}
    assert on_edge == {"caddy"}


def test_every_service_is_reachable_inside(dev):
    assert all("internal" in service.networks for service in dev.services)


def test_the_volume_paths_of_stateful_images_are_covered(dev):
    declared = {
        "postgres": {"/var/lib/postgresql/data"},
        "redis": {"/data"},
        "caddy": {"/data", "/config"},
    }
    for name, paths in declared.items():
        mounts = dev.service(name).mounts
        assert {m.path for m in mounts if isinstance(m, VolumeMount)} == paths


def test_a_reference_to_nothing_is_refused(dev):
    broken = dev.service("redis").model_copy(update={"networks": ("nowhere",)})
    with pytest.raises(ValidationError, match="redis names an unknown network: nowhere"):
        Environment(name="dev", services=(broken,), networks=dev.networks, volumes=dev.volumes)


def test_a_service_cannot_wait_for_a_later_one(dev):
    services = tuple(reversed(dev.services))
    with pytest.raises(ValidationError, match="unknown earlier service"):
        Environment(name="dev", services=services, networks=dev.networks, volumes=dev.volumes)


def test_a_service_stands_once(dev):
    services = (dev.services[0], dev.services[0])
    with pytest.raises(ValidationError, match="service postgres stands more than once"):
        Environment(name="dev", services=services, networks=dev.networks, volumes=dev.volumes)


def test_the_spec_survives_json(dev):
    assert Environment.model_validate_json(dev.model_dump_json()) == dev


def test_patience_outlasts_every_retry():
    check = HealthCheck(test=("CMD", "true"), interval=2, timeout=1, retries=3, start_period=10)
    assert check.patience == 10 + 3 * (2 + 1) + 5


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (59, "59s"), (60, "1m0s"), (90, "1m30s"), (3600, "1h0m0s")]
)
def test_durations_are_written_as_docker_reads_them_back(seconds, text):
    assert go_duration(seconds) == text


def test_caddy_proxies_to_the_active_slot():
    base = {"environment": "prod", "ports": {"public": 9000}}
    slots = {"slots": ["blue", "green"], "active": "green"}
    text = caddyfile(Settings.model_validate({**base, "django": slots}))
    assert "reverse_proxy django-green:8000" in text
    assert "tls internal" in text
    ports = {"public": 9000, "http": 80, "https": 443}
    named = {**base, "ports": ports, "domain": "books.example.org"}
    with_domain = caddyfile(Settings.model_validate(named))
    assert "https://books.example.org" in with_domain
    assert "tls internal" not in with_domain


def test_content_hash_sees_names_bytes_modes_and_parameters_only(tmp_path):
    (tmp_path / "a").write_text("1")
    (tmp_path / ".dockerignore").write_text("# comment\nignored\n")
    first = content_hash(tmp_path, "dev")
    (tmp_path / "ignored").write_text("x")
    (tmp_path / "a").touch()
    assert content_hash(tmp_path, "dev") == first
    assert content_hash(tmp_path, "prod") != first
    (tmp_path / "a").chmod(0o755)
    executable = content_hash(tmp_path, "dev")
    (tmp_path / "a").write_text("2")
    assert len({first, executable, content_hash(tmp_path, "dev")}) == 3


def test_content_hash_of_a_part_and_of_an_ignored_dockerfile(tmp_path):
    for name in ("app/Dockerfile", "app/a", "guard/b", "other/c"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1")
    (tmp_path / ".dockerignore").write_text("*\n!app\n!guard\n!other\napp/Dockerfile\n")

    def name():
        return content_hash(tmp_path, parts=("app", "guard"), dockerfile="app/Dockerfile")

    first = name()
    (tmp_path / "other" / "c").write_text("2")
    assert name() == first
    seen = {first}
    for changed in ("app/Dockerfile", "app/a", "guard/b"):
        (tmp_path / changed).write_text("2")
        seen.add(name())
    assert len(seen) == 4
