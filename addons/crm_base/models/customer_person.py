"""What persons and companies have of their own (BASE-02, BASE-13)."""

from typing import Any

from addons.crm_base.services import registry
from addons.crm_base.services.providers import has_provider
from core.api import Model, action, fields


class Customer(Model):
    """A person has identity fields and is their own contact (`services.own_contact`); a company has registration data."""

    _inherit = "crm.customer"

    gender = fields.Selection({"female": "Female", "male": "Male"})
    birthday = fields.Date()
    id_number = fields.Char(label="Identity number", size=40, track=True)

    legal_name = fields.Char(label="Registered name")
    tax_number = fields.Char(label="Uniform credit code", size=40, index="substring", track=True)
    representative = fields.Char(label="Legal representative")
    registered_capital = fields.Char(help="As registered, with currency.")
    registered_on = fields.Date()
    registry_status = fields.Char(label="Registration status", help="Such as in business or dissolved.")
    registry_checked_on = fields.Date(label="Registry looked up on", readonly=True, copy=False)
    can_look_up = fields.Boolean(label="Registry at hand", compute="_compute_can_look_up")

    def _compute_can_look_up(self) -> None:
        record: Any = self
        self.can_look_up = record.kind == "company" and has_provider(self.env, registry.HOOK)

    @action("Look up in the registry", visible="record.can_look_up")
    def look_up_registry(self) -> None:
        """Fetch the registration data of the company from whoever provides them."""
        registry.look_up(self)
