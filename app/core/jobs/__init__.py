"""Work apart from requests: a row of ``Job`` is the truth, Celery and Redis only wake a worker.

An application registers what it can do in its ``jobs.py``::

    @job_handler("documents.extract", title="Read the text", attempts=4, time_limit=120)
    def extract(job: Job) -> None:
        services.extraction.extract(version_uid=job.target_uid)

and a service asks for it inside its transaction (``core.services.jobs``)::

    enqueue("documents.extract", version.uid, owner=actor)

A handler may be run twice: its worker can be killed after the work and before that is noted. So
it does the work again without harm, or sees that it is done.
"""

from core.jobs.registry import job_handler, periodic

__all__ = ["job_handler", "periodic"]
