"""Stages of a sales process: how far an opportunity is (SALE-08)."""

from core.api import Environment, Model, ValidationError, _, constrains, fields


class SalesStage(Model):
    """One step of a sales process, with its probability, what must be known in it, and where it may lead."""

    _name = "crm.sales.stage"
    _inherit = ["core.active"]
    _label = "Stage"
    _order = "process_sequence, sequence, id"
    _recycle = False

    process = fields.Many2one("crm.sales.process", required=True, index=True, ondelete="restrict")
    process_sequence = fields.Integer(related="process.sequence", store=True, index=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, index=True)
    probability = fields.Integer(
        label="Probability %",
        default=0,
        required=True,
        min=0,
        max=100,
        help="How many of 100 such opportunities are won.",
    )
    category = fields.Selection(
        {
            "left_out": "Left out",
            "pipeline": "Pipeline",
            "best": "Best case",
            "expected": "Expected",
        },
        label="Proposed forecast",
        default="pipeline",
        help="Forecast category proposed in this stage.",
    )
    required_items = fields.Char(
        help="Fields that must be filled in before an opportunity comes here, with commas, such as amount, contacts."
    )
    moves_to = fields.Many2many(
        "crm.sales.stage",
        label="Leads to",
        table="crm_sales_stage_moves",
        help="Stages to which an opportunity may move from here; empty: any of the process.",
    )

    @property
    def needed(self) -> list[str]:
        """Names of the fields that must be filled in."""
        return [name.strip() for name in (self.required_items or "").split(",") if name.strip()]

    @constrains("required_items")
    def _check_required_items(self) -> None:
        known = self.env.registry["crm.opportunity"].fields
        for name in self.needed:
            if name not in known:
                raise ValidationError(_('Opportunities have no field "%(name)s".', name=name), field="required_items")


def first_stage(env: Environment) -> int | None:
    """Return the id of the stage in which new opportunities begin: the first of the first process; None before there is any."""
    rows = env["crm.sales.stage"].read(
        [["active", "=", True], ["process.active", "=", True]], ["id"], "process_sequence, sequence, id", limit=1
    )
    return rows[0]["id"] if rows else None
