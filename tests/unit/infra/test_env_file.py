"""The sealed env file: what it holds, what an edit looks like, and that no value is ever told."""

import pytest

from cli import env_file as edge
from cli.errors import UserError
from cli.workspace import Workspace
from infra.configuration import from_file
from infra.env_file import (
    SEAL_LINE,
    SETTINGS_OF,
    Difference,
    EnvFileError,
    application,
    compare,
    has_file,
    is_intact,
    parse,
    render,
)
from infra.environment import environment
from infra.settings import Settings

pytestmark = pytest.mark.unit

CANARY = "canary-5f1d0c77-never-to-be-seen"
PROD = {
    "django": {"stage": "prod", "slots": ["blue", "green"], "active": "blue"},
    "ports": {"public": 9000},
    "secrets": {
        name: f"{CANARY}-{name}-{'x' * 50}"
        for name in ("postgres-password", "django-secret-key", "searxng-secret", "admin-password")
    },
    "admin_username": "clerk",
}


def spec_of(stack="prod", **changes):
    config = {f"ledgerflow:{key}": value for key, value in {**PROD, **changes}.items()}
    return environment(Settings.parse(stack, config))


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".env.prod"


def edit(path, change):
    path.chmod(0o600)
    path.write_text(change(path.read_text()))


def set_time_zone(text):
    return text.replace("TZ=UTC", f"TZ={CANARY}")


def test_the_file_holds_the_variables_of_the_application_and_no_secret():
    text = render(spec_of())
    variables, odd = parse(text)
    assert odd == ()
    assert variables == application(spec_of()).environment
    assert variables["DATABASE_PASSWORD_FILE"] == "/run/secrets/postgres-password"
    assert CANARY not in text
    assert is_intact(text)


def test_the_same_settings_render_the_same_text():
    assert render(spec_of()) == render(spec_of())


def test_any_setting_of_the_environment_changes_the_text():
    limited = spec_of(limits={"redis": {"memory_mib": 300, "cpus": 1}})
    assert render(limited) != render(spec_of())
    assert parse(render(limited)) == parse(render(spec_of()))


def test_a_secret_changes_nothing_in_the_file():
    assert render(spec_of(secrets={})) == render(spec_of())


@pytest.mark.parametrize(("stack", "has"), [("dev", False), ("staging", True), ("prod", True)])
def test_environments_that_run_the_production_stage_have_a_file(repository, stack, has):
    settings = Settings.parse(stack, from_file(repository / f"Pulumi.{stack}.yaml"))
    assert has_file(environment(settings)) is has


def test_the_application_is_the_slot_behind_caddy():
    green = {**PROD["django"], "active": "green"}
    assert application(spec_of()).name == "django-blue"
    assert application(spec_of(django=green)).name == "django-green"
    assert application(spec_of(django={"stage": "prod"})).name == "django"


@pytest.mark.parametrize("odd", ["UTC\nINJECTED=1", "UTC\r", "UTC\0", "UTC\u2028X=1"])
def test_a_value_that_would_start_a_line_of_its_own_is_refused_by_name(odd, workspace):
    spec = spec_of()
    services = (s.model_copy(update={"environment": {"TZ": odd}}) for s in spec.services)
    spec = spec.model_copy(update={"services": tuple(services)})
    with pytest.raises(EnvFileError, match="the value of TZ has a line break"):
        render(spec)
    with pytest.raises(UserError, match=r"\.env\.prod cannot be written"):
        edge.ensure(workspace, spec)
    assert list(workspace.repository.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("TZ=UTC", "TZ=Europe/Rome"),
        lambda text: text + "EXTRA=1\n",
        lambda text: text.replace("TZ=UTC\n", ""),
        lambda text: text + "# a note\n",
        lambda text: text + "\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("# seal", "# Seal"),
        lambda text: text.replace(SEAL_LINE, f"{SEAL_LINE}0"),
        lambda text: text + next(li for li in text.splitlines() if li.startswith(SEAL_LINE)) + "\n",
        lambda text: text[:-1],
        lambda text: text[: len(text) // 2],
        lambda _text: "",
        lambda _text: "TZ=UTC\n",
        lambda text: text.replace("# settings sha256:", "# settings sha256:0"),
    ],
)
def test_every_change_of_the_text_breaks_the_seal(change):
    text = render(spec_of())
    assert change(text) != text
    assert not is_intact(change(text))


def test_a_comparison_names_variables_by_what_happened_to_them():
    rendered = render(spec_of())
    found = rendered.replace("TZ=UTC", "TZ=Europe/Rome").replace("DJANGO_DEBUG=false\n", "")
    assert compare(f"{found}EXTRA=1\n", rendered) == Difference(
        added=("EXTRA",), removed=("DJANGO_DEBUG",), changed=("TZ",)
    )


@pytest.mark.parametrize(
    "line", [CANARY, f"{CANARY}=", f"export X={CANARY}", f"={CANARY}", "MIIEvQIBADANBgkqhkiG9w0=="]
)
def test_a_pasted_line_is_told_by_its_number_only(line, workspace, path):
    edge.ensure(workspace, spec_of())
    edit(path, lambda text: f"{text}{line}\n")
    with pytest.raises(UserError) as error:
        edge.ensure(workspace, spec_of())
    assert line not in error.value.what + error.value.remedy
    assert f"not KEY=value: line {len(path.read_text().splitlines())}" in error.value.what


def test_a_missing_file_is_rendered_for_its_owner_to_read(workspace, path, capsys):
    edge.ensure(workspace, spec_of())
    assert path.read_text() == render(spec_of())
    assert path.stat().st_mode & 0o777 == 0o400
    assert ".env.prod: rendered" in capsys.readouterr().err
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_is_right_is_left_alone(workspace, path, capsys):
    edge.ensure(workspace, spec_of())
    inode = path.stat().st_ino
    path.chmod(0o644)
    capsys.readouterr()
    edge.ensure(workspace, spec_of())
    assert path.stat().st_ino == inode
    assert path.stat().st_mode & 0o777 == 0o400
    assert capsys.readouterr().err == ""


def test_a_file_of_older_settings_is_renewed(workspace, path):
    edge.ensure(workspace, spec_of())
    edge.ensure(workspace, spec_of(time_zone="Europe/Rome"))
    assert path.read_text() == render(spec_of(time_zone="Europe/Rome"))
    assert path.stat().st_mode & 0o777 == 0o400


def test_a_hand_edit_stops_with_names_and_the_way_to_bring_it_in(workspace, path):
    edge.ensure(workspace, spec_of())
    edit(path, lambda text: set_time_zone(text) + f"EMAIL_HOST_PASSWORD={CANARY}\n")
    edited = path.read_text()
    for stop in (edge.ensure, edge.check):
        with pytest.raises(UserError) as error:
            stop(workspace, spec_of())
        words = error.value.what + error.value.remedy
        assert ".env.prod was edited by hand" in error.value.what
        assert "added: EMAIL_HOST_PASSWORD" in error.value.what
        assert "changed: TZ" in error.value.what
        assert "TZ: set ledgerflow:time_zone in Pulumi.prod.yaml" in error.value.remedy
        assert "EMAIL_HOST_PASSWORD: no setting renders it" in error.value.remedy
        assert "make env-file ENV=prod" in error.value.remedy
        assert CANARY not in words
        assert "UTC" not in words
        assert path.read_text() == edited


def test_an_edit_of_a_comment_is_said_to_be_one(workspace, path):
    edge.ensure(workspace, spec_of())
    edit(path, lambda text: f"# {CANARY}\n{text}")
    with pytest.raises(UserError, match="comments or layout only") as error:
        edge.ensure(workspace, spec_of())
    assert CANARY not in error.value.what + error.value.remedy


def test_an_edit_is_found_when_the_settings_have_changed_too(workspace, path):
    edge.ensure(workspace, spec_of())
    edit(path, set_time_zone)
    with pytest.raises(UserError, match="the settings have changed since it was rendered"):
        edge.ensure(workspace, spec_of(debug=True))


def test_bytes_that_are_no_text_are_an_edit_and_no_defect(workspace, path):
    path.write_bytes(b"\xff\xfe\0")
    with pytest.raises(UserError, match="was edited by hand"):
        edge.ensure(workspace, spec_of())


def test_a_folder_of_that_name_is_an_error_a_person_can_fix(workspace, path):
    path.mkdir()
    for act in (edge.ensure, edge.discard):
        with pytest.raises(UserError, match="cannot be read"):
            act(workspace, spec_of())


def test_a_discarded_edit_is_kept_beside_the_new_file(workspace, path):
    edge.ensure(workspace, spec_of())
    edit(path, set_time_zone)
    edited = path.read_text()
    kept = edge.discard(workspace, spec_of())
    assert kept == path.with_name(".env.prod.edited")
    assert kept.read_text() == edited
    assert kept.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == render(spec_of())


def test_an_earlier_edit_is_not_overwritten_by_a_later_one(workspace, path):
    edge.ensure(workspace, spec_of())
    edit(path, lambda text: f"{text}FIRST=1\n")
    edge.discard(workspace, spec_of())
    edit(path, lambda text: f"{text}SECOND=1\n")
    kept = edge.discard(workspace, spec_of())
    assert kept == path.with_name(".env.prod.edited-2")
    assert "FIRST=1" in path.with_name(".env.prod.edited").read_text()
    assert "SECOND=1" in kept.read_text()


def test_discarding_without_an_edit_keeps_nothing(workspace, path):
    assert edge.discard(workspace, spec_of()) is None
    assert edge.discard(workspace, spec_of()) is None
    assert list(path.parent.iterdir()) == [path]


def test_dev_has_no_file(workspace):
    dev = spec_of("dev", django={"stage": "dev"}, ports={})
    edge.ensure(workspace, dev)
    edge.check(workspace, dev)
    assert list(workspace.repository.iterdir()) == []
    with pytest.raises(UserError, match=r"dev has no \.env\.dev"):
        edge.discard(workspace, dev)


WITH_A_DOMAIN = {
    "domain": "books.example",
    "ports": {**PROD["ports"], "http": 80, "https": 443},
}


def test_the_table_of_settings_knows_every_variable():
    assert set(SETTINGS_OF) == set(application(spec_of(**WITH_A_DOMAIN)).environment)


def with_setting(key, value):
    if key in ("domain", "ports.https"):  # neither goes without the other
        return WITH_A_DOMAIN
    section, _, name = key.partition(".")
    return {section: {**PROD[section], name: value}} if name else {section: value}


CHANGED = {
    "admin_username": None,
    "debug": True,
    "django.slots": ["blue"],
    "domain": "books.example",
    "hosts": ["books.lan"],
    "ports.https": 443,
    "ports.public": None,
    "search_language": "german",
    "time_zone": "Europe/Rome",
}


@pytest.mark.parametrize(
    ("variable", "setting"),
    [(variable, setting) for variable, keys in SETTINGS_OF.items() for setting in keys],
)
def test_the_setting_named_for_a_variable_renders_it(variable, setting):
    before = application(spec_of()).environment
    after = application(spec_of(**with_setting(setting, CHANGED[setting]))).environment
    assert before.get(variable) != after.get(variable)


def test_every_variable_of_the_table_is_in_the_guide(repository):
    guide = (repository / "docs" / "env-file.md").read_text()
    for variable, settings in SETTINGS_OF.items():
        assert f"`{variable}`" in guide
        assert all(f"`{setting}`" in guide for setting in settings), variable
