"""The sweep of unused files removes none while a full backup reads the media."""

import os
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from documents.models import Blob
from documents.services import integrity, trash
from documents.services.blobs import MEDIA_LOCK
from documents.store import blob_store

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def backup():
    """A session that reads the media as a full backup does."""
    where = connection.settings_dict
    with psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        user=where["USER"],
        password=where["PASSWORD"],
        dbname=where["NAME"],
        autocommit=True,
    ) as session:
        session.execute("SELECT pg_advisory_lock_shared(%s)", [MEDIA_LOCK])
        yield session


def old(path: Path) -> None:
    """Make a file look as if it were made two days ago."""
    before = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(path, (before, before))


def test_nothing_is_removed_until_the_backup_has_read_it(ada, add, backup):
    document = add(ada, b"a person's words")
    trash.purge(actor=ada, document=trash.trash(actor=ada, document=document))
    (blob,) = Blob.objects.all()
    Blob.objects.update(created_at=timezone.now() - timedelta(days=2))
    kept = blob_store().path(blob.sha256)
    nobody = blob_store().path(f"{blob.sha256[:2]}{'0' * 62}")
    nobody.parent.mkdir(parents=True, exist_ok=True)
    nobody.write_bytes(b"a file without a row")
    for path in (kept, nobody):
        old(path)
    # a day on which the part with both files is looked at
    day = int(blob.sha256[:2], 16) % integrity.PARTS
    now = timezone.now()
    now += timedelta(days=(day - now.toordinal()) % integrity.PARTS)
    assert integrity.sweep(now=now).removed == 0
    assert (kept.is_file(), nobody.is_file(), Blob.objects.count()) == (True, True, 1)
    backup.execute("SELECT pg_advisory_unlock_shared(%s)", [MEDIA_LOCK])
    assert integrity.sweep(now=now).removed == 2
    assert (kept.is_file(), nobody.is_file(), Blob.objects.count()) == (False, False, 0)
