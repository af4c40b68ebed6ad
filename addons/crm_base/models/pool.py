"""What the pool adds to customers: since when somebody holds them, and their protection."""

from typing import Any

from addons.crm_base.services import ownership, protection
from core.api import Model, action, depends, fields


class Customer(Model):
    """A customer is held by its owner, or without one lies in the pool."""

    _inherit = "crm.customer"

    held_since = fields.Date(
        label="Owner since",
        compute="_compute_held_since",
        store=True,
        index=True,
        help="The day on which the owner got the customer, or on which it came into the pool.",
    )
    held_contact = fields.Date(
        label="Last contact of the owner",
        compute="_compute_held_contact",
        store=True,
        index=True,
        help="The last contact since the owner has the customer; empty: none.",
    )
    protected_from = fields.Date(readonly=True, copy=False)
    protected_until = fields.Date(readonly=True, copy=False, index=True, help="The last day, included.")
    protected_by = fields.Many2one("core.user", readonly=True, copy=False, ondelete="set null", index=True)
    ownerships = fields.One2many("crm.customer.ownership", "customer", label="Owners")

    @depends("owner")
    def _compute_held_since(self) -> None:
        self.held_since = self.env.today()

    @depends("held_since", "last_contact")
    def _compute_held_contact(self) -> None:
        customer: Any = self  # the last contact is a field of the layer below
        last, since = customer.last_contact, self.held_since
        self.held_contact = last if last and since and last >= since else None

    @action("Protect", visible="record.owner and record.owner.id == user.id and not record.protected_until")
    def protect(self) -> None:
        """Keep the customer from being reclaimed, claimed and entered by others for the days of the policy."""
        protection.protect(self)

    @action("End the protection", visible="record.protected_until")
    def unprotect(self) -> None:
        """End the protection before its time."""
        protection.end_protection([self])

    @action("Give back to the pool", visible="record.owner and record.owner.id == user.id")
    def give_back(self) -> None:
        """Let go of a customer of one's own; colleagues may claim it then."""
        ownership.give_back(self)
