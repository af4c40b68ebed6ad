"""Requests for approval and the tasks of those who decide (APPR-06, APPR-09)."""

from addons.crm_approval.services import deciding, subjects
from core.api import Model, action, fields

EVERYBODY = ["base.user"]
"""Who may decide is no question of roles: `deciding` asks who was asked."""


class ApprovalRequest(Model):
    """One change of state of one record that was submitted: where it stands, and by which edition of the flow it runs."""

    _name = "crm.approval.request"
    _label = "Approval"
    _order = "id desc"
    _rec_name = "title"
    _recycle = False

    flow = fields.Many2one("crm.approval.flow", ondelete="restrict", index=True, readonly=True)
    edition = fields.Integer(label="Version of the flow", readonly=True)
    model = fields.Char(label="Object", required=True, readonly=True)
    record_id = fields.Integer(label="Record number", required=True, readonly=True, index=True)
    transition = fields.Char(label="Change of state", required=True, readonly=True)
    kind = fields.Char(label="Kind", compute="_compute_kind")
    title = fields.Char(label="Record", readonly=True, help="What the record was called when it was submitted.")
    amount = fields.Money(readonly=True)
    submitter = fields.Many2one("core.user", required=True, ondelete="restrict", index=True, readonly=True)
    submitted_at = fields.Datetime(label="Submitted at", required=True, readonly=True, index=True)
    decided_at = fields.Datetime(label="Ended at", readonly=True)
    state = fields.Selection(
        {
            "running": "In approval",
            "approved": "Approved",
            "refused": "Rejected",
            "returned": "Sent back",
            "withdrawn": "Withdrawn",
        },
        required=True,
        default="running",
        readonly=True,
        index=True,
        track=True,
    )
    origin = fields.Char(label="State before", readonly=True)
    again = fields.Boolean(
        label="Approved before",
        default=False,
        readonly=True,
        help="Asked anew, since figures were changed after approval.",
    )
    plan = fields.Json(
        label="Planned levels",
        readonly=True,
        groups=["base.nobody"],
        help="The levels as they were when it was submitted.",
    )
    level = fields.Integer(default=0, readonly=True, help="The level that decides at present, from 1.")
    need = fields.Integer(label="Approvals needed", default=0, readonly=True)
    turns = fields.Integer(default=0, readonly=True, groups=["base.nobody"])
    """Counts decisions: two at once can't both be the first, since both would write the same version of the row."""
    open_key = fields.Char(unique=True, readonly=True, copy=False, groups=["base.nobody"])
    """Model and id of the record while the request runs: a record is in approval once."""
    tasks = fields.One2many("crm.approval.task", "request", label="Levels")

    def _compute_kind(self) -> None:
        self.kind = subjects.label_of(self.env, self.model, self.transition)

    @action("Withdraw", groups=EVERYBODY, visible="record.state == 'running'")
    def withdraw(self) -> None:
        """Take it back; see `deciding.withdraw`."""
        deciding.withdraw(self.env, self.id)


class ApprovalTask(Model):
    """What one approver is asked at one level, or that the level was skipped."""

    _name = "crm.approval.task"
    _label = "Approval task"
    _order = "request desc, id"
    _recycle = False

    request = fields.Many2one("crm.approval.request", required=True, ondelete="cascade", index=True, readonly=True)
    level = fields.Integer(required=True, readonly=True)
    step = fields.Char(label="Level name", readonly=True)
    approver = fields.Many2one("core.user", ondelete="restrict", index=True, readonly=True)
    deputy = fields.Many2one("core.user", label="Substitute", ondelete="set null", index=True, readonly=True)
    state = fields.Selection(
        {
            "waiting": "Waits",
            "approved": "Approved",
            "refused": "Rejected",
            "returned": "Sent back",
            "passed": "Passed on",
            "skipped": "Skipped",
            "same": "Approved on an earlier level",
            "closed": "No longer needed",
        },
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    decided_by = fields.Many2one("core.user", ondelete="restrict", readonly=True)
    remark = fields.Text(readonly=True)
    started_at = fields.Datetime(label="Running since", required=True, readonly=True, index=True)
    decided_at = fields.Datetime(label="Decided", readonly=True)

    @property
    def display_name(self) -> str:
        """The record that is decided on."""
        return str(self.request.title if self.request is not None else self.__dict__.get("id"))

    @action("Approve", groups=EVERYBODY, visible="record.state == 'waiting'")
    def approve(self, remark: str | None = None) -> None:
        """Approve; see `deciding.decide`."""
        deciding.decide(self.env, self.id, "approve", remark)

    @action("Reject", groups=EVERYBODY, visible="record.state == 'waiting'")
    def refuse(self, remark: str | None = None) -> None:
        """Refuse; see `deciding.decide`."""
        deciding.decide(self.env, self.id, "refuse", remark)

    @action("Send back", groups=EVERYBODY, visible="record.state == 'waiting'")
    def send_back(self, remark: str | None = None) -> None:
        """Give the record back to its submitter; see `deciding.decide`."""
        deciding.decide(self.env, self.id, "return", remark)
