"""The units a product is sold and stored in, with ratio, barcode and price of each (PROD-07, PROD-08)."""

from addons.crm_product.services.units import keep_base, replace_placeholder
from core.api import Model, ValidationError, _, constrains, fields


class ProductUnit(Model):
    """A unit of one product: 1 box = 4 pieces. The base unit has the ratio 1; of several without any the first becomes it."""

    _name = "crm.product.unit"
    _label = "Product unit"
    _order = "ratio, id"
    _rec_name = "name"
    _unique = [("product", "unit")]

    product = fields.Many2one("crm.product", required=True, index=True, ondelete="cascade")
    unit = fields.Many2one("crm.unit", label="Unit of measure", required=True, index=True, ondelete="restrict")
    name = fields.Char(related="unit.name", label="Name")
    ratio = fields.Decimal(
        default=1, required=True, track=True, help="Base units in one of this unit, such as 4 for a box of 4."
    )
    is_base = fields.Boolean(label="Base unit", default=False, track=True)
    barcode = fields.Char(size=64, unique=True, copy=False, help="No two units of any products have the same.")
    price = fields.Money(
        label="List price",
        default=0,
        required=True,
        min=0,
        track=True,
        help="Of one of this unit, in the company's currency.",
    )

    @constrains("ratio", "is_base", "product")
    def _check_ratio(self) -> None:
        if self.ratio is None or self.ratio <= 0:
            raise ValidationError(
                _("%(unit)s: the ratio must be above 0, not %(ratio)s.", unit=self.name, ratio=self.ratio),
                field="ratio",
            )
        if self.is_base and self.ratio != 1:
            raise ValidationError(
                _("%(unit)s is the base unit: its ratio is 1, not %(ratio)s.", unit=self.name, ratio=self.ratio),
                field="ratio",
            )

    @constrains("ratio", "is_base", "product")
    def _keep_one_base(self) -> None:
        if self.is_base:
            replace_placeholder(self)
        keep_base(self.product)

    @constrains("barcode")
    def _trim_barcode(self) -> None:
        # A barcode with a space at its end is not found by scanning.
        if self.barcode and self.barcode != self.barcode.strip():
            self.barcode = self.barcode.strip()
