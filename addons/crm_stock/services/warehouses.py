"""Which warehouse is meant where none is named."""

from typing import Any

from core.api import Environment, system_of


def default_warehouse(env: Environment) -> Any:
    """Return the first active warehouse of the company, by its sequence, whether or not the user may see its stock; None if there is none."""
    company = env.company
    own: list[Any] = [["company", "is_not_set"]] if company is None else [["company", "in", [company.id, None]]]
    found = system_of(env)["crm.warehouse"].search([*own, ["active", "=", True]], limit=1)
    return env.browse("crm.warehouse", found[0].id) if found else None
