"""Translations in memory, read straight from ``.po`` files (layer i18n).

Compiled ``.mo`` files would be a step to forget. A ``.po`` is read once per process, and again when the file changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from core.errors import DataError, Message, Where

CORE_LOCALE = Path(__file__).parent / "locale"
"""Folder of the core's own ``<language>.po`` files."""

Catalogs = Mapping[str, Mapping[str, str]]
"""Language to English text to translation; untranslated texts are absent."""


def load_catalogs(folders: Iterable[Path]) -> dict[str, dict[str, str]]:
    """Read and join all ``<language>.po`` files of the core and of some addons.

    Args:
        folders: Folders named ``i18n`` of the enabled addons in dependency order; one that does not exist holds nothing. Of one
            text the last translation counts, so an addon may reword what it builds on.

    Raises:
        DataError: A file is no ``.po`` file; names file and line.
    """
    merged: dict[str, dict[str, str]] = {}
    for folder in (CORE_LOCALE, *folders):
        for path in sorted(folder.glob("*.po")):
            status = path.stat()
            merged.setdefault(path.stem, {}).update(_texts(path, status.st_mtime_ns, status.st_size))
    return merged


@lru_cache(maxsize=1024)
def _texts(path: Path, _changed: int, _size: int) -> Mapping[str, str]:
    """Return the translated texts of a file as it is at one time."""
    return {str(each.id): str(each.string) for each in read_catalog(path) if each.id and is_translated(each)}


def read_catalog(path: Path, language: str | None = None) -> Catalog:
    """Read one ``.po`` file.

    Args:
        path: The file.
        language: Its language; None takes it from the name of the file.

    Raises:
        DataError: It is no ``.po`` file in UTF-8.
    """
    where = Where(file=str(path))
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language or path.stem, charset="utf-8", abort_invalid=True)
    except PoFileError as err:
        line = None if err.lineno is None else err.lineno + 1
        message = Message("This is no translation file: %(problem)s.", {"problem": str(err.args[0])})
        raise DataError(message, where=Where(file=str(path), line=line)) from err
    except (UnicodeDecodeError, ValueError) as err:
        raise DataError(
            Message("This is no translation file: %(problem)s.", {"problem": str(err)}), where=where
        ) from err


def is_translated(message: object) -> bool:
    """Tell whether an entry of a catalog has a text that somebody stands for: not empty, not marked fuzzy."""
    return bool(getattr(message, "string", "")) and not getattr(message, "fuzzy", False)
