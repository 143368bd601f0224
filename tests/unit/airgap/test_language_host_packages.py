"""Which plugins and dependencies the installed packages stand for."""

import json

import pytest

from airgap.language_host import packages
from airgap.language_host.errors import LanguageHostError

pytestmark = pytest.mark.unit


def package(folder, name, /, **descriptor):
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "pulumi-plugin.json").write_text(json.dumps(descriptor))


def distribution(folder, name, version, *requires):
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    lines = [f"Requires-Dist: {requirement}\n" for requirement in requires]
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (info / "METADATA").write_text(metadata + "".join(lines))


def test_packages_with_a_plugin_are_required(tmp_path):
    package(tmp_path, "pulumi_zoo", resource=True, name="zoo", version="2.0.0", server="here")
    package(tmp_path, "pulumi_docker", resource=True, name="docker", version="5.2.0")
    package(tmp_path, "pulumi_policy", resource=False)
    (tmp_path / "plain").mkdir()

    found = packages.required([str(tmp_path), str(tmp_path), "no/such/folder"])

    assert [(p.name, p.kind, p.version, p.server) for p in found] == [
        ("docker", "resource", "5.2.0", ""),
        ("zoo", "resource", "2.0.0", "here"),
    ]


def test_name_and_version_default_to_those_of_the_package(tmp_path):
    package(tmp_path, "pulumi_zoo", resource=True)
    distribution(tmp_path, "pulumi-zoo", "2.1.0")

    (found,) = packages.required([str(tmp_path)])

    assert (found.name, found.version) == ("zoo", "2.1.0")


def test_parameterized_package_keeps_its_parameter(tmp_path):
    base = {"name": "lib", "version": "1.0.0", "value": "aGVsbG8="}
    package(
        tmp_path, "pulumi_lib", resource=True, name="tf", version="0.9.0", parameterization=base
    )

    (found,) = packages.required([str(tmp_path)])

    assert found.parameterization.name == "lib"
    assert found.parameterization.version == "1.0.0"
    assert found.parameterization.value == b"hello"


@pytest.mark.parametrize("content", ["{", "[]", '{"resource": true, "version": 3}'])
def test_unreadable_description_is_named(tmp_path, content):
    package(tmp_path, "pulumi_zoo")
    descriptor = tmp_path / "pulumi_zoo" / "pulumi-plugin.json"
    descriptor.write_text(content)

    with pytest.raises(LanguageHostError, match=str(descriptor)):
        packages.required([str(tmp_path)])


def test_direct_dependencies_leave_out_what_others_require(tmp_path):
    distribution(tmp_path, "Top", "1.0", "mid_dle>=2", "extra; extra == 'more'")
    distribution(tmp_path, "mid.dle", "2.0")
    distribution(tmp_path, "extra", "3.0")

    direct = packages.dependencies([str(tmp_path)], transitive=False)
    everything = packages.dependencies([str(tmp_path)], transitive=True)

    assert direct == [("extra", "3.0"), ("Top", "1.0")]
    assert everything == [("extra", "3.0"), ("mid.dle", "2.0"), ("Top", "1.0")]
