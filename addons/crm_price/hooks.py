"""What prices have to say about lines of quotes and orders, and about making them binding."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from addons.crm_price.services.lookup import suggested_price
from addons.crm_price.services.pages import DOCUMENTS
from addons.crm_price.services.price_history import readable_kinds
from addons.crm_price.services.refresh import refresh
from core.api import ActionInfo, Environment, Link, Model, Tab, _, hookimpl

CONTROLLED = {("crm.quote", "submit"), ("crm.order", "confirm")}
"""Transitions that make prices binding."""


@hookimpl
def suggest_price(product_unit: Any, customer: Any, date: dt.date) -> Decimal | None:
    """Suggest what the price policies say; None leaves the list price."""
    del date
    return suggested_price(product_unit, customer)


@hookimpl(tryfirst=True)
def before_transition(env: Environment, record: Model, transition: ActionInfo) -> None:
    """Look at the prices once more, before anybody else decides by them whether the transition is held for approval."""
    del env
    if (record._info.name, transition.name) in CONTROLLED:
        refresh(record)


@hookimpl
def side_tabs(env: Environment, model: str, record_id: int) -> list[Tab] | None:
    """Offer the prices of a quote or order; the number of lines below the lowest price stands beside the label. One statement."""
    if model not in DOCUMENTS:
        return None
    below = env[f"{model}.line"].count([[model.partition(".")[2], "=", record_id], ["is_below", "=", True]])
    return [Tab("prices", _("Prices"), f"/x/crm_price/check/{model}/{record_id}", count=below, sequence=20)]


@hookimpl
def record_links(env: Environment, model: str, record_id: int) -> list[Link] | None:
    """Lead from a product to its earlier prices, unless the user may read no document that has any."""
    if model != "crm.product" or not readable_kinds(env):
        return None
    return [Link(_("Price history"), f"/x/crm_price/history/{record_id}", icon="history")]
