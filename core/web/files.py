"""``/files`` (CORE-66): upload a file to a record, download it, or show it where that is harmless (layer web).

A file has the rights of the record it hangs on. It is sent as a download that no browser runs; only pictures, PDF and plain text, by
what the bytes really are, are shown inside the browser when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.wsgi import wrap_file

from core.i18n import _
from core.web.api.models import visible_model, visible_record
from core.web.errors import malformed
from core.web.request import Response, json_response
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.host import StoredFile

_ASCII = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-()")
SHOWN_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""For PDF, whose viewer a sandbox would keep from working: it may load nothing. Its own styles are the viewer's."""


def download(call: Call, number: int, name: str) -> Response:
    """GET /files/<id>/<name>: the name only helps the browser; ``?preview=1`` shows what is harmless.

    Raises:
        MissingRecord: There is none, or it hangs on a record the user may not read.
    """
    file = _open(call, number)
    request = call.request
    is_preview = request.args.get("preview") == "1" and file.shown_as is not None
    response = Response(
        wrap_file(request.environ, file.content),
        mimetype=(file.shown_as if is_preview else None) or "application/octet-stream",
        direct_passthrough=True,
    )
    response.call_on_close(file.content.close)
    if is_preview and file.shown_as == "text/plain":
        response.mimetype_params["charset"] = "utf-8"
    if is_preview and file.shown_as == "application/pdf":
        response.headers["Content-Security-Policy"] = SHOWN_POLICY
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Disposition"] = _disposition("inline" if is_preview else "attachment", file.name)
    response.content_length = file.size
    response.set_etag(file.checksum[:32])
    # Rights may change: the browser asks each time, and is told that it has the file already.
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request, accept_ranges=True, complete_length=file.size)


def upload(call: Call) -> Response:
    """POST /files, multipart: ``file``, and of its record ``model``, ``record`` and perhaps ``field``; answers 201 with the file.

    Raises:
        RequestError: No file was sent, or only one of ``model`` and ``record`` (400).
        MissingRecord: The record is not there, or the user may not see it.
        AccessDenied: The user may not change it, or not that field.
        ValidationError: ``field`` is no file field of the model; the file is too large or of a kind that is not allowed.
    """
    request = call.request
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise malformed(_('The part "file" is missing.'), key="file")
    model, record, field = (request.form.get(name) or None for name in ("model", "record", "field"))
    if (model is None) != (record is None):
        raise malformed(_('"model" and "record" belong together.'), key="record")
    number = None
    if model is not None and record is not None:
        info = visible_model(call.env, model)
        number = visible_record(call.env, info, record).id
    # The transaction may be run again.
    sent.stream.seek(0)
    made = call.host.files.store(call.env, sent.filename, sent.stream, model=model, record_id=number, field=field)
    address = f"/files/{made['id']}/{quote(made['name'], safe='')}"
    return json_response({**made, "url": address}, 201)


ENDPOINTS = (
    Endpoint("/files", ("POST",), upload, writes=True, upload=True),
    Endpoint("/files/<int:number>/<name>", ("GET",), download, auth="optional"),
)


def _open(call: Call, number: int) -> StoredFile:
    """Return a file that the reader may have; a guest only a public one, such as a logo."""
    identity = call.identity
    if identity is None or identity.must_change:
        return call.host.files.open(call.env, number, only_public=True)
    return call.host.files.open(call.env.as_user(identity.uid), number)


def _disposition(kind: str, name: str) -> str:
    """Return the header for a file name of any characters (RFC 6266)."""
    plain = "".join(char if char in _ASCII else "_" for char in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
