"""Opportunities: deals that may come, from the first contact until they are won or lost (SALE-05)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from addons.crm_sales.models.stage import first_stage
from addons.crm_sales.services.opportunity_moves import check_arrival
from addons.crm_sales.services.usual_date import usual_date
from core.api import (
    Environment,
    Model,
    ValidationError,
    _,
    constrains,
    depends,
    fields,
    formats,
    formatter_for,
    get_parameter,
    today,
    transition,
)


def own_team(env: Environment) -> Any:
    """Return the main team of who acts, or None."""
    return None if env.is_elevated else env.user.main_team


class Opportunity(Model):
    """A deal that may come. Amounts are in the company's currency.

    Where it stands is its stage (see `crm.sales.stage`); each move is kept as `crm.opportunity.move`. What becomes of it is its state.
    """

    _name = "crm.opportunity"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Opportunity"
    _order = "date, id"

    number = fields.Sequence("crm.opportunity", label="Opportunity number")
    name = fields.Char(required=True, index="fuzzy", track=True)
    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="restrict", track=True)
    contacts = fields.Many2many("crm.contact")
    state = fields.Selection(
        {"open": "Under way", "won": "Won", "lost": "Lost"}, default="open", readonly=True, copy=False, index=True
    )
    stage = fields.Many2one(
        "crm.sales.stage", required=True, default=first_stage, index=True, ondelete="restrict", track=True
    )
    process = fields.Many2one("crm.sales.process", related="stage.process", store=True, index=True)
    amount = fields.Money(label="Expected amount", default=0, required=True, min=0, track=True)
    date = fields.Date(label="Expected on", default=usual_date, required=True, index=True, track=True)
    probability = fields.Integer(label="Probability %", compute="_compute_probability", store=True)
    weighted = fields.Money(label="Expected sales", compute="_compute_weighted", store=True)
    category = fields.Selection(
        {
            "left_out": "Left out",
            "pipeline": "Pipeline",
            "best": "Best case",
            "expected": "Expected",
            "closed": "Closed",
        },
        label="Forecast",
        index=True,
        track=True,
        copy=False,
        help="Empty: the stage proposes it. Closed is what is won.",
    )
    team = fields.Many2one("core.team", default=own_team, index=True, ondelete="set null")
    source = fields.Lookup("customer_source", label="Source")
    campaign = fields.Char(help="What brought the customer here, such as a fair.")
    lead = fields.Many2one("crm.lead", readonly=True, copy=False, index=True, ondelete="set null")
    opened_on = fields.Date(default=today, required=True, index=True, copy=False)
    closed_on = fields.Date(readonly=True, copy=False, index=True)
    won_reason = fields.Lookup("opportunity_won_reason", label="Why won")
    lost_reason = fields.Lookup("opportunity_lost_reason", label="Why lost", copy=False)
    result_note = fields.Text(label="About the result", copy=False)
    next_step = fields.Char(label="Next step", size=80)
    next_date = fields.Date(label="Next step on", index=True)
    next_text = fields.Char(label="What comes next", compute="_compute_next_text")
    needs = fields.One2many("crm.opportunity.need", "opportunity", label="Customer needs", copy=True)
    moves = fields.One2many("crm.opportunity.move", "opportunity", label="Stage history")
    notes = fields.Text()

    stage_since = fields.Date(label="In this stage since", readonly=True, copy=False, index=True)
    stage_age = fields.Char(label="Time in this stage", compute="_compute_stage_age")
    furthest = fields.Many2one(
        "crm.sales.stage",
        label="Furthest stage",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        help="The last stage in order that it ever reached; conversion rates are made of it.",
    )
    touched_on = fields.Date(label="Last worked on", readonly=True, copy=False, index=True)
    touch_by = fields.Date(label="To be worked on by", compute="_compute_touch_by", store=True, index=True)

    @depends("state", "stage.probability")
    def _compute_probability(self) -> None:
        fixed = {"won": 100, "lost": 0}
        self.probability = fixed.get(self.state, self.stage.probability if self.stage else 0)

    @depends("amount", "probability")
    def _compute_weighted(self) -> None:
        self.weighted = (self.amount or Decimal(0)) * (self.probability or 0) / 100

    @depends("touched_on", "state")
    def _compute_touch_by(self) -> None:
        if self.touched_on is None or self.state != "open":
            self.touch_by = None
        else:
            self.touch_by = self.touched_on + dt.timedelta(days=get_parameter(self.env, "crm_sales.untouched_days"))

    @depends("stage_since", "state")
    def _compute_stage_age(self) -> None:
        if self.stage_since is None or self.state != "open":
            self.stage_age = None
        else:
            days = (self.env.today() - self.stage_since).days
            self.stage_age = formatter_for(self.env).text(_("%(count)s days in this stage", count=days))

    @depends("next_step", "next_date", "state")
    def _compute_next_text(self) -> None:
        if self.state != "open":
            self.next_text = None
            return
        text, today = formatter_for(self.env).text, self.env.today()
        if self.next_date is not None and self.next_date < today:
            day = text(_("%(count)s days late", count=(today - self.next_date).days))
        else:
            day = formats.date(self.next_date, self.env.lang, "short", today=today) if self.next_date else ""
        self.next_text = " · ".join(part for part in (day, self.next_step) if part) or text(_("No next step"))

    @constrains("category")
    def _check_category(self) -> None:
        if self.category is not None and (self.category == "closed") is not (self.state == "won"):
            raise ValidationError(
                _("A won opportunity is closed, and no other is: choose another forecast."), field="category"
            )

    @constrains("contacts", "customer")
    def _check_contacts(self) -> None:
        for contact in self.contacts:
            if contact.customer != self.customer:
                raise ValidationError(
                    _(
                        "%(contact)s is no contact of %(customer)s.",
                        contact=contact.display_name,
                        customer=self.customer.display_name,
                    ),
                    field="contacts",
                )

    @constrains("stage")
    def _check_stage(self) -> None:
        check_arrival(self)

    @transition("state", source=["open"], target="won", label="Won")
    def win(self) -> None:
        """The customer decided for us: the amount counts as closed today (D12)."""
        self._close()

    @transition("state", source=["open"], target="lost", label="Lost")
    def lose(self) -> None:
        """The customer decided otherwise; the reason must be known."""
        if self.lost_reason is None:
            raise ValidationError(_("Say first why the opportunity was lost."), field="lost_reason")
        self._close()

    @transition("state", source=["won", "lost"], target="open", label="Reopen")
    def reopen(self) -> None:
        """Take the result back; the opportunity stands in the stage where it was, with the forecast that stage proposes."""
        with self.env.system_changes():
            self.closed_on = None

    def _close(self) -> None:
        with self.env.system_changes():
            self.closed_on = self.env.today()
