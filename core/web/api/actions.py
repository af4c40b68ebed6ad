"""Actions and transitions of a record (layer web; design 1.8, §2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import nearest
from core.i18n import _
from core.web.api import query
from core.web.api.arguments import read_arguments
from core.web.api.etags import check_match
from core.web.api.models import visible_model, visible_record
from core.web.api.reading import read_back
from core.web.errors import not_found
from core.web.request import json_response

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response


def call_action(call: Call, model: str, number: str, name: str) -> Response:
    """POST /api/v1/<model>/<id>/actions/<name>: call it with the arguments in the body.

    Answers 200 with what it returned and the record as it is now (null if it is gone); 202 if a change of state is held for approval: then
    ``result`` is what holds it.
    """
    info = visible_model(call.env, model)
    query.only(call.request, ("fields",))
    names = query.names_of(call.request, "fields")
    body = call.request.json_body(optional=True)
    record = visible_record(call.env, info, number)
    action = info.actions.get(name)
    if action is None:
        close = nearest(name[:128], info.actions)
        raise not_found(_('did you mean "%(name)s"?', name=close) if close else None)
    check_match(call.request, record)
    arguments = read_arguments(info, action, body)
    result: Any = getattr(record, name)(**arguments)
    call.env.flush()
    is_there = call.env.browse(info.name, int(number)) is not None
    held = is_there and action.field is not None and getattr(record, action.field) != action.target
    answer = {
        "result": result,
        "record": read_back(call.env, info, [int(number)], names)[0] if is_there else None,
    }
    return json_response(answer, 202 if held else 200)
