"""The price control that holds for a category of contracts instead of that of the whole system (D1)."""

from core.api import Model, fields

MODES = {
    "off": "Off",
    "a": "A: below the lowest price is refused",
    "b": "B: below the lowest price needs approval",
    "c": "C: everything needs approval",
}


class PriceControl(Model):
    """Contracts of this category are controlled so; all others as the parameter says."""

    _name = "crm.price.control"
    _label = "Price control by contract category"
    _order = "category, id"
    _rec_name = None

    category = fields.Lookup(
        "contract_category", label="Contract category", required=True, unique=True, ondelete="cascade"
    )
    mode = fields.Selection(MODES, label="Price control", required=True, default="b", track=True)
