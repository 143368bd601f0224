"""What may be rotated, where its value is renewed, and what a service's file says."""

import pytest

from cli.errors import UserError
from cli.rotation.deployed import value_in
from cli.rotation.renewal import new_value
from cli.rotation.source import Source, readers, source
from infra.configuration import from_strings
from infra.environment import environment
from infra.settings import Settings
from infra.spec import File, SecretRef

pytestmark = pytest.mark.unit

SEARCH = "searxng-secret"


def stack_file(folder, secrets: str):
    path = folder / "Pulumi.prod.yaml"
    path.write_text(f"config:\n  ledgerflow:secrets:{secrets}\n")
    return path


def test_a_secret_that_is_not_set_is_generated(tmp_path):
    path = stack_file(tmp_path, "\n    searxng-secret: {secure: v1:xyz}")
    assert source(path, "postgres-password") is Source.GENERATED


def test_a_pulumi_secret_is_configured(tmp_path):
    path = stack_file(tmp_path, "\n    postgres-password: {secure: v1:xyz}")
    assert source(path, "postgres-password") is Source.CONFIGURED


def test_a_development_default_is_refused_without_being_repeated(tmp_path):
    path = stack_file(tmp_path, "\n    postgres-password: ledgerdev")
    with pytest.raises(UserError, match="stands in clear") as refusal:
        source(path, "postgres-password")
    assert "ledgerdev" not in refusal.value.what + refusal.value.remedy
    assert "pulumi config set --secret" in refusal.value.remedy


def test_secrets_encrypted_as_a_whole_are_refused(tmp_path):
    with pytest.raises(UserError, match="encrypted as a whole"):
        source(stack_file(tmp_path, " {secure: v1:xyz}"), "postgres-password")


def test_the_readers_of_a_secret(stack_config):
    prod = environment(Settings.parse("prod", from_strings(stack_config("prod"))))
    names = [service.name for service in readers(prod, "postgres-password")]
    assert names == ["django-blue", "django-green", "worker", "beat"]


def test_a_secret_that_nobody_reads_is_an_error_naming_those_there_are(stack_config):
    prod = environment(Settings.parse("prod", from_strings(stack_config("prod"))))
    with pytest.raises(UserError, match="no secret admin-password") as refusal:
        readers(prod, "admin-password")
    assert "postgres-password" in refusal.value.remedy


def test_the_secret_is_what_its_neighbours_in_the_file_leave():
    file = File(path="/x", content=('key: "', SecretRef(name=SEARCH), '"\n'))
    assert value_in(file, 'key: "abc"\n', SEARCH) == "abc"


def test_new_values_are_long_plain_and_never_the_same():
    values = {new_value() for _ in range(50)}
    assert len(values) == 50
    assert all(len(value) == 64 and value.isascii() and value.isalnum() for value in values)
