"""System parameters (CORE-52)."""

from __future__ import annotations

from core.base.services.parameter_value import check_value
from core.orm import fields
from core.orm.decorators import constrains
from core.orm.model import Model


class Parameter(Model):
    """One typed setting of the database; addons declare theirs in ``data/*.yaml`` without a ``value``.

    Values are kept as JSON: decimals as text, dates as ISO text.
    """

    _name = "core.parameter"
    _label = "System parameter"
    _order = "addon, sequence, key"
    _rec_name = "label"
    _recycle = False

    key = fields.Char(required=True, unique=True, copy=False, help="Such as crm_base.claim_daily.")
    label = fields.Char(label="Name", required=True, translate=True)
    explanation = fields.Text(translate=True)
    addon = fields.Char(required=True, index=True)
    sequence = fields.Integer(default=100)
    kind = fields.Selection(
        {
            "boolean": "Yes or no",
            "integer": "Whole number",
            "decimal": "Decimal number",
            "text": "Text",
            "date": "Date",
            "selection": "Choice",
            "list": "List of texts",
        },
        required=True,
        default="text",
    )
    default = fields.Json()
    minimum = fields.Decimal(label="At least", help="Least value, or least length of a text.")
    maximum = fields.Decimal(label="At most", help="Greatest value, or greatest length of a text.")
    options = fields.Json(help="For a choice: the allowed values and their names.")
    value = fields.Json(track=True, help="Empty: the default holds.")

    @constrains("value", "default", "kind", "minimum", "maximum", "options")
    def _check_values(self) -> None:
        for value in (self.value, self.default):
            if value is not None:
                check_value(self, value)
