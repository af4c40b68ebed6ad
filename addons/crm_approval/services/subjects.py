"""What can be put under approval: changes of state of objects, called by their labels (APPR-02, APPR-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from addons.crm_approval.services.common import OWN
from core.api import Environment, _, formats


@dataclass(frozen=True)
class Subject:
    """One change of state of one object."""

    model: str
    transition: str
    object_label: str
    """In the language of who asks, as all labels here."""
    label: str
    """The object and its change of state."""


def subjects(env: Environment) -> Sequence[Subject]:
    """Return every declared change of state of every object, custom ones too, by label; the addon's own have none."""
    found = []
    for name, info in env.registry.models.items():
        if name in OWN or info.abstract:
            continue
        called = str(env.services.text(_(info.label), env.lang))
        for action in info.actions.values():
            if action.is_transition:
                found.append(Subject(name, action.name, called, label_of(env, name, action.name)))
    return sorted(found, key=lambda each: each.label)


def transition_of(env: Environment, model: str | None, name: str | None) -> Any:
    """Return the declaration of a change of state, or None if no enabled addon makes it."""
    info = env.registry.models.get(model or "")
    action = info.actions.get(name or "") if info is not None else None
    return action if action is not None and action.is_transition else None


def label_of(env: Environment, model: str | None, transition: str | None) -> str:
    """Return an object and its change of state in words; the technical names where no enabled addon has them, "" where none is chosen."""
    if model is None:
        return ""
    info = env.registry.models.get(model)
    if info is None:
        return f"{model}: {transition}"
    say, action = env.services.text, info.actions.get(transition or "")
    verb = say(_(action.label), env.lang) if action is not None else transition
    return f"{say(_(info.label), env.lang)}{'：' if formats.is_chinese(env.lang) else ': '}{verb}"
