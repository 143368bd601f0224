"""Work of the ledger that is done apart from requests."""

from core.errors import LedgerFlowError
from core.jobs import job_handler
from core.models import Job

from ledger.selectors.imports import import_of_job
from ledger.services import imports


@job_handler("ledger.import", title="Import the statement", attempts=4, time_limit=600)
def run_import(job: Job) -> None:
    """Import a large file; a second run finds it done."""
    origin = import_of_job(job.target_uid)
    try:
        imports.run_import(actor=job.owner, origin=origin)
    except LedgerFlowError as error:
        imports.note_failure(origin=origin, error=error)
        raise
