"""Makes a short code of a name by which those who know it find the record (CORE-55)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from core.base.services.parameters import get_parameter
from core.orm.fuzzy import initials

if TYPE_CHECKING:
    from core.orm.environment import Environment

LONGEST = 40
"""Characters of a code."""


def mnemonic_of(env: Environment, name: str | None) -> str | None:
    """Return the code of a name by the rule of the parameter ``base.mnemonic``; None where codes are not made, or of a name without letters."""
    rule = get_parameter(env, "base.mnemonic")
    code = first_letters(name or "") if rule != "off" else ""
    return (code.upper() if rule == "upper" else code) or None


def first_letters(name: str) -> str:
    """Return the pinyin initials of Chinese characters and the first letters of words, digits as they are, in small letters.

    >>> first_letters("深圳海洋科技 Ocean Tech 3000")
    'szhykjot3000'
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    code, in_word = [], False
    for character, spoken in zip(text, initials(text), strict=True):
        is_word = spoken == character and character.isalpha()
        if character.isdigit() or spoken != character or (is_word and not in_word):
            code.append(unicodedata.normalize("NFD", spoken)[0])
        in_word = is_word
    return "".join(code)[:LONGEST]
