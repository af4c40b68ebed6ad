"""Quotas: what somebody shall sell in a fiscal quarter (SALE-18)."""

from typing import Any

from addons.crm_sales.services.periods import quarter_on
from core.api import AccessDenied, Environment, Model, _, constrains, depends, fields


def this_year(env: Environment) -> int:
    """Return the present fiscal year."""
    return quarter_on(env, env.today()).year


def this_quarter(env: Environment) -> str:
    """Return the present fiscal quarter, 1 to 4."""
    return str(quarter_on(env, env.today()).number)


class Quota(Model):
    """What an employee shall sell in a fiscal quarter, or what they shall sell together with everybody below them.

    Set by a superior or an administrator, never for oneself; changes of the amount stand in the history with day and user.
    """

    _name = "crm.quota"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Quota"
    _order = "year desc, quarter desc, owner, id"
    _recycle = False
    _unique = [("owner", "scope", "year", "quarter")]

    owner = fields.Many2one("core.user", label="Employee", required=True, default=None)
    scope = fields.Selection(
        {"person": "For the person", "team": "With everybody below"},
        label="Counts",
        default="person",
        required=True,
        help="A quota with everybody below takes the place of the sum of theirs.",
    )
    year = fields.Integer(label="Fiscal year", default=this_year, required=True, index=True, min=1900, max=9000)
    quarter = fields.Selection(
        {"1": "Q1", "2": "Q2", "3": "Q3", "4": "Q4"},
        label="Fiscal quarter",
        default=this_quarter,
        required=True,
        index=True,
    )
    amount = fields.Money(label="Quota", required=True, min=0, track=True)
    name = fields.Char(label="Quota of", compute="_compute_name", store=True)

    @depends("owner.name", "year", "quarter")
    def _compute_name(self) -> None:
        owner: Any = self.owner
        self.name = f"{owner.name if owner else ''} FY{self.year} Q{self.quarter}"

    @constrains("amount", "owner")
    def _check_superior(self) -> None:
        refuse_own(self)


def refuse_own(record: Any) -> None:
    """Raise AccessDenied if somebody with a superior sets a figure that they are measured by.

    Raises:
        AccessDenied: The owner is who acts, holds a position that has one above, and is no administrator.
    """
    env = record.env
    if env.is_elevated or record.owner is None or record.owner.id != env.uid:
        return
    position = record.owner.position
    if position is not None and position.parent is not None:
        raise AccessDenied(_("Your own quota or target is set by your superior."))
