"""Audit events: inside the action's transaction, and never changed again."""

import pytest
from config import context
from core.models import AuditEvent, EnvironmentMarker
from core.selectors.audit import events_of
from core.services import audit
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def marker():
    return EnvironmentMarker.objects.get_or_create(defaults={"name": "dev"})[0]


def test_an_event_says_who_did_what_to_which_thing(ada, marker):
    token = context.request_id.set("request-1")
    before = audit.snapshot(marker, "name", "uid")
    marker.name = "test-other"
    old, new = audit.changes(before, audit.snapshot(marker, "name", "uid"))
    audit.record(actor=ada, verb="renamed", target=marker, before=old, after=new)
    context.request_id.reset(token)
    event = events_of(marker.uid).get()
    assert (event.actor, event.actor_label, event.verb) == (ada, "ada", "renamed")
    assert (event.object_type, event.object_label) == ("core.environmentmarker", "test-other")
    assert (event.before, event.after) == ({"name": "dev"}, {"name": "test-other"})
    assert event.request_id == "request-1"


def test_without_a_person_it_was_ledgerflow(marker):
    assert audit.record(actor=None, verb="swept", target=marker).actor_label == "LedgerFlow"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused():
    with pytest.raises(ImproperlyConfigured):
        audit.record(actor=None, verb="swept")
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET verb = 'other'",
        "DELETE FROM core_auditevent",
        "TRUNCATE core_auditevent",
    ],
)
def test_the_database_refuses_to_change_or_remove_events(statement):
    audit.record(actor=None, verb="swept")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditevent ENABLE TRIGGER core_auditevent_no_truncate")
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            cursor.execute(statement)
    assert AuditEvent.objects.get().verb == "swept"


def test_an_event_outlives_its_actor(ada):
    audit.record(actor=ada, verb="left")
    ada.delete()
    assert AuditEvent.objects.get().actor_label == "ada"
