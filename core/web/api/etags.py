"""ETag, If-None-Match and If-Match of single records (layer web; RFC 9110).

A tag is the record's version and a digest of what was answered, since an answer may tell of other records too: ``"7-3fa9c1d2"``. A
client that has the tag gets 304 as long as nothing in the answer changed; a change is held against the version alone.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from werkzeug.http import parse_etags

from core.errors import Where
from core.i18n import _
from core.web.errors import RequestError
from core.web.request import Response, json_response

if TYPE_CHECKING:
    from core.web.request import Request


def tagged(row: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return the answer that tells one record, with its tag where the version is known."""
    response = json_response(row, status, headers)
    if row.get("version") is not None:
        digest = hashlib.sha256(response.get_data()).hexdigest()[:16]
        response.set_etag(f"{row['version']}-{digest}")
    return response


def unless_known(response: Response, request: Request) -> Response:
    """Return the answer, or 304 if the client says that it has it."""
    tag, _weak = response.get_etag()
    if tag is None or not request.if_none_match.contains_weak(tag):
        return response
    return Response(status=304, headers={"ETag": response.headers["ETag"]})


def check_match(request: Request, record: Any) -> None:
    """Refuse a change of a record that is another by now than the one the client has seen (If-Match).

    Raises:
        RequestError: 412.
    """
    given = request.headers.get("If-Match")
    if given is None:
        return
    tags = parse_etags(given)
    if tags.star_tag or str(record.version) in {tag.partition("-")[0] for tag in tags.as_set(include_weak=True)}:
        return
    raise RequestError(
        412,
        _("%(label)s was changed by somebody else meanwhile.", label=record._info.label),
        code="conflict.version",
        where=Where(model=record._info.name, record=record.id),
    )
