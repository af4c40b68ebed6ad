"""Contacting customers together with approval, reminders and statistics, and several people at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from addons.base_mail.services.reminders import make_items, open_items
from addons.base_report.services.dimensions import offered_dimensions
from addons.base_report.services.measures import offered_measures
from addons.crm_approval.api import decide, request_of
from core.api import SYSTEM_UID, ConflictError, Environment, ValidationError
from core.testing.installation import TestedApplication
from tests.flows.company import Company

ADDONS = ("crm_base", "crm_approval", "base_mail", "base_report")


def visit(env: Environment, customer: Any) -> Any:
    """Plan a visit that costs something."""
    kind = env.ref("crm_base.activity_visit").id
    start = env.now() + dt.timedelta(days=1)
    values = {"name": "Visit", "kind": kind, "customer": customer, "start": start, "cost": 800}
    return env["crm.activity"].create(values)


@pytest.mark.rows("BASE-43")
def test_a_visit_with_cost_is_approved_by_the_superior_before_it_is_carried_out(company: Company) -> None:
    company.clock.set("2025-03-10")
    company.env.ref("crm_base.activity_visit").update(needs_approval=True)
    zhang = company.as_user("张三")
    activity = visit(zhang, company.customer(env=zhang))
    activity.submit()
    zhang.flush()
    assert activity.state == "in_approval"
    with pytest.raises((ValidationError, ConflictError)):
        activity.complete("Went there anyway")
    li = company.as_user("李经理")
    task = li["crm.approval.task"].search([["request", "=", request_of(activity).id], ["state", "=", "waiting"]])[0]
    decide(li, task.id, "approve", "")
    assert activity.state == "approved"
    activity.complete("Signed")
    assert (activity.state, activity.follow_up.owner.name) == ("done", "张三")


@pytest.mark.rows("BASE-24", "BASE-40")
def test_owners_are_reminded_of_birthdays_and_of_customers_to_contact_until_it_is_done(company: Company) -> None:
    company.clock.set("2025-02-25")
    contact = company.contact()
    contact.birthday = dt.date(1996, 2, 29)
    owner = contact.customer.owner
    contact.customer.update(next_contact="2025-02-25", check_on="2025-02-24", mail_on="2025-03-01")
    company.env.flush()
    make_items(company.env.as_user(SYSTEM_UID))
    theirs = company.env.as_user(owner)

    def kinds() -> list[tuple[str, int]]:
        return sorted((item.kind, item.days) for item, _record in open_items(theirs))

    assert kinds() == [("待查", -1), ("待联系", 0), ("联系人生日", 3)]
    contact.customer.mark_checked()
    values = {"customer": contact.customer, "channel": "phone", "content": "Called"}
    theirs["crm.follow_up"].create({**values, "customer": contact.customer.id})
    theirs.flush()
    assert kinds() == [("联系人生日", 3)]


@pytest.mark.rows("BASE-60")
def test_follow_ups_are_measured_by_person_channel_and_hour(company: Company) -> None:
    found = offered_measures(company.env)
    measure = found["crm_base.follow_ups"]
    dimensions = offered_dimensions(company.env, [measure])
    assert (measure.date, measure.person) == ("at", "owner")
    assert {"@person", "@team", "@department", "channel", "hour", "customer.region"} <= dimensions.keys()
    assert {"crm_base.visits", "crm_base.activities_done", "crm_base.tasks_done"} <= found.keys()


@pytest.mark.rows("BASE-44")
def test_an_activity_that_two_complete_at_once_becomes_one_follow_up(committed: TestedApplication) -> None:
    def plan(env: Environment) -> int:
        customer = env["crm.customer"].search([["owner.login", "=", "zhang"]], limit=1)[0]
        kind = env.ref("crm_base.activity_call").id
        start = env.now() - dt.timedelta(hours=1)
        values = {"name": "Call", "kind": kind, "customer": customer, "start": start, "owner": customer.owner}
        return int(env["crm.activity"].create(values).id)

    number = committed.run(plan, user="admin")
    barrier = Barrier(2)
    reached = [False, False]

    def complete(at: int) -> str:
        def work(env: Environment) -> None:
            activity = env["crm.activity"].get(number)
            # SQLite lets only one transaction write at a time: there they never meet.
            if not reached[at] and committed.shared.engine.dialect.name == "postgresql":
                barrier.wait(30)
            reached[at] = True
            activity.complete("Done")

        try:
            committed.run(work, user=("zhang", "admin")[at])
        except (ConflictError, ValidationError):
            return "refused"
        return "done"

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(complete, [0, 1]))
    with committed.env("admin") as env:
        count = env["crm.follow_up"].count([["activity", "=", number]])
    assert (told, count) == (["done", "refused"], 1)
