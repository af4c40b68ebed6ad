"""Targets with rank, and the year's plan broken down and compared with what was sold."""

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_sales.services.plan_figures import read_periods, read_plan
from addons.crm_sales.services.plan_months import shares, weeks_of
from addons.crm_sales.services.target_figures import read_targets
from core.api import AccessDenied, CoreError, ValidationError

JANUARY = dt.date(2025, 1, 1)
SALES = ["crm_base.salesperson"]
MANAGERS = ["crm_base.manager"]


@pytest.fixture
def people(env, as_user, clock):
    """A manager above two salespeople of one department, on 2025-01-20."""
    clock.set("2025-01-02")
    department = env["core.department"].create({"name": "Sales"})
    manager = env["core.position"].create({"name": "Manager"})
    seller = env["core.position"].create({"name": "Seller", "parent": manager})
    env.flush()
    found = {"li": as_user("li", groups=MANAGERS, position=manager, department=department)}
    for name in ("zhang", "chen"):
        found[name] = as_user(name, groups=SALES, position=seller, department=department)
    found["department"] = department
    clock.set("2025-01-20")
    return found


@pytest.fixture
def sell(env, people, create_customer):
    customer = create_customer()

    def make(who, amount):
        order = env["crm.order"].create(
            {"customer": customer, "owner": people[who].uid, "lines": [{"name": "Printers", "price": amount}]}
        )
        env.flush()
        order.confirm()
        return order

    make.customer = customer
    return make


def set_target(env, value, **values):
    env["crm.target"].create({"month": "2025-01-15", "value": value, **values})
    env.flush()


@pytest.mark.rows("SALE-21")
def test_attainment_has_percentage_gap_and_rank(env, people, sell):
    set_target(env, 400, owner=people["zhang"].uid)
    set_target(env, 100, owner=people["chen"].uid)
    sell("zhang", 300)
    sell("chen", 90)
    lines = read_targets(env, "amount", JANUARY)
    assert [(line.rank, line.name, line.actual, line.percent, line.gap) for line in lines] == [
        (1, "Chen", Decimal("90.00"), Decimal("90.00"), Decimal("-10.00")),
        (2, "Zhang", Decimal("300.00"), Decimal("75.00"), Decimal("-100.00")),
    ]


@pytest.mark.rows("SALE-21")
def test_a_department_reaches_what_its_people_and_those_below_it_do(env, people, sell):
    part = env["core.department"].create({"name": "North", "parent": people["department"]})
    env.flush()
    env["core.user"].get(people["chen"].uid).department = part
    env.flush()
    set_target(env, 1000, scope="department", department=people["department"])
    sell("zhang", 300)
    sell("chen", 200)
    (line,) = read_targets(env, "amount", JANUARY)
    assert (line.actual, line.percent) == (500, Decimal("50.00"))


@pytest.mark.rows("SALE-21")
@pytest.mark.parametrize(("measure", "expected"), [("contracts", 2), ("customers", 1), ("receipts", 0)])
def test_targets_count_contracts_customers_and_receipts(env, people, sell, measure, expected):
    sell.customer.owner = people["zhang"].uid
    env.flush()
    set_target(env, 4, measure=measure, owner=people["zhang"].uid)
    sell("zhang", 1)
    sell("zhang", 2)
    assert [line.actual for line in read_targets(env, measure, JANUARY)] == [expected]


@pytest.mark.rows("SALE-21")
def test_drafts_and_cancelled_contracts_reach_nothing(env, people, sell):
    set_target(env, 400, owner=people["zhang"].uid)
    sell("zhang", 300).cancel()
    env["crm.order"].create(
        {"customer": sell.customer, "owner": people["zhang"].uid, "lines": [{"name": "Cups", "price": 5}]}
    )
    env.flush()
    assert read_targets(env, "amount", JANUARY)[0].actual == 0


@pytest.mark.rows("SALE-21")
def test_one_target_for_each_subject_measure_and_month(env, people):
    set_target(env, 1, owner=people["zhang"].uid)
    with pytest.raises(CoreError):
        set_target(env, 2, owner=people["zhang"].uid)


@pytest.mark.rows("SALE-21")
def test_a_target_names_whose_it_is_and_is_set_by_a_superior(env, people):
    with pytest.raises(ValidationError, match="required"):
        set_target(env, 1, scope="team")
    with pytest.raises(AccessDenied):
        set_target(people["zhang"], 1, owner=people["zhang"].uid)
    set_target(people["li"], 1, owner=people["zhang"].uid)
    assert people["zhang"]["crm.target"].count() == 1
    assert people["chen"]["crm.target"].count() == 0


@pytest.fixture
def plan(env, people):
    def make(name, amount, kind="group", parent=None, **values):
        made = env["crm.sales.plan"].create(
            {"name": name, "year": 2025, "kind": kind, "amount": amount, "parent": parent, **values}
        )
        env.flush()
        return made

    return make


@pytest.mark.rows("SALE-22")
def test_a_year_is_broken_down_evenly_until_it_is_changed(plan, env):
    year = plan("2025", 12000000)
    assert [(month.month.month, month.amount) for month in year.months] == [
        (number, Decimal("1000000.00")) for number in range(1, 13)
    ]
    year.months[0].amount = 900000
    env.flush()
    assert (year.months_amount, year.months_difference) == (11900000, 100000)
    year.spread()
    assert year.months_difference == 0


@pytest.mark.rows("SALE-22")
def test_what_parts_do_not_add_up_to_is_shown_and_not_refused(plan, env, people):
    year = plan("2025", 12000)
    sales = plan("Sales", 8000, "department", year, department=people["department"])
    plan("Zhang", 5000, "person", sales, owner=people["zhang"].uid)
    plan("Chen", 2500, "person", sales, owner=people["chen"].uid)
    lines = {line.name: line for line in read_plan(env, 2025, JANUARY, dt.date(2025, 12, 31))}
    assert {name: line.differences for name, line in lines.items()} == {
        "2025": (Decimal(4000),),
        "Sales": (Decimal(500),),
        "Zhang": (),
        "Chen": (),
    }
    assert [line.depth for line in lines.values()] == [0, 1, 2, 2]


@pytest.mark.rows("SALE-22")
def test_distributors_break_the_amount_down_a_second_time(plan, env, people, create_customer):
    year = plan("2025", 100)
    plan("Sales", 100, "department", year, department=people["department"])
    plan("Dealer", 30, "distributor", year, distributor=create_customer())
    assert read_plan(env, 2025, JANUARY, dt.date(2025, 12, 31))[0].differences == (Decimal(70),)


@pytest.mark.rows("SALE-22", "SALE-23")
def test_products_are_counted_by_lines_in_the_currency_of_the_company(plan, env, people, sell, create_product):
    product = create_product()
    year = plan("2025", 120000)
    part = plan("Printers", 12000, "product", year, product=product)
    order = env["crm.order"].create(
        {
            "customer": sell.customer,
            "currency": "USD",
            "rate": "7.2",
            "lines": [{"product": product, "quantity": 2, "price": 50}, {"name": "Freight", "price": 9}],
        }
    )
    env.flush()
    order.confirm()
    env["crm.opportunity"].create(
        {
            "name": "More",
            "customer": sell.customer,
            "date": "2025-01-31",
            "category": "expected",
            "lines": [{"product": product, "quantity": 1, "price": 80}],
        }
    )
    env.flush()
    lines = {line.name: line for line in read_plan(env, 2025, JANUARY, dt.date(2025, 1, 31))}
    assert (lines["Printers"].actual, lines["Printers"].forecast) == (Decimal("720.00"), Decimal("800.00"))
    assert read_periods(env, part)[0][1].actual == Decimal("720.00")


@pytest.mark.rows("SALE-23")
def test_every_level_compares_plan_actual_and_forecast(plan, env, people, sell):
    year = plan("2025", 12000)
    sales = plan("Sales", 6000, "department", year, department=people["department"])
    plan("Zhang", 4800, "person", sales, owner=people["zhang"].uid)
    sell("zhang", 300)
    env["crm.opportunity"].create(
        {
            "name": "Cups",
            "customer": sell.customer,
            "owner": people["zhang"].uid,
            "amount": 50,
            "date": "2025-01-31",
            "category": "expected",
        }
    )
    env.flush()
    lines = {line.name: line for line in read_plan(env, 2025, JANUARY, dt.date(2025, 1, 31))}
    zhang = lines["Zhang"]
    assert (zhang.plan, zhang.actual, zhang.percent, zhang.gap) == (400, 300, Decimal("75.00"), -100)
    assert [line.forecast for line in lines.values()] == [350, 350, 350]
    assert lines["2025"].plan == 1000


@pytest.mark.rows("SALE-22", "SALE-23")
def test_a_part_is_shown_by_months_and_a_month_by_weeks(plan, env, people, sell):
    part = plan("Zhang", 4800, "person", owner=people["zhang"].uid)
    sell("zhang", 300)
    months = read_periods(env, part)
    assert [(first.month, line.actual) for first, line in months][:2] == [(1, 300), (2, 0)]
    weeks = read_periods(env, part, by_weeks=JANUARY)
    assert [first.day for first, _line in weeks] == [1, 6, 13, 20, 27]
    assert sum(line.plan for _first, line in weeks) == 400
    assert [line.actual for _first, line in weeks] == [0, 0, 0, 300, 0]


@pytest.mark.rows("SALE-22")
def test_weeks_of_a_month_begin_on_monday_and_add_up():
    weeks = weeks_of(dt.date(2025, 2, 1), Decimal("100.00"))
    assert [(week.first.day, week.last.day) for week in weeks] == [(1, 2), (3, 9), (10, 16), (17, 23), (24, 28)]
    assert sum(week.amount for week in weeks) == Decimal("100.00")


@pytest.mark.parametrize("amount", ["0.01", "0.10", "100.00", "99999.99"])
def test_parts_of_an_amount_add_up_and_none_is_negative(amount):
    parts = shares(Decimal(amount), [1] * 12)
    assert sum(parts) == Decimal(amount)
    assert min(parts) >= 0


@pytest.mark.rows("SALE-22")
def test_a_part_belongs_to_the_year_of_its_parent(plan):
    year = plan("2025", 100)
    with pytest.raises(ValidationError, match="same year"):
        plan("next", 10, "group", year, year=2026)


@pytest.mark.rows("SALE-22")
def test_a_salesperson_sees_the_own_part_alone(plan, people):
    year = plan("2025", 100)
    plan("Zhang", 60, "person", year, owner=people["zhang"].uid)
    plan("Chen", 40, "person", year, owner=people["chen"].uid)
    lines = read_plan(people["zhang"], 2025, JANUARY, dt.date(2025, 12, 31))
    assert [(line.name, line.depth) for line in lines] == [("Zhang", 0)]


@pytest.mark.parametrize("count", [1, 12])
def test_a_plan_takes_the_same_statements_for_any_number_of_parts(plan, env, people, statements, count):
    year = plan("2025", 100)
    for number in range(count):
        plan(f"part {number}", 1, "person", year, owner=people["zhang"].uid)
    with statements.at_most(6):
        read_plan(env, 2025, JANUARY, dt.date(2025, 12, 31))
