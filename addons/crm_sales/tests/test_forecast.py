"""The forecast of a quarter adds up over the positions below, against quotas that superiors set."""

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_base.api import percent
from addons.crm_sales.services.forecast import quarter_domain, read_forecast
from addons.crm_sales.services.people import circle_for
from addons.crm_sales.services.periods import month_after, quarter, quarter_on
from core.api import AccessDenied, MissingRecord, ValidationError

SALES = ["crm_base.salesperson"]
MANAGERS = ["crm_base.manager"]


@pytest.fixture
def people(env, as_user, clock):
    """A boss above a manager above two salespeople."""
    clock.set("2025-02-10")
    boss = env["core.position"].create({"name": "Boss"})
    manager = env["core.position"].create({"name": "Manager", "parent": boss})
    seller = env["core.position"].create({"name": "Seller", "parent": manager})
    env.flush()
    return {
        "wang": as_user("wang", groups=MANAGERS, position=boss),
        "li": as_user("li", groups=MANAGERS, position=manager),
        "zhang": as_user("zhang", groups=SALES, position=seller),
        "chen": as_user("chen", groups=SALES, position=seller),
    }


@pytest.fixture
def customer(create_customer):
    return create_customer(name="Huaxing")


@pytest.fixture
def deal(env, people, customer):
    def make(who, amount, category=None, *, won=False, **values):
        opportunity = env["crm.opportunity"].create(
            {
                "name": f"{amount}",
                "customer": customer,
                "owner": people[who].user.id,
                "amount": amount,
                "date": "2025-03-01",
                "category": category,
                **values,
            }
        )
        if won:
            opportunity.win()
        env.flush()
        return opportunity

    return make


def lines_of(env, **options):
    forecast = read_forecast(env, quarter(env, 2025, 1), circle_for(env, **options))
    return {line.branch.label: line.figures for line in forecast.lines}, forecast.total


@pytest.mark.rows("SALE-19", "SALE-07")
def test_the_five_figures_follow_from_category_and_result(people, deal, env):
    deal("zhang", 120000, won=True)
    deal("zhang", 150000, "expected")
    deal("zhang", 100000, "best")
    deal("zhang", 300000, "pipeline")
    deal("zhang", 50000, "left_out")
    deal("zhang", 70000, "expected", date="2025-04-01")
    env["crm.quota"].create({"owner": people["zhang"].user.id, "year": 2025, "quarter": "1", "amount": 500000})
    env.flush()
    lines, total = lines_of(people["zhang"])
    figures = lines["Zhang"]
    assert (figures.closed, figures.expected_total, figures.best_total) == (120000, 270000, 370000)
    assert (figures.pipeline, figures.left_out) == (300000, 50000)
    assert figures.quota_percent == Decimal("24.00")
    assert total == figures


@pytest.mark.rows("SALE-20", "CORE-19")
def test_a_superior_sees_the_own_line_those_directly_below_and_the_total(people, deal):
    deal("li", 5000, "expected")
    deal("zhang", 1000, won=True)
    deal("chen", 2000, "expected")
    lines, total = lines_of(people["li"])
    assert list(lines) == ["Li", "Chen", "Zhang"]
    assert (total.closed, total.expected_total) == (1000, 8000)
    lines, total = lines_of(people["wang"])
    assert list(lines) == ["Wang", "Li"]
    assert (lines["Li"].expected_total, total.expected_total) == (8000, 8000)
    lines, _total = lines_of(people["wang"], of=people["li"].uid)
    assert list(lines) == ["Li", "Chen", "Zhang"]


@pytest.mark.rows("SALE-20")
def test_others_see_only_their_own_line(people, deal):
    deal("chen", 2000, "expected")
    lines, total = lines_of(people["zhang"])
    assert list(lines) == ["Zhang"]
    assert total.expected_total == 0
    with pytest.raises(MissingRecord):
        circle_for(people["zhang"], of=people["chen"].uid)
    with pytest.raises(MissingRecord):
        circle_for(people["zhang"], whole_company=True)


@pytest.mark.rows("SALE-20")
def test_who_may_see_all_figures_gets_the_top_of_the_company(people, deal, env):
    deal("zhang", 1000, "expected")
    lines, total = lines_of(env, whole_company=True)
    assert lines["Wang"].expected_total == total.expected_total == 1000


@pytest.mark.rows("SALE-20", "SALE-18")
def test_the_quota_of_a_team_takes_the_place_of_the_sum(people, env):
    for who, amount in (("zhang", 500), ("chen", 300)):
        env["crm.quota"].create({"owner": people[who].uid, "year": 2025, "quarter": "1", "amount": amount})
    env.flush()
    assert lines_of(people["li"])[1].quota == 800
    env["crm.quota"].create({"owner": people["li"].uid, "scope": "team", "year": 2025, "quarter": "1", "amount": 1000})
    env.flush()
    assert lines_of(people["li"])[1].quota == 1000
    assert lines_of(people["wang"])[0]["Li"].quota == 1000


@pytest.mark.rows("SALE-18")
def test_a_superior_sets_the_quota_and_its_changes_are_kept(people, env):
    quotas = people["li"]["crm.quota"]
    quota = quotas.create({"owner": people["zhang"].uid, "year": 2025, "quarter": "1", "amount": 400000})
    quota.amount = 500000
    people["li"].flush()
    changes = env["core.history"].read(
        [["model", "=", "crm.quota"], ["record_id", "=", quota.id], ["field", "=", "amount"]],
        ["old", "new", "user.login"],
    )
    assert [change["user.login"] for change in changes][-1] == "li"
    assert people["zhang"]["crm.quota"].count() == 1
    assert people["chen"]["crm.quota"].count() == 0


@pytest.mark.rows("SALE-18")
def test_nobody_with_a_superior_sets_the_own_quota(people):
    with pytest.raises(AccessDenied, match="superior"):
        people["li"]["crm.quota"].create({"owner": people["li"].uid, "amount": 1})
        people["li"].flush()


@pytest.mark.rows("SALE-18")
def test_a_manager_does_not_set_quotas_of_those_who_are_not_below(people, env, as_user):
    other = as_user("sun", groups=SALES)
    with pytest.raises(AccessDenied):
        people["li"]["crm.quota"].create({"owner": other.uid, "amount": 1})
        people["li"].flush()


@pytest.mark.rows("CORE-11")
def test_fiscal_quarters_follow_the_first_month_of_the_year(env):
    env.company.fiscal_year_start = 4
    env.flush()
    assert quarter_on(env, dt.date(2025, 3, 31)).label == "FY2024 Q4"
    assert quarter_on(env, dt.date(2025, 4, 15)).label == "FY2025 Q1"
    assert quarter(env, 2025, 4).first == dt.date(2026, 1, 1)
    with pytest.raises(ValidationError):
        quarter(env, 2025, 5)


def test_a_position_held_by_two_gives_each_a_line_and_one_for_those_below(people, deal, env, as_user):
    manager = env["core.position"].search([["name", "=", "Manager"]])[0]
    as_user("zhou", groups=MANAGERS, position=manager)
    deal("zhang", 1000, "expected")
    deal("li", 300, "expected")
    lines, total = lines_of(people["wang"])
    assert list(lines) == ["Wang", "Li", "Zhou", "Manager"]
    assert (lines["Li"].expected, lines["Manager"].expected, total.expected) == (300, 1000, 1300)


def test_those_below_a_position_that_nobody_holds_step_up(people, deal, env):
    env["core.user"].get(people["li"].uid).update(position=None)
    env.flush()
    lines, _total = lines_of(people["wang"])
    assert list(lines) == ["Wang", "Chen", "Zhang"]


@pytest.mark.parametrize("count", [3, 30])
def test_a_forecast_takes_the_same_few_statements_for_any_number_of_records(people, deal, statements, count):
    for _number in range(count):
        deal("zhang", 10, "expected")
    lines_of(people["li"])
    with statements.at_most(5):
        lines_of(people["li"])


@pytest.mark.rows("SALE-19")
def test_figures_open_the_opportunities_behind_them(people, deal, env):
    won = deal("zhang", 100, won=True)
    due = deal("zhang", 200, "best")
    deal("zhang", 300, "pipeline")
    found = env["crm.opportunity"].search(quarter_domain(quarter(env, 2025, 1), ["closed", "best"]), "id")
    assert found == [won, due]


def test_percentages_have_two_decimals_half_up():
    assert percent(1, 8) == Decimal("12.50")
    assert percent(Decimal("0.125"), 1000) == Decimal("0.01")
    assert percent(2, 3) == Decimal("66.67")
    assert percent(5, 0) is None


def test_months_are_counted_over_the_end_of_the_year():
    assert month_after(dt.date(2025, 11, 20), 3) == dt.date(2026, 2, 1)
    assert month_after(dt.date(2025, 1, 20), -1) == dt.date(2024, 12, 1)
