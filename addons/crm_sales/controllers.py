"""Pages of sales: funnel, forecast, targets, plan, and the conversion of leads."""

from __future__ import annotations

from typing import Any

from addons.crm_sales.services import settings_page
from addons.crm_sales.services.forecast_page import forecast_data
from addons.crm_sales.services.funnel_page import funnel_data
from addons.crm_sales.services.lead_page import convert_by_form, convert_data
from addons.crm_sales.services.lead_report_page import lead_report_data
from addons.crm_sales.services.plan_page import plan_data, plan_part_data
from addons.crm_sales.services.target_page import targets_data
from core.api import ConflictError, Environment, Page, Request, ValidationError, _, go_to, route


@route("/funnel")
def funnel(request: Request, env: Environment) -> Page:
    """GET: open opportunities by stage, and conversion rates."""
    return Page("crm_sales/funnel.html", _("Sales funnel"), funnel_data(env, request.args), model="crm.opportunity")


@route("/forecast")
def forecast(request: Request, env: Environment) -> Page:
    """GET: the forecast of a quarter, for oneself and those below."""
    return Page(
        "crm_sales/forecast.html", _("Sales forecast"), forecast_data(env, request.args), model="crm.opportunity"
    )


@route("/leads")
def lead_report(request: Request, env: Environment) -> Page:
    """GET: leads by source, campaign, person, region or month, with conversion rate and mean days."""
    return Page("crm_sales/lead_report.html", _("Lead report"), lead_report_data(env, request.args), model="crm.lead")


@route("/targets")
def targets(request: Request, env: Environment) -> Page:
    """GET: targets of a month with what was reached."""
    return Page("crm_sales/targets.html", _("Targets"), targets_data(env, request.args), model="crm.target")


@route("/plan")
def plan(request: Request, env: Environment) -> Page:
    """GET: the sales plan of a year against actual and forecast."""
    return Page("crm_sales/plan.html", _("Sales plan"), plan_data(env, request.args), model="crm.sales.plan")


@route("/plan/<int:number>")
def plan_part(request: Request, env: Environment, number: int) -> Page:
    """GET: one part of the plan by months, or a month of it by weeks."""
    data = plan_part_data(env, number, request.args)
    return Page("crm_sales/plan_part.html", data["name"], data, model="crm.sales.plan")


@route("/leads/<int:number>/convert", methods=["GET", "POST"])
def convert(request: Request, env: Environment, number: int) -> Any:
    """GET: who the lead may be already and what is to be made; POST: convert it."""
    lead = env["crm.lead"].get(number)
    here = f"/records/crm.lead/{number}"
    if lead.state not in ("new", "working"):
        return go_to(here, _("This lead can't be converted any more."), kind="error")
    if request.method == "POST":
        try:
            with env.savepoint():
                convert_by_form(env, lead, request.form)
        except (ValidationError, ConflictError) as error:
            lead = env["crm.lead"].get(number)
            data = convert_data(env, lead, request.form, error.message)
            return Page("crm_sales/convert.html", _("Convert the lead"), data, model="crm.lead", status=422)
        if lead.state != "converted":
            return go_to(here, _("It waits for approval."))
        target = lead.opportunity
        return go_to(
            f"/records/crm.opportunity/{target.id}" if target else f"/records/crm.customer/{lead.customer.id}",
            _("Converted"),
        )
    return Page("crm_sales/convert.html", _("Convert the lead"), convert_data(env, lead), model="crm.lead")


@route("/settings")
def settings(request: Request, env: Environment) -> Page:
    """GET: the settings of sales, with sections of all addons (SALE-54)."""
    return Page("crm_sales/settings.html", _("Sales settings"), settings_page.page_data(request, env))


@route("/settings/choices/<code>", methods=["GET", "POST"])
def settings_choices(request: Request, env: Environment, code: str) -> Any:
    """GET: the items of a dictionary as a section; POST: save them."""
    if request.method == "POST":
        settings_page.save_choices(request, env, code, request.form)
        return go_to(settings_page.HERE, _("Saved"))
    return Page("crm_sales/settings_choices.html", None, settings_page.choices_data(request, env, code))


@route("/settings/parameters/<keys>", methods=["GET", "POST"])
def settings_parameters(request: Request, env: Environment, keys: str) -> Any:
    """GET: system parameters as a section; POST: save them."""
    if request.method == "POST":
        try:
            with env.savepoint():
                settings_page.save_parameters(request, env, keys, request.form)
                env.flush()
        except ValidationError as error:
            return go_to(settings_page.HERE, error.message, kind="error")
        return go_to(settings_page.HERE, _("Saved"))
    return Page("crm_sales/settings_parameters.html", None, settings_page.parameters_data(request, env, keys))
