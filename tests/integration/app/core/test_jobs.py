"""Jobs: asked for once, tried again after pauses, retried by people, seen by their owners."""

import time
import uuid
from datetime import timedelta

import pytest
from app_pages import HTMX
from config.celery import app
from core.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from core.jobs import registry, runner, sweep, wake
from core.jobs.locks import held
from core.models import AuditEvent, Job, JobState
from core.selectors import jobs as selectors
from core.services import jobs as services
from core.services.jobs import enqueue
from django.db import connections
from django.utils import timezone

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def handler(monkeypatch):
    """Return a function that registers a handler of ``test.kind`` for the test."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))

    def register(run, **options):
        registry.job_handler("test.kind", title="Test", **options)(run)

    return register


def raising(error):
    def run(job):
        raise error

    return run


def ended(job):
    job.refresh_from_db()
    return job.state, job.error_code, job.attempts


def test_the_same_work_waits_once(ada):
    target = uuid.uuid4()
    first = enqueue("test.kind", target, owner=ada, parameters={"to": "pdf"})
    assert enqueue("test.kind", target).pk == first.pk
    assert enqueue("test.kind", target, key="other").pk != first.pk
    assert enqueue("test.kind", None).pk == enqueue("test.kind", None).pk
    services.begin(first.pk)
    assert first.parameters == {"to": "pdf"}


def test_work_that_runs_already_is_asked_for_anew(handler):
    handler(lambda job: None)
    first = enqueue("test.kind", None)
    services.begin(first.pk)
    assert enqueue("test.kind", None).pk != first.pk


def test_a_job_is_done_once(handler):
    seen = []
    handler(lambda job: seen.append(job.uid))
    job = enqueue("test.kind", None)
    runner.run(job.pk)
    runner.run(job.pk)
    assert seen == [job.uid]
    assert ended(job) == (JobState.DONE, "", 1)


def test_what_may_pass_is_tried_again_after_a_pause(handler):
    handler(raising(UnavailableError("Not now.")), attempts=3)
    job = enqueue("test.kind", None)
    runner.run(job.pk)
    assert ended(job) == (JobState.QUEUED, "unavailable", 1)
    assert job.waited_until > timezone.now()
    runner.run(job.pk)
    assert job.attempts == 1, "it is not due"
    for _ in range(2):
        Job.objects.update(due_at=timezone.now())
        runner.run(job.pk)
    assert ended(job) == (JobState.FAILED, "unavailable", 3)
    assert job.error_message == "Not now."


def test_what_a_person_must_correct_is_not_tried_again(handler):
    handler(raising(InvalidInputError("Line 3.", code="bad_line")))
    job = enqueue("test.kind", None)
    runner.run(job.pk)
    assert ended(job) == (JobState.FAILED, "bad_line", 1)


def test_a_bug_tells_people_nothing_of_its_text(handler):
    handler(raising(KeyError("hunter2")), attempts=1)
    job = enqueue("test.kind", None)
    runner.run(job.pk)
    assert ended(job) == (JobState.FAILED, "internal_error", 1)
    assert "hunter2" not in job.error_message


def test_pauses_grow_to_ten_minutes():
    handler = registry.Handler("k", "t", lambda job: None, 9, 60)
    seconds = [handler.pause(attempts).total_seconds() for attempts in range(1, 8)]
    assert seconds == [2, 8, 32, 128, 512, 600, 600]


def test_a_kind_that_this_version_does_not_know_waits():
    job = enqueue("test.unknown", None)
    runner.run(job.pk)
    assert ended(job) == (JobState.QUEUED, "", 0)
    assert job.due_at > timezone.now()


def test_two_handlers_of_a_kind_are_a_mistake(handler):
    handler(lambda job: None)
    with pytest.raises(ValueError, match="handler already"):
        handler(lambda job: None)


@pytest.fixture
def woken(monkeypatch):
    sent = []
    monkeypatch.setattr(sweep, "wake", lambda job: sent.append(job.pk) or True)
    monkeypatch.setattr(sweep, "messages", lambda: 0)
    monkeypatch.setattr(sweep, "_ask_for_periodics", lambda: 0)
    return sent


@pytest.mark.django_db(transaction=True)
def test_another_worker_has_it(handler, woken):
    handler(lambda job: pytest.fail("it runs elsewhere"))
    job = enqueue("test.kind", None)
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [0x4A6F62 << 40 | job.pk])
        runner.run(job.pk)
        with held(job.pk) as mine:
            assert not mine
        Job.objects.update(state=JobState.RUNNING)
        assert sweep.sweep().put_back == 0
    finally:
        other.close()
    assert ended(job) == (JobState.RUNNING, "", 0)


def test_a_job_that_lost_its_worker_too_often_has_failed(handler):
    handler(lambda job: pytest.fail("no attempt is left"), attempts=2)
    swept, begun = enqueue("test.kind", None, key="1"), enqueue("test.kind", None, key="2")
    Job.objects.update(state=JobState.RUNNING, attempts=2)
    assert services.put_back_lost(swept.pk)
    assert services.begin(begun.pk) is None
    for job in (swept, begun):
        assert ended(job) == (JobState.FAILED, "worker_lost", 2)
    assert not services.put_back_lost(swept.pk)


def test_an_attempt_taken_for_lost_changes_nothing_any_more(handler):
    handler(lambda job: None)
    job = enqueue("test.kind", None)
    attempt = services.begin(job.pk)
    Job.objects.update(attempts=2)
    services.finish(attempt)
    assert services.fail(
        attempt, registry.find_handler("test.kind"), UnavailableError(), final=True
    )
    assert ended(job) == (JobState.RUNNING, "", 2)


@pytest.mark.parametrize(("messages", "expected"), [(0, 3), (2, 1), (3, 0), (9, 0)])
def test_only_what_redis_forgot_is_woken_again(woken, monkeypatch, messages, expected):
    monkeypatch.setattr(sweep, "messages", lambda: messages)
    for number in range(4):
        enqueue("test.kind", None, key=str(number))
    long_ago = timezone.now() - timedelta(minutes=5)
    Job.objects.exclude(key="3").update(woken_at=long_ago, due_at=long_ago)
    assert sweep.sweep().woken == len(woken) == expected
    assert sweep.sweep().woken == 0 or messages, "it was woken just now"


def test_periodic_work_is_asked_for_when_its_last_row_is_old(monkeypatch):
    monkeypatch.setattr(sweep, "messages", lambda: 0)
    each = registry.Periodic("test.daily", timedelta(days=1))
    monkeypatch.setattr(sweep, "periodics", lambda: (each,))
    assert sweep.sweep().asked_for == 1
    assert sweep.sweep().asked_for == 0
    Job.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1), state="done")
    assert sweep.sweep().asked_for == 1


def test_old_jobs_are_forgotten_failed_ones_later():
    now = timezone.now()
    for state, days in (("done", 8), ("done", 6), ("failed", 8), ("failed", 91), ("queued", 99)):
        ended_at = now - timedelta(days=days)
        Job.objects.create(kind="k", key=f"{state}{days}", state=state, finished_at=ended_at)
    job = enqueue("core.forget_jobs", None)
    runner.run(job.pk)
    left = set(Job.objects.exclude(pk=job.pk).values_list("key", flat=True))
    assert left == {"done6", "failed8", "queued99"}


@pytest.fixture
def failed(ada):
    return Job.objects.create(
        kind="test.kind", owner=ada, state="failed", attempts=5, error_code="x"
    )


def test_a_person_retries_a_job_on_the_page(client, ada, failed):
    client.force_login(ada)
    assert "Try again" in client.get("/jobs/?state=failed").content.decode()
    assert client.post(f"/jobs/{failed.uid}/retry/").status_code == 302
    assert ended(failed) == (JobState.QUEUED, "", 0)
    assert AuditEvent.objects.get(object_uid=failed.uid).verb == "retried"
    assert client.post(f"/jobs/{failed.uid}/retry/").status_code == 409


def test_a_retry_of_what_waits_anew_is_refused(ada, failed):
    enqueue("test.kind", None)
    with pytest.raises(ConflictError, match="waits already"):
        services.retry(actor=ada, job=failed)
    assert ended(failed) == (JobState.FAILED, "x", 5)


def test_people_see_their_own_jobs(ada, stranger, administrator, failed):
    assert selectors.visible_job(ada, failed.uid) == failed
    assert selectors.visible_job(administrator, failed.uid) == failed
    assert selectors.count_by_state(ada) == {"failed": 1}
    with pytest.raises(NotFoundError):
        selectors.visible_job(stranger, failed.uid)


def test_the_newest_job_of_a_thing(ada):
    target = uuid.uuid4()
    Job.objects.create(kind="test.kind", target_uid=target, state="done")
    newest = enqueue("test.kind", target)
    assert selectors.latest_job_of(target, "test.kind") == newest


def test_htmx_gets_the_table_alone(client, ada, failed):
    client.force_login(ada)
    enqueue("test.kind", None, owner=ada)
    part = client.get("/jobs/", headers=HTMX).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every 3s"' in part


@pytest.mark.django_db(transaction=True)
def test_a_redis_that_hangs_or_is_gone_holds_nobody_up(app_redis, monkeypatch):
    app_redis.flush()
    monkeypatch.setattr(wake, "REST", 0)
    assert wake.wake(enqueue("test.kind", None))
    app_redis.pause()
    try:
        assert not wake.wake(Job.objects.get())
    finally:
        app_redis.go_on()
    app_redis.kill()
    try:
        assert not wake.wake(Job.objects.get())
    finally:
        app_redis.start()
    assert wake.wake(Job.objects.get())


@pytest.mark.django_db(transaction=True)
def test_it_is_left_alone_for_a_while_then(app_redis, monkeypatch):
    app_redis.flush()
    job = enqueue("test.kind", None)
    monkeypatch.setattr(wake._Redis, "away_until", time.monotonic() + 60)
    assert not wake.wake(job)
    monkeypatch.setattr(wake._Redis, "away_until", time.monotonic())
    assert wake.wake(job)
    app_redis.flush()


@pytest.mark.django_db(transaction=True)
def test_redis_is_asked_after_the_commit_only(app_redis, monkeypatch):
    from django.db import transaction

    app_redis.flush()
    with transaction.atomic():
        job = enqueue("test.kind", None)
        assert sweep.messages() == 0
    assert sweep.messages() == 1
    assert wake.wake(job, delay=timedelta(hours=1)), "long pauses are not sent at all"
    assert sweep.messages() == 1
    app_redis.flush()


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_taken_keeps_no_job_waiting(app_redis):
    """It had taken the message ahead; Redis keeps it beside the queue for an hour."""
    app_redis.flush()
    enqueue("test.kind", None)
    with app.connection_for_read() as connection:
        redis = connection.default_channel.client
        assert redis.hset("unacked", "tag", redis.rpop(app.conf.task_default_queue)) == 1
    Job.objects.update(woken_at=timezone.now() - 2 * sweep.OVERDUE)
    assert sweep.sweep().woken == 1
    app_redis.flush()
