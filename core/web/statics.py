"""Static files: ``/static/<name>`` of the core, ``/static/<addon>/<name>`` of addons (layer web).

A page asks for ``app.<digest>.css``, which browsers keep for a year, since other content has another name. A plain name works, too, and is
asked for again after some minutes. WhiteNoise answers: types, ranges, 304, the packed variant. Style sheets name their fonts and pictures
relatively; these names get the digest as well.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from whitenoise.compress import Compressor
from whitenoise.media_types import MediaTypes
from whitenoise.responders import StaticFile

from core.errors import MissingRecord
from core.web.errors import not_found
from core.web.request import Request, Response
from core.web.routes import Endpoint

FOLDER = Path(__file__).parent / "static"
VENDOR = FOLDER / "vendor"
"""What ``make setup`` fetches: scripts, style sheets, fonts, icons."""
PREFIX = "/static/"
SMALLEST_PACKED = 512
"""Bytes below which packing gains nothing."""
WORTH_PACKING = 0.95
"""Packed size as a part of the size above which the variant is not kept."""

_FOREVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300"
_HASHED = re.compile(r"(?P<start>.+)\.(?P<digest>[0-9a-f]{12})(?P<end>\.[A-Za-z0-9]+)\Z")
_URL = re.compile(rb"""url\(\s*(['"]?)([^'")]+)\1\s*\)""")
_TYPES = MediaTypes(extra_types={".webmanifest": "application/manifest+json", ".map": "application/json"})
_PACKER = Compressor(use_brotli=False, quiet=True)


@dataclass(frozen=True)
class _File:
    """A file made ready to be sent."""

    seen: tuple[int, int]
    """Time of the last change and size of the source."""
    source: Path
    digest: str
    lasting: StaticFile
    """The answer to the name with the digest."""
    passing: StaticFile
    """The answer to the plain name."""


class StaticFiles:
    """The static files of the core and of addons, each made ready when it is first asked for.

    Args:
        addon_folders: Returns addon → its folder of static files; None: there are none.
        folder: The files of the core.
    """

    def __init__(self, addon_folders: Callable[[], Mapping[str, Path]] | None = None, folder: Path = FOLDER) -> None:
        self._addon_folders = addon_folders or dict
        self._folder = folder
        self._files: dict[str, _File] = {}
        self._made: Path | None = None
        self._lock = threading.RLock()

    def url(self, name: str) -> str:
        """Return the address of a file, which changes with its content.

        Raises:
            MissingRecord: There is no such file.
        """
        start, dot, end = name.rpartition(".")
        return f"{PREFIX}{start}.{self._file(name).digest}{dot}{end}"

    def send(self, request: Request, name: str) -> Response:
        """Answer with a file, a part of one, or 304 if the browser has it.

        A digest that is not that of the file gets the file, but not for long: while processes are replaced by newer ones, a page of one
        may ask the other.

        Raises:
            MissingRecord: There is none of this name.
        """
        hashed = _HASHED.match(name)
        file = self._file(f"{hashed['start']}{hashed['end']}" if hashed else name)
        answer = file.lasting if hashed and hashed["digest"] == file.digest else file.passing
        made = answer.get_response(request.method, request.environ)
        body = b""
        if made.file is not None:
            # Read at once: these files are small, and an answer that nobody reads to its end would leave one open.
            with made.file:
                body = made.file.read()
        response = Response(body, int(made.status), list(made.headers))
        if request.method == "HEAD":
            response.headers["Content-Length"] = dict(made.headers)["Content-Length"]
        return response

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoint that serves them."""
        return [Endpoint(f"{PREFIX}<path:name>", ("GET",), self.send, auth="none", bare=True)]

    def _file(self, name: str) -> _File:
        with self._lock:
            known = self._files.get(name)
            # A file may change under a running server: an addon is upgraded, a style sheet is being written.
            if known is None or _signature(known.source) != known.seen:
                known = self._files[name] = self._prepare(name)
            return known

    def _prepare(self, name: str) -> _File:
        source = self._find(name)
        seen = _signature(source)
        if seen is None:
            raise not_found()
        content = original = source.read_bytes()
        if source.suffix == ".css":
            content = self._with_digests(name, original)
        digest = hashlib.blake2b(content, digest_size=6).hexdigest()
        served = source if content is original else self._keep(digest, source.suffix, content)
        packed = self._packed(name, digest, content)
        kind = _TYPES.get_type(name)
        headers = {
            "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
            # Weak, since it is the same for the packed variant.
            "ETag": f'W/"{digest}"',
        }

        def answer(cache: str) -> StaticFile:
            return StaticFile(
                str(served), [*headers.items(), ("Cache-Control", cache)], {"gzip": str(packed)} if packed else {}
            )

        return _File(seen, source, digest, answer(_FOREVER), answer(_SHORT))

    def _find(self, name: str) -> Path:
        """Return the path of a file.

        Raises:
            MissingRecord: There is none, or it lies elsewhere.
        """
        parts = PurePosixPath(name).parts
        if not parts or any(part.startswith(".") or "\0" in part or "\\" in part for part in parts):
            raise not_found()
        folder, inner = self._folder, parts
        if not (self._folder / parts[0]).exists():
            addon = self._addon_folders().get(parts[0])
            if addon is None:
                raise not_found()
            folder, inner = addon, parts[1:]
        path = folder.joinpath(*inner)
        # A symbolic link must not lead out of the folder either.
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            raise not_found()
        return path

    def _with_digests(self, name: str, sheet: bytes) -> bytes:
        """Return a style sheet whose relative addresses carry the digest of the file they name."""
        folder = PurePosixPath(name).parent

        def renamed(match: re.Match[bytes]) -> bytes:
            named = match[2].decode("utf-8", "replace")
            if ":" in named or named.startswith(("/", "#")) or "?" in named or ".." in named:
                return match[0]
            try:
                found = self.url((folder / named).as_posix())
            except MissingRecord:
                return match[0]
            start = named.rpartition("/")[0]
            return f"url({start + '/' if start else ''}{found.rpartition('/')[2]})".encode()

        return _URL.sub(renamed, sheet)

    def _packed(self, name: str, digest: str, content: bytes) -> Path | None:
        """Return the file of the packed content; None where packing does not help."""
        if len(content) < SMALLEST_PACKED or not _PACKER.should_compress(name):
            return None
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        return self._keep(digest, ".gz", packed) if len(packed) < len(content) * WORTH_PACKING else None

    def _keep(self, digest: str, ending: str, content: bytes) -> Path:
        """Write what was made here into a folder that goes with this object."""
        if self._made is None:
            self._made = Path(tempfile.mkdtemp(prefix="tangram-static-"))
            weakref.finalize(self, shutil.rmtree, self._made, ignore_errors=True)
        path = self._made / f"{digest}{ending}"
        path.write_bytes(content)
        return path


def _signature(path: Path) -> tuple[int, int] | None:
    """Return what tells one state of a file from another, or None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
