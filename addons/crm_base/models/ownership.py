"""Who was responsible for a customer, from when to when, and why."""

from core.api import Model, fields


class Ownership(Model):
    """A period in which a customer belonged to one owner, or without one lay in the pool (BASE-27).

    Written by `services.ownership` whenever an owner changes, whichever way; nobody changes it by hand.
    """

    _name = "crm.customer.ownership"
    _label = "Owner of a customer"
    _order = "id desc"
    _rec_name = "since"

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    owner = fields.Many2one("core.user", index=True, ondelete="restrict", help="Empty: the customer lay in the pool.")
    since = fields.Date(required=True, index=True, help="The first day.")
    until = fields.Date(index=True, help="The day on which it passed on; empty: today still.")
    reason = fields.Selection(
        {
            "entered": "On entry",
            "claim": "Claimed",
            "random": "Claimed at random",
            "application": "Application approved",
            "assigned": "Assigned by a manager",
            "redistributed": "Second distribution",
            "transferred": "Transferred",
            "not_contacted": "Not contacted since claimed",
            "interval": "No contact for too long",
            "no_deal": "No deal",
            "recalled": "Taken back by a manager",
            "returned": "Given back by the owner",
        },
        required=True,
        index=True,
    )
    note = fields.Char(size=500)
    by = fields.Many2one(
        "core.user", label="Changed by", ondelete="restrict", help="Empty: the system, such as the daily job."
    )
