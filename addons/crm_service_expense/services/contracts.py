"""Which contract an expense of a repair lowers (EXP-04, SERV-15)."""

from __future__ import annotations

from collections.abc import Collection

from core.api import Environment, system_of


def name_contracts(env: Environment, ids: Collection[int]) -> None:
    """Give expense lines of repairs that name no contract the one with which the goods were sold.

    A technician reports the trip without seeing contracts, hence in the name of the system.
    """
    domain = [["id", "in", list(ids)], ["repair.ticket.sold_item.order", "is_set"], ["order", "is_not_set"]]
    for line in system_of(env)["crm.expense.line"].search(domain):
        line.update(order=line.repair.ticket.sold_item.order)
