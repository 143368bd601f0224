"""What backups know of the application by name: its tables, its folders, its lock."""

import pytest
from django.apps import apps
from documents.models import Blob
from documents.services import blobs as services_of_blobs
from documents.storage.blobs import BLOBS, INCOMING
from ledger.models import Transaction

from backup.full.run import MEDIA_LOCK
from backup.settings import load

pytestmark = pytest.mark.unit


def test_transactions_are_counted_and_nothing_else_of_the_ledger(tmp_path):
    settings = load({}, archive=tmp_path, environment="dev")
    tables = {model._meta.db_table for model in apps.get_app_config("ledger").get_models()}
    counted = {table for table in tables if settings.counts_transactions(f"public.{table}")}
    assert counted == {Transaction._meta.db_table}


def test_files_of_documents_are_counted_and_those_on_their_way_are_left_out(tmp_path):
    settings = load({}, archive=tmp_path, environment="dev")
    tables = {model._meta.db_table for model in apps.get_models()}
    counted = {table for table in tables if settings.stands_for_files(f"public.{table}")}
    assert counted == {Blob._meta.db_table}
    assert {"sha256", "size"} <= {field.column for field in Blob._meta.fields}
    assert settings.is_passing(f"{INCOMING}/half")
    assert not settings.is_passing(f"{BLOBS}/ab/cd/abcd")


def test_a_backup_and_the_sweep_of_unused_files_keep_out_of_each_other_s_way():
    assert services_of_blobs.MEDIA_LOCK == MEDIA_LOCK
