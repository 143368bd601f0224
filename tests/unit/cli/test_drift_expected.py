"""The expected side: every input of the renderer is compared, and files follow spec and state."""

import json

import pytest
from pydantic import SecretStr

from cli.drift import expected, files, recorded
from cli.drift.expected import UnknownInputError
from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings
from infra.spec import File, SecretRef

pytestmark = pytest.mark.unit

SECRET = recorded.SIGNATURE


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_every_input_of_every_service_is_known(repository, name):
    config = from_file(repository / f"Pulumi.{name}.yaml")
    spec = environment(Settings.parse(name, config))
    for service in spec.services:
        view = expected.container_view(expected.inputs(spec, service, repository))
        assert view["restart policy"] == "unless-stopped"
        assert view["hostname"] == service.name


def test_an_input_that_nobody_compares_is_an_error():
    with pytest.raises(UnknownInputError, match="gpus"):
        expected.container_view({"user": "0", "gpus": "all"})


def exported(**resource):
    uploads = [{"file": "/run/secrets/x", "content": "hidden-content"}]
    inputs = {
        "name": "ledger_dev_x",
        "uploads": {SECRET: "a", "plaintext": json.dumps(uploads)},
    }
    container = {"type": recorded.CONTAINER, "urn": "urn::x", "id": "1", "inputs": inputs}
    return {"deployment": {"resources": [{**container, **resource}]}}


def test_the_state_gives_identities_and_contents():
    found = recorded.parse(exported()).containers["ledger_dev_x"]
    assert (found.urn, found.id) == ("urn::x", "1")
    assert found.uploads["/run/secrets/x"].get_secret_value() == "hidden-content"
    assert "hidden-content" not in repr(found)


def test_a_single_secret_inside_an_upload_is_read_as_well():
    document = exported()
    content = {SECRET: "a", "plaintext": '"hidden-content"'}
    document["deployment"]["resources"][0]["inputs"]["uploads"] = [
        {"file": "/x", "content": content}
    ]
    found = recorded.parse(document).containers["ledger_dev_x"]
    assert found.uploads["/x"].get_secret_value() == "hidden-content"


def test_what_is_about_to_be_deleted_is_not_there():
    assert recorded.parse(exported(delete=True)).containers == {}
    assert recorded.parse({"deployment": {}}).containers == {}


@pytest.fixture
def service(world):
    file = File(path="/f", content=("key: ", SecretRef(name="searxng-secret"), "\n"), owner=7)
    return world.spec.service("searxng").model_copy(update={"files": (file,)})


UPLOADS = [{"file": "/f", "permissions": "0400", "owner": "7", "group": "7"}]


def content_of(service, state):
    known = {"/f": SecretStr(state)} if state is not None else {}
    return files.expected_files(service, UPLOADS, known)["file /f content"]


def test_a_secret_file_is_expected_as_the_state_has_it(service):
    assert content_of(service, "key: abc\n") == files.digest(b"key: abc\n")


@pytest.mark.parametrize("state", ["other: abc\n", "key: abc", "", None])
def test_a_file_whose_text_changed_since_is_pending(service, state):
    assert content_of(service, state) == files.PENDING
