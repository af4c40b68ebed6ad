"""Exchange rates by date (FIN-03)."""

from typing import Any

from addons.crm_finance.services.rates import check_currency, forget_rates
from addons.crm_sales.api import company_currency
from core.api import Model, ValidationError, _, constrains, fields, today


class CurrencyRate(Model):
    """What one unit of a currency costs in base currency, from a day on."""

    _name = "crm.currency.rate"
    _label = "Rate of exchange"
    _order = "date desc, currency, id"
    _rec_name = None

    currency = fields.Char(size=3, required=True, index=True, help="Code such as USD.")
    date = fields.Date(label="Valid from", default=today, required=True, index=True)
    rate = fields.Decimal(label="Exchange rate", scale=6, required=True, track=True)

    @constrains("currency", "date", "rate")
    def _check_rate(self: Any) -> None:
        check_currency(self.env, self.currency)
        if self.rate <= 0:
            raise ValidationError(_("The exchange rate must be above 0."), field="rate")
        if self.currency == company_currency(self.env):
            raise ValidationError(_("The base currency has no rate: it is always 1."), field="currency")
        same = [["currency", "=", self.currency], ["date", "=", self.date], ["id", "!=", self.id]]
        if self.env["crm.currency.rate"].count(same):
            raise ValidationError(_("There is a rate of this currency for this day already."), field="date")
        forget_rates(self.env)
