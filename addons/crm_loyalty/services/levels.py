"""Which level a member has reached (LOY-13)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.api import Environment, get_parameter, system_of

BY = {"points": "points_earned", "purchases": "purchases"}
"""Choice of the parameter ``crm_loyalty.level_by`` → field of customers."""


def level_of(customer: Any) -> Any:
    """Return the highest level that a customer's figure reaches, or None."""
    figure = getattr(customer, BY[get_parameter(customer.env, "crm_loyalty.level_by")]) or Decimal(0)
    reached = system_of(customer.env)["crm.member.level"].search(
        [["least", "<=", figure]], "least desc, id desc", limit=1
    )
    return next(iter(reached), None)


def grade_members(env: Environment, after: int = 0, limit: int = 500) -> int | None:
    """Work the levels of some members out anew, because levels or what they go by were changed.

    Args:
        env: Of the system.
        after: Only members with a greater id.
        limit: So many members.

    Returns:
        The id of the last member looked at; None if there were no more.
    """
    members = env["crm.member"].search([["id", ">", after]], "id", limit=limit)
    for member in members:
        level = level_of(member.customer)
        if level != member.level:
            member.level = level
    env.flush()
    return members[-1].id if len(members) == limit else None


def follow_levels(env: Environment, members: Sequence[int]) -> None:
    """Give customers the type of the level that they have reached as members, whose prices they get from now on."""
    for member in env.load("crm.member", members):
        wanted = member.level.type if member.level is not None else None
        if wanted is not None and member.customer.type != wanted:
            with env.system_changes():
                member.customer.type = wanted
