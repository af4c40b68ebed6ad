"""What a person decides about a message that stands in the log: send it again, take it back, settle a doubtful one."""

from typing import Any

from addons.base_mail.services.outbox import as_system, send_soon
from core.api import ConflictError, ValidationError, _

AGAIN = ("failed", "doubtful", "partial", "cancelled")


def send_again(message: Any) -> None:
    """Send a message once more, with the Message-ID it had, so that a reader's program can tell it from a new one.

    Raises:
        ConflictError: It is on its way, or has arrived.
        ValidationError: Its text was not kept.
    """
    _expect(message, AGAIN)
    if message.text is None:
        raise ValidationError(_("The text of this message is not kept; ask for a new one."), code="mail.sealed")
    values: dict[str, Any] = {"state": "queued", "error": None, "send_at": None, "refused": None}
    if message.state == "partial" and message.refused:
        values["recipients"] = ", ".join(line.partition(":")[0] for line in message.refused.splitlines())
        values["message_id"] = None
    with as_system(message.env, f"message {message.id} sent again") as env:
        message.update(**values)
        send_soon(env, message.id)


def cancel(message: Any) -> None:
    """Take back a message that waits or could not be sent.

    Raises:
        ConflictError: It is on its way, or was sent.
    """
    _expect(message, ("queued", "failed"))
    with as_system(message.env, f"message {message.id} taken back"):
        message.update(state="cancelled", sealed=None)


def confirm_arrival(message: Any) -> None:
    """Note that a doubtful message did arrive.

    Raises:
        ConflictError: It is not doubtful.
    """
    _expect(message, ("doubtful",))
    with as_system(message.env, f"message {message.id} settled"):
        message.update(state="sent", sent_at=message.started_at, sealed=None)


def _expect(message: Any, states: tuple[str, ...]) -> None:
    if message.state not in states:
        raise ConflictError(
            _('This is not possible while the message is "%(state)s".', state=message.state), code="conflict.state"
        )
