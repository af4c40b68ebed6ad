"""How much of a product lies where: one row for product, warehouse, place and batch (STOCK-01, STOCK-10)."""

from decimal import Decimal
from typing import Any

from addons.crm_stock.services.in_units import in_units
from addons.crm_stock.services.locking import level_key
from core.api import Model, depends, fields


class StockLevel(Model):
    """Stock on hand at one place, of one batch or serial number. Only postings and requests change it, one after the other."""

    _name = "crm.stock.level"
    _label = "Stock on hand"
    _order = "product, warehouse, place, batch, id"
    _rec_name = "product"
    _recycle = False
    _unique = [("product", "key")]

    product = fields.Many2one("crm.product", required=True, readonly=True, index=True, ondelete="restrict")
    warehouse = fields.Many2one("crm.warehouse", required=True, readonly=True, index=True, ondelete="restrict")
    place = fields.Many2one("crm.stock.place", label="Storage place", readonly=True, index=True, ondelete="restrict")
    batch = fields.Char(label="Batch or serial number", size=64, readonly=True, index="substring")
    key = fields.Char(
        label="Level key",
        compute="_compute_key",
        store=True,
        help="Warehouse, place and batch as one text, empty ones too.",
    )
    on_hand = fields.Decimal(label="On hand", default=0, required=True, readonly=True)
    reserved = fields.Decimal(
        default=0, required=True, readonly=True, help="Asked for by requests that are not confirmed yet."
    )
    lent = fields.Decimal(
        label="Lent out", default=0, required=True, readonly=True, help="Out of the house, still ours."
    )
    available = fields.Decimal(
        label="Available", compute="_compute_available", store=True, help="On hand less reserved."
    )
    in_units = fields.Char(label="On hand in units", compute="_compute_in_units", help="In the largest units that fit.")
    company = fields.Many2one("core.company", related="warehouse.company", store=True, index=True)

    @depends("warehouse", "place", "batch")
    def _compute_key(self: Any) -> None:
        self.key = level_key(self.warehouse, self.place, self.batch) if self.warehouse else None

    @depends("on_hand", "reserved")
    def _compute_available(self: Any) -> None:
        self.available = (self.on_hand or Decimal(0)) - (self.reserved or Decimal(0))

    @depends("on_hand", "product")
    def _compute_in_units(self: Any) -> None:
        self.in_units = in_units(self.product, self.on_hand) if self.product else None
