"""POST /records/<model>/batch: change, assign, delete, export or act on the rows selected, or on all of a search (layer web; CORE-42)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.access import has_right
from core.errors import ValidationError
from core.i18n import _
from core.render.extras import in_order
from core.render.shell import Notice
from core.web.api.arguments import needs_arguments
from core.web.api.models import may, visible_model
from core.web.errors import RequestError, not_found, query_faults
from core.web.pages.addonpages import shown_links
from core.web.pages.addresses import record_url
from core.web.pages.batchwork import Outcome, run_each
from core.web.pages.blanks import blank_input, changeable_fields
from core.web.pages.choosing import list_columns
from core.web.pages.chosen import chosen_ids
from core.web.pages.columns import paths_to_read
from core.web.pages.exporting import export_sheet, formats_offered
from core.web.pages.frame import formatter_of, framed, go_to
from core.web.pages.inputs import value_of
from core.web.pages.search import Listing, read_listing
from core.web.pages.sheets import fields_of, list_sheet

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

MOST = 10_000
"""Records of one batch."""
TOLD = 200
"""Failures that the report lists."""
BIN_RIGHT = "base.recycle_bin"


def batch_bar(call: Call, listing: Listing) -> dict[str, Any]:
    """Return what the bar below a list offers for the rows selected; without a right its action is absent."""
    info = listing.info
    may_change = may(call.env, info, "update") and listing.view.get("edit") is not False
    fields = changeable_fields(call, info) if may_change else []
    owner = next((field for field in fields if field.name == info.owner_field), None)
    return {
        "url": listing.url().replace(f"/records/{info.name}", f"/records/{info.name}/batch", 1),
        "owner": owner.name if owner is not None else None,
        "fields": [{"name": field.name, "label": call.text(field.label)} for field in fields if field is not owner],
        "actions": _actions(call, listing),
        "exports": formats_offered(call, info),
        "links": shown_links(call, in_order(call.env.hook.batch_links(env=call.env, model=info.name))),
        "back": listing.url(page=listing.page if listing.page > 1 else None),
        "may_delete": may(call.env, info, "delete") and listing.view.get("delete") is not False,
    }


def run_batch(call: Call, model: str) -> Response:
    """Do what the form says.

    Raises:
        MissingRecord: There is no such model or action for the user.
        RequestError: The search or the selection is wrong.
        AccessDenied: The user may not do it at all.
    """
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "read")
    with query_faults():
        listing = read_listing(call, info, ("list",))
        name, _colon, what = call.request.form.get("do", "").partition(":")
        if name == "export" and call.request.form.get("all") and len(_found(call, listing)) > MOST:
            return _export_later(call, listing, what)
        ids = _chosen(call, listing)
    if not ids:
        raise RequestError(
            422, _("Nothing is selected"), code="request.batch", hint=_("go back and select rows of the list first")
        )
    work = _WORK.get(name)
    if work is None:
        raise not_found()
    return work(call, listing, ids, what)


def _chosen(call: Call, listing: Listing) -> list[int]:
    """Return the ids sent, or those of the whole search."""
    form = call.request.form
    ids = _found(call, listing) if form.get("all") else chosen_ids(form)
    if len(ids) > MOST:
        raise RequestError(
            400,
            _("At most %(limit)s records at a time.", limit=f"{MOST:,}"),
            code="request.batch",
            hint=_("narrow the search by more conditions"),
        )
    return ids


def _found(call: Call, listing: Listing) -> list[int]:
    rows = call.env[listing.info.name].read(listing.domain, ["id"], listing.order, MOST + 1)
    return [row["id"] for row in rows]


def _change(call: Call, listing: Listing, ids: list[int], name: str) -> Response:
    """Ask for the value, or set it."""
    info, form = listing.info, call.request.form
    call.env.guard.check_model(call.env, info, "update")
    field = next((each for each in changeable_fields(call, info) if each.name == name), None)
    if field is None:
        raise not_found()
    if "sent" not in form:
        return _ask(call, listing, ids, field)
    try:
        value = value_of(field, form.getlist("value"), formatter_of(call).zone)
        if value is None and field.required:
            raise ValidationError(_("%(label)s is required.", label=_(field.label)), code="validation.required")
    except ValidationError as error:
        return _ask(call, listing, ids, field, call.translator.render_error(error, call.lang))
    outcome = run_each(call, info, ids, lambda record: call.env[info.name].write(record, {field.name: value}))
    return _report(call, listing, outcome, _("%(count)s changed", count=f"{len(outcome.done):,}"))


def _delete(call: Call, listing: Listing, ids: list[int], _what: str) -> Response:
    info = listing.info
    call.env.guard.check_model(call.env, info, "delete")
    outcome = run_each(call, info, ids, lambda record: call.env[info.name].delete([record]))
    count = f"{len(outcome.done):,}"
    words = (
        _("%(count)s moved to the recycle bin", count=count) if info.recycle else _("%(count)s deleted", count=count)
    )
    can_undo = bool(info.recycle and outcome.done and has_right(call.env, BIN_RIGHT))
    return _report(call, listing, outcome, words, undo=outcome.done if can_undo else [])


def _act(call: Call, listing: Listing, ids: list[int], name: str) -> Response:
    action = next((each for each in _actions(call, listing) if each["name"] == name), None)
    if action is None:
        raise not_found()
    outcome = run_each(call, listing.info, ids, lambda record: getattr(record, action["name"])())
    words = _("%(action)s: %(count)s done", action=action["label"], count=f"{len(outcome.done):,}")
    return _report(call, listing, outcome, words)


def _export(call: Call, listing: Listing, ids: list[int], form: str) -> Response:
    info = listing.info
    call.env.guard.check_model(call.env, info, "export")
    columns = list_columns(call, listing)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(ids), 1000):
        some = [["id", "in", ids[start : start + 1000]]]
        rows += call.env[info.name].read(some, paths_to_read(columns), listing.order, operation="export")
    sheet = list_sheet(call.text(info.label), fields_of(columns), rows, call.text, formatter_of(call).zone)
    return export_sheet(call, info, form, sheet, len(rows))


def _export_later(call: Call, listing: Listing, form: str) -> Response:
    """Let a background job export what is too much to wait for; a message tells where the file is."""
    info = listing.info
    call.env.guard.check_model(call.env, info, "export")
    if form not in [each["name"] for each in formats_offered(call, info)]:
        raise not_found()
    columns = [[each.path, each.column.label] for each in list_columns(call, listing)]
    call.env.defer(
        "base.export_list",
        model=info.name,
        domain=listing.domain,
        order=listing.order,
        columns=columns,
        title=call.text(info.label),
        form=form,
        zone=formatter_of(call).zone,
    )
    words = _("The export is being made; a message tells when the file is ready")
    return go_to(listing.url(), Notice(call.text(words)))


_WORK: dict[str, Callable[[Call, Listing, list[int], str], Response]] = {
    "change": _change,
    "delete": _delete,
    "action": _act,
    "export": _export,
}


def _actions(call: Call, listing: Listing) -> list[dict[str, Any]]:
    """Return the batch actions of the list view that the user may call and that take nothing."""
    info, env = listing.info, call.env
    found = []
    for node in listing.view.slot("actions"):
        action = info.actions.get(str(node.action or ""))
        if action is None or needs_arguments(info, action):
            continue
        allowed = (
            may(env, info, "update")
            if action.groups is None
            else any(env.guard.has_group(env, g) for g in action.groups)
        )
        if allowed:
            label = call.text(node.attrs.get("label") or action.label)
            confirm = call.text(node.attrs["confirm"]) if node.attrs.get("confirm") else None
            icon = node.attrs.get("icon")
            found.append({"name": action.name, "label": label, "icon": icon, "confirm": confirm})
    return found


def _ask(call: Call, listing: Listing, ids: list[int], field: Any, error: str | None = None) -> Response:
    info: ModelInfo = listing.info
    is_all = bool(call.request.form.get("all"))
    value = call.request.form.get("value", "")
    page = {
        "url": batch_bar(call, listing)["url"],
        "back": listing.url(),
        "field": blank_input(call, info, field, "value", value=value, error=error),
        "count": len(ids),
        "is_all": is_all,
        "ids": [] if is_all else ids,
    }
    title = call.text(_("Change %(label)s", label=_(field.label)))
    return framed(call, "batch_ask.html", title, status=422 if error else 200, model=info.name, page=page)


def _report(call: Call, listing: Listing, outcome: Outcome, words: Any, undo: list[int] | None = None) -> Response:
    """Go back to the list where all went through; else tell which did not, and why."""
    if not outcome.failed and not undo:
        return go_to(listing.url(), Notice(call.text(words)))
    info = listing.info
    page = {
        "words": call.text(words),
        "done": len(outcome.done),
        "failed": [
            {"name": each.name, "reason": each.reason, "url": record_url(info.name, each.id)}
            for each in outcome.failed[:TOLD]
        ],
        "failed_count": len(outcome.failed),
        "back": listing.url(),
        "undo": undo or [],
        "undo_url": f"/records/{info.name}/batch/restore",
    }
    return framed(call, "batch_report.html", call.text(words), model=info.name, page=page)
