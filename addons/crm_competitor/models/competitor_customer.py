"""Who buys from a competitor (COMP-07)."""

from core.api import Model, ValidationError, _, constrains, depends, fields


class CompetitorCustomer(Model):
    """A customer of ours, or somebody else, known to buy from a competitor. It shows at the competitor and at the customer."""

    _name = "crm.competitor.customer"
    _label = "Customer of a competitor"
    _order = "share desc, id desc"
    _rec_name = "shown_name"

    competitor = fields.Many2one("crm.competitor", required=True, index=True, ondelete="cascade")
    customer = fields.Many2one("crm.customer", label="Our customer", index=True, ondelete="cascade")
    name = fields.Char(label="Somebody else", index="substring", help="A buyer that is no customer of ours.")
    shown_name = fields.Char(compute="_compute_shown_name", label="Buyer")
    product = fields.Many2one("crm.competitor.product", label="Product bought", index=True, ondelete="set null")
    share = fields.Decimal(
        label="Share %", scale=2, min=0, max=100, help="How much of what they need they buy there, in percent."
    )
    since = fields.Date()
    notes = fields.Char()

    @depends("customer.name", "name")
    def _compute_shown_name(self) -> None:
        self.shown_name = self.customer.name if self.customer is not None else self.name

    @constrains("customer", "name")
    def _check_named(self) -> None:
        if self.customer is None and not self.name:
            raise ValidationError(_("Choose a customer, or write who buys there."), field="customer")

    @constrains("product", "competitor")
    def _check_product(self) -> None:
        if self.product is not None and self.product.competitor is not self.competitor:
            raise ValidationError(
                _(
                    "%(product)s is no product of %(competitor)s.",
                    product=self.product.name,
                    competitor=self.competitor.name,
                ),
                field="product",
            )
