"""Price policies: prices of a unit for a type of customers, a region, or both (PRICE-02, PRICE-03)."""

from typing import Any

from core.api import Model, ValidationError, _, constrains, depends, fields


class PricePolicy(Model):
    """What a unit is to cost for some customers. Of several that fit, the order is: type and region, type, region (the nearest first).

    A region may have a lowest price of its own, a type never (D26).
    """

    _name = "crm.price.policy"
    _label = "Price policy"
    _order = "unit, type, region, id"

    unit = fields.Many2one(
        "crm.product.unit", label="Unit of measure", required=True, index=True, ondelete="cascade", track=True
    )
    product = fields.Many2one("crm.product", compute="_compute_product", store=True, index=True)
    type = fields.Lookup(
        "customer_type", label="Customer type", index=True, track=True, help="Empty: customers of all types."
    )
    region = fields.Lookup(
        "region",
        index=True,
        track=True,
        help="Of the customer, with all regions below it. Empty: customers of all regions.",
    )
    price = fields.Money(
        label="Suggested price", min=0, track=True, help="In the company's currency. Empty: this policy suggests none."
    )
    floor_price = fields.Money(
        label="Lowest price",
        min=0,
        track=True,
        help="In the company's currency, for a region only. Empty: that of the unit.",
    )
    scope = fields.Char(
        label="Unit, customer type and region", compute="_compute_scope", store=True, unique=True, copy=False
    )
    notes = fields.Char()

    @property
    def display_name(self) -> str:
        """The unit, type and region."""
        parts = [self.product.name if self.product else None, self.unit.name if self.unit else None]
        parts += [item.name for item in (self.type, self.region) if item is not None]
        return " · ".join(str(part) for part in parts if part) or super().display_name

    @depends("unit.product")
    def _compute_product(self) -> None:
        self.product = self.unit.product if self.unit else None

    @depends("unit", "type", "region")
    def _compute_scope(self) -> None:
        # A key of its own, since a database takes two rows without type for different ones.
        self.scope = ".".join(str(_number(item)) for item in (self.unit, self.type, self.region))

    @constrains("type", "region")
    def _check_scope(self) -> None:
        if self.type is None and self.region is None:
            raise ValidationError(
                _("A price policy needs a customer type or a region; the price for everybody stands at the unit."),
                field="type",
            )

    @constrains("type", "region", "price", "floor_price")
    def _check_prices(self) -> None:
        if self.price is None and self.floor_price is None:
            raise ValidationError(_("Enter a suggested price, a lowest price, or both."), field="price")
        if self.floor_price is not None and self.type is not None:
            raise ValidationError(
                _("A lowest price is the same for all customer types: enter it in a policy for the region alone."),
                field="floor_price",
            )


def _number(record: Any) -> int:
    return 0 if record is None else record.id
