"""F1 whole, from an empty database of profile full, by the hands of its people: from the lead to what was printed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.cli.profiles import addons_of_profile
from core.orm.environment import Environment
from core.plugins import discover
from tests.browser import f01_delivering as delivering
from tests.browser import f01_selling as selling
from tests.browser import f01_serving as serving
from tests.browser.people import FlowSite, People
from tests.flows.company import user_named
from tools.faults import ROOT


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlowSite]:
    """The company of the flows; 李经理 also approves expenses."""
    made = FlowSite(tmp_path_factory.mktemp("flow"), addons_of_profile("full", ROOT, discover([])))
    made.app.run(_let_the_manager_approve_expenses)
    yield made
    made.close()


@pytest.mark.rows(
    *("SALE-03", "SALE-24", "SALE-30", "PRICE-06", "APPR-06", "APPR-07", "APPR-08", "BASE-06", "CORE-47", "CORE-48"),
    *(
        "LOY-08",
        "LOY-10",
        "SALE-44",
        "STOCK-07",
        "EXP-04",
        "SALE-48",
        "FIN-08",
        "FIN-09",
        "FIN-19",
        "SERV-08",
        "SERV-14",
    ),
    *("SERV-18", "SERV-22", "BASE-08", "SALE-26", "SALE-34", "FIN-21"),
)
def test_a_lead_becomes_a_satisfied_customer_with_everything_printed(people: People) -> None:
    sold = selling.convert_the_lead(people)
    selling.enter_the_quote(people, sold)
    selling.approve_the_quote(people, sold)
    selling.make_the_contract(people, sold)
    selling.make_it_effective(people, sold)
    delivering.receive(people, sold, "2025-01-10", "3720", "¥8,680.00")
    delivering.deliver(people, sold)
    delivering.spend(people, sold)
    delivering.receive(people, sold, "2025-03-20", "2000", "¥6,680.00")
    delivering.read_ageing(people)
    delivering.redeem_a_cup(people)
    ticket = serving.repair(people, sold)
    serving.ask_the_customer(people, ticket)
    serving.look_at_the_customer(people)
    statement = serving.print_the_statement(people)
    for text, wanted in (
        (
            sold.printed_quote,
            ("报价单", "华星贸易", "QT20250106-001", "8,800.00", "3,600.00", "人民币壹万贰仟肆佰元整"),
        ),
        (sold.printed_contract, ("销售合同", "HT20250108-001", "2025年3月10日4,960.00", "¥12,400.00")),
        (statement, ("对账单", "华星贸易", "2,960.00", "3,720.00", "¥6,680.00")),
    ):
        assert [each for each in wanted if each not in text] == []


def _let_the_manager_approve_expenses(env: Environment) -> None:
    manager = user_named(env, "李经理")
    approvers = env["core.group"].search([["key", "=", "crm_expense.approver"]])
    manager.update(groups=[*manager.groups, *approvers])
