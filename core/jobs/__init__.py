"""Background jobs: an outbox in the database, Huey as carrier, workers that run each job at least once. Layer: jobs.

Addons use `job` and `schedule` (through `core.api`) and ``env.defer``; `core.app` provides the `JobHost` and starts a `Worker`.
"""

from core.jobs.carrier import QUEUE_TABLES, Carrier, HueyCarrier, InProcessCarrier, make_carrier
from core.jobs.context import JobContext
from core.jobs.declare import JobDefinition, collect_jobs, job, schedule
from core.jobs.host import JobDatabase, JobHost
from core.jobs.jobset import JobSet
from core.jobs.outbox import Outbox
from core.jobs.runner import Runner
from core.jobs.scheduler import Scheduler
from core.jobs.sweeper import Sweeper
from core.jobs.worker import Worker

__all__ = [
    "QUEUE_TABLES",
    "Carrier",
    "HueyCarrier",
    "InProcessCarrier",
    "JobContext",
    "JobDatabase",
    "JobDefinition",
    "JobHost",
    "JobSet",
    "Outbox",
    "Runner",
    "Scheduler",
    "Sweeper",
    "Worker",
    "collect_jobs",
    "job",
    "make_carrier",
    "schedule",
]
