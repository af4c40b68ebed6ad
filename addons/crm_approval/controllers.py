"""Pages of approvals: what waits, one request, the history of a record. Those of administrators are in `services.adminpages`."""

from typing import Any

from addons.crm_approval.services import deciding, showing, waiting
from core.api import (
    AccessDenied,
    ConflictError,
    Environment,
    MissingRecord,
    Page,
    Request,
    RetryableError,
    ValidationError,
    _,
    go_to,
    id_of,
    route,
)

BASE = "/x/crm_approval"
DONE = {"approve": _("Approved"), "refuse": _("Rejected"), "return": _("Sent back")}


@route("/waiting")
def waiting_page(request: Request, env: Environment) -> Page:
    """GET: everything that waits for the user."""
    return Page("crm_approval/waiting_page.html", _("Waits for me"), _waiting(env, waiting.PAGE, ""))


@route("/panel/waiting")
def waiting_panel(request: Request, env: Environment) -> Page:
    """GET: what waits for the user, as a part of the workbench."""
    return Page("crm_approval/waiting.html", None, _waiting(env, waiting.PANEL, "panel"))


@route("/task/<int:number>/<any(approve, refuse, return):decision>", methods=["POST"])
def decide(request: Request, env: Environment, number: int, decision: str) -> Any:
    """POST: approve, refuse or send back, with a ``remark``; ``from`` says where: ``panel`` gets the panel again, else the way back."""
    is_panel = request.form.get("from") == "panel"
    try:
        with env.savepoint():
            decided = deciding.decide(env, number, decision, request.form.get("remark"))
    except RetryableError:
        raise
    except (ValidationError, ConflictError, AccessDenied) as error:
        words = str(env.services.text(error.message, env.lang))
        if is_panel:
            return Page(
                "crm_approval/waiting.html", None, {**_waiting(env, waiting.PANEL, "panel"), "fault": words}, status=422
            )
        return go_to(_back(request), words, kind="error")
    if is_panel:
        return Page("crm_approval/waiting.html", None, _waiting(env, waiting.PANEL, "panel"))
    return go_to(_record_or_list(env, decided), DONE[decision])


@route("/task/<int:number>/pass", methods=["POST"])
def pass_on(request: Request, env: Environment, number: int) -> Any:
    """POST: give what one is asked to the ``user``, with a ``remark``."""
    return _act(
        request,
        env,
        lambda: deciding.pass_on(env, number, _id(request, "user"), request.form.get("remark")),
        _("Passed on"),
    )


@route("/request/<int:number>")
def request_page(request: Request, env: Environment, number: int) -> Page:
    """GET: one request with the record, the decisions so far and what the user can do."""
    found = showing.find_request(env, number)
    data = showing.request_data(env, found)
    return Page("crm_approval/request.html", found.title or _("Approval"), {"it": data}, model="crm.approval.request")


@route("/request/<int:number>/withdraw", methods=["POST"])
def withdraw(request: Request, env: Environment, number: int) -> Any:
    """POST: take a request back."""
    return _act(request, env, lambda: deciding.withdraw(env, number), _("Withdrawn"))


@route("/request/<int:number>/match", methods=["POST"])
def match_again(request: Request, env: Environment, number: int) -> Any:
    """POST: find the approvers of the present level anew."""
    changed: list[bool] = []
    answer = _act(request, env, lambda: changed.append(deciding.match_again(env, number)), _("It waits for others now"))
    return go_to(f"{BASE}/request/{number}", _("It waits for the same people")) if changed == [False] else answer


@route("/history/<model>/<int:number>")
def history(request: Request, env: Environment, model: str, number: int) -> Page:
    """GET: the tab beside a record."""
    showing.require_record(env, model, number)
    data = {"requests": showing.history_data(env, model, number), "print_url": f"{BASE}/print/{model}/{number}"}
    return Page("crm_approval/history.html", None, data)


@route("/print/<model>/<int:number>")
def print_page(request: Request, env: Environment, model: str, number: int) -> Page:
    """GET: the approvals of a record, to be printed."""
    record = showing.require_record(env, model, number)
    data = {
        "name": str(record.display_name),
        "requests": showing.history_data(env, model, number),
        "back": f"/records/{model}/{number}",
    }
    return Page("crm_approval/print.html", _("Approval of %(name)s", name=record.display_name), data, model=model)


def _waiting(env: Environment, limit: int, place: str) -> dict[str, Any]:
    lines = waiting.lines_waiting(env, limit)
    total = waiting.count_waiting(env) if len(lines) >= limit else len(lines)
    return {"lines": lines, "more": total - len(lines), "place": place, "fault": ""}


def _act(request: Request, env: Environment, work: Any, done: Any) -> Any:
    try:
        with env.savepoint():
            work()
    except RetryableError:
        raise
    except (ValidationError, ConflictError, AccessDenied, MissingRecord) as error:
        return go_to(_back(request), error.message, kind="error")
    return go_to(_back(request), done)


def _record_or_list(env: Environment, decided: Any) -> str:
    if showing.can_read(env, decided.model, decided.record_id):
        return f"/records/{decided.model}/{decided.record_id}"
    return f"{BASE}/waiting"


def _back(request: Request) -> str:
    """Return the page that the form says, else the one the browser came from, else what waits."""
    given = request.form.get("back") or ""
    if given:
        return given
    _scheme, _sep, rest = (request.headers.get("Referer") or "").partition("://")
    _host, slash, path = rest.partition("/")
    return f"/{path}" if slash else f"{BASE}/waiting"


def _id(request: Request, name: str) -> int:
    text = request.form.get(name, "")
    number = id_of(text)
    if number is None:
        raise ValidationError(_("Choose a colleague."), field=name)
    return number
