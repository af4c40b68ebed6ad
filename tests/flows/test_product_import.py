"""Products with their units and prices come in from files, and go out into them (PROD-06)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.base_exchange.services import imports
from addons.base_exchange.services.plan import Plan
from core.api import Environment
from tests.flows.company import Company

ADDONS = ("crm_price", "base_exchange")

PRODUCTS = """产品编号,名称,型号,规格,分类,保修期（月）
KX-1,矿泉水,KX-1,550 毫升,饮料,24
KX-2,电缆,,3 芯,饮料,
"""
UNITS = """产品,计量单位,单位比例,基本单位,条形码,标价,最低售价
矿泉水,瓶,1,是,6909990000011,2,1.5
矿泉水,包,12,否,6909990000028,21,
电缆,米,1,是,,3.8,3
"""


def bring(company: Company, env: Environment, model: str, text: str, create: tuple[str, ...] = ()) -> Any:
    """Import a file as a person and return the record of the import."""
    system = company.env.as_user(1)
    number = imports.start(env, model, "list.csv", text.encode())
    plan = Plan.from_json(system["base.import"].get(number).plan)
    for column in plan.columns:
        column.create = column.header in create
    imports.set_plan(env, number, plan)
    imports.execute(env, number, is_trial=False)
    return system["base.import"].get(number)


@pytest.mark.rows("PROD-06")
def test_products_units_and_prices_are_imported_and_exported(company: Company) -> None:
    keeper = [company.env.ref(f"crm_{name}.keeper") for name in ("product", "price")]
    company.user("韩行政").update(groups=[*company.user("韩行政").groups, *keeper])
    env = company.as_user("韩行政")
    first = bring(company, env, "crm.product", PRODUCTS, create=("分类",))
    assert (first.report.get("groups"), first.state) == ([], "done"), first.report
    company.clock.forward(minutes=1)
    second = bring(company, env, "crm.product.unit", UNITS)
    assert (second.report.get("groups"), second.state) == ([], "done"), second.report
    water = company.product("KX-1", env)
    assert [(unit.name, unit.ratio, unit.is_base, unit.price, unit.floor_price) for unit in water.units] == [
        ("瓶", 1, True, Decimal("2.00"), Decimal("1.50")),
        ("包", 12, False, Decimal("21.00"), None),
    ]
    assert (water.number, water.category.name, water.warranty_months) == ("KX-1", "饮料", 24)
    rows = env["crm.product"].read([["category.name", "=", "饮料"]], ["number", "price"], operation="export")
    assert {row["number"]: row["price"] for row in rows} == {"KX-1": Decimal(2), "KX-2": Decimal("3.80")}
