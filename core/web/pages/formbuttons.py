"""Buttons and steps of a form: the actions and transitions that can be called now (layer web)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.orm.actions import available
from core.render.form import Button, StatusStep
from core.web.api.arguments import needs_arguments
from core.web.pages.addresses import record_url, records_url
from core.web.pages.neighbours import kept_query
from core.web.pages.viewing import filled, holds

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.views import Node, View
    from core.web.call import Call
    from core.web.pages.formparts import FormBuilder


def button_of(form: FormBuilder, node: Node) -> Button | None:
    """Return the button of a node that can be pressed now, or None.

    Args:
        form: The form that it stands in.
        node: It names an action, an address or a model to open.
    """
    if not holds(node.attrs.get("visible"), form.context, True):
        return None
    common: dict[str, Any] = {
        "style": node.attrs.get("style") or "default",
        "icon": node.attrs.get("icon"),
        "confirm": form.text_of_node(node, "confirm"),
        "key": node.attrs.get("key"),
    }
    given = form.text_of_node(node, "label")
    action = None
    if node.action is not None:
        if form.is_new:
            return None
        action = next((each for each in available(form.record) if each.name == node.action), None)
        if action is None or not holds(action.visible, form.context, True):
            return None
    if node.attrs.get("url"):
        url = str(node.attrs["url"])
        if "{{" in url:
            # It leads to a page about this record.
            if form.is_new:
                return None
            url = str(filled(url, form.env, record=form.record))
        label = given or (node.name if action is None else form.call.text(action.label))
        return Button(node.name, label, url, is_post=False, **common)
    if action is not None:
        url = _action_url(form.call, form.info, form.record, action.name)
        return Button(node.name, given or form.call.text(action.label), url, **common)
    target = str(node.attrs.get("open", ""))
    if not target or form.is_new:
        return None
    url = records_url(target.partition(":")[0], domain=filled(node.get("domain"), form.env))
    return Button(node.name, given or node.name, url, is_post=False, **common)


def steps_of(form: FormBuilder, node: Node, field: Any, now: Any) -> tuple[StatusStep, ...]:
    """Return the line of steps of a state.

    Args:
        form: The form that it stands in.
        node: It may name the states that are shown.
        field: The selection that holds the state.
        now: Its value.
    """
    wanted = [str(step) for step in node.attrs.get("steps", ())] or list(field.options)
    keys = [key for key in field.options if key in wanted or key == now]
    at = keys.index(now) if now in keys else -1
    return tuple(
        StatusStep(key, form.call.text(field.options[key]), key == now, number < at) for number, key in enumerate(keys)
    )


def saving_actions(call: Call, view: View, record: Any, context: Mapping[str, Any]) -> dict[str, str]:
    """Return what a form can be saved with (``with_save`` of its buttons): action → label such as "Save and confirm"."""
    named = {node.action for node in view.walk() if node.action and node.attrs.get("with_save")}
    return {
        action.name: call.text(_("Save and %(action)s", action=action.label))
        for action in (available(record) if named else ())
        if action.name in named and holds(action.visible, context, True)
    }


def buttons_for(
    call: Call, info: ModelInfo, view: View, builder: FormBuilder, header: Any
) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """Return the actions that can be called now: those of the header in its order, and those that no part of the view places (design 1.8)."""
    placed = {node.action for node in view.walk() if node.action}
    shown = [part.button for part in header if part.button is not None]
    if shown and shown[0].style == "default":
        shown[0] = replace(shown[0], style="primary")
    more: list[Button] = []
    for action in available(builder.record):
        if (
            action.name not in placed
            and not needs_arguments(info, action)
            and holds(action.visible, builder.context, True)
        ):
            url = _action_url(call, info, builder.record, action.name)
            more.append(Button(action.name, call.text(action.label), url))
    return (tuple(shown), tuple(more))


def _action_url(call: Call, info: ModelInfo, record: Any, name: str) -> str:
    return record_url(info.name, f"{record.id}/actions/{name}", **kept_query(call))
