"""The warehouse of the demo's year: goods come in when they run short, and go out for the contracts."""

import datetime as dt
from decimal import ROUND_UP, Decimal
from typing import Any

from addons.crm_sales_stock.services.demo_keeping import confirm_as_keeper
from addons.crm_sales_stock.services.request import open_lines, request_stock_out
from addons.crm_stock.api import StockLine, available, default_warehouse, request_receipt
from core.api import DemoYear

FULL, PART = 0.85, 0.93
"""Shares of the contracts that are delivered whole, or whole and in part; the rest waits."""


def make_issues(year: DemoYear) -> None:
    """Deliver the effective contracts in the order of their days; those of the last week wait at the keeper."""
    chance = year.chance("issues")
    warehouse = default_warehouse(year.env)
    orders = year.env["crm.order"].search([["state", "=", "confirmed"]], order="effective_date, id")
    for order in list(orders):
        if warehouse is None or not open_lines(order):
            continue
        fate = chance.random()
        day = order.effective_date + dt.timedelta(days=chance.randint(2, 9))
        if day > year.today:
            if fate < 0.6:
                request_stock_out(order, warehouse=warehouse)
            continue
        with year.at(day, 9):
            _buy(year, order, warehouse)
        with year.at(day, 15):
            if fate < FULL:
                confirm_as_keeper(request_stock_out(order, warehouse=warehouse))
            elif fate < PART:
                line = open_lines(order)[0]
                half = _whole(line.to_request / 2)
                confirm_as_keeper(request_stock_out(order, {line.id: half}, warehouse=warehouse))


def make_ended(year: DemoYear) -> None:
    """End what was delivered and paid, three in four of them."""
    chance = year.chance("ended")
    domain = [["state", "=", "confirmed"], ["delivery_state", "=", "full"]]
    for order in list(year.env["crm.order"].search(domain, order="effective_date, id")):
        if order.outstanding <= 0 and chance.random() < 0.75:
            order.complete()


def _buy(year: DemoYear, order: Any, warehouse: Any) -> None:
    """Take in what the order needs more than there is, and something to keep."""
    needs: dict[Any, Decimal] = {}
    for line in open_lines(order):
        needs[line.product] = needs.get(line.product, Decimal(0)) + line.to_request * line.unit.ratio
    there = available(year.env, list(needs), warehouse)
    short = [
        StockLine(product, product.base_unit, _whole(need * 4 - there[product.id]), unit_cost=product.cost)
        for product, need in needs.items()
        if there[product.id] < need
    ]
    if short:
        receipt = request_receipt(year.env, reason="purchase", lines=short, warehouse=warehouse, date=year.env.today())
        confirm_as_keeper(receipt)


def _whole(quantity: Decimal) -> Decimal:
    return quantity.quantize(Decimal(1), ROUND_UP)
