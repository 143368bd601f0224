"""SCRAM verifiers, against the example of RFC 7677 and against PostgreSQL's rules."""

import base64

import pytest

from infra.scram import matches, verifier

pytestmark = pytest.mark.unit

# RFC 7677, section 3: user "user", password "pencil", this salt, 4096 iterations
SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
SERVER_SIGNED = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def server_key(text: str) -> bytes:
    return base64.b64decode(text.rsplit(":", 1)[1])


def test_the_server_key_signs_as_in_the_rfc():
    import hmac

    message = (
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    signature = hmac.digest(server_key(verifier("pencil", SALT)), message.encode(), "sha256")
    assert base64.b64encode(signature).decode() == SERVER_SIGNED


def test_a_verifier_matches_its_password_and_no_other():
    stored = verifier("correct horse")
    assert matches("correct horse", stored)
    assert not matches("correct horse ", stored)
    assert not matches("", stored)


def test_two_verifiers_of_one_password_differ_by_their_salt():
    assert verifier("same") != verifier("same")


def test_the_iterations_of_the_stored_verifier_count():
    assert matches("word", verifier("word", iterations=10_000))


@pytest.mark.parametrize("stored", ["", "md5" + "0" * 32, "SCRAM-SHA-256$4096:x", "word"])
def test_what_is_no_verifier_matches_nothing(stored):
    assert not matches("word", stored)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("I\u00adX", "IX"),  # RFC 4013, section 3: a soft hyphen is mapped to nothing
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
    ],
)
def test_passwords_are_prepared_as_saslprep_says(typed, same):
    assert verifier(typed, SALT) == verifier(same, SALT)


def test_a_prohibited_character_leaves_the_password_as_it_is():
    assert verifier("\u0627\ue000", SALT) != verifier("\u0627", SALT)
    assert matches("\ue000", verifier("\ue000"))
