"""Pages of the pool: random claim, passing customers on, trial of the reclaim, shares. Routes, given to the core by a hook."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from addons.crm_base.services import claims, claims_requests, reclaim, sharing, transfer
from addons.crm_base.services.ownership import CUSTOMER, HISTORY, POOL, RECLAIM_REASONS
from addons.crm_base.services.pool_hooks import BASE
from core.api import (
    AccessDenied,
    ConflictError,
    CoreError,
    Environment,
    MissingRecord,
    Page,
    Request,
    ValidationError,
    _,
    go_to,
    id_of,
    records_url,
    route,
    selection_of,
    system_of,
)

_DIGITS = 15
_MOST_SHOWN = 300
_MOST_LOOKED_AT = 5000
KINDS = {
    "assign": _("Assign customers"),
    "redistribute": _("Distribute customers evenly"),
    "transfer": _("Transfer customers"),
    "recall": _("Take customers back into the pool"),
}
"""Ways to pass customers on → title of the page."""


_SHARED = ("user", "team", "department", "access", "until", "note")


@route("/pool/random", methods=["GET"])
def ask_random(request: Request, env: Environment) -> Page:
    """Ask how many customers are wanted, and tell what the limits leave."""
    claims.require_right(env)
    return _random_page(env, "", None)


@route("/pool/random", methods=["POST"])
def claim_random(request: Request, env: Environment) -> Any:
    """Claim up to so many customers at random (BASE-30)."""
    typed = request.form.get("count", "")
    try:
        with env.savepoint():
            found = claims.claim_random(env, _whole(typed, "count") or 0)
    except (ValidationError, ConflictError) as error:
        return _random_page(env, typed, error)
    if not found:
        return go_to(records_url(POOL), _("The pool is empty."), kind="error")
    return go_to(records_url(CUSTOMER), _("%(count)s customers are yours now.", count=len(found)))


@route("/pool/<int:number>/claim", methods=["POST"])
def claim(request: Request, env: Environment, number: int) -> Any:
    """Claim the customer of a row of the pool; who comes too late is told so, instead of that there is no such row."""
    return _from_pool(env, number, lambda customer: claims.claim(env, [customer])[0], CUSTOMER, _("Claimed"))


@route("/pool/<int:number>/apply", methods=["POST"])
def apply(request: Request, env: Environment, number: int) -> Any:
    """Apply for the customer of a row of the pool (BASE-28); ``note`` says why."""
    note = request.form.get("note", "").strip() or None
    return _from_pool(
        env,
        number,
        lambda customer: claims_requests.apply(env, customer, note).id,
        claims_requests.REQUEST,
        _("Applied"),
    )


@route("/claims/<int:number>/<decision>", methods=["POST"])
def decide(request: Request, env: Environment, number: int, decision: str) -> Any:
    """Approve or refuse an application; ``answer`` says why."""
    if decision not in ("approve", "refuse"):
        raise MissingRecord(_("There is no such page."))
    asked = env[claims_requests.REQUEST].get(number)
    here = f"/records/{claims_requests.REQUEST}/{number}"
    try:
        with env.savepoint():
            if answer := request.form.get("answer", "").strip():
                asked.update(answer=answer)
            getattr(asked, decision)()
    except (ValidationError, ConflictError) as error:
        return go_to(here, error.message, kind="error")
    return go_to(here, _("Approved") if decision == "approve" else _("Rejected"))


@route("/pass/<kind>/<model>", methods=["GET", "POST"], writes=False)
def ask_pass(request: Request, env: Environment, kind: str, model: str) -> Any:
    """Ask to whom the customers selected are to pass (``ids`` names them, too)."""
    _require_kind(env, kind, model)
    selection = selection_of(request, model)
    named = [number for part in request.args.get("ids", "").split(",") if (number := _whole(part, "ids"))]
    domain = [["id", "in", named]] if named else selection.domain
    name = "id" if model == CUSTOMER else "customer"
    ids = [row[name] for row in env[model].read(domain, [name], selection.order, transfer.MOST + 1)]
    if not 0 < len(ids) <= transfer.MOST:
        return go_to(selection.back, _("Choose 1 to %(count)s customers.", count=transfer.MOST), kind="error")
    back = f"/records/{CUSTOMER}/{named[0]}" if len(named) == 1 else selection.back
    return _pass_page(env, kind, ids, back, {})


@route("/pass/<kind>", methods=["POST"])
def do_pass(request: Request, env: Environment, kind: str) -> Any:
    """Pass customers on."""
    _require_kind(env, kind, CUSTOMER)
    form = request.form
    ids = [number for part in form.get("ids", "").split(",") if (number := _whole(part, "ids"))]
    owners = [number for part in form.getlist("owners") if (number := _whole(part, "owners"))]
    note, along = form.get("note", "").strip(), form.getlist("along")
    back = form.get("back", "") or records_url(CUSTOMER)
    try:
        with env.savepoint():
            count = _passed(env, kind, ids, owners, along, note)
    except (ValidationError, ConflictError) as error:
        typed = {"owners": owners, "note": note, "along": along}
        return _pass_page(env, kind, ids, back, typed, error)
    return go_to(back, _("%(count)s customers passed on.", count=count))


@route("/reclaim")
def trial(request: Request, env: Environment) -> Page:
    """Show which customers go back to the pool on a day, tomorrow unless ``day`` says another, and why."""
    today = env.today()
    day = _day(request.args.get("day", ""), "day") or today + datetime.timedelta(days=1)
    fault = None
    if day < today or day > today + datetime.timedelta(days=366):
        fault, day = _("A day from today on, at most a year ahead."), today + datetime.timedelta(days=1)
    found: list[reclaim.Due] = []
    for chunk, _place in reclaim.due(env, day):
        found += chunk
        if len(found) >= _MOST_LOOKED_AT:
            break
    field: Any = env.registry[HISTORY].fields["reason"]
    labels = field.options
    groups = []
    for reason in RECLAIM_REASONS:
        rows = [each for each in found if each.reason == reason]
        if rows:
            shown = [
                {
                    "url": f"/records/{CUSTOMER}/{each.id}",
                    "name": each.name,
                    "owner": each.owner_name,
                    "since": each.since,
                    "days": (day - each.since).days,
                }
                for each in rows[:_MOST_SHOWN]
            ]
            groups.append({"label": labels[reason], "count": len(rows), "rows": shown})
    data = {
        "day": day,
        "today": today,
        "fault": fault,
        "groups": groups,
        "count": len(found),
        "more": len(found) >= _MOST_LOOKED_AT,
        "policy": reclaim.Policy.of(env),
    }
    return Page(
        "crm_base/reclaim.html", _("Going back to the pool"), data, model=CUSTOMER, status=422 if fault else 200
    )


@route("/share/<int:customer>")
def ask_share(request: Request, env: Environment, customer: int) -> Page:
    """Show with whom a customer is shared, and ask for another."""
    return _share_page(env, env[CUSTOMER].get(customer), dict.fromkeys(_SHARED, ""))


@route("/share/<int:customer>", methods=["POST"])
def do_share(request: Request, env: Environment, customer: int) -> Any:
    """Share a customer (BASE-35)."""
    record, form = env[CUSTOMER].get(customer), request.form
    typed = {name: form.get(name, "") for name in _SHARED}
    try:
        with env.savepoint():
            sharing.share(
                record,
                user=_whole(typed["user"], "user"),
                team=_whole(typed["team"], "team"),
                department=_whole(typed["department"], "department"),
                access=typed["access"],
                until=_day(typed["until"], "until"),
                note=typed["note"].strip()[:255] or None,
            )
    except ValidationError as error:
        return _share_page(env, record, typed, error)
    return go_to(f"{BASE}/share/{customer}", _("Shared"))


@route("/share/<int:share>/withdraw", methods=["POST"])
def withdraw(request: Request, env: Environment, share: int) -> Any:
    """Take a share back."""
    customer = sharing.unshare(env, share)
    seen = env[CUSTOMER].find(customer) is not None
    return go_to(f"{BASE}/share/{customer}" if seen else f"{BASE}/shares", _("The share was withdrawn."))


@route("/shares")
def shares(request: Request, env: Environment) -> Page:
    """Show all shares of customers that one may know of: managers all, others those they gave or got."""
    return Page("crm_base/shares.html", _("Shared customers"), {"rows": sharing.all_shares(env)}, model=CUSTOMER)


def _from_pool(env: Environment, number: int, work: Callable[[int], int], model: str, done: Any) -> Any:
    claims.require_right(env)
    # The row is looked for without rights, since one that somebody else was faster with can't be seen any more.
    rows = system_of(env)[POOL].read([["id", "=", number]], ["customer"])
    if not rows:
        raise MissingRecord(_("The customer does not lie in the pool."))
    seen = env[POOL].exists([["id", "=", number]])
    try:
        with env.savepoint():
            made = work(rows[0]["customer"])
    except (ValidationError, ConflictError) as error:
        return go_to(f"/records/{POOL}/{number}" if seen else records_url(POOL), error.message, kind="error")
    return go_to(f"/records/{model}/{made}", done)


def _passed(env: Environment, kind: str, ids: list[int], owners: list[int], along: list[str], note: str) -> int:
    if kind == "recall":
        return transfer.recall(env, ids, note or None)
    if kind == "redistribute":
        return transfer.redistribute(env, ids, owners, note or None)
    if len(owners) != 1:
        raise ValidationError(_("Choose who takes the customers."), field="owners")
    if kind == "transfer":
        return transfer.transfer(env, ids, owners[0], along, note)
    return transfer.assign(env, ids, owners[0], note or None)


def _require_kind(env: Environment, kind: str, model: str) -> None:
    if kind not in KINDS or model not in (CUSTOMER, POOL):
        raise MissingRecord(_("There is no such page."))
    if not transfer.may_assign(env):
        raise AccessDenied(_("You may not give customers to others."))


def _random_page(env: Environment, typed: str, error: CoreError | None) -> Page:
    limits = claims.limits_of(env, env.user)
    data = {
        "limits": limits,
        "left": limits.left,
        "in_pool": env[POOL].count([]),
        "typed": typed,
        "fault": _text(error),
    }
    return Page("crm_base/random.html", _("Claim at random"), data, model=POOL, status=422 if error else 200)


def _pass_page(
    env: Environment, kind: str, ids: list[int], back: str, typed: dict[str, Any], error: CoreError | None = None
) -> Page:
    rows = env[CUSTOMER].read([["id", "in", ids]], ["name", "owner.name"], order="id", limit=50)
    chosen = [
        {"id": user.id, "name": user.name}
        for user in env["core.user"].search([["id", "in", typed.get("owners") or []]])
    ]
    choices = transfer.choices_along(env)
    data = {
        "kind": kind,
        "ids": ",".join(str(number) for number in ids),
        "count": len(ids),
        "rows": rows,
        "back": back,
        "owners": chosen,
        "note": typed.get("note", ""),
        "along": [
            {"key": key, "label": label, "is_on": key in typed.get("along", choices)} for key, label in choices.items()
        ],
        "fault": _text(error),
    }
    return Page("crm_base/pass.html", KINDS[kind], data, model=CUSTOMER, status=422 if error else 200)


def _share_page(env: Environment, record: Any, typed: dict[str, str], error: CoreError | None = None) -> Page:
    chosen = {}
    for name, model in (("user", "core.user"), ("team", "core.team"), ("department", "core.department")):
        number = id_of(typed[name])
        found = None if number is None else env[model].find(number)
        chosen[name] = None if found is None else {"id": found.id, "name": found.display_name}
    data = {
        "name": record.name,
        "customer": record.id,
        "rows": sharing.shares_of(env, record.id),
        "may_share": sharing.may_share_customer(env, record.id),
        "access": [{"key": key, "label": label} for key, label in sharing.ACCESS.items()],
        "chosen": chosen,
        "typed": typed,
        "fault": _text(error),
    }
    return Page("crm_base/share.html", _("Share a customer"), data, model=CUSTOMER, status=422 if error else 200)


def _text(error: CoreError | None) -> Any:
    return None if error is None else error.message


def _whole(text: str, name: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise ValidationError(_("A whole number is needed."), field=name)
    return int(text)


def _day(text: str, name: str) -> datetime.date | None:
    if not text.strip():
        return None
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise ValidationError(_("A day is needed."), field=name) from None


ROUTES = (
    ask_random,
    claim_random,
    claim,
    apply,
    decide,
    ask_pass,
    do_pass,
    trial,
    ask_share,
    do_share,
    withdraw,
    shares,
)
"""What the hook ``declare_routes`` brings."""
