"""When what begins today will probably be decided."""

import datetime as dt

from core.api import Environment, get_parameter


def usual_date(env: Environment) -> dt.date:
    """Return when a lead or an opportunity of today is expected to be decided (parameter ``crm_sales.opportunity_days``)."""
    day: dt.date = env.today()
    return day + dt.timedelta(days=get_parameter(env, "crm_sales.opportunity_days"))
