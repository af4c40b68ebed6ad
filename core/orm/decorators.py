"""Decorators for methods of models: what computes, checks, and may be called from outside. Layer: orm.

They only mark functions; the registry reads the marks when it composes a model, and a method overridden by a later layer keeps the
mark of the first unless it carries its own.
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from core.errors import DefinitionError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class ActionInfo:
    """A method that pages and the API may call (design §2.2)."""

    name: str
    label: str
    groups: tuple[str, ...] | None
    """Groups whose members may call it; None means everybody who may update the record."""
    visible: str | None = None
    """Expression over the record that says when its button shows; None means always."""
    field: str | None = None
    """Transitions only: the Selection field that changes."""
    source: tuple[str, ...] = ()
    """Transitions only: states in which it may be called; empty means any."""
    target: str | None = None
    """Transitions only: the state it leads to."""
    parameters: tuple[str, ...] = ()
    """Names of the arguments it takes from outside."""

    @property
    def is_transition(self) -> bool:
        """Whether the action is a declared change of state."""
        return self.field is not None


def depends(*paths: str) -> Callable[[F], F]:
    """Name the fields a compute method reads, as dotted paths such as ``"lines.amount"``."""

    def mark(function: F) -> F:
        function._depends = paths  # type: ignore[attr-defined]  # marks live on the function until the registry reads them
        return function

    return mark


def constrains(*names: str) -> Callable[[F], F]:
    """Call the method before a record is saved in which one of these fields changed; it raises ValidationError to refuse."""

    def mark(function: F) -> F:
        function._constrains = names  # type: ignore[attr-defined]  # see depends
        return function

    return mark


def action(label: str, *, groups: Sequence[str] | None = None, visible: str | None = None) -> Callable[[F], F]:
    """Make a method a button and an API endpoint.

    Args:
        label: Text of the button.
        groups: Ids of groups that may call it; None means everybody who may update the record.
        visible: Expression over the record (see design §2.2) that says when the button shows.
    """

    def mark(function: F) -> F:
        function._action = ActionInfo(  # type: ignore[attr-defined]  # see depends
            function.__name__,
            label,
            None if groups is None else tuple(groups),
            visible,
            parameters=_parameters(function),
        )
        return function

    return mark


def transition(
    field: str,
    *,
    source: Sequence[str] = (),
    target: str,
    label: str,
    groups: Sequence[str] | None = None,
    visible: str | None = None,
) -> Callable[[F], F]:
    """Make a method a declared change of state: button, right, endpoint, history and hooks follow from it (design 1.8).

    The method's body runs first and may raise to refuse; then the field is set to ``target``.

    Args:
        field: Name of the Selection field.
        source: States in which it may be called; empty means any.
        target: The new state.
        label: Text of the button.
        groups: As for `action`.
        visible: As for `action`.
    """
    if isinstance(source, str):
        raise DefinitionError(_("The source of a transition is a list of states."))

    def mark(function: F) -> F:
        function._action = ActionInfo(  # type: ignore[attr-defined]  # see depends
            function.__name__,
            label,
            None if groups is None else tuple(groups),
            visible,
            field,
            tuple(source),
            target,
            _parameters(function),
        )
        return function

    return mark


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)[1:]


def today(env: Environment | None = None) -> datetime.date:
    """Return the current day in the environment's time zone; made for ``default=today``.

    Args:
        env: Whose clock and time zone; None takes the machine's.
    """
    return datetime.date.today() if env is None else env.today()


def now(env: Environment | None = None) -> datetime.datetime:
    """Return the current instant in UTC; made for ``default=now``.

    Args:
        env: Whose clock; None takes the machine's.
    """
    return datetime.datetime.now(datetime.UTC) if env is None else env.now()
