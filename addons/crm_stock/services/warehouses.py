"""Which warehouse is meant where none is named, and what lies in which."""

from typing import Any

from core.api import Environment, ValidationError, _, system_of


def default_warehouse(env: Environment) -> Any:
    """Return the first active warehouse of the company, by its sequence, whether or not the user may see its stock; None if there is none."""
    company = env.company
    own: list[Any] = [["company", "is_not_set"]] if company is None else [["company", "in", [company.id, None]]]
    found = system_of(env)["crm.warehouse"].search([*own, ["active", "=", True]], limit=1)
    return env.browse("crm.warehouse", found[0].id) if found else None


def check_place(line: Any) -> None:
    """Raise ValidationError if the storage place of a line is none of the warehouse of its document."""
    if line.place is not None and line.place.warehouse != line.document.warehouse:
        raise ValidationError(
            _(
                "%(place)s is no place of %(warehouse)s.",
                place=line.place.name,
                warehouse=line.document.warehouse.name,
            ),
            field="place",
        )
