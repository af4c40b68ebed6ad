"""What is wrong with a row, in words and with proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.api import CoreError


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one row."""

    row: int
    """Number of the row in the file, counted from 1."""
    message: Any
    """A text or a message to be translated."""
    code: str = "import.value"
    """Kind of fault; faults of one kind stand together."""
    column: int | None = None
    """Position of the column, counted from 0; None: the row as a whole."""
    field: str | None = None
    """Name of the field, or None."""
    value: str | None = None
    """What stands in the file."""
    proposals: tuple[str, ...] = ()
    """Texts that would be right instead, the likeliest first."""
    is_certain: bool = False
    """Whether the first proposal can hardly be wrong."""


class CellError(Exception):
    """A cell can't be read as its field demands.

    Args:
        message: What is wrong.
        code: Kind of fault.
        proposals: Texts that would be right instead, the likeliest first.
        is_certain: Whether the first of them can hardly be wrong.
    """

    def __init__(
        self, message: Any, *, code: str = "value", proposals: Sequence[str] = (), is_certain: bool = False
    ) -> None:
        super().__init__(message)
        self.message, self.code, self.proposals, self.is_certain = (
            message,
            f"import.{code}",
            tuple(proposals),
            is_certain,
        )


@dataclass
class Row:
    """One row of the file on its way into the database."""

    number: int
    """Its number in the file, counted from 1."""
    cells: Sequence[Any]
    """What stands in the file."""
    values: dict[str, Any] = field(default_factory=dict)
    """Field → value."""
    faults: list[Fault] = field(default_factory=list)


def fault_of(error: CoreError, row: int) -> Fault:
    """Return an error of the ORM as the fault of a row; of several faults in one error the first stands for all."""
    first = error.faults[0] if error.faults else error
    return Fault(row, first.message, first.code, field=first.where.field)
