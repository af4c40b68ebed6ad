"""What follows for service from deliveries."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_sales_service.services.goods import ITEM, follow_deliveries
from addons.crm_sales_service.services.sales_history import sales_tab
from core.api import Environment, Tab, hookimpl, system_of

DELIVERY = "crm.delivery"


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Keep the list of sold goods in step with deliveries and returns."""
    if model == DELIVERY:
        lines = {each.line.id: each.line for each in env.load(DELIVERY, [*created, *changed])}
        follow_deliveries(lines.values())


@hookimpl
def before_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Take the goods off the list that a deleted delivery had brought."""
    if model == DELIVERY:
        system_of(env)[ITEM].delete([["delivery", "in", list(ids)]])


@hookimpl(optionalhook=True)
def declare_consequences(env: Environment, model: str, ids: Sequence[int]) -> Mapping[str, Sequence[int]] | None:
    """Let goods go with the imported deliveries that brought them."""
    return {ITEM: env[ITEM].search([["delivery", "in", list(ids)]]).ids} if model == DELIVERY else None


@hookimpl
def side_tabs(env: Environment, model: str, record_id: int) -> Sequence[Tab] | None:
    """Show beside a ticket what the customer bought."""
    tab = sales_tab(env, record_id) if model == "crm.ticket" else None
    return None if tab is None else [tab]
