"""A rotation that dies before any of its effects is healed by the same command, and by make up.

The world below has what a rotation changes: the stack's state and configuration, the files of two
slots, worker and beat, the database's role, the administrator's account, and where the proxy sends
requests.
"""

import json
from types import SimpleNamespace

import pytest

from cli import status
from cli.rotation import application, configured, deployed, rollout, rotate, state, traffic
from cli.rotation.state import CONTAINER_TYPE, PASSWORD_TYPE
from infra.configuration import from_strings
from infra.environment import environment
from infra.settings import Settings

pytestmark = pytest.mark.unit

KEY, PREVIOUS = "django-secret-key", "django-secret-key-previous"
DATABASE, ADMIN = "postgres-password", "admin-password"
ROTATED = (DATABASE, KEY, ADMIN)
BLUE, GREEN = "django-blue", "django-green"
APPLICATION = (GREEN, BLUE, "worker", "beat")
MOST_EFFECTS = 38


class KilledError(BaseException):
    """As SIGKILL: nothing of the command runs any more."""


class World:
    """What outlives a command."""

    def __init__(self, stack_config, folder) -> None:
        self._config = stack_config("prod")
        self.stack_file = folder / "Pulumi.prod.yaml"
        self.secrets = {ADMIN: "first-admin"}
        self.generated = {DATABASE: "first-database", KEY: "first-key"}
        self.slots = {}
        self.role = self.account = ""
        self.serving = BLUE
        self.until_death = MOST_EFFECTS
        self.made = 0
        self._write()
        self.deploy(*APPLICATION)
        self.account = "first-admin"

    def effect(self) -> None:
        if self.until_death == 0:
            raise KilledError
        self.until_death -= 1

    def spec(self):
        config = {**self._config, "ledgerflow:admin_username": "ada"}
        config["ledgerflow:secrets"] = json.dumps(dict.fromkeys(self.secrets, "hidden"))
        return environment(Settings.parse("prod", from_strings(config)))

    def intended(self):
        return {**self.generated, **self.secrets}

    def write(self, _pulumi, name, value) -> None:
        self.effect()
        self.secrets[name] = value
        self._write()

    def _write(self) -> None:
        lines = "".join(f"    {name}: {{secure: v1:xyz}}\n" for name in self.secrets)
        self.stack_file.write_text(f"config:\n  ledgerflow:secrets:\n{lines}")

    def apply(self, _spec, _pulumi, *arguments, **_options) -> None:
        for argument in arguments:
            if argument.startswith("--replace="):
                self.effect()
                self.made += 1
                self.generated[argument.rsplit("::", 1)[1]] = f"generated-{self.made}"
        targets = [a.rsplit("::", 1)[1] for a in arguments if a.startswith("--target=")]
        self.deploy(*(slot for slot in APPLICATION if not targets or slot in targets))

    def deploy(self, *slots) -> None:
        for slot in slots:
            if self.slots.get(slot) == self.intended():
                continue
            self.effect()
            self.slots.pop(slot, None)
            self.effect()
            self.role = self.intended()[DATABASE]
            self.effect()
            self.slots[slot] = dict(self.intended())

    def send_to(self, slot) -> None:
        self.effect()
        assert slot in self.slots, "requests are sent to a slot that is not there"
        self.serving = slot

    def run(self, _spec, _service, _client, script, given):
        if script == application.APPLY_ADMIN:
            self.effect()
            self.account = self.slots[BLUE][ADMIN]
            return []
        right = self.account if script == application.TRY_ADMIN_PASSWORDS else self.role
        return [word == right for word in given]

    def exported(self, _pulumi):
        passwords = [
            {
                "type": PASSWORD_TYPE,
                "urn": f"urn::{name}",
                "outputs": {"result": {"plaintext": json.dumps(value)}},
            }
            for name, value in self.generated.items()
        ]
        slots = [{"type": CONTAINER_TYPE, "urn": f"urn::{slot}"} for slot in self.slots]
        return state.Exported((*passwords, *slots))

    def statuses(self, spec, _client):
        return [
            status.ServiceStatus(
                s.name,
                status.HEALTHY if s.name not in APPLICATION or s.name in self.slots else "absent",
                "-", "-", "-",
            )
            for s in spec.services
        ]  # fmt: skip

    def values(self, _spec, services, name, _client):
        return {s.name: self.slots[s.name][name] for s in services if s.name in self.slots}


@pytest.fixture
def world(stack_config, tmp_path, monkeypatch):
    world = World(stack_config, tmp_path)
    pulumi = SimpleNamespace(has_resources=lambda: True, config_file=None)
    monkeypatch.setattr(rotate.up_command, "prepare", lambda *_: (world.spec(), None, pulumi))
    monkeypatch.setattr(rotate.environments, "load", lambda *_: world.spec())
    monkeypatch.setattr(rotate, "allow", lambda *_, **__: None)
    monkeypatch.setattr(rollout, "apply", world.apply)
    monkeypatch.setattr(status, "services", world.statuses)
    monkeypatch.setattr(deployed, "values", world.values)
    monkeypatch.setattr(application, "run", world.run)
    monkeypatch.setattr(configured, "read", lambda _, name: world.secrets[name])
    monkeypatch.setattr(configured, "write", world.write)
    monkeypatch.setattr(state.Exported, "of", world.exported)
    monkeypatch.setattr(traffic, "to_standby", lambda *_: world.send_to(GREEN))
    monkeypatch.setattr(traffic, "as_configured", lambda *_: world.send_to(BLUE))
    return world


def run(world, name) -> None:
    no_backend = world.stack_file.parent / "no-backend"
    workspace = SimpleNamespace(stack_file=lambda _: world.stack_file, backend=no_backend)
    assert rotate.rotate(workspace, "prod", name) == 0


def dies(world, name, effects) -> bool:
    """Rotate and die before the effect of this number; tell whether there was one."""
    world.until_death = effects
    try:
        run(world, name)
    except KilledError:
        died = True
    else:
        died = False
    world.until_death = MOST_EFFECTS
    return died


def assert_whole(world) -> None:
    assert [world.slots[name] for name in APPLICATION] == [world.intended()] * len(APPLICATION)
    assert world.role == world.slots[BLUE][DATABASE]
    assert world.serving == BLUE


def assert_still_signed_in(world, key="first-key") -> None:
    assert key in (world.slots[BLUE][KEY], world.slots[BLUE].get(PREVIOUS))


@pytest.mark.parametrize("name", ROTATED)
def test_undisturbed_it_makes_one_new_value(world, name):
    before = world.intended()[name]
    run(world, name)
    assert_whole(world)
    assert_still_signed_in(world)
    assert world.intended()[name] != before
    changed = {n for n in ROTATED if not world.intended()[n].startswith("first-")}
    assert changed == {name}


@pytest.mark.parametrize("effects", range(MOST_EFFECTS))
@pytest.mark.parametrize("name", ROTATED)
def test_the_same_command_heals_a_rotation_that_died(world, name, effects):
    before = world.intended()[name]
    if not dies(world, name, effects):
        assert effects > 5
        return
    everywhere = all(world.slots.get(name) == world.intended() for name in APPLICATION)
    run(world, name)
    assert_whole(world)
    # one that had brought the new key everywhere was complete: this is the rotation after it
    kept = world.secrets[PREVIOUS] if name == KEY and everywhere else "first-key"
    assert_still_signed_in(world, kept)
    assert world.intended()[name] != before
    assert world.account == world.slots[BLUE][ADMIN]


@pytest.mark.parametrize("effects", range(MOST_EFFECTS))
@pytest.mark.parametrize("name", ROTATED)
def test_make_up_heals_a_rotation_that_died(world, name, effects):
    if not dies(world, name, effects):
        assert effects > 5
        return
    slots = {BLUE, GREEN} & set(world.slots)
    assert world.serving in slots or len(slots) == 1, "nobody serves"
    world.apply(None, None)
    world.send_to(BLUE)
    assert_whole(world)
    assert_still_signed_in(world)


@pytest.mark.parametrize("effects", range(MOST_EFFECTS))
def test_at_no_moment_are_both_slots_gone(world, effects):
    dies(world, DATABASE, effects)
    assert {BLUE, GREEN} & set(world.slots)
