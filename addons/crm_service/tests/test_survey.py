"""Satisfaction: one answer to each request, by link or by phone; means over answers, shares and rates (SERV-21, SERV-22)."""

from decimal import Decimal

import pytest

from addons.crm_service.services.satisfaction import read_satisfaction, warn_of_low_scores
from core.api import ConflictError, ValidationError


@pytest.fixture
def customer(env):
    return env["crm.customer"].create({"name": "华星贸易", "mail": "wang@huaxing.example"})


@pytest.fixture
def ask(env, customer, clock):
    clock.set("2025-06-20")

    def make(score=None, **more):
        survey = env["crm.survey"].create({"customer": customer, **more})
        if score is not None:
            survey.update(score=score)
            survey.answer()
        env.flush()
        return survey

    return make


@pytest.fixture
def anonymous(client):
    """A client on which nobody is logged in."""
    return type(client)(client.host)


def month_of(env, by="owner"):
    today = env.today()
    return read_satisfaction(env, by, today.replace(day=1), today)


@pytest.mark.rows("SERV-21")
def test_a_request_takes_one_answer(ask):
    survey = ask(4)
    assert (survey.state, survey.satisfied_percent, survey.entered_by) == ("answered", 100, survey.env.user)
    with pytest.raises(ConflictError):
        survey.answer()


@pytest.mark.rows("SERV-21")
def test_an_answer_needs_a_score_from_1_to_5(ask):
    survey = ask()
    with pytest.raises(ValidationError, match="score"), survey.env.savepoint():
        survey.answer()
    for wrong in (0, 6):
        with pytest.raises(ValidationError), survey.env.savepoint():
            survey.update(score=wrong)
            survey.env.flush()


@pytest.mark.rows("SERV-21")
def test_a_customer_answers_by_the_link_without_logging_in_and_once(ask, env, anonymous):
    survey = ask()
    page = f"/x/crm_service/survey/{survey.token}"
    assert "radio" in anonymous.get(page).text
    assert anonymous.post(page, data={"score": "9"}).status_code == 422
    assert survey.state == "open"
    assert anonymous.post(page, data={"score": "5", "words": "很快"}).status_code == 303
    env.session.refresh(survey)
    assert (survey.state, survey.score, survey.words, survey.entered_by) == ("answered", 5, "很快", None)
    assert "radio" not in anonymous.get(page).text
    assert anonymous.post(page, data={"score": "1"}).status_code == 422
    assert survey.score == 5


@pytest.mark.rows("SERV-21")
def test_the_link_is_shown_with_the_host_under_which_the_user_came(ask, client):
    survey = ask()
    asked = {"Accept": "text/html"}
    shown = client.request("GET", f"/records/crm.survey/{survey.id}", headers=asked).text
    assert f"http://localhost/x/crm_service/survey/{survey.token}" in shown


@pytest.mark.rows("SERV-21")
def test_a_wrong_or_withdrawn_link_answers_like_a_missing_page(ask, anonymous):
    survey = ask()
    survey.withdraw()
    survey.env.flush()
    for token in (survey.token, "none", "x" * 200):
        assert anonymous.get(f"/x/crm_service/survey/{token}").status_code == 404


@pytest.mark.rows("SERV-21")
def test_a_done_ticket_asks_about_its_executor_once(env, customer, create_user, ask):
    executor = create_user(login="wu")
    ticket = env["crm.ticket"].create({"customer": customer, "subject": "卡纸", "executor": executor})
    survey = ticket.ask_satisfaction()
    assert (survey.owner, survey.ticket, survey.occasion, survey.channel) == (executor, ticket, "ticket", "mail")
    with pytest.raises(ConflictError, match="already"):
        ticket.ask_satisfaction()


@pytest.mark.rows("SERV-22")
def test_means_are_over_answers_and_rates_over_requests(ask, env):
    ask(4), ask(5), ask()
    ask().withdraw()
    env.flush()
    _lines, total = month_of(env)
    assert (total.mean, total.answer_rate, total.satisfied_share) == (
        Decimal("4.50"),
        Decimal("66.67"),
        Decimal("100.00"),
    )


@pytest.mark.rows("SERV-22")
@pytest.mark.parametrize("by", ["owner", "product", "customer", "month"])
def test_satisfaction_is_told_by_handler_product_customer_and_month(ask, env, by):
    ask(3), ask(4)
    lines, _total = month_of(env, by)
    assert [(line.asked, line.mean, line.satisfied_share) for line in lines] == [(2, Decimal("3.50"), Decimal("50.00"))]


@pytest.mark.rows("SERV-22")
def test_a_mean_below_the_limit_warns_the_handler_and_the_superior(ask, env, create_user):
    boss = create_user(login="boss")
    handler = create_user(login="wu", superior=boss)
    ask(3, owner=handler), ask(5, owner=boss)
    assert warn_of_low_scores(env) == 1
    told = env["core.notification"].search([["kind", "=", "warning"]])
    assert sorted(message.user.login for message in told) == ["boss", "wu"]
