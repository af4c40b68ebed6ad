"""Keys by which names and phones are compared, kept in indexed columns so that a search among a million customers is a look-up."""

import re
import unicodedata
from typing import Any

from core.api import duplicate_key

_EXTENSION = re.compile(r"(?:转|轉|分机|ext\.?|x|#|,|;|，|；|/).*$", re.IGNORECASE)
_COUNTRY = re.compile(r"^\s*(?:\+|00)86")
_SHORTEST_PHONE = 5


def name_key(name: Any) -> str | None:
    """Return a name without spaces, case, width, punctuation and legal ending (D21); None for an empty one."""
    return duplicate_key([name], "name") if name else None


def phone_key(phone: Any) -> str | None:
    """Return the digits of a phone without country code 86, leading zeros and extension; None where fewer than five are left.

    >>> phone_key("+86 21 5550 1234"), phone_key("021-55501234 转 808")
    ('2155501234', '2155501234')
    """
    text = unicodedata.normalize("NFKC", str(phone or ""))
    text = _EXTENSION.sub("", _COUNTRY.sub("", text))
    digits = "".join(char for char in text if char.isdigit()).lstrip("0")
    return digits if len(digits) >= _SHORTEST_PHONE else None
