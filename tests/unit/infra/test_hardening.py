"""Every container is confined as far as its image allows, and the page about it says the same."""

import re

import pytest
from pydantic import ValidationError

from infra.configuration import from_file
from infra.environment import environment
from infra.render.compose import compose_yaml
from infra.render.container import Surroundings, container_arguments
from infra.render.hardening import hardening_table
from infra.settings import Settings
from infra.spec import File, Limits, TmpfsMount, VolumeMount

pytestmark = pytest.mark.unit

ENVIRONMENTS = ("dev", "prod", "staging")


@pytest.fixture
def specs(repository):
    return {
        name: environment(Settings.parse(name, from_file(repository / f"Pulumi.{name}.yaml")))
        for name in ENVIRONMENTS
    }


@pytest.fixture(params=ENVIRONMENTS)
def spec(specs, request):
    return specs[request.param]


def test_caddy_alone_is_root_and_alone_has_a_capability(spec):
    assert {s.name for s in spec.services if s.as_root} == {"caddy"}
    assert {s.name: s.capabilities for s in spec.services if s.capabilities} == {
        "caddy": ("NET_BIND_SERVICE",)
    }


def test_a_root_is_read_only_exactly_where_no_file_is_handed_over(spec):
    assert {s.name: s.read_only for s in spec.services} == {
        s.name: not s.files for s in spec.services
    }
    assert spec.service("redis").read_only


def test_a_file_in_a_read_only_root_is_refused(spec):
    redis = spec.service("redis").model_dump() | {"files": (File(path="/x", content=("y",)),)}
    with pytest.raises(ValidationError, match="redis: Docker puts no files into a read-only root"):
        type(spec.service("redis")).model_validate(redis)


def test_secrets_are_for_their_reader_alone(spec):
    secrets = [
        f for s in spec.services for f in s.files if any(not isinstance(p, str) for p in f.content)
    ]
    assert secrets
    assert {file.permissions for file in secrets} == {"0400"}
    for service in spec.services:
        owners = {str(f.owner) for f in service.files if f in secrets}
        assert owners <= {service.user.partition(":")[0]}


def test_a_volume_of_secrets_or_data_is_never_shared_between_kinds_of_services(spec):
    mounted: dict[str, set[str]] = {}
    for service in spec.services:
        for mount in service.mounts:
            if isinstance(mount, VolumeMount):
                mounted.setdefault(mount.volume, set()).add(service.image)
    assert all(len(kinds) == 1 for kinds in mounted.values())


def test_memory_file_systems_of_a_service_fit_into_its_memory(spec):
    for service in spec.services:
        sizes = [m.size_mib for m in service.mounts if isinstance(m, TmpfsMount)]
        assert sum(sizes) <= service.limits.memory_mib // 2, service.name


def arguments(repository, service):
    around = Surroundings(
        environment="dev",
        repository=repository,
        networks={name: name for name in service.networks},
        volumes={m.volume: m.volume for m in service.mounts if isinstance(m, VolumeMount)},
        secret=lambda reference: reference.name,
    )
    plain = service.model_copy(update={"files": ()})
    return container_arguments(plain, "sha256:0", around)


def test_processes_are_limited_where_the_limit_binds(repository, spec):
    for service in spec.services:
        given = arguments(repository, service).ulimits
        if service.as_root:
            assert given is None
        else:
            assert [(u.name, u.soft, u.hard) for u in given] == [("nproc", 4096, 4096)]


def test_the_limit_of_processes_is_a_setting(repository):
    limits = {"redis": Limits(memory_mib=64, cpus=1, processes=300)}
    spec = environment(Settings.model_validate({"environment": "dev", "limits": limits}))
    (nproc,) = arguments(repository, spec.service("redis")).ulimits
    assert nproc.hard == 300
    with pytest.raises(ValidationError, match="greater than or equal to 256"):
        Limits(memory_mib=64, cpus=1, processes=1)


def test_compose_says_the_same(repository, specs):
    values = dict.fromkeys(
        ("postgres-password", "django-secret-key", "searxng-secret", "admin-password"), "x"
    )
    text = compose_yaml(specs["dev"], repository, values)
    assert text.count("nproc: 4096") == len(specs["dev"].services) - 1


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_page_has_the_tables_of_the_spec(repository, specs, name):
    page = (repository / "docs" / "hardening.md").read_text()
    found = re.search(rf"<!-- table {name} -->\n(.*?)<!-- end -->", page, re.DOTALL)
    assert found is not None
    table = hardening_table(specs[name])
    assert found[1] == table, f"docs/hardening.md: the table of {name} should be\n{table}"


def test_staging_is_as_production(specs):
    assert hardening_table(specs["staging"]) == hardening_table(specs["prod"])
