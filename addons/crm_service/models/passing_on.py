"""Who executed a ticket when, and why it was passed on (SERV-03)."""

from core.api import Model, fields


class TicketAssignment(Model):
    """One passing on of a ticket to an executor or team."""

    _name = "crm.ticket.assignment"
    _label = "Passing on of a ticket"
    _order = "id desc"
    _log = True
    _recycle = False

    ticket = fields.Many2one("crm.ticket", required=True, index=True, ondelete="cascade")
    at = fields.Datetime(label="Passed on at", required=True)
    giver = fields.Many2one("core.user", label="Passed on by", ondelete="restrict")
    executor = fields.Many2one("core.user", ondelete="restrict")
    team = fields.Many2one("core.team", label="Executing team", ondelete="set null")
    reason = fields.Char(label="Reason for passing on")


class Ticket(Model):
    """A ticket is passed on with a reason."""

    _inherit = "crm.ticket"

    pass_reason = fields.Char(
        label="Reason for passing on", copy=False, help="Needed when another executor or team is chosen."
    )
    assignments = fields.One2many("crm.ticket.assignment", "ticket", label="History of executors")
