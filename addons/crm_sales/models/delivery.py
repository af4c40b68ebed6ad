"""What is to be delivered when, and what was delivered or came back (SALE-41)."""

from decimal import Decimal
from typing import Any

from addons.crm_sales.services.deliveries import check_delivery, check_planned
from core.api import Model, constrains, depends, fields, today


class DeliveryPlan(Model):
    """A planned delivery of a line of an order."""

    _name = "crm.delivery.plan"
    _label = "Planned delivery"
    _order = "date, id"
    _recycle = False

    order = fields.Many2one("crm.order", required=True, index=True, ondelete="cascade")
    line = fields.Many2one("crm.order.line", label="Order line", required=True, index=True, ondelete="cascade")
    date = fields.Date(label="Due on", default=today, required=True, index=True)
    quantity = fields.Decimal(required=True, min=0)
    delivered = fields.Decimal(compute="_compute_delivered", store=True)
    open_quantity = fields.Decimal(label="Still to be delivered", compute="_compute_delivered", store=True, index=True)
    customer = fields.Many2one("crm.customer", related="order.customer", store=True, index=True)
    owner = fields.Many2one("core.user", related="order.owner", store=True, index=True)

    @depends(
        "quantity", "date", "order.state", "line.delivered", "line.returned", "line.delivery_plans.quantity",
        "line.delivery_plans.date",
    )  # fmt: skip
    def _compute_delivered(self: Any) -> None:
        self.delivered = self.open_quantity = Decimal(0)
        if self.line is None or not self.date:
            return
        # What was delivered fills the planned deliveries by date; what came back for good is not to be delivered any more.
        rest = (self.line.delivered or Decimal(0)) + (self.line.returned or Decimal(0))
        for row in sorted(self.line.delivery_plans, key=lambda row: (row.date, row.__dict__.get("id") or 1 << 62)):
            taken = min(rest, row.quantity or Decimal(0))
            if row is self:
                self.delivered = taken
                break
            rest -= taken
        if self.order and self.order.state == "confirmed":
            self.open_quantity = (self.quantity or Decimal(0)) - self.delivered

    @constrains("quantity", "line", "order")
    def _check_quantity(self: Any) -> None:
        check_planned(self)


class Delivery(Model):
    """Goods of an order line that went to the customer or came back, in the unit of the line."""

    _name = "crm.delivery"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Delivery"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.delivery", label="Delivery number")
    order = fields.Many2one("crm.order", required=True, index=True, ondelete="restrict")
    line = fields.Many2one("crm.order.line", label="Order line", required=True, index=True, ondelete="restrict")
    kind = fields.Selection({"delivery": "Delivery", "return": "Return"}, default="delivery", required=True, index=True)
    replace = fields.Boolean(
        label="To be replaced",
        default=False,
        help="Goods that came back are to be delivered again; else the order shrinks.",
    )
    date = fields.Date(default=today, required=True, index=True)
    quantity = fields.Decimal(required=True)
    customer = fields.Many2one("crm.customer", related="order.customer", store=True, index=True)
    notes = fields.Char()

    @constrains("quantity", "kind", "line", "order", "replace")
    def _check_quantity(self: Any) -> None:
        check_delivery(self)


class OrderLine(Model):
    """A line knows what was delivered of it: open quantity = ordered − delivered, less what came back for good.

    What came back for good is not charged for: amount, base quantity, cost and profit are of what is left (SALE-46).
    """

    _inherit = "crm.order.line"

    deliveries = fields.One2many("crm.delivery", "line")
    delivery_plans = fields.One2many("crm.delivery.plan", "line", label="Planned deliveries")
    delivered = fields.Decimal(compute="_compute_delivered", store=True)
    returned = fields.Decimal(label="Returned for good", compute="_compute_delivered", store=True)
    open_quantity = fields.Decimal(compute="_compute_delivered", store=True)
    returned_amount = fields.Money(
        compute="_compute_amount",
        store=True,
        help="What the goods returned for good had cost, in the currency of the order.",
    )

    @depends("quantity", "deliveries.quantity", "deliveries.kind", "deliveries.replace")
    def _compute_delivered(self: Any) -> None:
        out = sum((each.quantity or 0 for each in self.deliveries if each.kind == "delivery"), Decimal(0))
        back = sum((each.quantity or 0 for each in self.deliveries if each.kind == "return"), Decimal(0))
        self.returned = sum(
            (each.quantity or 0 for each in self.deliveries if each.kind == "return" and not each.replace), Decimal(0)
        )
        self.delivered = out - back
        self.open_quantity = (self.quantity or 0) - self.returned - self.delivered

    @depends("returned")
    def _compute_amount(self: Any) -> None:
        super()._compute_amount()  # type: ignore[misc]  # a layer below has it
        self.returned_amount = self.value_of(self.quantity or Decimal(0)) - self.amount

    @depends("returned")
    def _compute_base_quantity(self: Any) -> None:
        super()._compute_base_quantity()  # type: ignore[misc]  # a layer below has it

    def sold_quantity(self: Any) -> Decimal:
        """Return what was ordered, less what came back for good."""
        return (self.quantity or Decimal(0)) - (self.returned or Decimal(0))


class Order(Model):
    """An order knows how far it is delivered."""

    _inherit = "crm.order"

    delivery_plans = fields.One2many("crm.delivery.plan", "order", label="Planned deliveries")
    deliveries = fields.One2many("crm.delivery", "order")
    delivery_state = fields.Selection(
        {"none": "Not delivered", "part": "Delivered in part", "full": "Delivered"},
        label="Delivery",
        compute="_compute_delivery",
        store=True,
        index=True,
    )
    delivered_percent = fields.Decimal(label="Delivered %", scale=2, compute="_compute_delivery", store=True)
    returned_amount = fields.Money(
        compute="_compute_returned_amount", store=True, help="By which returns for good lowered the amount."
    )
    returned_in_plan = fields.Money(
        label="Returns taken off the payment plan", default=0, required=True, readonly=True, copy=False
    )

    @depends("lines.delivered", "lines.open_quantity", "lines.quantity")
    def _compute_delivery(self: Any) -> None:
        delivered = sum((line.delivered or 0 for line in self.lines), Decimal(0))
        still = sum((line.open_quantity or 0 for line in self.lines), Decimal(0))
        whole = delivered + still
        self.delivered_percent = delivered * 100 / whole if whole else 0
        is_full = bool(self.lines) and all((line.open_quantity or 0) <= 0 for line in self.lines)
        self.delivery_state = "full" if is_full else "part" if delivered else "none"

    @depends("lines.returned_amount")
    def _compute_returned_amount(self: Any) -> None:
        self.returned_amount = sum((line.returned_amount or 0 for line in self.lines), Decimal(0))
