"""Pages of approval administrators: a new flow, a condition taken from a list, the simulator."""

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_approval.services import deciding, simulating
from addons.crm_approval.services.checking import check_condition
from addons.crm_approval.services.common import FLOW, MANAGER, STEP
from addons.crm_approval.services.flows import snapshot
from addons.crm_approval.services.subjects import label_of, subjects
from core.api import (
    AccessDenied,
    CoreError,
    Environment,
    Page,
    Request,
    ValidationError,
    _,
    formats,
    go_to,
    id_of,
    records_url,
    route,
    selection_of,
)

BASE = "/x/crm_approval"


def _require_manager(env: Environment) -> None:
    if not env.guard.has_group(env, MANAGER):
        raise AccessDenied(_("Only approval administrators do this."), code="access_denied.approval")


@route("/new", methods=["GET", "POST"])
def new_flow(request: Request, env: Environment) -> Any:
    """GET: choose an object and its change of state by their labels. POST: make the flow, with one level, and open it."""
    _require_manager(env)
    chosen, name, fault = request.form.get("subject", ""), request.form.get("name", "").strip(), None
    offered = subjects(env)
    if request.method == "POST":
        subject = next((each for each in offered if f"{each.model}/{each.transition}" == chosen), None)
        try:
            if subject is None:
                raise ValidationError(_("Choose what is to be approved."), field="subject")
            values = {"name": name or subject.label, "model": subject.model, "transition": subject.transition}
            with env.savepoint():
                flow = env[FLOW].create({**values, "active": False, "steps": [{"rule": "superior"}]})
                env.flush()
            return go_to(f"/records/{FLOW}/{flow.id}/edit", _("Set the levels, then switch it on"))
        except CoreError as error:
            fault = str(env.services.text(error.message, env.lang))
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in offered:
        key = f"{each.model}/{each.transition}"
        groups.setdefault(each.object_label, []).append({"key": key, "label": each.label, "is_on": key == chosen})
    data = {"groups": groups, "name": name, "fault": fault}
    return Page("crm_approval/new.html", _("New approval flow"), data, model=FLOW, status=422 if fault else 200)


@route("/match", methods=["POST"])
def match_all(request: Request, env: Environment) -> Any:
    """POST: find the approvers of all running requests anew."""
    count = deciding.match_all_again(env)
    return go_to(records_url(FLOW), _("%(count)s approvals wait for others now", count=count))


@route("/condition/<model>", methods=["GET", "POST"])
def take_condition(request: Request, env: Environment, model: str) -> Any:
    """GET: the conditions of a list, and the flows and levels that can take them. POST: give them to one."""
    _require_manager(env)
    chosen = selection_of(request, model)
    domain = _flat(json.loads(json.dumps(chosen.domain or [], default=str)))
    flows = env[FLOW].search([["model", "=", model]])
    fault = None
    if request.method == "POST":
        kind, _dash, number = request.form.get("target", "").partition("-")
        try:
            check_condition(env, model, domain, "condition")
            chosen_id = id_of(number)
            if kind not in ("flow", "step") or chosen_id is None:
                raise ValidationError(_("Choose where the condition goes."), field="target")
            record = env[FLOW if kind == "flow" else STEP].get(chosen_id)
            with env.savepoint():
                record.update(condition=domain or None)
            flow = record if kind == "flow" else record.flow
            return go_to(f"/records/{FLOW}/{flow.id}", _("Condition taken over"))
        except ValidationError as error:
            fault = str(env.services.text(error.message, env.lang))
    data = {
        "domain": "\n".join(json.dumps(part, ensure_ascii=False) for part in domain),
        "count": formats.number(env[model].count(domain), env.lang, 0),
        "back": chosen.back,
        "fault": fault,
        "flows": [
            {
                "id": flow.id,
                "name": flow.name,
                "steps": [{"id": step.id, "name": _step_label(env, step)} for step in flow.steps],
            }
            for flow in flows
        ],
    }
    return Page("crm_approval/condition.html", _("Approval condition"), data, model=FLOW, status=422 if fault else 200)


@route("/simulate/<int:number>")
def simulate(request: Request, env: Environment, number: int) -> Page:
    """GET: what a flow, or a change of it (``condition``, ``condition.<level>``, ``off``), would have done from ``since`` to ``until``."""
    _require_manager(env)
    flow = env[FLOW].get(number)
    saved = snapshot(env, flow.id)
    today = env.today()
    faults: dict[str, str] = {}
    first = datetime.date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    since, until = _day(env, request, "since", first, faults), _day(env, request, "until", today, faults)
    is_sent = "since" in request.args
    off = set(request.args.getlist("off")) if is_sent else set()
    condition = _json(env, request, "condition", flow.condition, faults)
    steps = [
        {**step, "condition": _json(env, request, f"condition.{at}", step["condition"], faults)}
        for at, step in enumerate(saved, 1)
    ]
    kept = [step for at, step in enumerate(steps, 1) if str(at) not in off]
    outcome = before = None
    if not faults:
        try:
            outcome = simulating.simulate(env, flow.model, condition, kept, since, until)
            if condition != flow.condition or kept != saved:
                before = simulating.simulate(env, flow.model, flow.condition, saved, since, until)
        except ValidationError as error:
            faults[error.where.field or "condition"] = str(env.services.text(error.message, env.lang))
    data = {
        "flow": {"id": flow.id, "name": flow.name, "subject": label_of(env, flow.model, flow.transition)},
        "since": since.isoformat(),
        "until": until.isoformat(),
        "condition": request.args.get("condition", _shown(flow.condition)),
        "steps": [
            {
                "at": at,
                "name": _words(env, step["name"]),
                "condition": request.args.get(f"condition.{at}", _shown(step["condition"])),
                "is_off": str(at) in off,
            }
            for at, step in enumerate(saved, 1)
        ],
        "faults": faults,
        "outcome": None
        if outcome is None
        else _outcome(env, outcome, before, [at for at in range(1, len(saved) + 1) if str(at) not in off]),
    }
    return Page("crm_approval/simulate.html", _("Try the flow"), data, model=FLOW, status=200)


ROUTES = [new_flow, match_all, take_condition, simulate]


def _outcome(env: Environment, outcome: Any, before: Any, places: Sequence[int]) -> dict[str, Any]:
    share = formats.percent(outcome.held / outcome.total, env.lang, 1) if outcome.total else "–"
    names = {user.id: user.name for user in env.load("core.user", [person for person, _count in outcome.people])}
    most = max([level.count for level in outcome.levels], default=0) or 1
    return {
        "total": formats.number(outcome.total, env.lang, 0),
        "held": formats.number(outcome.held, env.lang, 0),
        "share": share,
        "url": outcome.url,
        "before": None if before is None else formats.number(before.held, env.lang, 0),
        "levels": [
            {
                "at": at,
                "name": _words(env, level.name),
                "count": formats.number(level.count, env.lang, 0),
                "url": level.url,
                "before": None if before is None else formats.number(before.levels[at - 1].count, env.lang, 0),
                "part": round(100 * level.count / most),
            }
            for at, level in zip(places, outcome.levels, strict=True)
        ],
        "people": [
            {"name": names.get(person, "–"), "count": formats.number(count, env.lang, 0)}
            for person, count in outcome.people[:20]
        ],
    }


def _day(env: Environment, request: Request, name: str, usual: datetime.date, faults: dict[str, str]) -> datetime.date:
    text = request.args.get(name, "")
    try:
        return datetime.date.fromisoformat(text) if text else usual
    except ValueError:
        faults[name] = str(env.services.text(_('"%(text)s" is no day.', text=text[:40]), env.lang))
        return usual


def _json(env: Environment, request: Request, name: str, usual: Any, faults: dict[str, str]) -> Any:
    if name not in request.args:
        return usual
    text = request.args[name].strip()
    try:
        return (json.loads(text) or None) if text else None
    except (ValueError, RecursionError):
        faults[name] = str(env.services.text(_('A condition is a list such as [["amount", ">=", 10000]].'), env.lang))
        return usual


def _flat(domain: Any) -> list[Any]:
    """Return the conditions of a list as one list of those that all hold."""
    parts = domain["all"] if isinstance(domain, dict) and set(domain) == {"all"} else domain
    if isinstance(parts, dict):
        return [parts]
    flat: list[Any] = []
    for part in parts:
        is_list = isinstance(part, list) and all(isinstance(each, (list, dict)) for each in part)
        is_all = isinstance(part, dict) and set(part) == {"all"}
        flat += _flat(part) if is_list or is_all else [part]
    return flat


def _shown(condition: Any) -> str:
    return json.dumps(condition, ensure_ascii=False) if condition else ""


def _words(env: Environment, text: str) -> str:
    return str(env.services.text(_(text), env.lang))


def _step_label(env: Environment, step: Any) -> str:
    options: Mapping[str, str] = env.registry[STEP].fields["rule"].options  # type: ignore[attr-defined]  # a Selection
    return _words(env, step.name or options[step.rule])
