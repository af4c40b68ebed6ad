"""The page that sets the points of the products selected in a list."""

from decimal import Decimal, InvalidOperation
from typing import Any

from addons.crm_loyalty.services.product_points import MOST, may_set, set_points
from core.api import (
    AccessDenied,
    Environment,
    Page,
    Request,
    ValidationError,
    _,
    go_to,
    id_of,
    records_url,
    route,
    selection_of,
)

MODEL = "crm.product"


@route("/points", methods=["POST"], writes=False)
def ask_points(request: Request, env: Environment) -> Any:
    """Ask which unit of the products selected earns how many points, for whom."""
    _require(env)
    selection = selection_of(request, MODEL)
    ids = [row["id"] for row in env[MODEL].read(selection.domain, ["id"], selection.order, MOST + 1)]
    if not 0 < len(ids) <= MOST:
        return go_to(selection.back, _("Choose 1 to %(count)s products.", count=MOST), kind="error")
    return _page(env, ids, selection.back, {})


@route("/points/set", methods=["POST"])
def save_points(request: Request, env: Environment) -> Any:
    """Set them, and tell which products are not sold in that unit."""
    _require(env)
    form = request.form
    ids = [number for part in form.get("ids", "").split(",") if (number := id_of(part))]
    back = form.get("back", "") or records_url(MODEL)
    try:
        points = Decimal(form.get("points", "").strip())
        with env.savepoint():
            done, missing = set_points(
                env, ids[:MOST], id_of(form.get("unit", "")), id_of(form.get("type", "")), points
            )
    except InvalidOperation:
        return _page(env, ids, back, form, _("Enter the points as a number."))
    except ValidationError as error:
        return _page(env, ids, back, form, error.message)
    text = _("Points of %(count)s products set.", count=done)
    if missing:
        return go_to(
            back,
            _(
                "Points of %(count)s products set; not sold in this unit: %(names)s.",
                count=done,
                names=", ".join(missing[:10]),
            ),
        )
    return go_to(back, text)


def _require(env: Environment) -> None:
    if not may_set(env):
        raise AccessDenied(_("You may not set the points of products."))


def _page(env: Environment, ids: list[int], back: str, typed: Any, fault: Any = None) -> Page:
    types = env["core.dictionary.item"].read(
        [["dictionary.code", "=", "customer_type"]], ["id", "name"], "sequence, id"
    )
    data = {
        "ids": ",".join(map(str, ids)),
        "count": len(ids),
        "names": [row["name"] for row in env[MODEL].read([["id", "in", ids[:12]]], ["name"])],
        "units": env["crm.unit"].read([], ["id", "name"], "sequence, id"),
        "types": types,
        "back": back,
        "typed": {name: typed.get(name, "") for name in ("unit", "type", "points")},
        "fault": fault,
    }
    return Page("crm_loyalty/points.html", _("Set points"), data, model=MODEL, status=422 if fault else 200)
