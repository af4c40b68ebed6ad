"""Outgoing calls: other systems are told of what happens to records (CORE-81)."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from core.errors import ValidationError, unknown
from core.i18n import _
from core.orm import fields
from core.orm.decorators import action, constrains
from core.orm.model import Model


def new_secret() -> str:
    """Return a secret that nobody guesses."""
    return secrets.token_urlsafe(32)


class EventCall(Model):
    """An address that is called when records of one object are created, changed or deleted."""

    _name = "core.event_call"
    _label = "Event call"
    _order = "name, id"
    _recycle = False

    name = fields.Char(required=True, track=True)
    address = fields.Char(required=True, size=2000, track=True, help="Begins with https://.")
    model = fields.Char(label="Object", required=True, index=True, track=True, help="Such as crm.customer.")
    created = fields.Boolean(label="When created", default=True, track=True)
    changed = fields.Boolean(label="When changed", default=True, track=True)
    deleted = fields.Boolean(label="When deleted", default=True, track=True)
    transitions = fields.Char(
        track=True, help="Names of transitions with commas, such as confirm; each is an event of its own."
    )
    domain = fields.Json(
        label="Condition", conditions_of="model", track=True, help="Only records that fulfil it; empty: all."
    )
    user = fields.Many2one(
        "core.user",
        label="Reads as",
        required=True,
        ondelete="cascade",
        track=True,
        help="What is told is what this user may see.",
    )
    secret = fields.Char(
        label="Signing secret",
        required=True,
        default=new_secret,
        copy=False,
        help="Each call is signed with it; the receiver needs it to check.",
    )
    active = fields.Boolean(default=True, track=True)
    failures = fields.Integer(label="Failures in a row", default=0, readonly=True, copy=False)
    deliveries = fields.One2many("core.event_delivery", "call", readonly=True)

    @constrains("model", "transitions", "domain", "address")
    def _check_call(self) -> None:
        models = self.env.registry.models
        info = models.get(str(self.model))
        if info is None:
            raise unknown("model", str(self.model), models, ValidationError)
        for name in transition_names(self.transitions):
            if name not in info.actions or not info.actions[name].is_transition:
                raise unknown(
                    "transition",
                    name,
                    [each.name for each in info.actions.values() if each.is_transition],
                    ValidationError,
                )
        if self.domain:
            self.env[info.name].count(self.domain)
        check_address(str(self.address), allow_private=self.env.settings.event_private_addresses)

    @action("Send a test")
    def send_test(self) -> Any:
        """Queue a call of the event ``test`` without a record."""
        self.env["core.event_delivery"].create({"call": self, "event": "test", "due_at": self.env.now()})
        self.env.flush()
        return self.env.defer("base.send_events", call=self.id)


class EventDelivery(Model):
    """One call that was or will be made."""

    _name = "core.event_delivery"
    _label = "Event delivery"
    _order = "id desc"
    _rec_name = "event"
    _recycle = False

    call = fields.Many2one("core.event_call", required=True, ondelete="cascade", index=True)
    event = fields.Char(
        label="What happened", required=True, help="created, changed, deleted, test, or the name of a transition."
    )
    record_id = fields.Integer(label="Record")
    state = fields.Selection(
        {"waiting": "Waiting", "done": "Delivered", "failed": "Failed", "skipped": "Not for this user"},
        required=True,
        default="waiting",
        index=True,
    )
    attempts = fields.Integer(required=True, default=0)
    due_at = fields.Datetime(label="Not before", index=True)
    sent_at = fields.Datetime(label="Last attempt")
    status = fields.Integer(label="HTTP status")
    answer = fields.Text(help="The beginning of what was answered, or why nothing was.")


def transition_names(text: str | None) -> list[str]:
    """Return the names in a text with commas."""
    return [name for part in (text or "").split(",") if (name := part.strip())]


def check_address(address: str, *, allow_private: bool) -> None:
    """Refuse an address that is none, or not encrypted.

    Args:
        address: What was typed.
        allow_private: Whether plain HTTP is allowed.

    Raises:
        ValidationError: The address can't be called.
    """
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    schemes = ("https", "http") if allow_private else ("https",)
    if (
        not host
        or parts.scheme not in schemes
        or parts.username is not None
        or not address.isascii()
        or not address.isprintable()
        or " " in address
    ):
        raise ValidationError(
            _("The address begins with https:// and names a host, without user or password."), field="address"
        )
