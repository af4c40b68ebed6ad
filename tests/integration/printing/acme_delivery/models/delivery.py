"""Deliveries and what is in them."""

from core.api import Model, depends, fields


class Delivery(Model):
    """What was sent to somebody."""

    _name = "acme.delivery"
    _label = "Delivery"
    _order = "id"
    _rec_name = "number"

    number = fields.Char(required=True)
    receiver = fields.Many2one("acme.delivery.receiver", ondelete="set null")
    date = fields.Date()
    state = fields.Selection({"packed": "Packed", "sent": "Sent"}, default="packed")
    cost = fields.Money(default=0)
    lines = fields.One2many("acme.delivery.line", "delivery")
    amount = fields.Money(compute="_compute_amount", store=True)
    note = fields.Text()

    @depends("lines.amount")
    def _compute_amount(self) -> None:
        self.amount = sum(line.amount or 0 for line in self.lines)


class DeliveryLine(Model):
    """One thing in a delivery."""

    _name = "acme.delivery.line"
    _label = "Delivery line"
    _order = "id"

    delivery = fields.Many2one("acme.delivery", required=True, ondelete="cascade", index=True)
    name = fields.Char(required=True)
    amount = fields.Money(default=0)


class Receiver(Model):
    """To whom a delivery goes."""

    _name = "acme.delivery.receiver"
    _label = "Receiver"

    name = fields.Char(required=True)
    phone = fields.Char()
    secret = fields.Char()
