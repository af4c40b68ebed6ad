"""Comparing texts alike in SQL and in Python: wildcards and the folding of case. Layer: orm; knows no database.

Case is folded character by character (never in context, never one character to two), because that is what PostgreSQL's ``lower()``
does; SQLite gets `folded` itself as the function `LOWER_FUNCTION`, which the engine registers.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LOWER_FUNCTION = "tangram_lower"
"""Name of `folded` on every SQLite connection."""

LOCAL_DATE_FUNCTION = "tangram_local_date"
"""Name of the function on SQLite that returns the day of a stored instant in a time zone; PostgreSQL has its own."""

ESCAPE = "!"
"""Escape character of the LIKE patterns made here; not a backslash, whose meaning depends on server settings."""

_DOTTED_I = "\u0130"


def folded(text: str) -> str:
    """Return ``text`` in lower case; it keeps its length, so ``İ`` becomes ``i`` and a final sigma stays an ordinary one."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_char, text))


def _fold_char(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else "i" if char == _DOTTED_I else char


def has_case(text: str) -> bool:
    """Whether ``text`` holds characters outside ASCII that differ in case from others, so that plain LIKE of SQLite is not enough."""
    return any(not char.isascii() and (char.lower() != char or char.upper() != char) for char in text)


def compact(text: str) -> str:
    """Return typed text as fuzzy search compares it: NFKC, lower case, without white space."""
    return "".join(folded(unicodedata.normalize("NFKC", text)).split())


@dataclass(frozen=True)
class LikePattern:
    """What ``like`` and ``ilike`` look for.

    Attributes:
        text: The text, or with ``wild`` a pattern in which ``%`` stands for any text and ``_`` for one character.
        wild: False looks for ``text`` as it is anywhere in the value; True compares the whole value with the pattern.
    """

    text: str
    wild: bool

    @classmethod
    def typed(cls, text: str) -> LikePattern:
        """Read what a person typed: a substring, unless it contains ``%``."""
        return cls(text, "%" in text)

    @classmethod
    def in_order(cls, characters: str) -> LikePattern:
        """Return the pattern of all values that hold these characters in this order; ``%`` and ``_`` among them are dropped."""
        plain = characters.replace("%", "").replace("_", "")
        return cls(f"%{'%'.join(plain)}%" if plain else "%", True)

    def folded(self) -> LikePattern:
        """Return the same in lower case."""
        return LikePattern(folded(self.text), self.wild)

    def for_like(self) -> str:
        """Return the pattern for SQL's LIKE with `ESCAPE`."""
        if self.wild:
            return self.text.replace(ESCAPE, ESCAPE * 2)
        text = self.text.replace(ESCAPE, ESCAPE * 2).replace("%", f"{ESCAPE}%").replace("_", f"{ESCAPE}_")
        return f"%{text}%"

    def for_glob(self) -> str:
        """Return the pattern for SQLite's GLOB, which minds case."""
        text = "".join(f"[{char}]" if char in "*?[" else char for char in self.text)
        return text.replace("%", "*").replace("_", "?") if self.wild else f"*{text}*"

    def matches(self, value: str | None) -> bool:
        """Whether ``value`` fits; None never does. Takes time in proportion to value times pattern at worst."""
        if value is None:
            return False
        if not self.wild:
            return self.text in value
        first, *rest = self.text.split("%")
        if not rest:
            return len(first) == len(value) and _fits(value, first, 0)
        if not _fits(value, first, 0):
            return False
        at = len(first)
        for piece in rest[:-1]:
            found = _find(value, piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        last = len(value) - len(rest[-1])
        return last >= at and _fits(value, rest[-1], last)


def _fits(value: str, piece: str, at: int) -> bool:
    """Whether ``piece``, in which ``_`` stands for any character, lies in ``value`` at ``at``."""
    if "_" not in piece:
        return value.startswith(piece, at)
    window = value[at : at + len(piece)]
    return len(window) == len(piece) and all(want in ("_", have) for want, have in zip(piece, window, strict=True))


def _find(value: str, piece: str, start: int) -> int:
    """Return where ``piece`` first lies at or after ``start``, or -1. Taking the first place always leaves most room for the rest."""
    if "_" not in piece:
        return value.find(piece, start)
    return next((at for at in range(start, len(value) - len(piece) + 1) if _fits(value, piece, at)), -1)
