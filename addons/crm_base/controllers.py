"""Pages of customers: the view of one with all that belongs to it, its parts, the collision check, hot customers."""

from typing import Any

from addons.crm_base.services import (
    card_page,
    collision_page,
    customer_ranking,
    customer_summary,
    customer_view,
    hot,
    relation_map,
    touches,
)
from core.api import Environment, MissingRecord, Page, Request, ValidationError, _, go_to, route

HERE = "/x/crm_base/customer"


@route("/customer/<int:customer>")
def customer(request: Request, env: Environment, customer: int) -> Any:
    """GET /x/crm_base/customer/7: everything about one customer, each part by itself and with the rights of who looks."""
    data = customer_view.page_data(request, env, customer)
    return Page("crm_base/customer.html", data["row"]["name"], data, model="crm.customer")


@route("/customer/by-number/<number>")
def customer_by_number(request: Request, env: Environment, number: str) -> Any:
    """GET: lead from the number of a customer to its page."""
    found = env["crm.customer"].search([["number", "=", number]], limit=1)
    if not found:
        raise MissingRecord(_("There is no such customer, or you may not see it."))
    return go_to(f"{HERE}/{found[0].id}")


@route("/customer/<int:customer>/touches")
def customer_touches(request: Request, env: Environment, customer: int) -> Any:
    """GET: all touches with a customer, newest first; ``kind`` narrows them."""
    return Page("crm_base/touches.html", None, touches.touches_of(env, customer, request.args.get("kind")))


@route("/customer/<int:customer>/map")
def customer_map(request: Request, env: Environment, customer: int) -> Any:
    """GET: who influences whom at a customer, drawn."""
    return Page("crm_base/map.html", None, relation_map.draw_map(env, customer))


@route("/customer/<int:customer>/organisation")
def customer_organisation(request: Request, env: Environment, customer: int) -> Any:
    """GET: the departments of a customer as a tree, with the contacts in them."""
    return Page("crm_base/organisation.html", None, relation_map.organisation_of(env, customer))


@route("/customer/<int:customer>/partners")
def customer_partners(request: Request, env: Environment, customer: int) -> Any:
    """GET: accounts that a customer is tied to, from both sides."""
    return Page("crm_base/partners.html", None, relation_map.partners_of(env, customer))


@route("/customer/<int:customer>/hot", methods=["POST"])
def mark_hot(request: Request, env: Environment, customer: int) -> Any:
    """POST: mark a customer as hot with ``degree`` and ``reason``, or take the mark away (``off``)."""
    form = request.form
    try:
        if form.get("off"):
            record = hot.unmark_hot(env, customer)
        else:
            record = hot.mark_hot(env, customer, form.get("degree", ""), form.get("reason", ""))
        env.flush()
    except ValidationError as refused:
        return go_to(f"{HERE}/{customer}", refused.message, kind="error")
    words = _("%(name)s is no longer hot") if form.get("off") else _("%(name)s is marked as hot")
    return go_to(f"{HERE}/{customer}", _(str(words), name=record.name))


@route("/hot")
def hot_customers(request: Request, env: Environment) -> Any:
    """GET: the panel of hot customers."""
    return Page("crm_base/hot.html", None, hot.hot_panel(env))


@route("/collisions")
def collisions(request: Request, env: Environment) -> Any:
    """GET /x/crm_base/collisions?q=: who else has this customer; with ``part`` only the hint for the form of a new one."""
    data = collision_page.page_data(request, env)
    if request.args.get("part"):
        return Page("crm_base/collisions_part.html", None, data)
    return Page("crm_base/collisions.html", _("Is it taken?"), data, model="crm.customer")


@route("/summary")
def summary(request: Request, env: Environment) -> Any:
    """GET /x/crm_base/summary?by=region: customers summed up."""
    data = customer_summary.page_data(request, env)
    return Page("crm_base/summary.html", _("Customer summary"), data, model="crm.customer")


@route("/ranking")
def ranking(request: Request, env: Environment) -> Any:
    """GET /x/crm_base/ranking?figure=…&period=year: customers ranked."""
    data = customer_ranking.page_data(request, env)
    return Page("crm_base/ranking.html", _("Customer rankings"), data, model="crm.customer")


@route("/card")
def card(request: Request, env: Environment) -> Any:
    """GET: a business card by hand."""
    return card_page.show(env, {})


@route("/card/file", methods=["POST"], upload=True, writes=False)
def read_card(request: Request, env: Environment) -> Any:
    """POST: read a vCard, or a picture of a card, for checking; nothing is kept."""
    return card_page.read(request, env)


@route("/card", methods=["POST"])
def take_card(request: Request, env: Environment) -> Any:
    """POST: make the customer and contact of a card that was checked."""
    return card_page.take(request, env)
