"""Talks about a repair and hours of technical work in the history of the customer (SERV-14, SERV-17)."""

from decimal import Decimal
from typing import Any

from core.api import Model, depends, fields

HOUR_S = 3600


class Activity(Model):
    """An activity knows how long it really took: the work of technicians before and after the sale."""

    _inherit = "crm.activity"

    hours = fields.Decimal(label="Hours worked", scale=2, compute="_compute_hours", store=True)

    @depends("real_start", "real_end")
    def _compute_hours(self: Any) -> None:
        took = (self.real_end - self.real_start).total_seconds() if self.real_start and self.real_end else 0
        self.hours = Decimal(int(took)) / HOUR_S


class FollowUp(Model):
    """A follow-up may be a talk about a repair, or the work of a technician, whose hours it tells."""

    _inherit = "crm.follow_up"

    repair = fields.Many2one("crm.repair", label="About the repair", index=True, ondelete="set null")
    about_ticket = fields.Many2one(
        "crm.ticket", label="About the ticket", compute="_compute_about_ticket", store=True, index=True
    )
    hours = fields.Decimal(label="Hours worked", scale=2, related="activity.hours", store=True)

    @depends("repair.ticket")
    def _compute_about_ticket(self: Any) -> None:
        self.about_ticket = self.repair.ticket if self.repair is not None else None
        if self.repair is not None and self.customer is None:
            self.customer = self.repair.customer


class Repair(Model):
    """A repair shows what was talked about with the customer."""

    _inherit = "crm.repair"

    talks = fields.One2many("crm.follow_up", "repair", label="Talks with the customer")
