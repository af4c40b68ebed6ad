"""How two values are compared by the duplicate check (D21). Pure, no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Literal

Compare = Literal["name", "digits", "text"]

LEGAL_ENDINGS = (
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "股份公司",
    "分公司",
    "集团公司",
    "公司",
    "集团",
    "股份有限公司",
    "有限責任公司",
    "incorporated",
    "corporation",
    "company",
    "limited",
    "coltd",
    "pteltd",
    "pvtltd",
    "sdnbhd",
    "corp",
    "gmbh",
    "inc",
    "llc",
    "ltd",
    "plc",
    "co",
)
"""Endings that say only the legal form, without spaces and points; the longest that fits is taken off."""

_NOT_WORD = re.compile(r"[\W_]+")
_LATIN_TAIL = re.compile(r"[a-z0-9]$")


def normalise_name(value: str) -> str:
    """Return ``value`` without width, case, spaces, punctuation and legal ending.

    A name that consists of an ending alone keeps it. Latin endings are taken off only as words of their own, so that
    "Texaco" keeps its "co".
    """
    text = unicodedata.normalize("NFKC", value).casefold()
    words = [word for word in _NOT_WORD.split(text) if word]
    joined = "".join(words)
    boundaries = _word_starts(words)
    for ending in sorted(LEGAL_ENDINGS, key=len, reverse=True):
        start = len(joined) - len(ending)
        if joined == ending:
            return joined
        if start <= 0 or not joined.endswith(ending):
            continue
        if _LATIN_TAIL.search(ending) and start not in boundaries and _LATIN_TAIL.search(joined[start - 1]):
            continue
        return joined[:start]
    return joined


def normalise_digits(value: str) -> str:
    """Return letters and digits of ``value`` in upper case, for phones and tax numbers; a leading +86 or 0086 goes."""
    text = unicodedata.normalize("NFKC", value).strip()
    text = re.sub(r"^(?:\+86|0086)", "", text)
    return "".join(char for char in text.upper() if char.isalnum())


def normalise_text(value: str) -> str:
    """Return ``value`` without width and case, and with runs of spaces as one."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def duplicate_key(values: Iterable[Any], compare: Compare) -> str | None:
    """Return the key of one record, or None if every value is empty: nothing is a duplicate of nothing.

    Args:
        values: The values of the compared fields, in the order of the rule.
        compare: How they are compared.
    """
    function = {"name": normalise_name, "digits": normalise_digits, "text": normalise_text}[compare]
    keys = ["" if value is None else function(str(value)) for value in values]
    return "\x1f".join(keys) if any(keys) else None


def _word_starts(words: list[str]) -> set[int]:
    starts: set[int] = set()
    length = 0
    for word in words:
        starts.add(length)
        length += len(word)
    return starts
