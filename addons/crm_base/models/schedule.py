"""Schedules: appointments of one's own or with others, with reminder and repetition (BASE-53)."""

import datetime

from addons.crm_base.services.activity import check_times
from addons.crm_base.services.schedule import repeat
from core.api import Model, ValidationError, _, constrains, depends, fields

REPEATS = {"none": "Not repeated", "day": "Every day", "week": "Every week", "month": "Every month"}


class Schedule(Model):
    """An appointment. Its owner and those invited see it; others see that the owner is busy."""

    _name = "crm.schedule"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Schedule"
    _order = "start desc, id desc"

    name = fields.Char(label="Subject", required=True, index="fuzzy", track=True)
    owner = fields.Many2one("core.user", label="For whom", required=True)
    start = fields.Datetime(required=True, index=True, track=True)
    end = fields.Datetime(index=True, track=True, help="Empty: one hour.")
    all_day = fields.Boolean(default=False)
    place = fields.Char(label="Place")
    participants = fields.Many2many("core.user", label="Invited")
    customer = fields.Many2one("crm.customer", index=True, ondelete="set null")
    notes = fields.Text()
    remind_minutes = fields.Integer(
        label="Remind … minutes before", min=0, max=40320, help="Empty: no reminder; 0: when it begins."
    )
    remind_at = fields.Datetime(compute="_compute_remind_at", store=True, index=True)
    is_reminded = fields.Boolean(label="Reminded", default=False, readonly=True, copy=False)
    repeats = fields.Selection(REPEATS, label="Repetition", default="none", required=True, copy=False)
    repeat_until = fields.Date(copy=False, help="Last day of the repetition, at most a year ahead.")
    series = fields.Many2one(
        "crm.schedule", label="Repeats", readonly=True, copy=False, index=True, ondelete="set null"
    )

    @depends("start", "remind_minutes", "is_reminded")
    def _compute_remind_at(self) -> None:
        waits = self.remind_minutes is not None and not self.is_reminded and self.start
        self.remind_at = self.start - datetime.timedelta(minutes=self.remind_minutes) if waits else None

    @constrains("start", "end")
    def _check_times(self) -> None:
        if self.end is None:
            self.end = self.start + datetime.timedelta(hours=1)
        check_times(self.start, self.end, "end")

    @constrains("repeats", "repeat_until")
    def _repeat(self) -> None:
        if self.repeats == "none" or self.series is not None:
            return
        if self.repeat_until is None:
            raise ValidationError(_("Until when is it repeated?"), field="repeat_until")
        repeat(self)
