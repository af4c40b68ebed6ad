"""Auditing the cash book, and what can't be changed in it any more (FIN-27)."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_finance.services.entries import ENTRY
from core.api import ConflictError, Environment, _

FIXED = frozenset({"account", "date", "money_in", "money_out", "kind", "source", "reverses"})
"""What a booked entry keeps."""
TEXTS = frozenset({"category", "method", "customer", "note", "owner"})
"""What is put right until the entry is audited."""


def mark_audited(entry: Any) -> None:
    """Mark a booked entry as audited.

    Raises:
        ConflictError: It is not booked.
    """
    if not entry.booked:
        raise ConflictError(_("%(number)s is not booked: there is nothing to audit.", number=entry.number))
    env: Environment = entry.env
    with env.system_changes():
        entry.audited, entry.audited_by, entry.audited_on = True, env.user, env.today()
        env.flush()


def refuse_changes(env: Environment, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Raise ConflictError if a booked entry was changed in what is fixed, or an audited one in anything a person writes."""
    suspect = [number for number, old in changed.items() if not (FIXED | TEXTS).isdisjoint(old)]
    for entry in env.load(ENTRY, suspect):
        before = changed[entry.id]
        # An entry that is just being booked was still open when it was changed.
        was_open = before.get("state", entry.state) in ("waiting", "rejected")
        if entry.audited and "audited" not in before:
            raise ConflictError(
                _("%(number)s is audited and can't be changed.", number=entry.number), hint=_("reverse it instead")
            )
        if not was_open and not FIXED.isdisjoint(before):
            raise ConflictError(
                _("%(number)s is booked: account, day and amount are fixed.", number=entry.number),
                hint=_("reverse it instead"),
            )


def refuse_deletion(env: Environment, ids: Sequence[int]) -> None:
    """Raise ConflictError if an entry is deleted that counts."""
    for entry in env.load(ENTRY, ids):
        if entry.booked:
            raise ConflictError(
                _("%(number)s is booked and can't be deleted.", number=entry.number), hint=_("reverse it instead")
            )
