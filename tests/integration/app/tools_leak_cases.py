"""What the tools' addresses need to be asked for what is not theirs."""

from django.contrib.auth.models import User
from leaks import Case, leak_case
from tools.models import RunState, ToolRun

SECRET = "Hidden treasure"


def run_of(owner: User) -> ToolRun:
    """Return a run that tells what its owner asked."""
    return ToolRun.objects.create(
        path="tools.search_tool.search_web",
        user=owner,
        parameters={"q": SECRET},
        state=RunState.DONE,
        duration_ms=1,
    )


@leak_case("tools:list")
def _(owner: User) -> Case:
    run_of(owner)
    return Case(stranger=200, secret=SECRET)


@leak_case("tools:run")
def _(owner: User) -> Case:
    run_of(owner)
    return Case(
        kwargs={"package": "search_tool", "name": "search_web"}, stranger=200, secret=SECRET
    )
