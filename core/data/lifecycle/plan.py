"""What a change of addons will do, to be read before it is done (design 1.12). Layer: data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from core.errors import CoreError

Action = Literal["install", "enable", "disable", "upgrade", "remove", "restore"]
StepKind = Literal[
    "addon", "migration", "table", "column", "schema", "records", "recompute", "drop", "view", "reference", "conflict"
]


@dataclass(frozen=True)
class Step:
    """One thing that will happen."""

    kind: StepKind
    addon: str
    text: Any
    """A translatable `Message`, or the text of a file."""
    table: str | None = None
    rows: int | None = None
    """Rows concerned; None: not counted."""


@dataclass
class Plan:
    """The steps of one change, in the order in which they happen."""

    action: Action
    names: tuple[str, ...]
    """What was asked for."""
    addons: list[str] = field(default_factory=list)
    """Everything concerned, in the order of the change: with dependencies, bridges or dependents."""
    cascaded: list[str] = field(default_factory=list)
    """Those of `addons` that were not asked for."""
    steps: list[Step] = field(default_factory=list)
    refusals: list[CoreError] = field(default_factory=list)
    """Why it can't be done; empty: it can."""
    seconds: float = 0.0
    """Roughly how long it will take."""

    @property
    def possible(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.refusals

    def of_kind(self, *kinds: StepKind) -> list[Step]:
        """Return the steps of some kinds."""
        return [step for step in self.steps if step.kind in kinds]
