"""Rates of exchange, and amounts in base currency (FIN-03)."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_sales.api import company_currency
from core.api import Environment, ValidationError, _, system_of

RATE = "crm.currency.rate"
MANY_CURRENCIES = "crm_finance.many_currencies"
"""The parameter that switches several currencies on."""
CENT = Decimal("0.01")
ONE = Decimal(1)
_CACHE = "crm_finance.rates"


def rate_on(env: Environment, currency: str, day: dt.date) -> Decimal:
    """Return what one unit of a currency (ISO code) costs in base currency on a day: the latest rate from before or on it.

    1 for the base currency. Each rate is read once a transaction.

    Raises:
        ValidationError: No rate is known for the day.
    """
    if not currency or currency == company_currency(env):
        return ONE
    known = _known(env)
    if (currency, day) not in known:
        found = system_of(env)[RATE].read(
            [["currency", "=", currency], ["date", "<=", day]], ["rate"], order="date desc", limit=1
        )
        if not found:
            raise ValidationError(
                _("There is no exchange rate for %(currency)s on %(day)s.", currency=currency, day=day.isoformat()),
                code="validation.no_rate",
                hint=_("enter one under exchange rates"),
            )
        known[currency, day] = found[0]["rate"]
    return known[currency, day]


def to_base(env: Environment, amount: Decimal | int, currency: str, day: dt.date) -> Decimal:
    """Return an amount in base currency at the rate of a day, to the cent, rounded half up.

    Raises:
        ValidationError: No rate is known for the day.
    """
    return (Decimal(amount) * rate_on(env, currency, day)).quantize(CENT, ROUND_HALF_UP)


def forget_rates(env: Environment) -> None:
    """Read rates anew in this transaction, since one was changed."""
    system_of(env).cache.pop(_CACHE, None)


def check_currency(env: Environment, code: str) -> None:
    """Raise ValidationError unless the code is a currency of the dictionary."""
    known = system_of(env)["core.dictionary.item"].exists(
        [["dictionary.code", "=", "currency"], ["key", "=", code], ["active", "=", True]]
    )
    if not known:
        raise ValidationError(
            _('"%(code)s" is no code of a currency, such as CNY or USD.', code=code),
            field="currency",
            hint=_("add it to the dictionary of currencies"),
        )


def _known(env: Environment) -> dict[Any, Decimal]:
    known: dict[Any, Decimal] = system_of(env).cache.setdefault(_CACHE, {})
    return known
