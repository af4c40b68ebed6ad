"""The figures of ``northwind`` in ``facts.json``, as the system tells them.

Amounts of lines are rounded half up to two decimals (features/README.md rule 7), so that what is stored adds up to 1,265,793.29; the other
ways of rounding that the facts tell are computed here from price, quantity and discount of the lines, which are kept exactly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

from tests.integration.exchange.realdata import Door, top

CENT = Decimal("0.01")
LINE, ORDER, PRODUCT, CUSTOMER = "crm.order.line", "crm.order", "crm.product", "crm.customer"
NOT_KEPT = {
    # Of the files, not of the data: nothing is called NULL here, which a test of its own shows.
    "literal_NULL_cells",
    "rows",
    # An order has a customer, always.
    "orders_customer_not_in_customers",
}
KEPT_ROWS = ("customers", "employees", "orders", "order_details", "products", "categories", "shippers")
"""Suppliers and territories have no app that keeps them."""
_PATHS = {
    "customer": "order.customer.mnemonic",
    "country": "order.customer.region.name",
    "employee": "order.owner.name",
    "product": "product.name",
    "category": "product.category.name",
    "order": "order.number",
    "date": "order.date",
}


def cents(amount: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    return amount.quantize(CENT, rounding=rounding)


def rows(door: Door) -> dict[str, int]:
    """Return how many records came of the rows of each file."""
    return {
        "customers": door.count(CUSTOMER),
        "employees": door.count("core.user", [["number", "is_set", True]]),
        "orders": door.count(ORDER),
        "order_details": door.count(LINE),
        "products": door.count(PRODUCT),
        "categories": door.count("crm.product.category"),
        "shippers": len({row["terms"] for row in door.read(ORDER, ["terms"])}),
    }


def figures(door: Door, told: dict[str, Any]) -> dict[str, Any]:
    """Return all figures but `NOT_KEPT`, in the form of ``facts.json``."""
    return {**_of_lines(door, told), **_of_orders(door, told), **_of_delivery(door), **_of_products(door)}


def _of_lines(door: Door, told: dict[str, Any]) -> dict[str, Any]:
    fields = ["price", "quantity", "discount", "suggested_price", "product.price", *_PATHS.values()]
    lines = door.read(LINE, fields)
    for line in lines:
        line["gross"] = Decimal(line["price"]) * Decimal(line["quantity"])
        line["rate"] = Decimal(line["discount"]) / 100
        line["net"] = line["gross"] * (1 - line["rate"])

    def net(key: Callable[[Any], Any]) -> dict[Any, Decimal]:
        found: dict[Any, Decimal] = defaultdict(Decimal)
        for line in lines:
            found[key(line)] += line["net"]
        return found

    def told_by(name: str) -> dict[Any, str]:
        return {key: str(cents(amount)) for key, amount in net(lambda line: line[_PATHS[name]]).items()}

    def best(name: str, fact: str) -> dict[str, str]:
        amounts = {key: Decimal(text) for key, text in told_by(name).items()}
        return {key: str(amount) for key, amount in top(amounts, told[fact]).items()}

    exact = sum(line["net"] for line in lines)
    per_order = net(lambda line: line[_PATHS["order"]])
    pieces = door.by(LINE, "quantity:sum", "product.name")
    return {
        "gross_unitPrice_x_qty": str(cents(sum(line["gross"] for line in lines))),
        "net_exact": str(exact.quantize(Decimal("0.0001"))),
        "net_sum_then_round": str(cents(exact)),
        "net_lines_rounded_half_up": str(door.total(LINE, "amount:sum")),
        "net_lines_rounded_half_even": str(sum(cents(line["net"], ROUND_HALF_EVEN) for line in lines)),
        "net_orders_rounded_half_up": str(sum(cents(amount) for amount in per_order.values())),
        "lines_with_sub_cent_amount": sum(line["net"] != cents(line["net"]) for line in lines),
        "discount_total_exact": str(sum(line["gross"] - line["net"] for line in lines).quantize(Decimal("0.0001"))),
        "lines_with_discount": door.count(LINE, [["discount", ">", 0]]),
        "discount_values": dict(Counter(f"{line['rate'].normalize():f}" for line in lines)),
        "quantity_total": int(door.total(LINE, "quantity:sum")),
        "net_per_year_round": {
            year: str(cents(amount)) for year, amount in net(lambda line: str(line[_PATHS["date"]])[:4]).items()
        },
        "top5_customers_net": best("customer", "top5_customers_net"),
        "top5_products_net": best("product", "top5_products_net"),
        "top5_customer_countries_net": best("country", "top5_customer_countries_net"),
        "top5_products_quantity": top(
            {name: int(count) for name, count in pieces.items()}, told["top5_products_quantity"]
        ),
        "net_per_category": told_by("category"),
        "net_per_employee": told_by("employee"),
        "line_price_differs_from_product_price": sum(
            Decimal(line["price"]) != Decimal(line["product.price"]) for line in lines
        ),
        "biggest_order": {max(per_order, key=lambda key: per_order[key]): str(cents(max(per_order.values())))},
        "avg_order_net": str(cents(exact / len(per_order))),
    }


def _of_orders(door: Door, told: dict[str, Any]) -> dict[str, Any]:
    days = sorted(str(row["date"]) for row in door.read(ORDER, ["date"]))
    per_customer = door.by(ORDER, "id:count", "customer.mnemonic")
    places = door.read(ORDER, ["notes", "customer.address"])
    customers = {row["mnemonic"] for row in door.read(CUSTOMER, ["mnemonic"])}
    return {
        "freight_total": str(door.total(ORDER, "expenses:sum")),
        "order_date_range": [days[0], days[-1]],
        "orders_per_year": dict(Counter(day[:4] for day in days)),
        "orders_per_customer": per_customer,
        "orders_per_customer_top10": top(per_customer, told["orders_per_customer_top10"]),
        "customers_without_orders": sorted(customers - per_customer.keys()),
        "orders_per_employee": door.by(ORDER, "id:count", "owner.name"),
        "orders_per_shipper": dict(Counter(row["terms"] for row in door.read(ORDER, ["terms"]))),
        # The first line of both is the street.
        "ship_address_differs_from_customer_address": sum(
            row["notes"].split("\n")[0] != row["customer.address"].split("\n")[0] for row in places
        ),
        "customers_per_country": door.by(CUSTOMER, "id:count", "region.name"),
        "employee_reports_to_NULL": [
            row["name"]
            for row in door.read("core.user", ["name"], [["number", "is_set", True], ["superior", "is_set", False]])
        ],
    }


def _of_delivery(door: Door) -> dict[str, Any]:
    due = {row["order.number"]: row["date"] for row in door.read("crm.delivery.plan", ["order.number", "date"])}
    sent = {row["order.number"]: row["date"] for row in door.read("crm.delivery", ["order.number", "date"])}
    return {
        "orders_unshipped_shippedDate_NULL": door.count(ORDER, [["delivery_state", "=", "none"]]),
        "orders_shipped_late_shipped_after_required": sum(day > due[number] for number, day in sent.items()),
    }


def _of_products(door: Door) -> dict[str, Any]:
    stock = "crm.stock.line"
    lines = door.read(stock, ["product.name", "quantity", "unit_cost", "document.number"])
    there = {row["product.name"]: row for row in lines if row["document.number"] == "NORTHWIND-STOCK"}
    coming = {row["product.name"]: Decimal(row["quantity"]) for row in lines if row["product.name"] not in there}
    coming |= {
        row["product.name"]: Decimal(row["quantity"]) for row in lines if row["document.number"] != "NORTHWIND-STOCK"
    }
    limits = door.read("crm.stock.limit", ["product.name", "lower"], [["product.state", "=", "on_sale"]])
    have = {name: Decimal(row["quantity"]) for name, row in there.items()}
    return {
        "products_discontinued": door.count(PRODUCT, [["state", "=", "stopped"]]),
        "stock_units": int(door.total(stock, "quantity:sum", [["document.kind", "=", "opening"]])),
        "stock_value_at_unitPrice": str(
            cents(sum(Decimal(row["quantity"]) * Decimal(row["unit_cost"]) for row in there.values()))
        ),
        "units_on_order": int(door.total(stock, "quantity:sum", [["document.reason", "=", "purchase"]])),
        "products_to_reorder_stock_plus_onorder_below_or_at_reorder_not_discontinued": sorted(
            row["product.name"]
            for row in limits
            if have.get(row["product.name"], 0) + coming.get(row["product.name"], 0) <= Decimal(row["lower"])
        ),
    }
