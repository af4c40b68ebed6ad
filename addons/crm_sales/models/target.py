"""Targets: what a person, team or department shall reach in a month (SALE-21)."""

from typing import Any

from addons.crm_sales.models.quota import refuse_own
from core.api import Environment, Model, ValidationError, _, constrains, depends, fields


def this_month(env: Environment) -> Any:
    """Return the first day of the present month."""
    return env.today().replace(day=1)


class Target(Model):
    """What somebody shall reach in a month: an amount in the company's currency, or a number."""

    _name = "crm.target"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Target"
    _order = "month desc, measure, id"
    _recycle = False

    name = fields.Char(label="Target of", compute="_compute_name", store=True)
    measure = fields.Selection(
        {
            "amount": "Contract amount",
            "contracts": "Number of contracts",
            "receipts": "Receipts",
            "customers": "New customers",
        },
        default="amount",
        required=True,
        index=True,
    )
    scope = fields.Selection(
        {"person": "Employee", "team": "Team", "department": "Department"},
        label="Set for",
        default="person",
        required=True,
    )
    owner = fields.Many2one("core.user", label="Employee", default=None)
    team = fields.Many2one("core.team", index=True, ondelete="cascade")
    department = fields.Many2one("core.department", default=None)
    month = fields.Date(default=this_month, required=True, index=True, help="Any day of the month; its first is kept.")
    value = fields.Decimal(label="Target value", scale=2, required=True, min=0, track=True)
    key = fields.Char(compute="_compute_key", store=True, unique=True, groups=["base.nobody"])

    @property
    def subject(self) -> Any:
        """Whose target it is: a user, a team or a department; None if nobody is named."""
        return {"person": self.owner, "team": self.team, "department": self.department}[self.scope]

    @depends("scope", "owner.name", "team.name", "department.name")
    def _compute_name(self) -> None:
        self.name = self.subject.name if self.subject is not None else ""

    @depends("measure", "scope", "owner", "team", "department", "month")
    def _compute_key(self) -> None:
        subject = self.subject
        month = self.month.strftime("%Y-%m") if self.month else ""
        self.key = f"{self.measure}:{self.scope}:{subject.id if subject is not None else ''}:{month}"

    @constrains("scope", "owner", "team", "department")
    def _check_subject(self) -> None:
        if self.subject is None:
            label = self._info.fields["owner" if self.scope == "person" else self.scope].label
            raise ValidationError(
                _("%(label)s is required.", label=_(label)), field="owner" if self.scope == "person" else self.scope
            )

    @constrains("month")
    def _keep_first_day(self) -> None:
        if self.month.day != 1:
            self.month = self.month.replace(day=1)

    @constrains("value", "owner", "scope")
    def _check_superior(self) -> None:
        if self.scope == "person":
            refuse_own(self)
