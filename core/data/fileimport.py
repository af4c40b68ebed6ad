"""What the command line asks of the addon that brings files in, by the hook ``import_file`` (layer data)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class FileBatch:
    """One run of a set of files."""

    name: str
    """Name of the set, by which the hook ``undo_imports`` takes all of its runs back."""
    imports: list[int] = field(default_factory=list)
    """Ids of the imports of this run so far; whoever brings the files in notes them."""


@dataclass(frozen=True)
class FileImport:
    """A file to be brought in."""

    file: Path
    model: str
    """Model of its records."""
    key: str | None = None
    """Field (or ``id``) by which records are found and changed; None: all are new, unless the mapping names a key."""
    mapping: Mapping[str, Any] | None = None
    """What a mapping file says; the addon knows its keys."""
    is_trial: bool = False
    """Whether the caller undoes everything afterwards."""
    bad_rows: Path | None = None
    """Where wrong rows are written, while the others are kept; None: one wrong row stops everything."""
    batch: FileBatch | None = None
    """The set of files it belongs to; None: it stands alone."""


@dataclass(frozen=True)
class FileImported:
    """What became of it."""

    created: int
    updated: int
    skipped: int = 0
    """Left out on purpose."""
    wrong: int = 0
    """Rows written to `FileImport.bad_rows`."""


@dataclass(frozen=True)
class ImportsUndone:
    """What became of a set of files that was taken back."""

    imports: int
    """Imports that were undone."""
    deleted: int
    """Records that they had made."""
    restored: int
    """Records that got their values of before."""
