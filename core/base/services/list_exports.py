"""Exports of lists too long to wait for: read by pages, each in a transaction of its own, into a file of who asked (CORE-64)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from core.access import write_audit
from core.base.services.attachments import store_attachment
from core.base.services.notifications import notify
from core.errors import MissingRecord, ValidationError
from core.i18n import _
from core.web.pages.columns import named_paths
from core.web.pages.exporting import table_formats
from core.web.pages.sheets import SheetField, list_sheet
from core.web.pages.viewing import follow

if TYPE_CHECKING:
    from core.jobs.context import JobContext
    from core.orm.environment import Environment
    from core.render.extras import TableFormat

_PAGE = 2000


@dataclass(frozen=True)
class ListExport:
    """A list as it stood on the page of who asked for the export."""

    model: str
    domain: Any
    order: str | None
    columns: Sequence[tuple[str, str]]
    """Pairs (path, label in the reader's language)."""
    title: str
    form: str
    """Name of a kind of file."""
    zone: str
    """IANA name of the reader's time zone."""


def export_in_background(job: JobContext, wanted: ListExport) -> int:
    """Write the file, keep it as one that only who asked may read, and tell them; return how many records are in it.

    Rights are asked of again with each page, and each record is noted in the operation log.

    Raises:
        AccessDenied: The user may no longer export the model, or read a column.
        MissingRecord: There is no such kind of file.
    """
    ids = job.run(lambda env: _ids(env, wanted))
    form, columns, texts = job.run(lambda env: _prepared(env, wanted))
    job.progress(0, len(ids))
    sheet = list_sheet(wanted.title, columns, _rows(job, wanted, ids), texts.__getitem__, wanted.zone)
    content = form.write(sheet)
    job.run(lambda env: _keep(env, wanted, content, len(ids)))
    return len(ids)


def _ids(env: Environment, wanted: ListExport) -> list[int]:
    env.guard.check_model(env, env.registry[wanted.model], "export")
    return [row["id"] for row in env[wanted.model].read(wanted.domain, ["id"], wanted.order)]


class _Texts(dict[Any, str]):
    """Messages in the reader's language, each translated once, so that none needs a transaction later."""

    def __init__(self, env: Environment) -> None:
        super().__init__()
        self._services, self._lang = env.services, env.lang

    def __missing__(self, message: Any) -> str:
        found = self[message] = self._services.text(message, self._lang)
        return found


def _prepared(env: Environment, wanted: ListExport) -> tuple[TableFormat, list[SheetField], _Texts]:
    form = next((each for each in table_formats(env) if each.name == wanted.form), None)
    if form is None:
        raise MissingRecord(_("There is no such kind of file."))
    columns = []
    for path, label in wanted.columns:
        found = follow(env, wanted.model, path)
        columns.append(SheetField(path, label, None if found is None else found.field))
    return form, columns, _Texts(env)


def _rows(job: JobContext, wanted: ListExport, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield the rows, a page at a time while they are written; those deleted or hidden meanwhile are left out."""
    for start in range(0, len(ids), _PAGE):
        yield from job.run(partial(_page, wanted=wanted, ids=ids[start : start + _PAGE]))
        job.progress(min(start + _PAGE, len(ids)))


def _page(env: Environment, wanted: ListExport, ids: Sequence[int]) -> list[dict[str, Any]]:
    info = env.registry[wanted.model]
    paths: list[str] = []
    for path, _label in wanted.columns:
        found = follow(env, info.name, path)
        paths += named_paths(path, None if found is None else found.field)
    rows = env[info.name].read([["id", "in", list(ids)]], paths, operation="export")
    places = {number: place for place, number in enumerate(ids)}
    return sorted(rows, key=lambda row: places[row["id"]])


def _keep(env: Environment, wanted: ListExport, content: bytes, count: int) -> None:
    name = f"{wanted.model}-{env.today()}.{wanted.form}"
    write_audit(
        env, "export", f"{count} × {wanted.title}", model=wanted.model, detail={"format": wanted.form, "count": count}
    )
    try:
        with env.savepoint():
            file = store_attachment(env, name, content)
    except ValidationError as error:
        notify(env, [env.uid], _("The export could not be kept"), text=error.message, kind="warning")
        return
    url = f"/files/{file.id}/{quote(name, safe='')}"
    notify(env, [env.uid], _("The export is ready"), text=f"{count:,} × {wanted.title}: {name}", url=url)
