"""What the confirmation of a document moves, by its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.api import ValidationError, _


@dataclass(frozen=True)
class Posting:
    """One movement that a document asks for.

    Attributes:
        line: The line it comes from.
        warehouse: Where stock changes.
        place: Place in it, or None.
        batch: Batch or serial number, or None.
        quantity: In base units; negative leaves the warehouse.
        value: What stock becomes worth more by it, in the company's currency; None: the average cost says.
        inside: Goods only change their place and stay ours: quantity and value of the product stay as they are.
        lent: It changes what is lent instead of what is on hand.
    """

    line: Any
    warehouse: Any
    place: Any
    batch: str | None
    quantity: Decimal
    value: Decimal | None = None
    inside: bool = False
    lent: bool = False


def postings_of(document: Any) -> list[Posting]:
    """Return what a document moves, line by line.

    Raises:
        ValidationError: Nothing is known to be moved by this kind.
    """
    found = MOVES.get(document.kind)
    if found is None:
        raise ValidationError(_("Documents of this kind can't be posted."), field="kind")
    return [posting for line in document.lines for posting in found(line)]


def _come(line: Any) -> list[Posting]:
    """Goods come in at the cost of their line; without one at the average, or for the first ones at the cost of the product."""
    product, cost = line.product, line.unit_cost
    if cost is None and not (product.stock_quantity or 0) > 0:
        cost = product.cost
    value = None if cost is None else line.base_quantity * cost
    return [_here(line, line.base_quantity, value=value)]


def _go(line: Any) -> list[Posting]:
    return [_here(line, -line.base_quantity)]


def _transfer(line: Any) -> list[Posting]:
    target = line.document.target_warehouse
    return [
        _here(line, -line.base_quantity, inside=True),
        Posting(line, target, None, line.batch, line.base_quantity, inside=True),
    ]


def _lend(line: Any) -> list[Posting]:
    return [_here(line, -line.base_quantity, inside=True), _here(line, line.base_quantity, inside=True, lent=True)]


def _take_back(line: Any) -> list[Posting]:
    return [_here(line, -line.base_quantity, inside=True, lent=True), _here(line, line.base_quantity, inside=True)]


def _count(line: Any) -> list[Posting]:
    """Only the difference to the book of the moment of counting moves, so that what was posted since stays (STOCK-14)."""
    return [_here(line, line.difference)] if line.difference else []


def _here(line: Any, quantity: Decimal, **options: Any) -> Posting:
    return Posting(line, line.document.warehouse, line.place, line.batch, quantity, **options)


MOVES: Mapping[str, Callable[[Any], list[Posting]]] = {
    "opening": _come,
    "in": _come,
    "out": _go,
    "transfer": _transfer,
    "loan": _lend,
    "loan_return": _take_back,
    "count": _count,
}
