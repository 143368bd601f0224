"""The store's settings: all mistakes at once, secrets from files and never shown."""

import pytest

from backup.errors import SettingsError
from backup.offsite.settings import PREFIX, load

pytestmark = pytest.mark.unit


def variables(tmp_path, **changes):
    secret = tmp_path / "secret"
    secret.write_text("very-secret\n")
    given = {"bucket": "ledger", "access_key": "writer", "secret_file": str(secret), **changes}
    return {f"{PREFIX}{name.upper()}": value for name, value in given.items()}


def test_the_least_that_is_needed(tmp_path):
    settings = load(variables(tmp_path))
    assert settings.writer.secret == "very-secret"
    assert settings.deleter == settings.writer
    assert "very-secret" not in repr(settings) + repr(settings.writer)


def test_a_second_key_deletes(tmp_path):
    other = tmp_path / "other"
    other.write_text("other-secret")
    changes = {"delete_access_key": "keeper", "delete_secret_file": str(other)}
    settings = load(variables(tmp_path, **changes))
    assert (settings.deleter.access_key, settings.deleter.secret) == ("keeper", "other-secret")


def test_all_mistakes_are_named_at_once(tmp_path):
    changes = {"bucket": "x", "endpoint": "store:9000", "prefix": "/a/", "part_mib": "4"}
    with pytest.raises(SettingsError) as caught:
        load(variables(tmp_path, **changes, lock="maybe"))
    for name in ("BUCKET", "ENDPOINT", "PREFIX", "PART_MIB", "LOCK"):
        assert f"{PREFIX}{name}: " in caught.value.what


def test_half_a_second_key_is_a_mistake(tmp_path):
    with pytest.raises(SettingsError, match="go together"):
        load(variables(tmp_path, delete_access_key="keeper"))


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_secret_that_is_not_there_is_named_by_its_file(tmp_path, content):
    file = tmp_path / "elsewhere"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingsError, match=str(file)):
        load(variables(tmp_path, secret_file=str(file))).writer  # noqa: B018 - reads the file
