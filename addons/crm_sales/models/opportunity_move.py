"""The way of an opportunity through its stages (SALE-08)."""

from core.api import Model, fields


class OpportunityMove(Model):
    """One move of an opportunity into a stage; written by the system when the stage changes."""

    _name = "crm.opportunity.move"
    _label = "Move of an opportunity"
    _order = "id desc"
    _rec_name = "date"
    _recycle = False

    opportunity = fields.Many2one("crm.opportunity", required=True, index=True, ondelete="cascade")
    source_stage = fields.Many2one("crm.sales.stage", label="From", ondelete="restrict", help="Empty: it began.")
    stage = fields.Many2one("crm.sales.stage", label="To", required=True, index=True, ondelete="restrict")
    date = fields.Date(required=True, index=True)
    user = fields.Many2one("core.user", label="By", ondelete="set null")
    days = fields.Integer(label="Days before", help="Days spent in the stage that it left; empty: it began.")
