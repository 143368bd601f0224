"""The schedule as a process: APScheduler's timers, metrics, and an orderly end."""

import signal
import threading
from datetime import UTC, datetime
from types import FrameType
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from backup.schedule.logs import log
from backup.schedule.metrics import Metrics
from backup.schedule.runner import Runner, program
from backup.schedule.schedule import Schedule
from backup.schedule.settings import ScheduleSettings

LOOK_SECONDS: Final = 10
CATCH_UP_SECONDS: Final = 60
RUNS: Final = "runs"
LOOKS: Final = "looks"


def serve(settings: ScheduleSettings) -> int:
    """Keep backups going until SIGTERM or SIGINT; then end a running job and return 0."""
    runner = Runner(program())
    metrics = Metrics()
    schedule = Schedule(settings, runner.run, metrics)
    timers = build(schedule)
    done = threading.Event()

    def finish(number: int, frame: FrameType | None) -> None:
        del number, frame
        done.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, finish)
    schedule.look()
    metrics.serve(settings.metrics_port)
    timers.start()
    log("schedule.started", jobs={job.name: job.line.line for job in schedule.jobs})
    done.wait()
    log("schedule.stopping")
    runner.stop()
    timers.shutdown(wait=True)
    return 0


def build(schedule: Schedule) -> BackgroundScheduler:
    """Return the timers: one at each job's moments, one that catches up, one that looks.

    Runs share one thread, so no two overlap here; other processes are kept out by the archive's
    lock. A moment that passed while the machine slept is made up for once.
    """
    timers = BackgroundScheduler(
        timezone=UTC,
        executors={RUNS: ThreadPoolExecutor(1), LOOKS: ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in schedule.jobs:
        timers.add_job(schedule.run_due, job.line, id=job.name, executor=RUNS)
    timers.add_job(
        schedule.run_due,
        IntervalTrigger(seconds=CATCH_UP_SECONDS),
        id="catch-up",
        executor=RUNS,
        next_run_time=datetime.now(UTC),
    )
    timers.add_job(schedule.look, IntervalTrigger(seconds=LOOK_SECONDS), id="look", executor=LOOKS)
    return timers
