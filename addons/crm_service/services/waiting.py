"""How long something has waited, in words."""

import datetime as dt
from typing import Any

from core.api import Environment, _

DAY = 24 * 60


def waiting_text(env: Environment, since: dt.datetime | None) -> Any:
    """Return such as "2 d 3 h", in the language of the reader; None: nothing waits."""
    if since is None:
        return None
    minutes = max(0, int((env.now() - since).total_seconds() // 60))
    days, rest = divmod(minutes, DAY)
    hours, minutes = divmod(rest, 60)
    if days:
        text = _("%(days)s d %(hours)s h", days=days, hours=hours)
    elif hours:
        text = _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    else:
        text = _("%(minutes)s min", minutes=minutes)
    return env.services.text(text, env.lang)
