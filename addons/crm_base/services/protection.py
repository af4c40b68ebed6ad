"""Protection of customers: up to a number and for some days they are not taken back, claimed or entered by others (BASE-33, D20)."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_base.services.ownership import CUSTOMER, end_protection
from core.api import AccessDenied, Environment, ValidationError, _, get_parameter, system_of

__all__ = ["end_protection", "protect", "protectors", "refuse_protected_names"]


def protect(customer: Any) -> None:
    """Protect a customer from today on, for the days of the policy; the first and the last of them count.

    A protection that ends today may be renewed: it counts once.

    Raises:
        AccessDenied: The user is not its owner.
        ValidationError: The customer is protected already, or its owner protects as many as the policy allows.
    """
    env: Environment = customer.env
    if customer.owner is None or customer.owner.id != env.uid:
        raise AccessDenied(_("Only its owner protects a customer."))
    today = env.today()
    if customer.protected_until and customer.protected_until > today:
        raise ValidationError(_("The customer is protected to %(day)s already.", day=customer.protected_until))
    limit = get_parameter(env, "crm_base.protect_number")
    protected = [["protected_by", "=", env.uid], ["protected_until", ">=", today], ["id", "!=", customer.id]]
    count = system_of(env)[CUSTOMER].count(protected)
    if count >= limit:
        raise ValidationError(
            _("You protect %(count)s customers already; at most %(limit)s are allowed.", count=count, limit=limit),
            code="validation.protect_limit",
            hint=_("end another protection first"),
        )
    days = get_parameter(env, "crm_base.protect_days")
    with env.system_changes():
        customer.protected_from = today
        customer.protected_until = today + datetime.timedelta(days=days - 1)
        customer.protected_by = env.user
    env.flush()


def protectors(env: Environment, customers: list[int]) -> dict[int, str]:
    """Return who else protects which of the customers today: id → name. Empty where the policy lets others claim."""
    if not get_parameter(env, "crm_base.protect_from_claim"):
        return {}
    others = [
        ["id", "in", customers],
        ["protected_until", ">=", env.today()],
        ["protected_by", "is_set", True],
        ["protected_by", "!=", env.uid],
    ]
    return {row["id"]: row["protected_by.name"] for row in system_of(env)[CUSTOMER].read(others, ["protected_by.name"])}


def refuse_protected_names(env: Environment, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Refuse customers entered under, or renamed to, the name of one that somebody else protects (D20, D21).

    Called after each save of customers; one statement for all names of the save.

    Raises:
        ValidationError: Tells that the customer exists and whose it is, whether or not the user may see it.
    """
    fresh = [*created, *(number for number, old in changed.items() if "name_key" in old)]
    if not fresh or not get_parameter(env, "crm_base.protect_name"):
        return
    records = [record for record in env.load(CUSTOMER, fresh) if record.name_key]
    keys = sorted({record.name_key for record in records})
    domain = [["name_key", "in", keys], ["protected_until", ">=", env.today()], ["protected_by", "is_set", True]]
    names = ["name", "name_key", "protected_by", "protected_by.name"]
    found = system_of(env)[CUSTOMER].read(domain, names) if keys else []
    for record in records:
        for row in found:
            if row["name_key"] == record.name_key and row["id"] != record.id and row["protected_by"] != record.owner_id:
                text = _(
                    "There is a customer %(name)s, which %(owner)s protects.",
                    name=row["name"],
                    owner=row["protected_by.name"],
                )
                raise ValidationError(text, code="validation.protected", field="name")
