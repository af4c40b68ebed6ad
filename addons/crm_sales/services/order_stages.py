"""Which execution stage an order reaches by itself (SALE-38)."""

from core.api import Environment

_CACHE = "crm_sales.stages_by_event"


def stages_by_event(env: Environment) -> dict[str, int]:
    """Return the ids of the active stages that are reached by themselves, by event: one statement for all orders of a transaction."""
    found: dict[str, int] | None = env.cache.get(_CACHE)
    if found is None:
        stages = env["crm.order.stage"].search([["event", "is_set", True], ["active", "=", True]])
        found = env.cache[_CACHE] = {stage.event: stage.id for stage in stages}
    return found


def forget_stages(env: Environment) -> None:
    """Let the stages be read anew."""
    for one in env.family:
        one.cache.pop(_CACHE, None)
