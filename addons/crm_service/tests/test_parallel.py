"""Sixteen people answer one survey, or finish the one step of a ticket, at once: it happens once, and the others are told."""

import pytest

from core.testing import at_once


@pytest.fixture
def app(own_app):
    """An installation of its own, with a customer."""
    own_app.run(lambda env: env["crm.customer"].create({"name": "Huaxing"}), user="admin")
    return own_app


def customer_of(env):
    return env["crm.customer"].search([["name", "=", "Huaxing"]])[0]


@pytest.mark.rows("SERV-21", "SERV-22")
def test_a_survey_is_answered_once(app):
    number = app.run(lambda env: env["crm.survey"].create({"customer": customer_of(env)}).id, user="admin")

    def answer(env):
        survey = env["crm.survey"].get(number)
        survey.update(score=5)
        survey.answer()

    told = at_once(app, answer)
    assert told.count("done") == 1
    assert all(code == "done" or code.startswith("conflict") for code in told)
    with app.env("admin") as env:
        assert (env["crm.survey"].get(number).state, env["crm.survey"].count([["score", "=", 5]])) == ("answered", 1)


@pytest.mark.rows("SERV-08", "SERV-09")
def test_the_last_step_of_a_ticket_is_finished_once(app):
    def prepare(env):
        flow = env["crm.service.flow"].create({"name": "One", "steps": [{"name": "Only", "sequence": 1}]})
        made = env["crm.ticket"].create({"customer": customer_of(env), "subject": "Jams", "flow": flow})
        env.flush()
        return made.id

    number = app.run(prepare, user="admin")
    told = at_once(app, lambda env: env["crm.ticket"].get(number).finish_step(note="done"))
    assert told.count("done") == 1
    with app.env("admin") as env:
        ticket = env["crm.ticket"].get(number)
        assert (ticket.state, [step.state for step in ticket.steps]) == ("done", ["done"])
        assert (
            env["core.history"].count([["model", "=", "crm.ticket"], ["field", "=", "state"], ["new", "=", '"done"']])
            == 1
        )
