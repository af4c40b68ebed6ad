"""``/organisation/hand-over``: pass what an employee holds to others, and end their account (layer base; CORE-15, CORE-31)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import number_of, numbers_of, with_right
from core.base.pages.tables import model_label
from core.base.services.hand_over import RIGHT, count_held, hand_over, remove_employee
from core.errors import AccessDenied, ConflictError, CoreError, UnknownModelError, ValidationError
from core.i18n import _
from core.render.shell import Notice
from core.web.api import query
from core.web.api.models import may
from core.web.call import Answered
from core.web.pages.addresses import record_url
from core.web.pages.frame import framed, go_to

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

PATH = "/organisation/hand-over"


@with_right(RIGHT)
def show_hand_over(call: Call) -> Response:
    """GET /organisation/hand-over: ``user`` is who gives; without, one is asked for."""
    return _page(call, 200, None)


@with_right(RIGHT)
def do_hand_over(call: Call) -> Response:
    """POST /organisation/hand-over: ``user``, ``takers`` and ``models`` (several), ``reason``; ``then=leave`` ends the account as well.

    One transaction: all of it or nothing.

    Raises:
        MissingRecord: There is no such employee.
    """
    form = call.request.form
    env = call.env
    leaver = env["core.user"].get(number_of(form.get("user", ""), "user"))
    takers = [env["core.user"].get(number) for number in numbers_of(call, "takers")]
    models = form.getlist("models")[:200]
    reason = form.get("reason", "").strip()[:500]
    leaves = form.get("then") == "leave"
    try:
        with env.savepoint():
            if not reason:
                raise ValidationError(_("Say why: it is kept with the change."), field="reason")
            if not models and not leaves:
                raise ValidationError(_("Choose what is handed over."), field="models")
            passed = hand_over(env, leaver, takers, models=models, reason=reason) if models else {}
            if leaves:
                remove_employee(env, leaver)
    except (ValidationError, ConflictError, UnknownModelError, AccessDenied) as error:
        raise Answered(_page(call, 422 if not isinstance(error, ConflictError) else 409, error)) from error
    told = _("%(count)s records handed over", count=f"{sum(passed.values())}")
    return go_to(record_url("core.user", leaver.id), Notice(call.text(told)))


def _page(call: Call, status: int, error: CoreError | None) -> Response:
    query.only(call.request, ("user",))
    env, form = call.env, call.request.form
    wanted = call.request.values.get("user", "")
    leaver: Any = env["core.user"].get(number_of(wanted, "user")) if wanted else None
    held = count_held(env, leaver) if leaver is not None else {}
    chosen = form.getlist("takers")
    people = env["core.user"].read(
        [["id", "in", [int(number) for number in chosen if number.isdigit()]]], ["id", "name"]
    )
    fault = None
    if error is not None:
        fault = f"{call.text(error.message)} {call.text(error.hint) if error.hint else ''}".strip()
    return framed(
        call,
        "hand_over.html",
        call.text(_("Hand over")),
        status=status,
        model="core.user",
        leaver=None if leaver is None else {"id": leaver.id, "name": leaver.name, "is_active": leaver.active},
        held=[
            {
                "model": name,
                "label": model_label(call, name),
                "count": count,
                "is_on": not form or name in form.getlist("models"),
            }
            for name, count in held.items()
        ],
        takers=people,
        reason=form.get("reason", ""),
        leaves=form.get("then") == "leave",
        can_leave=may(env, env.registry["core.user"], "update"),
        fault=fault,
    )
