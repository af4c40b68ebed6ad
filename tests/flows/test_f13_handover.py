"""F13: a salesperson leaves and hands over, the account is switched off, and the recycle bin of competitors."""

from __future__ import annotations

from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import pytest

from core.api import AccessDenied, ConflictError, Environment, MissingRecord, restore_deletions
from core.base.services.hand_over import count_held, hand_over, remove_employee
from core.base.services.passwords import set_password
from core.base.services.recycle_bin import list_bin, purge_deletions
from core.testing.client import Client
from core.testing.hooks import TestHooks
from tests.flows.company import Company

ADDONS = ("crm_competitor",)
PASSWORD = "leaving-Soon-2025"


@pytest.fixture
def leaver(company: Company) -> Any:
    """张三 with what F13 gives him: 12 customers with 20 contacts, 3 leads, 6 tasks, and deals of all kinds."""
    company.clock.set("2025-06-02")
    zhang = company.as_user("张三")
    customers = [company.customer(env=zhang)]
    customers += zhang["crm.customer"].create([{"name": f"客户{number:02}"} for number in range(2, 13)])
    zhang["crm.contact"].create(
        [{"name": f"联系人{number:02}", "customer": customers[number % 12]} for number in range(1, 20)]
    )
    zhang["crm.lead"].create([{"name": f"线索{number}", "company_name": f"新公司{number}"} for number in range(3)])
    won(zhang, customers[0], 120000)
    won(zhang, customers[1], 80000)
    zhang["crm.opportunity"].create(
        [
            {"name": f"商机{number}", "customer": customers[number], "amount": amount}
            for number, amount in enumerate((50000, 60000, 70000, 80000))
        ]
    )
    for number, amount in ((2, 9000), (5, 6000)):
        order = zhang["crm.order"].create(
            {
                "customer": customers[number],
                "lines": [{"name": "耗材", "quantity": 1, "price": amount}],
                "plans": [{"date": "2025-07-01", "percent": 100}],
            }
        )
        order.confirm()
    tasks = zhang["crm.task"].create(
        [
            {"name": f"任务{number}", "owner": zhang.user, "customer": customers[number], "due": "2025-07-01"}
            for number in range(6)
        ]
    )
    for task in tasks[4:]:
        task.complete()
    zhang["crm.follow_up"].create({"customer": customers[2], "content": "电话回访", "channel": "phone"})
    zhang.flush()
    chen = company.as_user("陈四")
    won(chen, company.customer("远航科技", chen), 90000)
    chen.flush()
    return company.user("张三")


def won(env: Environment, customer: Any, amount: int) -> None:
    """Win a deal as the user of ``env``."""
    env["crm.opportunity"].create({"name": f"成交 {amount}", "customer": customer, "amount": amount}).win()
    env.flush()


def results(company: Company) -> dict[str, Decimal]:
    """Return what each person won in 2025."""
    rows = company.env["crm.opportunity"].aggregate(
        [["state", "=", "won"], ["closed_on", ">=", "2025-01-01"], ["closed_on", "<=", "2025-12-31"]],
        {"amount": "sum"},
        ["owner.name"],
    )
    return {row["owner.name"]: row["amount"] for row in rows}


HELD = {"crm.customer": 12, "crm.lead": 3, "crm.opportunity": 4, "crm.order": 2}


@pytest.mark.rows("CORE-31", "CORE-15", "SALE-52")
def test_everything_open_passes_with_its_customer_and_results_stay(company: Company, leaver: Any) -> None:
    env = company.env
    held = count_held(env, leaver)
    assert {model: held[model] for model in HELD} == HELD
    # Four open tasks that he carries out and had given himself: they are held twice, by two fields.
    assert held["crm.task"] == 8
    with pytest.raises(ConflictError, match="Customer: 12"):
        remove_employee(env, leaver)
    chen, li = company.user("陈四"), company.user("李经理")
    passed = hand_over(env, leaver, [chen, chen, li], reason="张三 离职")
    env.flush()
    assert {model: passed[model] for model in HELD} == HELD
    assert count_held(env, leaver) == {}
    mine = {name: company.env["crm.customer"].count([["owner.name", "=", name]]) for name in ("张三", "陈四", "李经理")}
    assert mine == {"张三": 0, "陈四": 9, "李经理": 4}
    still = {"crm.opportunity": "open", "crm.order": "confirmed", "crm.task": "open"}
    for model, state in still.items():
        for record in env[model].search([["state", "=", state]]):
            assert record.owner is record.customer.owner, (model, record)
    contacts = env["crm.contact"].aggregate([], {"id": "count"}, ["customer.owner.name"])
    assert {row["customer.owner.name"] for row in contacts} == {"陈四", "李经理"}
    assert sum(row["id"] for row in contacts) == 20
    assert env["crm.opportunity"].aggregate([["state", "=", "open"]], {"amount": "sum"})[0]["amount"] == 260000
    receivable = env["crm.payment.plan"].aggregate([], {"open_amount": "sum"}, ["owner.name"])
    assert {row["owner.name"]: row["open_amount"] for row in receivable} == {"李经理": Decimal(15000)}
    assert results(company) == {"张三": Decimal(200000), "陈四": Decimal(90000)}
    entries = env["core.audit"].search([["kind", "=", "hand_over"]])
    assert [(each.user.login, each.reason, each.detail["passed"]) for each in entries] == [
        ("admin", "张三 离职", passed)
    ]


@pytest.mark.rows("CORE-31")
def test_a_failure_in_the_middle_changes_nothing(company: Company, leaver: Any) -> None:
    env = company.env
    before = count_held(env, leaver)

    def fail(model: str, changed: Any) -> None:
        if model == "crm.order" and changed:
            raise ConflictError("the disk is full")

    with ExitStack() as stack:
        TestHooks(env.registry.hooks, stack).register(records_saved=fail)
        with pytest.raises(ConflictError, match="disk"), env.savepoint():
            hand_over(env, leaver, [company.user("陈四")], reason="张三 离职")
    assert count_held(env, leaver) == before
    assert env["core.audit"].count([["kind", "=", "hand_over"]]) == 0


@pytest.mark.rows("CORE-15", "CORE-70", "CORE-68")
def test_who_has_left_is_logged_out_and_can_not_log_in_but_keeps_the_name(company: Company, leaver: Any) -> None:
    env = company.env
    set_password(env, leaver, PASSWORD)
    hand_over(env, leaver, [company.user("陈四")], reason="张三 离职")
    session = company.client("张三")
    assert session.get("/api/v1/crm.customer").status_code == 200
    remove_employee(env, leaver)
    env.flush()
    assert session.get("/api/v1/crm.customer").status_code == 401
    visitor = Client(company.app)
    refused = visitor.post("/login", json={"login": "zhang", "password": PASSWORD})
    assert refused.status_code == 401
    log = env["core.login.log"].search([["user", "=", leaver.id], ["result", "=", "refused"]])
    assert [each.login for each in log] == ["zhang"]
    chen = company.as_user("陈四")
    assert [each.owner.name for each in chen["crm.follow_up"].search()] == ["张三"]


@pytest.mark.rows("COMP-04", "COMP-03", "CORE-67", "CORE-69")
def test_a_deleted_competitor_comes_back_with_everything_or_goes_for_good(company: Company) -> None:
    company.clock.set("2025-06-02 10:00")
    chen, admin = company.as_user("陈四"), company.env
    rival = chen["crm.competitor"].create(
        {
            "name": "对手甲",
            "news": [{"title": "降价"}, {"title": "新厂"}],
            "products": [{"name": "X-1"}],
        }
    )
    deal = chen["crm.opportunity"].create(
        {"name": "商机", "customer": company.customer("远航科技", chen), "competitors": [{"competitor": rival}]}
    )
    deal.update(lost_to=rival)
    chen.flush()
    number = rival.id
    rival.delete()
    chen.flush()

    def seen(env: Environment) -> tuple[int, ...]:
        models = ("crm.competitor", "crm.competitor.news", "crm.competitor.product", "crm.opportunity.competitor")
        return tuple(env[model].count() for model in models)

    assert seen(chen) == (0, 0, 0, 0)
    assert company.env["crm.opportunity"].get(deal.id).lost_to is None
    answer = company.client("陈四").get("/choices/crm.opportunity.competitor/competitor?q=对手")
    assert (answer.status_code, "对手甲" in answer.get_data(as_text=True)) == (200, False)
    with pytest.raises(AccessDenied):
        list_bin(chen)
    (entry,) = list_bin(admin, model="crm.competitor")
    assert (entry["title"], entry["user"], entry["count"]) == ("对手甲", "陈四", 5)
    assert entry["at"] == company.clock.now
    restore_deletions(admin, [entry["id"]])
    admin.flush()
    assert seen(chen) == (1, 2, 1, 1)
    back = chen["crm.competitor"].get(number)
    assert (sorted(back.news.mapped("title")), back.products.mapped("name")) == (["新厂", "降价"], ["X-1"])
    assert chen["crm.opportunity"].get(deal.id).lost_to is back
    back.delete()
    chen.flush()
    (entry,) = list_bin(admin, model="crm.competitor")
    purge_deletions(admin, [entry["id"]])
    admin.flush()
    assert list_bin(admin, model="crm.competitor") == []
    with pytest.raises(MissingRecord):
        restore_deletions(admin, [entry["id"]])
    assert seen(admin) == (0, 0, 0, 0)
    assert admin["core.audit"].count([["kind", "=", "purge"], ["model", "=", "crm.competitor"]]) == 1
    history = admin["core.history"].search([["model", "=", "crm.competitor"], ["record_id", "=", number]])
    operations = [each.operation for each in history]
    assert (operations.count("deleted"), operations.count("restored")) == (2, 1)
