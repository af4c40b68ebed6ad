"""Sales orders and their lines."""

from core.api import Model, ValidationError, _, depends, fields, today, transition


class Order(Model):
    """What a customer ordered. Its amount is the sum of its lines."""

    _name = "crm.order"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Order"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.order", label="Order number")
    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="restrict")
    date = fields.Date(default=today, required=True, index=True)
    state = fields.Selection(
        {"draft": "Draft", "confirmed": "Confirmed", "done": "Done", "cancelled": "Cancelled"},
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    lines = fields.One2many("crm.order.line", "order", copy=True)
    amount = fields.Money(compute="_compute_amount", store=True)
    notes = fields.Text()

    @depends("lines.amount")
    def _compute_amount(self) -> None:
        self.amount = sum(line.amount for line in self.lines)

    @transition("state", source=["draft"], target="confirmed", label="Confirm")
    def confirm(self) -> None:
        """Make the order binding; it needs lines."""
        if not self.lines:
            raise ValidationError(_("An order without lines can't be confirmed."), field="lines")
        self.env.hook.sales_order_confirmed(order=self)

    @transition("state", source=["confirmed"], target="done", label="Complete")
    def complete(self) -> None:
        """Everything was delivered and paid."""

    @transition("state", source=["draft", "confirmed"], target="cancelled", label="Cancel")
    def cancel(self) -> None:
        """Call the order off; what its confirmation brought about is undone by who did it."""
        if self.state == "confirmed":
            self.env.hook.sales_order_cancelled(order=self)


class OrderLine(Model):
    """One thing ordered."""

    _name = "crm.order.line"
    _label = "Order line"
    _order = "sequence, id"

    order = fields.Many2one("crm.order", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(label="Description", required=True)
    quantity = fields.Decimal(default=1, required=True, min=0)
    price = fields.Money(label="Unit price", default=0, required=True)
    amount = fields.Money(compute="_compute_amount", store=True)

    @depends("quantity", "price")
    def _compute_amount(self) -> None:
        self.amount = (self.quantity or 0) * (self.price or 0)
