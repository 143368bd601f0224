"""The jobs of the search."""

from datetime import timedelta

from core.jobs import job_handler, periodic
from core.models import Job

from search.services import rebuild as services
from search.services.entries import REFRESH, refresh


@job_handler(services.REBUILD, title="Make the search anew", attempts=5, time_limit=7200)
def rebuild(job: Job) -> None:
    """Write all entries anew; another attempt goes on where the last one was interrupted."""
    services.rebuild(since=job.created_at)


@job_handler(REFRESH, title="Bring the search up to date", attempts=5, time_limit=3600)
def refresh_named(job: Job) -> None:
    """Write the entries anew that name something which has another name now."""
    refresh(column=str(job.parameters["column"]), pk=int(job.parameters["pk"]))


@periodic(
    "search.mend", every=timedelta(days=1), title="Compare the search with the tables",
    time_limit=7200,
)  # fmt: skip
def mend(job: Job) -> None:
    """Mend entries that are not right, above all those that were never made."""
    services.mend()
