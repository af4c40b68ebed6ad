"""Follow-ups: what was talked about with a customer, when and by which channel (BASE-37, BASE-39)."""

import datetime

from core.api import Model, ValidationError, _, constrains, depends, fields, now

HOURS = tuple(f"{hour:02}" for hour in range(24))
LONGEST_AHEAD = datetime.timedelta(minutes=10)
"""So far a follow-up may lie ahead: clocks differ a little."""


class FollowUp(Model):
    """One contact with a customer. Its owner is who had it; customer and contact remember the last one."""

    _name = "crm.follow_up"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Follow-up"
    _order = "at desc, id desc"

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade", track=True)
    contact = fields.Many2one("crm.contact", index=True)
    at = fields.Datetime(label="Time", required=True, default=now, index=True, track=True)
    channel = fields.Lookup("follow_up_channel", required=True, index=True, help="How we were in touch.")
    kind = fields.Lookup("follow_up_kind", label="Purpose", index=True)
    content = fields.Text(required=True, track=True)
    result = fields.Text(track=True)
    next_date = fields.Date(label="Next contact", index=True, help="The customer is due for contact on this day.")
    task = fields.Many2one("crm.task", help="The task that led to it.")
    activity = fields.Many2one("crm.activity", readonly=True, help="The activity it was made from.")
    comments = fields.One2many("crm.follow_up.comment", "follow_up")
    hour = fields.Selection(
        {hour: f"{hour}:00" for hour in HOURS}, label="Hour of the day", compute="_compute_hour", store=True
    )
    summary = fields.Char(compute="_compute_summary", store=True, size=80)

    @property
    def display_name(self) -> str:
        """The beginning of what was talked about."""
        return self.summary or ""

    @depends("at")
    def _compute_hour(self) -> None:
        self.hour = f"{self.at.astimezone(self.env.timezone).hour:02}" if self.at else None

    @depends("content")
    def _compute_summary(self) -> None:
        text = " ".join((self.content or "").split())
        self.summary = text if len(text) <= 80 else f"{text[:79]}…"

    @constrains("at")
    def _check_time(self) -> None:
        if self.at > self.env.now() + LONGEST_AHEAD:
            raise ValidationError(
                _("A follow-up has taken place already."), field="at", hint=_("plan an activity for what is to come")
            )

    @constrains("customer", "contact")
    def _check_contact(self) -> None:
        if self.contact is not None and self.contact.customer is not self.customer:
            raise ValidationError(_("The contact belongs to another customer."), field="contact")

    @constrains("next_date", "at")
    def _check_next_date(self) -> None:
        if self.next_date and self.next_date < self.at.astimezone(self.env.timezone).date():
            raise ValidationError(_("The next contact comes after this one."), field="next_date")


class FollowUpComment(Model):
    """What a superior says about a follow-up; its author is told."""

    _name = "crm.follow_up.comment"
    _label = "Comment on a follow-up"
    _order = "id"
    _rec_name = "text"

    follow_up = fields.Many2one("crm.follow_up", required=True, index=True, ondelete="cascade")
    author = fields.Many2one(
        "core.user", label="Commented by", readonly=True, default=lambda env: env.user, ondelete="restrict"
    )
    text = fields.Text(label="Comment on the follow-up", required=True, track=True)
