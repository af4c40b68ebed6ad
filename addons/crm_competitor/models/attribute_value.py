"""Values of attributes, of competitors and of ourselves, by day (COMP-06)."""

from addons.crm_competitor.services.values import KINDS, shown_value
from core.api import Model, ValidationError, _, constrains, depends, fields, formats, get_parameter, today


class CompetitorValue(Model):
    """What an attribute of a competitor was found to be on a day; without a competitor, our own. The latest one counts."""

    _name = "crm.competitor.value"
    _label = "Attribute value"
    _order = "date desc, id desc"
    _rec_name = "shown"

    competitor = fields.Many2one("crm.competitor", index=True, ondelete="cascade", help="Empty: ourselves.")
    attribute = fields.Many2one("crm.competitor.attribute", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(related="attribute.kind", store=True, label="Type")
    date = fields.Date(default=today, required=True, index=True)
    number = fields.Decimal(label="Number or score")
    yes = fields.Selection({"yes": "Yes", "no": "No"}, label="Yes or no")
    text = fields.Char()
    shown = fields.Char(compute="_compute_shown", label="Value")
    notes = fields.Char(help="How it was found out.")

    @depends("attribute.kind", "attribute.unit", "number", "yes", "text")
    def _compute_shown(self) -> None:
        attribute = self.attribute
        if attribute is None:
            self.shown = ""
        else:
            self.shown = shown_value(self.env, attribute.kind, attribute.unit, getattr(self, KINDS[attribute.kind]))

    @constrains("attribute", "number", "yes", "text")
    def _check_value(self) -> None:
        needed = KINDS[self.attribute.kind]
        if getattr(self, needed) in (None, ""):
            raise ValidationError(_("Enter a value for %(attribute)s.", attribute=self.attribute.name), field=needed)
        highest = get_parameter(self.env, "crm_competitor.highest_score")
        if self.attribute.kind == "score" and self.number is not None and not 0 <= self.number <= highest:
            raise ValidationError(
                _(
                    "A score lies between 0 and %(highest)s: %(number)s does not.",
                    highest=highest,
                    number=formats.number(self.number.normalize(), self.env.lang),
                ),
                field="number",
            )
