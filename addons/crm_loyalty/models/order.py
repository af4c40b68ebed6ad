"""Points on the lines of contracts (LOY-08)."""

from typing import Any

from addons.crm_loyalty.services.line_points import fill_points
from core.api import Model, depends, fields


class OrderLine(Model):
    """A line earns the points that the rules say, unless somebody with the right enters others."""

    _inherit = "crm.order.line"

    points = fields.Integer(min=0, copy=False, track=True, help="Earned when the contract takes effect.")
    rule_points = fields.Integer(
        label="Points by rule", compute="_compute_rule_points", store=True, help="What the points of the unit say."
    )
    points_changed = fields.Boolean(
        compute="_compute_points_changed", store=True, help="Somebody entered other points than the rules say."
    )

    @depends("product", "unit", "quantity", "order.customer", "order.customer.points_switch")
    def _compute_rule_points(self) -> None:
        self.rule_points = fill_points(self)

    @depends("points", "rule_points")
    def _compute_points_changed(self) -> None:
        self.points_changed = (self.points or 0) != (self.rule_points or 0)


class Order(Model):
    """An order knows its points, and which were booked on the customer's account."""

    _inherit = "crm.order"

    points = fields.Integer(compute="_compute_points", store=True)
    point_entries = fields.One2many("crm.point.entry", "order", copy=False)

    @depends("lines.points")
    def _compute_points(self: Any) -> None:
        self.points = sum(line.points or 0 for line in self.lines)
