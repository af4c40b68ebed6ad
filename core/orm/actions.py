"""Runs actions and declared transitions (design 1.8). Layer: orm.

The composed class calls `run` for every decorated method, whoever calls it: a button, the API or business code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, ConflictError
from core.i18n import _
from core.orm import saving
from core.orm.decorators import ActionInfo
from core.orm.trace import addon_of

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.modelinfo import ModelInfo


def wrap(info: ModelInfo, action: ActionInfo, method: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that stands on the composed class for a decorated one."""

    def call(self: Model, *args: Any, **kwargs: Any) -> Any:
        return run(self, action, method, args, kwargs)

    call.__name__, call.__doc__ = action.name, method.__doc__
    call._action = action  # type: ignore[attr-defined]  # so that the wrapper shows what it is
    return call


def run(
    record: Model, action: ActionInfo, method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Check the right, then run the method; for a transition also check and set the state and call the hooks.

    Returns:
        What the method returns; for a transition that a hook holds (as for approval), the hook's answer.

    Raises:
        AccessDenied: The user is in none of the groups, or may not update the record.
        ConflictError: The record is in another state.
    """
    check_right(record, action)
    tracer = record.env.tracer
    if tracer is None:
        return _run(record, action, method, args, kwargs)
    info = record._info
    return tracer.call(
        "action", action.name, addon_of(info, action.name), info.name, _run, record, action, method, args, kwargs
    )


def _run(
    record: Model, action: ActionInfo, method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    if action.field is None:
        return method(record, *args, **kwargs)
    return _change_state(record, action, method, args, kwargs)


def check_right(record: Model, action: ActionInfo) -> None:
    """Raise AccessDenied unless the user may call the action on this record."""
    env = record.env
    if env.is_elevated:
        return
    denied = AccessDenied(_('You may not "%(action)s" this record.', action=action.label), code="access_denied.action")
    if action.groups is not None:
        if not any(env.guard.has_group(env, group) for group in action.groups):
            raise denied.located(model=record._info.name, record=record.__dict__.get("id"))
    elif not record.is_new and not env.may(record, "update"):
        raise denied.located(model=record._info.name, record=record.id)


def available(record: Model) -> list[ActionInfo]:
    """Return the actions the user may call on the record in its present state, in order of declaration."""
    found: list[ActionInfo] = []
    for action in record._info.actions.values():
        if action.field and action.source and getattr(record, action.field) not in action.source:
            continue
        try:
            check_right(record, action)
        except AccessDenied:
            continue
        found.append(action)
    return found


def _change_state(
    record: Model, action: ActionInfo, method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    env, field = record.env, str(action.field)
    before = getattr(record, field)
    if action.source and before not in action.source:
        options = record._info.fields[field].options  # type: ignore[attr-defined]  # checked to be a Selection
        raise ConflictError(
            _(
                '"%(action)s" is not possible: the state is "%(state)s".',
                action=action.label,
                state=options.get(before, before),
            ),
            code="conflict.state",
            hint=_("possible from: %(states)s", states=", ".join(options[key] for key in action.source)),
        ).located(model=record._info.name, record=record.__dict__.get("id"), field=field)
    env.flush()
    hooks = env.registry.hooks
    if hooks is not None:
        held = [answer for answer in hooks.before_transition(env, record, action) if answer is not None]
        if held:
            return held[0]
    result = method(record, *args, **kwargs)
    with env.system_changes():
        setattr(record, field, action.target)
        env.flush()
    history = env.registry.models.get("core.history")
    if history is not None:
        row = saving.history_row(env, record, "transition", record._info.fields[field], before, action.target)
        env.session.connection().execute(history.table.insert(), [row])
    if hooks is not None:
        hooks.after_transition(env, record, action)
    return result
