"""Figures by which customers are summed up and ranked; each addon names its own by a hook (BASE-16, BASE-61)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from addons.crm_base.services.model_rights import may
from core.api import CoreError, Environment, _


@dataclass(frozen=True)
class CustomerFigure:
    """A number that records of some model say of their customers."""

    key: str
    """Stable and unique, such as ``crm_sales.contracts``."""
    label: Any
    """A message to be translated."""
    model: str
    value: str
    """Field and what is done with it, such as ``amount:sum``; ``id:count`` counts records."""
    customer: str = "customer"
    """Path from the model to the customer; ``id`` for the customer itself."""
    date: str | None = "date"
    """Field by which a period is chosen; None: the figure is as of now and has no period."""
    domain: Sequence[Any] = ()
    """Which records count."""
    per: str | None = None
    """Key of another figure by which this one is divided, in percent, as profit by sales; the rate itself is then the figure."""
    in_summary: bool = False
    """Whether it stands in the summary of customers, which is as of now."""

    @property
    def path(self) -> str:
        """The field that is measured."""
        return self.value.partition(":")[0]

    @property
    def how(self) -> str:
        """``sum``, ``count``, ``avg``, ``min`` or ``max``."""
        return self.value.partition(":")[2] or "sum"

    @property
    def by_customer(self) -> str:
        """What records are grouped by."""
        return self.customer

    def of_customer(self, name: str) -> str:
        """Return the path to a field of the customer."""
        return name if self.customer == "id" else f"{self.customer}.{name}"


_OWN = (
    CustomerFigure("crm_base.follow_ups", _("Number of follow-ups"), "crm.follow_up", "id:count", date="at"),
    CustomerFigure("crm_base.contacts", _("Number of contacts"), "crm.contact", "id:count", date=None),
)


def figures_for(env: Environment) -> dict[str, CustomerFigure]:
    """Return the figures that the user may see, by key; those of this addon last."""
    told = [figure for found in env.hook.register_customer_figures() for figure in found]
    found = {figure.key: figure for figure in (*told, *_OWN) if _is_there(env, figure)}
    return {key: figure for key, figure in found.items() if figure.per is None or figure.per in found}


def _is_there(env: Environment, figure: CustomerFigure) -> bool:
    if figure.model not in env.registry.models or not may(env, figure.model, "read"):
        return False
    info = env.registry[figure.model]
    hidden = env.hidden_fields(info, "read")
    try:
        for path in (figure.path, figure.customer, figure.date):
            first = (path or "id").partition(".")[0]
            if first != "id" and (first in hidden or info.field(first) is None):
                return False
    except CoreError:
        return False
    return True
