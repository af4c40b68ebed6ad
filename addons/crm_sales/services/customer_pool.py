"""What the customer pool asks of sales: who has an effective contract, and what goes along when a customer passes to somebody else."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from addons.crm_sales.services.order_states import EFFECTIVE
from core.api import Environment, _, system_of

ALONG: Mapping[str, str] = {"opportunities": _("Open opportunities"), "contracts": _("Contracts not finished")}
"""What may go along with a customer: choice → label."""
PASSING: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "opportunities": (("crm.opportunity", ("open",)), ("crm.quote", ("draft", "approved", "sent"))),
    "contracts": (("crm.order", ("draft", "confirmed")),),
}
"""Choice of a transfer → models and the states in which their records pass. What is in approval stays until that is decided."""


def with_contract(env: Environment, customers: Sequence[int]) -> set[int]:
    """Return which of the customers have an effective contract, whoever may see it: one statement."""
    domain = [["customer", "in", list(customers)], ["state", "in", EFFECTIVE]]
    return {row["customer"] for row in system_of(env)["crm.order"].aggregate(domain, by=["customer"])}


def pass_along(env: Environment, givers: Mapping[int, int | None], owner: Any, along: Collection[str]) -> None:
    """Give open opportunities with their quotes, and contracts not finished, that the givers had to the new owner.

    Args:
        env: Of who transfers; that they may do so was checked.
        givers: Id of each customer → id of its owner before, or None.
        owner: The new owner.
        along: What goes along.
    """
    chosen = [part for key in along for part in PASSING.get(key, ())]
    if not chosen:
        return
    with env.elevated(reason="sales pass along with their customers") as system:
        for model, states in chosen:
            for record in system[model].search([["customer", "in", list(givers)], ["state", "in", list(states)]]):
                giver = givers[record.customer.id]
                if giver is not None and record.owner is not None and record.owner.id == giver:
                    record.update(owner=owner)
