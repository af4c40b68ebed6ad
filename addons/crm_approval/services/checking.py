"""Checks flows when they are saved, so that a slip is told to who makes it and at its field, not found when somebody submits."""

from typing import Any

from addons.crm_approval.services.common import OWN
from addons.crm_approval.services.subjects import transition_of
from core.api import CoreError, Environment, UnknownFieldError, ValidationError, _, system_of

NUMBERS = frozenset({"money", "decimal", "float", "integer"})


def check_flow(flow: Any) -> None:
    """Refuse a flow that names what is not there.

    Raises:
        ValidationError: ``field`` says which part of it.
    """
    env = flow.env
    if flow.model not in env.registry.models or flow.model in OWN:
        raise ValidationError(_('There is no object "%(model)s" to approve.', model=flow.model), field="model")
    if transition_of(env, flow.model, flow.transition) is None:
        actions = env.registry[flow.model].actions
        known = ", ".join(name for name, action in actions.items() if action.is_transition) or "–"
        raise ValidationError(
            _('There is no change of state "%(name)s".', name=flow.transition),
            field="transition",
            hint=_("known: %(names)s", names=known),
        )
    check_condition(env, flow.model, flow.condition, "condition")
    if flow.amount_field:
        field = _field(env, flow.model, flow.amount_field, "amount_field")
        if field.kind not in NUMBERS or not field.is_stored:
            raise ValidationError(_('"%(name)s" is no stored number.', name=flow.amount_field), field="amount_field")
    for path in (part.strip() for part in (flow.watched or "").split(",")):
        if path:
            _field(env, flow.model, path, "watched")


def check_step(step: Any) -> None:
    """Refuse a level that lacks what its rule needs, or has a condition that can't be asked.

    Raises:
        ValidationError: ``field`` says which part of it.
    """
    needed = {"position": "position", "role": "role", "users": "users"}.get(step.rule)
    if needed and not getattr(step, needed):
        say = {"position": _("Say which position."), "role": _("Say which role."), "users": _("Say which people.")}
        raise ValidationError(say[needed], field=needed)
    check_condition(step.env, step.flow.model, step.condition, "condition")


def check_condition(env: Environment, model: str, condition: Any, field: str) -> None:
    """Refuse a condition that can't be asked of an object; as who writes it, since by conditions nobody learns what they may not read.

    Raises:
        ValidationError: The message names what is wrong with it.
    """
    if condition in (None, [], {}):
        return
    if not isinstance(condition, (list, dict)):
        raise ValidationError(_('A condition is a list such as [["amount", ">=", 10000]].'), field=field)
    try:
        env[model].search(condition, limit=1)
    except CoreError as error:
        raise ValidationError(error.message, hint=error.hint, field=field) from error


def problem_of(flow: Any) -> str | None:
    """Return why a flow can't be used at present, in words, or None: its object, or a field of a condition, is of a disabled addon.

    Whether whoever looks at the flow may read the object doesn't matter.
    """
    env, system = flow.env, system_of(flow.env)
    if transition_of(env, flow.model, flow.transition) is None:
        return str(env.services.text(_("The app that has this change of state is not enabled."), env.lang))
    for condition in (flow.condition, *(step.condition for step in flow.steps)):
        try:
            if condition:
                system[flow.model].exists(condition)
        except CoreError as error:
            return str(env.services.text(error.message, env.lang))
    return None


def _field(env: Environment, model: str, path: str, place: str) -> Any:
    first, _dot, rest = path.partition(".")
    try:
        field: Any = env.registry.field(model, first)
        return field if not rest else env.registry.field(field.comodel, rest)
    except (UnknownFieldError, AttributeError) as error:
        hint = error.hint if isinstance(error, CoreError) else None
        raise ValidationError(_('There is no field "%(name)s".', name=path), hint=hint, field=place) from error
