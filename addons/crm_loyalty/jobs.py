"""Levels of members are brought up to date every night."""

from functools import partial

from addons.crm_loyalty.services.levels import grade_members
from core.api import JobContext, job, schedule


@schedule(every="1d", at="03:40")
@job(unique=True)
def grade_all_members(job: JobContext) -> None:
    """Work the levels of all members out anew, since levels and what they go by may have been changed."""
    place: int | None = 0
    while place is not None:
        place = job.run(partial(grade_members, after=place))
