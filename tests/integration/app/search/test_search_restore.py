"""Entries survive a dump and a restore: extensions, configurations, generated columns."""

import subprocess

import pytest
from django.db import connection
from search.models import SearchEntry
from search_things import document_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
RESTORED = "search_restored"
ENTRY = (
    "SELECT vector::text, title_vector::text, config::text FROM search_searchentry"
    " WHERE vector @@ websearch_to_tsquery('ledgerflow_english', 'cafes muller')"
)


def test_a_dump_restores_what_is_searched(transactional_db, ada, app_postgres):
    document_of(ada, "Café", "Überweisung an Müller")
    with connection.cursor() as cursor:
        cursor.execute(ENTRY)
        before = cursor.fetchall()
    assert len(before) == SearchEntry.objects.count() == 1
    where = ["-h", str(app_postgres.folder), "-p", str(app_postgres.port), "-U", "ledgerflow"]
    name = connection.settings_dict["NAME"]
    dump = subprocess.run(
        [app_postgres.programs.find("pg_dump"), *where, "-Fc", name],
        capture_output=True,
        check=True,
    )
    app_postgres.make_database(RESTORED)
    try:
        subprocess.run(
            [app_postgres.programs.find("pg_restore"), *where, "-d", RESTORED, "--exit-on-error"],
            input=dump.stdout,
            check=True,
        )
        with app_postgres.connect(RESTORED) as session:
            assert session.execute(ENTRY).fetchall() == before
    finally:
        app_postgres.drop_database(RESTORED)
