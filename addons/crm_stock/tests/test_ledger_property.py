"""Whatever is confirmed and reversed in whatever order, stock and value are the sums of the ledger, and nothing is below zero."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.api import ConflictError, ValidationError

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["in", "in", "out", "out", "transfer", "loan", "reverse"]),
        st.decimals("0.0001", 40, places=4),
        st.decimals(0, 900, places=6),
        st.integers(0, 10),
    ),
    min_size=3,
    max_size=12,
)


@pytest.mark.rows("STOCK-09", "STOCK-13", "STOCK-05")
def test_stock_and_value_are_the_sums_of_the_ledger(env, printer, warehouse, create_warehouse):
    other = create_warehouse(name="Other", code="B")

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def check(steps):
        confirmed = []
        for kind, quantity, cost, which in steps:
            try:
                with env.savepoint():
                    if kind == "reverse":
                        if confirmed:
                            confirmed[which % len(confirmed)].reverse()
                        continue
                    line = {"product": printer, "quantity": quantity, "unit_cost": cost if kind == "in" else None}
                    values = {"kind": kind, "warehouse": (warehouse, other)[which % 2], "lines": [line]}
                    if kind == "transfer":
                        values["target_warehouse"] = (other, warehouse)[which % 2]
                    document = env["crm.stock.document"].create(values)
                    document.confirm()
                    confirmed.append(document)
            except (ValidationError, ConflictError):
                pass
            _check_sums(env, printer)

    check()


def _check_sums(env, product):
    moves = env["crm.stock.move"].read(
        [["product", "=", product.id]], ["quantity", "value", "balance", "warehouse", "lent"], order="id"
    )
    levels = env["crm.stock.level"].read([["product", "=", product.id]], ["warehouse", "on_hand", "lent"])
    assert product.stock_quantity == sum(move["quantity"] for move in moves) >= 0
    assert product.stock_value == sum(move["value"] for move in moves) >= 0
    if not product.stock_quantity:
        assert product.stock_value == 0
    for level in levels:
        assert level["on_hand"] >= 0 <= level["lent"]
        for lent, name in ((False, "on_hand"), (True, "lent")):
            own = [move for move in moves if move["warehouse"] == level["warehouse"] and move["lent"] is lent]
            assert sum((move["quantity"] for move in own), Decimal(0)) == level[name]
            assert not own or own[-1]["balance"] == level[name]
