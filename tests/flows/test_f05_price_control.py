"""F5: price control and the approval matrix, figure by figure."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_approval.api import decide, history_of, request_of
from core.api import ConflictError, Environment, ValidationError
from tests.flows.company import Company

ADDONS = ("crm_price", "crm_approval")
Sell = Callable[..., Any]


@pytest.fixture
def sell(company: Company) -> Sell:
    """Write a contract of one line as a person: ``sell("899.99", "张三", quantity=2)``."""

    def contract(
        price: str | int,
        who: str = "张三",
        *,
        product: str = "LP-200",
        unit: str = "台",
        quantity: str | int = 1,
        **values: Any,
    ) -> Any:
        env = company.as_user(who)
        line = {
            "product": company.product(product).id,
            "unit": company.unit(product, unit).id,
            "quantity": quantity,
            "price": price,
        }
        return env["crm.order"].create(
            {"customer": company.customer().id, "owner": company.user(who).id, "lines": [line], **values}
        )

    return contract


def set_mode(company: Company, mode: str) -> None:
    company.env["core.parameter"].update([["key", "=", "crm_price.control"]], {"value": mode})
    company.env.flush()


def asked(record: Any) -> list[str]:
    """Return the names of those whose decision a record waits for."""
    request = request_of(record)
    if request is None:
        return []
    domain = [["request", "=", request.id], ["state", "=", "waiting"]]
    return [
        row["approver.name"] for row in request.env["crm.approval.task"].read(domain, ["approver.name"], order="id")
    ]


def answer(company: Company, record: Any, who: str, decision: str = "approve") -> None:
    """Let a person decide on what a record waits for."""
    request = request_of(record)
    login = company.as_user(who)
    domain = [["request", "=", request.id], ["state", "=", "waiting"]]
    task = company.as_user("admin")["crm.approval.task"].search(domain)[0]
    decide(login, task.id, decision, "价格太低" if decision != "approve" else None)
    record.env.flush()


MATRIX = [
    ("a", "899.99", "refused"),
    ("a", "900.00", "confirmed"),
    ("a", "950.00", "confirmed"),
    ("b", "899.99", "in_approval"),
    ("b", "900.00", "confirmed"),
    ("b", "950.00", "confirmed"),
    ("c", "899.99", "in_approval"),
    ("c", "900.00", "in_approval"),
    ("c", "950.00", "in_approval"),
]


@pytest.mark.rows("PRICE-05", "PRICE-06", "PRICE-07", "APPR-01", "APPR-05")
@pytest.mark.parametrize(("mode", "price", "outcome"), MATRIX)
def test_what_becomes_of_a_price_in_each_mode(
    company: Company, sell: Sell, mode: str, price: str, outcome: str
) -> None:
    set_mode(company, mode)
    if outcome == "refused":
        with pytest.raises(ValidationError, match=r"LP-200.*899\.99.*900"):
            sell(price)
        assert company.env["crm.order"].count() == 0
        return
    contract = sell(price)
    contract.confirm()
    assert contract.state == outcome


@pytest.mark.rows("PROD-08", "PRICE-06")
def test_each_unit_has_its_own_floor(company: Company, sell: Sell) -> None:
    below, fair = sell(3499, unit="箱"), sell(3500, unit="箱")
    pieces = sell(875, quantity=4)
    assert [contract.lines[0].is_below for contract in (below, fair, pieces)] == [True, False, True]
    assert fair.amount == pieces.amount == Decimal("3500.00")
    assert (below.lines[0].base_quantity, pieces.lines[0].base_quantity) == (4, 4)


@pytest.mark.rows("FIN-03", "PRICE-06")
def test_a_price_in_dollars_is_compared_in_base_currency(company: Company, sell: Sell) -> None:
    fair, below = (sell(price, currency="USD", rate="7.20") for price in ("125.00", "124.99"))
    assert (fair.lines[0].is_below, below.lines[0].is_below) == (False, True)
    fair.confirm()
    below.confirm()
    assert (fair.state, below.state) == ("confirmed", "in_approval")
    assert (fair.base_amount, below.base_amount) == (Decimal("900.00"), Decimal("899.93"))


@pytest.mark.rows("APPR-04", "APPR-05", "APPR-06")
def test_from_ten_thousand_on_the_general_manager_is_asked_too(company: Company, sell: Sell) -> None:
    # 20 × 500 = 10,000.00 is asked on two levels, 9,999.99 on one.
    large, small = sell(500, quantity=20), sell("9999.99", product="LP-200", unit="箱", quantity=1)
    set_mode(company, "c")
    small.confirm()
    large.confirm()
    assert (asked(large), asked(small)) == (["李经理"], ["李经理"])
    answer(company, small, "李经理")
    assert small.state == "confirmed"
    assert [entry.state for entry in history_of(small)] == ["approved", "skipped"]
    answer(company, large, "李经理")
    assert (large.state, asked(large)) == ("in_approval", ["王总"])
    answer(company, large, "王总")
    assert large.state == "confirmed"
    assert [(entry.approver, entry.state) for entry in history_of(large)] == [
        ("李经理", "approved"),
        ("王总", "approved"),
    ]


@pytest.mark.rows("APPR-04")
def test_the_submitters_own_level_climbs_and_nobody_found_is_the_administrator(company: Company, sell: Sell) -> None:
    set_mode(company, "c")
    by_manager = sell(1000, "李经理", quantity=10)
    by_manager.confirm()
    assert asked(by_manager) == ["王总"]
    answer(company, by_manager, "王总")
    assert by_manager.state == "confirmed"
    assert [entry.state for entry in history_of(by_manager)].count("approved") == 1
    by_boss = sell(1000, "王总", quantity=10)
    by_boss.confirm()
    assert (
        request_of(by_boss)
        .env["crm.approval.task"]
        .search([["request", "=", request_of(by_boss).id], ["state", "=", "waiting"]])[0]
        .approver.login
        == "admin"
    )


@pytest.fixture
def twelve_levels(company: Company) -> list[str]:
    """Replace the flow of contracts by one of 12 levels, each a person of its own."""
    env = company.env
    env["crm.approval.flow"].search().update(active=False)
    names = ["李经理", "王总", "孙工", "周客服", "吴师傅", "郑采购", "冯仓管", "韩行政", "钱财务", "陈四"]
    for number in (11, 12):
        name = f"审批{number}"
        env["core.user"].create(
            {
                "name": name,
                "login": f"level{number}",
                "groups": [env["core.group"].search([["key", "=", "base.user"]])[0]],
            }
        )
        names.append(name)
    steps = [
        {"sequence": number, "rule": "users", "users": [company.user(name)]} for number, name in enumerate(names, 1)
    ]
    env["crm.approval.flow"].create(
        {"name": "十二级", "model": "crm.order", "transition": "confirm", "sequence": 1, "steps": steps}
    )
    env.flush()
    return names


def user_env(company: Company, name: str) -> Environment:
    return company.as_user(company.user(name).login)


def decide_by(company: Company, record: Any, name: str, decision: str) -> None:
    request = request_of(record)
    domain = [["request", "=", request.id], ["state", "=", "waiting"]]
    task = request.env["crm.approval.task"].search(domain)[0]
    decide(user_env(company, name), task.id, decision, "价格太低" if decision == "refuse" else None)
    record.env.flush()


@pytest.mark.rows("APPR-03", "APPR-06", "APPR-09")
def test_twelve_levels_take_effect_after_the_twelfth_only(
    company: Company, sell: Sell, twelve_levels: list[str]
) -> None:
    contract = sell(950)
    contract.confirm()
    for name in twelve_levels:
        assert contract.state == "in_approval"
        decide_by(company, contract, name, "approve")
    assert contract.state == "confirmed"
    assert [entry.approver for entry in history_of(contract)] == twelve_levels


@pytest.mark.rows("APPR-03", "APPR-06", "APPR-09")
def test_a_refusal_at_level_seven_ends_it_with_seven_entries(
    company: Company, sell: Sell, twelve_levels: list[str]
) -> None:
    contract = sell(950)
    contract.confirm()
    for name in twelve_levels[:6]:
        decide_by(company, contract, name, "approve")
    decide_by(company, contract, twelve_levels[6], "refuse")
    assert (contract.state, asked(contract)) == ("draft", [])
    assert [entry.state for entry in history_of(contract)] == ["approved"] * 6 + ["refused"]


@pytest.mark.rows("APPR-08", "PRICE-06", "PRICE-07")
@pytest.mark.parametrize(("mode", "state"), [("b", "confirmed"), ("c", "in_approval")])
def test_a_lower_price_above_the_floor_is_asked_again_in_c_alone(
    company: Company, sell: Sell, mode: str, state: str
) -> None:
    set_mode(company, "c")
    contract = sell(950)
    contract.confirm()
    answer(company, contract, "李经理")
    assert contract.state == "confirmed"
    set_mode(company, mode)
    contract.reopen()
    contract.lines[0].update(price=940)
    contract.confirm()
    assert contract.state == state


@pytest.mark.rows("APPR-08")
def test_what_is_in_approval_can_not_be_changed(company: Company, sell: Sell) -> None:
    contract = sell(880)
    contract.confirm()
    with pytest.raises(ConflictError, match="李经理"), contract.env.savepoint():
        contract.lines[0].update(price=870)
        contract.env.flush()
    assert contract.lines[0].price == 880


@pytest.mark.rows("PRICE-06")
def test_a_contract_of_an_approved_quote_is_not_asked_again_in_b(company: Company) -> None:
    env = company.as_user("张三")
    lines = [{"product": company.product("LP-200").id, "quantity": 10, "price": 880}]
    quote = env["crm.quote"].create({"customer": company.customer().id, "lines": lines})
    quote.submit()
    assert quote.state == "in_approval"
    answer(company, quote, "李经理")
    assert quote.state == "approved"
    contract = quote.make_contract()
    contract.confirm()
    assert contract.state == "confirmed"
