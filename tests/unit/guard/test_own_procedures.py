"""LedgerFlow's own programs get past the rules as far as their procedures need, and no person."""

from types import SimpleNamespace

import docker.errors
import pytest
from worlds import World, container, environment, volume

from cli.backup.container import OneOff, arguments
from cli.volumes import copying, scratch
from guard.decision import Verdict
from guard.effects import (
    ChangeNetwork,
    CopyInto,
    CreateContainer,
    CreateVolume,
    Execute,
    Mounted,
    RemoveContainer,
    RemoveNetwork,
    RemoveVolume,
)
from guard.rules import judge
from infra import database_role, handover
from infra.backup_settings import BackupSettings, stack_name
from infra.environment import environment as spec_of
from infra.kept_volumes import (
    KEEPING,
    KEPT,
    LABEL_KEPT,
    LABEL_KEPT_AS,
    LABEL_OF,
    LABEL_PHASE,
    LABEL_SOURCE,
    REBUILDING,
    journal_name,
    staged_name,
)
from infra.render import container as rendered
from infra.services.backup import Host, Reach, backup_environment
from infra.settings import Settings
from infra.spec import SourceMount, VolumeMount

pytestmark = pytest.mark.guard

SETTINGS = Settings.parse("prod", {"domain": "ledger.example.org"})
SPEC = spec_of(SETTINGS)
DB = "ledger_prod_db_data"
COPY = f"{DB}_kept_20260102_030405"


def allowed(world, *effects):
    """Tell whether requests pass at the daemon, and a person's command does not."""
    answers = [judge(effects, world, by_hand=by_hand).verdict for by_hand in (False, True)]
    assert answers == [Verdict.ALLOW, max(answers[1], Verdict.NEEDS_PROOF)]


def created(given):
    """Return what the Docker SDK is asked to create, as an effect."""
    volumes = [
        Mounted(source, bind["bind"], bind["mode"] == "ro")
        for source, bind in given.get("volumes", {}).items()
    ]
    mounts = [
        Mounted(m["Source"], m["Target"], bool(m.get("ReadOnly")))
        for m in given.get("mounts", [])
        if m["Type"] != "tmpfs"
    ]
    shared = given.get("network_mode", "")
    return CreateContainer(
        name=given["name"],
        labels=tuple(given.get("labels", {}).items()),
        mounts=(*volumes, *mounts),
        capabilities=tuple(given.get("cap_add", ())),
        security_options=tuple(given["security_opt"]),
        namespaces=(("network", shared),) if shared.startswith("container:") else (),
        networks=tuple(filter(None, [given.get("network")])),
        command=tuple(given.get("command") or ()),
    )


class Containers:
    """Remembers what is created; there are no others."""

    def get(self, name):
        raise docker.errors.NotFound(name)

    def create(self, image, command=None, **given):
        self.given = {"command": command, **given}
        return SimpleNamespace(
            start=lambda: None,
            wait=lambda: {"StatusCode": 0},
            logs=lambda: b"",
            remove=lambda **_: None,
        )


def copy_of(source, target):
    client = SimpleNamespace(containers=Containers())
    effects = []
    for mode in ("rw", "ro"):
        copying._run(client, "postgres:17.4", "cp", source, target, target_mode=mode)
        effects.append(created(client.containers.given))
    return effects


def server_on(name):
    client = SimpleNamespace(containers=Containers())
    scratch._create(client, SPEC, name, initialise=False)
    return created(client.containers.given)


def journal(phase, source):
    labels = {LABEL_PHASE: phase, LABEL_SOURCE: source, LABEL_KEPT_AS: COPY, LABEL_OF: DB}
    return volume(journal_name(DB), **{k.replace(".", "__"): v for k, v in labels.items()})


def world(*things):
    return World(*environment("prod"), *things)


ASIDE = volume(COPY, **{LABEL_OF.replace(".", "__"): DB, LABEL_KEPT.replace(".", "__"): KEPT})
STAGED = volume(staged_name(DB), **{LABEL_OF.replace(".", "__"): DB})


def test_recreation_from_the_volume_itself():
    keeping, rebuilding = (
        world(journal(KEEPING, DB), ASIDE),
        world(journal(REBUILDING, COPY), ASIDE),
    )
    for copy in copy_of(DB, COPY):
        allowed(keeping, copy)
    allowed(keeping, server_on(DB))
    allowed(rebuilding, RemoveVolume(DB))
    for copy in copy_of(COPY, DB):
        allowed(rebuilding, copy)
    allowed(rebuilding, server_on(DB))
    assert (
        judge([RemoveVolume(journal_name(DB))], rebuilding, by_hand=False).verdict is Verdict.ALLOW
    )


def test_recreation_from_another_source():
    here = world(STAGED)
    for copy in copy_of(DB, staged_name(DB)):
        allowed(here, copy)
    allowed(here, server_on(staged_name(DB)))
    allowed(world(journal(REBUILDING, staged_name(DB)), STAGED, ASIDE), RemoveVolume(DB))


def test_volumes_of_a_recreation_are_made():
    labels = {LABEL_PHASE: REBUILDING, LABEL_SOURCE: COPY, LABEL_KEPT_AS: COPY, LABEL_OF: DB}
    allowed(world(), CreateVolume(journal_name(DB), tuple(labels.items())))
    allowed(world(), CreateVolume(COPY, ((LABEL_KEPT, KEPT), (LABEL_OF, DB))))


def test_copy_that_was_never_completed_is_forgotten():
    allowed(world(journal(KEEPING, DB), ASIDE), RemoveVolume(COPY))


def test_scratch_server_is_asked():
    here = world(container(f"{DB}_server", f"{DB}:/var/lib/postgresql/data"))
    allowed(here, Execute(f"{DB}_server", ("psql", "-X", "-q", "-A", "-t")))
    ready = judge([Execute(f"{DB}_server", tuple(scratch.READY))], here, by_hand=False)
    assert ready.verdict is Verdict.ALLOW


@pytest.mark.parametrize("reach", list(Reach), ids=lambda reach: reach.value)
@pytest.mark.parametrize("beside", ["", f"{DB}_server"])
def test_run_of_the_backup(tmp_path, reach, beside):
    host = Host(tmp_path / "LedgerFlow_Archive/backups/prod", tmp_path / "context", 1000)
    spec = backup_environment(SETTINGS, BackupSettings(environment="prod"), host, ("db",), reach)
    given = OneOff("sha256:1", stack_name("prod"), {}, beside=beside)
    here = world(container(f"{DB}_server", f"{DB}:/data"), volume("ledger_prod_backup_scratch"))
    effect = created(arguments(spec, spec.services[0], given))
    allowed(here, effect)
    once = container(effect.name, "ledger_prod_media_data:/media", running=False, status="created",
                     com__ledgerflow__environment="prod")  # fmt: skip
    assert judge([RemoveContainer(once.name, volumes=True, force=True)], world(once),
                 by_hand=False).verdict is Verdict.ALLOW  # fmt: skip
    allowed(world(once), CopyInto(once.name, "/"))


@pytest.mark.parametrize("service", SPEC.services, ids=lambda service: service.name)
def test_service_of_a_locked_environment(service):
    labels = tuple((label.label, label.value) for label in rendered.labels("prod", service))
    sources = [
        Mounted(f"ledger_prod_{mount.volume}", mount.path, mount.read_only)
        for mount in service.mounts
        if isinstance(mount, VolumeMount)
    ]
    assert not [mount for mount in service.mounts if isinstance(mount, SourceMount)]
    name = f"ledger_prod_{service.name.replace('-', '_')}"
    effect = CreateContainer(
        name=name,
        labels=labels,
        mounts=tuple(sources),
        capabilities=tuple(service.capabilities),
        security_options=("no-new-privileges:true",),
        command=tuple(service.command or ()),
    )
    allowed(world(), effect)
    stopped = container(name, *(f"{m.source}:{m.target}" for m in sources), running=False,
                        **{key.replace(".", "__"): value for key, value in labels})  # fmt: skip
    for network in service.networks:
        joined = ChangeNetwork(f"ledger_prod_{network}", name, connect=True)
        allowed(World(*environment("prod"), stopped), joined)
    removal = RemoveContainer(name, volumes=not service.stateful, force=True)
    assert judge([removal], World(stopped), by_hand=False).verdict is Verdict.ALLOW


@pytest.mark.parametrize("status", ["created", "exited"])
def test_a_container_that_never_started_is_taken_back(status):
    made = container("ledger_prod_redis", "ledger_prod_redis_data:/data", running=False,
                     status=status, com__ledgerflow__service="redis")  # fmt: skip
    removal = RemoveContainer(made.name, volumes=True, force=True)
    answer = judge([removal], World(made), by_hand=False).verdict
    assert answer is (Verdict.ALLOW if status == "created" else Verdict.REFUSE)
    assert judge([removal], World(made)).verdict is Verdict.REFUSE


def test_stop_of_a_locked_environment_removes_its_networks():
    allowed(world(), RemoveNetwork("ledger_prod_internal"))


def test_database_role_is_kept(monkeypatch):
    asked = []

    def execute(found, command, script):
        asked.append(tuple(command))
        return SimpleNamespace(code=0, output="", errors="")

    monkeypatch.setattr(database_role, "execute", execute)
    database_role.stored_verifier(SimpleNamespace(name="ledger_prod_postgres"))
    allowed(world(), Execute("ledger_prod_postgres", asked[0]))


def test_next_secret_is_handed_over():
    effect = CopyInto("ledger_prod_django_blue", handover.SECRETS_FOLDER)
    assert judge([effect], world(), by_hand=False).verdict is Verdict.ALLOW
