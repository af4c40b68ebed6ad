"""The mail of a quote: where it begins, and what it leaves behind (SALE-27)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from core.api import ConflictError, Environment, _

SENDABLE = ("approved", "sent")


def mail_url(env: Environment, quote: Any) -> str:
    """Return the address of the page for a mail of the quote, to its contact, with subject and text in the language of the user.

    Raises:
        ConflictError: The quote is not approved, or is no longer on offer.
    """
    need_sendable(quote)
    company = env.company.name if env.company else ""
    values = {
        "model": "crm.quote",
        "ids": quote.id,
        "attach": 1,
        "to": (quote.contact.mail if quote.contact else None) or quote.customer.mail or "",
        "subject": env.services.text(
            _("Quote %(number)s of %(company)s", number=quote.number, company=company), env.lang
        ),
        "text": env.services.text(
            _("Dear customer,\n\nplease find enclosed our quote %(number)s.", number=quote.number), env.lang
        ),
    }
    return f"/x/base_mail/compose?{urlencode(values)}"


def need_sendable(quote: Any) -> None:
    """Raise ConflictError unless the quote is approved and still on offer."""
    if quote.state not in SENDABLE:
        raise ConflictError(
            _("%(number)s can't be sent to the customer in its present state.", number=quote.number),
            hint=_("have it approved first"),
        )


def note_sent(quote: Any, recipients: Sequence[str], subject: str) -> None:
    """Mark a quote as sent and write the follow-up of its customer.

    Args:
        quote: A record of ``crm.quote``.
        recipients: Mail addresses.
        subject: Of the mail.

    Raises:
        ConflictError: The quote is not approved, or was replaced by a later version.
        AccessDenied: The user may not change it.
    """
    need_sendable(quote)
    quote.send()
    env = quote.env
    content = _("%(subject)s: mailed to %(recipients)s", subject=subject, recipients=", ".join(recipients))
    env["crm.follow_up"].create(
        {
            "customer": quote.customer,
            "contact": quote.contact,
            "channel": env.ref("crm_base.follow_up_channel_mail"),
            "content": env.services.text(content, env.lang),
        }
    )
