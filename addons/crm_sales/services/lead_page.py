"""Converting a lead on a page: who it may be already, and what is to be made (SALE-03)."""

from collections.abc import Mapping
from typing import Any

from addons.crm_base.api import PlainFigures
from addons.crm_sales.services.lead_collisions import collisions_of
from core.api import Environment, ValidationError, _, id_of

NEW = "new"


def convert_data(
    env: Environment, lead: Any, form: Mapping[str, str] | None = None, error: Any = None
) -> dict[str, Any]:
    """Return what the page shows; ``form`` is what was sent and refused."""
    shown = PlainFigures(env)
    given: Mapping[str, str] = form or {}
    similar = collisions_of(lead)
    known = {str(each.id) for each in similar if each.id is not None}
    if lead.customer is not None:
        known.add(str(lead.customer.id))
    usual = str(lead.customer.id) if lead.customer is not None else NEW if not similar else ""
    return {
        "lead": {
            "id": lead.id,
            "number": lead.number,
            "name": lead.name,
            "party": lead.party or "",
            "url": f"/records/crm.lead/{lead.id}",
        },
        "similar": [
            {
                "id": each.id,
                "name": each.name,
                "owner": each.owner,
                "is_on": given.get("customer", usual) == str(each.id),
            }
            for each in similar
        ],
        "chosen": {"id": lead.customer.id, "name": lead.customer.display_name} if lead.customer is not None else None,
        "is_new": given.get("customer", usual) == NEW,
        "contact": lead.contact_name or "",
        "with_opportunity": "opportunity" in given if form is not None else lead.wants_opportunity,
        "amount": given.get("amount", str(lead.amount or "")),
        "expected_on": given.get("expected_on", lead.expected_on.isoformat() if lead.expected_on else ""),
        "error": shown.text(error) if error is not None else None,
    }


def convert_by_form(env: Environment, lead: Any, form: Mapping[str, str]) -> None:
    """Take over what the page sent, and convert the lead.

    Raises:
        ValidationError: No customer is chosen, or a value is wrong.
        ConflictError: The lead was converted or dropped meanwhile.
    """
    choice = form.get("customer", "")
    chosen = id_of(choice)
    if choice != NEW and chosen is None:
        raise ValidationError(_("Choose the customer, or a new one."), field="customer")
    values: dict[str, Any] = {"wants_opportunity": "opportunity" in form}
    if choice == NEW:
        values |= {"customer": None, "contact": None, "is_new_customer": True}
    else:
        customer = env["crm.customer"].get(chosen)
        values |= {"customer": customer} if customer == lead.customer else {"customer": customer, "contact": None}
    if values["wants_opportunity"]:
        values |= {"amount": form.get("amount") or 0, "expected_on": form.get("expected_on") or None}
    if lead.state in ("new", "working"):
        lead.update(values)
    lead.convert()
