"""What other addons may import: the running approval of a record, its history, and to decide."""

from typing import Any

from addons.crm_approval.services.deciding import decide, match_again, pass_on, withdraw
from addons.crm_approval.services.flows import applies, flows_for, plan_of
from addons.crm_approval.services.history import Entry, history_of
from addons.crm_approval.services.running import open_request

__all__ = ["Entry", "decide", "history_of", "match_again", "needs_approval", "pass_on", "request_of", "withdraw"]


def request_of(record: Any) -> Any:
    """Return the running request of a record, read past rights, or None where it is not in approval."""
    return open_request(record.env, record._info.name, record.id)


def needs_approval(record: Any, transition: str) -> bool:
    """Tell whether a change of state of a saved record would be held at present: a flow applies to it, and one of its levels does."""
    env, model, number = record.env, record._info.name, record.id
    plan = plan_of(env, flows_for(env, model, number, transition))
    return any(applies(env, model, number, step) for step in plan)
