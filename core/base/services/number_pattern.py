"""The pattern of a numbering rule (CORE-54): parsing, formatting and the period of its counter. Pure, no database.

A pattern is text with parts in braces::

    HT{YYYYMMDD}-{3}          HT20260731-007
    {prefix}{department}{YY}{MM}-{4}

Parts: any run of ``YYYY YY MM DD`` (date of the document), ``{prefix}`` (of the rule), ``{company}`` ``{department}``
``{category}`` (codes of the record, given by the caller) and exactly one counter, written as its width ``{1}`` … ``{12}``.
A counter that outgrows its width gets longer and is never cut. Two braces stand for one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.errors import ValidationError, nearest
from core.i18n import _

Reset = Literal["never", "year", "month", "day"]

CODES = ("prefix", "company", "department", "category")
"""Parts that come from the rule or the record."""

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_DATE = re.compile(r"(?:YYYY|YY|MM|DD)+(?:[-/.]?(?:YYYY|YY|MM|DD))*")
_DATE_PIECE = re.compile(r"YYYY|YY|MM|DD|[-/.]")
_STRFTIME = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "never": (),
    "year": (("YYYY", "YY"),),
    "month": (("YYYY", "YY"), ("MM",)),
    "day": (("YYYY", "YY"), ("MM",), ("DD",)),
}
MAX_WIDTH = 12


@dataclass(frozen=True)
class Part:
    """One piece of a pattern."""

    kind: Literal["text", "date", "code", "counter"]
    text: str
    """The text itself, the date pieces as written, the name of the code, or the width in digits."""


@dataclass(frozen=True)
class NumberPattern:
    """A parsed pattern."""

    parts: tuple[Part, ...]

    @property
    def codes(self) -> frozenset[str]:
        """Names of the codes it needs from rule or record."""
        return frozenset(part.text for part in self.parts if part.kind == "code")

    def format(self, counter: int, day: dt.date, codes: Mapping[str, str | None]) -> str:
        """Return the number for ``counter``; codes that are not given or None are left out."""
        pieces: list[str] = []
        for part in self.parts:
            if part.kind == "text":
                pieces.append(part.text)
            elif part.kind == "date":
                pieces.append(_DATE_PIECE.sub(lambda found: _date_piece(found.group(), day), part.text))
            elif part.kind == "code":
                pieces.append(codes.get(part.text) or "")
            else:
                pieces.append(str(counter).zfill(int(part.text)))
        return "".join(pieces)


def parse_pattern(pattern: str) -> NumberPattern:
    """Parse ``pattern``.

    Raises:
        ValidationError: An unknown part (the nearest known one is proposed), a lone brace, no counter or more than one.
    """
    parts: list[Part] = []
    end = 0
    for found in _PART.finditer(pattern):
        if found.start() > end:
            parts.append(Part("text", pattern[end : found.start()]))
        parts.append(_part(found))
        end = found.end()
    if end < len(pattern):
        parts.append(Part("text", pattern[end:]))
    counters = sum(part.kind == "counter" for part in parts)
    if counters != 1:
        raise ValidationError(
            _(
                'The pattern "%(pattern)s" needs exactly one counter such as {4}, not %(count)s.',
                pattern=pattern,
                count=counters,
            ),
            field="pattern",
        )
    return NumberPattern(tuple(parts))


def check_reset(pattern: NumberPattern, reset: Reset) -> None:
    """Refuse a counter that starts again while the pattern lacks the date parts that keep its numbers apart.

    Raises:
        ValidationError: Numbers would come twice.
    """
    dates = "".join(part.text for part in pattern.parts if part.kind == "date")
    missing = [choice[0] for choice in _NEEDED[reset] if not any(piece in dates for piece in choice)]
    if missing:
        raise ValidationError(
            _(
                "A counter that starts again needs {%(parts)s} in the pattern, or numbers come twice.",
                parts="".join(missing),
            ),
            field="pattern",
        )


def period_key(reset: Reset, day: dt.date) -> str:
    """Return the key of the counter row for ``day``: ``-``, ``2026``, ``2026-07`` or ``2026-07-31``."""
    length = {"never": 0, "year": 4, "month": 7, "day": 10}[reset]
    return day.isoformat()[:length] or "-"


def _part(found: re.Match[str]) -> Part:
    if found.group() in ("{{", "}}"):
        return Part("text", found.group()[0])
    name = found.group(1)
    if name is None:
        raise ValidationError(_("A single brace in the pattern; write two for one."), field="pattern")
    if name.isascii() and name.isdigit() and 1 <= int(name) <= MAX_WIDTH:
        return Part("counter", name)
    if name in CODES:
        return Part("code", name)
    if _DATE.fullmatch(name):
        return Part("date", name)
    close = nearest(name, [*CODES, "YYYY", "YYYYMM", "YYYYMMDD", "YYMM", "YYMMDD", "MM", "DD"])
    raise ValidationError(
        _('Unknown part "{%(name)s}" in the pattern.', name=name),
        hint=_('did you mean "%(name)s"?', name=close)
        if close
        else _("a counter is written as its width, such as {4}"),
        field="pattern",
    )


def _date_piece(piece: str, day: dt.date) -> str:
    # strftime("%Y") does not pad years below 1000 on every platform, so the year is written here.
    if piece == "YYYY":
        return f"{day.year:04d}"
    return day.strftime(_STRFTIME[piece]) if piece in _STRFTIME else piece
