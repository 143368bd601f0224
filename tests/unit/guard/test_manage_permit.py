"""The permit of a migration: for one environment, one command line, minutes, and once."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from guard.manage.permit import LIFETIME_SECONDS, PermitError, issue, opened, require, sealed, use

pytestmark = pytest.mark.guard

NOW = 1_800_000_000.5
COMMAND = ("migrate", "--noinput")
KEY = "a signing key"


@pytest.fixture
def permit():
    return issue("prod", COMMAND, "ledgerflow_db_backup_20270101_000000", NOW)


def test_it_comes_out_as_it_went_in(permit):
    assert opened(sealed(permit, KEY), KEY) == permit
    require(permit, "prod", COMMAND, NOW)
    require(permit, "prod", COMMAND, NOW + LIFETIME_SECONDS - 1)


@pytest.mark.parametrize("text", ["", ".", "x.y", "e30=.00", "ä.b", "e30=."])
def test_what_is_no_permit_is_refused(text):
    with pytest.raises(PermitError, match="not sealed for this environment"):
        opened(text, KEY)


def test_another_key_and_an_edited_permit_are_refused(permit):
    text = sealed(permit, KEY)
    body, _, seal = text.partition(".")
    edited = urlsafe_b64decode(body).replace(b'"prod"', b'"dr"')
    forged = f"{urlsafe_b64encode(edited).decode()}.{seal}"
    for other, key in ((text, "another key"), (forged, KEY)):
        with pytest.raises(PermitError, match="not sealed"):
            opened(other, key)


@pytest.mark.parametrize(
    ("environment", "command", "now", "words"),
    [
        ("staging", COMMAND, NOW, "is for prod"),
        ("prod", ("migrate",), NOW, "is for: manage.py migrate --noinput"),
        ("prod", COMMAND, NOW + LIFETIME_SECONDS + 1, "has run out"),
        ("prod", COMMAND, NOW - 24 * 3600, "has run out"),
    ],
)
def test_it_holds_for_nothing_else(permit, environment, command, now, words):
    with pytest.raises(PermitError, match=words):
        require(permit, environment, command, now)


def test_it_is_used_once(permit, tmp_path):
    use(permit, tmp_path)
    with pytest.raises(PermitError, match="used before"):
        use(permit, tmp_path)
    use(issue("prod", COMMAND, "b", NOW), tmp_path)


def test_where_it_cannot_be_used_up_it_does_not_count(permit, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PermitError, match="cannot be used up"):
        use(permit, tmp_path / "file")
