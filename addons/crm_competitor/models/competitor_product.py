"""What a competitor sells, set against what we sell (COMP-09)."""

from addons.crm_base.api import percent
from core.api import Model, depends, fields


class CompetitorProduct(Model):
    """A product of a competitor. Prices are per base unit of our own product, in the company's currency."""

    _name = "crm.competitor.product"
    _label = "Product of a competitor"
    _order = "name, id"

    competitor = fields.Many2one("crm.competitor", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, index="fuzzy", track=True)
    model_number = fields.Char(label="Model")
    price = fields.Money(label="Their price", min=0, track=True, help="Empty: not known.")
    features = fields.Text(help="What it can do.")
    our_product = fields.Many2one("crm.product", label="Our product", index=True, ondelete="set null")
    our_price = fields.Money(related="our_product.price", label="Our list price")
    difference = fields.Money(
        label="Price difference",
        compute="_compute_difference",
        help="Their price less ours; below zero they are cheaper.",
    )
    difference_percent = fields.Decimal(
        label="Difference %", scale=2, compute="_compute_difference", help="The difference as percent of our price."
    )
    advantages = fields.Text(label="Where ours is better")
    drawbacks = fields.Text(label="Where theirs is better")

    @depends("price", "our_product.price")
    def _compute_difference(self) -> None:
        ours = self.our_product.price if self.our_product is not None else None
        if self.price is None or ours is None:
            self.difference = self.difference_percent = None
            return
        difference = self.price - ours
        self.difference, self.difference_percent = difference, percent(difference, ours)
