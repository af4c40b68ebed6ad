"""Pages of merging: records side by side, what was merged, undo."""

from __future__ import annotations

from typing import Any

from addons.base_exchange.services.merging import comparing, merge
from core.api import (
    CoreError,
    Environment,
    MissingRecord,
    Page,
    Request,
    ValidationError,
    _,
    go_to,
    route,
    selection_of,
)

BASE = "/x/base_exchange"


@route("/merge/<model>", methods=["GET", "POST"], writes=False)
def compare(request: Request, env: Environment, model: str) -> Any:
    """Set the records selected side by side."""
    require(env, model)
    selection = selection_of(request, model)
    ids = [row["id"] for row in env[model].read(selection.domain, ["id"], selection.order, merge.MOST + 1)]
    if not 1 < len(ids) <= merge.MOST:
        return go_to(selection.back, _("Choose two to %(count)s records.", count=merge.MOST), kind="error")
    return _page(env, model, comparing.compared(env, model, ids, None, {}), selection.back)


@route("/merge/<model>/do", methods=["POST"])
def do_merge(request: Request, env: Environment, model: str) -> Any:
    """Merge as chosen."""
    require(env, model)
    winner, ids, chosen = comparing.sent_choices(request.form)
    back = selection_of(request, model).back
    try:
        if winner is None:
            raise ValidationError(_("Choose the record that stays."), code="merge.winner")
        number = merge.merge(env, model, winner, [each for each in ids if each != winner], chosen)
    except MissingRecord:
        raise
    except CoreError as error:
        data = comparing.compared(env, model, ids, winner, chosen)
        return _page(env, model, data, back, error)
    return go_to(f"{BASE}/merged/{number}", _("%(count)s records merged", count=len(ids)))


@route("/merged/<int:number>")
def show(request: Request, env: Environment, number: int) -> Page:
    """Show what was merged."""
    return _result(env, number)


@route("/merged/<int:number>/undo", methods=["POST"])
def undo(request: Request, env: Environment, number: int) -> Any:
    """Take a merge back."""
    try:
        with env.savepoint():
            merge.undo(env, number)
    except MissingRecord:
        raise
    except CoreError as error:
        return _result(env, number, error)
    return go_to(f"{BASE}/merged/{number}", _("The merge was undone"))


def require(env: Environment, model: str) -> None:
    """Refuse who may not merge; of a model that may not even be read nothing is told."""
    if env.registry.models.get(model) is None:
        raise MissingRecord(_("There is no such object."))
    merge.require_merge(env, model)


def _page(env: Environment, model: str, data: dict[str, Any], back: str, error: CoreError | None = None) -> Page:
    label = _(env.registry[model].label)
    told = {"fault": None if error is None else error.message, "url": f"{BASE}/merge/{model}/do", "back": back}
    title = _("Merge: %(model)s", model=label)
    return Page("base_exchange/compare.html", title, {**data, **told}, model=model, status=422 if error else 200)


def _result(env: Environment, number: int, error: CoreError | None = None) -> Page:
    entry = merge.open_merge(env, number)
    info = env.registry.models.get(entry.model)
    labels = {name: each.label for name, each in env.registry.models.items()}
    data = {
        "name": entry.name,
        "url": f"/records/{entry.model}/{entry.winner}",
        "losers": [each["name"] for each in entry.losers],
        "moved": [(_(labels.get(model, model)), count) for model, count in sorted((entry.moved or {}).items())],
        "is_undone": entry.state == "undone",
        "undo_url": f"{BASE}/merged/{number}/undo" if info is not None and merge.may_merge(env, entry.model) else None,
        "list_url": f"/records/{entry.model}",
        "again_url": f"{BASE}/duplicates/{entry.model}",
        "fault": None if error is None else error.message,
    }
    title = _("Merged: %(name)s", name=entry.name)
    return Page("base_exchange/merged.html", title, data, model=entry.model, status=409 if error else 200)


ROUTES = (compare, do_merge, show, undo)
