"""Warehouses, the places in them, and who sees and posts there (STOCK-01, STOCK-02, STOCK-03)."""

from typing import Any

from core.api import Model, action, fields


class Warehouse(Model):
    """A warehouse. Its keepers see and post its documents, its viewers see them; nobody else does but managers of stock."""

    _name = "crm.warehouse"
    _inherit = ["core.company_owned", "core.active"]
    _label = "Warehouse"
    _order = "sequence, code, id"

    name = fields.Char(required=True, track=True)
    code = fields.Char(label="Warehouse code", size=32, required=True, unique=True, track=True)
    sequence = fields.Integer(default=10, help="Requests that name no warehouse go to the one of the lowest number.")
    keepers = fields.Many2many("core.user", help="They see its stock and post its documents.")
    viewers = fields.Many2many("core.user", help="They see its stock and its documents.")
    places = fields.One2many("crm.stock.place", "warehouse", label="Storage places")
    opening_closed = fields.Boolean(
        label="Opening stock closed",
        default=False,
        readonly=True,
        copy=False,
        track=True,
        help="No opening entry is possible any more.",
    )
    notes = fields.Text()

    @action("Close opening stock", groups=["crm_stock.manager"], visible="not record.opening_closed")
    def close_opening(self: Any) -> None:
        """Close the opening stock for good: what is wrong afterwards is corrected by stock-taking."""
        self.opening_closed = True


class Place(Model):
    """A shelf, room or rack of a warehouse. Stock may be kept without any."""

    _name = "crm.stock.place"
    _label = "Storage place"
    _order = "warehouse, name, id"
    _unique = [("warehouse", "name")]

    warehouse = fields.Many2one("crm.warehouse", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True)
    notes = fields.Char()
