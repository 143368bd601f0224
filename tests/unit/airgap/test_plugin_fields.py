"""The stand-ins know exactly the inputs that the official SDK offers."""

import inspect
import re

import pulumi_docker as docker
import pulumi_random as random
import pytest

from airgap.plugins.docker.container import blocks
from airgap.plugins.docker.container.fields import FIELDS as CONTAINER
from airgap.plugins.docker.image.fields import BUILD
from airgap.plugins.docker.image.fields import FIELDS as IMAGE
from airgap.plugins.docker.network import FIELDS as NETWORK
from airgap.plugins.docker.package import DockerPackage
from airgap.plugins.docker.remote_image import FIELDS as REMOTE_IMAGE
from airgap.plugins.docker.volume import FIELDS as VOLUME
from airgap.plugins.random import fields as random_fields
from airgap.plugins.schema import inputs_of

pytestmark = pytest.mark.unit

RESOURCES = [
    (CONTAINER, docker.ContainerArgs),
    (NETWORK, docker.NetworkArgs),
    (VOLUME, docker.VolumeArgs),
    (REMOTE_IMAGE, docker.RemoteImageArgs),
    (IMAGE, docker.ImageArgs),
    (random_fields.PASSWORD, random.RandomPasswordArgs),
    (random_fields.STRING, random.RandomStringArgs),
    (random_fields.ID, random.RandomIdArgs),
]
BLOCKS = [
    (blocks.PORTS.fields, docker.ContainerPortArgs),
    (blocks.HOSTS.fields, docker.ContainerHostArgs),
    (blocks.ULIMITS.fields, docker.ContainerUlimitArgs),
    (blocks.CAPABILITIES.fields, docker.ContainerCapabilitiesArgs),
    (blocks.DEVICES.fields, docker.ContainerDeviceArgs),
    (blocks.THROTTLE.fields, docker.ContainerDeviceReadBpArgs),
    (blocks.HEALTHCHECK.fields, docker.ContainerHealthcheckArgs),
    (blocks.VOLUMES.fields, docker.ContainerVolumeArgs),
    (blocks.MOUNTS.fields, docker.ContainerMountArgs),
    (blocks.MOUNTS.fields["bindOptions"].fields, docker.ContainerMountBindOptionsArgs),
    (blocks.MOUNTS.fields["tmpfsOptions"].fields, docker.ContainerMountTmpfsOptionsArgs),
    (blocks.MOUNTS.fields["volumeOptions"].fields, docker.ContainerMountVolumeOptionsArgs),
    (blocks.NETWORKS_ADVANCED.fields, docker.ContainerNetworksAdvancedArgs),
    (blocks.UPLOADS.fields, docker.ContainerUploadArgs),
    (blocks.NETWORK_DATAS.fields, docker.outputs.ContainerNetworkData),
    (NETWORK["ipamConfigs"].fields, docker.NetworkIpamConfigArgs),
    ({k: v for k, v in BUILD.items() if k != "contextDigest"}, docker.DockerBuildArgs),
]


def sdk_inputs(arguments):
    parameters = list(inspect.signature(arguments.__init__).parameters)[1:]
    return {re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), name) for name in parameters}


@pytest.mark.parametrize(
    ("fields", "arguments"), RESOURCES, ids=lambda x: getattr(x, "__name__", "")
)
def test_a_resource_knows_the_inputs_of_the_sdk(fields, arguments):
    assert set(inputs_of(fields)) == sdk_inputs(arguments)


@pytest.mark.parametrize(("fields", "arguments"), BLOCKS, ids=lambda x: getattr(x, "__name__", ""))
def test_a_block_knows_the_inputs_of_the_sdk(fields, arguments):
    assert set(fields) == sdk_inputs(arguments)


@pytest.mark.parametrize(
    ("fields", "arguments"), RESOURCES, ids=lambda x: getattr(x, "__name__", "")
)
def test_required_inputs_are_those_of_the_sdk(fields, arguments):
    parameters = list(inspect.signature(arguments.__init__).parameters.values())[1:]
    required = {
        re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), p.name)
        for p in parameters
        if p.default is inspect.Parameter.empty
    }
    assert {n for n, f in inputs_of(fields).items() if f.required} == required


def test_the_plugin_offers_the_outputs_of_the_sdk():
    container = DockerPackage().resources["docker:index/container:Container"]
    outputs = {n for n, f in container.fields.items() if f.output_only}
    assert outputs == {"bridge", "containerLogs", "exitCode", "networkDatas"}
