"""Imports, exports and merging are offered in every list; imports by the command line too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from addons.base_exchange.services import command, sets
from addons.base_exchange.services.duplicates import pages as duplicate_pages
from addons.base_exchange.services.exporting.xlsx import XLSX
from addons.base_exchange.services.imports import may_import
from addons.base_exchange.services.merging import pages as merge_pages
from addons.base_exchange.services.merging.merge import may_merge
from core.api import Environment, FileImport, FileImported, ImportsUndone, Link, TableFormat, _, hookimpl


@hookimpl
def declare_routes() -> Sequence[Callable[..., Any]]:
    """Declare the pages of merging, which lie beside what they show."""
    return [*merge_pages.ROUTES, *duplicate_pages.ROUTES]


@hookimpl
def list_links(env: Environment, model: str) -> Sequence[Link]:
    """Offer the import and the search for duplicates in lists of what the user may import and merge."""
    links = []
    if may_import(env, model):
        links.append(Link(_("Import"), f"/x/base_exchange/import/{model}", icon="file-import", sequence=30))
    if may_merge(env, model):
        links.append(Link(_("Find duplicates"), f"/x/base_exchange/duplicates/{model}", icon="copy", sequence=40))
    return links


@hookimpl
def batch_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer to merge the records selected."""
    if not may_merge(env, model):
        return None
    return [Link(_("Merge"), f"/x/base_exchange/merge/{model}", icon="git-merge", sequence=40)]


@hookimpl
def record_links(env: Environment, model: str, record_id: int) -> Sequence[Link] | None:
    """Lead from the record of an import or a merge to its page."""
    if model == "base.import":
        return [Link(_("Open the import"), f"/x/base_exchange/run/{record_id}", icon="file-import", sequence=10)]
    if model == "base.merge":
        return [Link(_("Open the merge"), f"/x/base_exchange/merged/{record_id}", icon="git-merge", sequence=10)]
    return None


@hookimpl
def import_file(env: Environment, request: FileImport) -> FileImported | None:
    """Bring in a file for the command line."""
    return command.import_file(env, request)


@hookimpl
def undo_imports(env: Environment, batch: str) -> ImportsUndone | None:
    """Take the imports of a set of files back for the command line."""
    return sets.undo_set(env, batch)


@hookimpl
def table_formats() -> Sequence[TableFormat]:
    """Let every list, chart and pivot table leave the system as XLSX."""
    return [XLSX]
