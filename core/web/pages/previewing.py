"""What computed fields and conditions become while somebody types (layer web; design 1.4). Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from core.errors import CoreError, UnknownNameError, ValidationError
from core.render.values import Formatter
from core.web.api.models import visible_record
from core.web.errors import leaves
from core.web.pages.forms import defaults_for, view_of_form
from core.web.pages.frame import formatter_of
from core.web.pages.inputs import text_of
from core.web.pages.saving import changed, read_sent
from core.web.pages.viewing import follow, holds, names_for
from core.web.request import json_response

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.views import Node, View
    from core.web.call import Call
    from core.web.pages.formvalues import Sent
    from core.web.request import Response

T = TypeVar("T")


class _Undo(Exception):
    """Ends the savepoint in which a saved record was changed for looking at it."""


def preview_record(call: Call, model: str, number: str | None = None) -> Response:
    """POST /records/<model>/<id or new>/preview: JSON for the form that is being typed.

    Returns:
        ``fields``: name → text of what is only shown; ``lines``: field → list of the same for each line sent; ``filled``: likewise, name of
        an input → what the model put into it, as ``value`` and ``text``; ``nodes``: address of a node → its conditions ``visible``,
        ``readonly``, ``required`` now; ``errors``: input → what is wrong with it.
    """
    info, view = view_of_form(call, model)
    if number is None:
        call.env.guard.check_model(call.env, info, "create")
        return _preview_new(call, info, view)
    record = visible_record(call.env, info, number)
    answer: dict[str, Any] = {}
    sent = read_sent(call, info, view, record)
    try:
        with call.env.savepoint():
            call.env[info.name].write(record, changed(info, record, sent))
            answer = _answer(call, info, view, record, sent)
            raise _Undo
    except _Undo:
        pass
    except (ValidationError, UnknownNameError) as error:
        return json_response({"errors": _errors(call, [error, *sent.faults])})
    return json_response({**answer, "errors": _errors(call, sent.faults)})


def _preview_new(call: Call, info: ModelInfo, view: View) -> Response:
    defaults = defaults_for(call, info, view)
    sent = read_sent(call, info, view, call.env[info.name].new(defaults))
    try:
        record = call.env[info.name].new({**defaults, **sent.values})
        answer = _answer(call, info, view, record, sent)
    except (ValidationError, UnknownNameError) as error:
        return json_response({"errors": _errors(call, [error, *sent.faults])})
    return json_response({**answer, "errors": _errors(call, sent.faults)})


def _errors(call: Call, faults: list[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for error in faults:
        for fault in leaves(error):
            key = fault.where.key or fault.where.field
            if key:
                found.setdefault(key, call.text(fault.message))
    return found


def _answer(call: Call, info: ModelInfo, view: View, record: Any, sent: Sent) -> dict[str, Any]:
    formatter = formatter_of(call)
    context = {**names_for(call.env), "record": record}
    fields: dict[str, str] = {}
    lines: dict[str, list[dict[str, str]]] = {}
    filled: dict[str, list[dict[str, dict[str, str]]]] = {}
    nodes: dict[str, dict[str, bool]] = {}
    for node in view.walk():
        conditions = {key: node.attrs[key] for key in ("visible", "readonly", "required") if key in node.attrs}
        if any(isinstance(value, str) for value in conditions.values()):
            nodes[node.ref] = {key: holds(value, context, key == "visible") for key, value in conditions.items()}
        if node.kind != "field" or node.model != info.name or "." in str(node.field):
            continue
        field = info.fields.get(str(node.field))
        if field is None:
            continue
        if field.kind == "one2many" and field.name in sent.values:
            held, places = sent.values[field.name], sent.places.get(field.name, [])
            filled[field.name] = _at_places(places, _filled(call, field, node, record, held, formatter))
            lines[field.name] = _at_places(places, _lines(call, field, node, record, held, formatter))
        elif field.computed and not field.to_many:
            fields[field.name] = _text(call, field, getattr(record, field.name), formatter)
    return {"fields": fields, "lines": lines, "filled": filled, "nodes": nodes}


def _lines(
    call: Call, field: Any, node: Node, record: Any, sent: list[dict[str, Any]], formatter: Formatter
) -> Iterator[dict[str, str]]:
    """Yield the texts of each line sent: what is only shown."""
    for _item, line in _held(field, record, sent):
        texts: dict[str, str] = {}
        for child in node.children:
            path = follow(call.env, field.comodel, str(child.field))
            if line is not None and path is not None and path.field.computed and "." not in path.name:
                texts[path.name] = _text(call, path.field, getattr(line, path.name), formatter, in_table=True)
        yield texts


def _filled(
    call: Call, field: Any, node: Node, record: Any, sent: list[dict[str, Any]], formatter: Formatter
) -> Iterator[dict[str, dict[str, str]]]:
    """Yield what the model put into inputs of each line, such as the price of the product chosen."""
    call.env.recompute.run()
    for item, line in _held(field, record, sent):
        found: dict[str, dict[str, str]] = {}
        for child in node.children:
            path = follow(call.env, field.comodel, str(child.field))
            if line is None or path is None or "." in path.name or path.field.to_many or not path.field.writable:
                continue
            value = getattr(line, path.name)
            text = text_of(path.field, value, formatter.zone)
            typed = item.get(path.name)
            if value is not None and text != text_of(path.field, path.field.convert(typed, call.env), formatter.zone):
                found[path.name] = {"value": text, "text": _text(call, path.field, value, formatter)}
        yield found


def _at_places(places: list[int], items: Iterable[dict[str, T]]) -> list[dict[str, T]]:
    """Return what belongs to lines by the rows of the form; nothing for rows left blank."""
    found: list[dict[str, T]] = [{} for _row in range(max(places, default=-1) + 1)]
    for place, item in zip(places, items, strict=False):
        found[place] = item
    return found


def _held(field: Any, record: Any, sent: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield the lines sent with their records; None where there is none."""
    held = list(getattr(record, field.name))
    by_id = {line.id: line for line in held if line.__dict__.get("id") is not None}
    new = iter([line for line in held if line.__dict__.get("id") is None])
    for item in sent:
        yield item, by_id.get(item["id"]) if "id" in item else next(new, None)


def _text(call: Call, field: Any, value: Any, formatter: Formatter, *, in_table: bool = False) -> str:
    if field.is_relation:
        seen = value is not None and call.env.may(value, "read")
        return formatter.show(field, value.id if value is not None else None, value.display_name if seen else None).text
    try:
        return formatter.show(field, value, in_table=in_table).text
    except CoreError:
        return ""
