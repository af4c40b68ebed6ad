"""``/organisation/assign``: one position for many users, such as a whole class, in one logged action (layer base; CORE-08)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import for_administrators, number_of, numbers_of
from core.base.services.organisation import assign_position
from core.errors import CoreError, MissingRecord, ValidationError
from core.i18n import _
from core.render.form import Option
from core.render.shell import Notice
from core.web.api import query
from core.web.call import Answered
from core.web.pages.frame import framed, go_to

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

PATH = "/organisation/assign"
MOST_LISTED = 500


@for_administrators
def show_assign(call: Call) -> Response:
    """GET /organisation/assign: those without a position first; ``all=1`` lists everybody active."""
    return _page(call, 200, None, {})


@for_administrators
def do_assign(call: Call) -> Response:
    """POST /organisation/assign: ``users`` and ``groups`` (several), ``position``, ``department``."""
    form = call.request.form
    users, groups = numbers_of(call, "users"), numbers_of(call, "groups")
    try:
        if not form.get("position"):
            raise ValidationError(_("Choose a position."), field="position")
        department = number_of(form["department"], "department") if form.get("department") else None
        with call.env.savepoint():
            count = assign_position(
                call.env, users, number_of(form["position"], "position"), groups=groups, department=department
            )
    except (ValidationError, MissingRecord) as error:
        raise Answered(_page(call, 422, error, {"users": users, "groups": groups})) from error
    return go_to(PATH, Notice(call.text(_("%(count)s employees have the position now.", count=f"{count}"))))


def _page(call: Call, status: int, error: CoreError | None, chosen: Mapping[str, list[int]]) -> Response:
    query.only(call.request, ("all",))
    whole = call.request.args.get("all") == "1"
    domain: list[Any] = [["active", "=", True], ["login", "is_set", True]]
    if not whole:
        domain.append(["position", "is_not_set", True])
    names = ["id", "name", "login", "department.display_name", "position.display_name", "registered"]
    rows = call.env["core.user"].read(domain, names, "registered desc, name, id", MOST_LISTED)
    form = call.request.form

    def options(model: str, name: str) -> list[Option]:
        return [
            Option(str(each.id), call.text(each.display_name), form.get(name) == str(each.id))
            for each in call.env[model].search([["active", "=", True]])
        ]

    return framed(
        call,
        "assign_position.html",
        call.text(_("Assign positions")),
        status=status,
        users=[{**row, "is_chosen": row["id"] in chosen.get("users", [])} for row in rows],
        whole=whole,
        positions=options("core.position", "position"),
        departments=options("core.department", "department"),
        groups=[
            Option(str(group.id), call.text(group.label), group.id in chosen.get("groups", []))
            for group in call.env["core.group"].search([["key", "!=", "base.nobody"]])
        ],
        fault=None if error is None else call.text(error.message),
    )
