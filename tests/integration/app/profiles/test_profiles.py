"""People: principals, preferences, the first administrator."""

import threading

import pytest
from core.errors import ConflictError, InvalidInputError
from core.models import AuditEvent
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from profiles.models import Profile
from profiles.selectors.preferences import page_size_of, profile_of
from profiles.selectors.principals import principals, readable_by
from profiles.services.accounts import create_first_administrator
from profiles.services.preferences import save_preferences

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_principals_are_everyone_the_person_and_the_groups(ada, django_assert_num_queries):
    group = Group.objects.create(name="family")
    ada.groups.add(group)
    with django_assert_num_queries(1):
        assert principals(ada) == sorted([0, 2 * ada.pk, 2 * group.pk + 1])
        assert principals(ada) == readable_by(users=[ada], groups=[group], everyone=True)
    assert principals(AnonymousUser()) == []
    assert readable_by(users=[ada], groups=[]) == [2 * ada.pk]


def test_a_person_and_a_group_of_the_same_number_differ(ada):
    group = Group(pk=ada.pk)
    assert not {2 * group.pk + 1} & set(principals(ada))


def test_without_a_row_there_are_defaults(ada):
    assert page_size_of(ada) == 25
    assert profile_of(AnonymousUser()).time_zone == ""


def test_only_what_changes_is_written_down(ada):
    save_preferences(actor=ada, time_zone="Europe/Rome", date_format="d.m.Y", page_size=25)
    save_preferences(actor=ada, time_zone="Europe/Rome", date_format="d.m.Y", page_size=25)
    event = AuditEvent.objects.get()
    assert event.after == {"time_zone": "Europe/Rome", "date_format": "d.m.Y"}


def test_wrong_preferences_change_nothing(ada):
    with pytest.raises(InvalidInputError) as caught:
        save_preferences(actor=ada, time_zone="Mars/Olympus", date_format="x", page_size=1)
    assert set(caught.value.fields) == {"time_zone", "date_format", "page_size"}
    assert not Profile.objects.exists()


def test_times_are_shown_in_the_time_zone_of_the_person(client, ada):
    from core.models import Job

    save_preferences(actor=ada, time_zone="Asia/Tokyo", date_format="Y-m-d", page_size=25)
    job = Job.objects.create(kind="k", owner=ada)
    Job.objects.update(created_at="2026-01-01T20:00:00Z")
    client.force_login(ada)
    assert "2026-01-02, 05:00:00" in client.get("/jobs/").content.decode()
    assert job.pk


def test_the_first_administrator_is_created_once(tmp_path, capsys):
    file = tmp_path / "password"
    file.write_text("a-long-password-42\n")
    call_command("create_first_admin", "grace", "--password-file", str(file))
    user = User.objects.get(username="grace")
    assert user.is_superuser
    assert user.check_password("a-long-password-42")
    assert AuditEvent.objects.get().after == {"username": "grace"}
    with pytest.raises(CommandError, match="an administrator already"):
        call_command("create_first_admin", "mallory", "--password-file", str(file))


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [("grace", "12345678", "password"), ("not a name!", "a-long-password-42", "name")],
)
def test_a_bad_name_or_password_is_refused(name, password, why):
    with pytest.raises(InvalidInputError, match=f"The {why} will not do"):
        create_first_administrator(username=name, password=password)
    assert not User.objects.exists()


def test_without_a_terminal_a_file_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", open(tmp_path / "empty", "w+"))  # noqa: PTH123, SIM115
    with pytest.raises(CommandError, match="no terminal"):
        call_command("create_first_admin", "grace")
    with pytest.raises(CommandError, match="is empty"):
        call_command("create_first_admin", "grace", "--password-file", str(tmp_path / "empty"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("create_first_admin", "grace", "--password-file", str(tmp_path / "none"))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_cannot_both_become_the_first():
    outcomes = []
    start = threading.Barrier(2)

    def create(name):
        start.wait(10)
        try:
            create_first_administrator(username=name, password="a-long-password-42")
            outcomes.append("created")
        except ConflictError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=create, args=(name,)) for name in ("grace", "joan")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["created", "refused"]
