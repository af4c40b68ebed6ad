"""How large a file may be, and the errors that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.api import Environment, ValidationError, _, get_parameter

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a file may take; the defaults hold where nothing is set."""

    rows: int = 200_000
    """Most rows, the heading included."""
    columns: int = 500
    bytes: int = 50 * MIB
    """Size of the file."""
    inflated: int = 300 * MIB
    """Size of what is packed in a spreadsheet."""
    memory_mb: int = 320
    """Address space of the process that reads a spreadsheet."""
    seconds: int = 120
    """Its processor time."""


def limits_of(env: Environment) -> Limits:
    """Return the limits that an administrator set."""
    return Limits(
        rows=get_parameter(env, "base_exchange.max_rows"), bytes=get_parameter(env, "base_exchange.max_mb") * MIB
    )


def unreadable(message: Any, *, code: str = "damaged", hint: Any = None) -> ValidationError:
    """Build (not raise) the error for a file that can't be read."""
    return ValidationError(message, code=f"import.file.{code}", hint=hint)


def too_large(found: int, limits: Limits) -> ValidationError:
    """Build (not raise) the error for a file of too many bytes."""
    values = {"found": f"{found / MIB:,.0f}", "limit": f"{limits.bytes / MIB:,.0f}"}
    return unreadable(
        _("The file has %(found)s MB; at most %(limit)s MB are read.", values),
        code="size",
        hint=_("split it, or raise the limit among the system parameters"),
    )


def too_many_rows(limits: Limits) -> ValidationError:
    """Build (not raise) the error for too many rows."""
    return unreadable(
        _("The file has more than %(limit)s rows.", limit=f"{limits.rows:,}"),
        code="rows",
        hint=_("split it, or raise the limit among the system parameters"),
    )


def too_many_columns(found: int, limits: Limits) -> ValidationError:
    """Build (not raise) the error for too many columns."""
    return unreadable(
        _("The table has %(found)s columns; at most %(limit)s are read.", found=f"{found:,}", limit=limits.columns),
        code="columns",
        hint=_("delete cells far to the right that hold nothing of use"),
    )
