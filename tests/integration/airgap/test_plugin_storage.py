"""The docker plugin's volumes, networks and images on a real daemon."""

from pathlib import Path

import docker
import pytest

from airgap.plugins.docker.intents import Intents
from airgap.plugins.docker.package import DockerPackage
from airgap.plugins.errors import PluginError
from airgap.plugins.values import Secret
from tests.integration.airgap.plugin_support import LABEL, tiny_image, world

pytestmark = pytest.mark.integration
__all__ = ["tiny_image", "world"]


def settled(world, kind, identity, state, inputs):
    """No difference after a create, none after a refresh."""
    resource = world.resource(kind)
    live = resource.read(world.call, identity, inputs, state)
    assert live.outputs == state
    assert live.inputs == inputs
    return resource.diff(inputs, state, inputs).changes == []


class TestVolume:
    def test_a_volume_shows_no_difference(self, world):
        made = world.create("Volume", name=world.name("v"), labels=[LABEL])
        assert settled(world, "Volume", *made)

    def test_an_existing_volume_is_taken_over_with_its_data(self, world):
        name = world.name("v")
        world.client.volumes.create(name, labels={"com.ledgerflow.service": "lftest"})
        world.client.containers.run(
            world.image, ["sh", "-c", "echo ledger > /d/f"], volumes=[f"{name}:/d"], remove=True
        )
        made = world.create("Volume", name=name, labels=[LABEL])
        assert settled(world, "Volume", *made)
        data = world.client.containers.run(
            world.image, ["cat", "/d/f"], volumes=[f"{name}:/d"], remove=True
        )
        assert data == b"ledger\n"

    def test_a_volume_taken_over_with_other_labels_is_not_replaced(self, world):
        world.client.volumes.create(world.name("v"))
        made = world.create("Volume", name=world.name("v"), labels=[LABEL])
        assert settled(world, "Volume", *made)
        assert any("keeps its own labels" in message for message in world.messages)

    def test_a_volume_in_use_is_not_removed(self, world):
        identity, state, _ = world.create("Volume", name=world.name("v"), labels=[LABEL])
        world.container(volumes=[{"volumeName": identity, "containerPath": "/d"}])
        with pytest.raises(PluginError, match="a container still uses it"):
            world.resource("Volume").delete(world.call, identity, state)
        assert world.client.volumes.get(identity)

    def test_a_volume_that_is_gone_is_read_as_gone_and_deleted(self, world):
        identity, state, inputs = world.create("Volume", name=world.name("v"))
        world.client.volumes.get(identity).remove()
        assert world.resource("Volume").read(world.call, identity, inputs, state) is None
        world.resource("Volume").delete(world.call, identity, state)

    def test_an_imported_volume_matches_its_program(self, world):
        identity, _, inputs = world.create("Volume", name=world.name("v"), labels=[LABEL])
        live = world.resource("Volume").read(world.call, identity, {}, {})
        assert world.resource("Volume").diff(live.inputs, live.outputs, inputs).changes == []


class TestNetwork:
    def test_a_network_shows_no_difference(self, world):
        made = world.create(
            "Network", name=world.name("n"), internal=True, labels=[LABEL], driver="bridge"
        )
        assert settled(world, "Network", *made)
        assert world.client.api.inspect_network(made[0])["Internal"] is True

    def test_a_subnet_of_ones_own(self, world):
        made = world.create(
            "Network",
            name=world.name("n"),
            ipamConfigs=[{"subnet": "10.213.77.0/24", "gateway": "10.213.77.1"}],
        )
        assert settled(world, "Network", *made)

    def test_a_leftover_of_an_interrupted_run_is_taken_over(self, world):
        first, _, _ = world.create("Network", name=world.name("n"), labels=[LABEL])
        second, _, _ = world.create("Network", name=world.name("n"), labels=[LABEL])
        assert first == second
        assert any("left over by an interrupted run" in message for message in world.messages)

    def test_another_projects_network_is_left_alone(self, world, tmp_path):
        world.create("Network", name=world.name("n"), labels=[LABEL])
        world.package = DockerPackage(Intents(tmp_path, Path("/another/clone")))
        with pytest.raises(PluginError, match="this stack did not make it"):
            world.create("Network", name=world.name("n"), labels=[LABEL])

    def test_a_leftover_that_differs_is_named(self, world):
        world.create("Network", name=world.name("n"), labels=[LABEL])
        with pytest.raises(PluginError, match="differs in internal"):
            world.create("Network", name=world.name("n"), labels=[LABEL], internal=True)

    def test_a_stranger_of_the_same_name_is_not_doubled(self, world):
        world.client.networks.create(world.name("n"))
        with pytest.raises(PluginError, match="already exists"):
            world.create("Network", name=world.name("n"), labels=[LABEL])
        assert len(world.client.networks.list(names=[world.name("n")])) == 1

    def test_a_network_can_be_looked_up(self, world):
        identity, state, _ = world.create("Network", name=world.name("n"), labels=[LABEL])
        token = "docker:index/getNetwork:getNetwork"
        found = world.package.invoke(token, {"name": world.name("n")})
        assert (found["id"], found["ipamConfigs"]) == (identity, state["ipamConfigs"])
        with pytest.raises(PluginError, match="there is no network 'lftest-none'"):
            world.package.invoke(token, {"name": "lftest-none"})

    def test_a_network_in_use_names_who_uses_it(self, world):
        identity, state, _ = world.create("Network", name=world.name("n"), labels=[LABEL])
        world.container(networksAdvanced=[{"name": world.name("n")}])
        with pytest.raises(PluginError, match=f"still attached are {world.name('c')}"):
            world.resource("Network").delete(world.call, identity, state)

    def test_an_imported_network_matches_its_program(self, world):
        identity, _, inputs = world.create("Network", name=world.name("n"), labels=[LABEL])
        live = world.resource("Network").read(world.call, world.name("n"), {}, {})
        assert live.resource_id == identity
        assert world.resource("Network").diff(live.inputs, live.outputs, inputs).changes == []


class TestRemoteImage:
    def test_an_image_that_is_there_is_not_pulled(self, world):
        identity, state, inputs = world.create("RemoteImage", name=world.image, keepLocally=True)
        assert settled(world, "RemoteImage", identity, state, inputs)
        assert state["imageId"] == world.client.images.get(world.image).id
        assert identity == state["imageId"] + world.image

    def test_an_image_that_cannot_be_had_is_named(self, world):
        with pytest.raises(PluginError, match="127.0.0.1:1/lftest/none:1"):
            world.create("RemoteImage", name="127.0.0.1:1/lftest/none:1")

    def test_an_image_is_removed_unless_kept(self, world):
        world.client.images.get(world.image).tag(world.name("kept"))
        world.client.images.get(world.image).tag(world.name("gone"))
        resource = world.resource("RemoteImage")
        for part, keep in (("kept", True), ("gone", False)):
            identity, state, _ = world.create(
                "RemoteImage", name=f"{world.name(part)}:latest", keepLocally=keep
            )
            resource.delete(world.call, identity, state)
        assert world.client.images.get(f"{world.name('kept')}:latest")
        with pytest.raises(docker.errors.ImageNotFound):
            world.client.images.get(f"{world.name('gone')}:latest")


class TestImage:
    @pytest.fixture
    def context(self, tmp_path, world):
        (tmp_path / "Dockerfile").write_text(
            f"FROM {world.image} AS base\nARG WORD=none\nRUN echo $WORD > /word\n"
            "FROM base AS final\nCOPY file /file\n"
        )
        (tmp_path / "file").write_text("1\n")
        return tmp_path

    def build(self, world, context, **options):
        return world.create(
            "Image",
            imageName=world.name("i") + ":1",
            skipPush=True,
            build={"context": str(context), **options},
        )

    def test_an_image_is_built_and_tagged(self, world, context):
        identity, state, inputs = self.build(world, context, args={"WORD": "yes"})
        assert identity == f"{world.name('i')}:1"
        assert state["repoDigest"] == world.client.images.get(identity).id
        assert state["__inputs"] == Secret(inputs)
        assert (state["dockerfile"], state["context"]) == ("Dockerfile", str(context))
        said = world.client.containers.run(identity, ["cat", "/word", "/file"], remove=True)
        assert said == b"yes\n1\n"

    def test_a_target_stops_the_build_there(self, world, context):
        identity, _, _ = self.build(world, context, target="base")
        with pytest.raises(docker.errors.ContainerError):
            world.client.containers.run(identity, ["cat", "/file"], remove=True)

    def test_a_failing_build_shows_its_last_lines(self, world, context):
        dockerfile = context / "Dockerfile"
        dockerfile.write_text(f"FROM {world.image}\nRUN echo about to fail; exit 7\n")
        with pytest.raises(PluginError) as failure:
            self.build(world, context)
        assert "about to fail" in str(failure.value)
        assert "non-zero code: 7" in str(failure.value)

    def test_an_image_that_is_gone_is_read_as_gone(self, world, context):
        identity, state, inputs = self.build(world, context)
        resource = world.resource("Image")
        state = {**state, "__inputs": inputs}  # as the engine hands it over
        assert resource.read(world.call, identity, inputs, state).outputs["repoDigest"]
        world.client.images.remove(identity)
        assert resource.read(world.call, identity, inputs, state) is None
