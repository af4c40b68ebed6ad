"""Files that tables leave the system in: CSV and the formats that addons bring (layer web; CORE-30, CORE-64)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.access import write_audit
from core.render.extras import Sheet, TableFormat
from core.web.api.models import may
from core.web.errors import not_found
from core.web.pages.addresses import with_query
from core.web.pages.csvfile import CSV
from core.web.request import Response

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call


def formats_offered(call: Call, info: ModelInfo) -> list[dict[str, str]]:
    """Return names and labels of the formats; none where the user may not export records of the model."""
    if not may(call.env, info, "export"):
        return []
    return [{"name": each.name, "label": call.text(each.label)} for each in table_formats(call.env)]


def export_links(call: Call, info: ModelInfo, query: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return how figures leave the system: labels and addresses, by format; none without the right.

    Args:
        call: The request.
        info: Model of the records behind the figures.
        query: Parameters of the page, its view among them.
    """
    offered = formats_offered(call, info)
    return [
        {"label": each["label"], "url": with_query(f"/records/{info.name}/export/{each['name']}", query)}
        for each in offered
    ]


def table_formats(env: Environment) -> list[TableFormat]:
    """Return all kinds of files: CSV and those of addons."""
    return [CSV, *(each for found in env.hook.table_formats() for each in found)]


def export_sheet(call: Call, info: ModelInfo, form: str, sheet: Sheet, records: int | None = None) -> Response:
    """Answer with a table as a file, and note the export.

    Args:
        call: The request.
        info: Model whose records are in it; the right to export them is checked by who reads them.
        form: Name of the format.
        sheet: The table.
        records: How many records are in it; None: it holds figures.

    Raises:
        MissingRecord: There is no such format.
    """
    chosen = next((each for each in table_formats(call.env) if each.name == form), None)
    if chosen is None:
        raise not_found()
    content = chosen.write(sheet)
    what = sheet.title if records is None else f"{records} × {info.label}"
    write_audit(call.env, "export", what, model=info.name, detail={"format": chosen.name})
    response = Response(content, content_type=chosen.mimetype)
    name = f"{info.name}-{call.env.today()}.{chosen.name}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
