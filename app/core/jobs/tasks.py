"""The two tasks that Celery knows; everything else is a kind of job."""

from config.celery import app

from core.jobs import runner, sweep


@app.task(name="ledgerflow.run_job")
def run_job(job_id: int) -> None:
    """Do one job."""
    runner.run(job_id)


@app.task(name="ledgerflow.sweep", expires=60)
def sweep_jobs() -> None:
    """Find what was left behind."""
    sweep.sweep()
