"""What competitors are compared by: attributes that the administrator defines (COMP-06)."""

from addons.crm_competitor.services.values import KINDS
from core.api import Model, ValidationError, _, constrains, fields


class CompetitorAttribute(Model):
    """One thing that competitors, and we, are compared by, such as delivery time in days."""

    _name = "crm.competitor.attribute"
    _inherit = ["core.active"]
    _label = "Competitor attribute"
    _order = "sequence, id"
    _recycle = False

    name = fields.Char(required=True, unique=True, translate=True)
    kind = fields.Selection(
        {"score": "Score", "number": "Number", "yes_no": "Yes or no", "text": "Text"},
        label="Type",
        default="score",
        required=True,
        help="Scores go from 0 to the highest score of the settings and make the weighted total.",
    )
    unit = fields.Char(size=20, help="Such as days or %.")
    weight = fields.Decimal(
        scale=2, default=1, required=True, min=0, max=1000, help="How much a score counts in the weighted total."
    )
    better = fields.Selection(
        {"high": "A higher number", "low": "A lower number"},
        label="Better is",
        help="Which number the comparison marks as the best.",
    )
    sequence = fields.Integer(default=10)

    @constrains("kind")
    def _keep_kind(self) -> None:
        if self.id is None:
            return
        unfit = self.env["crm.competitor.value"].count([["attribute", "=", self.id], [KINDS[self.kind], "is_not_set"]])
        if unfit:
            raise ValidationError(
                _("%(name)s has %(count)s values of another type: enter a new attribute.", name=self.name, count=unfit),
                field="kind",
            )
