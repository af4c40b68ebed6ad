"""Claims: what an employee spent and wants back (EXP-04, EXP-05, EXP-08)."""

from decimal import Decimal
from typing import Any

from addons.crm_expense.services.claims import need_lines, need_somebody_else
from core.api import Model, depends, fields, today, transition


class Expense(Model):
    """A claim of one employee. Submitting locks it; of its lines those count that were not refused."""

    _name = "crm.expense"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Expense claim"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.expense", label="Claim number")
    title = fields.Char(
        label="Claim purpose", required=True, index="fuzzy", help="Such as: trip to Suzhou for the installation."
    )
    date = fields.Date(default=today, required=True, index=True)
    state = fields.Selection(
        {
            "draft": "Draft",
            "in_approval": "In approval",
            "submitted": "Submitted",
            "approved": "Approved",
            "paid": "Paid",
            "refused": "Rejected",
        },
        only_with={"in_approval": "crm_approval"},
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    lines = fields.One2many("crm.expense.line", "expense", label="Expense lines", copy=True)
    claimed = fields.Money(
        label="Amount claimed", compute="_compute_amounts", store=True, help="All lines, in base currency."
    )
    amount = fields.Money(
        label="Amount to pay", compute="_compute_amounts", store=True, index=True, help="Without refused lines."
    )
    paid_on = fields.Date(readonly=True, copy=False)
    answer = fields.Char(label="Remark of the approver", copy=False)
    notes = fields.Text()

    @depends("lines.base_amount", "lines.refused")
    def _compute_amounts(self: Any) -> None:
        self.claimed = sum((line.base_amount or 0 for line in self.lines), Decimal(0))
        self.amount = sum((line.base_amount or 0 for line in self.lines if not line.refused), Decimal(0))

    @transition("state", source=["draft"], target="submitted", label="Submit")
    def submit(self) -> None:
        """Hand the claim in; from now on it is locked."""
        need_lines(self)

    @transition("state", source=["submitted"], target="draft", label="Send back", groups=["crm_expense.approver"])
    def send_back(self) -> None:
        """Let the employee change it."""

    @transition("state", source=["submitted"], target="approved", label="Approve", groups=["crm_expense.approver"])
    def approve(self) -> None:
        """Approve all lines that are not refused.

        Raises:
            ValidationError: Every line is refused.
            AccessDenied: It is one's own claim.
        """
        need_somebody_else(self)
        need_lines(self)

    @transition(
        "state", source=["submitted", "approved"], target="refused", label="Reject", groups=["crm_expense.approver"]
    )
    def refuse(self) -> None:
        """Refuse the claim; one that was approved counts for its contracts no longer."""

    @transition("state", source=["approved"], target="paid", label="Mark as paid", groups=["crm_sales.cashier"])
    def pay(self) -> None:
        """Note that the employee has the money."""
        self.paid_on = self.env.today()

    @transition("state", source=["paid"], target="approved", label="Take payment back", groups=["crm_sales.cashier"])
    def unpay(self) -> None:
        """The payment was wrong."""
        self.paid_on = None
