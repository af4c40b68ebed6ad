"""The page of one record: to read, to change, or to make a new one (layer web; CORE-35, CORE-36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.access.declarations import ADMINISTRATOR
from core.i18n import _
from core.render.extras import Link, Notice, in_order
from core.render.form import FormPage
from core.render.shell import Crumb
from core.web.api import query
from core.web.api.models import may, visible_model, visible_record
from core.web.errors import not_found, query_faults
from core.web.pages.addonpages import shown_links
from core.web.pages.addresses import record_url, why_url
from core.web.pages.formbuttons import buttons_for, saving_actions
from core.web.pages.formparts import FormBuilder
from core.web.pages.frame import framed
from core.web.pages.neighbours import kept_query, list_url, neighbours_of
from core.web.pages.targets import safe_target
from core.web.pages.viewing import filled, holds, names_for, view_for, viewset

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.views import View
    from core.web.call import Call
    from core.web.request import Response

PARAMETERS = ("menu", "defaults", "back", "lang", "tab", "copy", "list", "at")
"""Parameters of a page of one record."""


def show_record(call: Call, model: str, number: str) -> Response:
    """GET /records/<model>/<id>: read a record."""
    info = visible_model(call.env, model)
    query.only(call.request, PARAMETERS)
    record = visible_record(call.env, info, number)
    view = form_view(call, model)
    return render_form(call, info, view, record, is_editing=False)


def edit_record(call: Call, model: str, number: str) -> Response:
    """GET /records/<model>/<id>/edit: change a record."""
    info = visible_model(call.env, model)
    query.only(call.request, PARAMETERS)
    record = visible_record(call.env, info, number)
    call.env.guard.check_model(call.env, info, "update")
    call.env.check_rows(info, "update", [record])
    return render_form(call, info, form_view(call, model), record, is_editing=True)


def new_record(call: Call, model: str) -> Response:
    """GET /records/<model>/new: a form for a new record, with the defaults of model, view, menu and address."""
    info = visible_model(call.env, model)
    query.only(call.request, PARAMETERS)
    call.env.guard.check_model(call.env, info, "create")
    view = form_view(call, model)
    with query_faults():
        record = call.env[model].new(defaults_for(call, info, view))
    return render_form(call, info, view, record, is_editing=True)


def form_view(call: Call, model: str) -> View:
    """Return the form of a model: the one the menu names, else the default one."""
    menu = viewset(call.env).menu(call.request.args.get("menu", ""))
    named = (menu.view, *menu.views) if menu is not None and menu.model == model else ()
    views = viewset(call.env)
    chosen = next((name for name in named if name in views.ids() and views.view(name).type == "form"), None)
    return view_for(call.env, model, "form", chosen)


def defaults_for(call: Call, info: ModelInfo, view: View) -> dict[str, Any]:
    """Return the values a new record begins with beside those of its fields; only such as may be given from outside."""
    env = call.env
    menu = viewset(env).menu(call.request.args.get("menu", ""))
    parts = [view.get("defaults"), menu.defaults if menu is not None else None]
    values: dict[str, Any] = {}
    for part in parts:
        values.update(filled(dict(part), env) if part else {})
    given = query.json_parameter(call.request, "defaults")
    if isinstance(given, Mapping):
        hidden = env.hidden_fields(info, "create")
        values.update(
            {name: value for name, value in given.items() if name not in hidden and info.field(name).writable}
        )
    return values


def render_form(
    call: Call,
    info: ModelInfo,
    view: View,
    record: Any,
    *,
    is_editing: bool,
    status: int = 200,
    typed: Any = None,
    errors: Mapping[str, str] | None = None,
    summary: tuple[tuple[str, str], ...] = (),
    conflict: Mapping[str, Any] | None = None,
) -> Response:
    """Return the page of a record.

    Args:
        call: The request.
        info: Model of the record.
        view: The form.
        record: The record, saved or not.
        is_editing: Whether fields are inputs.
        status: HTTP status.
        typed: The form that was refused, or None.
        errors: Name of an input → what is wrong with it.
        summary: Faults for the top of the page: pairs (id of the input or empty, text).
        conflict: Who saved meanwhile; see `FormPage.conflict`.
    """
    is_new = record.__dict__.get("id") is None
    edit_url = None if is_new else _edit_url(call, info, view, record)
    builder = FormBuilder(
        call, view, record, is_editing=is_editing, typed=typed, errors=errors, offers_editing=edit_url is not None
    )
    number = None if is_new else record.id
    kept = kept_query(call)
    back = safe_back(call) or list_url(call, info)
    here = record_url(info.name, "new" if is_new else record.id, **kept)
    given = {"defaults": call.request.args.get("defaults")} if is_new else {}
    title = call.text(_("New %(noun)s", noun=_(info.label))) if is_new else record.display_name
    header = builder.parts(view.slot("header"))
    buttons, more = ((), ()) if is_new or is_editing else buttons_for(call, info, view, builder, header)
    page = FormPage(
        info.name,
        number,
        title,
        is_editing,
        record_url(info.name, "new" if is_new else record.id, **kept, **given, back=call.request.args.get("back")),
        header,
        builder.fields(view.slot("subtitle")) if not is_new else (),
        builder.fields(view.slot("figures")) if not is_new else (),
        builder.parts(view.slot("body")),
        builder.parts(view.slot("side")) if not is_new else (),
        buttons,
        tuple(saving_actions(call, view, record, builder.context).items()) if is_editing else (),
        more,
        edit_url=edit_url,
        delete_url=_delete_url(call, info, view, record) if not is_new else None,
        cancel_url=back if is_new else here,
        copy_url=_copy_url(call, info, view, record) if not is_new else None,
        why_url=None if is_new else _why_url(call, info, record),
        may_print=may(call.env, info, "print"),
        preview_url=record_url(
            info.name, "new/preview" if is_new else f"{record.id}/preview", **given, menu=kept.get("menu")
        ),
        side_url=None if is_new or is_editing or _has_no_side(view) else f"{record_url(info.name, record.id)}/side",
        version=None if is_new else record.version,
        errors=summary,
        conflict=conflict,
        neighbours=None if is_new or is_editing else neighbours_of(call, info, record),
        is_active=bool(getattr(record, "active", True)),
        links=() if is_new or is_editing else _links(call, info, record),
        notices=() if is_new or is_editing else _notices(call, info, record),
    )
    crumbs = (Crumb(title, here),) if is_editing and not is_new else ()
    return framed(
        call, "form.html", title, status=status, model=info.name, more_crumbs=crumbs, page=page,
        label=call.text(info.label),
    )  # fmt: skip


def _links(call: Call, info: ModelInfo, record: Any) -> tuple[Link, ...]:
    """Return the ways that addons offer from the page of a saved record."""
    found = call.env.hook.record_links(env=call.env, model=info.name, record_id=record.id)
    return shown_links(call, in_order(found))


def _notices(call: Call, info: ModelInfo, record: Any) -> tuple[Notice, ...]:
    """Return what addons say at the head of a saved record, in the reader's language."""
    found = in_order(call.env.hook.record_notices(env=call.env, model=info.name, record_id=record.id))
    return tuple(
        replace(
            each,
            text=call.text(each.text),
            links=shown_links(call, each.links),
            input_label=call.text(each.input_label) if each.input_label else "",
        )
        for each in found
    )


def safe_back(call: Call) -> str | None:
    """Return the page of ours that the address says to go back to, or None."""
    target = call.request.args.get("back", "")
    return target if target and safe_target(target) == target else None


def _has_no_side(view: View) -> bool:
    """Tell whether a form says ``options: {side: false}``."""
    return view.get("options", {}).get("side") is False


def _edit_url(call: Call, info: ModelInfo, view: View, record: Any) -> str | None:
    if not call.env.may(record, "update") or not may(call.env, info, "update"):
        return None
    if not holds(view.get("edit"), {**names_for(call.env), "record": record}, True):
        return None
    return record_url(info.name, f"{record.id}/edit", **kept_query(call))


def _delete_url(call: Call, info: ModelInfo, view: View, record: Any) -> str | None:
    if view.get("delete") is False or not may(call.env, info, "delete") or not call.env.may(record, "delete"):
        return None
    return record_url(info.name, f"{record.id}/delete", **kept_query(call))


def _copy_url(call: Call, info: ModelInfo, view: View, record: Any) -> str | None:
    if view.get("create") is False or not may(call.env, info, "create"):
        return None
    return record_url(info.name, f"{record.id}/copy", menu=call.request.args.get("menu"))


def _why_url(call: Call, info: ModelInfo, record: Any) -> str | None:
    return why_url(info.name, record.id) if call.env.guard.has_group(call.env, ADMINISTRATOR) else None


def view_of_form(call: Call, model: str) -> tuple[ModelInfo, View]:
    """Return model and form for a change sent by a page.

    Raises:
        MissingRecord: There is no such model for the user.
    """
    info = visible_model(call.env, model)
    view = form_view(call, model)
    if not view.usable:
        raise not_found()
    return info, view
