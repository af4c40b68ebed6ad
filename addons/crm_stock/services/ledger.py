"""The ledger: the one place that changes stock, its value and the average cost (STOCK-09, STOCK-13).

Value is kept to the cent, so that the value of a product is the sum of its moves exactly; the average cost follows from it with 6 decimals.
The last piece out takes the rest of the value.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_product.api import plain
from addons.crm_stock.services.locking import LEVEL, level_key, lock_levels, lock_products, make_level
from addons.crm_stock.services.postings import Posting
from core.api import Environment, ValidationError, _, get_parameter

MOVE = "crm.stock.move"
CENT, MILLIONTH = Decimal("0.01"), Decimal("0.000001")
NOTHING = Decimal(0)


class Ledger:
    """Writes the moves of one document; the products and levels it touches are locked from here on.

    Args:
        system: The environment of the system.
        document: The record of ``crm.stock.document``, locked before.
        user: Id of who posts.
        postings: What is to be moved, in this order.
    """

    def __init__(self, system: Environment, document: Any, user: int, postings: Sequence[Posting]) -> None:
        self.system = system
        self.document = document
        self.user = user
        self.postings = postings
        ids = sorted({each.line.product_id for each in postings})
        self._products = lock_products(system, ids)
        self._levels = lock_levels(system, ids, {_key(each) for each in postings})
        self._balances = self._read_balances(ids)
        self._may_be_negative = bool(get_parameter(system, "crm_stock.negative_allowed"))

    def write(self, *, reverses: bool = False) -> list[Any]:
        """Write one move for each posting; return them.

        Raises:
            ValidationError: Stock of a level would go below zero; nothing may be kept of the transaction then.
        """
        rows = [self._move(posting, reverses) for posting in self.postings]
        moves = list(self.system[MOVE].create(rows))
        self.system.flush()
        return moves

    def _move(self, posting: Posting, reverses: bool) -> dict[str, Any]:
        product = self._products[posting.line.product_id]
        value = self._value(product, posting)
        self._change_level(product, posting)
        if not posting.inside:
            product.stock_quantity = (product.stock_quantity or NOTHING) + posting.quantity
            product.stock_value = (product.stock_value or NOTHING) + value
            if product.stock_quantity > 0:
                average = product.stock_value / product.stock_quantity
                product.average_cost = average.quantize(MILLIONTH, rounding=ROUND_HALF_UP)
        place = (product.id, posting.warehouse.id, posting.lent)
        self._balances[place] = self._balances.get(place, NOTHING) + posting.quantity
        return {
            "product": product.id,
            "warehouse": posting.warehouse.id,
            "place": posting.place,
            "batch": posting.batch,
            "date": self.document.date,
            "moved_at": self.system.now(),
            "quantity": posting.quantity,
            "value": value,
            "balance": self._balances[place],
            "lent": posting.lent,
            "reverses": reverses,
            "document": self.document.id,
            "line": posting.line.id,
            "user": self.user,
        }

    def _value(self, product: Any, posting: Posting) -> Decimal:
        """Return what stock becomes worth more by a posting, to the cent."""
        quantity, stock = product.stock_quantity or NOTHING, product.stock_value or NOTHING
        if not posting.inside and quantity + posting.quantity == 0:
            return -stock
        value = posting.value
        leaves = posting.quantity < 0 and not posting.inside
        if value is None or (leaves and quantity >= 0 and stock + value < 0):
            # Also what is taken back at its old value, when goods of that value have left meanwhile. Not what stays in the house: the same
            # value comes back elsewhere, so stock is not worth less by it.
            share = stock / quantity if quantity > 0 else (product.average_cost or product.cost or NOTHING)
            value = share * posting.quantity
        return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)

    def _change_level(self, product: Any, posting: Posting) -> None:
        level = self._levels.get((product.id, _key(posting)))
        if level is None:
            level = make_level(self.system, product.id, posting.warehouse, posting.place, posting.batch)
            self._levels[product.id, _key(posting)] = level
        name = "lent" if posting.lent else "on_hand"
        left = getattr(level, name) + posting.quantity
        if left < 0 and posting.quantity < 0 and not self._may_be_negative:
            raise ValidationError(
                _(
                    "%(product)s: %(there)s in %(warehouse)s, %(asked)s are to be taken out, %(missing)s are missing.",
                    product=product.name,
                    there=plain(getattr(level, name)),
                    warehouse=posting.warehouse.name,
                    asked=plain(-posting.quantity),
                    missing=plain(-left),
                ),
                field="quantity",
                code="validation.stock",
            )
        setattr(level, name, left)

    def _read_balances(self, ids: Sequence[int]) -> dict[tuple[int, int, bool], Decimal]:
        """Return what the products have in each warehouse, on hand and lent; one statement."""
        warehouses = sorted({each.warehouse.id for each in self.postings})
        rows = self.system[LEVEL].aggregate(
            [["product", "in", list(ids)], ["warehouse", "in", warehouses]],
            {"on_hand": "sum", "lent": "sum"},
            by=["product", "warehouse"],
        )
        found: dict[tuple[int, int, bool], Decimal] = {}
        for row in rows:
            found[row["product"], row["warehouse"], False] = Decimal(row["on_hand"] or 0)
            found[row["product"], row["warehouse"], True] = Decimal(row["lent"] or 0)
        return found


def _key(posting: Posting) -> str:
    return level_key(posting.warehouse, posting.place, posting.batch)
