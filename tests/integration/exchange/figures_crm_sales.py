"""The figures of ``crm_sales`` in ``facts.json``, as the system tells them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.integration.exchange.realdata import Door, top

DEAL, LINE, CUSTOMER, USER = "crm.opportunity", "crm.opportunity.line", "crm.customer", "core.user"
WON, OPEN, UNNAMED = ["state", "=", "won"], ["state", "=", "open"], ["customer.name", "=", "(account not named)"]
LINE_WON = ["opportunity.state", "=", "won"]
STAGES = {"Prospecting": "crm_sales.stage_contact", "Engaging": "crm_sales.stage_needs"}
LAST_DAY = "2017-12-31"
"""Days after it are none of the set."""
NOT_KEPT = {
    # No field of a customer holds them.
    "accounts_sum_revenue_musd",
    "accounts_sum_employees",
    # A name that is not found would have stopped the import.
    "account_not_in_accounts",
    "parents_not_in_accounts",
}
MENDED = {
    "technolgy": "technology",
    "Philipines": "Philippines",
    "retail": "Retail",
    "telecommunications": "Telecommunications",
    "finance": "Banking and insurance",
}
"""What the plan spells right, and choices that the dictionary of industries had already."""


def whole(found: Mapping[Any, Any]) -> dict[Any, int]:
    """Return amounts as whole numbers, which they are in this set."""
    assert all(amount == int(amount) for amount in found.values())
    return {key: int(amount) for key, amount in found.items()}


def mended(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts under the names of `MENDED`."""
    return {MENDED.get(name, name): count for name, count in counts.items()}


def told_by(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts as the system is to tell them: all that is kept, under the names they have here."""
    told = {name: value for name, value in facts.items() if name not in NOT_KEPT}
    return told | {name: mended(told[name]) for name in ("accounts_sectors", "accounts_offices")}


def figures(door: Door, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return all figures but `NOT_KEPT`, in the form of ``facts.json``."""
    return {**_of_deals(door), **_of_revenue(door, facts), **_of_products(door), **_of_accounts(door), **_of_days(door)}


def _in(door: Door, stage: str) -> list[Any]:
    return ["stage", "=", door.env.ref(STAGES[stage]).id]


def _of_deals(door: Door) -> dict[str, Any]:
    states = door.by(DEAL, "id:count", "state")
    open_deals = {stage: door.count(DEAL, [OPEN, _in(door, stage)]) for stage in STAGES}
    blank = {stage: door.count(DEAL, [UNNAMED, OPEN, _in(door, stage)]) for stage in STAGES}
    rate = Decimal(states["won"] * 100) / (states["won"] + states["lost"])
    agents = {row["name"] for row in door.read(USER, ["name"], [["position.name", "=", "Sales agent"]])}
    busy = door.by(DEAL, "id:count", "owner.name").keys()
    return {
        "rows": {
            "accounts": door.count(CUSTOMER, [["name", "!=", UNNAMED[2]]]),
            "products": door.count("crm.product"),
            "sales_pipeline": door.count(DEAL),
            "sales_teams": len(agents),
        },
        "unique_opportunity_ids": len({row["name"] for row in door.read(DEAL, ["name"])}),
        "by_stage": {"Won": states["won"], "Lost": states["lost"], **open_deals},
        "sum_close_value_won": str(int(door.total(DEAL, "amount:sum", [WON]))),
        "lost_close_values": {"0": door.count(DEAL, [["state", "=", "lost"], ["amount", "=", 0]])},
        "open_with_close_value": door.count(DEAL, [OPEN, ["amount", ">", 0]]),
        "win_rate_won_over_closed_pct": str(rate.quantize(Decimal("0.01"))),
        "blank_account": {"total": door.count(DEAL, [UNNAMED]), **blank},
        "agents_in_teams": len(agents),
        "agents_with_opportunities": len(busy),
        "agents_without_opportunities": sorted(agents - busy),
    }


def _of_revenue(door: Door, facts: Mapping[str, Any]) -> dict[str, Any]:
    def won(path: str) -> dict[Any, int]:
        return whole(door.by(DEAL, "amount:sum", path, [WON]))

    accounts = won("customer.name")
    quarters = sorted((str(day), amount) for day, amount in won("closed_on:quarter").items())
    agents = top(won("owner.name"), facts["top5_agents_won_revenue"])
    return {
        "won_revenue_per_manager": won("owner.superior.name"),
        "won_deals_per_manager": door.by(DEAL, "id:count", "owner.superior.name", [WON]),
        "won_revenue_per_region": won("owner.department.name"),
        "top5_agents_won_revenue": agents,
        "top10_accounts_won_revenue": top(accounts, facts["top10_accounts_won_revenue"]),
        "accounts_with_won": len(accounts),
        "won_revenue_per_close_quarter": {
            f"2017Q{number}": amount for number, (_day, amount) in enumerate(quarters, start=1)
        },
    }


def _of_products(door: Door) -> dict[str, Any]:
    return {
        # The file calls it GTXPro; all of its deals are found under the one product.
        "product_name_not_in_products": {"GTXPro": door.count(LINE, [["product.name", "=", "GTX Pro"]])},
        "won_revenue_per_product_after_GTXPro_fix": whole(door.by(LINE, "amount:sum", "product.name", [LINE_WON])),
        "won_deals_per_product_after_fix": door.by(LINE, "id:count", "product.name", [LINE_WON]),
        "open_list_value_after_fix": int(door.total(LINE, "amount:sum", [["opportunity.state", "=", "open"]])),
        "won_list_value_after_fix": int(door.total(LINE, "suggested_price:sum", [LINE_WON])),
    }


def _of_accounts(door: Door) -> dict[str, Any]:
    named = [["name", "!=", UNNAMED[2]]]
    parents = door.by(CUSTOMER, "id:count", "parent.name", [["parent", "!=", None]])
    return {
        "accounts_sectors": door.by(CUSTOMER, "id:count", "industry.name", named),
        "accounts_offices": door.by(CUSTOMER, "id:count", "region.name", named),
        "accounts_with_parent": sum(parents.values()),
        "parents": parents,
    }


def _of_days(door: Door) -> dict[str, Any]:
    deals = door.read(DEAL, ["state", "stage", "opened_on", "closed_on"])
    opened = sorted(str(row["opened_on"]) for row in deals if str(row["opened_on"]) <= LAST_DAY)
    closed = sorted(str(row["closed_on"]) for row in deals if row["closed_on"] is not None)
    won = [(row["opened_on"], row["closed_on"]) for row in deals if row["state"] == "won"]
    days = [_day(end).toordinal() - _day(start).toordinal() for start, end in won]
    # An opportunity has a day on which it was opened: where the file names none, that of the import.
    fresh = door.by(DEAL, "id:count", "stage.name", [["opened_on", ">", LAST_DAY]])
    pending = {stage: door.count(DEAL, [_in(door, stage), ["closed_on", "is_set", False]]) for stage in STAGES}
    return {
        "engage_date_range": [opened[0], opened[-1]],
        "close_date_range": [closed[0], closed[-1]],
        "won_days_engage_to_close": {
            "sum": sum(days),
            "min": min(days),
            "max": max(days),
            "mean_2dp": str((Decimal(sum(days)) / len(days)).quantize(Decimal("0.01"))),
        },
        "blank_engage_date": {"Prospecting": sum(fresh.values())},
        "blank_close_date": {"Engaging": pending["Engaging"], "Prospecting": pending["Prospecting"]},
    }


def _day(value: Any) -> dt.date:

    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
