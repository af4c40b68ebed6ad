"""A ticket goes through the steps of its flow, from handler to handler, and is processed by itself at the end."""

import datetime as dt
from decimal import Decimal

import pytest

from core.api import AccessDenied, ConflictError, MissingRecord, ValidationError


def seen_by(people, login, ticket):
    return people[login]["crm.ticket"].get(ticket)


def id_of(people, login):
    return people[login].user.id


def finish(people, login, ticket, following=None, **values):
    seen_by(people, login, ticket).finish_step(
        next_handler=None if following is None else id_of(people, following), **values
    )


def told(env, login):
    return [each.title for each in env["core.notification"].search([["user.login", "=", login]], order="id")]


@pytest.mark.rows("SERV-06")
def test_the_steps_of_the_flow_are_copied_and_a_changed_template_leaves_them_alone(env, ticket, flow):
    flow.steps[1].update(name="Look")
    flow.steps[3].delete()
    env.flush()
    found = env.browse("crm.ticket", ticket)
    assert [(step.name, step.state) for step in found.steps] == [
        ("Entry", "current"), ("Check", "waiting"), ("Repair", "waiting"), ("Return", "waiting"),
    ]  # fmt: skip
    assert (found.stage, found.handler.login, found.state) == ("Entry", "zhou", "new")


@pytest.mark.rows("SERV-08", "SERV-07")
def test_finishing_a_step_names_the_next_handler_who_is_told(env, people, ticket):
    finish(people, "zhou", ticket, "wu", note="Called back", cost=Decimal(5))
    found = env.browse("crm.ticket", ticket)
    assert (found.state, found.stage, found.handler.login) == ("processing", "Check", "wu")
    first = found.steps[0]
    assert (first.note, first.cost, first.state, found.step_costs) == ("Called back", 5, "done", Decimal("5.00"))
    assert first.ended_at == dt.datetime(2025, 6, 20, 1, tzinfo=dt.UTC)
    assert told(env, "wu") == [f"Check: {found.number} Jams"]


@pytest.mark.rows("SERV-08")
def test_only_the_handler_and_superiors_finish_a_step(people, ticket):
    finish(people, "zhou", ticket, "wu")
    for login, error in (("zhou", AccessDenied), ("sun", MissingRecord)):
        with pytest.raises(error), people[login].savepoint():
            finish(people, login, ticket, "sun")
    finish(people, "wang", ticket, "wu")
    assert seen_by(people, "wu", ticket).stage == "Repair"


@pytest.mark.rows("SERV-08")
def test_a_step_that_nobody_would_handle_is_not_handed_over(people, ticket):
    with pytest.raises(ValidationError, match="Who handles"), people["zhou"].savepoint():
        finish(people, "zhou", ticket)
    assert seen_by(people, "zhou", ticket).stage == "Entry"


@pytest.mark.rows("SERV-09")
def test_the_ticket_is_processed_by_itself_and_not_by_hand(env, people, ticket, hooks):
    done = []
    hooks.register(ticket_done=lambda ticket: done.append(ticket.id))
    finish(people, "zhou", ticket, "wu")
    finish(people, "wu", ticket, "wu")
    finish(people, "wu", ticket, "zhou")
    found = env.browse("crm.ticket", ticket)
    assert found.state == "processing"
    with pytest.raises(ValidationError, match="left: Return"), env.savepoint():
        found.update(state="done")
        env.flush()
    finish(people, "zhou", ticket)
    found = env.browse("crm.ticket", ticket)
    assert (found.state, found.stage, found.handler, done) == ("done", None, None, [ticket])
    with pytest.raises(ConflictError, match="no step left"):
        finish(people, "zhou", ticket)


@pytest.mark.rows("SERV-06")
def test_an_optional_step_is_passed_over_with_a_reason(env, people, ticket):
    with pytest.raises(ValidationError, match="can't be passed over"), people["zhou"].savepoint():
        seen_by(people, "zhou", ticket).pass_over_step(reason="Known")
    finish(people, "zhou", ticket, "wu")
    with pytest.raises(ValidationError, match="Why"), people["wu"].savepoint():
        seen_by(people, "wu", ticket).pass_over_step(next_handler=id_of(people, "wu"))
    seen_by(people, "wu", ticket).pass_over_step(reason="Known fault", next_handler=id_of(people, "wu"))
    found = env.browse("crm.ticket", ticket)
    assert (found.steps[1].state, found.steps[1].note, found.stage) == ("skipped", "Known fault", "Repair")


@pytest.mark.rows("SERV-07")
def test_a_finished_step_is_only_read_and_the_present_one_is_its_handlers(env, people, ticket):
    finish(people, "zhou", ticket, "wu")
    entry, check = env.browse("crm.ticket", ticket).steps[:2]
    with pytest.raises(ConflictError, match="finished"), env.savepoint():
        entry.update(note="Other")
        env.flush()
    with pytest.raises(AccessDenied, match="Wu"), people["zhou"].savepoint():
        people["zhou"]["crm.ticket.step"].get(check.id).update(note="Mine")
        people["zhou"].flush()
    people["wu"]["crm.ticket.step"].get(check.id).update(note="Roller worn")
    people["wu"].flush()


@pytest.mark.rows("SERV-06")
def test_the_flow_is_chosen_anew_only_before_work_begins(env, people, ticket):
    complaint = env.ref("crm_service.flow_complaint")
    seen_by(people, "zhou", ticket).update(flow=complaint.id)
    people["zhou"].flush()
    assert len(env.browse("crm.ticket", ticket).steps) == len(complaint.steps)
    seen_by(people, "zhou", ticket).begin()
    with pytest.raises(ConflictError, match="has begun"), people["zhou"].savepoint():
        seen_by(people, "zhou", ticket).update(flow=None)
        people["zhou"].flush()


@pytest.mark.rows("SERV-23", "SERV-09")
def test_a_processed_ticket_is_taken_up_again_with_one_more_step_and_is_solved_after_that(env, people, ticket, clock):
    for login, following in (("zhou", "wu"), ("wu", "wu"), ("wu", "zhou"), ("zhou", None)):
        finish(people, login, ticket, following)
    seen_by(people, "zhou", ticket).close()
    found = env.browse("crm.ticket", ticket)
    assert (found.state, found.solution_hours, len(found.steps)) == ("closed", 0, 4)
    clock.set("2025-06-21 09:00")
    seen_by(people, "zhou", ticket).reopen(next_handler=id_of(people, "wu"))
    env.flush()
    found = env.browse("crm.ticket", ticket)
    assert (found.state, found.stage, found.handler.login, found.done_at) == (
        "processing",
        "Taken up again",
        "wu",
        None,
    )
    assert told(env, "wu")[-1] == f"Taken up again: {found.number} Jams"
    finish(people, "wu", ticket)
    found = env.browse("crm.ticket", ticket)
    assert (found.state, found.solution_hours, [step.state for step in found.steps]) == ("done", 24, ["done"] * 5)


@pytest.mark.rows("SERV-23")
def test_a_ticket_in_process_is_not_taken_up_again(people, ticket):
    with pytest.raises(ConflictError), people["zhou"].savepoint():
        seen_by(people, "zhou", ticket).reopen()
