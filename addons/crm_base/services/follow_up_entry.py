"""Entering a follow-up in one small form, twenty times a day (BASE-37, BASE-38)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from core.api import Environment, ValidationError, _, formatter_for, id_of

FOLLOW_UP = "crm.follow_up"
ITEM = "core.dictionary.item"
TEMPLATE = "crm.follow_up.template"
_RELATIONS = ("channel", "kind", "contact")
_TEXTS = ("content", "result")


def zone_of(env: Environment) -> ZoneInfo:
    """Return the time zone in which the user reads and types times."""
    return ZoneInfo(formatter_for(env).zone)


def typed_moment(env: Environment, text: str, field: str) -> datetime.datetime | None:
    """Return an instant typed as ``2025-03-05T10:00`` on the user's clock; None for an empty text.

    Raises:
        ValidationError: It is no time.
    """
    if not text.strip():
        return None
    try:
        return datetime.datetime.fromisoformat(text[:16]).replace(tzinfo=zone_of(env)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise ValidationError(_("A time is written like 2025-03-05T10:00."), field=field) from None


def typed_day(text: str, field: str) -> datetime.date | None:
    """Return a day typed as ``2025-03-05``; None for an empty text.

    Raises:
        ValidationError: It is none.
    """
    if not text.strip():
        return None
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        raise ValidationError(_("A day is written like 2025-03-05."), field=field) from None


def typed_number(text: str, field: str) -> int | None:
    """Return the id chosen in a box; None for an empty text.

    Raises:
        ValidationError: It is none.
    """
    if not text.strip():
        return None
    number = id_of(text)
    if number is None:
        raise ValidationError(_("This is no choice."), field=field)
    return number


def choices(env: Environment, dictionary: str) -> list[dict[str, Any]]:
    """Return what a dictionary offers: ``id key name``, in its order. One statement."""
    domain = [["dictionary.code", "=", dictionary], ["active", "=", True]]
    return env[ITEM].read(domain, ["key", "name", "is_default"], "sequence, id")


def form_data(env: Environment, customer: Any, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form shows for a customer.

    Args:
        env: Who enters.
        customer: The customer.
        given: What was typed so far; with ``template`` the text of a template stands behind it, and its channel and purpose are chosen.

    Returns:
        Plain values for the template ``crm_base/composer.html``.
    """
    typed = {name: given.get(name, "") for name in ("at", "next_date", "template", *_RELATIONS, *_TEXTS)}
    channels, kinds = choices(env, "follow_up_channel"), choices(env, "follow_up_kind")
    contacts = env["crm.contact"].read([["customer", "=", customer.id]], ["name", "post", "is_main"], limit=200)
    if not typed["channel"] and channels:
        typed["channel"] = str(next((each for each in channels if each["is_default"]), channels[0])["id"])
    if "contact" not in given:
        typed["contact"] = next((str(each["id"]) for each in contacts if each["is_main"]), "")
    number = typed_number(typed["template"], "template")
    template = env[TEMPLATE].find(number) if number is not None else None
    if template is not None:
        body = template.body or ""
        if body not in typed["content"]:
            typed["content"] = f"{typed['content']}\n{body}".strip()
        typed["channel"] = str(template.channel.id) if template.channel is not None else typed["channel"]
        typed["kind"] = str(template.kind.id) if template.kind is not None else typed["kind"]
    if not typed["at"]:
        typed["at"] = f"{env.now().astimezone(zone_of(env)):%Y-%m-%dT%H:%M}"
    return {
        "customer": {"id": customer.id, "name": customer.name},
        "typed": typed,
        "channels": channels,
        "kinds": kinds,
        "contacts": contacts,
        "templates": env[TEMPLATE].read([["active", "=", True]], ["name"], limit=100),
    }


def enter(env: Environment, customer: Any, form: Mapping[str, str]) -> Any:
    """Save what was typed, and return the follow-up.

    Raises:
        ValidationError: Something is missing or wrong; nothing is saved.
    """
    values: dict[str, Any] = {"customer": customer.id}
    for name in _RELATIONS:
        values[name] = typed_number(form.get(name, ""), name)
    for name in _TEXTS:
        values[name] = form.get(name, "").strip() or None
    at = typed_moment(env, form.get("at", ""), "at")
    values["at"] = at if at is not None else env.now()
    values["next_date"] = typed_day(form.get("next_date", ""), "next_date")
    made = env[FOLLOW_UP].create(values)
    env.flush()
    return made
