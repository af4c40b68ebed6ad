"""Steps of a ticket: who did what, when and at what cost (SERV-07)."""

from typing import Any

from core.api import Model, depends, fields


class TicketStep(Model):
    """One step of a ticket, copied from the template. A finished one is only read."""

    _name = "crm.ticket.step"
    _label = "Step of a ticket"
    _order = "sequence, id"
    _rec_name = "title"

    ticket = fields.Many2one("crm.ticket", required=True, index=True, ondelete="cascade")
    template = fields.Many2one("crm.service.flow.step", readonly=True, ondelete="set null")
    sequence = fields.Integer(default=10, readonly=True)
    name = fields.Char(label="Step", required=True, readonly=True)
    title = fields.Char(compute="_compute_title", store=True)
    optional = fields.Boolean(label="May be passed over", default=False, readonly=True)
    hours = fields.Decimal(label="Hours allowed", scale=2, min=0, readonly=True)
    handler = fields.Many2one("core.user", label="Handled by", index=True, ondelete="restrict")
    state = fields.Selection(
        {"waiting": "Not its turn yet", "current": "Its turn", "done": "Finished", "skipped": "Passed over"},
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    assigned_at = fields.Datetime(label="Handed over at", readonly=True)
    started_at = fields.Datetime(label="Begun at", readonly=True)
    ended_at = fields.Datetime(label="Finished at", readonly=True)
    due_at = fields.Datetime(label="Due at", readonly=True, index=True)
    note = fields.Text(label="What was done", help="Of a step that was passed over: why.")
    cost = fields.Money(label="Cost of the step", min=0)
    customer = fields.Many2one("crm.customer", related="ticket.customer", store=True, index=True)

    @depends("name", "ticket.number", "ticket.subject")
    def _compute_title(self: Any) -> None:
        ticket = self.ticket
        head = f"{ticket.number or ''} {ticket.subject or ''}".strip() if ticket is not None else ""
        self.title = f"{head} · {self.name}"[:255] if head else self.name
