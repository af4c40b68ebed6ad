"""Business cards: read by a vCard or a pluggable reader of pictures, checked by a person, and made a customer with a contact (BASE-14)."""

from collections.abc import Mapping
from typing import Any

from addons.crm_base.services.providers import has_provider
from addons.crm_base.services.vcard import read_vcards
from core.api import Environment, ValidationError, _

COMPANY = ("phone", "fax", "website", "address", "postcode")
CONTACT = ("post", "mobile", "mail", "im")
FIELDS = ("customer", "name", *COMPANY, *CONTACT)
_VCARD = b"BEGIN:VCARD"


def read_file(env: Environment, content: bytes, name: str) -> list[dict[str, str]]:
    """Return what the cards of a file say, of a vCard or a picture.

    Raises:
        ValidationError: It can't be read, or no addon reads pictures.
    """
    if _VCARD in content[:4096].upper() or name.lower().endswith((".vcf", ".vcard")):
        return read_vcards(content)
    found = env.hook.read_card(env=env, content=content, name=name)
    if not found:
        raise ValidationError(_("This file can't be read as a business card. A vCard (.vcf) can."), field="file")
    return [{key: str(found[key])[:255] for key in FIELDS if found.get(key)}]


def reads_pictures(env: Environment) -> bool:
    """Tell whether an enabled addon reads pictures of cards."""
    return has_provider(env, "read_card")


def take_card(env: Environment, card: Mapping[str, str], *, into: int | None = None) -> Any:
    """Make a customer with its contact from a card, or a contact at a customer that is there; return the customer.

    A card without a company makes a person, who is their own contact.

    Args:
        env: In whose name.
        card: Field → text, keys as in `FIELDS`.
        into: Id of the customer that gets the contact; None makes a new one.

    Raises:
        ValidationError: Neither a company nor a name is given, or a rule of customers refuses.
        MissingRecord: There is no customer ``into`` for the user.
    """
    values = {key: (card.get(key) or "").strip() for key in FIELDS}
    if not values["customer"] and not values["name"]:
        raise ValidationError(_("A card has a company or a name."), field="name")
    contact = {key: values[key] for key in CONTACT if values[key]}
    if into is not None:
        if not values["name"]:
            raise ValidationError(_("Whose card is it?"), field="name")
        customer = env["crm.customer"].get(into)
        there = {**({"phone": values["phone"]} if values["phone"] else {}), **contact}
        env["crm.contact"].create({"customer": customer, "name": values["name"], **there})
        return customer
    made: dict[str, Any] = {key: values[key] for key in COMPANY if values[key]}
    if not values["customer"]:
        made["phone"] = made.get("phone") or values["mobile"]
        made = {"name": values["name"], "kind": "person", "mail": values["mail"] or None, **made}
        customer = env["crm.customer"].create(made)
        own = env["crm.contact"].search([["customer", "=", customer], ["is_self", "=", True]])
        extra = {key: value for key, value in contact.items() if key in ("post", "mobile", "im")}
        if extra:
            own.update(extra)
        return customer
    made |= {"name": values["customer"], "kind": "company"}
    if values["name"]:
        made["contacts"] = [{"name": values["name"], **contact}]
    elif values["mail"]:
        made["mail"] = values["mail"]
    return env["crm.customer"].create(made)
