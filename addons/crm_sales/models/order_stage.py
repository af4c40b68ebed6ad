"""Execution stages of contracts: a free list of which some are reached by themselves (SALE-38)."""

from typing import Any

from addons.crm_sales.services.order_stages import stages_by_event
from core.api import Model, depends, fields

EVENTS = {
    "drafted": "Drafted",
    "effective": "Became effective",
    "delivering": "First delivery",
    "delivered": "Everything delivered",
    "settled": "Everything delivered and received",
    "ended": "Completed",
    "cancelled": "Cancelled",
}


class OrderStage(Model):
    """A stage of the execution of contracts. One with an event is reached by itself, the others are set by hand in between."""

    _name = "crm.order.stage"
    _label = "Execution stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    event = fields.Selection(
        EVENTS, label="Reached when", unique=True, copy=False, help="Empty: only by hand, between the others."
    )
    active = fields.Boolean(default=True, index=True)


class Order(Model):
    """An order stands in a stage, which moves by itself when what has happened changes."""

    _inherit = "crm.order"

    stage = fields.Many2one("crm.order.stage", index=True, ondelete="restrict", copy=False, track=True)
    progress = fields.Selection(EVENTS, compute="_compute_progress", store=True, index=True)

    @depends("state", "delivery_state", "received", "amount")
    def _compute_progress(self: Any) -> None:
        event = self._event()
        if event != self.progress or self.stage is None:
            found = stages_by_event(self.env).get(event)
            # An event without a stage leaves the order where it is.
            if found is not None:
                self.stage = self.env.browse("crm.order.stage", found)
        self.progress = event

    def _event(self: Any) -> str:
        if self.state in ("draft", "in_approval"):
            return "drafted"
        if self.state != "confirmed":
            return "ended" if self.state == "done" else "cancelled"
        if self.delivery_state == "full":
            return "settled" if (self.received or 0) >= (self.amount or 0) else "delivered"
        return "delivering" if self.delivery_state == "part" else "effective"
