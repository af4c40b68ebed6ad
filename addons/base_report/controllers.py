"""Pages of statistics: the library, a question with its answer, files, and reports."""

from __future__ import annotations

import json
from typing import Any

from addons.base_report.services.answer import build_answer
from addons.base_report.services.page import library_data, statistics_data
from addons.base_report.services.question import PARAMETERS, Question, default_measures, read_question
from addons.base_report.services.reports import read_report, save_report, set_pin
from addons.base_report.services.sheets import sheet_of
from core.api import (
    CoreError,
    Environment,
    MissingRecord,
    Page,
    Request,
    ValidationError,
    _,
    go_to,
    id_of,
    route,
    selection_of,
    send_sheet,
)


@route("/")
def library(request: Request, env: Environment) -> Page:
    """GET: what can be counted, and the saved reports."""
    return Page("base_report/library.html", _("Statistics"), library_data(env))


@route("/statistics")
def statistics(request: Request, env: Environment) -> Page:
    """GET: a question and its answer."""
    report = read_report(env, _number(request.args["report"])) if request.args.get("report") else None
    question = _asked(request, env, report)
    answer = build_answer(env, question)
    title = report["name"] if report else question.measures[0].group if question.model else _("Statistics")
    data = statistics_data(request, env, question, answer, report)
    return Page("base_report/statistics.html", title, data)


@route("/of/<model>")
def of_list(request: Request, env: Environment, model: str) -> Any:
    """GET: from a list to the statistics of its model, with the conditions of the list."""
    chosen = selection_of(request, model)
    query: dict[str, Any] = {"m": default_measures(env, model), "range": "last_12"}
    if chosen.domain:
        query["domain"] = json.dumps(chosen.domain, ensure_ascii=False, separators=(",", ":"), default=str)
    return go_to(read_question(env, query).url())


@route("/export/<what>/<form>")
def export(request: Request, env: Environment, what: str, form: str) -> Any:
    """GET: the chart's table (``chart``) or the table of groups and periods (``table``) as a file."""
    if what not in ("chart", "table"):
        raise MissingRecord(_("There is no such page."))
    question = _asked(request, env)
    for model in question.models:
        env.guard.check_model(env, env.registry[model], "export")
    title = " · ".join(each.full for each in question.measures)
    sheet = sheet_of(env, what, title, build_answer(env, question, with_links=False))
    if sheet is None:
        raise ValidationError(_("There is nothing to export."))
    return send_sheet(request, question.models[0], form, sheet)


@route("/reports", methods=["POST"])
def keep(request: Request, env: Environment) -> Any:
    """POST: keep the question of the address under a name; ``number`` changes a report, ``pin`` puts it on the workbench."""
    form = request.form
    number = _number(form["number"]) if form.get("number") else None
    question = _asked(request, env)
    roles = [form["role"]] if form.get("role") else [] if "shares" in form else None
    try:
        with env.savepoint():
            saved = save_report(env, form.get("name", ""), question, number=number, roles=roles)
            if form.get("pin"):
                set_pin(env, saved, is_on=True)
    except ValidationError as error:
        return go_to(question.url(), error.message, kind="error")
    return go_to(question.url(report=saved), _("Report saved"))


@route("/reports/<int:number>/delete", methods=["POST"])
def drop(request: Request, env: Environment, number: int) -> Any:
    """POST: delete a report; it leaves every workbench."""
    env["base.report"].delete([number])
    return go_to("/x/base_report/", _("Report deleted"))


@route("/reports/<int:number>/pin", methods=["POST"])
def pin(request: Request, env: Environment, number: int) -> Any:
    """POST: put a report on the workbench (``on``), or take it off."""
    is_on = bool(request.form.get("on"))
    try:
        with env.savepoint():
            set_pin(env, number, is_on=is_on)
    except ValidationError as error:
        return go_to("/x/base_report/", error.message, kind="error")
    back = f"/x/base_report/statistics?report={number}" if request.form.get("from") == "report" else "/x/base_report/"
    return go_to(back, _("On your workbench") if is_on else _("Taken off your workbench"))


@route("/panel/<int:number>")
def panel(request: Request, env: Environment, number: int) -> Page:
    """GET: a report as a part of the workbench; a faulty one shows its error alone."""
    report = read_report(env, number)
    data: dict[str, Any] = {"url": f"/x/base_report/statistics?report={number}", "chart": None, "error": None}
    try:
        answer = build_answer(env, read_question(env, report["query"]))
        data["chart"], data["changes"] = answer.chart, answer.changes
        data["is_too_much"] = answer.is_too_much
    except CoreError as error:
        data["error"] = error.message
    return Page("base_report/panel.html", None, data)


def _asked(request: Request, env: Environment, report: Any = None) -> Question:
    """Return the question of the address; of a report opened without one, the question of the report.

    Raises:
        ValidationError: A parameter is not known, or wrong.
    """
    for name in request.args:
        if name not in PARAMETERS:
            raise ValidationError(_("“%(name)s” is nothing that can be chosen here.", name=name[:80]), field="address")
    given: dict[str, Any] = {name: value for name, value in request.args.items() if name != "m"}
    given["m"] = request.args.getlist("m")
    if report is not None and set(request.args) == {"report"}:
        given = {**report["query"], "report": request.args["report"]}
    return read_question(env, given)


def _number(text: str) -> int:
    number = id_of(text)
    if number is None:
        raise ValidationError(_("This is no id of a record."), field="report")
    return number
