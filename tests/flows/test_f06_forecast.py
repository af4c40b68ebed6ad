"""F6 Forecast, funnel and plan, figure by figure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_sales.services.conversion import read_conversion
from addons.crm_sales.services.forecast import Figures, read_forecast
from addons.crm_sales.services.funnel import read_funnel
from addons.crm_sales.services.lead_shortage import read_shortages, warn_of_few_leads
from addons.crm_sales.services.people import circle_for
from addons.crm_sales.services.periods import quarter, quarter_on
from addons.crm_sales.services.plan_figures import PlanLine, read_plan
from addons.crm_sales.services.scopes import scope_named, scopes_for
from core.api import Environment
from tests.flows.company import Company

ADDONS = ("crm_sales",)

# Stage, amount, category: what 张三 and 陈四 have open. The amounts add up to those of F6 step 1 by category, of step 3 by stage.
ZHANG = (
    ("negotiation", 100000, "expected"),
    ("negotiation", 100000, "pipeline"),
    ("offer", 50000, "expected"),
    ("offer", 150000, "pipeline"),
    ("needs", 50000, "best"),
    ("needs", 50000, "best"),
    ("needs", 50000, "pipeline"),
    ("contact", 50000, "left_out"),
)
CHEN = (
    ("offer", 100000, "pipeline"),
    ("needs", 250000, "pipeline"),
    ("contact", 60000, "expected"),
    ("contact", 30000, "best"),
    ("contact", 200000, "pipeline"),
    ("contact", 160000, "pipeline"),
)


class Sales:
    """The opportunities of the first quarter of 2025, entered by those who own them; today is 2025-03-15."""

    def __init__(self, company: Company) -> None:
        self.company = company
        company.clock.set("2025-01-10")
        leads = self._leads("张三", "华星贸易", 20)
        made = [self._convert(lead, 10000 * number) for number, lead in enumerate(leads[:10])]
        for lead in leads[10:]:
            lead.update(dropped_reason=lead.env.ref("crm_sales.dropped_no_need"))
            lead.drop()
        company.clock.set("2025-02-20")
        self._win(made[0], 120000)
        self._win(made[1], 80000)
        for opportunity, (stage, amount, category) in zip(made[2:], ZHANG, strict=True):
            opportunity.update(stage=self.stage(stage), amount=amount)
            opportunity.env.flush()
            opportunity.update(category=category)
        self._win(self._open("陈四", "contact", 90000, None), 90000)
        for stage, amount, category in CHEN:
            self._open("陈四", stage, amount, category)
        boss = company.as_user("李经理")
        for name, amount in (("张三", 500000), ("陈四", 300000)):
            boss["crm.quota"].create({"owner": company.user(name).id, "year": 2025, "quarter": "1", "amount": amount})
        boss.flush()
        company.clock.set("2025-03-15")

    def stage(self, name: str) -> Any:
        """Return a stage of the usual process."""
        return self.company.env.ref(f"crm_sales.stage_{name}").id

    def figures(self, reader: str) -> tuple[dict[str, Figures], Figures]:
        """Return the lines of 2025 Q1 that a person sees, by name, and the total."""
        env = self.company.as_user(reader)
        forecast = read_forecast(env, quarter(env, 2025, 1), circle_for(env))
        return {line.branch.label: line.figures for line in forecast.lines}, forecast.total

    def find(self, owner: str, **values: Any) -> Any:
        """Return the first opportunity of a person with these values."""
        env = self.company.as_user(owner)
        conditions = [[name, "=", value] for name, value in values.items()]
        return env["crm.opportunity"].search([["owner", "=", env.uid], ["state", "=", "open"], *conditions], "id")[0]

    def _leads(self, owner: str, customer: str, count: int) -> list[Any]:
        env = self.company.as_user(owner)
        chosen = self.company.customer(customer, env)
        rows = [{"name": f"线索 {number}", "customer": chosen.id} for number in range(count)]
        found = env["crm.lead"].create(rows)
        env.flush()
        return list(found)

    def _convert(self, lead: Any, amount: int) -> Any:
        lead.update(amount=amount, expected_on=dt.date(2025, 3, 31))
        lead.convert()
        return lead.opportunity

    def _open(self, owner: str, stage: str, amount: int, category: str | None) -> Any:
        env = self.company.as_user(owner)
        made = env["crm.opportunity"].create(
            {
                "name": f"{amount}",
                "customer": self.company.customer("远航科技", env).id,
                "stage": self.stage(stage),
                "amount": amount,
                "category": category,
                "date": "2025-03-31",
            }
        )
        env.flush()
        return made

    def _win(self, opportunity: Any, amount: int) -> None:
        opportunity.update(amount=amount)
        opportunity.win()


@pytest.fixture
def sales(company: Company) -> Sales:
    return Sales(company)


def shown(figures: Figures) -> tuple[Any, ...]:
    """Return quota, closed, quota percent, expected total and best total."""
    return (figures.quota, figures.closed, figures.quota_percent, figures.expected_total, figures.best_total)


@pytest.mark.rows("SALE-18", "SALE-19", "SALE-20", "SALE-07", "CORE-19")
def test_step_1_the_quarter_of_each_and_of_the_manager(sales: Sales) -> None:
    lines, total = sales.figures("李经理")
    assert shown(lines["张三"]) == (500000, 200000, Decimal("40.00"), 350000, 450000)
    assert (lines["张三"].pipeline, lines["张三"].left_out) == (300000, 50000)
    assert shown(lines["陈四"]) == (300000, 90000, Decimal("30.00"), 150000, 180000)
    assert shown(lines["李经理"]) == (None, 0, None, 0, 0)
    assert shown(total) == (800000, 290000, Decimal("36.25"), 500000, 630000)
    lines, total = sales.figures("陈四")
    assert list(lines) == ["陈四"]
    assert shown(total) == (300000, 90000, Decimal("30.00"), 150000, 180000)
    boss, total = sales.figures("王总")
    assert shown(boss["李经理"]) == shown(total) == (800000, 290000, Decimal("36.25"), 500000, 630000)


@pytest.mark.rows("SALE-19", "SALE-20")
def test_step_1_on_the_page(sales: Sales) -> None:
    page = sales.company.client("李经理").get("/x/crm_sales/forecast?quarter=2025-1").text
    for figure in ("800,000.00", "290,000.00", "36.25%", "500,000.00", "630,000.00", "张三", "陈四"):
        assert figure in page
    page = sales.company.client("陈四").get("/x/crm_sales/forecast?quarter=2025-1").text
    assert "30.00%" in page
    assert "张三" not in page
    assert "500,000.00" not in page


@pytest.mark.rows("SALE-07", "SALE-19")
def test_step_2_a_move_to_expected_and_a_win(sales: Sales) -> None:
    opportunity = sales.find("张三", category="best", amount=50000)
    opportunity.update(category="expected")
    opportunity.env.flush()
    figures = sales.figures("张三")[0]["张三"]
    assert (figures.expected_total, figures.best_total) == (400000, 450000)
    opportunity.win()
    figures = sales.figures("张三")[0]["张三"]
    assert (figures.closed, figures.quota_percent) == (250000, Decimal("50.00"))


@pytest.mark.rows("SALE-15", "SALE-16", "SALE-08")
def test_step_3_the_funnel_of_the_department(sales: Sales) -> None:
    env = sales.company.as_user("李经理")
    department = env.user.department.id
    whose = scope_named(scopes_for(env), f"department-{department}").opportunities
    funnel = read_funnel(env, env.ref("crm_sales.process_standard").id, whose)
    assert [(step.name, step.probability, step.count, step.amount, step.expected) for step in funnel.steps] == [
        ("初步接触", 10, 5, 500000, 50000),
        ("需求确认", 30, 4, 400000, 120000),
        ("方案报价", 50, 3, 300000, 150000),
        ("商务谈判", 80, 2, 200000, 160000),
    ]
    assert (funnel.count, funnel.amount, funnel.expected) == (14, 1400000, Decimal("480000.00"))
    page = sales.company.client("李经理").get(f"/x/crm_sales/funnel?scope=department-{department}").text
    for figure in ("1,400,000.00", "480,000.00", "160,000.00"):
        assert figure in page


@pytest.mark.rows("SALE-16", "SALE-17")
def test_step_4_rates_from_history_and_the_leads_that_are_missing(sales: Sales) -> None:
    env = sales.company.as_user("张三")
    found = read_conversion(
        env,
        dt.date(2024, 3, 1),
        dt.date(2025, 2, 28),
        process=env.ref("crm_sales.process_standard").id,
        opportunities=[["owner", "=", env.uid]],
        leads=[["owner", "=", env.uid]],
    )
    assert (found.leads, found.opportunities, found.won, found.mean_won) == (20, 10, 2, 100000)
    assert (found.lead_rate, found.win_rate, found.lead_win_rate) == (
        Decimal("50.00"),
        Decimal("20.00"),
        Decimal("10.00"),
    )
    for _number in range(12):
        env["crm.lead"].create({"name": "展会"})
    env.flush()
    (short,) = read_shortages(env, [env.uid], env.today())
    assert (short.left, short.deals, short.needed, short.open, short.missing) == (300000, 3, 30, 12, 18)
    assert warned(sales.company, "张三") == {"张三", "李经理"}


@pytest.mark.rows("SALE-17")
def test_step_4_no_warning_with_thirty_open_leads(sales: Sales) -> None:
    env = sales.company.as_user("张三")
    env["crm.lead"].create([{"name": "展会"} for _number in range(30)])
    env.flush()
    assert warned(sales.company, "张三") == set()


def warned(company: Company, about: str) -> set[str]:
    """Return the names of those who are told that somebody has too few leads."""
    warn_of_few_leads(company.env)
    company.env.flush()
    rows = company.env.as_user(1)["core.notification"].read(
        [["title", "ilike", about], ["title", "ilike", "18"]], ["user.name"]
    )
    return {row["user.name"] for row in rows}


class Plan:
    """The plan of 2025: 12,000,000 over departments and people."""

    def __init__(self, company: Company) -> None:
        self.company = company
        company.clock.set("2025-01-02")
        self.env = company.as_user("李经理")
        sales = self.env.user.department.id
        partners = company.env["core.department"].create({"name": "渠道部"})
        company.env.flush()
        self.year = self.part("集团", 12000000, "group")
        self.sales = self.part("销售部", 8000000, "department", self.year, department=sales)
        self.part("渠道部", 4000000, "department", self.year, department=partners.id)

    def part(self, name: str, amount: int, kind: str, parent: Any = None, **values: Any) -> Any:
        """Add a part."""
        made = self.env["crm.sales.plan"].create(
            {"name": name, "year": 2025, "kind": kind, "amount": amount, "parent": parent, **values}
        )
        self.env.flush()
        return made

    def lines(self, env: Environment, first: dt.date, last: dt.date) -> dict[str, PlanLine]:
        """Return the parts as a reader sees them, by name."""
        return {line.name: line for line in read_plan(env, 2025, first, last)}


@pytest.mark.rows("SALE-22", "SALE-23", "SALE-21")
def test_step_5_the_year_plan_and_what_it_does_not_add_up_to(company: Company) -> None:
    plan = Plan(company)
    assert [month.amount for month in plan.year.months] == [Decimal("1000000.00")] * 12
    year = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert plan.lines(plan.env, *year)["集团"].differences == ()
    zhang = plan.part("张三", 5000000, "person", plan.sales, owner=company.user("张三").id)
    plan.part("陈四", 2500000, "person", plan.sales, owner=company.user("陈四").id)
    assert plan.lines(plan.env, *year)["销售部"].differences == (500000,)

    zhang.months[0].amount = 400000
    plan.env.flush()
    company.clock.set("2025-01-20")
    seller = company.as_user("张三")
    order = seller["crm.order"].create(
        {
            "customer": company.customer(env=seller).id,
            "lines": [{"name": "打印机", "quantity": 1, "price": 300000}],
        }
    )
    order.confirm()
    january = (dt.date(2025, 1, 1), dt.date(2025, 1, 31))
    for reader in (plan.env, seller):
        line = plan.lines(reader, *january)["张三"]
        assert (line.plan, line.actual, line.percent, line.gap) == (400000, 300000, Decimal("75.00"), -100000)
    page = company.client("李经理").get("/x/crm_sales/plan?year=2025").text
    assert "500,000.00" in page
    page = company.client("李经理").get("/x/crm_sales/plan?year=2025&month=2025-01").text
    assert "75.00%" in page


@pytest.mark.rows("CORE-11")
def test_step_6_fiscal_years_that_begin_in_april(company: Company) -> None:
    env = company.env
    env.company.update(fiscal_year_start=4)
    env.flush()
    assert quarter_on(env, dt.date(2025, 3, 31)).label == "FY2024 Q4"
    assert quarter_on(env, dt.date(2025, 4, 15)).label == "FY2025 Q1"
