"""Checks rules and kinds of reminders when they are saved, so that a slip is told to who makes it and not found in a log."""

from typing import Any

from addons.base_mail.services.recipients import check_path, split_paths
from core.api import CoreError, UnknownFieldError, ValidationError, _

CLOSED = (
    "base.mail.",
    "base.reminder",
    "core.notification",
    "core.job",
    "core.schedule",
    "core.session",
    "core.audit",
    "core.history",
)
"""Objects that messages themselves write: a rule about them would never end."""
DATES = frozenset({"date", "datetime"})


def check_rule(rule: Any) -> None:
    """Refuse a notification rule that names what is not there.

    Raises:
        ValidationError: ``field`` says which part of the rule.
    """
    _check_model(rule)
    if rule.event in ("changed", "date"):
        _check_field(rule, "field", dates_only=rule.event == "date")
    if rule.event == "transition" and rule.transition:
        actions = rule.env.registry[rule.model].actions
        if rule.transition not in actions or not actions[rule.transition].is_transition:
            known = ", ".join(name for name, action in actions.items() if action.is_transition) or "–"
            raise ValidationError(
                _('There is no change of state "%(name)s".', name=rule.transition),
                field="transition",
                hint=_("known: %(names)s", names=known),
            )
    _check_domain(rule, "condition")
    for path in split_paths(rule.paths):
        check_path(rule.env, rule.model, path, "paths")
    if not (rule.groups or rule.users or split_paths(rule.paths)):
        raise ValidationError(_("Say who is told: roles, people, or fields of the record."), field="paths")
    if rule.template is not None and rule.template.model not in (None, rule.model):
        raise ValidationError(_("The template is for another object."), field="template")


def check_kind(kind: Any) -> None:
    """Refuse a kind of reminder that names what is not there.

    Raises:
        ValidationError: ``field`` says which part of it.
    """
    _check_model(kind)
    _check_field(kind, "date_field", dates_only=True)
    _check_domain(kind, "open_domain")
    paths = split_paths(kind.recipients)
    if not paths:
        raise ValidationError(_("Say whom to remind, such as owner."), field="recipients")
    for path in paths:
        check_path(kind.env, kind.model, path, "recipients")


def _check_model(source: Any) -> None:
    if source.model not in source.env.registry.models:
        raise ValidationError(_('There is no object "%(model)s".', model=source.model), field="model")
    if source.model.startswith(CLOSED):
        raise ValidationError(_("Nobody can be told of changes of messages and logs."), field="model")


def _check_field(source: Any, name: str, *, dates_only: bool) -> None:
    value = getattr(source, name)
    if not value:
        raise ValidationError(_("Say which field."), field=name)
    try:
        field = source.env.registry.field(source.model, value)
    except UnknownFieldError as error:
        raise ValidationError(error.message, hint=error.hint, field=name) from error
    if field.name in source.env.hidden_fields(source.env.registry[source.model], "read"):
        raise ValidationError(_("You may not read this field."), field=name)
    if dates_only and (field.kind not in DATES or not field.is_stored):
        raise ValidationError(_('"%(name)s" is no stored date.', name=value), field=name)


def _check_domain(source: Any, name: str) -> None:
    domain = getattr(source, name)
    if domain is None:
        return
    try:
        # As who makes the rule: by conditions nobody is to learn what they may not read.
        source.env[source.model].search(domain, limit=1)
    except CoreError as error:
        raise ValidationError(error.message, hint=error.hint, field=name) from error
