"""What sales, finance and service count, figure by figure: by person, team, department and period, and by what the records are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from addons.base_report.services.answer import build_answer
from addons.base_report.services.question import read_question
from addons.crm_finance.services.entries import post_entry
from tests.flows.company import Company, choice

ADDONS = ("crm_service", "crm_finance", "base_report")
QUARTER = {"range": "custom", "from": "2025-01-01", "to": "2025-03-31", "unit": "month"}

Ask = Callable[..., dict[str, list[float | None]]]


@pytest.fixture
def ask(company: Company) -> Ask:
    """``ask("crm_sales.contracts", "@person")``: label → numbers of January to March 2025 and their sum; other parameters as in the address."""

    def answer(measure: str, by: str, **more: str) -> dict[str, list[float | None]]:
        company.env.flush()
        grid = build_answer(company.env, read_question(company.env, {"m": [measure], "by": by, **QUARTER, **more})).grid
        rows = () if grid is None else grid.rows
        return {row.label: [None if cell.text == "–" else cell.value for cell in row.cells] for row in rows}

    return answer


@pytest.fixture
def sold(company: Company) -> list[Any]:
    """Two contracts: 张三 sells 华星贸易 (华东, 制造) 12,400.00 on 8 January, 陈四 远航科技 (华南) 2 boxes for 7,000.00 on 11 February."""
    company.customer().update(industry=choice(company.env, "industry", "制造"))
    orders = []
    for day, name, customer, goods in (
        ("2025-01-08", "张三", "华星贸易", (("LP-200", "台", 10, 880), ("TN-20", "支", 20, 180))),
        ("2025-02-11", "陈四", "远航科技", (("LP-200", "箱", 2, 3500),)),
    ):
        company.clock.set(day)
        env = company.as_user(name)
        lines = [
            {
                "product": company.product(model).id,
                "unit": company.unit(model, unit).id,
                "quantity": count,
                "price": price,
            }
            for model, unit, count, price in goods
        ]
        order = env["crm.order"].create({"customer": company.customer(customer, env).id, "lines": lines})
        order.confirm()
        env.flush()
        orders.append(company.env["crm.order"].get(order.id))
    return orders


@pytest.mark.rows("SALE-51", "SALE-53")
def test_contracts_by_person_team_and_department_and_by_day_week_month_quarter_and_year(ask: Ask, sold: Any) -> None:
    both = {"张三": [12400, None, None, 12400], "陈四": [None, 7000, None, 7000]}
    assert ask("crm_sales.contract_amount", "@person") == both
    assert ask("crm_sales.contracts", "@person") == {"张三": [1, None, None, 1], "陈四": [None, 1, None, 1]}
    for by, unit in (("@team", "销售一组"), ("@department", "销售部")):
        assert ask("crm_sales.contract_amount", by) == {unit: [12400, 7000, None, 19400]}
        assert ask("crm_sales.contracts", by) == {unit: [1, 1, None, 2]}
    for unit in ("day", "week", "quarter", "year", "fiscal_year"):
        found = ask("crm_sales.contract_amount", "@person", unit=unit)
        assert [[number for number in cells if number] for cells in found.values()] == [[12400] * 2, [7000] * 2], unit
    for by, label in (("customer.region", "华东"), ("customer.industry", "制造"), ("customer.region", "华南")):
        assert sum(filter(None, ask("crm_sales.contract_amount", by)[label][:3])) in (12400, 7000)
    assert ask("crm_sales.goods_amount", "product") == {
        "激光打印机": [8800, 7000, None, 15800],
        "硒鼓": [3600, None, None, 3600],
    }


@pytest.mark.rows("PROD-14", "PROD-15")
def test_goods_sold_by_people_and_distributed_over_products_regions_and_industries(ask: Ask, sold: Any) -> None:
    for by, label in (("@department", "销售部"), ("@team", "销售一组")):
        assert ask("crm_sales.goods_quantity", by) == {label: [30, 8, None, 38]}
        assert ask("crm_sales.goods_amount", by) == {label: [12400, 7000, None, 19400]}
    assert ask("crm_sales.goods_quantity", "@person") == {"张三": [30, None, None, 30], "陈四": [None, 8, None, 8]}
    # Two boxes of four are eight pieces.
    assert ask("crm_sales.goods_quantity", "product") == {"激光打印机": [10, 8, None, 18], "硒鼓": [20, None, None, 20]}
    for measure, numbers in (("goods_quantity", (30, 8)), ("goods_amount", (12400, 7000))):
        by_region = ask(f"crm_sales.{measure}", "order.customer.region")
        assert {label: cells[-1] for label, cells in by_region.items()} == dict(
            zip(("华东", "华南"), numbers, strict=True)
        )
        assert ask(f"crm_sales.{measure}", "order.customer.industry")["制造"][-1] == numbers[0]
        for unit in ("day", "week", "year"):
            assert sum(cells[-1] or 0 for cells in ask(f"crm_sales.{measure}", "product", unit=unit).values()) == sum(
                numbers
            )


@pytest.mark.rows("FIN-22", "FIN-23")
def test_receivables_slips_arrivals_and_invoices_by_people_and_money_in_and_out_by_way_and_person(
    company: Company, ask: Ask, sold: Any
) -> None:
    order = sold[0]
    qian = company.as_user("钱财务")
    company.clock.set("2025-03-05")
    values = {
        "order": order.id,
        "amount": 2400,
        "date": "2025-03-05",
        "method": choice(company.env, "payment_method", "转账").id,
    }
    receipt = qian["crm.receipt"].create(values)
    qian.flush()
    # Slips and money count for who enters them; as receipts of sales the same money counts for who sold.
    assert (ask("crm_finance.slip", "@person"), ask("crm_finance.arrived", "@person")) == (
        {"钱财务": [None, None, 2400, 2400]},
        {},
    )
    receipt.confirm()
    company.env["crm.invoice"].create(
        {
            "customer": order.customer,
            "owner": company.user("张三"),
            "number": "F1",
            "date": "2025-03-06",
            "lines": [{"order": order.id, "amount": 1400}],
        }
    )
    assert ask("crm_finance.arrived", "@department") == {"财务部": [None, None, 2400, 2400]}
    for by, label in (("@person", "张三"), ("@team", "销售一组"), ("@department", "销售部")):
        assert ask("crm_sales.received", by) == {label: [None, None, 2400, 2400]}
        assert ask("crm_finance.invoiced", by) == {label: [None, None, 1400, 1400]}
        assert ask("crm_finance.receivable", by)[label][0] == 12400
        assert ask("crm_finance.settled", by)[label][-1] == 2400
    assert sum(cells[-1] or 0 for cells in ask("crm_finance.open", "@person", to="2025-12-31").values()) == 17000
    for unit in ("month", "year"):
        assert ask("crm_finance.money_in", "method", unit=unit)["转账"][-1] == 2400
        assert ask("crm_sales.received", "method", unit=unit)["转账"][-1] == 2400
    account = company.find("crm.account", ["name", "=", "建行"])
    post_entry(company.env, account=account, amount=-500, date=dt.date(2025, 2, 3), kind="direct", note="房租")
    spent = [cells for cells in ask("crm_finance.money_out", "account").values() if cells[-1]]
    assert spent == [[None, 500, None, 500]]


@pytest.mark.rows("SERV-28", "SERV-29")
def test_tickets_by_people_and_period_and_by_result_urgency_way_region_industry_and_category(
    company: Company, ask: Ask
) -> None:
    env = company.env
    company.customer().update(
        industry=choice(env, "industry", "制造"), category=choice(env, "customer_category", "终端")
    )
    urgent = company.find("crm.urgency", ["code", "=", "urgent"])
    solved = {
        "method": choice(env, "service_method", "上门"),
        "urgency": urgent,
        "result": choice(env, "service_result", "已解决"),
    }
    for day, owner, customer, more in (
        ("2025-01-08", "周客服", "华星贸易", solved),
        ("2025-01-09", "周客服", "华星贸易", {}),
        ("2025-03-03", "孙工", "远航科技", {}),
    ):
        company.clock.set(f"{day} 10:00")
        values = {"customer": company.customer(customer), "subject": "卡纸", "owner": company.user(owner), **more}
        env["crm.ticket"].create(values)
    measure = "crm_service.tickets"
    assert ask(measure, "@person") == {"周客服": [2, None, None, 2], "孙工": [None, None, 1, 1]}
    assert ask(measure, "@department") == {"服务部": [2, None, 1, 3]}
    for unit, counts in (("day", [1, 1, 1]), ("week", [2, 1]), ("year", [3])):
        found = ask(measure, "@department", unit=unit)["服务部"]
        assert [number for number in found[:-1] if number] == counts and found[-1] == 3
    for by, label, count in (
        ("result", "已解决", 1),
        ("method", "上门", 1),
        ("urgency", urgent.display_name, 1),
        ("customer.region", "华东", 2),
        ("customer.region", "华南", 1),
        ("customer.industry", "制造", 2),
        ("customer.category", "终端", 2),
    ):
        assert ask(measure, by)[label][-1] == count, by


@pytest.mark.rows("PROD-13", "SALE-49")
def test_products_customers_contracts_and_salespeople_are_ranked_by_profit_and_margin_of_any_period(
    company: Company, ask: Ask, sold: Any
) -> None:
    company.clock.set("2025-03-20")
    lines = [{"product": company.product("TN-20").id, "quantity": 10, "price": 80}]
    loss = company.env["crm.order"].create(
        {"customer": company.customer("远航科技"), "owner": company.user("陈四"), "lines": lines}
    )
    loss.confirm()

    def ranked(measures: str, by: str, **more: str) -> list[tuple[str, list[float | None]]]:
        """Label and sums of the whole period, in the order of the page."""
        company.env.flush()
        asked = {"m": [f"crm_sales.{each}" for each in measures.split()], "by": by, **QUARTER, **more}
        found = build_answer(company.env, read_question(company.env, asked)).grid
        count = len(asked["m"])
        return [(row.label, [cell.value for cell in row.cells[-count:]]) for row in (found.rows if found else ())]

    # 18 printers of 600 for 8,800.00 + 7,000.00; 20 toners of 120 for 3,600.00 and 10 more for 800.00, below what they cost.
    goods = "goods_quantity goods_amount goods_cost goods_profit goods_margin"
    assert ranked(goods, "product") == [
        ("硒鼓", [30, 4400, 3600, 800, 18.18]),
        ("激光打印机", [18, 15800, 10800, 5000, 31.65]),
    ]
    assert ranked(goods, "product", to="2025-01-31") == [
        ("硒鼓", [20, 3600, 2400, 1200, 33.33]),
        ("激光打印机", [10, 8800, 6000, 2800, 31.82]),
    ]
    assert ranked("goods_profit goods_margin", "product") == [("激光打印机", [5000, 31.65]), ("硒鼓", [800, 18.18])]
    assert ranked("goods_margin", "product") == [("激光打印机", [31.65]), ("硒鼓", [18.18])]
    assert ranked("goods_margin", "product", to="2025-01-31") == [("硒鼓", [33.33]), ("激光打印机", [31.82])]
    # 华星贸易 4,000.00 of 12,400.00; 远航科技 2,200.00 of 7,000.00 less 400.00 of 800.00.
    money = "profit margin_rate contract_amount"
    first, second = [4000, 32.26, 12400], [1800, 23.08, 7800]
    assert ranked(money, "customer") == [("华星贸易", first), ("远航科技", second)]
    assert ranked(money, "@person") == [("张三", first), ("陈四", second)]
    assert ranked("profit margin_rate", "number") == [
        (sold[0].number, [4000, 32.26]),
        (sold[1].number, [2200, 31.43]),
        (loss.number, [-400, -50]),
    ], "a loss comes last, however great it is"
    assert ranked("margin_rate", "@person", **{"from": "2025-03-01"}) == [("陈四", [-50])]

    # A salesperson sees their own sales, and nothing of cost, profit and margin.
    env = company.as_user("张三")
    offered = read_question(env, {"m": ["crm_sales.goods_amount"], "by": "product", **QUARTER}).offered
    assert "crm_sales.goods_amount" in offered
    for hidden in ("goods_cost", "goods_profit", "goods_margin", "profit", "margin_rate"):
        assert f"crm_sales.{hidden}" not in offered
    own = build_answer(env, read_question(env, {"m": ["crm_sales.goods_amount"], "by": "product", **QUARTER})).grid
    assert own is not None
    assert [(row.label, row.cells[-1].value) for row in own.rows] == [("激光打印机", 8800), ("硒鼓", 3600)]
