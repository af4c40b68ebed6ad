"""Static files of the core: ``/static/<name>``, remembered by browsers for good when asked for by their digest (layer web)."""

from __future__ import annotations

import hashlib
import mimetypes
import threading
from dataclasses import dataclass
from pathlib import Path

from core.web.errors import not_found
from core.web.request import Request, Response
from core.web.routes import Endpoint

FOLDER = Path(__file__).parent / "static"
VENDOR = FOLDER / "vendor"
"""What `make setup` fetches: scripts, style sheets, fonts, icons."""
_FOREVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300"


@dataclass(frozen=True)
class _File:
    content: bytes
    digest: str
    mimetype: str


class StaticFiles:
    """The files below one folder, read once each; only what lies in the folder when it is first asked for can be had.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._files: dict[str, _File] = {}
        self._names: frozenset[str] | None = None
        self._lock = threading.Lock()

    def url(self, name: str) -> str:
        """Return the address of a file, which changes with its content.

        Raises:
            MissingRecord: There is no such file.
        """
        return f"/static/{name}?v={self._file(name).digest}"

    def _file(self, name: str) -> _File:
        with self._lock:
            if self._names is None:
                paths = (path for path in self._folder.rglob("*") if path.is_file())
                self._names = frozenset(path.relative_to(self._folder).as_posix() for path in paths)
            # A name is looked up, never joined to a path, so none leads out of the folder.
            if name not in self._names:
                raise not_found()
            if name not in self._files:
                content = (self._folder / name).read_bytes()
                kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
                self._files[name] = _File(content, hashlib.blake2b(content, digest_size=6).hexdigest(), kind)
            return self._files[name]

    def send(self, request: Request, name: str) -> Response:
        """Answer with a file, or 304 if the browser has it.

        Raises:
            MissingRecord: There is none of this name.
        """
        file = self._file(name)
        response = Response(file.content, mimetype=file.mimetype)
        response.set_etag(file.digest)
        response.headers["Cache-Control"] = _FOREVER if request.args.get("v") == file.digest else _SHORT
        return response.make_conditional(request)

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoint that serves them."""
        return [Endpoint("/static/<path:name>", ("GET",), self.send, auth="none", bare=True)]
