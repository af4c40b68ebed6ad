"""Whether a company works in several currencies, for the conditions of views (FIN-03)."""

from typing import Any

from addons.crm_finance.services.rates import MANY_CURRENCIES
from core.api import Model, fields, get_parameter


class Company(Model):
    """Views show currency and rate of documents only where several currencies are switched on."""

    _inherit = "core.company"

    many_currencies = fields.Boolean(label="Several currencies", compute="_compute_many_currencies")

    def _compute_many_currencies(self: Any) -> None:
        self.many_currencies = bool(get_parameter(self.env, MANY_CURRENCIES))
