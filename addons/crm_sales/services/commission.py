"""Works out commission: contracts that became effective in the period, less what came back (SALE-50, D11)."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_sales.services.order_states import EFFECTIVE
from core.api import ConflictError, _, get_parameter

CENT = Decimal("0.01")
CHUNK = 500


def work_out(period: Any) -> int:
    """Replace the entries of a draft period by what the plans say now; return how many there are.

    With the setting ``crm_sales.commission_received_only`` only the share of a contract that was received counts.

    Raises:
        ConflictError: The period is approved.
    """
    if period.state != "draft":
        raise ConflictError(_("%(name)s is approved.", name=period.name), hint=_("reopen it first"))
    env = period.env
    plans = list(env["crm.commission.plan"].search([["active", "=", True]]))
    values = [entry for plan in plans for entry in _entries(env, period, plan)]
    # Entries follow from contracts and plans; nobody writes them by hand.
    with env.elevated(reason=f"commission of {period.name}") as system:
        system["crm.commission.entry"].delete([["period", "=", period.id]])
        system["crm.commission.entry"].create(values)
    return len(values)


def basis_of(plan: Any, order: Any) -> Decimal:
    """Return what the rate of ``plan`` is of for one contract, in base currency.

    The amount, or the gross profit, of the lines that the plan is for; what came back for good is in neither. Expenses of the contract
    lower the profit in proportion to the lines that count.
    """
    below = _below(plan)
    net_sales = net_profit = Decimal(0)
    for line in order.lines:
        if below is not None and (line.product is None or line.product.category_id not in below):
            continue
        net_sales += line.base_amount or Decimal(0)
        net_profit += line.profit or Decimal(0)
    if plan.basis == "sales":
        basis = net_sales
    else:
        share = net_sales / order.base_amount if order.base_amount else Decimal(0)
        basis = net_profit - order.spent() * share
    if get_parameter(order.env, "crm_sales.commission_received_only"):
        basis *= min(order.received / order.amount, Decimal(1)) if order.amount else Decimal(0)
    return basis.quantize(CENT, rounding=ROUND_HALF_UP)


def rate_of(plan: Any, total: Decimal) -> Decimal:
    """Return the rate for somebody whose basis of the whole period is ``total``: that of the highest tier reached, else the plan's."""
    reached = [tier for tier in plan.tiers if tier.reached <= total]
    return Decimal(max(reached, key=lambda tier: tier.reached).rate if reached else plan.rate)


def _entries(env: Any, period: Any, plan: Any) -> list[dict[str, Any]]:
    start = max(filter(None, (period.start, plan.start)))
    end = min(filter(None, (period.end, plan.end)))
    domain: list[Any] = [
        ["state", "in", EFFECTIVE],
        ["effective_date", ">=", start],
        ["effective_date", "<=", end],
        ["owner", "is_set"],
    ]
    persons = [person.id for person in plan.persons]
    if persons:
        domain.append(["owner", "in", persons])
    found: list[tuple[Any, Decimal]] = []
    while orders := env["crm.order"].search(domain, order="id", limit=CHUNK, offset=len(found)):
        found += [(order, basis_of(plan, order)) for order in orders]
        if len(orders) < CHUNK:
            break
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for order, basis in found:
        totals[order.owner.id] += basis
    rates = {owner: rate_of(plan, total) for owner, total in totals.items()}
    return [
        {
            "period": period.id,
            "plan": plan.id,
            "order": order.id,
            "owner": order.owner.id,
            "department": order.department.id if order.department else None,
            "date": order.effective_date,
            "basis": basis,
            "rate": rates[order.owner.id],
            "amount": (basis * rates[order.owner.id] / 100).quantize(CENT, rounding=ROUND_HALF_UP),
        }
        for order, basis in found
        if basis
    ]


def _below(plan: Any) -> set[int] | None:
    """Return the ids of the categories that a plan is for; None means all goods."""
    if plan.category is None:
        return None
    return {row["id"] for row in plan.env["crm.product.category"].read([["id", "under", plan.category.id]], ["id"])}
