"""Tickets are assigned by rules, passed on with a reason, and raised to the superior when late."""

import datetime as dt

import pytest

from addons.crm_service.services.lateness import mark_late
from core.api import SYSTEM_UID, ValidationError


def told(env, login):
    return [each.title for each in env["core.notification"].search([["user.login", "=", login]], order="id")]


def late_tickets(env):
    system = env.as_user(SYSTEM_UID)
    count = mark_late(system)
    system.flush()
    return count


@pytest.mark.rows("SERV-03")
def test_passing_a_ticket_on_needs_a_reason_which_stays_in_its_history(env, people, ticket):
    zhou = people["zhou"]
    wu, sun = people["wu"].user.id, people["sun"].user.id
    zhou["crm.ticket"].get(ticket).update(executor=wu)
    zhou.flush()
    with pytest.raises(ValidationError, match="Why is the ticket passed on"), zhou.savepoint():
        zhou["crm.ticket"].get(ticket).update(executor=sun)
        zhou.flush()
    zhou["crm.ticket"].get(ticket).update(executor=sun, pass_reason="Wu is ill")
    zhou.flush()
    found = env.browse("crm.ticket", ticket)
    assert [(each.executor.login, each.reason) for each in found.assignments] == [("sun", "Wu is ill"), ("wu", None)]
    assert told(env, "sun") == [f"Ticket for you: {found.number} Jams"]
    mine = people["sun"]["crm.ticket"].search([["executor", "=", sun]])
    assert mine.ids == [ticket]
    assert people["wu"]["crm.ticket"].search().ids == []


@pytest.mark.rows("SERV-03", "SERV-08")
def test_the_step_of_the_former_executor_goes_along(env, people, ticket):
    zhou = people["zhou"]
    zhou["crm.ticket"].get(ticket).update(executor=people["wu"].user.id)
    zhou["crm.ticket"].get(ticket).finish_step(next_handler=people["wu"].user.id)
    zhou["crm.ticket"].get(ticket).update(executor=people["sun"].user.id, pass_reason="Away")
    zhou.flush()
    assert env.browse("crm.ticket", ticket).handler.login == "sun"


@pytest.mark.rows("SERV-04")
def test_the_first_rule_that_fits_fills_in_what_nobody_entered(env, people, clock):
    clock.set("2025-06-20 09:00")
    wu, sun = people["wu"].user.id, people["sun"].user.id
    flow = env.ref("crm_service.flow_complaint")
    branch = env["crm.product.category"].create({"name": "Printers"})
    category = env["crm.product.category"].create({"name": "Laser", "parent": branch})
    product = env["crm.product"].create({"name": "LP-200", "category": category})
    env["crm.service.rule"].create(
        [
            {"name": "Complaints", "kind": "complaint", "sequence": 1, "executor": wu, "flow": flow, "hours": 5},
            {"name": "Printers", "product_category": branch, "sequence": 2, "executor": sun},
        ]
    )
    customer = env["crm.customer"].create({"name": "Huaxing"})
    made = [
        env["crm.ticket"].create({"customer": customer, "subject": "x", **values})
        for values in ({"kind": "complaint"}, {"product": product}, {}, {"kind": "complaint", "executor": sun})
    ]
    env.flush()
    assert [each.executor and each.executor.login for each in made] == ["wu", "sun", None, "sun"]
    assert made[0].due_at == dt.datetime(2025, 6, 20, 6, tzinfo=dt.UTC)
    assert made[1].due_at == dt.datetime(2025, 6, 23, 1, tzinfo=dt.UTC)
    assert (made[0].flow, made[1].flow, len(made[1].steps)) == (flow, None, 1)
    assert (made[0].handler.login, made[0].rule.name, made[2].rule) == ("wu", "Complaints", None)


@pytest.mark.rows("SERV-04", "SERV-26")
def test_a_late_ticket_is_raised_to_the_superior_once(env, people, ticket, clock):
    clock.set("2025-06-21 08:59")
    assert late_tickets(env) == 0
    clock.set("2025-06-21 09:01")
    assert (late_tickets(env), late_tickets(env)) == (1, 0)
    found = env.browse("crm.ticket", ticket)
    assert (found.late, found.answer_late, found.escalated_to.login) == (True, True, "wang")
    assert told(env, "wang") == [f"Late: {found.number} Jams"]
    found.update(due_at=dt.datetime(2025, 6, 25, tzinfo=dt.UTC))
    env.flush()
    assert (found.late, found.escalated_to) == (False, None)


@pytest.mark.rows("SERV-04")
def test_a_rule_may_leave_its_tickets_out(env, people, ticket, clock):
    rule = env["crm.service.rule"].create({"name": "Quiet", "escalate": False})
    env.browse("crm.ticket", ticket).rule = rule
    env.flush()
    clock.set("2025-06-25")
    assert late_tickets(env) == 1
    assert env.browse("crm.ticket", ticket).escalated_to is None


@pytest.mark.rows("SERV-26", "SERV-05")
def test_response_times_are_measured_against_the_urgency(env, people, ticket, clock):
    clock.set("2025-06-20 10:30")
    zhou = people["zhou"]["crm.ticket"].get(ticket)
    zhou.begin()
    people["zhou"].flush()
    found = env.browse("crm.ticket", ticket)
    assert (str(found.answer_hours), found.answer_late, found.state) == ("1.50", True, "processing")
    clock.set("2025-06-21 09:00")
    for following in ("zhou", "zhou", "zhou", None):
        zhou.finish_step(next_handler=following and people["zhou"].user.id)
    people["zhou"].flush()
    assert (found.state, str(found.solution_hours), found.late) == ("done", "24.00", False)


@pytest.mark.rows("SERV-05")
def test_another_urgency_sets_another_due_time(env, ticket):
    found = env.browse("crm.ticket", ticket)
    assert found.due_at == dt.datetime(2025, 6, 21, 1, tzinfo=dt.UTC)
    found.update(urgency=env.ref("crm_service.urgency_high"))
    env.flush()
    assert (found.due_at, found.steps[0].due_at) == (dt.datetime(2025, 6, 22, 1, tzinfo=dt.UTC),) * 2
