"""What a build takes over from its machine, and what it must not."""

import pytest

from airgap.images.machine import Machine, pip_configuration, proxies

pytestmark = pytest.mark.unit


def test_pip_settings_that_say_where_packages_come_from_are_taken_over():
    listing = "global.index-url='https://mirror.example/simple'\nglobal.timeout='60'\n"
    settings, withheld = pip_configuration(listing)
    assert settings.splitlines() == [
        "[global]",
        "cert = /etc/ssl/certs/ca-certificates.crt",
        "index-url = https://mirror.example/simple",
        "timeout = 60",
    ]
    assert withheld == ()


def test_a_variable_wins_over_a_file_as_in_pip():
    listing = "global.index-url='https://one.example/'\n:env:.index-url='https://two.example/'\n"
    assert "index-url = https://two.example/\n" in pip_configuration(listing)[0]


def test_several_values_stay_several():
    listing = r"global.extra-index-url='https://one.example\nhttps://two.example'"
    expected = "extra-index-url = https://one.example\n    https://two.example\n"
    assert expected in pip_configuration(listing)[0]


def test_credentials_are_withheld_and_named():
    listing = "global.index-url='https://me:secret@mirror.example/simple'\n"
    settings, withheld = pip_configuration(listing)
    assert "secret" not in settings
    assert "mirror.example" not in settings
    assert withheld == ("index-url",)


def test_a_persons_own_taste_and_the_machines_paths_stay_behind():
    listing = "global.find-links='/opt/wheels'\nglobal.cert='/my/ca.pem'\ninstall.user='true'\n"
    assert pip_configuration(listing)[0].splitlines() == [
        "[global]",
        "cert = /etc/ssl/certs/ca-certificates.crt",
    ]


def test_proxies_are_taken_in_both_spellings_and_only_when_set():
    environ = {"http_proxy": "http://p:1", "HTTPS_PROXY": "http://p:2", "NO_PROXY": "", "HOME": "/"}
    assert proxies(environ) == {"http_proxy": "http://p:1", "HTTPS_PROXY": "http://p:2"}


def test_the_machines_identity_is_that_of_what_goes_into_images():
    machine = Machine(b"cert", "[global]\n", (), {})
    assert machine.identity == Machine(b"cert", "[global]\n", ("x",), {"http_proxy": "p"}).identity
    assert machine.identity != Machine(b"other", "[global]\n", (), {}).identity
    assert machine.identity != Machine(b"cert", "[global]\ntimeout = 1\n", (), {}).identity
