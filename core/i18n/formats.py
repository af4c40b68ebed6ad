"""Numbers, money, dates and phones as the interface shows them (layer i18n; interface reference §6).

Chinese for languages that begin with ``zh``, in that of Taiwan with its words and characters, English for all others. None is shown as –, negative numbers with the sign − (U+2212).
All functions are pure: the day and time zone of the reader are arguments.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date

from core.i18n.languages import LANGUAGES, related

NONE = "–"
MINUS = "−"

Amount = int | float | Decimal
DateStyle = Literal["table", "short", "long"]

_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$", "TWD": "NT$"}
_NO_CENTS = frozenset({"JPY", "KRW", "VND"})
_LARGE_ZH = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
_LARGE_TW = ((Decimal(10) ** 8, "億"), (Decimal(10) ** 4, "萬"))
_LARGE_EN = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K"))


def is_chinese(lang: str) -> bool:
    """Tell whether a language is shown in Chinese form."""
    return lang.partition("_")[0] == "zh"


def is_traditional(lang: str) -> bool:
    """Tell whether a language is shown in Chinese of Taiwan."""
    return next(iter(related(lang, LANGUAGES)), None) == "zh_TW"


def number(value: Amount | None, lang: str = "zh_CN", digits: int | None = None) -> str:
    """Show a number or quantity with thousands apart.

    Args:
        value: The number; None is shown as –.
        lang: Language of the reader; all our languages write numbers alike, so far.
        digits: Decimals shown always; None shows up to 4 and no trailing zeros.
    """
    if value is None:
        return NONE
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if not exact.is_finite():
        return NONE
    rounded = exact.quantize(Decimal(1).scaleb(-(4 if digits is None else digits)), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if rounded < 0 else text


def money(value: Amount | None, lang: str = "zh_CN", currency: str = "CNY", *, sign: bool = True) -> str:
    """Show an amount of money: ``¥1,286,400.00`` in Chinese, ``CNY 1,286,400.00`` in English.

    Args:
        value: The amount; None is shown as –.
        lang: Language of the reader.
        currency: ISO code.
        sign: False in tables, whose heading names the currency once.
    """
    text = number(value, lang, 0 if currency in _NO_CENTS else 2)
    if not sign or text == NONE:
        return text
    mark = _SIGNS.get(currency, f"{currency} ") if is_chinese(lang) else f"{currency} "
    return f"{MINUS}{mark}{text[1:]}" if text.startswith(MINUS) else f"{mark}{text}"


def large(value: Amount | None, lang: str = "zh_CN") -> str:
    """Show a large figure of a card or chart briefly: ``128.64 万``, ``3.20 亿``; ``1.29M`` in English."""
    if value is None:
        return NONE
    exact = Decimal(str(value))
    if not exact.is_finite():
        return NONE
    chinese = is_chinese(lang)
    sizes = _LARGE_EN if not chinese else _LARGE_TW if is_traditional(lang) else _LARGE_ZH
    for size, unit in sizes:
        # Compared after rounding, so that 99,999,999 is 1.00 亿 and not 10,000.00 万.
        if abs(exact) >= size or abs((exact / size).quantize(Decimal("0.0001"), ROUND_HALF_UP)) >= 1:
            return f"{number(exact / size, lang, 2)}{' ' if chinese else ''}{unit}"
    return number(exact, lang)


def percent(value: Amount | None, lang: str = "zh_CN", digits: int = 2) -> str:
    """Show a share as percent; ``value`` is the share itself: 0.043 is ``4.30%``."""
    return NONE if value is None else f"{number(Decimal(str(value)) * 100, lang, digits)}%"


def date(
    value: dt.date | None, lang: str = "zh_CN", style: DateStyle = "table", *, today: dt.date | None = None
) -> str:
    """Show a day.

    Args:
        value: The day; None is shown as –.
        lang: Language of the reader.
        style: ``table`` is whole; ``short`` leaves out the year of ``today``; ``long`` has the day of the week.
        today: The reader's day; None means no year is left out.
    """
    if value is None:
        return NONE
    chinese = is_chinese(lang)
    if style == "long":
        # The days of the week are written alike in all of Chinese.
        return format_date(
            value, "y年M月d日 EEEE" if chinese else "EEEE, d MMMM y", locale="zh_CN" if chinese else "en"
        )
    if style == "short" and today is not None and value.year == today.year:
        return f"{value:%m-%d}" if chinese else format_date(value, "d MMM", locale="en")
    return value.isoformat()[:10] if chinese else format_date(value, "d MMM y", locale="en")


def period(value: dt.date, unit: str, lang: str = "zh_CN") -> str:
    """Return a span of time in words, such as ``2026年11月`` or ``Nov 2026``.

    Args:
        value: Its first day.
        unit: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
        lang: Language of the reader.
    """
    if unit == "year":
        return f"{value.year}年" if is_chinese(lang) else str(value.year)
    if unit == "quarter":
        number = (value.month + 2) // 3
        if is_traditional(lang):
            return f"{value.year}年第{number}季"
        return f"{value.year}年第{number}季度" if is_chinese(lang) else f"Q{number} {value.year}"
    if unit == "month":
        return (
            f"{value.year}年{value.month}月" if is_chinese(lang) else str(format_date(value, "MMM yyyy", locale="en"))
        )
    if unit == "week":
        return f"{date(value, lang)} – {date(value + dt.timedelta(days=6), lang)}"
    return date(value, lang)


def fiscal_period(value: dt.date, unit: str, first_month: int, lang: str = "zh_CN") -> str:
    """Return a fiscal quarter or year in words, such as ``FY2026 Q1``; it is called after the calendar year in which it begins (CORE-11).

    Args:
        value: Its first day.
        unit: ``fiscal_quarter`` or ``fiscal_year``; a fiscal month is called like the month.
        first_month: First month of the fiscal year, 1–12.
        lang: Language of the reader.
    """
    if unit == "fiscal_month":
        return period(value, "month", lang)
    year = value.year if value.month >= first_month else value.year - 1
    if is_traditional(lang):
        quarter = f"第 {(value.month - first_month) % 12 // 3 + 1} 季"
        return f"{year} 會計年度" if unit == "fiscal_year" else f"{year} 會計年度{quarter}"
    if unit == "fiscal_year":
        return f"{year} 财年" if is_chinese(lang) else f"FY{year}"
    number = (value.month - first_month) % 12 // 3 + 1
    return f"{year} 财年第 {number} 季度" if is_chinese(lang) else f"FY{year} Q{number}"


def time(value: dt.datetime | dt.time | None, lang: str = "zh_CN", timezone: str = "UTC") -> str:
    """Show hours and minutes, 24 h, of a time or of an instant in the reader's time zone."""
    if value is None:
        return NONE
    local = value.astimezone(ZoneInfo(timezone)) if isinstance(value, dt.datetime) else value
    return f"{local:%H:%M}"


def datetime(
    value: dt.datetime | None,
    lang: str = "zh_CN",
    timezone: str = "UTC",
    *,
    now: dt.datetime | None = None,
    exact: bool = False,
) -> str:
    """Show an instant: ``今天 09:42``, ``昨天 16:20``, else the day; ``Today 09:42`` in English.

    Args:
        value: An aware time; None is shown as –.
        lang: Language of the reader.
        timezone: IANA name of the reader's time zone.
        now: The present; None never says today or yesterday.
        exact: Day and time in any case, for tooltips and tables.
    """
    if value is None:
        return NONE
    zone = ZoneInfo(timezone)
    local = value.astimezone(zone)
    if exact or now is None:
        return f"{date(local.date(), lang)} {local:%H:%M}"
    today = now.astimezone(zone).date()
    words = ("今天", "昨天") if is_chinese(lang) else ("Today", "Yesterday")
    age = (today - local.date()).days
    if age in (0, 1):
        return f"{words[age]} {local:%H:%M}"
    return date(local.date(), lang, "short", today=today)


def phone(value: str | None) -> str:
    """Show a phone number of mainland China in groups, ``138 0000 7731``; any other as it is."""
    if not value:
        return NONE
    digits = value.replace(" ", "")
    prefix = "+86 " if digits.startswith("+86") else ""
    bare = digits.removeprefix("+86")
    if len(bare) == 11 and bare.isascii() and bare.isdigit() and bare[0] == "1":
        return f"{prefix}{bare[:3]} {bare[3:7]} {bare[7:]}"
    area, dash, rest = bare.partition("-")
    if dash and area.isdigit() and area.startswith("0") and rest.isdigit() and len(rest) == 8:
        return f"{prefix}{area}-{rest[:4]} {rest[4:]}"
    return value
