"""Applications for customers of the pool, and whose limits differ."""

from addons.crm_base.services import claims_requests
from core.api import Model, ValidationError, _, constrains, fields, transition

MANAGER = ["crm_base.manager"]


class ClaimRequest(Model):
    """An application for a customer of the pool (BASE-28). Its owner is who applies; a manager approves or refuses."""

    _name = "crm.claim.request"
    _inherit = ["core.owned"]
    _label = "Application for a customer"
    _order = "id desc"
    _rec_name = "name"

    customer = fields.Many2one("crm.customer", required=True, readonly=True, index=True, ondelete="cascade")
    name = fields.Char(label="Customer name", required=True, readonly=True, help="As it was when applied for.")
    state = fields.Selection(
        {"open": "Applied", "approved": "Approved", "refused": "Rejected", "withdrawn": "Withdrawn"},
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    note = fields.Text(help="Why the customer is wanted.")
    answer = fields.Text(help="Why it was approved or refused; needed to refuse.")
    decided_by = fields.Many2one("core.user", label="Reviewed by", readonly=True, copy=False, ondelete="restrict")
    decided_on = fields.Date(readonly=True, copy=False)

    @transition("state", source=["open"], target="approved", label="Approve", groups=MANAGER)
    def approve(self) -> None:
        """Make the applicant the owner; it counts as a claim of this day (D8)."""
        claims_requests.approve(self)

    @transition("state", source=["open"], target="refused", label="Reject", groups=MANAGER)
    def refuse(self) -> None:
        """Leave the customer in the pool; the answer says why."""
        claims_requests.refuse(self)

    @transition("state", source=["open"], target="withdrawn", label="Withdraw")
    def withdraw(self) -> None:
        """Take one's own application back."""
        claims_requests.withdraw(self)


class ClaimLimit(Model):
    """Limits of one person or role that differ from those for everybody (BASE-31)."""

    _name = "crm.claim.limit"
    _label = "Claim limit"
    _order = "id"
    _rec_name = "note"
    _recycle = False

    user = fields.Many2one("core.user", unique=True, ondelete="cascade", label="Salesperson")
    group = fields.Many2one("core.group", unique=True, ondelete="cascade", label="Role")
    total = fields.Integer(label="Customers held", help="At most in all; 0: no limit; empty: as for everybody.")
    daily = fields.Integer(label="Claims a day", help="At most a day; 0: no limit; empty: as for everybody.")
    note = fields.Char()

    @constrains("user", "group")
    def _check_whose(self) -> None:
        if (self.user is None) == (self.group is None):
            raise ValidationError(_("A limit is for one person or one role."), field="user")

    @constrains("total", "daily")
    def _check_numbers(self) -> None:
        for name in ("total", "daily"):
            if (getattr(self, name) or 0) < 0:
                raise ValidationError(_("A limit is 0 or more."), field=name)


class ClaimAccount(Model):
    """How often somebody has claimed. Each claim moves it, so that two claims of one person at once wait for each other."""

    _name = "crm.claim.account"
    _label = "Claim account"
    _order = "id"
    _rec_name = "claims"
    _recycle = False

    user = fields.Many2one("core.user", required=True, unique=True, ondelete="cascade")
    claims = fields.Integer(default=0, required=True)
