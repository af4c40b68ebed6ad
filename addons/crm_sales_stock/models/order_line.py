"""An order line knows what was asked of the warehouse, what went out, and what that cost (SALE-44, D5)."""

from decimal import Decimal
from typing import Any

from core.api import Model, depends, fields

ZERO = Decimal(0)


class OrderLine(Model):
    """A line asks the warehouse for its open quantity; what was issued counts in its cost at what the issue cost."""

    _inherit = "crm.order.line"

    stock_lines = fields.One2many("crm.stock.line", "order_line", label="Stock documents")
    requested = fields.Decimal(
        label="Requested from stock",
        compute="_compute_requested",
        store=True,
        help="Asked of the warehouse and not confirmed yet, in the unit of the line.",
    )
    to_request = fields.Decimal(
        label="Still to be requested", compute="_compute_requested", store=True, help="Open, and not asked for yet."
    )
    coming_back = fields.Decimal(
        label="Return announced",
        compute="_compute_requested",
        store=True,
        help="Returns that the warehouse has not confirmed yet, in the unit of the line.",
    )
    issued = fields.Decimal(
        label="Issued in base units", compute="_compute_issued", store=True, help="Issued less returned."
    )
    issue_cost = fields.Money(
        compute="_compute_issued", store=True, help="What the goods issued cost, less those that came back."
    )

    @depends("open_quantity", "stock_lines.order_quantity", "stock_lines.document.state", "stock_lines.document.kind")
    def _compute_requested(self: Any) -> None:
        waiting = [line for line in self.stock_lines if line.document.state == "requested"]
        self.requested = sum((line.order_quantity for line in waiting if line.document.kind == "out"), ZERO)
        self.coming_back = sum((line.order_quantity for line in waiting if line.document.kind == "in"), ZERO)
        self.to_request = (self.open_quantity or ZERO) - self.requested

    @depends("stock_lines.base_quantity", "stock_lines.value", "stock_lines.document.state")
    def _compute_issued(self: Any) -> None:
        self.issued, self.issue_cost = ZERO, ZERO
        for line in self.stock_lines:
            if line.document.state == "confirmed":
                sign = 1 if line.document.kind == "out" else -1
                self.issued += sign * (line.base_quantity or ZERO)
                self.issue_cost += sign * abs(line.value or ZERO)

    @depends("issued", "issue_cost")
    def _compute_cost(self: Any) -> None:
        super()._compute_cost()  # type: ignore[misc]  # a layer below has it
        rest = (self.base_quantity or ZERO) - (self.issued or ZERO)
        self.cost = (self.issue_cost or ZERO) + rest * (self.unit_cost or ZERO)
