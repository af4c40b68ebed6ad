"""List, read, create, change and delete records; sums over groups (layer web; design §2.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import CoreError, ValidationError, Where, raise_faults
from core.i18n import _
from core.orm.fields import One2many
from core.web.api import query
from core.web.api.etags import check_match, tagged, unless_known
from core.web.api.models import visible_model, visible_record
from core.web.api.reading import ALWAYS, fields_of, read_back, read_rows
from core.web.errors import RequestError, malformed, query_faults
from core.web.request import Response, json_response

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.orm.registry import Registry
    from core.web.call import Call

MAX_RECORDS = 10_000
"""Most records created by one request."""
GROUPS_LIMIT = 1000
"""Most groups of one answer."""


def list_records(call: Call, model: str) -> Response:
    """GET /api/v1/<model>: a page of records, and how many there are in all."""
    info = visible_model(call.env, model)
    query.only(call.request, ("domain", "fields", "order", "limit", "offset"))
    domain = query.domain_of(call.request)
    names = query.names_of(call.request, "fields")
    order = query.order_of(call.request)
    page = {
        "limit": query.whole_number(call.request, "limit", query.DEFAULT_LIMIT, query.MAX_LIMIT),
        "offset": query.whole_number(call.request, "offset", 0, query.MAX_OFFSET),
    }
    with query_faults():
        wanted = fields_of(call.env, info, whole=False) if names is None else names
        records = read_rows(call.env, info, domain, wanted, order=order, **page)
        total = call.env[model].count(domain)
    return json_response({"records": records, "total": total}, headers=query.page_links(call.request, total, **page))


def read_record(call: Call, model: str, number: str) -> Response:
    """GET /api/v1/<model>/<id>: one record; 304 with ``If-None-Match`` if the client has it."""
    info = visible_model(call.env, model)
    query.only(call.request, ("fields",))
    names = query.names_of(call.request, "fields")
    record = visible_record(call.env, info, number)
    with query_faults():
        answer = tagged(read_back(call.env, info, [record.id], names)[0])
    return unless_known(answer, call.request)


def create_records(call: Call, model: str) -> Response:
    """POST /api/v1/<model>: create one record from an object, or many from a list; whole or not at all."""
    info = visible_model(call.env, model)
    query.only(call.request, ("fields",))
    names = query.names_of(call.request, "fields")
    body = call.request.json_body()
    if isinstance(body, list):
        if len(body) > MAX_RECORDS:
            message = _("At most %(limit)s records can be created at once.", limit=MAX_RECORDS)
            raise RequestError(413, message, code="request.too_many")
        rows = [_values(call.env.registry, info, row, f"{position}") for position, row in enumerate(body)]
        ids = call.env[model].create(rows).ids
        return json_response({"records": read_back(call.env, info, ids, names)}, 201)
    record = call.env[model].create(_values(call.env.registry, info, body, None))
    answer = read_back(call.env, info, [record.id], names)[0]
    return tagged(answer, 201, {"Location": f"/api/v1/{model}/{record.id}"})


def change_record(call: Call, model: str, number: str) -> Response:
    """PATCH /api/v1/<model>/<id>: change the fields given; with ``version`` or ``If-Match``, only if nobody changed the record since."""
    info = visible_model(call.env, model)
    query.only(call.request, ("fields",))
    names = query.names_of(call.request, "fields")
    body = call.request.json_body()
    record = visible_record(call.env, info, number)
    check_match(call.request, record)
    values = _values(call.env.registry, info, body, None, changing=True)
    call.env[model].write(record, values)
    return tagged(read_back(call.env, info, [record.id], names)[0])


def delete_record(call: Call, model: str, number: str) -> Response:
    """DELETE /api/v1/<model>/<id>: move it with its lines to the recycle bin, if the model has one."""
    info = visible_model(call.env, model)
    query.only(call.request, ("version",))
    record = visible_record(call.env, info, number)
    check_match(call.request, record)
    if "version" in call.request.args:
        call.env[model].expect_version(record, query.whole_number(call.request, "version", 0, query.MAX_OFFSET))
    call.env[model].delete([record])
    call.env.flush()
    return Response(status=204)


def aggregate_records(call: Call, model: str) -> Response:
    """GET /api/v1/<model>/aggregate: sums, counts … over groups; ``more`` tells whether there are groups beyond the limit."""
    info = visible_model(call.env, model)
    query.only(call.request, ("domain", "measures", "by", "order", "limit"))
    domain = query.domain_of(call.request)
    limit = query.whole_number(call.request, "limit", GROUPS_LIMIT, GROUPS_LIMIT)
    by = query.names_of(call.request, "by") or []
    with query_faults():
        groups = call.env[info.name].aggregate(
            domain, query.measures_of(call.request), by, query.order_of(call.request), limit + 1
        )
    return json_response({"groups": groups[:limit], "more": len(groups) > limit})


def _values(
    registry: Registry, info: ModelInfo, body: Any, position: str | None, *, changing: bool = False
) -> dict[str, Any]:
    """Return the values of a body that outsiders may give.

    Raises:
        RequestError: It is no object (400).
        ValidationError: It names fields that only the system or business code sets, or ``version`` is no number.
    """
    if not isinstance(body, dict):
        raise malformed(_("A record is an object of fields and values."), key=position)
    values = dict(body)
    version = values.pop("version", None) if changing else None
    faults = list(_refused(registry, info, values, "" if position is None else f"{position}.", changing=changing))
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        faults.append(_fault(info, "version", "version", _("The version is a whole number.")))
    raise_faults(faults, ValidationError, info.label)
    return values if version is None else {**values, "version": version}


def _refused(
    registry: Registry, info: ModelInfo, values: Mapping[str, Any], key: str, *, changing: bool
) -> Iterator[CoreError]:
    """Yield a fault for each value that outsiders may not give, in lines of the record too."""
    for name, value in values.items():
        if name in ALWAYS:
            yield _fault(info, name, key + name, _("%(label)s is set by the system.", label=name))
            continue
        field = info.fields.get(name) or info.fields.get(name.removesuffix("_id"))
        if field is None:
            # The ORM tells it, with the nearest name.
            continue
        # A number given by hand is the numbering rule's to allow or refuse (CORE-54).
        by_hand = field.kind == "sequence" and not changing and not field.computed
        if not field.writable and not by_hand:
            yield _fault(info, field.name, key + name, _("%(label)s can't be set from outside.", label=field.label))
        elif isinstance(field, One2many) and isinstance(value, list):
            yield from _refused_lines(registry, registry[field.comodel], value, key + name, changing=changing)


def _refused_lines(
    registry: Registry, target: ModelInfo, lines: list[Any], key: str, *, changing: bool
) -> Iterator[CoreError]:
    for position, line in enumerate(lines):
        if isinstance(line, dict):
            own = {name: part for name, part in line.items() if name != "id"}
            known = changing and "id" in line
            yield from _refused(registry, target, own, f"{key}.{position}.", changing=known)


def _fault(info: ModelInfo, name: str, key: str, message: Any) -> ValidationError:
    return ValidationError(message, code="validation.readonly", where=Where(model=info.name, field=name, key=key))
