"""Reads numbers as people write them: 1,234.50, ￥1,234.50, （1,234.50）, 1.234,50, 3.5万, 12%."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_CURRENCY = re.compile(r"(?i)\b(?:cny|rmb|usd|eur|hkd|twd|jpy|gbp)\b|[¥$€£]|人民币|美元|港币|圆整|元整|元|圆|块")
_UNITS = {"万": 4, "萬": 4, "亿": 8, "億": 8, "千": 3, "k": 3, "m": 6}
_MINUS = str.maketrans(dict.fromkeys("−–—﹣", "-"))
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?\Z")
_GROUPED_CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d*)?\Z")
_LONGEST = 64


def parse_number(text: str) -> Decimal | None:
    """Return the number that a text means, None if it means none.

    >>> [str(parse_number(text)) for text in ("1,234.50", "（￥1,234.50）", "1.234,50", "3.5万", "12%", "１２３")]
    ['1234.50', '-1234.50', '1234.50', '35000', '0.12', '123']
    >>> parse_number("1,23,4") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    rest = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    negative = False
    if rest.startswith("(") and rest.endswith(")"):
        negative, rest = True, rest[1:-1]
    rest = re.sub(r"[\s'’]", "", _CURRENCY.sub("", rest))
    if rest.endswith("-") and len(rest) > 1:
        negative, rest = not negative, rest[:-1]
    if rest[:1] in ("-", "+"):
        negative, rest = negative != (rest[0] == "-"), rest[1:]
    shift = 0
    if rest.endswith("%"):
        shift, rest = -2, rest[:-1]
    elif rest[-1:].lower() in _UNITS and len(rest) > 1:
        shift, rest = _UNITS[rest[-1].lower()], rest[:-1]
    plain = _without_groups(rest)
    if plain is None:
        return None
    try:
        number = Decimal(plain).scaleb(shift)
    except InvalidOperation:
        return None
    if shift > 0 and number == number.to_integral_value():
        number = number.quantize(Decimal(1))
    return -number if negative else number


def _without_groups(text: str) -> str | None:
    """Return the digits with a point, or None if marks of thousands and of decimals are mixed up."""
    if not text or text.strip("0123456789.,") != "":
        return text if _is_scientific(text) else None
    if "," not in text:
        if text.count(".") <= 1:
            return text if text != "." else None
        return text.replace(".", "") if _GROUPED_CONTINENTAL.match(text) else None
    if _GROUPED.match(text):
        return text.replace(",", "")
    if _GROUPED_CONTINENTAL.match(text) or (text.count(",") == 1 and "." not in text and len(text) > 1):
        return text.replace(".", "").replace(",", ".")
    return None


def _is_scientific(text: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)?[eE][+-]?\d{1,3}", text) is not None
