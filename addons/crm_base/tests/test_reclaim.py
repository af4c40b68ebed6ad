"""Customers that nobody looks after go back to the pool; the trial says which, and the owners are warned."""

import datetime

import pytest

from addons.crm_base import jobs
from addons.crm_base.services import reclaim
from core.api import SYSTEM_UID

SELLER = ["crm_base.salesperson"]


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture
def system(env):
    return env.as_user(SYSTEM_UID)


@pytest.fixture
def contact(env):
    """Note a contact of today."""

    def note(customer):
        with env.system_changes():
            customer.last_contact = env.today()
        env.flush()

    return note


@pytest.fixture
def held(env, as_user, create_customer, clock):
    """A customer that Li got on 1 March 2025."""
    clock.set("2025-03-01")
    return create_customer(name="Huaxing", owner=as_user("li", groups=SELLER, name="李").user)


def due_on(env, text):
    return [(each.name, each.reason) for chunk, _place in reclaim.due(env, day(text)) for each in chunk]


def reason_now(env, customer):
    row = env["crm.customer.ownership"].search([["customer", "=", customer]], limit=1)[0]
    return None if row.owner else row.reason


@pytest.mark.rows("BASE-32")
@pytest.mark.parametrize(("on", "goes"), [("2025-03-07", False), ("2025-03-08", True), ("2025-03-20", True)])
def test_a_customer_not_contacted_goes_back_on_the_first_day_the_limit_is_reached(env, system, held, clock, on, goes):
    clock.set(on)
    assert reclaim.reclaim(system) == (1 if goes else 0, None)
    assert reason_now(env, held) == ("not_contacted" if goes else None)
    assert (env["crm.customer"].get(held.id).owner is None) is goes


@pytest.mark.rows("BASE-32")
def test_a_customer_without_contact_for_the_interval_goes_back(env, system, held, clock, contact):
    clock.set("2025-03-05")
    contact(held)
    clock.set("2025-03-19")
    assert reclaim.reclaim(system) == (0, None)
    clock.set("2025-03-20")
    assert reclaim.reclaim(system) == (1, None)
    assert reason_now(env, held) == "interval"


@pytest.mark.rows("BASE-32")
def test_a_customer_without_a_deal_goes_back_however_often_it_is_contacted(env, system, held, clock, contact):
    for on in ("2025-03-05", "2025-03-15", "2025-03-29", "2025-04-12", "2025-04-26"):
        clock.set(on)
        contact(held)
        assert reclaim.reclaim(system) == (0, None)
    clock.set("2025-04-29")
    assert reclaim.reclaim(system) == (0, None)
    clock.set("2025-04-30")
    assert reclaim.reclaim(system) == (1, None)
    assert reason_now(env, held) == "no_deal"


@pytest.mark.rows("BASE-32")
def test_of_several_reasons_the_first_is_told(env, system, held, clock, contact):
    clock.set("2025-06-01")
    assert due_on(system, "2025-06-01") == [("Huaxing", "not_contacted")]
    clock.set("2025-03-01")
    contact(held)
    clock.set("2025-06-01")
    assert due_on(system, "2025-06-01") == [("Huaxing", "interval")]


@pytest.mark.rows("BASE-32")
def test_a_contact_of_an_earlier_owner_is_none_of_the_present_one(env, as_user, system, held, clock, contact):
    clock.set("2025-03-05")
    contact(held)
    clock.set("2025-03-10")
    held.update(owner=as_user("zhang", groups=SELLER).user)
    assert held.held_contact is None
    clock.set("2025-03-17")
    assert due_on(system, "2025-03-17") == [("Huaxing", "not_contacted")]


@pytest.mark.rows("BASE-32")
def test_customers_with_an_effective_contract_stay(system, held, clock, hooks):
    asked = []

    def customer_has_contract(env, customer_ids):
        asked.append(list(customer_ids))
        return {held.id}

    hooks.register(customer_has_contract=customer_has_contract)
    clock.set("2026-03-01")
    assert reclaim.reclaim(system) == (0, None)
    assert asked == [[held.id]]


@pytest.mark.rows("BASE-32")
def test_a_limit_of_0_is_none(env, system, held, clock):
    for name in ("not_contacted", "interval", "no_deal"):
        env.ref(f"crm_base.parameter_reclaim_{name}").update(value=0)
    clock.set("2027-03-01")
    assert reclaim.reclaim(system) == (0, None)


@pytest.mark.rows("BASE-32")
def test_neither_retired_customers_nor_those_in_the_pool_go_back(env, system, held, create_customer, clock):
    create_customer(owner=None)
    held.update(active=False)
    clock.set("2025-06-01")
    assert reclaim.reclaim(system) == (0, None)


@pytest.mark.rows("BASE-32")
def test_a_customer_that_went_back_can_be_claimed_again(as_user, system, held, clock):
    clock.set("2025-03-08")
    reclaim.reclaim(system)
    zhang = as_user("zhang", groups=SELLER)
    zhang["crm.pool.customer"].search()[0].claim()
    assert zhang["crm.customer"].search().mapped("held_since") == [day("2025-03-08")]


@pytest.mark.rows("BASE-32")
def test_each_customer_is_warned_of_once_three_days_ahead(as_user, system, held, clock):
    told = []
    for on in ("2025-03-04", "2025-03-05", "2025-03-06"):
        clock.set(on)
        told.append(reclaim.warn(system))
    assert told == [0, 1, 0]
    titles = as_user("li")["core.notification"].search().mapped("title")
    assert titles == ["On 2025-03-08 1 of your customers go back to the pool"]


@pytest.mark.rows("BASE-32")
def test_the_trial_asks_the_same_question_as_the_job(env, system, held, create_customer, as_user, clock, contact):
    li = as_user("li").user
    others = [create_customer(name=f"C{number}", owner=li) for number in range(6)]
    clock.set("2025-03-03")
    for customer in others[:3]:
        contact(customer)
    for on in ("2025-03-08", "2025-03-18", "2025-05-01"):
        clock.set("2025-03-04")
        foreseen = sorted(due_on(system, on))
        clock.set(on)
        assert sorted(due_on(system, on)) == foreseen
    reclaim.reclaim(system)
    assert due_on(system, "2025-05-01") == []


@pytest.mark.rows("BASE-32")
def test_the_job_works_in_parts_and_goes_on_where_it_was(env, system, as_user, create_customer, clock, monkeypatch):
    clock.set("2025-03-01")
    li = as_user("li", groups=SELLER).user
    for number in range(5):
        create_customer(name=f"C{number}", owner=li)
    clock.set("2025-03-08")
    monkeypatch.setattr(reclaim, "CHUNK", 2)
    done, place = reclaim.reclaim(system, limit=2)
    assert done == 2
    assert reclaim.reclaim(system, after=place) == (3, None)


@pytest.mark.rows("BASE-32")
def test_the_nightly_job_takes_back_part_by_part_and_warns(
    env, system, held, as_user, create_customer, clock, monkeypatch
):
    class Run:
        """Stands for the running job."""

        parts = 0

        def run(self, work):
            self.parts += 1
            return work(system)

        def progress(self, done):
            assert done

    li = as_user("li").user
    others = [create_customer(name=f"C{number}", owner=li) for number in range(4)]
    clock.set("2025-03-03")
    create_customer(name="Later", owner=li)
    clock.set("2025-03-08")
    monkeypatch.setattr(reclaim, "CHUNK", 2)
    monkeypatch.setattr(jobs, "CHUNK", 2)
    run = Run()
    jobs.reclaim_customers(run)
    assert env["crm.pool.customer"].count() == len([held, *others])
    assert run.parts > 2
    titles = as_user("li")["core.notification"].read([["kind", "=", "warning"]], ["text"])
    assert [row["text"] for row in titles] == []
    clock.set("2025-03-07")
    jobs.reclaim_customers(run)
    titles = as_user("li")["core.notification"].read([["kind", "=", "warning"]], ["text"])
    assert [row["text"] for row in titles] == ["Later"]


@pytest.mark.rows("BASE-32")
def test_who_is_not_due_is_not_read(system, as_user, create_customer, clock, statements):
    clock.set("2025-03-01")
    li = as_user("li", groups=SELLER).user
    for number in range(30):
        create_customer(name=f"C{number}", owner=li)
    clock.set("2025-03-07")
    system.flush()
    with statements.at_most(6):
        reclaim.reclaim(system)


@pytest.mark.rows("BASE-32")
def test_everybody_sees_of_the_trial_what_they_may_read(client, as_user, held, clock):
    as_user("zhang", groups=SELLER)
    for login, seen in (("li", True), ("zhang", False), ("admin", True)):
        client.log_in(login)
        answer = client.get("/x/crm_base/reclaim", day="2025-03-08")
        assert answer.status_code == 200
        assert ("Huaxing" in answer.text) is seen
    assert "Huaxing" not in client.get("/x/crm_base/reclaim", day="2025-03-07").text
    assert client.get("/x/crm_base/reclaim", day="yesterday").status_code == 422
    assert client.get("/x/crm_base/reclaim", day="2024-01-01").status_code == 422
