"""Quotes and orders in another currency take the rate of their day (FIN-03)."""

from typing import Any

from addons.crm_finance.services.document_rate import fill_rate
from addons.crm_finance.services.rates import rate_on
from core.api import Model, constrains, depends, fields


class SalesDocument(Model):
    """A document keeps its rate; while nobody entered another one it is that of the document's day."""

    _inherit = "crm.sales.document"

    day_rate = fields.Decimal(label="Rate of the day", scale=6, compute="_compute_day_rate", store=True)

    @depends("currency", "date")
    def _compute_day_rate(self: Any) -> None:
        self.day_rate = fill_rate(self)

    @constrains("currency", "rate")
    def _check_rate_known(self: Any) -> None:
        if self.day_rate is None and self.rate == 1:
            rate_on(self.env, self.currency, self.date)
