"""Values as they are printed: numbers, amounts, dates, and amounts in Chinese capitals."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup, escape

from addons.base_print.services.engine.values import Amount, Choice, Row

CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 16
"""Amounts from here on have no capital form."""
_LENGTH = re.compile(r"\d{1,3}(\.\d{1,3})?(mm|cm|in|pt|px|em|%)\Z")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_TAIWAN = str.maketrans("叁贰陆万亿负", "參貳陸萬億負")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: Any, digits: int | None = None) -> str:
    """Return a number with thousands apart; None gives an empty text.

    Args:
        value: A number, or a text that is one.
        digits: Decimals, always; None shows up to 4 and no trailing zeros.

    >>> number(Decimal("1234.50")), number(2, 2), number("-0.00004")
    ('1,234.5', '2.00', '0')
    """
    exact = _decimal(value)
    if exact is None:
        return ""
    rounded = exact.quantize(Decimal(1).scaleb(-(4 if digits is None else min(max(digits, 0), 12))), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if rounded < 0 else text


def money(value: Any, sign: str = "") -> str:
    """Return an amount with two decimals, on wish with a sign: ``{{ record.amount|money("¥") }}``.

    >>> money(Decimal("-36118.885"), "¥")
    '−¥36,118.89'
    """
    text = number(value, 2)
    return f"−{sign}{text[1:]}" if text.startswith("−") else f"{sign}{text}" if text else ""


def capital(value: Any, lang: str = "zh_CN") -> str:
    """Return an amount in Chinese capitals, as documents write it, in those of Taiwan for a print in ``zh_TW``.

    >>> capital(Decimal("36118.88")), capital(1000), capital("100200.05"), capital(0)
    ('叁万陆仟壹佰壹拾捌元捌角捌分', '壹仟元整', '壹拾万零贰佰元零伍分', '零元整')
    >>> capital(Decimal("26118.88"), "zh_TW")
    '貳萬陸仟壹佰壹拾捌元捌角捌分'
    """
    exact = _decimal(value)
    if exact is None:
        return ""
    cents = int(abs(exact).quantize(CENT, ROUND_HALF_UP) * 100)
    if abs(exact) >= LARGEST:
        return ""
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    text += f"{_DIGITS[fen]}分" if fen else "整" if text else "零元整"
    text = f"负{text}" if exact < 0 and cents else text
    return text.translate(_TAIWAN) if lang == "zh_TW" else text


def _whole(yuan: int) -> str:
    """Return a whole number above 0 in capitals, in groups of four places."""
    text = ""
    needs_zero = False
    for at in range(len(_GROUPS) - 1, -1, -1):
        group = yuan // 10_000**at % 10_000
        if not group:
            needs_zero = bool(text)
            continue
        if text and (needs_zero or group < 1000):
            text += "零"
        # The last group but one of 万亿 leaves 亿 to the group after it, unless that is empty.
        unit = _GROUPS[at] if at < 3 or not yuan // 10_000**2 % 10_000 else "万"
        text += _group(group) + unit
        needs_zero = False
    return text


def _group(group: int) -> str:
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return text


def day(value: Any, lang: str, style: str = "") -> str:
    """Return a date or a time.

    Args:
        value: A date or datetime; None gives an empty text.
        lang: Language of the print.
        style: ``long`` is 2026年11月24日; ``iso`` 2026-11-24 in any language; empty the usual form, with the time of a datetime.
    """
    if not isinstance(value, dt.date):
        return "" if value is None else str(value)
    clock = f" {value:%H:%M}" if isinstance(value, dt.datetime) and not style else ""
    if style == "iso" or (lang.startswith("zh") and style != "long"):
        return f"{value:%Y-%m-%d}{clock}"
    if lang.startswith("zh"):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}{clock}"


def lines(value: Any) -> Markup:
    """Return a text with its line ends kept."""
    return Markup("<br>").join(escape(line) for line in str("" if value is None else value).splitlines())


def length(size: str) -> str:
    """Return a length of CSS as it is.

    Raises:
        ValueError: It is none.
    """
    if not _LENGTH.match(str(size)):
        raise ValueError(f"{str(size)[:20]!r} is no length such as 20mm")
    return str(size)


def shown(value: Any, lang: str) -> Any:
    """Return what ``{{ value }}`` prints; what is not known here is returned as it is."""
    for kind, show in _SHOWN.items():
        if isinstance(value, kind):
            return show(value, lang)
    return "" if value is None else value


_SHOWN: Mapping[type, Callable[[Any, str], Any]] = {
    bool: lambda value, _lang: "✓" if value else "–",
    Choice: lambda value, _lang: value.label,
    Row: lambda value, _lang: value.name,
    Amount: lambda value, _lang: money(value),
    Decimal: lambda value, _lang: number(value),
    float: lambda value, _lang: number(value),
    dt.date: lambda value, lang: day(value, lang),
    list: lambda value, lang: ("、" if lang.startswith("zh") else ", ").join(str(shown(each, lang)) for each in value),
}


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{str(value)[:40]!r} is no number") from None
    return exact if exact.is_finite() else None
