"""Points are on or off by customer type (LOY-02)."""

from core.api import Model, fields


class DictionaryItem(Model):
    """A customer type says whether its customers collect points; items of other dictionaries leave it empty."""

    _inherit = "core.dictionary.item"

    without_points = fields.Boolean(
        default=False, track=True, help="Customers of this type collect points only where it is on for the customer."
    )
