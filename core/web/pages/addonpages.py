"""Answers of addons' routes inside the frame, and what routes need of lists (layer web)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from core.render.extras import Link
from core.render.shell import Notice
from core.web.answers import Page, Redirect
from core.web.api.models import visible_model
from core.web.call import Answered
from core.web.errors import query_faults
from core.web.pages import frame
from core.web.pages.addresses import records_url
from core.web.pages.chosen import chosen_ids
from core.web.pages.exporting import export_sheet, formats_offered
from core.web.pages.search import read_listing
from core.web.pages.targets import safe_target
from core.web.request import Request, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.render.extras import Sheet
    from core.web.call import Call


def answer_of(call: Call, value: Any) -> Response:
    """Return the answer that the value of an addon's route means.

    Raises:
        Answered: A page with a status of 400 or more, whose transaction is to be undone.
    """
    if isinstance(value, Response):
        return value
    if isinstance(value, Redirect):
        notice = None if value.text is None else Notice(call.text(value.text), value.kind)
        return frame.go_to(safe_target(value.url), notice)
    if not isinstance(value, Page):
        return Response(status=204) if value is None else json_response(value)
    if value.title is None:
        response = call.page(value.template, value.status, csrf=call.csrf, **value.data)
    else:
        title = call.text(value.title)
        response = frame.framed(call, value.template, title, status=value.status, model=value.model, **value.data)
    if value.status >= 400:
        raise Answered(response)
    return response


def shown_links(call: Call, links: Iterable[Link]) -> tuple[Link, ...]:
    """Return links with labels in the reader's language."""
    return tuple(replace(link, label=call.text(link.label)) for link in links)


@dataclass(frozen=True)
class Selection:
    """The records that somebody chose in a list."""

    domain: Any
    """Finds them, with the rights of who asks like any other."""
    order: str | None
    """Order of the list, for ``read`` and ``search``."""
    back: str
    """Address of the list, for `go_to`."""


def selection_of(request: Request, model: str) -> Selection:
    """Return what a link from `list_links` or `batch_links` was followed for.

    The page sends the address of the list as ``back`` and, from a selection, its ids; of "all", and from the menu of the list, the
    conditions of the list count.

    Args:
        request: The request of a route.
        model: Name of the model.

    Raises:
        RequestError: The address or an id is wrong.
        MissingRecord: There is no such model for the user.
    """
    call: Call = request.call
    info = visible_model(call.env, model)
    back = safe_target(request.values.get("back", "") or records_url(model))
    if back.partition("?")[0] != records_url(model):
        back = records_url(model)
    listed = cast("Request", Request.from_values(back))
    with query_faults():
        listing = read_listing(replace(call, request=listed), info, ("list",))
        ids = [] if request.form.get("all") else chosen_ids(request.form)
    return Selection([["id", "in", ids]] if ids else listing.domain, listing.order, back)


def sheet_formats(request: Request, model: str) -> list[dict[str, str]]:
    """Return the formats in which figures or records of a model may leave the system: mappings ``name label``, CSV first.

    Empty where the user may not export the model.
    """
    call: Call = request.call
    return formats_offered(call, visible_model(call.env, model))


def send_sheet(request: Request, model: str, form: str, sheet: Sheet) -> Response:
    """Answer a route with a table as a file, and note the export in the audit log.

    Args:
        request: The request of a route.
        model: Model whose records are in it or behind its figures.
        form: Name of a format of `sheet_formats`.
        sheet: The table; the caller has read it with the rights of the user.

    Raises:
        AccessDenied: The user may not export the model.
        MissingRecord: There is no such format.
    """
    call: Call = request.call
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "export")
    return export_sheet(call, info, form, sheet)
