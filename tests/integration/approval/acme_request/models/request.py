"""Requests for goods and their lines, and visits, which have no state of their own for approval."""

from core.api import Model, ValidationError, _, depends, fields, transition


class Request(Model):
    """Something somebody wants to buy."""

    _name = "acme.request"
    _inherit = ["core.document"]
    _label = "Request"
    _order = "id"

    name = fields.Char(required=True)
    date = fields.Date()
    amount = fields.Money(compute="_compute_amount", store=True)
    fee = fields.Money()
    urgent = fields.Boolean(default=False)
    points = fields.Integer()
    notes = fields.Text()
    done_count = fields.Integer(default=0, readonly=True)
    state = fields.Selection(
        {
            "draft": "Draft",
            "in_approval": "In approval",
            "approved": "Approved",
            "done": "Done",
            "cancelled": "Cancelled",
        },
        default="draft",
        readonly=True,
        track=True,
    )
    lines = fields.One2many("acme.request.line", "request", copy=True)
    instalments = fields.One2many("acme.instalment", "request")

    @depends("lines.amount")
    def _compute_amount(self):
        self.amount = sum(line.amount for line in self.lines)

    @transition("state", source=["draft"], target="approved", label="Submit")
    def submit(self):
        """Have it bought."""
        if self.notes == "impossible":
            raise ValidationError(_("This can't be bought."), field="notes")
        self.done_count += 1
        if self.notes == "fee":
            self.fee = 5
            self.lines[0].price += 1

    @transition("state", source=["approved"], target="done", label="Finish")
    def finish(self):
        """It came."""

    @transition("state", source=["draft", "approved"], target="cancelled", label="Cancel")
    def cancel(self):
        """Call it off."""


class Line(Model):
    """One thing wanted."""

    _name = "acme.request.line"
    _label = "Request line"
    _order = "id"

    request = fields.Many2one("acme.request", required=True, ondelete="cascade", index=True)
    name = fields.Char()
    quantity = fields.Decimal(default=1)
    price = fields.Money(default=0)
    points = fields.Integer()
    amount = fields.Money(compute="_compute_amount", store=True)

    @depends("quantity", "price")
    def _compute_amount(self):
        self.amount = (self.quantity or 0) * (self.price or 0)


class Instalment(Model):
    """When a part is paid; no part of the request itself."""

    _name = "acme.instalment"
    _label = "Instalment"

    request = fields.Many2one("acme.request", required=True, ondelete="cascade", index=True)
    amount = fields.Money()


class Visit(Model):
    """Somebody goes somewhere."""

    _name = "acme.visit"
    _label = "Visit"

    name = fields.Char(required=True)
    state = fields.Selection({"planned": "Planned", "agreed": "Agreed"}, default="planned")

    @transition("state", source=["planned"], target="agreed", label="Agree")
    def agree(self):
        """Let it be."""
