"""Orders of 1,000,000 and more wait for approval."""

from core.api import hookimpl


@hookimpl
def before_transition(env, record, transition):
    if transition.name == "confirm" and (record.amount or 0) >= 1_000_000:
        return {"waits_for": "approval"}
    return None
