"""Activities: visits, calls, meetings … that are planned, carried out and become follow-ups (BASE-42 to 44)."""

import datetime

from addons.crm_base.services.activity import check_times, complete_activity
from core.api import Model, ValidationError, _, constrains, fields, transition


class ActivityKind(Model):
    """A kind of activity, such as a visit; the list is the administrator's."""

    _name = "crm.activity.kind"
    _inherit = ["core.active"]
    _label = "Kind of activity"
    _order = "sequence, name, id"

    code = fields.Char(required=True, unique=True, copy=False)
    name = fields.Char(required=True, translate=True)
    channel = fields.Lookup("follow_up_channel", required=True, help="Channel of the follow-up that it becomes.")
    minutes = fields.Integer(label="Usual length", required=True, default=60, min=5, max=1440, help="In minutes.")
    needs_approval = fields.Boolean(label="Needs release", default=False, help="Is released before it is carried out.")
    sequence = fields.Integer(default=10)


class Activity(Model):
    """Something planned or done with or for a customer. Its owner carries it out."""

    _name = "crm.activity"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Activity"
    _order = "start desc, id desc"

    name = fields.Char(label="Subject", required=True, index="fuzzy", track=True)
    kind = fields.Many2one("crm.activity.kind", required=True, ondelete="restrict", index=True)
    customer = fields.Many2one("crm.customer", index=True, ondelete="cascade", track=True)
    contact = fields.Many2one("crm.contact", index=True)
    task = fields.Many2one("crm.task", index=True)
    about = fields.Reference(help="The record that it is for.")
    start = fields.Datetime(required=True, index=True, track=True)
    end = fields.Datetime(index=True, track=True, help="Empty: as long as usual for its kind.")
    place = fields.Char(label="Place")
    participants = fields.Many2many("core.user", help="Colleagues who take part and see it.")
    cost = fields.Money(label="Expected cost", min=0)
    description = fields.Text()
    state = fields.Selection(
        {
            "planned": "Scheduled",
            "in_approval": "In approval",
            "approved": "Approved",
            "done": "Done",
            "cancelled": "Cancelled",
        },
        only_with={"in_approval": "crm_approval"},
        default="planned",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        track=True,
    )
    result = fields.Text(copy=False, track=True)
    real_start = fields.Datetime(label="Really began", copy=False)
    real_end = fields.Datetime(label="Really ended", copy=False)
    follow_up = fields.Many2one("crm.follow_up", readonly=True, copy=False)
    previous = fields.Many2one("crm.activity", label="Follows", readonly=True, copy=False, index=True)

    @constrains("start", "end")
    def _check_plan(self) -> None:
        if self.end is None and self.start is not None:
            self.end = self.start + datetime.timedelta(minutes=self.kind.minutes)
        check_times(self.start, self.end, "end")

    @constrains("real_start", "real_end")
    def _check_real_times(self) -> None:
        check_times(self.real_start, self.real_end, "real_end")

    @constrains("customer", "contact")
    def _check_contact(self) -> None:
        if self.contact is not None and self.contact.customer is not self.customer:
            raise ValidationError(_("The contact belongs to another customer."), field="contact")

    @transition("state", source=["planned"], target="approved", label="Release", visible="record.kind.needs_approval")
    def submit(self) -> None:
        """Release an activity whose kind needs it; with crm_approval a flow may hold it here (BASE-43)."""
        if not self.kind.needs_approval:
            raise ValidationError(_("Activities of this kind need no release."))

    @transition("state", source=["planned", "approved"], target="done", label="Complete")
    def complete(
        self,
        result: str | None = None,
        real_start: datetime.datetime | None = None,
        real_end: datetime.datetime | None = None,
    ) -> None:
        """Note what came of it; with a customer it becomes a follow-up, which is the last contact (BASE-44).

        Args:
            result: What came of it; None takes what the record says.
            real_start: When it really began; None: what the record says, else as planned, or now where that lies ahead.
            real_end: When it really ended; None likewise.

        Raises:
            ValidationError: There is no result, it lies ahead, or its kind needs a release that it does not have.
        """
        complete_activity(self, result, real_start, real_end)

    @transition("state", source=["planned", "approved"], target="cancelled", label="Cancel")
    def cancel(self) -> None:
        """Call it off."""

    @transition("state", source=["cancelled"], target="planned", label="Plan again")
    def plan_again(self) -> None:
        """Take a cancelled activity up again."""
