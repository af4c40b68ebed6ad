"""Requests of other addons: goods are to go out or come in, the keeper confirms (STOCK-07)."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_stock.services.locking import DOCUMENT, LEVEL
from addons.crm_stock.services.warehouses import default_warehouse
from core.api import Environment, ValidationError, _, system_of


@dataclass(frozen=True)
class StockLine:
    """So much of a product.

    Attributes:
        product: A record of ``crm.product``, or its id.
        unit: A record of ``crm.product.unit``, or its id; None: the base unit.
        quantity: In that unit, above 0.
        place: A record of ``crm.stock.place`` or None.
        batch: Batch or serial number, or None.
        unit_cost: What one base unit costs, of goods that come in; None: the average.
    """

    product: Any
    unit: Any
    quantity: Decimal
    place: Any = None
    batch: str | None = None
    unit_cost: Decimal | None = None


def request_issue(
    env: Environment,
    *,
    reason: str,
    lines: Sequence[StockLine],
    warehouse: Any = None,
    customer: Any = None,
    source: Any = None,
    date: dt.date | None = None,
) -> Any:
    """Ask for goods to leave a warehouse; return the requested document, a record of ``crm.stock.document`` in the environment of the system.

    Whoever asks needs no right to stock: that they may ask is the business of the caller. The goods are reserved, however many there are.

    Args:
        env: The environment of who asks.
        reason: ``sale``, ``gift``, ``part``, ``sample`` or ``other``.
        lines: What is to go out.
        warehouse: Record or id; None: the first of the company.
        customer: Record or id of the customer, or None.
        source: The record that asks, from which the document is opened.
        date: Day of the document; None: today.

    Raises:
        ValidationError: There is no warehouse, or a line is wrong.
    """
    return _request(env, "out", reason, lines, warehouse, customer, source, date)


def request_receipt(
    env: Environment,
    *,
    reason: str,
    lines: Sequence[StockLine],
    warehouse: Any = None,
    customer: Any = None,
    source: Any = None,
    date: dt.date | None = None,
) -> Any:
    """Announce goods that come in; return the requested document. As `request_issue`, with the reasons ``purchase return borrow_back other``."""
    return _request(env, "in", reason, lines, warehouse, customer, source, date)


def available(env: Environment, products: Iterable[Any], warehouse: Any = None) -> dict[int, Decimal]:
    """Return how much of each product may still be asked for: on hand less reserved, in base units; negative if too much was asked for.

    Counts what is there, whatever the user may see of it: the caller decides what is shown.

    Args:
        env: Any environment.
        products: Records of ``crm.product``, or their ids.
        warehouse: Record or id; None: all warehouses of the company.
    """
    ids = [int(each) if isinstance(each, int) else int(each.id) for each in products]
    found = dict.fromkeys(ids, Decimal(0))
    for row in _levels(system_of(env), ids, warehouse, env.company):
        found[row["product"]] = Decimal(row["available"] or 0)
    return found


def _levels(system: Environment, ids: Collection[int], warehouse: Any, company: Any) -> list[dict[str, Any]]:
    domain: list[Any] = [["product", "in", list(ids)]]
    if warehouse is not None:
        domain.append(["warehouse", "=", warehouse])
    elif company is not None:
        domain.append({"any": [["company", "=", company.id], ["company", "is_not_set"]]})
    return list(system[LEVEL].aggregate(domain, {"available": "sum"}, by=["product"]))


def _request(
    env: Environment,
    kind: str,
    reason: str,
    lines: Sequence[StockLine],
    warehouse: Any,
    customer: Any,
    source: Any,
    date: dt.date | None,
) -> Any:
    chosen = warehouse if warehouse is not None else default_warehouse(env)
    if chosen is None:
        raise ValidationError(_("There is no warehouse yet."), hint=_("have one made by whoever manages stock"))
    env.flush()
    system = system_of(env)
    document = system[DOCUMENT].create(
        {
            "kind": kind,
            "reason": reason,
            "warehouse": chosen,
            "customer": customer,
            "source": source,
            "date": date or env.today(),
            "requester": None if env.uid == system.uid else env.uid,
            "lines": [_values(line) for line in lines],
        }
    )
    document.request()
    return document


def _values(line: StockLine) -> dict[str, Any]:
    return {
        "product": line.product,
        "unit": line.unit,
        "quantity": line.quantity,
        "place": line.place,
        "batch": line.batch,
        "unit_cost": line.unit_cost,
    }
