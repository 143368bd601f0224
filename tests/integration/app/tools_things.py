"""Paths and runs of tools for tests of them."""

import pytest
from django.contrib.auth.models import User
from tools.models import ToolRun
from tools.services.running import run

SEARCH = "tools.search_tool.search_web"
PAYEE = "tools.payee_tool.lookup_payee"


def last_run() -> ToolRun:
    """Return the newest row of the log."""
    return ToolRun.objects.order_by("-id")[0]


def fails(actor: User, code: str, path: str = SEARCH, **parameters: object) -> Exception:
    """Run, and return the error, which must have this code, as must the row of the log."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the code is looked at
        run(actor, path, parameters or {"q": "ledger"})
    assert caught.value.error_code == code
    assert (last_run().error_code, last_run().state) == (code, "failed")
    return caught.value
