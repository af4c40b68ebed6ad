"""All touches with a customer, newest first and by kind (BASE-12): what follow-ups, visits, service and others tell by a hook."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core.api import Environment, formatter_for

MOST = 60
"""So many touches are shown at once."""


@dataclass(frozen=True)
class Touch:
    """One touch with a customer, as `customer_touches` tells it."""

    at: dt.datetime
    """When, aware."""
    kind: str
    """Stable name of the kind, such as ``follow_up``."""
    label: Any
    """The kind in words, a message to be translated."""
    title: str
    """One line."""
    text: str = ""
    who: str = ""
    """Name of the colleague; empty: nobody."""
    url: str | None = None
    icon: str = "point"


def touches_of(env: Environment, customer: int, kind: str | None = None) -> dict[str, Any]:
    """Return the touches of a customer whom the user may read, by day, and the kinds there are.

    Args:
        env: Who looks; what they may not see is left out by those who tell.
        customer: Id of the customer.
        kind: Only this kind; None means all.

    Raises:
        MissingRecord: There is no such customer for the user.
    """
    env["crm.customer"].get(customer)
    told = env.hook.customer_touches(env=env, customer_id=customer, limit=MOST)
    every = sorted((touch for found in told for touch in found), key=lambda touch: touch.at, reverse=True)
    formatter = formatter_for(env)
    kinds = {touch.kind: formatter.text(touch.label) for touch in every}
    chosen = [touch for touch in every if kind in (None, "", touch.kind)][:MOST]
    zone = env.timezone
    days = []
    for day, found in groupby(chosen, key=lambda touch: touch.at.astimezone(zone).date()):
        lines = [
            {
                "time": touch.at.astimezone(zone).strftime("%H:%M"),
                "label": kinds[touch.kind],
                "title": touch.title,
                "text": touch.text,
                "who": touch.who,
                "url": touch.url,
                "icon": touch.icon,
            }
            for touch in found
        ]
        days.append({"label": formatter.show(_DAY, day).text, "lines": lines})
    return {"id": customer, "days": days, "kinds": sorted(kinds.items(), key=lambda each: each[1]), "kind": kind or ""}


class _Day:
    kind = "date"
    to_many = is_relation = False
    name = "day"


_DAY = _Day()
