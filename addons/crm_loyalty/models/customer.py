"""What points add to customers: the account and its balance."""

from typing import Any

from core.api import Model, depends, fields

USED = ("redeem", "undo")
"""Kinds of entries that tell what was used; all others tell what was earned."""


class Customer(Model):
    """A customer has a points account, whose sums are kept with the customer."""

    _inherit = "crm.customer"  # the same model, one more layer

    point_entries = fields.One2many("crm.point.entry", "customer")
    points = fields.Integer(compute="_compute_points", store=True, index=True, track=True)
    points_earned = fields.Integer(
        compute="_compute_points", store=True, index=True, help="Less what was taken back with orders."
    )
    points_used = fields.Integer(compute="_compute_points", store=True, index=True, help="Less what was undone.")
    points_switch = fields.Selection(
        {"on": "On", "off": "Off"},
        label="Collecting points",
        track=True,
        help="Of this customer, whatever the customer type says. Empty: as the type says.",
    )
    redemptions = fields.One2many("crm.redemption", "customer")

    @depends("point_entries.points", "point_entries.kind")
    def _compute_points(self: Any) -> None:
        self.points = sum(entry.points or 0 for entry in self.point_entries)
        self.points_used = -sum(entry.points or 0 for entry in self.point_entries if entry.kind in USED)
        self.points_earned = self.points + self.points_used
