"""The figures of the two messy files in ``facts.json``, as the system tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.integration.exchange.realdata import Door, top

ORDER, LINE, CUSTOMER = "crm.order", "crm.order.line", "crm.customer"
UNNAMED = "(account not named)"
OF_FILE = {
    # How the file is written, which nothing in the system tells any more.
    "encoding",
    "account_suffix_?ÄÖ",
    "agent_cells_with_extra_spaces",
    "dates_m_d_yyyy_ok",
    "dates_bad",
    "list_value_per_region_if_names_not_trimmed",
    # Names that are not found would have stopped the import.
    "agents_clean_not_in_sales_teams",
    "products_clean_not_in_products",
    "accounts_clean_not_in_accounts",
    # Against the deals with the same numbers, which the file is not to be joined with.
    "order_ids_in_pipeline",
    "account_equals_pipeline_incl_144_both_blank",
    "account_filled_where_pipeline_blank",
    "account_different_from_pipeline_nonblank",
    "agent_equals_pipeline",
    "product_equals_pipeline_after_fix",
}
HOSPITALS_OF_FILE = {
    "valid_utf8",
    "valid_gbk",
    "decodes",
    "line_end",
    "columns",
    "names_with_surrounding_space",
}


def _whole(found: Mapping[Any, Any]) -> dict[Any, int]:
    assert all(amount == int(amount) for amount in found.values())
    return {key: int(amount) for key, amount in found.items()}


def orders(door: Door, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of ``gtx_orders_dirty.csv``."""
    days = sorted(str(row["date"]) for row in door.read(ORDER, ["date"]))
    per_agent = door.by(ORDER, "id:count", "owner.name")
    accounts = door.by(ORDER, "id:count", "customer.name")
    pieces = door.by(LINE, "id:count", "product.name")
    value = "amount:sum"
    return {
        "rows": door.count(ORDER),
        "distinct_agents_raw": len(per_agent),
        "distinct_agents_clean": len(per_agent),
        # As the file writes them: GTX (Pro).
        "products_raw": {name.replace(" ", " (", 1) + ")": count for name, count in pieces.items()},
        # The empty name counts as one.
        "accounts_clean_distinct": len(accounts),
        "account_blank_after_cleaning": accounts[UNNAMED],
        "date_range": [days[0], days[-1]],
        "dates_day_gt_12": sum(int(day[8:]) > 12 for day in days),
        "list_value_total": int(door.total(ORDER, value)),
        "list_value_per_region_clean": _whole(door.by(ORDER, value, "owner.department.name")),
        "list_value_per_manager_clean": _whole(door.by(ORDER, value, "owner.superior.name")),
        "top3_agents_list_value_clean": top(
            _whole(door.by(ORDER, value, "owner.name")), facts["top3_agents_list_value_clean"]
        ),
    }


def hospitals(door: Door) -> dict[str, Any]:
    """Return the figures of ``beijing_hospitals_gbk.csv``."""
    here = [["industry.name", "=", "医疗机构"]]
    names = [row["name"] for row in door.read(CUSTOMER, ["name"], here)]
    codes = [row["postcode"] or "" for row in door.read(CUSTOMER, ["postcode"], here)]
    return {
        "rows": door.count(CUSTOMER, here),
        "per_district": door.by(CUSTOMER, "id:count", "region.name", here),
        "per_level": door.by(CUSTOMER, "id:count", "category.name", here),
        "profit_kind": door.by(CUSTOMER, "id:count", "type.name", here),
        "distinct_names": len(set(names)),
        "duplicate_names": sorted(name for name in set(names) if names.count(name) > 1),
        "blank_per_column": {"邮政编码": codes.count("")},
        "postcodes_not_6_digits": sorted({code for code in codes if len(code) != 6 or not code.isdigit()}),
    }
