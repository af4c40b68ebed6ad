"""Leads: somebody who may become a customer (SALE-01)."""

from typing import Any

from addons.crm_sales.services.convert_lead import convert_lead
from addons.crm_sales.services.usual_date import usual_date
from core.api import (
    Model,
    ValidationError,
    _,
    constrains,
    depends,
    fields,
    today,
    transition,
)


class Lead(Model):
    """A person or company that showed interest, until it is converted into customer, contact and opportunity, or dropped.

    The fields below "Conversion" say what converting makes; they are filled in beforehand, so that a conversion may wait for approval.
    """

    _name = "crm.lead"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Lead"
    _order = "date desc, id desc"

    number = fields.Sequence("crm.lead", label="Lead number")
    name = fields.Char(
        label="Subject", required=True, index="fuzzy", help="What it is about, such as: printers for a new branch."
    )
    state = fields.Selection(
        {"new": "New", "working": "Being followed up", "converted": "Converted", "dropped": "Dropped"},
        default="new",
        readonly=True,
        copy=False,
        index=True,
    )
    date = fields.Date(label="Received on", default=today, required=True, index=True)
    company_name = fields.Char(label="Company name", index="fuzzy")
    contact_name = fields.Char(label="Contact person", index="fuzzy")
    post = fields.Char()
    phone = fields.Char(index="substring")
    mobile = fields.Char(index="substring")
    mail = fields.Char(label="E-mail", index="substring")
    address = fields.Text()
    region = fields.Lookup("region", index=True)
    industry = fields.Lookup("industry", index=True)
    source = fields.Lookup("customer_source", label="Source", index=True)
    campaign = fields.Char(index=True, help="What brought it, such as a fair.")
    notes = fields.Text()
    dropped_reason = fields.Lookup("lead_dropped_reason", label="Why dropped", copy=False)
    next_date = fields.Date(label="Next contact", index=True, copy=False)

    customer = fields.Many2one(
        "crm.customer", index=True, ondelete="restrict", copy=False, help="Empty: converting makes a new customer."
    )
    contact = fields.Many2one(
        "crm.contact", index=True, ondelete="set null", copy=False, help="Empty: converting makes a contact."
    )
    wants_opportunity = fields.Boolean(label="With opportunity", default=True)
    amount = fields.Money(label="Expected amount", default=0, required=True, min=0)
    expected_on = fields.Date(label="Expected on", default=usual_date)
    is_new_customer = fields.Boolean(
        label="New customer all the same",
        default=False,
        copy=False,
        help="Converting makes a new customer although similar ones exist.",
    )

    opportunity = fields.Many2one("crm.opportunity", readonly=True, index=True, ondelete="set null", copy=False)
    converted_on = fields.Date(readonly=True, copy=False, index=True)
    days_to_convert = fields.Integer(compute="_compute_days_to_convert", store=True)

    @depends("converted_on", "date")
    def _compute_days_to_convert(self) -> None:
        self.days_to_convert = None if self.converted_on is None else (self.converted_on - self.date).days

    @property
    def party(self) -> str | None:
        """What the customer will be called: the company, else the person."""
        return self.company_name or self.contact_name

    @constrains("contact", "customer")
    def _check_contact(self) -> None:
        if self.contact is not None and self.contact.customer != self.customer:
            raise ValidationError(
                _("%(contact)s is no contact of the customer chosen.", contact=self.contact.display_name),
                field="contact",
            )

    @transition("state", source=["new", "dropped"], target="working", label="Take up")
    def take_up(self) -> None:
        """Begin to work on it, or again on one that was dropped."""
        self.dropped_reason = None

    @transition("state", source=["new", "working"], target="dropped", label="Drop")
    def drop(self) -> None:
        """Give it up; the reason must be known."""
        if self.dropped_reason is None:
            raise ValidationError(_("Say first why the lead is dropped."), field="dropped_reason")

    @transition("state", source=["new", "working"], target="converted", label="Convert")
    def convert(self) -> Any:
        """Make customer, contact and opportunity of it, in one transaction; see `services.convert_lead`."""
        return convert_lead(self)
