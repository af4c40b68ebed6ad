"""Satisfaction: a customer is asked, and answers once (SERV-21)."""

import secrets
from typing import Any

from addons.crm_service.services.survey import ask_after_ticket, check_answer, link_of, mail_survey
from core.api import ConflictError, Model, ValidationError, _, action, constrains, depends, fields, today, transition

SCORE = {"min": 1, "max": 5}


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(16)


class Survey(Model):
    """One request to a customer to say how satisfied they are, with the answer. Its owner is whose work is judged.

    The customer answers by the link, or somebody asks by phone and enters what they say.
    """

    _name = "crm.survey"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Satisfaction survey"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.survey", label="Survey number")
    owner = fields.Many2one("core.user", label="Handler")
    occasion = fields.Selection(
        {"ticket": "After a ticket", "delivery": "After a delivery", "period": "For a period"},
        label="Reason for asking",
        default="period",
        required=True,
        index=True,
    )
    ticket = fields.Many2one("crm.ticket", index=True, ondelete="set null", copy=False)
    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    contact = fields.Many2one("crm.contact", index=True, ondelete="set null")
    product = fields.Many2one("crm.product", index=True, ondelete="set null")
    date = fields.Date(label="Asked on", default=today, required=True, index=True, copy=False)
    channel = fields.Selection(
        {"link": "Link", "mail": "E-mail", "phone": "By phone"}, label="Asked by", default="link", required=True
    )
    token = fields.Char(default=new_token, required=True, unique=True, readonly=True, copy=False)
    link = fields.Char(label="Link for the customer", size=None, compute="_compute_link")
    sent_at = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        {"open": "Not answered", "answered": "Answered", "withdrawn": "Withdrawn"},
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        track=True,
    )
    score = fields.Integer(label="Overall score", copy=False, help="1 to 5; 4 and 5 are satisfied.", **SCORE)
    response_score = fields.Integer(label="Score of the response", copy=False, **SCORE)
    skill_score = fields.Integer(label="Score of the skill", copy=False, **SCORE)
    words = fields.Text(label="In their own words", copy=False)
    satisfied_percent = fields.Integer(
        label="Satisfied %",
        readonly=True,
        copy=False,
        help="100 for a satisfied answer, 0 for another; means are shares.",
    )
    answered_on = fields.Date(readonly=True, copy=False, index=True)
    entered_by = fields.Many2one(
        "core.user", readonly=True, copy=False, ondelete="set null", help="Empty: the customer answered by the link."
    )

    @depends("token")
    def _compute_link(self: Any) -> None:
        self.link = link_of(self)

    @constrains("customer", "contact")
    def _check_contact(self: Any) -> None:
        if self.contact is not None and self.contact.customer is not self.customer:
            raise ValidationError(_("The contact belongs to another customer."), field="contact")

    @action("Send by mail", visible="record.state == 'open'")
    def send(self: Any) -> None:
        """Mail the link to the contact, else to the customer.

        Raises:
            ConflictError: It is answered or withdrawn, or mails can't be sent.
            ValidationError: There is no mail address.
        """
        if self.state != "open":
            raise ConflictError(_("%(number)s was answered already.", number=self.number))
        mail_survey(self)

    @transition("state", source=["open"], target="answered", label="Save the answer")
    def answer(self: Any) -> None:
        """Take the answer; there is one to each request.

        Raises:
            ValidationError: There is no score.
        """
        check_answer(self)

    @transition("state", source=["open"], target="withdrawn", label="Withdraw")
    def withdraw(self: Any) -> None:
        """Ask no more: the link stops working, and the request no longer counts."""


class Ticket(Model):
    """A ticket shows what the customer was asked and answered."""

    _inherit = "crm.ticket"

    surveys = fields.One2many("crm.survey", "ticket", label="Satisfaction")

    @action("Ask for satisfaction", visible="record.state in ('done', 'closed')")
    def ask_satisfaction(self: Any) -> object:
        """Make a survey for the customer of the ticket about its executor; see `services.survey`."""
        return ask_after_ticket(self)
