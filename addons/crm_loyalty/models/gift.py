"""The gift list: what points are exchanged for (LOY-10)."""

from core.api import Model, ValidationError, _, constrains, fields


class Gift(Model):
    """A product that customers get for points, in a period, so many times."""

    _name = "crm.gift"
    _inherit = ["core.active"]
    _label = "Gift"
    _order = "points, id"
    _rec_name = "name"

    product = fields.Many2one("crm.product", required=True, index=True, ondelete="restrict")
    unit = fields.Many2one(
        "crm.product.unit", label="Unit of measure", index=True, ondelete="restrict", help="Empty: the base unit."
    )
    name = fields.Char(related="product.name", label="Name", store=True, index="fuzzy")
    points = fields.Integer(label="Points needed", required=True, min=1, track=True)
    start_date = fields.Date(label="Offered from", help="Empty: from always.")
    end_date = fields.Date(label="Offered until", index=True, help="That day included. Empty: without end.")
    limit = fields.Integer(label="Most per customer", min=1, help="Empty: without limit.")
    notes = fields.Text()
    redemptions = fields.One2many("crm.redemption", "gift")

    @constrains("start_date", "end_date")
    def _check_period(self) -> None:
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValidationError(_("The period ends before it begins."), field="end_date")

    @constrains("product", "unit")
    def _check_unit(self) -> None:
        if self.unit and self.unit.product != self.product:
            raise ValidationError(
                _("%(unit)s is no unit of %(product)s.", unit=self.unit.name, product=self.product.name), field="unit"
            )
