"""Lower and upper limits of stock for a product in a warehouse (STOCK-12)."""

from decimal import Decimal
from typing import Any

from addons.crm_stock.services.limits import available_of
from core.api import Model, ValidationError, _, constrains, depends, fields

STATES = {"below": "Below the lower limit", "within": "Within the limits", "above": "Above the upper limit"}


class StockLimit(Model):
    """How much of a product a warehouse should hold. What is available follows every posting and request."""

    _name = "crm.stock.limit"
    _label = "Stock limit"
    _order = "warehouse, product, id"
    _rec_name = "product"
    _unique = [("product", "warehouse")]

    product = fields.Many2one("crm.product", required=True, index=True, ondelete="cascade")
    warehouse = fields.Many2one("crm.warehouse", required=True, index=True, ondelete="cascade")
    lower = fields.Decimal(
        label="Lower limit",
        min=0,
        track=True,
        help="In base units; less available than this warns the keeper. Empty: none.",
    )
    upper = fields.Decimal(
        label="Upper limit",
        min=0,
        track=True,
        help="In base units; up to this is bought. More warns the keeper. Empty: none.",
    )
    available = fields.Decimal(
        label="Available",
        compute="_compute_available",
        store=True,
        help="On hand less reserved, in base units, in this warehouse.",
    )
    turns = fields.Integer(
        label="Changes of stock", default=0, readonly=True, copy=False, help="Grows when what is available changed."
    )
    state = fields.Selection(STATES, compute="_compute_state", store=True, index=True)
    to_buy = fields.Decimal(
        label="Missing to the upper limit",
        compute="_compute_state",
        store=True,
        help="Of what is below the lower limit; up to the lower limit where there is no upper one.",
    )
    company = fields.Many2one("core.company", related="warehouse.company", store=True, index=True)

    @depends("product", "warehouse", "turns")
    def _compute_available(self: Any) -> None:
        self.available = available_of(self)

    @depends("available", "lower", "upper")
    def _compute_state(self: Any) -> None:
        there = self.available or Decimal(0)
        is_below = self.lower is not None and there < self.lower
        is_above = self.upper is not None and there > self.upper
        self.state = "below" if is_below else "above" if is_above else "within"
        self.to_buy = (self.lower if self.upper is None else self.upper) - there if is_below else Decimal(0)

    @constrains("lower", "upper")
    def _check_limits(self: Any) -> None:
        if self.lower is None and self.upper is None:
            raise ValidationError(_("Enter a lower limit, an upper limit, or both."), field="lower")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValidationError(_("The lower limit can't be above the upper one."), field="lower")
