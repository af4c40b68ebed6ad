"""Looking a company up in the business registry, through whoever provides that (BASE-13)."""

from typing import Any

from addons.crm_base.services.providers import has_provider
from core.api import ValidationError, _

HOOK = "registry_look_up"
FIELDS = (
    "legal_name",
    "tax_number",
    "representative",
    "registered_capital",
    "registered_on",
    "registry_status",
    "address",
)


def look_up(customer: Any) -> None:
    """Fetch what the registry says and keep it with the day; the address only where the customer has none.

    Raises:
        ValidationError: It is a person, nobody provides the registry, or nothing was found.
    """
    env = customer.env
    if customer.kind != "company":
        raise ValidationError(_("Only companies stand in the registry."), field="kind")
    if not has_provider(env, HOOK):
        raise ValidationError(_("No provider of registry data is set up."))
    found = env.hook.registry_look_up(env=env, name=customer.name, tax_number=customer.tax_number or None)
    if not found:
        raise ValidationError(_("The registry knows no company called %(name)s.", name=customer.name), field="name")
    values = {name: found[name] for name in FIELDS if found.get(name)}
    if customer.address:
        values.pop("address", None)
    with env.system_changes():
        customer.registry_checked_on = env.today()
    customer.update(values)
