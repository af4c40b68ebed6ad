"""Orders with a state."""

from core.api import Model, fields, transition


class Order(Model):
    """What a customer buys."""

    _name = "web.order"
    _label = "Order"
    _order = "id"

    name = fields.Char()
    customer = fields.Many2one("web.customer", required=True, ondelete="cascade", index=True)
    amount = fields.Money()
    day = fields.Date()
    paid = fields.Boolean(readonly=True)
    state = fields.Selection({"draft": "Draft", "confirmed": "Confirmed", "done": "Done"}, default="draft", track=True)

    @transition("state", source=["draft"], target="confirmed", label="Confirm")
    def confirm(self):
        """Confirm the order."""

    @transition("state", source=["confirmed"], target="done", label="Finish", groups=["web_shop.chief"])
    def finish(self):
        """Close the order."""
