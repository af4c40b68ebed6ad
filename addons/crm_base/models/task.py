"""Tasks: given to oneself or others, submitted, accepted or sent back (BASE-54 to 56)."""

from addons.crm_base.services.task import check_giver, check_own, give_out, on_finished
from core.api import Model, ValidationError, _, constrains, fields, transition

OPEN = ("open", "in_progress", "submitted")


class Task(Model):
    """Something one person is to do. Its owner carries it out; the giver, if another, accepts the result."""

    _name = "crm.task"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Task"
    _order = "due, priority desc, id"

    name = fields.Char(label="Subject", required=True, index="fuzzy", track=True)
    owner = fields.Many2one("core.user", label="Carried out by", required=True)
    giver = fields.Many2one(
        "core.user",
        label="Assigned by",
        default=lambda env: None if env.uid == 1 else env.user,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    due = fields.Date(label="Due date", index=True, track=True)
    priority = fields.Selection({"1": "Low", "2": "Normal", "3": "High", "4": "Urgent"}, default="2", required=True)
    customer = fields.Many2one("crm.customer", index=True, ondelete="cascade")
    about = fields.Reference(help="The record that it is about.")
    description = fields.Text()
    progress = fields.Integer(default=0, min=0, max=100, help="In percent.")
    state = fields.Selection(
        {
            "open": "To do",
            "in_progress": "In progress",
            "submitted": "Submitted",
            "done": "Done",
            "cancelled": "Cancelled",
        },
        default="open",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        track=True,
    )
    result = fields.Text(copy=False, track=True)
    remark = fields.Text(label="Remark of the giver", copy=False, track=True, help="What is to be mended.")
    returns = fields.Integer(label="Times sent back", default=0, readonly=True, copy=False)
    submitted_at = fields.Datetime(readonly=True, copy=False)
    done_at = fields.Datetime(label="Done on", readonly=True, copy=False, index=True)
    assignment = fields.Many2one("crm.task.assignment", readonly=True, copy=False, index=True, ondelete="set null")
    activities = fields.One2many("crm.activity", "task")

    @transition("state", source=["open"], target="in_progress", label="Begin")
    def begin(self) -> None:
        """Take it up."""

    @transition(
        "state",
        source=["open", "in_progress"],
        target="submitted",
        label="Submit",
        visible="record.giver and record.giver != record.owner",
    )
    def submit(self, result: str | None = None) -> None:
        """Hand in the result; the giver is told.

        Args:
            result: What was done; None takes what the record says.

        Raises:
            ValidationError: There is no result, or nobody who could accept it.
        """
        if result is not None:
            self.result = result
        if self.giver is None or self.giver is self.owner:
            raise ValidationError(_("One's own task is completed, not submitted."))
        if not (self.result or "").strip():
            raise ValidationError(_("What was done? Enter the result first."), field="result")
        self.update(submitted_at=self.env.now(), progress=100, remark=None)

    @transition("state", source=["submitted"], target="done", label="Accept")
    def accept(self) -> None:
        """Accept the result.

        Raises:
            AccessDenied: The user neither gave the task nor stands above who carries it out.
        """
        check_giver(self)
        self.update(done_at=self.env.now())

    @transition("state", source=["submitted"], target="in_progress", label="Send back")
    def send_back(self, remark: str | None = None) -> None:
        """Have it mended; who carries it out is told, and the times are counted.

        Args:
            remark: What is to be mended; None takes what the record says.

        Raises:
            AccessDenied: As for `accept`.
            ValidationError: There is no remark.
        """
        check_giver(self)
        if remark is not None:
            self.remark = remark
        if not (self.remark or "").strip():
            raise ValidationError(_("What is to be mended? Enter a remark first."), field="remark")
        self.returns += 1

    @transition(
        "state",
        source=["open", "in_progress"],
        target="done",
        label="Complete",
        visible="not record.giver or record.giver == record.owner",
    )
    def complete(self) -> None:
        """Complete a task of one's own, or of the system.

        Raises:
            ValidationError: Somebody else gave it: then its result is submitted.
        """
        check_own(self)
        self.update(done_at=self.env.now(), progress=100)
        on_finished(self)

    @transition("state", source=["open", "in_progress", "submitted"], target="cancelled", label="Cancel")
    def cancel(self) -> None:
        """Call it off; who carries it out can't, if somebody else gave it."""
        if self.giver is not None:
            check_giver(self)
        on_finished(self)

    @transition("state", source=["cancelled", "done"], target="open", label="Open again")
    def reopen(self) -> None:
        """Take it up again."""
        if self.giver is not None:
            check_giver(self)
        self.update(done_at=None)


class TaskAssignment(Model):
    """A task given to several people at once; each has a copy with a state of its own, the giver sees them all (BASE-55)."""

    _name = "crm.task.assignment"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Task for several people"
    _order = "id desc"

    name = fields.Char(label="Subject", required=True)
    owner = fields.Many2one("core.user", label="Assigned by", required=True)
    executors = fields.Many2many("core.user", label="Carried out by", required=True)
    due = fields.Date(label="Due date")
    priority = fields.Selection({"1": "Low", "2": "Normal", "3": "High", "4": "Urgent"}, default="2", required=True)
    customer = fields.Many2one("crm.customer", ondelete="cascade")
    description = fields.Text()
    tasks = fields.One2many("crm.task", "assignment", label="Tasks given")

    @constrains("executors")
    def _give_out(self) -> None:
        if not self.executors:
            raise ValidationError(_("Who shall carry it out?"), field="executors")
        give_out(self)
