"""Pages of competitors: everything about one, the comparison, the report."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any
from urllib.parse import urlencode

from addons.crm_competitor.services import sheets
from addons.crm_competitor.services.comparison import MOST, compare
from addons.crm_competitor.services.following import start_following, stop_following
from addons.crm_competitor.services.pages import comparison_data, report_data
from addons.crm_competitor.services.profile import profile
from addons.crm_competitor.services.report import competitor_report
from core.api import (
    Environment,
    Page,
    Request,
    Response,
    ValidationError,
    _,
    go_to,
    id_of,
    panels_at,
    route,
    selection_of,
    send_sheet,
    sheet_formats,
)

MODEL = "crm.competitor"
BASE = "/x/crm_competitor"


@route("/competitor/<int:number>")
def view(request: Request, env: Environment, number: int) -> Page:
    """GET: everything about one competitor on one screen (COMP-02)."""
    data = profile(env, number)
    panels = panels_at(request, "crm_competitor.competitor_view", record=number)
    return Page("crm_competitor/competitor.html", data["name"], {"competitor": data, "panels": panels}, model=MODEL)


@route("/competitor/<int:number>/follow", methods=["POST"])
def follow(request: Request, env: Environment, number: int) -> Any:
    """POST: follow its news (``on``), or no longer."""
    record = env[MODEL].get(number)
    if request.form.get("on"):
        start_following(record)
        return go_to(f"{BASE}/competitor/{number}", _("You will be told of its news."))
    stop_following(record)
    return go_to(f"{BASE}/competitor/{number}", _("You will not be told of its news any more."))


@route("/comparison", methods=["GET", "POST"], writes=False)
def comparison(request: Request, env: Environment) -> Any:
    """GET: competitors ``c`` beside us (COMP-06). POST: the same for those selected in the list."""
    if request.method == "POST":
        rows = env[MODEL].read(selection_of(request, MODEL).domain, ["id"], limit=MOST)
        return go_to(f"{BASE}/comparison?{urlencode([('c', row['id']) for row in rows])}")
    chosen = _numbers(request, "c")
    data = comparison_data(env, compare(env, chosen), chosen, sheet_formats(request, MODEL))
    return Page("crm_competitor/comparison.html", _("Comparison of competitors"), data, model=MODEL)


@route("/comparison/export/<form>")
def export_comparison(request: Request, env: Environment, form: str) -> Response:
    """GET: the comparison as a file."""
    return send_sheet(request, MODEL, form, sheets.comparison_sheet(env, compare(env, _numbers(request, "c"))))


@route("/report")
def report(request: Request, env: Environment) -> Page:
    """GET: met, won and lost by competitor (COMP-13); ``from``, ``to``, ``unit`` and ``product`` narrow it."""
    first, last, unit, product = _asked(request, env)
    found = competitor_report(env, first, last, unit=unit, product=product)
    data = report_data(env, found, first, last, unit, product, sheet_formats(request, MODEL))
    return Page("crm_competitor/report.html", _("Competitor report"), data, model=MODEL)


@route("/report/export/<form>")
def export_report(request: Request, env: Environment, form: str) -> Response:
    """GET: the report as a file."""
    first, last, unit, product = _asked(request, env)
    found = competitor_report(env, first, last, unit=unit, product=product)
    return send_sheet(request, MODEL, form, sheets.report_sheet(env, found, unit))


def _asked(request: Request, env: Environment) -> tuple[dt.date, dt.date, str, int | None]:
    """Return what the address asks for; without days the year up to the end of this month."""
    today = env.today()
    usual_last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    first = _day(request.args.get("from"), usual_last.replace(year=usual_last.year - 1, day=1), "from")
    last = _day(request.args.get("to"), usual_last, "to")
    product = request.args.get("product") or None
    return first, last, request.args.get("unit", ""), None if product is None else _number(product, "product")


def _day(text: str | None, usual: dt.date, field: str) -> dt.date:
    if not text:
        return usual
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("“%(text)s” is no date.", text=text[:40]), field=field) from None


def _numbers(request: Request, name: str) -> list[int]:
    return [_number(text, name) for text in request.args.getlist(name)]


def _number(text: str, field: str) -> int:
    number = id_of(text)
    if number is None:
        raise ValidationError(_("This is no id of a record."), field=field)
    return number
