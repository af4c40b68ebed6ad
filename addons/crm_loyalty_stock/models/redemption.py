"""What stock adds to gifts and their redemptions."""

from core.api import Model, fields


class Gift(Model):
    """A gift is taken from stock, unless it says otherwise."""

    _inherit = "crm.gift"

    without_stock = fields.Boolean(
        label="Not kept in stock", default=False, help="Such as a service: redeeming it moves no goods."
    )


class Redemption(Model):
    """A redemption knows the document with which the gift left stock."""

    _inherit = "crm.redemption"

    stock_document = fields.Many2one(
        "crm.stock.document", label="Stock document", readonly=True, copy=False, index=True, ondelete="set null"
    )
