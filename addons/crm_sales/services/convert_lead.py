"""Make customer, contact and opportunity of a lead (SALE-03)."""

from typing import Any

from addons.crm_sales.services.lead_collisions import collisions_of
from core.api import ConflictError, MissingRecord, ValidationError, _


def convert_lead(lead: Any) -> Any:
    """Make what the lead says it wants and link it; return the customer.

    With a customer chosen that one is taken, else a new one is made. A contact of the same name or phone is taken instead of a second one.
    Source, campaign and owner go along (SALE-02). Everything happens in the transaction of the caller: if one part is refused, nothing is left.

    Raises:
        ValidationError: The lead names neither a company nor a person, or a part breaks a rule.
        ConflictError: Similar customers exist and the lead neither chooses one nor says that a new one is wanted.
        MissingRecord: The customer chosen is none of those the user may see.
    """
    env = lead.env
    with env.system_changes():
        # Written first, so that of two who convert at once the second waits here and then finds the lead converted.
        lead.update(converted_on=env.today())
        env.flush()
    customer = _customer_of(lead)
    contact = lead.contact or _contact_of(lead, customer)
    lead.update(customer=customer, contact=contact)
    opportunity = None
    if lead.wants_opportunity:
        opportunity = env["crm.opportunity"].create(
            {
                "name": lead.name,
                "customer": customer,
                "contacts": [contact] if contact is not None else [],
                "amount": lead.amount,
                **({"date": lead.expected_on} if lead.expected_on else {}),
                "source": lead.source,
                "campaign": lead.campaign,
                "owner": lead.owner,
                "lead": lead,
            }
        )
    with env.system_changes():
        lead.update(opportunity=opportunity)
    return customer


def _customer_of(lead: Any) -> Any:
    env = lead.env
    if lead.customer is not None:
        found = env["crm.customer"].find(lead.customer.id)
        if found is None:
            raise MissingRecord(_("You may not see the customer that the lead names."))
        return found
    if not lead.party:
        raise ValidationError(_("A company or a contact person is needed."), field="company_name")
    if not lead.is_new_customer:
        similar = [each for each in collisions_of(lead) if each.is_sure]
        if similar:
            raise ConflictError(
                _(
                    "%(name)s may exist already: %(others)s.",
                    name=lead.party,
                    others=", ".join(each.text for each in similar),
                ),
                hint=_("choose the customer, or say that a new one is wanted"),
            )
    return env["crm.customer"].create(
        {
            "name": lead.party,
            "kind": "company" if lead.company_name else "person",
            "source": lead.source,
            "industry": lead.industry,
            "region": lead.region,
            "phone": lead.phone or lead.mobile,
            "mail": lead.mail,
            "address": lead.address,
            "owner": lead.owner,
        }
    )


def _contact_of(lead: Any, customer: Any) -> Any:
    """Return the contact that the lead names, made if the customer has none like it; None if it names nobody."""
    if not lead.contact_name:
        return None
    contacts = lead.env["crm.contact"]
    known = contacts.search([["customer", "=", customer], ["name", "=", lead.contact_name]], limit=1)
    if known:
        return known[0]
    return contacts.create(
        {
            "customer": customer,
            "name": lead.contact_name,
            "post": lead.post,
            "phone": lead.mobile or lead.phone,
            "mail": lead.mail,
            "is_main": not contacts.exists([["customer", "=", customer]]),
        }
    )
