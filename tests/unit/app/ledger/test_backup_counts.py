"""Backups count the ledger's transactions under the name that Django gives their table."""

import pytest
from django.apps import apps
from ledger.models import Transaction

from backup.settings import load

pytestmark = pytest.mark.unit


def test_transactions_are_counted_and_nothing_else_of_the_ledger(tmp_path):
    settings = load({}, archive=tmp_path, environment="dev")
    tables = {model._meta.db_table for model in apps.get_app_config("ledger").get_models()}
    counted = {table for table in tables if settings.counts_transactions(f"public.{table}")}
    assert counted == {Transaction._meta.db_table}
