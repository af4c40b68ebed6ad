"""Care rules propose or send something on the right day, once for each occasion."""

import datetime

import pytest

from addons.crm_base.services.care import care_for, days_kept_on
from core.api import SYSTEM_UID, ValidationError

DAY = datetime.date


@pytest.fixture
def owner(as_user, clock):
    clock.set("2025-03-10")
    return as_user("zhang", groups=["crm_base.salesperson"]).user.id


@pytest.fixture
def rule(env):
    def make(**values):
        given = {
            "name": "Birthday",
            "model": "crm.contact",
            "date_field": "birthday",
            "customer_path": "customer",
            "yearly": True,
            "subject": "Wishes for %(name)s of %(customer)s",
        }
        return env["crm.care.rule"].create(given | values)

    return make


def run(env, day):
    env.flush()
    return care_for(env.as_user(SYSTEM_UID), DAY.fromisoformat(day))


@pytest.fixture
def birthday(env, owner):
    customer = env["crm.customer"].create({"name": "Huaxing", "owner": owner})
    values = {"customer": customer, "name": "Wang", "birthday": "1980-03-12", "mail": "wang@example.com"}
    return env["crm.contact"].create(values)


@pytest.mark.rows("BASE-20")
def test_a_birthday_makes_a_task_for_the_owner_recorded_on_the_customer(env, rule, birthday):
    rule()
    assert (run(env, "2025-03-11"), run(env, "2025-03-12")) == (0, 1)
    task = env["crm.task"].search()[0]
    assert (task.name, task.owner.login, task.due) == ("Wishes for Wang of Huaxing", "zhang", DAY(2025, 3, 12))
    care = env["crm.care"].search()[0]
    assert (care.customer, care.contact, care.date, care.task) == (birthday.customer, birthday, DAY(2025, 3, 12), task)


@pytest.mark.rows("BASE-20")
def test_care_is_made_once_for_an_occasion_and_again_the_next_year(env, rule, birthday):
    rule()
    assert [run(env, day) for day in ("2025-03-12", "2025-03-12", "2025-03-13", "2026-03-12")] == [1, 0, 0, 1]


@pytest.mark.rows("BASE-20")
def test_care_can_come_before_the_occasion_and_is_made_up_for_after_days_without_a_run(env, rule, birthday):
    rule(days_after=-3)
    assert run(env, "2025-03-11") == 1
    assert env["crm.care"].search()[0].date == DAY(2025, 3, 12)


@pytest.mark.rows("BASE-20")
def test_a_holiday_is_kept_with_every_customer_that_has_an_owner(env, rule, owner, create_customer):
    for name in ("A", "B"):
        create_customer(name=name, owner=owner)
    create_customer(name="In the pool", owner=None)
    rule(occasion="holiday", month=10, day=1, domain=[["kind", "=", "company"]])
    assert (run(env, "2025-09-30"), run(env, "2025-10-01")) == (0, 2)


@pytest.mark.rows("BASE-20")
def test_care_may_be_a_planned_activity(env, rule, birthday):
    rule(way="activity", kind=env.ref("crm_base.activity_visit"))
    run(env, "2025-03-12")
    activity = env["crm.activity"].search()[0]
    assert (activity.customer, activity.contact, activity.state) == (birthday.customer, birthday, "planned")
    assert activity.start == datetime.datetime(2025, 3, 12, 1, 0, tzinfo=datetime.UTC)


@pytest.mark.rows("BASE-20")
def test_a_mail_is_handed_to_who_sends_mails(env, rule, birthday, hooks):
    sent = []
    hooks.register(send_mail=lambda env, to, subject, text: sent.append((to, subject, text)) or True)
    rule(way="mail", text="Dear %(name)s")
    run(env, "2025-03-12")
    assert sent == [("wang@example.com", "Wishes for Wang of Huaxing", "Dear Wang")]
    assert env["crm.care"].search().mapped("is_sent") == [True]
    assert env["crm.task"].count() == 0


@pytest.mark.rows("BASE-20")
def test_without_anybody_who_sends_it_becomes_a_task(env, rule, birthday):
    rule(way="mail")
    rule(way="sms")
    run(env, "2025-03-12")
    assert env["crm.care"].search().mapped("is_sent") == [False, False]
    assert env["crm.task"].count() == 2


@pytest.mark.rows("BASE-20")
@pytest.mark.parametrize(
    "values",
    [
        {"date_field": "name"},
        {"date_field": "nothing"},
        {"date_field": None},
        {"customer_path": "department"},
        {"customer_path": None},
        {"domain": [["nothing", "=", 1]]},
        {"subject": "For %(somebody)s"},
        {"subject": "100 %"},
        {"way": "activity"},
        {"occasion": "holiday", "month": 2, "day": 30},
        {"occasion": "holiday", "month": None, "day": 1},
    ],
)
def test_a_rule_that_could_not_be_carried_out_is_refused(env, rule, values):
    with pytest.raises(ValidationError):
        rule(**values)
        env.flush()


@pytest.mark.rows("BASE-20")
def test_a_rule_about_an_object_that_is_not_there_sleeps(env, rule, owner):
    rule(model="shop.sale", date_field="date", customer_path="customer")
    assert run(env, "2025-03-12") == 0


@pytest.mark.rows("BASE-24")
def test_29_february_is_kept_on_28_february_in_other_years():
    assert days_kept_on(DAY(2025, 2, 28), 1996) == [DAY(1996, 2, 28), DAY(1996, 2, 29)]
    assert days_kept_on(DAY(2025, 3, 1), 1996) == [DAY(1996, 3, 1)]
    assert days_kept_on(DAY(2024, 2, 29), 1996) == [DAY(1996, 2, 29)]
    assert days_kept_on(DAY(2024, 2, 28), 1996) == [DAY(1996, 2, 28)]
    assert days_kept_on(DAY(2024, 2, 29), 1995) == []
