"""Every night customers that nobody looks after go back to the pool, return visits and care are planned; appointments are reminded of."""

from functools import partial

from addons.crm_base.services import care, keep_in_touch, reclaim
from addons.crm_base.services import schedule as appointments
from core.api import JobContext, job, schedule

CHUNK = 500
"""Customers of one transaction, so that nobody waits long for the job."""


@schedule(every="1d", at="02:00")
@job(unique=True)
def reclaim_customers(job: JobContext) -> None:
    """Put customers back as the reclaim policy says (BASE-32), then warn."""
    done, place = job.run(partial(reclaim.reclaim, limit=CHUNK))
    while place is not None:
        job.progress(done)
        count, place = job.run(partial(reclaim.reclaim, after=place, limit=CHUNK))
        done += count
    job.run(reclaim.warn)


@schedule(every="1d", at="05:30")
@job(unique=True)
def plan_contacts(job: JobContext) -> None:
    """Make the return visits that are missing (BASE-21), and what care rules say for today (BASE-20)."""
    done, made = 0, CHUNK
    while made == CHUNK:
        made = job.run(keep_in_touch.make_return_visits)
        done += made
        job.progress(done)
    job.run(lambda env: care.care_for(env, env.today()))


@schedule(every="5m")
@job(unique=True)
def remind_of_appointments(job: JobContext) -> None:
    """Tell of appointments whose reminder has come (BASE-53)."""
    while job.run(appointments.remind) == CHUNK:
        job.check()
