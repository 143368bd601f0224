"""The network and the store at their worst: a named error or a whole backup, nothing between."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from backup.catalog import Catalog
from backup.errors import OffsiteError
from backup.offsite.errors import FailingError, MismatchError, NonsenseError, UnreachableError
from backup.offsite.prune import prune_remote, remote_report
from backup.offsite.pull import pull
from backup.offsite.push import abort_orphans, push, push_all
from backup.offsite.remote import RemoteCatalog
from backup.offsite.settings import OffsiteSettings
from backup.offsite.store import Store
from backup.offsite.upload import state_path
from backup.offsite.verification import Part
from backup.retention.model import Circumstances, ClockMemory, Keep, Outcome, Policy
from tests.integration.backup.bad_network import bad_network, failing
from tests.integration.backup.object_store import ROOT, object_store
from tests.unit.backup.whole_backups import write_whole_backup

pytestmark = pytest.mark.integration

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
LARGE = os.urandom(11 << 20)  # parts of 5, 5 and 1 MiB
ALWAYS = 10_000
NEWER_CHECKSUMS = ("x-amz-checksum", "x-amz-sdk-checksum", "x-amz-trailer", "aws-chunked")
TIMEOUTS = {"silent": {"timeout_seconds": 0.8}}
"""By fault: short for the one that is about it, or a busy machine would be taken for that fault."""


@pytest.fixture(scope="module")
def server():
    with object_store() as running:
        yield running


@pytest.fixture
def network(server):
    with bad_network(server.port) as proxy:
        yield proxy


@pytest.fixture
def bucket(server):
    return server.bucket()


@pytest.fixture
def connect(tmp_path, bucket, server):
    """Make a store, straight at the server unless the endpoint of a bad network is given."""

    def make(endpoint=server.endpoint, **changes):
        secret = tmp_path / "secret"
        secret.write_text(ROOT[1])
        fields = {"bucket": bucket, "endpoint": endpoint, "access_key": ROOT[0]}
        fields |= {"secret_file": secret, "part_mib": 5, "patience_seconds": 4}
        settings = OffsiteSettings.model_validate({**fields, "timeout_seconds": 30, **changes})
        return Store(settings, "dev")

    return make


@pytest.fixture
def away(tmp_path):
    return tmp_path / "away" / "dev"


@pytest.fixture
def entry(tmp_path):
    return write_whole_backup(tmp_path / "home" / "dev", NOW - HOUR, LARGE)


PLACES = {
    "part": ("PUT", "partNumber=2"),
    "begin": ("POST", "uploads"),
    "complete": ("POST", "uploadId="),
    "manifest": ("PUT", ".json"),
}


@pytest.mark.parametrize("fault", ["cut", "500", "lost", "garbage"])
@pytest.mark.parametrize("place", PLACES)
def test_a_passing_trouble_is_overcome(network, connect, entry, place, fault):
    network.plan = failing(1, *PLACES[place], fault)
    store = connect(network.endpoint, patience_seconds=20)
    assert push(store, entry).method == "sha256"
    (listed,) = RemoteCatalog(store).entries()
    assert listed.proven


@pytest.mark.parametrize("part", ["partNumber=3", "proof.json"])
@pytest.mark.parametrize(
    "trouble",
    [("cut", UnreachableError), ("silent", UnreachableError), ("500", FailingError)],
    ids=["cut", "silent", "500"],
)
def test_a_lasting_trouble_has_a_name_and_nothing_is_listed(network, connect, entry, trouble, part):
    fault, error = trouble
    network.plan = failing(ALWAYS, "PUT", part, fault)
    with pytest.raises(error) as caught:
        push(connect(network.endpoint, patience_seconds=0.5, **TIMEOUTS.get(fault, {})), entry)
    assert caught.value.remedy
    direct = connect()
    assert RemoteCatalog(direct).entries() == []
    assert push(direct, entry).id == entry.id
    assert RemoteCatalog(direct).entries()[0].proven


def test_an_interrupted_upload_goes_on_with_the_part_that_was_missing(network, connect, entry):
    network.plan = failing(ALWAYS, "PUT", "partNumber=3", "cut")
    with pytest.raises(UnreachableError):
        push(connect(network.endpoint, patience_seconds=0.5), entry)
    assert state_path(entry.payload_path).exists()
    network.plan = lambda method, path: None
    store = connect(network.endpoint)
    push(store, entry)
    assert [network.count("PUT", f"partNumber={number}") for number in (1, 2, 3)] == [1, 1, 1]
    assert not state_path(entry.payload_path).exists()
    assert RemoteCatalog(store).entries()[0].proven


def test_a_part_that_is_another_in_the_store_is_sent_again(server, network, connect, entry):
    network.plan = failing(ALWAYS, "PUT", "partNumber=3", "cut")
    with pytest.raises(UnreachableError):
        push(connect(network.endpoint, patience_seconds=0.5), entry)
    bucket = connect().settings.bucket
    (begun,) = server.client().list_multipart_uploads(Bucket=bucket)["Uploads"]
    other = bytes(5 << 20)
    server.client().upload_part(
        Bucket=bucket, Key=begun["Key"], UploadId=begun["UploadId"], PartNumber=1, Body=other,
        ChecksumSHA256=Part.of(1, other).sha256_header,
    )  # fmt: skip
    network.plan = lambda method, path: None
    assert push(connect(network.endpoint), entry).method == "sha256"
    assert network.count("PUT", "partNumber=1") == 2


def test_a_login_page_in_place_of_the_store_is_not_believed(network, connect, entry):
    network.plan = lambda method, path: "page"
    with pytest.raises((NonsenseError, MismatchError)):
        push(connect(network.endpoint, patience_seconds=1), entry)


@pytest.mark.parametrize("refusal", [(501, "NotImplemented"), (400, "InvalidArgument")])
def test_a_store_that_refuses_newer_checksums_gets_none(network, connect, entry, tmp_path, refusal):
    """As stores of other makers do: any header of the newer checksums ends the request."""
    network.dislikes, network.refusal = NEWER_CHECKSUMS, refusal
    folder = tmp_path / "home" / "dev"
    entries = [write_whole_backup(folder, NOW - hours * HOUR) for hours in range(2, 6)]
    made = [entry, *entries]
    pushed = list(push_all(connect(network.endpoint), made))
    assert {each.method for each in pushed} == {"etag"}
    network.seen.clear()
    assert {each.method for each in push_all(connect(network.endpoint), made)} == {None}
    assert network.count("PUT", "") == 0, "what is there is not sent again"
    store = connect(network.endpoint)
    listed = RemoteCatalog(store).entries()
    assert [each.proven for each in listed] == [True] * 5
    assert pull(store, listed[-1], tmp_path / "away" / "dev").payload_path.read_bytes() == LARGE
    outcomes = {"db": Outcome.SUCCEEDED, "full": Outcome.SUCCEEDED}
    around = Circumstances(NOW, outcomes, ClockMemory(NOW - HOUR))
    report, there = remote_report(RemoteCatalog(store), Policy(db=Keep()), around)
    assert len(prune_remote(store, report, there, folder, NOW).removed) == 2


def test_a_store_that_is_away_is_named(connect, entry):
    with pytest.raises(UnreachableError, match="127.0.0.1:9"):
        push(connect("http://127.0.0.1:9", patience_seconds=0.5), entry)


def test_old_uploads_in_parts_are_given_up_and_those_of_this_archive_are_not(
    network, connect, entry
):
    network.plan = failing(ALWAYS, "PUT", "partNumber=2", "cut")
    with pytest.raises(UnreachableError):
        push(connect(network.endpoint, patience_seconds=0.5), entry)
    store = connect()
    store.request("", "create_multipart_upload", Key=store.key("stranded"))
    soon, later = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=25)
    assert abort_orphans(store, entry.folder, soon) == []
    assert abort_orphans(store, entry.folder, later) == [store.key("stranded")]
    entry.payload_path.unlink()
    assert abort_orphans(store, entry.folder, later) == [store.key(entry.payload_path.name)]
    assert not state_path(entry.payload_path).exists()
    (page,) = store.pages("", "list_multipart_uploads")
    assert not page.get("Uploads")


@pytest.mark.parametrize("fault", ["half", "500", "cut", "silent"])
def test_a_pull_goes_on_where_it_broke_off(network, connect, entry, away, fault):
    push(connect(), entry)
    store = connect(network.endpoint, patience_seconds=20, **TIMEOUTS.get(fault, {}))
    (listed,) = RemoteCatalog(store).entries()
    network.plan = failing(2, "GET", ".sql.gz", fault)
    back = pull(store, listed, away)
    assert back.payload_path.read_bytes() == LARGE
    assert back.proven


@pytest.mark.parametrize("fault", ["half", "500", "page"])
def test_a_pull_that_cannot_end_leaves_nothing(network, connect, entry, away, fault):
    push(connect(), entry)
    store = connect(network.endpoint, patience_seconds=0.5)
    (listed,) = RemoteCatalog(store).entries()
    network.plan = failing(ALWAYS, "GET", ".sql.gz", fault)
    with pytest.raises(OffsiteError):
        pull(store, listed, away)
    assert Catalog(away).entries() == []
    assert list((away).iterdir()) == []
