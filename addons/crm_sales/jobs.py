"""Daily work of sales."""

from typing import Any

from addons.crm_sales.services.expire_quotes import expire_quotes
from addons.crm_sales.services.lead_shortage import warn_of_few_leads
from core.api import schedule


@schedule(every="1d", at="01:10")
def expire_old_quotes(env: Any) -> None:
    """Put quotes out of force whose last day of validity is over."""
    expire_quotes(env)


@schedule(cron="30 7 * * 1")
def tell_missing_leads(env: Any) -> None:
    """Tell on Monday mornings who has too few leads for the quota of the quarter (SALE-17)."""
    warn_of_few_leads(env)
