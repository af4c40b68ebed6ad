"""A converted lead is for reading only (SALE-03)."""

from collections.abc import Mapping
from typing import Any

from core.api import ConflictError, Environment, _


def refuse_converted(env: Environment, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Raise ConflictError if somebody changed a lead that had been converted before.

    What the system changes by itself (computed fields, the company of who leaves) passes: only fields that people write count.
    """
    fields = env.registry["crm.lead"].fields
    touched = [
        number
        for number, before in changed.items()
        if "state" not in before and any(fields[name].writable for name in before)
    ]
    for lead in env.load("crm.lead", touched):
        if lead.state == "converted":
            raise ConflictError(
                _("%(lead)s was converted on %(day)s; it can only be read.", lead=lead.number, day=lead.converted_on),
                hint=_("go on with the customer or the opportunity"),
            )
