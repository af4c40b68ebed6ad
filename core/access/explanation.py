"""What `core.access.explain` answers with: plain data, ready for a page, the API or a terminal. Layer: access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import Message

__all__ = ["Assumption", "Explanation", "HiddenField", "Step", "Viewer"]


@dataclass(frozen=True)
class Assumption:
    """What if: changes thought of, never made. None and empty mean "as it is"."""

    groups: tuple[str, ...] | None = None
    """Groups held directly instead of the user's own."""
    position: int | None = None
    """Id of the position held instead of the user's own."""
    mode: str | None = None
    """Sharing mode of the model: ``private``, ``public_read`` or ``public_write``."""
    without_shares: tuple[int, ...] = ()
    """Ids of shares that are withdrawn."""


@dataclass(frozen=True)
class Step:
    """One link of the chain: a function right, a global condition or a granting one."""

    id: str
    """Id of the rule or built-in fragment, or the group or holder that gives the right."""
    source: str
    """File and line, or the row of the database."""
    holds: bool
    label: Message
    detail: Message | None = None
    """What it was compared with: the owner, the positions, the share's end. None: nothing to add."""
    domain: Any = None
    """The domain of a rule, filled with the user's values; None for the others."""


@dataclass(frozen=True)
class HiddenField:
    """A field the user does not see on records they reach."""

    name: str
    label: str
    holders: tuple[str, ...]
    """Groups or special rights that open it."""
    source: str


@dataclass(frozen=True)
class Explanation:
    """Why a user may, or may not, do something with one record."""

    user: int
    user_name: str
    model: str
    record: int
    operation: str
    exists: bool
    """Whether there is such a record, in the recycle bin or not."""
    allowed: bool
    right: bool
    """Whether the function right is held."""
    deciding: Step | None
    """Allowed: the first granting step that holds. Refused: the step that fails; None where no granting step holds."""
    rights: tuple[Step, ...]
    """What gives or takes the function right; one is enough."""
    globals: tuple[Step, ...]
    """Conditions that hold for everybody; all are needed."""
    grants: tuple[Step, ...]
    """Conditions of which one is needed."""
    hidden: tuple[HiddenField, ...]
    special: tuple[str, ...]
    """Special rights the user holds."""
    operations: Mapping[str, bool] = field(default_factory=dict)
    """Every operation → whether the user may do it with this record."""
    sql: str = ""
    """The condition as the database gets it; empty where no column is asked."""

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def summary(self) -> Message:
        """The answer in one sentence."""
        if not self.exists:
            return Message("There is no such record.")
        if not self.right:
            return Message("None of the user's roles gives the function right.")
        if self.deciding is not None:
            return self.deciding.label
        return Message("No rule opens this record to the user.")


@dataclass(frozen=True)
class Viewer:
    """A user who reaches a record, and the first reason for it. Unpacks to (user id, reason)."""

    user: int
    reason: Message
    fragment: str
    name: str
    writes: bool
    """Whether the user may change it too."""

    def __iter__(self) -> Any:
        return iter((self.user, self.reason))
