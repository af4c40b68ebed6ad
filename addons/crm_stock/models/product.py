"""What stock adds to products: how much there is in all warehouses, what it is worth, what one costs (STOCK-13)."""

from core.api import Model, fields


class Product(Model):
    """A product knows its stock, lent goods included. Only postings change these figures, see `services.ledger`."""

    _inherit = "crm.product"

    stock_quantity = fields.Decimal(
        label="In stock",
        default=0,
        readonly=True,
        copy=False,
        index=True,
        help="In base units, in all warehouses, with what is lent.",
    )
    stock_value = fields.Money(label="Stock value", default=0, readonly=True, copy=False)
    average_cost = fields.Decimal(
        label="Average cost",
        scale=6,
        default=0,
        readonly=True,
        copy=False,
        help="Moving average of one base unit; stays as it was when the last one goes.",
    )
    stock_levels = fields.One2many("crm.stock.level", "product", label="Stock on hand")
