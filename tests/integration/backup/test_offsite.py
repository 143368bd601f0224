"""Pushing, listing, pulling and pruning against a real S3 server."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from backup.catalog import Catalog
from backup.errors import DamageError, NotFoundError
from backup.offsite.errors import (
    BucketError,
    CredentialsError,
    MismatchError,
    RefusedError,
)
from backup.offsite.prune import prune_remote, remote_report
from backup.offsite.pull import find, pull
from backup.offsite.push import push, push_all
from backup.offsite.remote import RemoteCatalog
from backup.offsite.settings import Credentials, OffsiteSettings
from backup.offsite.store import Store
from backup.retention.model import Circumstances, ClockMemory, Keep, Outcome, Policy
from tests.integration.backup.object_store import ROOT, object_store
from tests.unit.backup.whole_backups import write_proof, write_whole_backup

pytestmark = pytest.mark.integration

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
MIB = 1 << 20
LARGE = os.urandom(11 * MIB)  # three parts of 5 MiB at the most
POLICY = Policy(db=Keep(), full=Keep())
WITHOUT_BYPASS = (
    "s3:PutObject",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:DeleteObject",
    "s3:PutObjectRetention",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:GetBucket*",
)
"""A writer that may even delete, but not override a lock in governance mode."""


@pytest.fixture(scope="module")
def server():
    with object_store() as running:
        yield running


@pytest.fixture(params=[False, True], ids=["plain", "locked"])
def lock(request):
    return request.param


@pytest.fixture
def bucket(server, lock):
    return server.bucket(lock=lock)


@pytest.fixture
def connect(server, tmp_path):
    def make(bucket, key=ROOT, **changes):
        secret = tmp_path / f"secret-{key[0]}"
        secret.write_text(key[1])
        fields = {
            "bucket": bucket,
            "endpoint": server.endpoint,
            "access_key": key[0],
            "secret_file": secret,
            "part_mib": 5,
            "patience_seconds": 2,
            "timeout_seconds": 30,
            "lock_days": 1,
            **changes,
        }
        return Store(OffsiteSettings.model_validate(fields), "dev")

    return make


@pytest.fixture
def store(connect, bucket):
    return connect(bucket)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "home" / "dev"


def remote(store, **options):
    return RemoteCatalog(store).entries(**options)


def circumstances(now=NOW):
    outcomes = {"db": Outcome.SUCCEEDED, "full": Outcome.SUCCEEDED}
    return Circumstances(now, outcomes, ClockMemory(now - HOUR))


@pytest.mark.parametrize("content", [b"small" * 3000, LARGE], ids=["whole", "in-parts"])
def test_a_round_trip_is_byte_equal_and_verified_by_the_store(store, folder, tmp_path, content):
    entry = write_whole_backup(folder, NOW - HOUR, content)
    assert push(store, entry).method == "sha256"
    (listed,) = remote(store)
    assert (listed.id, listed.proven, listed.manifest) == (entry.id, True, entry.manifest)
    back = pull(store, listed, tmp_path / "away" / "dev")
    assert back.proven
    for path in (entry.payload_path, entry.manifest_path, entry.proof_path, entry.evidence_path):
        assert (back.folder / path.name).read_bytes() == path.read_bytes()
    assert not list((folder / ".offsite").glob("*")) or content != LARGE


def test_pushing_again_sends_nothing_and_a_later_proof_follows(store, folder):
    entry = write_whole_backup(folder, NOW - HOUR, proven=False)
    assert push(store, entry).method == "sha256"
    assert not remote(store)[0].proven
    assert list(push_all(store, [entry])) == []
    write_proof(folder, entry.manifest)
    entry = Catalog(folder).entry(entry.id)
    assert [pushed.method for pushed in push_all(store, [entry])] == [None]
    assert remote(store)[0].proven
    assert len(remote(store)[0].versions(entry.payload_path.name)) == 1


@pytest.mark.parametrize("lock", [False], ids=["plain"], indirect=True)
@pytest.mark.parametrize("content", [b"small" * 3000, LARGE], ids=["whole", "in-parts"])
def test_without_checksums_the_etag_says_so(connect, bucket, folder, content):
    store = connect(bucket, checksums="off")
    assert push(store, write_whole_backup(folder, NOW - HOUR, content)).method == "etag"
    # The parts' digests are asked for by nobody, so that the next machine finds the same.
    assert remote(store)[0].proven


def test_a_damaged_backup_is_not_sent(store, folder):
    entry = write_whole_backup(folder, NOW - HOUR, LARGE)
    entry.payload_path.chmod(0o600)
    with entry.payload_path.open("r+b") as opened:
        opened.seek(6 * MIB)
        opened.write(b"changed")
    with pytest.raises(DamageError, match="was not sent"):
        push(store, entry)
    assert remote(store) == []


def test_a_file_without_manifest_is_no_backup(store, folder):
    entry = write_whole_backup(folder, NOW - HOUR)
    store.request("", "put_object", Key=store.key(entry.payload_path.name), Body=b"payload")
    store.request("", "put_object", Key=store.key("notes.txt"), Body=b"of a person")
    assert remote(store) == []


@pytest.mark.parametrize("lock", [False], ids=["plain"], indirect=True)
def test_damage_in_the_store_is_found(store, folder, tmp_path):
    first = write_whole_backup(folder, NOW - 2 * HOUR)
    second = write_whole_backup(folder, NOW - HOUR)
    list(push_all(store, [first, second]))
    content = bytearray(first.payload_path.read_bytes())
    content[100] ^= 1
    store.request("", "put_object", Key=store.key(first.payload_path.name), Body=bytes(content))
    manifest = second.manifest_path.read_bytes().replace(b"scheduled", b"emergency")
    store.request("", "put_object", Key=store.key(second.manifest_path.name), Body=manifest)
    one, two = remote(store)
    with pytest.raises(MismatchError, match="is not what its manifest tells of"):
        pull(store, one, tmp_path / "away" / "dev")
    assert Catalog(tmp_path / "away" / "dev").entries() == []
    assert Catalog(tmp_path / "away" / "dev").strays() == []
    assert "seal does not match" in two.problems[0]
    with pytest.raises(DamageError):
        pull(store, two, tmp_path / "away" / "dev")


@pytest.mark.parametrize("lock", [False], ids=["plain"], indirect=True)
def test_a_payload_that_is_missing_or_short_is_listed_as_damaged(store, folder):
    first = write_whole_backup(folder, NOW - 2 * HOUR)
    second = write_whole_backup(folder, NOW - HOUR)
    list(push_all(store, [first, second]))
    store.request("", "delete_object", Key=store.key(first.payload_path.name))
    store.request("", "put_object", Key=store.key(second.payload_path.name), Body=b"short")
    assert [entry.problems for entry in remote(store)] == [
        (f"{first.payload_path.name} is missing",),
        (f"{second.payload_path.name} has 5 bytes, {second.manifest.payload.size} were written",),
    ]


def test_latest_is_the_newest_proven_one(store, folder):
    entries = [write_whole_backup(folder, NOW - hours * HOUR) for hours in (3, 2)]
    push(store, write_whole_backup(folder, NOW - HOUR, proven=False))
    list(push_all(store, entries))
    assert find(remote(store), "latest").id == entries[1].id
    with pytest.raises(NotFoundError):
        find(remote(store), "ledgerflow_db_backup_19990101_000000")


@pytest.mark.parametrize("lock", [False], ids=["plain"], indirect=True)
def test_retention_removes_there_what_it_removes_here(store, folder):
    entries = [write_whole_backup(folder, NOW - hours * HOUR) for hours in range(1, 6)]
    list(push_all(store, entries))
    made, there = remote_report(RemoteCatalog(store), POLICY, circumstances())
    done = prune_remote(store, made, there, folder, NOW)
    assert done.removed == (entries[4].id, entries[3].id)
    assert [entry.id for entry in remote(store)] == [each.id for each in entries[2::-1]]
    left = [each["Key"] for page in store.pages("", "list_objects_v2") for each in page["Contents"]]
    assert not [key for key in left if entries[4].id in key]
    lines = [json.loads(line) for line in (folder / "removals.jsonl").read_text().splitlines()]
    assert [line["action"] for line in lines] == ["removing-offsite", "removed-offsite"] * 2


@pytest.mark.parametrize("lock", [True], ids=["locked"], indirect=True)
def test_retention_waits_for_locks(store, folder):
    entries = [write_whole_backup(folder, NOW - hours * HOUR) for hours in range(1, 6)]
    list(push_all(store, entries))
    made, _ = remote_report(RemoteCatalog(store), POLICY, circumstances())
    assert made.removable == ()
    assert any("locked in the store until" in reason for reason in made.rows[-1].reasons)


@pytest.mark.parametrize("mode", ["COMPLIANCE", "GOVERNANCE"])
@pytest.mark.parametrize("lock", [True], ids=["locked"], indirect=True)
def test_a_compromised_writer_cannot_destroy_a_locked_backup(server, connect, bucket, folder, mode):
    name = f"writer-{mode.lower()}"
    key = (name, server.user(name))
    rights = ["s3:*"] if mode == "COMPLIANCE" else WITHOUT_BYPASS
    server.client().put_bucket_policy(Bucket=bucket, Policy=writer_policy(bucket, name, *rights))
    writer = connect(bucket, key, lock_mode=mode)
    entry = write_whole_backup(folder, NOW - HOUR)
    push(writer, entry)
    (listed,) = remote(writer)
    attack(server.client(*key), bucket, writer, listed)
    (left,) = remote(writer)
    assert left.id == entry.id
    assert pull(writer, left, folder.parent.parent / "away" / "dev").proven
    assert RemoteCatalog(writer).locked_until(left) > NOW + timedelta(hours=20)


def attack(client, bucket, store, listed):
    """All that someone with the writer's key can try; how much the store refuses may differ."""
    refused = 0
    for name, versions in listed.files.items():
        key = store.key(name)
        for version in versions:
            pointer = {"Bucket": bucket, "Key": key, "VersionId": version.version_id}
            soon = {"Mode": "GOVERNANCE", "RetainUntilDate": NOW + timedelta(seconds=90)}
            for method, arguments in (
                ("delete_object", {}),
                ("delete_object", {"BypassGovernanceRetention": True}),
                ("put_object_retention", {"Retention": soon}),
            ):
                try:
                    getattr(client, method)(**pointer, **arguments)
                except client.exceptions.ClientError:
                    refused += 1
        for method, arguments in (("put_object", {"Body": b"gone"}), ("delete_object", {})):
            try:
                getattr(client, method)(Bucket=bucket, Key=key, **arguments)
            except client.exceptions.ClientError:
                refused += 1
    assert refused >= 3 * len(listed.files)


@pytest.mark.parametrize("lock", [False], ids=["plain"], indirect=True)
def test_a_key_that_may_not_delete_is_refused_gracefully(server, connect, bucket, folder):
    key = ("appender", server.user("appender"))
    actions = ["s3:PutObject", "s3:GetObject", "s3:ListBucket", "s3:GetBucketVersioning",
               "s3:AbortMultipartUpload",
               "s3:ListMultipartUploadParts", "s3:ListBucketMultipartUploads"]  # fmt: skip
    server.client().put_bucket_policy(Bucket=bucket, Policy=writer_policy(bucket, key[0], *actions))
    writer = connect(bucket, key)
    entries = [write_whole_backup(folder, NOW - hours * HOUR) for hours in range(1, 6)]
    list(push_all(writer, entries))
    made, there = remote_report(RemoteCatalog(writer), POLICY, circumstances())
    done = prune_remote(writer, made, there, folder, NOW)
    assert done.removed == ()
    assert set(done.refused) == {entries[4].id, entries[3].id}
    assert len(remote(writer)) == 5
    assert all(entry.proven for entry in remote(writer))
    keeper = Store(writer.settings, "dev", Credentials(*ROOT))
    assert prune_remote(keeper, made, there, folder, NOW).removed == tuple(done.refused)


@pytest.mark.parametrize("lock", [True], ids=["locked"], indirect=True)
def test_what_was_hidden_or_overwritten_is_listed_with_its_first_version(
    connect, bucket, folder, tmp_path
):
    store = connect(bucket, lock="off")
    hidden = write_whole_backup(folder, NOW - 2 * HOUR)
    replaced = write_whole_backup(folder, NOW - HOUR)
    list(push_all(store, [hidden, replaced]))
    store.request("", "delete_object", Key=store.key(hidden.manifest_path.name))
    for path in (replaced.manifest_path, replaced.payload_path):
        store.request("", "put_object", Key=store.key(path.name), Body=b"encrypted by a thief")
    one, two = remote(store)
    assert "was hidden by a deletion at" in one.problems[0]
    assert "was overwritten at" in two.problems[0]
    for entry in (one, two):
        assert pull(store, entry, tmp_path / "away" / "dev").proven


class TestWrongSettings:
    """What a person gets wrong at first, each with its name."""

    def test_the_bucket_is_missing(self, connect):
        with pytest.raises(BucketError, match="NoSuchBucket"):
            remote(connect("lftest-no-such-bucket"))

    @pytest.mark.parametrize("lock", [False], ids=["plain"], indirect=True)
    @pytest.mark.parametrize("key", [("nobody", "x" * 16), (ROOT[0], "wrong-secret")])
    def test_the_credentials_are_wrong(self, connect, bucket, key):
        with pytest.raises(CredentialsError):
            remote(connect(bucket, key))

    @pytest.mark.parametrize("lock", [False], ids=["plain"], indirect=True)
    def test_the_key_has_no_right(self, server, connect, bucket, folder):
        key = ("stranger", server.user("stranger"))
        with pytest.raises(RefusedError):
            push(connect(bucket, key), write_whole_backup(folder, NOW - HOUR))

    @pytest.mark.parametrize("lock", [False], ids=["plain"], indirect=True)
    def test_a_lock_is_required_and_not_offered(self, connect, bucket, folder):
        store = connect(bucket, lock="required")
        with pytest.raises(BucketError, match="offers no object lock"):
            push(store, write_whole_backup(folder, NOW - HOUR))
        assert remote(store) == []


def writer_policy(bucket, user, *actions):
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    if actions == ("s3:*",):
        statements = [(["s3:*"], resources)]
    else:
        of_bucket = [a for a in actions if "Bucket" in a]
        statements = [(of_bucket, resources[:1])]
        statements += [([a for a in actions if a not in of_bucket], resources[1:])]
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": [user]}, "Action": a, "Resource": r}
                for a, r in statements
            ],
        }
    )
