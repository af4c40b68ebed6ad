"""The sales plan: a year's amount, broken down to months, departments, people, products and distributors (SALE-22)."""

from decimal import Decimal
from typing import Any

from addons.crm_sales.models.quota import this_year
from addons.crm_sales.services.plan_months import spread_evenly
from core.api import Model, ValidationError, _, action, constrains, depends, fields

SUBJECTS = {
    "company": "company",
    "department": "department",
    "person": "owner",
    "product": "product",
    "distributor": "distributor",
}
"""Kind of a part → the field that names whose it is."""


class SalesPlan(Model):
    """One part of the plan of a fiscal year. Parts below it break it down; what they do not add up to is shown, never forced."""

    _name = "crm.sales.plan"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Sales plan"
    _order = "year desc, sequence, id"
    _recycle = False

    name = fields.Char(required=True)
    year = fields.Integer(label="Fiscal year", default=this_year, required=True, index=True, min=1900, max=9000)
    parent = fields.Many2one("crm.sales.plan", label="Part of", index=True, ondelete="cascade")
    children = fields.One2many("crm.sales.plan", "parent", label="Parts")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        {
            "group": "Group",
            "company": "Company",
            "department": "Department",
            "person": "Employee",
            "product": "Product",
            "distributor": "Distributor",
        },
        default="group",
        required=True,
        index=True,
    )
    owner = fields.Many2one("core.user", label="Employee", default=None)
    department = fields.Many2one("core.department", default=None)
    product = fields.Many2one("crm.product", index=True, ondelete="restrict")
    distributor = fields.Many2one("crm.customer", index=True, ondelete="restrict")
    amount = fields.Money(label="Year plan", required=True, min=0, track=True)
    months = fields.One2many("crm.sales.plan.month", "plan", copy=True)
    months_amount = fields.Money(label="Sum of the months", compute="_compute_months_amount", store=True)
    months_difference = fields.Money(label="Not in any month", compute="_compute_months_amount", store=True)

    @depends("amount", "months.amount")
    def _compute_months_amount(self) -> None:
        planned = sum((month.amount or Decimal(0) for month in self.months), Decimal(0))
        self.months_amount = planned
        self.months_difference = (self.amount or Decimal(0)) - planned

    @property
    def subject(self) -> Any:
        """Whose part it is; None for the group."""
        return getattr(self, SUBJECTS[self.kind]) if self.kind in SUBJECTS else None

    @constrains("kind", "owner", "department", "product", "distributor")
    def _check_subject(self) -> None:
        if self.kind in SUBJECTS and self.subject is None:
            field = self._info.fields[SUBJECTS[self.kind]]
            raise ValidationError(_("%(label)s is required.", label=_(field.label)), field=field.name)

    @constrains("parent", "year")
    def _check_year(self) -> None:
        if self.parent is not None and self.parent.year != self.year:
            raise ValidationError(
                _(
                    "%(parent)s is the plan of %(year)s: its parts are of the same year.",
                    parent=self.parent.name,
                    year=self.parent.year,
                ),
                field="year",
            )

    @constrains("amount")
    def _fill_months(self) -> None:
        # A plan without months begins with even ones, which are then changed.
        if not self.months:
            spread_evenly(self)

    @action("Spread over the months", visible="record.amount")
    def spread(self) -> None:
        """Divide the year's amount evenly over the months."""
        spread_evenly(self)


class SalesPlanMonth(Model):
    """The plan of one month."""

    _name = "crm.sales.plan.month"
    _label = "Month of the plan"
    _order = "month, id"
    _rec_name = "month"
    _recycle = False
    _unique = [("plan", "month")]

    plan = fields.Many2one("crm.sales.plan", required=True, index=True, ondelete="cascade")
    month = fields.Date(required=True, index=True, help="Its first day.")
    amount = fields.Money(required=True, default=0, min=0)

    @constrains("month")
    def _check_month(self) -> None:
        if self.month.day != 1:
            raise ValidationError(_("A month is named by its first day."), field="month")
