"""Approval flows: which change of state of which object must be approved, when, and by whom (APPR-01, APPR-02)."""

from addons.crm_approval.services import checking, subjects
from core.api import Model, constrains, fields


class ApprovalFlow(Model):
    """An object's change of state that waits for approval; inactive: nobody is asked.

    Of several that apply the first by sequence counts, and all those that are asked in addition: their levels come after its own.
    """

    _name = "crm.approval.flow"
    _label = "Approval flow"
    _order = "sequence, name, id"
    _recycle = False

    name = fields.Char(required=True, translate=True, track=True)
    active = fields.Boolean(default=True, track=True, help="Off: the change of state takes effect at once.")
    sequence = fields.Integer(default=10, track=True)
    additional = fields.Boolean(
        label="In addition to others",
        track=True,
        help="Its levels are asked also where an earlier flow applies, after those of that flow. Off: of such flows only the first by sequence counts.",
    )
    model = fields.Char(label="Object", required=True, index=True, track=True)
    transition = fields.Char(label="Change of state", required=True, track=True)
    subject = fields.Char(label="What is approved", compute="_compute_subject")
    condition = fields.Json(
        label="Start condition",
        conditions_of="model",
        track=True,
        help="Only records for which it holds; empty: every one.",
    )
    amount_field = fields.Char(
        label="Amount",
        track=True,
        help="Field whose value the approver sees beside the number; empty: the first amount.",
    )
    watched = fields.Char(
        label="Asks again when changed",
        track=True,
        help="Fields, separated by commas, whose change after approval asks for a new one; empty: amounts and quantities of the record and its lines.",
    )
    edition = fields.Integer(
        label="Version",
        default=1,
        readonly=True,
        copy=False,
        help="Grows with each change; running requests keep theirs.",
    )
    steps = fields.One2many("crm.approval.step", "flow", label="Levels", copy=True)
    problem = fields.Text(compute="_compute_problem", help="Why the flow can't be used at present; empty: it can.")

    def _compute_subject(self) -> None:
        self.subject = subjects.label_of(self.env, self.model, self.transition)

    def _compute_problem(self) -> None:
        self.problem = checking.problem_of(self)

    @constrains("model", "transition", "condition", "amount_field", "watched")
    def _check_flow(self) -> None:
        checking.check_flow(self)


class ApprovalStep(Model):
    """One level of a flow: by which rule its approvers are found, and how many of them must agree."""

    _name = "crm.approval.step"
    _label = "Approval level"
    _order = "sequence, id"
    _recycle = False

    flow = fields.Many2one("crm.approval.flow", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10, required=True)
    name = fields.Char(label="Level", help="Empty: named by its rule.")
    rule = fields.Selection(
        {
            "superior": "Superior of the submitter",
            "department_head": "Head of the department",
            "position": "Holder of a position",
            "role": "Members of a role",
            "team_leader": "Leader of the team",
            "users": "Named people",
        },
        label="Approver",
        required=True,
        default="superior",
    )
    levels = fields.Integer(label="Levels up", default=1, min=1, max=20, help="For the superior: 1 is the direct one.")
    position = fields.Many2one("core.position", ondelete="restrict")
    role = fields.Many2one("core.group", ondelete="restrict")
    users = fields.Many2many("core.user", label="Named people")
    mode = fields.Selection(
        {"any": "One of them", "all": "All of them", "some": "So many of them"},
        label="Who must agree",
        required=True,
        default="any",
    )
    quorum = fields.Integer(label="How many", default=2, min=1, max=1000, help="For “so many of them”.")
    condition = fields.Json(
        conditions_of="flow.model", help="Only records for which it holds pass this level; others skip it, marked so."
    )

    @constrains("rule", "position", "role", "users", "condition", "flow", "levels")
    def _check_step(self) -> None:
        checking.check_step(self)
