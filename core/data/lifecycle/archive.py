"""The export that is written before an addon is removed: a zip of JSON lines with counts and checksums. Layer: data.

    manifest.json           addons with versions, kind of database, and for each part its rows and SHA-256
    tables/<table>.jsonl    rows of the addon's own tables
    columns/<table>.jsonl   its columns of other tables, with the ids of the rows
    rows/<table>.jsonl      rows of other tables that went along: its shipped records, attachments, history
    cleared/<table>.jsonl   references of other rows that were emptied
    xids.jsonl owners.jsonl deletions.jsonl
    files/<sha256>          content of attached files that lie on disk

The file is complete and on the medium before it gets its name.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from core.errors import ConflictError, Where
from core.i18n import _

FORMAT = 1
_KIND = "tangram-removed-addons"


class Writer:
    """Writes an archive to a temporary file beside its final place."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".new-", suffix=".zip", dir=folder)
        os.close(handle)
        self._temporary = Path(name)
        self._zip = zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED)
        self.parts: dict[str, dict[str, Any]] = {}

    def lines(self, name: str, rows: Iterable[Any], **facts: Any) -> int:
        """Write one part, a row a line, and remember count and checksum; nothing is written for no rows, except with ``facts``."""
        digest, count = hashlib.sha256(), 0
        with self._zip.open(f"{name}.jsonl", "w", force_zip64=True) as part:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                digest.update(line)
                part.write(line)
                count += 1
        self.parts[name] = {"rows": count, "sha256": digest.hexdigest(), **facts}
        return count

    def file(self, source: Path, checksum: str) -> None:
        """Add the content of an attached file; one that is lost is left out."""
        with suppress(FileNotFoundError):
            self._zip.write(source, f"files/{checksum}", zipfile.ZIP_STORED)

    def close(self, target: Path, manifest: dict[str, Any]) -> None:
        """Write the manifest and give the file its name."""
        full = {"kind": _KIND, "format": FORMAT, **manifest, "parts": self.parts}
        self._zip.writestr("manifest.json", json.dumps(full, ensure_ascii=False, indent=1))
        self._zip.close()
        with self._temporary.open("rb") as written:
            os.fsync(written.fileno())
        self._temporary.replace(target)
        with suppress(OSError):
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def abandon(self) -> None:
        """Delete what was written."""
        self._zip.close()
        self._temporary.unlink(missing_ok=True)


class Archive:
    """An archive opened for reading."""

    def __init__(self, path: Path, opened: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self.path = path
        self._zip = opened
        self.manifest = manifest

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Archive]:
        """Open an archive.

        Raises:
            ConflictError: There is no such file, or it is none of ours.
        """
        try:
            with zipfile.ZipFile(path) as opened:
                try:
                    manifest = json.loads(opened.read("manifest.json"))
                except (KeyError, ValueError) as error:
                    raise _damaged(path, "manifest.json") from error
                if not isinstance(manifest, dict) or manifest.get("kind") != _KIND or manifest.get("format") != FORMAT:
                    raise _damaged(path, "manifest.json")
                yield cls(path, opened, manifest)
        except (OSError, zipfile.BadZipFile) as error:
            raise ConflictError(
                _("The export can't be read: %(reason)s.", reason=str(error)),
                code="conflict.archive",
                where=Where(file=str(path)),
            ) from error

    @property
    def names(self) -> list[str]:
        """Names of the addons, each after those it needs."""
        return [str(addon["name"]) for addon in self.manifest["addons"]]

    def parts(self, kind: str) -> list[str]:
        """Return the tables for which there is a part of this kind, such as ``tables``."""
        start = f"{kind}/"
        return [name.removeprefix(start) for name in self.manifest["parts"] if name.startswith(start)]

    def facts(self, name: str) -> dict[str, Any]:
        """Return what the manifest says of a part; empty if there is none."""
        found: dict[str, Any] = self.manifest["parts"].get(name, {})
        return found

    def lines(self, name: str) -> Iterator[Any]:
        """Yield the rows of a part; none if there is no such part."""
        if name not in self.manifest["parts"]:
            return
        with self._zip.open(f"{name}.jsonl") as part:
            for line in part:
                yield json.loads(line)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield checksum and content of the attached files."""
        for name in self._zip.namelist():
            if name.startswith("files/"):
                yield name.removeprefix("files/"), self._zip.read(name)

    def verify(self) -> None:
        """Compare all counts and checksums.

        Raises:
            ConflictError: A part is missing or was changed.
        """
        for name, facts in self.manifest["parts"].items():
            digest, count = hashlib.sha256(), 0
            try:
                with self._zip.open(f"{name}.jsonl") as part:
                    for line in part:
                        digest.update(line)
                        count += 1
            except (KeyError, zipfile.BadZipFile, EOFError) as error:
                raise _damaged(self.path, name) from error
            if (count, digest.hexdigest()) != (facts["rows"], facts["sha256"]):
                raise _damaged(self.path, name)
        for checksum, content in self.files():
            if hashlib.sha256(content).hexdigest() != checksum:
                raise _damaged(self.path, f"files/{checksum}")


def _damaged(path: Path, part: str) -> ConflictError:
    return ConflictError(
        _('The export is damaged, or no export of removed addons: "%(part)s".', part=part),
        code="conflict.archive",
        where=Where(file=str(path)),
    )
