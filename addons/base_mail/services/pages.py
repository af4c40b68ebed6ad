"""What the pages of the addon share: links to them, choices of channels, parameters, reading of forms."""

from collections.abc import Iterable, Sequence
from typing import Any

from addons.base_mail.services.accounts import MODEL as ACCOUNT
from addons.base_mail.services.compose import RIGHTS, address_path
from addons.base_mail.services.telling import CHANNELS, CHOICE, offered
from core.api import Environment, Link, ValidationError, _

RULE = "base.mail.rule"
KIND = "base.reminder.kind"
_CHANNEL_LINKS = (("mail", _("Write a mail"), "mail"), ("sms", _("Send an SMS"), "message-2"))


def links_of_record(env: Environment, model: str, number: int) -> list[Link]:
    """Return the ways from a record to the pages of this addon that its reader may go; no statement."""
    if model == ACCOUNT:
        return [Link(_("Password and test"), f"/x/base_mail/accounts/{number}", "key", sequence=5)]
    return [
        Link(label, f"/x/base_mail/compose?channel={channel}&model={model}&ids={number}", icon, sequence=60)
        for channel, label, icon in _CHANNEL_LINKS
        if env.has_right(RIGHTS[channel]) and address_path(env, model, channel) is not None
    ]


def links_of_selection(env: Environment, model: str) -> list[Link]:
    """Return what may be sent to the people of selected records; no statement."""
    return [
        Link(label, f"/x/base_mail/compose/{model}/{channel}", icon, post=True, sequence=60)
        for channel, label, icon in _CHANNEL_LINKS
        if env.has_right(RIGHTS[channel]) and address_path(env, model, channel) is not None
    ]


def kinds_to_choose(env: Environment) -> list[dict[str, Any]]:
    """Return the rules and kinds of reminders with the channels they offer and those the user has; three statements."""
    chosen = {
        row["kind"]: row for row in env[CHOICE].read([["user", "=", env.uid]], ["kind", *(f"by_{c}" for c in CHANNELS)])
    }
    rows = []
    for prefix, model in (("rule", RULE), ("reminder", KIND)):
        table = env.registry[model].table
        found = env.connection.execute(table.select().where(table.c.active)).all()
        records = env.load(model, [row.id for row in found])
        for record in records:
            channels = offered(record)
            if not channels:
                continue
            key = f"{prefix}:{record.id}"
            own = chosen.get(key)
            on = channels if own is None else {c for c in CHANNELS if own[f"by_{c}"]} & channels
            rows.append({"key": key, "label": record.display_name, "offered": channels, "on": on, "type": prefix})
    return rows


def choose_channels(env: Environment, ticked: Iterable[str]) -> None:
    """Keep which channels the user wants; ``ticked`` are texts such as ``rule:7:mail`` of everything switched on."""
    wanted = set(ticked)
    rows = kinds_to_choose(env)
    env[CHOICE].delete([["user", "=", env.uid]])
    values = [
        {"user": env.uid, "kind": row["key"], **{f"by_{c}": f"{row['key']}:{c}" in wanted for c in CHANNELS}}
        for row in rows
        if {c for c in row["offered"] if f"{row['key']}:{c}" in wanted} != row["offered"]
    ]
    if values:
        env[CHOICE].create(values)


def numbers(texts: Sequence[str], field: str) -> tuple[int, ...]:
    """Return the ids in a form.

    Raises:
        ValidationError: One of them is no number.
    """
    parts = [part for text in texts for part in text.split(",") if part.strip()]
    if not all(part.strip().isascii() and part.strip().isdigit() and len(part.strip()) < 18 for part in parts):
        raise ValidationError(_("This is no id of a record."), field=field)
    return tuple(dict.fromkeys(int(part) for part in parts))
