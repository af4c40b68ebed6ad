"""Commission: plans that pay a rate on sales or gross profit, and what they come to per contract and period (SALE-50)."""

from typing import Any

from addons.crm_sales.services.commission import work_out
from core.api import Model, ValidationError, _, action, constrains, fields, transition


class CommissionPlan(Model):
    """Who gets which share of what. Without employees it holds for all of them, without a category for all goods."""

    _name = "crm.commission.plan"
    _inherit = ["core.active", "core.company_owned"]
    _label = "Commission plan"
    _order = "sequence, name, id"

    name = fields.Char(required=True, track=True)
    sequence = fields.Integer(default=10)
    basis = fields.Selection(
        {"sales": "Sales amount", "profit": "Gross profit"}, default="sales", required=True, track=True
    )
    rate = fields.Decimal(label="Rate %", scale=4, min=0, max=100, default=0, required=True, track=True)
    persons = fields.Many2many("core.user", label="Employees", help="Empty: everybody.")
    category = fields.Many2one(
        "crm.product.category", ondelete="restrict", help="Only goods in or below it; empty: all."
    )
    start = fields.Date(label="From", help="Contracts that became effective on this day or later.")
    end = fields.Date(label="Until")
    tiers = fields.One2many(
        "crm.commission.tier", "plan", copy=True, help="The rate by what somebody sold in the period as a whole."
    )


class CommissionTier(Model):
    """The rate that holds once the basis of a period reaches an amount."""

    _name = "crm.commission.tier"
    _label = "Commission tier"
    _order = "reached, id"

    plan = fields.Many2one("crm.commission.plan", required=True, index=True, ondelete="cascade")
    reached = fields.Money(label="From", required=True, min=0)
    rate = fields.Decimal(label="Rate %", scale=4, min=0, max=100, required=True)


class CommissionPeriod(Model):
    """A span of days whose contracts are settled together: worked out as often as wished, then approved."""

    _name = "crm.commission.period"
    _label = "Commission period"
    _order = "start desc, id desc"

    name = fields.Char(required=True, help="Such as 2025-01.")
    start = fields.Date(label="First day", required=True, index=True)
    end = fields.Date(label="Last day", required=True)
    state = fields.Selection(
        {"draft": "Draft", "approved": "Approved"}, default="draft", readonly=True, copy=False, index=True
    )
    entries = fields.One2many("crm.commission.entry", "period")

    @constrains("start", "end")
    def _check_days(self) -> None:
        if self.end < self.start:
            raise ValidationError(_("The last day can't be before the first."), field="end")

    @action("Work out", visible="record.state == 'draft'", groups=["crm_base.manager"])
    def work_out(self) -> Any:
        """Work out the entries of the period anew; see `services.commission`."""
        return work_out(self)

    @transition("state", source=["draft"], target="approved", label="Approve", groups=["crm_base.manager"])
    def approve(self) -> None:
        """Fix the entries: they can be paid."""

    @transition("state", source=["approved"], target="draft", label="Reopen", groups=["crm_base.manager"])
    def reopen(self) -> None:
        """Let the entries be worked out again."""


class CommissionEntry(Model):
    """What one contract brings its salesperson by one plan."""

    _name = "crm.commission.entry"
    _inherit = ["core.owned"]
    _label = "Commission"
    _order = "date, id"
    _recycle = False
    _unique = [("period", "plan", "order")]

    period = fields.Many2one("crm.commission.period", required=True, readonly=True, index=True, ondelete="cascade")
    plan = fields.Many2one("crm.commission.plan", required=True, readonly=True, index=True, ondelete="restrict")
    order = fields.Many2one("crm.order", required=True, readonly=True, index=True, ondelete="restrict")
    customer = fields.Many2one("crm.customer", related="order.customer", store=True, index=True)
    date = fields.Date(label="Effective on", required=True, readonly=True, index=True)
    basis = fields.Money(required=True, readonly=True, help="What the rate is of, in base currency.")
    rate = fields.Decimal(label="Rate %", scale=4, required=True, readonly=True)
    amount = fields.Money(label="Commission", required=True, readonly=True)
    state = fields.Selection(related="period.state", store=True, index=True)
