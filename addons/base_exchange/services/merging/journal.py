"""What a merge did, step by step, as plain data for the undo."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass
class Journal:
    """Steps in the order in which they were done."""

    values: list[dict[str, Any]] = field(default_factory=list)
    """Fields of the winner: ``{"field", "old", "new"}``, as plain JSON."""
    fields: list[dict[str, Any]] = field(default_factory=list)
    """References by a field: ``{"model", "field", "rows": [[id, loser]], "binned": [[id, loser]]}``."""
    notes: list[dict[str, Any]] = field(default_factory=list)
    """Rows that name a model and a record, such as files: ``{"model", "rows": [[id, loser]]}``."""
    links: list[dict[str, Any]] = field(default_factory=list)
    """Links added: ``{"model", "field", "record", "others": [id]}``."""
    place: dict[str, Any] | None = None
    """Where the winner stood in the tree of its model, if that changed: ``{"field", "old", "new"}``."""
    deletion: int | None = None
    """Entry of the recycle bin that holds the losers."""

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return what `to_json` gave."""
        return cls(**data)
