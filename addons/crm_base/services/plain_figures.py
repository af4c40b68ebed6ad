"""Figures as pages show them to one reader."""

import datetime as dt
from decimal import Decimal
from typing import Any

from core.api import Environment, formats, formatter_for


class PlainFigures:
    """Shows amounts in the company's currency, shares and numbers in the language of the reader."""

    def __init__(self, env: Environment) -> None:
        self._formatter = formatter_for(env)
        self.lang = env.lang

    def text(self, message: Any) -> str:
        """Return a text or message in the reader's language."""
        return str(self._formatter.text(message))

    def money(self, value: Decimal | None) -> str:
        """Return an amount without its sign, as tables show it; – for None."""
        return formats.money(value, self.lang, self._formatter.currency, sign=False)

    def large(self, value: Decimal | None) -> str:
        """Return an amount shortly, such as ``128.64 万``."""
        return formats.large(value, self.lang)

    def percent(self, value: Decimal | None) -> str:
        """Return a percentage that was rounded already, such as ``40.00%``; – for None."""
        return formats.NONE if value is None else f"{formats.number(value, self.lang, 2)}%"

    def number(self, value: Decimal | int | None, digits: int | None = None) -> str:
        """Return a number with thousands apart; – for None."""
        return formats.number(value, self.lang, digits)

    def month(self, day: dt.date) -> str:
        """Return what the month of a day is called, such as ``2025-06``."""
        return formats.period(day, "month", self.lang)
