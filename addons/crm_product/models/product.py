"""Products: what is sold, bought, stored, serviced and given for points (PROD-01)."""

from decimal import Decimal
from typing import Any

from addons.crm_product.services.units import keep_base
from core.api import SYSTEM_UID, Environment, Model, constrains, depends, fields, transition


def first_unit(env: Environment) -> list[dict[str, Any]]:
    """Return the line a new product begins with: its base unit, the first of all units; none while there are no units.

    None either for what files bring: there the units stand in lines of their own, which are made after the product.
    """
    found = env["crm.unit"].search([], limit=1) if env.uid != SYSTEM_UID else ()
    return [{"unit": unit, "is_base": True, "ratio": 1} for unit in found]


class Product(Model):
    """A product. It has one base unit, in which stock and statistics count, and any number of auxiliary ones."""

    _name = "crm.product"
    _inherit = ["core.mnemonic"]
    _label = "Product"
    _order = "number, id"

    number = fields.Sequence("crm.product", label="Product number", track=True)
    name = fields.Char(required=True, index="fuzzy", track=True)
    model_number = fields.Char(label="Model number", index="substring", track=True)
    specification = fields.Char()
    category = fields.Many2one("crm.product.category", ondelete="restrict", index=True, track=True)
    brand = fields.Lookup("product_brand", index=True)
    state = fields.Selection(
        {"on_sale": "On sale", "stopped": "Stopped"},
        default="on_sale",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        track=True,
    )
    units = fields.One2many("crm.product.unit", "product", label="Units", default=first_unit, copy=True)
    base_unit = fields.Many2one("crm.product.unit", compute="_compute_base_unit")
    unit = fields.Many2one("crm.unit", label="Unit of measure", compute="_compute_base", store=True, index=True)
    price = fields.Money(
        label="List price",
        compute="_compute_base",
        store=True,
        index=True,
        help="Of one base unit, in the company's currency.",
    )
    cost = fields.Decimal(
        scale=6, min=0, default=0, required=True, track=True, help="Of one base unit, in the company's currency."
    )
    barcodes = fields.Char(
        size=None,
        compute="_compute_barcodes",
        store=True,
        index="substring",
        copy=False,
        help="Those of all units, by which the product is found.",
    )
    picture = fields.Image(label="Main picture")
    pictures = fields.One2many("crm.product.picture", "product", label="More pictures", copy=True)
    warranty_months = fields.Integer(label="Warranty in months", min=0, help="Empty: none is given.")
    notes = fields.Text()

    @depends("units.is_base")
    def _compute_base_unit(self) -> None:
        self.base_unit = next((unit for unit in self.units if unit.is_base), None)

    @depends("units.is_base", "units.unit", "units.price")
    def _compute_base(self) -> None:
        base = next((unit for unit in self.units if unit.is_base), None)
        self.unit = None if base is None else base.unit
        self.price = Decimal(0) if base is None else base.price

    @depends("units.barcode")
    def _compute_barcodes(self) -> None:
        self.barcodes = " ".join(unit.barcode.strip() for unit in self.units if unit.barcode) or None

    @constrains("unit")
    def _keep_base_unit(self) -> None:
        if self.units and self.unit is None:
            keep_base(self)

    @transition("state", source=["on_sale"], target="stopped", label="Stop sale")
    def stop(self) -> None:
        """Take the product off sale: documents no longer offer it, those there keep it."""

    @transition("state", source=["stopped"], target="on_sale", label="Put on sale")
    def put_on_sale(self) -> None:
        """Offer the product again."""
