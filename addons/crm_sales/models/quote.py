"""Quotes: what we offer a customer, until it is accepted, refused or out of date."""

import datetime as dt
from typing import Any

from addons.crm_sales.models.document import need_lines
from addons.crm_sales.services.make_contract import make_contract
from addons.crm_sales.services.revise_quote import revise_quote
from core.api import ConflictError, Environment, Model, _, action, depends, fields, get_parameter, transition


def usual_validity(env: Environment) -> dt.date:
    """Return the last day of validity of a quote made today (parameter ``crm_sales.quote_days``)."""
    today: dt.date = env.today()
    return today + dt.timedelta(days=get_parameter(env, "crm_sales.quote_days"))


class Quote(Model):
    """An offer to a customer. A change of one that was sent makes a new version; the earlier one stays readable."""

    _name = "crm.quote"
    _inherit = ["crm.sales.document"]
    _label = "Quote"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.quote", label="Quote number")
    title = fields.Char(index="fuzzy", help="Such as: printers for the branch in Suzhou.")
    valid_until = fields.Date(default=usual_validity, index=True, copy=False, help="Empty: without limit.")
    state = fields.Selection(
        {
            "draft": "Draft",
            "in_approval": "In approval",
            "approved": "Approved",
            "sent": "Sent",
            "accepted": "Accepted",
            "refused": "Declined",
            "expired": "Expired",
        },
        only_with={"in_approval": "crm_approval"},
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    sent_date = fields.Date(readonly=True, copy=False)
    refusal = fields.Char(label="Why refused", copy=False)
    revision = fields.Integer(label="Version of the quote", default=1, readonly=True, copy=False)
    previous = fields.Many2one(
        "crm.quote", label="Earlier version", readonly=True, copy=False, index=True, ondelete="restrict"
    )
    followers = fields.One2many("crm.quote", "previous", label="Later version")
    is_current = fields.Boolean(label="Latest version", compute="_compute_is_current", store=True, index=True)
    lines = fields.One2many("crm.quote.line", "quote", copy=True)
    orders = fields.One2many("crm.order", "quote")
    contract = fields.Many2one("crm.order", label="Latest contract", readonly=True, copy=False, ondelete="set null")

    @depends("followers")
    def _compute_is_current(self) -> None:
        self.is_current = not self.followers

    @transition("state", source=["draft"], target="approved", label="Submit")
    def submit(self) -> None:
        """Have the quote approved; where nobody has to approve, it is at once."""
        self._need_current()
        need_lines(self, _("A quote without lines can't be submitted."))

    @transition("state", source=["approved", "sent"], target="sent", label="Mark as sent")
    def send(self) -> None:
        """Note that the customer has the quote."""
        self._need_current()
        self.sent_date = self.env.today()

    @transition("state", source=["approved", "sent"], target="accepted", label="Accepted")
    def accept(self) -> None:
        """Note that the customer agrees."""
        self._need_current()

    @transition("state", source=["approved", "sent"], target="refused", label="Declined")
    def refuse(self) -> None:
        """Note that the customer declines; why stands in ``refusal``."""
        self._need_current()

    @transition("state", source=["draft", "approved", "sent"], target="expired", label="Expire")
    def expire(self) -> None:
        """Put the quote out of force, as the daily job does after its last day of validity."""

    @action("Make contract", visible="record.is_current and record.state in ('approved', 'sent', 'accepted')")
    def make_contract(self) -> object:
        """Make a draft contract of the quote; see `services.make_contract`."""
        return make_contract(self)

    @action("New version", visible="record.is_current and record.state not in ('draft', 'in_approval')")
    def revise(self) -> object:
        """Make a draft that takes the place of this quote; see `services.revise_quote`."""
        return revise_quote(self)

    def _need_current(self) -> None:
        if not self.is_current:
            latest = self.followers[0]
            raise ConflictError(
                _("%(number)s was replaced by %(latest)s.", number=self.number, latest=latest.number),
                hint=_("go on with the latest version"),
            )


class QuoteLine(Model):
    """One thing offered."""

    _name = "crm.quote.line"
    _inherit = ["crm.sales.line"]
    _label = "Quote line"
    _order = "sequence, id"

    quote = fields.Many2one("crm.quote", required=True, index=True, ondelete="cascade")

    def sales_document(self) -> Any:
        """Return the quote."""
        return self.quote
