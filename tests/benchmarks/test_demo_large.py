"""``load_demo --size large``: killed in the middle and run again; how long, how much, how large."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from app_as_program import application_variables
from core.models import EnvironmentMarker
from demo.contents import LARGE, number_of
from django.db import connection
from documents.models import Document
from ledger.models import Transaction

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(3600),
]


def test_ten_years_of_an_invented_household(repository, app_redis, tmp_path, monkeypatch):
    media = tmp_path / "large"
    media.mkdir()
    monkeypatch.setenv("MEDIA_ROOT", str(media))
    EnvironmentMarker.objects.update_or_create(singleton=True, defaults={"name": "test-rest"})
    command = [sys.executable, "manage.py", "load_demo", "--size", LARGE]
    variables = application_variables(repository, app_redis.url)
    variables["LEDGERFLOW_AUDIT"] = str(tmp_path / "audit")
    begun = time.perf_counter()
    with subprocess.Popen(
        command, cwd=repository / "app", env=variables, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if " files, " in line)
        process.kill()
    before = Document.objects.count()
    assert 0 < before < number_of(LARGE)
    subprocess.run(command, cwd=repository / "app", env=variables, check=True)
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        database = cursor.fetchone()[0]
    files = sum(each.stat().st_size for each in Path(media).rglob("*") if each.is_file())
    print(f"\nkilled after {before} documents; {took:.0f} s together, ", end="")
    print(f"{Document.objects.count():,} documents, ", end="")
    print(f"{Transaction.objects.count():,} transactions, ", end="")
    print(f"media {files / 1e6:,.0f} MB, database {database / 1e6:,.0f} MB, at most {peak:.0f} MiB")
    assert Document.objects.count() == number_of(LARGE)
    assert files + database > 1e9
