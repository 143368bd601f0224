"""How the addresses of core and profiles are asked, and what each gets."""

from core.models import Job, JobState
from django.contrib.auth.models import User
from leaks import Case, leak_case

PUBLIC = Case(stranger=200, nobody=200)


@leak_case("core:dashboard")
def _(owner: User) -> Case:
    return Case(stranger=200)


@leak_case("core:jobs")
def _(owner: User) -> Case:
    Job.objects.create(kind="secret.kind", owner=owner)
    return Case(stranger=200, secret="secret.kind")


@leak_case("core:retry-job")
def _(owner: User) -> Case:
    job = Job.objects.create(kind="secret.kind", owner=owner, state=JobState.FAILED)
    return Case(kwargs={"uid": job.uid}, method="post", owner=302)


@leak_case("core:status")
def _(owner: User) -> Case:
    return PUBLIC


@leak_case("core:healthz")
def _(owner: User) -> Case:
    return PUBLIC


@leak_case("core:readyz")
def _(owner: User) -> Case:
    return Case(owner=503, stranger=503, nobody=503)  # nothing but the database runs in tests


@leak_case("profiles:login")
def _(owner: User) -> Case:
    return Case(owner=302, stranger=302, nobody=200)


@leak_case("profiles:logout")
def _(owner: User) -> Case:
    return Case(method="post", owner=302, stranger=302)


@leak_case("profiles:preferences")
def _(owner: User) -> Case:
    return Case(stranger=200)


@leak_case("profiles:password")
def _(owner: User) -> Case:
    return Case(stranger=200)


@leak_case("profiles:password-changed")
def _(owner: User) -> Case:
    return Case(stranger=200)
