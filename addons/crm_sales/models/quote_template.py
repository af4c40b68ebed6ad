"""Templates of quotes: lines and terms that are offered again and again (SALE-25)."""

from addons.crm_sales.services.make_quote import fill_from_template
from core.api import Model, action, fields


class QuoteTemplate(Model):
    """A named set of lines and terms that a quote begins with."""

    _name = "crm.quote.template"
    _inherit = ["core.active"]
    _label = "Quote template"
    _order = "sequence, name, id"

    name = fields.Char(required=True, index="fuzzy")
    sequence = fields.Integer(default=10)
    terms = fields.Text()
    lines = fields.One2many("crm.quote.template.line", "template", copy=True)


class QuoteTemplateLine(Model):
    """One line of a template. A price that is left empty is found anew for each customer."""

    _name = "crm.quote.template.line"
    _label = "Template line"
    _order = "sequence, id"

    template = fields.Many2one("crm.quote.template", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    product = fields.Many2one("crm.product", index=True, ondelete="cascade")
    unit = fields.Many2one(
        "crm.product.unit", label="Sales unit", ondelete="cascade", help="Empty: the base unit of the product."
    )
    name = fields.Char(label="Description", help="Empty: the name of the product.")
    quantity = fields.Decimal(default=1, required=True, min=0)
    price = fields.Money(label="Unit price", min=0, help="Empty: the suggested price.")
    discount = fields.Decimal(label="Discount %", scale=2, precision=5, min=0, max=100, default=0)


class Quote(Model):
    """A quote may begin with a template."""

    _inherit = "crm.quote"

    template = fields.Many2one("crm.quote.template", ondelete="set null", copy=False)

    @action("Take lines of the template", visible="record.state == 'draft' and record.template")
    def fill_from_template(self) -> None:
        """Add the lines and terms of the template; see `services.make_quote`."""
        fill_from_template(self)
