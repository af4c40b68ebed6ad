"""The page of the collision check, and the hint beside the form of a new customer (BASE-06)."""

from collections.abc import Sequence
from typing import Any

from addons.crm_base.services.collisions import Collision, find_collisions
from addons.crm_base.services.keys import phone_key
from core.api import Environment, Request, _, formats, formatter_for, id_of

WORDS = {
    "name": _("same name"),
    "similar": _("similar name"),
    "phone": _("same phone"),
    "contact": _("same contact"),
    "contact_phone": _("same phone of a contact"),
    "tax_number": _("same credit code"),
}


def page_data(request: Request, env: Environment) -> dict[str, Any]:
    """Return what was asked and what was found.

    ``q`` is a name, a phone or a contact as one types it; ``name``, ``phone`` (any number of them), ``contact``, ``tax_number`` and ``exclude``
    (id of the customer that is changed) say it exactly.
    """
    args = request.args
    typed = args.get("q", "").strip()[:100]
    name, phones = (
        args.get("name", "").strip()[:200],
        [each[:60] for each in args.getlist("phone") if each.strip()][:20],
    )
    contact = args.get("contact", "").strip()[:100]
    if typed:
        is_number = phone_key(typed) is not None and sum(char.isdigit() for char in typed) * 2 > len(typed)
        name, contact = ("", "") if is_number else (typed, typed)
        phones = [typed] if is_number else []
    found = find_collisions(
        env,
        name=name or None,
        phones=phones,
        contact=contact or None,
        tax_number=args.get("tax_number", "")[:60] or None,
        exclude=id_of(args.get("exclude", "")),
    )
    lines = lines_of(env, found)
    return {
        "q": typed,
        "lines": lines,
        "asked": bool(name or phones or contact),
        "sure": sum(each["is_sure"] for each in lines),
    }


def lines_of(env: Environment, found: Sequence[Collision]) -> list[dict[str, Any]]:
    """Return collisions as a template shows them."""
    text = formatter_for(env).text
    return [
        {
            "name": each.name,
            "url": f"/x/crm_base/customer/{each.customer_id}" if each.is_readable else None,
            "owner": each.owner or text(_("in the pool")),
            "is_mine": each.owner_id == env.uid,
            "is_sure": each.is_sure,
            "last": formats.date(each.last_contact, env.lang, "table") if each.last_contact else "",
            "matches": [(text(WORDS[match.by]), match.text) for match in each.matches],
        }
        for each in found
    ]
