"""Stock-taking: what was counted against the book, and the difference that is posted (STOCK-14)."""

from decimal import Decimal
from typing import Any

from addons.crm_stock.services.counting import list_stock
from core.api import Model, action, depends, fields

ZERO = Decimal(0)


class StockLine(Model):
    """A line of a stock-taking keeps the book quantity of the moment it was listed.

    What is posted is the difference to that, so what others post in the meantime is not lost.
    """

    _inherit = "crm.stock.line"

    book_quantity = fields.Decimal(
        label="Book quantity", readonly=True, copy=False, help="In base units, when the line was listed for counting."
    )
    difference = fields.Decimal(
        compute="_compute_difference", store=True, help="Counted less book, in base units; posted on confirmation."
    )

    @depends("base_quantity", "book_quantity", "document.kind")
    def _compute_difference(self: Any) -> None:
        is_count = self.document is not None and self.document.kind == "count"
        self.difference = (self.base_quantity or ZERO) - (self.book_quantity or ZERO) if is_count else None


class StockDocument(Model):
    """A stock-taking of one warehouse: list, count, hand in, have it approved."""

    _inherit = "crm.stock.document"

    differences = fields.Integer(
        label="Lines that differ", compute="_compute_differences", store=True, help="Of a stock-taking."
    )

    @depends("lines.difference")
    def _compute_differences(self: Any) -> None:
        self.differences = sum(bool(line.difference) for line in self.lines)

    @action("List the stock", groups=["crm_stock.keeper"], visible="record.kind == 'count' and record.state == 'draft'")
    def list_stock(self: Any) -> None:
        """Add a line for all that lies in the warehouse and is not listed yet, with its book quantity as counted."""
        list_stock(self)
