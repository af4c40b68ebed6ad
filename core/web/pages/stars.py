"""GET and POST /records/<model>/<id>/star: whether a record is a favourite of the user (layer web; CORE-34)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.web.api.models import visible_model, visible_record
from core.web.pages.addresses import record_url
from core.web.pages.frame import go_to
from core.web.pages.targets import safe_target
from core.web.request import Response

if TYPE_CHECKING:
    from core.web.call import Call


def show_star(call: Call, model: str, number: str) -> Response:
    """Answer with the star of the header of a record.

    Raises:
        MissingRecord: There is no such record for the user.
    """
    record = visible_record(call.env, visible_model(call.env, model), number)
    return _star(call, model, record.id)


def set_star(call: Call, model: str, number: str) -> Response:
    """Put the record into the favourites (``on=1``) or take it out, and answer with its star, or lead back where a page was asked for.

    Raises:
        MissingRecord: There is no such record for the user.
    """
    record = visible_record(call.env, visible_model(call.env, model), number)
    call.host.lists.set_favourite(call.env, model, record.id, is_on=call.request.form.get("on") == "1")
    call.env.flush()
    if "HX-Request" in call.request.headers:
        return _star(call, model, record.id)
    back = call.request.form.get("back")
    return go_to(safe_target(back) if back else record_url(model, record.id))


def _star(call: Call, model: str, number: int) -> Response:
    is_on = bool(call.host.lists.favourites_among(call.env, model, [number]))
    return call.page("star.html", url=f"{record_url(model, number)}/star", is_on=is_on)
