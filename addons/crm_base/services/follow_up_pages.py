"""Pages of follow-ups: the quick entry, the overview of superiors, who is to be contacted (BASE-37, BASE-39, BASE-41)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addons.crm_base.services import due, overview
from addons.crm_base.services.follow_up_entry import FOLLOW_UP, enter, form_data
from core.api import CoreError, Environment, Page, Request, ValidationError, _, formatter_for, go_to, records_url, route

CUSTOMER = "crm.customer"


def faults_of(env: Environment, error: CoreError) -> dict[str, str]:
    """Return what is wrong by field, in the language of the user; "" for what belongs to none."""
    return {each.field or "": str(env.services.text(each.message, env.lang)) for each in error.faults or (error,)}


def _back(request: Request, number: int) -> str:
    back = request.values.get("back", "")
    return back if back.startswith("/") and not back.startswith("//") else f"/x/crm_base/customer/{number}"


@route("/customer/<int:number>/composer")
def composer(request: Request, env: Environment, number: int) -> Page:
    """Show the form for a follow-up as a part of a page; ``?template=`` begins with a template."""
    data = form_data(env, env[CUSTOMER].get(number), request.args)
    return Page("crm_base/composer.html", None, {**data, "back": _back(request, number), "faults": {}})


@route("/customer/<int:number>/follow-up")
def quick(request: Request, env: Environment, number: int) -> Page:
    """Show the form for a follow-up, and the latest ones below."""
    return _page(request, env, env[CUSTOMER].get(number), request.args, {})


@route("/customer/<int:number>/follow-up", methods=["POST"])
def save(request: Request, env: Environment, number: int) -> Any:
    """Save a follow-up and go back; what is wrong is told in the form."""
    customer = env[CUSTOMER].get(number)
    try:
        with env.savepoint():
            enter(env, customer, request.form)
    except ValidationError as error:
        return _page(request, env, env[CUSTOMER].get(number), request.form, faults_of(env, error))
    return go_to(_back(request, number), _("Follow-up saved"))


def _page(
    request: Request, env: Environment, customer: Any, given: Mapping[str, str], faults: Mapping[str, str]
) -> Page:
    names = ["at", "channel.name", "summary", "result", "owner.name"]
    rows = env[FOLLOW_UP].read([["customer", "=", customer.id]], names, "at desc, id desc", 5)
    show, field = formatter_for(env).show, env.registry[FOLLOW_UP].fields["at"]
    latest = [
        {
            "id": row["id"],
            "at": show(field, row["at"]).text,
            "channel": row["channel.name"],
            "summary": row["summary"],
            "result": row["result"],
            "owner": row["owner.name"] or "",
        }
        for row in rows
    ]
    data = {**form_data(env, customer, given), "back": _back(request, customer.id), "faults": faults, "latest": latest}
    return Page("crm_base/follow_up.html", _("Record a follow-up"), data, model=CUSTOMER, status=422 if faults else 200)


@route("/follow-ups/overview")
def show_overview(request: Request, env: Environment) -> Page:
    """Show how many follow-ups each person had in a period, by channel; ``?unit=week&date=2025-03-05``."""
    span = overview.span_of(env, request.args.get("unit", "week"), request.args.get("date", ""))
    found = overview.by_person(env, span)
    data = {"span": overview.shown(env, span), **found}
    return Page("crm_base/overview.html", _("Follow-up overview"), data)


@route("/due")
def show_due(request: Request, env: Environment) -> Page:
    """Show who is to be contacted today and tomorrow, who is overdue, and who was not contacted for long."""
    lists = due.lists_of(env)
    for each in lists:
        each["url"] = records_url(CUSTOMER, domain=each.pop("domain"), f="-")
    return Page("crm_base/due.html", _("To contact"), {"lists": lists})


ROUTES = (composer, quick, save, show_overview, show_due)
