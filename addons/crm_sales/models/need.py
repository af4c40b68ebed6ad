"""What a customer needs, item by item (SALE-06)."""

from core.api import Model, ValidationError, _, constrains, fields


class OpportunityNeed(Model):
    """One need of the customer in an opportunity: a text, a product, or both."""

    _name = "crm.opportunity.need"
    _label = "Need"
    _order = "sequence, id"

    opportunity = fields.Many2one("crm.opportunity", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(label="Need")
    product = fields.Many2one("crm.product", index=True, ondelete="restrict")
    priority = fields.Selection({"must": "Must", "should": "Should", "may": "May"}, default="should", required=True)
    is_met = fields.Boolean(label="Met by our offer", default=False)

    @constrains("name", "product")
    def _check_named(self) -> None:
        if not self.name and self.product is None:
            raise ValidationError(_("A need has a text or a product."), field="name")
