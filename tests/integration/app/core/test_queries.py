"""How many queries the pages of the core ask."""

from pathlib import Path

import pytest
from core.models import Job
from query_counts import counted

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
FILE = Path(__file__).with_name("queries.json")


@pytest.mark.parametrize("who", ["ada", "administrator"])
@pytest.mark.parametrize("page", ["/", "/jobs/", "/preferences/"])
def test_a_page_asks_as_often_as_noted(client, request, who, page):
    user = request.getfixturevalue(who)
    Job.objects.bulk_create(Job(kind=f"test.{number}", owner=user) for number in range(60))
    client.force_login(user)
    with counted(FILE, f"{page} as {who}"):
        assert client.get(page).status_code == 200
