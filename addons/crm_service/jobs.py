"""Background work of service: late tickets, mails to customers, and warnings."""

from typing import Any

from addons.crm_service.services.lateness import mark_late
from addons.crm_service.services.satisfaction import warn_of_low_scores
from addons.crm_service.services.survey import send_mail
from core.api import job, schedule


@schedule(every="15m")
def raise_late_tickets(env: Any) -> None:
    """Mark tickets whose time is over and tell the superiors (SERV-04)."""
    mark_late(env)


@job
def send_survey(env: Any, survey_id: int) -> bool:
    """Mail a survey to the customer."""
    return send_mail(env, survey_id)


@schedule(cron="40 7 * * 1")
def tell_low_scores(env: Any) -> None:
    """Tell on Monday mornings whose mean score of this month is below the limit (SERV-22)."""
    warn_of_low_scores(env)
