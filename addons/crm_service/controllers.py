"""Pages of service: the answer of a customer, satisfaction, the service report, and what stands beside a ticket."""

from __future__ import annotations

from typing import Any

from addons.crm_service.services.history import history_data
from addons.crm_service.services.satisfaction_page import satisfaction_data
from addons.crm_service.services.service_report_page import service_report_data
from addons.crm_service.services.survey_page import survey_data, survey_with, take_answer
from core.api import ConflictError, Environment, Page, Request, ValidationError, _, go_to, route


@route("/survey/<token>", methods=["GET", "POST"], auth="none")
def survey(request: Request, env: Environment, token: str) -> Any:
    """GET: ask a customer; POST: take the answer. The token is all that is needed."""
    found = survey_with(env, token)
    if request.method == "POST":
        try:
            with env.savepoint():
                take_answer(found, request.form)
        except (ValidationError, ConflictError) as error:
            data = survey_data(env, survey_with(env, token), error.message, request.form)
            return Page("crm_service/survey.html", None, data, status=422)
        return go_to(f"/x/crm_service/survey/{token}")
    return Page("crm_service/survey.html", None, survey_data(env, found))


@route("/satisfaction")
def satisfaction(request: Request, env: Environment) -> Page:
    """GET: mean score, share satisfied and answer rate by handler, product, customer or month."""
    data = satisfaction_data(env, request.args)
    return Page("crm_service/satisfaction.html", _("Satisfaction of customers"), data, model="crm.survey")


@route("/report")
def report(request: Request, env: Environment) -> Page:
    """GET: feedback, complaints and service tasks by month or fiscal period."""
    data = service_report_data(env, request.args)
    return Page("crm_service/service_report.html", _("Service report"), data, model="crm.ticket")


@route("/history/<int:number>")
def history(request: Request, env: Environment, number: int) -> Page:
    """GET: the other tickets of the customer of a ticket, a part of a page (SERV-01)."""
    del request
    return Page("crm_service/history.html", None, history_data(env, number))
