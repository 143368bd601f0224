"""The environment stack against a recording monitor: what is registered, with which options."""

from datetime import timedelta
from pathlib import Path

import pulumi
import pytest
from backup_files import write_backup
from recorder import run

from backup.clock import now as utc_now
from infra import conventions
from infra.daemon import DaemonError
from infra.images_lock import ImageIdentity, read_lock
from infra.outputs import KNOWN_VOLUMES_OUTPUT
from infra.render import docker as render
from stacks.environment import provision

pytestmark = pytest.mark.program

REPOSITORY = Path(__file__).resolve().parents[2]
SERVICES = {"postgres", "redis", "searxng", "django", "worker", "beat", "adminer", "caddy"}


def locked_stand_in(reference):
    """Every image is the stand-in that the committed lock names."""
    recipe = read_lock(REPOSITORY)[reference].stand_in_recipe
    return ImageIdentity(digests=(), origin="stand-in", recipe=recipe)


@pytest.fixture(autouse=True)
def daemon(monkeypatch):
    """A daemon with no volumes; tests put some in."""
    volumes: dict[str, dict[str, str]] = {}
    monkeypatch.setattr(render, "volume_labels", volumes.get)
    monkeypatch.setattr(render, "image_identity", locked_stand_in)
    return volumes


@pytest.fixture
def dev(stack_config):
    return run(provision, "dev", stack_config("dev"))


@pytest.fixture
def prod(stack_config):
    return run(provision, "prod", stack_config("prod"))


def test_dev_has_the_eight_services(dev):
    assert set(dev.of_type(":Container")) == SERVICES
    assert set(dev.of_type("ledgerflow:docker:Service")) == SERVICES


def test_every_resource_has_a_parent_but_the_environment(dev):
    orphans = {r.type for r in dev.registered if not r.parent}
    assert orphans <= {"pulumi:pulumi:Stack"}
    stack_children = {r.type for r in dev.registered if "pulumi:pulumi:Stack" in r.parent[-40:]}
    assert "docker:index/container:Container" not in stack_children


def test_every_container_is_limited_watched_and_restarted(dev):
    for name, container in dev.of_type(":Container").items():
        inputs = container.inputs
        assert inputs["restart"] == "unless-stopped", name
        assert inputs["healthcheck"]["tests"], name
        assert inputs["memory"] > 0, name
        assert float(inputs["cpus"]) > 0, name
        assert inputs["logOpts"] == {"max-size": "10m", "max-file": "3"}, name
        assert inputs["capabilities"]["drops"] == ["ALL"], name
        assert inputs["securityOpts"] == ["no-new-privileges:true"], name
        assert inputs["destroyGraceSeconds"] >= 5, name
        assert inputs["wait"] is True, name
        labels = {entry["label"]: entry["value"] for entry in inputs["labels"]}
        assert labels == {
            conventions.LABEL_ENVIRONMENT: "dev",
            conventions.LABEL_SERVICE: name,
            conventions.LABEL_STACK: "dev",
        }


def test_postgres_gets_ninety_seconds_to_stop(dev):
    assert dev.of_type(":Container")["postgres"].inputs["destroyGraceSeconds"] == 90


@pytest.mark.parametrize(
    ("service", "port"),
    [
        ("django", (9001, 8000)),
        ("postgres", (5432, 5432)),
        ("redis", (6379, 6379)),
        ("adminer", (8082, 8080)),
        ("searxng", (8080, 8080)),
    ],
)
def test_dev_publishes_on_loopback_only(dev, service, port):
    (published,) = dev.of_type(":Container")[service].inputs["ports"]
    assert (published["external"], published["internal"]) == port
    assert published["ip"] == "127.0.0.1"


def test_caddy_publishes_nothing_in_dev(dev):
    assert "ports" not in dev.of_type(":Container")["caddy"].inputs


def test_containers_refer_to_images_by_id(dev):
    for container in dev.of_type(":Container").values():
        assert container.inputs["image"].startswith("sha256:")
    assert all(image.inputs["keepLocally"] for image in dev.of_type(":RemoteImage").values())


def test_stateful_containers_are_replaced_delete_first(dev):
    for name, container in dev.of_type(":Container").items():
        request = container.request
        assert request.deleteBeforeReplace is (name in {"postgres", "redis", "caddy"})
        assert "healthcheck" in request.replaceOnChanges
        assert not request.protect


def test_protected_volumes_have_their_locks(dev):
    volumes = dev.of_type(":Volume")
    for kind in conventions.PROTECTED_VOLUMES:
        request = volumes[kind].request
        assert request.protect
        assert request.retainOnDelete
        assert list(request.ignoreChanges) == ["labels"]
        assert volumes[kind].hooks == [conventions.BACKUP_HOOK]
        labels = {entry["label"]: entry["value"] for entry in volumes[kind].inputs["labels"]}
        assert labels[conventions.LABEL_PROTECT] == "true"


def test_other_volumes_stay_on_delete_as_well(dev):
    for kind, volume in dev.of_type(":Volume").items():
        assert volume.request.retainOnDelete, kind
        assert bool(volume.request.protect) == (kind in conventions.PROTECTED_VOLUMES)


@pytest.fixture
def ask_hook(dev, monkeypatch, tmp_path):
    """Ask the hook whether dev's database may be deleted; the archive is a folder of the test's."""
    monkeypatch.setenv("LEDGERFLOW_ARCHIVE", str(tmp_path))
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    hook = dev.hooks[conventions.BACKUP_HOOK]
    assert hook.opts.on_dry_run
    assert not hook.opts.ignore_errors
    arguments = pulumi.ResourceHookArgs(
        urn="urn", id="id", name="db_data", type="t", old_outputs={"name": "ledger_dev_db_data"}
    )
    return lambda: hook.callback(arguments)


def test_the_hook_refuses_without_a_verified_backup(ask_hook):
    with pytest.raises(Exception, match="ledger_dev_db_data .* no verified backup"):
        ask_hook()


def test_the_hook_lets_a_delete_through_after_a_proven_backup(ask_hook, tmp_path):
    write_backup(tmp_path / "backups", "dev", timedelta(hours=1), now=utc_now())
    ask_hook()


@pytest.mark.parametrize(
    ("age", "proof", "words"),
    [
        (timedelta(hours=25), "proven", "is proven but 25 h old"),
        (timedelta(hours=1), None, "was never proved by a restore"),
        (timedelta(hours=1), "failed", "was restored, and failed"),
    ],
)
def test_the_hook_says_why_a_backup_does_not_count(ask_hook, tmp_path, age, proof, words):
    write_backup(tmp_path / "backups", "dev", age, proof=proof, now=utc_now())
    with pytest.raises(Exception, match=words):
        ask_hook()


def test_a_known_volume_that_is_gone_stops_the_program(stack_config):
    outputs = {KNOWN_VOLUMES_OUTPUT: ["ledger_dev_db_data"]}
    with pytest.raises(
        Exception, match=r"(?s)ledger_dev_db_data is gone.*ledger_docker volume create"
    ):
        run(provision, "dev", stack_config("dev"), outputs)


def test_a_volume_without_its_label_stops_the_program(stack_config, daemon):
    daemon["ledger_dev_db_data"] = {}
    with pytest.raises(Exception, match="exists without the label"):
        run(provision, "dev", stack_config("dev"))


def test_a_labelled_volume_is_adopted(stack_config, daemon):
    daemon["ledger_dev_db_data"] = conventions.volume_labels("dev", protected=True)
    recording = run(provision, "dev", stack_config("dev"))
    assert recording.of_type(":Volume")["db_data"].inputs["name"] == "ledger_dev_db_data"


def test_no_protected_volume_is_created_when_the_daemon_is_silent(stack_config, monkeypatch):
    def silent(_name):
        raise DaemonError("the Docker daemon does not answer")

    monkeypatch.setattr(render, "volume_labels", silent)
    with pytest.raises(Exception, match="does not answer"):
        run(provision, "dev", stack_config("dev"))


def test_prod_has_no_adminer_and_publishes_caddy_only(prod):
    containers = prod.of_type(":Container")
    assert set(containers) == SERVICES - {"adminer", "django"} | {"django-blue", "django-green"}
    publishing = {name for name, c in containers.items() if c.inputs.get("ports")}
    assert publishing == {"caddy"}


def test_prod_generates_its_secrets_and_keeps_them_out_of_variables(prod):
    generated = {f"generated-{name}" for name in prod.of_type(":RandomPassword")}
    assert generated == {
        "generated-postgres-password",
        "generated-django-secret-key",
        "generated-searxng-secret",
    }
    for container in prod.of_type(":Container").values():
        assert not any(value in " ".join(container.inputs.get("envs", [])) for value in generated)


def test_dev_secrets_stay_out_of_variables(dev):
    for container in dev.of_type(":Container").values():
        variables = " ".join(container.inputs.get("envs", []))
        assert "development-only" not in variables
        assert "PASSWORD=" not in variables


def test_configuration_mistakes_are_one_message_and_nothing_is_registered(stack_config):
    wrong = stack_config("dev", **{"ledgerflow:portz": "1", "ledgerflow:debug": "maybe"})
    with pytest.raises(pulumi.RunError) as error:
        run(provision, "dev", wrong)
    assert "2 mistakes" in str(error.value)
    assert "ledgerflow:portz" in str(error.value)
    assert "ledgerflow:debug = 'maybe'" in str(error.value)
