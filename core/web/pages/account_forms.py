"""What the forms of the account pages share: reading fields, faults by field, the rule for passwords (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import ValidationError
from core.i18n import _
from core.web.errors import malformed

if TYPE_CHECKING:
    from core.errors import CoreError
    from core.web.call import Call


def texts(call: Call, *names: str) -> tuple[str, ...]:
    """Return fields of the form as sent; a missing one is empty.

    Raises:
        RequestError: The body is no form (400).
    """
    if call.request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise malformed(_("Send the fields as a form."))
    return tuple(call.request.form.get(name, "") for name in names)


def check_same(password: str, again: str) -> None:
    """Refuse a new password that was not typed alike twice.

    Raises:
        ValidationError: ``field`` is ``again``.
    """
    if password != again:
        raise ValidationError(_("The two passwords differ."), field="again")


def faults_of(call: Call, error: CoreError) -> dict[str, str]:
    """Return what is wrong, by field; under the empty name what belongs to none."""
    found: dict[str, str] = {}
    for each in error.faults or (error,):
        found.setdefault(each.where.field or "", call.text(each.message))
    return found


def rule_text(call: Call) -> str:
    """Return the rule for new passwords in the reader's language."""
    least, kinds = call.host.accounts.password_rule(call.env)
    text = call.text(_("At least %(count)s characters.", count=least))
    if kinds > 1:
        more = _("%(count)s of these: small letters, capitals, digits, other characters.", count=kinds)
        text = f"{text} {call.text(more)}"
    return text
